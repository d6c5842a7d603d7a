"""Credentials that a command prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret, read_secret
from metermock.checker.deployment.target import Target
from metermock.checker.deployment.token import Token
from metermock.errors import CannotTestError

GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A command that prints another token each time it runs."""
    path = tmp_path / "token.sh"
    path.write_text("#!/bin/sh\necho x >> runs\necho tok-$(wc -l < runs | tr -d ' ')-secret\n")
    path.chmod(0o700)
    return path


def test_a_command_prints_the_credential(script: Path) -> None:
    """It runs in the folder of the settings, and a shell gets the value by running it there."""
    secret = read_secret("cmd:./token.sh", "", "bearer", script.parent, {})
    assert secret.value == "tok-1-secret"
    assert secret.shell == f"$(cd {script.parent} && ./token.sh)"


def test_arguments_of_a_command_are_not_shown(tmp_path: Path) -> None:
    """One of them may be a secret."""
    secret = read_secret("cmd:echo hidden", "", "bearer", tmp_path, {})
    assert (secret.value, secret.shell) == ("hidden", "$METERMOCK_BEARER")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            "sh -c 'echo no vault >&2; exit 3'",
            r"sh failed \(exit 3\); what it wrote is not shown.*: run it in /",
        ),
        ("sh -c 'exit 3'", r"sh failed \(exit 3\); it wrote no error: run it in /"),
        ("./nowhere.sh", "nowhere.sh cannot be run: No such file"),
        ("true", "printed nothing"),
        ("printf 'a\\nb'", "more than one line"),
        ("", "no command follows"),
        ("'", "is no command"),
    ],
)
def test_a_command_that_fails_says_why(tmp_path: Path, command: str, told: str) -> None:
    """Its exit code is told and where to run it, or what was wrong with what it printed."""
    with pytest.raises(ValueError, match=told):
        read_secret(f"cmd:{command}", "", "bearer", tmp_path, {})


def test_a_command_that_fails_shows_no_secret(tmp_path: Path) -> None:
    """Nothing of what it wrote is in the message: nobody knows which words of it are secrets."""
    script = "echo printed-1; echo $0 key is hunter2 >&2; exit 1"
    with pytest.raises(ValueError, match="sh failed") as failed:
        read_secret(f"cmd:sh -c '{script}' argument-1", "", "bearer", tmp_path, {})
    assert not any(each in str(failed.value) for each in ("printed-1", "argument-1", "hunter2"))


def test_the_command_runs_again_on_401(serve: Callable[..., Any], target: Target, script: Path) -> None:
    """The request is sent again with the new value, which no text shows either."""

    def respond(seen: Any) -> tuple[int, dict[str, str], bytes]:
        is_good = seen.headers.get("authorization") == "Bearer tok-2-secret"
        return (200, {}, GOOD) if is_good else (401, {}, b"{}")

    token = Token("./token.sh", script.parent, pause=0.0)
    secret = Secret(token.current, "$TINY_KEY", token)
    account = replace(target.accounts[0], credential={"bearer": secret})
    own = replace(target, url=serve(respond).url, accounts=(account,))
    operation = target.contract.operation("getUsage")
    with Client(own, Options(trust_env=False)) as client:
        request = client.make(operation, account=account)
        assert client.send(operation, request).status == 200
        assert client.send(operation, request).status == 200
        assert client.requests == 3
    assert conceal("tok-1-secret tok-2-secret", own.secrets) == "$TINY_KEY $TINY_KEY"


def test_the_command_runs_at_most_once_a_minute(script: Path) -> None:
    """A credential that is refused again and again does not run it each time."""
    token = Token("./token.sh", script.parent)
    assert not token.renew("tok-1-secret")
    assert token.values == ["tok-1-secret"]


def test_whoever_comes_late_takes_what_another_renewed(script: Path) -> None:
    """The value that was refused is not the current one any more, so that nothing has to run."""
    token = Token("./token.sh", script.parent, pause=0.0)
    assert token.renew("tok-1-secret")
    assert token.renew("tok-1-secret")
    assert token.current == "tok-2-secret"


def test_a_command_that_fails_later_ends_the_check(script: Path) -> None:
    """What was learnt until then is reported."""
    token = Token("./token.sh", script.parent, pause=0.0)
    script.write_text("#!/bin/sh\necho the vault is sealed >&2\nexit 1\n")
    with pytest.raises(CannotTestError, match=r"could not be renewed: .*token.sh failed") as failed:
        token.renew("tok-1-secret")
    assert "sealed" not in str(failed.value)
