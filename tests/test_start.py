"""What each command imports before it works: a costly import slows every start."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = "from metermock.cli import main; main({!r})"
SERVER = """
from metermock.project import open_project
import metermock.server.running.process
from metermock.server.app import create_app
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
SERVING = {"connexion.middleware", "httptools", "starlette", "uvicorn"}
UNUSED = {"connexion.apps", "requests.api", "starlette.testclient"}
"""What connexion imports for other uses than ours."""
CHECKING = {"httpx._client", "hypothesis", "openapi_spec_validator", "schemathesis"}
LIMITING = {"limits", "redis"}
TOOLS = {"_pytest", "faker"}
ENGINE = {"metermock.contract", "metermock.ledger", "metermock.server"}
COSTLY = {
    *READING,
    *JUDGING,
    *SERVING,
    *LIMITING,
    *CHECKING,
    *TOOLS,
    *ENGINE,
    *UNUSED,
    "metermock.checker.check",
}

NEEDED = {
    "metermock": ("import metermock", set()),
    "the pytest plugin": ("import metermock.checker.plugin", {"_pytest"}),
    "--version": (f"try:\n  {COMMAND.format(['--version'])}\nexcept SystemExit: pass", set()),
    "spec": (COMMAND.format(["spec", "onepin"]), set()),
    "accounts": (COMMAND.format(["accounts", "onepin"]), {*READING, *ENGINE}),
    "serve": (SERVER, {*READING, *SERVING, *ENGINE}),
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


def test_connexion_is_whole_for_whoever_else_imports_it() -> None:
    """A handler may use connexion and the libraries that the mock left out of it."""
    used = """
import connexion, httpx, requests
assert connexion.AsyncApp("other") and connexion.middleware.ConnexionMiddleware
assert httpx.Client(trust_env=False) and requests.get
assert connexion.security.httpx is httpx
"""

    assert {"connexion.apps", "httpx._client", "requests.api"} <= modules_after(SERVER + used)
