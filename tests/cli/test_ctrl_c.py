"""Ctrl-C while a command's modules are imported."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from metermock import __main__

ROOT = Path(__file__).parents[2]

INTERRUPTED = """
import os, signal, sys

class Press:
    def find_spec(self, name, *_):
        if name == {module!r}:
            {press}

signal.signal(signal.SIGINT, signal.{before})
sys.meta_path.insert(0, Press())
sys.argv = ["metermock", *{words!r}]
from metermock.__main__ import main
sys.exit(main())
"""
PRESSED = "os.kill(os.getpid(), signal.SIGINT)"
# As Python does where a class is made of what is interrupted: numpy and others have such.
MADE_ANOTHER = f"""
            try: {PRESSED}
            except KeyboardInterrupt as error: raise RuntimeError("Error calling __set_name__") from error"""


def ended(module: str, press: str, before: str = "default_int_handler") -> tuple[int, str]:
    """The exit code and the messages of a command that is interrupted when it imports a module."""
    words = ["accounts", "onepin"]
    code = INTERRUPTED.format(module=module, press=press, before=before, words=words)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no Ctrl-C there")
@pytest.mark.parametrize(
    ("module", "press"),
    [
        ("metermock.cli", PRESSED),
        ("argparse", PRESSED),
        ("metermock.ledger", PRESSED),
        ("metermock.ledger", MADE_ANOTHER),
    ],
)
def test_ctrl_c_while_modules_are_imported_ends_the_command(module: str, press: str) -> None:
    """Before the command line is read, and when a command imports what it needs; there is no stack trace."""
    assert ended(module, press) == (128 + signal.SIGINT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no Ctrl-C there")
def test_ctrl_c_stays_ignored_where_it_is() -> None:
    """A command that a shell has started in the background goes on."""
    assert ended("metermock.cli", PRESSED, before="SIG_IGN") == (0, "")


def test_the_script_is_what_hears_ctrl_c() -> None:
    """`metermock` begins where `python -m metermock` does."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    home, _, name = scripts["metermock"].partition(":")

    assert getattr(import_module(home), name) is __main__.main
