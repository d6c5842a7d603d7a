"""What each command imports before it works: a costly import slows every start."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = "from metermock.cli import main; main({!r})"
SERVER = """
from metermock.project import open_project
from metermock.server.process import create_app
from metermock.server.settings import Settings
project = open_project()
create_app(Settings(str(project.folder), project.contracts))
"""
LISTED = """
import sys
sys.stderr.write("\\n".join(sys.modules))
"""

READING = {"jsonschema_rs", "numpy", "orjson", "yaml"}
JUDGING = {"cel"}
SERVING = {"connexion", "httptools", "starlette", "uvicorn"}
CHECKING = {"httpx", "hypothesis", "openapi_spec_validator", "schemathesis"}
LIMITING = {"limits", "redis"}
TOOLS = {"_pytest", "faker"}
ENGINE = {"metermock.contract", "metermock.ledger", "metermock.server"}
COSTLY = {*READING, *JUDGING, *SERVING, *LIMITING, *CHECKING, *TOOLS, *ENGINE, "metermock.checker.check"}

NEEDED = {
    "metermock": ("import metermock", set()),
    "the pytest plugin": ("import metermock.checker.plugin", {"_pytest"}),
    "--version": (f"try:\n  {COMMAND.format(['--version'])}\nexcept SystemExit: pass", set()),
    "spec": (COMMAND.format(["spec", "onepin"]), set()),
    "accounts": (COMMAND.format(["accounts", "onepin"]), {*READING, *ENGINE}),
    # connexion imports httpx, by way of starlette's test client.
    "serve": (SERVER, {*READING, *SERVING, *ENGINE, "httpx"}),
}
"""What may be imported of all that is costly, by command."""


def modules_after(code: str) -> set[str]:
    """The modules that are imported once the code has run in an interpreter of its own."""
    words = [sys.executable, "-W", "ignore", "-c", code + LISTED]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("command", NEEDED)
def test_a_command_imports_what_it_needs(command: str) -> None:
    """Of what is costly to import, a command imports what it works with, and nothing else."""
    code, needed = NEEDED[command]

    assert modules_after(code) & COSTLY == needed
