from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import metermock
from metermock.cli import main
from metermock.project import open_project

ACME = str(Path(__file__).parent.parent / "server" / "project")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "metermock", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_version_is_the_packages() -> None:
    """`--version` prints one line and exits with 0."""
    done = run("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"metermock {metermock.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments", [("--help",), ("serve", "--help"), ("accounts", "--help"), ("spec", "--help")]
)
def test_help_is_there_for_every_command(arguments: tuple[str, ...]) -> None:
    """Each command has a help text."""
    done = run(*arguments)

    assert done.returncode == 0
    assert done.stdout.startswith("usage: metermock")


def test_help_gives_examples() -> None:
    """The help ends with examples."""
    assert "metermock serve ./acme --port 0" in run("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("serve", "nobody"), "There is no contract 'nobody'"),
        (("serve", "./nowhere"), "is no metermock project"),
        (("serve", "./a", "./b"), "One folder at a time"),
        (("serve", "--now", "yesterday", ACME), "--now yesterday: not an instant."),
        (
            ("serve", "--now", "2040-01-01T00:00:00Z", ACME),
            "--now 2040-01-01T00:00:00Z: the ledger goes from 1970-01-01T00:00:00Z to 2039-12-31T23:59:59Z.",
        ),
        (("serve", "--now", "2026-01-01T00:00:00Z", "--live", ACME), "not allowed with argument"),
        (("serve", "--workers", "0", ACME), "--workers 0: at least one process has to serve."),
        (("serve", "--port", "65536", ACME), "Cannot serve on 127.0.0.1, port 65536"),
        (("serve", "--host", "no.such.host.invalid", ACME), "Cannot serve on no.such.host.invalid"),
        (("serve", "--rate-limits", "documented", "--workers", "2", ACME), "--rate-limit-storage redis://"),
        (("serve", "--rate-limits", "documented", "--rate-limit-storage", "x://", ACME), "cannot be used"),
        (
            ("serve", "--rate-limits", "documented", "--rate-limit-storage", "redis://127.0.0.1:1/0", ACME),
            "does not answer: redis://127.0.0.1:1/0",
        ),
        (("check", "acme", "--report", "junit=no/x.xml"), "--report junit=no/x.xml: there is no folder no"),
        (
            ("check", "acme", "--credental", "b=s3 cret", "--key=k", "--x"),
            "unrecognized arguments: --credental b=… --key=… --x\n",
        ),
        (("check", "acme", "--param", "x"), "--param x: write OPERATION.PARAMETER=VALUE"),
        (("accounts", "nobody"), "There is no contract 'nobody'"),
        (("spec", "nobody"), "There is no contract 'nobody'"),
        (("spec", "acme", "--project", ACME, "-o", "/nowhere/acme.yaml"), "Cannot write /nowhere/acme.yaml"),
    ],
)
def test_a_mistake_is_told_in_one_message(arguments: tuple[str, ...], told: str) -> None:
    """Exit code 2, the reason on stderr, and no trace."""
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("handlers/acme.py", "def broken(:\n", "handlers/acme.py:1:12: syntax error"),
        ("openapi/acme.openapi.yaml", "openapi: [\n", "openapi/acme.openapi.yaml:"),
        ("fixtures/acme.yaml", "clock: noon\n", "fixtures/acme.yaml:"),
    ],
)
def test_a_broken_file_is_told_before_anything_is_served(
    tmp_path: Path, workers: str, file: str, text: str, told: str
) -> None:
    """The message names the file, and the line where there is one."""
    shutil.copytree(ACME, tmp_path / "acme")
    (tmp_path / "acme" / file).write_text(text)
    done = run("serve", str(tmp_path / "acme"), "--port", "0", "--workers", workers)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_exit_3() -> None:
    """The message for a taken port names it, and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", ACME, "--port", str(port))

    assert done.returncode == 3
    assert f"Port {port} of 127.0.0.1 is taken" in done.stderr
    assert "--port" in done.stderr


def test_accounts_lists_situations_with_lines_to_paste() -> None:
    """Each account has a curl line; refused credentials have their status and reason."""
    lines = run("accounts", ACME).stdout.splitlines()

    assert lines[:2] == ["acme", "  steady: a shop that calls all day"]
    assert "    curl -H 'Authorization: Bearer acme_live_steady' http://localhost:4010/acme/v1/usage" in lines
    assert "  unknown: refused with 401 (unknown)" in lines
    assert "  revoked: refused with 401 (revoked): a credential of steady" in lines


def test_accounts_are_those_of_the_port_that_is_named() -> None:
    """`--port` says where the mock is, as it does for `serve`; with `--url` it is a mistake."""
    assert "http://localhost:4321/acme/v1/usage" in run("accounts", ACME, "--port", "4321").stdout
    assert run("accounts", ACME, "--port", "4321", "--url", "http://mock.example").returncode == 2


def test_accounts_as_json_has_headers_ready_to_send(
    accounts: Callable[..., dict[str, dict[str, Any]]],
) -> None:
    """`--json` lists each credential with all that a test needs."""
    listed = accounts(ACME)

    assert listed["steady-session"] == {
        "contract": "acme",
        "account": "steady-session",
        "about": "a shop that calls all day",
        "plan": "small",
        "credential": {"sessionCookie": "acme_session_steady"},
        "refused": None,
        "headers": {"Cookie": "acme_session=acme_session_steady"},
        "curl": "curl -H 'Cookie: acme_session=acme_session_steady'"
        " http://localhost:4010/acme/v1/sites/main/usage",
    }
    assert listed["other-site"]["headers"]["X-Site-Id"] == "other"
    assert listed["unknown"]["refused"] == {"status": 401, "why": "unknown"}


def test_every_bundled_contract_lists_a_steady_account(
    accounts: Callable[..., dict[str, dict[str, Any]]],
) -> None:
    """Every bundled contract has the account `steady`."""
    assert all("steady" in accounts(name) for name in open_project().contracts)


def test_a_folder_without_a_slash_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`metermock accounts acme` in the folder above a project called acme means that project."""
    shutil.copytree(ACME, tmp_path / "acme")
    monkeypatch.chdir(tmp_path)

    assert main(["accounts", "acme"]) == 0


