"""A mock of the check's own: there while it is needed, and no longer."""

from __future__ import annotations

import subprocess
import sys
from socket import create_server

import httpx
import pytest

from metermock.checker.mocked import own_mock
from metermock.errors import CannotTestError, UsageError
from metermock.project import open_project

SCRIPT = """
import time
from metermock.checker.mocked import own_mock
from metermock.project import open_project
with own_mock(open_project(), ["essarion"]) as url:
    print(url, flush=True)
    time.sleep(60)
"""


def test_a_check_that_is_terminated_leaves_no_mock_behind() -> None:
    """SIGTERM to the check ends its mock, and the exit code says so."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/health", trust_env=False, timeout=30).status_code == 200
        process.terminate()
        assert process.wait(30) == 143
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health", trust_env=False)


def test_a_mock_that_may_not_start_says_why() -> None:
    """What the mock complains of is a mistake in options or files, as if it had been served by hand."""
    with (
        pytest.raises(UsageError, match=r"^There is no contract 'nothing'") as caught,
        own_mock(open_project(), ["nothing"]),
    ):
        pass
    assert caught.value.exit_code == 2


def test_a_mock_that_cannot_start_says_why() -> None:
    """Where neither options nor files are to blame, nothing is known about the contract: exit code 3."""
    with (
        create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CannotTestError, match=r"the mock did not start: .*is taken") as caught,
        own_mock(open_project(), ["essarion"], ["--port", str(taken.getsockname()[1])]),
    ):
        pass
    assert caught.value.exit_code == 3
