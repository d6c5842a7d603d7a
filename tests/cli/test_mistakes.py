"""What a user can get wrong before anything is served."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.cli import main

ACME = Path(__file__).parent.parent / "server" / "project"
CONTRACT, HANDLERS, WORLD = "openapi/acme.openapi.yaml", "handlers/acme.py", "fixtures/acme.yaml"
LIMITED = ("serve", str(ACME), "--rate-limits", "documented", "--rate-limit-storage")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "metermock", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def replaced(old: str, new: str) -> Callable[[Path], object]:
    """Change a text of the file."""
    return lambda path: path.write_text(path.read_text().replace(old, new, 1))


def more(text: str) -> Callable[[Path], object]:
    """Write more at the file's end."""
    return lambda path: path.write_text(path.read_text() + text)


def a_folder(path: Path) -> None:
    """Put a folder where the file was."""
    path.unlink()
    path.mkdir()


def a_dead_link(path: Path) -> None:
    """Put a link to nothing where the file was."""
    path.unlink()
    path.symlink_to(path.parent / "nowhere")


BROKEN = {
    "a handler that raises": (HANDLERS, more("\n1 / 0\n"), "ZeroDivisionError: division by zero"),
    "a handler that exits": (HANDLERS, more("\nraise SystemExit(0)\n"), "loading it failed: SystemExit"),
    "a misspelt function": (HANDLERS, replaced("def get_usage", "def get_usages"), "Write `def get_usage("),
    "handlers that are a dead link": (HANDLERS, a_dead_link, "there is no such handler module"),
    "a key that is there twice": (
        CONTRACT,
        replaced("info:", "openapi: 1\ninfo:"),
        ":2:1: the key 'openapi'",
    ),
    "a rule of another field": (CONTRACT, replaced("body.good", "body.goood"), ":55:22: there is no field"),
    "Swagger": (CONTRACT, replaced('openapi: "3.1.0"', 'swagger: "2.0"'), "is Swagger 2.0"),
    "a document that is no text": (CONTRACT, lambda path: path.write_bytes(b"\xff"), "is not UTF-8"),
    "a document that is a folder": (CONTRACT, a_folder, "is no metermock project"),
    "a clock that is no instant": (WORLD, replaced("-03-18T", "-13-18T"), "is no instant"),
    "a clock beyond the ledger": (WORLD, replaced("2026-03-18T", "2300-03-18T"), "from 1970 to 2099"),
    "a world with a key twice": (WORLD, more("\nclock: 1\n"), "the key 'clock' is there twice"),
    "a world that is a dead link": (WORLD, a_dead_link, "cannot be read: No such file"),
    "an empty world": (WORLD, lambda path: path.write_text(""), "is empty"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_project_is_told_in_one_message(tmp_path: Path, what: str) -> None:
    """A broken file gives exit code 2 and one message that begins with the file, and nothing is served."""
    file, damage, told = BROKEN[what]
    shutil.copytree(ACME, tmp_path / "acme")
    damage(tmp_path / "acme" / file)
    done = run("serve", str(tmp_path / "acme"), "--port", "0")

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.startswith(f"metermock: {tmp_path}")
    assert done.stderr.count("metermock: ") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serve", "onpin"), "Did you mean onepin?"),
        (("serve", "OnePin"), "Did you mean onepin?"),
        (("serve", "onepin", "zkscor"), "Did you mean zkscore?"),
        (("accounts", "glyph-net"), "Did you mean glyphnet?"),
        (("spec", "../onepin"), "is no metermock project"),
        (("serve", __file__ + "/x"), "is no metermock project"),
        (("serve", "x" * 5_000 + "/"), "cannot be opened: File name too long"),
        (("serve", "--now", ""), "--now : not an instant."),
        (("serve", "--now", "2026-03-08"), "--now 2026-03-08: not an instant."),
        (("serve", "--now", "2026-03-08T12:00:00+01:00"), "not an instant."),
        (("serve", "--now", "2026-02-30T12:00:00Z"), "not an instant."),
        (
            ("serve", "--now", "1969-12-31T23:59:59Z"),
            "the ledger goes from 1970-01-01T00:00:00Z to 2039-12-31T23:59:59Z.",
        ),
        (("serve", "--workers", "-1"), "--workers -1: at least one process has to serve."),
    ],
)
def test_an_argument_that_makes_no_sense(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong argument gives exit code 2 and one message, with the likely meaning if there is one."""
    code = main(arguments)
    output = capsys.readouterr()

    assert (code, output.out) == (2, "")
    assert told in output.err
    assert output.err.startswith("metermock: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serve", str(ACME), "--port", "-1"), "Cannot serve on 127.0.0.1, port -1"),
        (("serve", str(ACME), "--host", "\udcff"), "Cannot serve on"),
        (("serve", str(ACME), "--host", "x" * 300), "Cannot serve on"),
        ((*LIMITED, ""), "cannot be used"),
        ((*LIMITED, "mongodb://127.0.0.1"), "cannot be used"),
        ((*LIMITED, "redis://127.0.0.1:port"), "cannot be used"),
        ((*LIMITED, "redis://[::1"), "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used(arguments: tuple[str, ...], told: str) -> None:
    """A bad address to listen on or to count in gives exit code 2 and one message, and nothing is served."""
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.startswith("metermock: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--seed", "text"),
        ("--seed", "1.5"),
        ("--seed", ""),
        ("--seed", "9" * 5_000),
        ("--workers", "two"),
        ("--port", "http"),
        ("--rate-limits", "sometimes"),
        ("--nonsense",),
    ],
)
def test_an_argument_that_cannot_be_read(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong option gives exit code 2, and the message names it."""
    with pytest.raises(SystemExit) as ended:
        main(("serve", *arguments))

    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err.splitlines()[-1]