@pytest.mark.parametrize("command", ["accounts", "spec onepin"])
def test_a_closed_output_is_no_error(command: str) -> None:
    """A command works with its standard output closed, as in some services."""
    line = f"exec >&-; {sys.executable} -m metermock {command}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)  # noqa: S607

    assert (done.returncode, done.stderr) == (0, "")


def test_a_mock_serves_without_an_output(tmp_path: Path) -> None:
    """A server whose output is closed answers as usual."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = f"exec >&-; exec {sys.executable} -m metermock serve onceonly --port {port}"
    with (tmp_path / "log").open("w") as log, subprocess.Popen(["sh", "-c", line], stderr=log) as process:  # noqa: S607
        transport = httpx.HTTPTransport(retries=10)
        with httpx.Client(transport=transport, trust_env=False, timeout=30) as client:
            status = client.get(f"http://127.0.0.1:{port}/health").status_code
        process.terminate()

    assert (status, process.returncode) == (200, 0)
    assert (tmp_path / "log").read_text() == ""


def test_a_full_disk_is_told_in_one_line() -> None:
    """If the output cannot be written, the command ends with code 2 and one line that says why."""
    line = f"{sys.executable} -m metermock accounts >/dev/full"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)  # noqa: S607

    assert (done.returncode, done.stderr) == (
        2,
        "metermock: the output cannot be written: No space left on device\n",
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """`metermock accounts | head -1` ends without an error."""
    command = f"{sys.executable} -m metermock accounts | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)  # noqa: S607

    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
