"""A mock of the check's own: there while it is needed, and no longer."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from socket import create_server

import httpx
import pytest

from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import own_mock
from metermock.checker.deployment.target import Target
from metermock.checker.findings.verdict import RuleCount, Verdict
from metermock.checker.month_start import at_month_start
from metermock.checker.targets import own_targets
from metermock.errors import CannotTestError, UsageError
from metermock.project import open_project

PATH = "/v1/developer/usage"
SCRIPT = """
import time
from metermock.checker.deployment.own_mock import own_mock
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


def asked(target: Target) -> httpx.Response:
    """The steady account's usage."""
    steady = next(account for account in target.accounts if account.name == "steady")
    (secret,) = steady.credential.values()
    headers = {"Authorization": f"Bearer {secret.value}"}
    with httpx.Client(trust_env=False, headers=headers) as client:
        return client.get(f"{target.url}{PATH}").raise_for_status()


def clocks(options: Options) -> list[datetime]:
    """The clock of the mock that a check with these options starts, and a second later."""
    with ExitStack() as stack:
        (target,) = own_targets(["zkscore"], stack, options)
        first = asked(target)
        time.sleep(1.1)
        return [parsedate_to_datetime(reply.headers["Date"]) for reply in (first, asked(target))]


def test_the_clock_of_a_mock_of_our_own_stands_still_or_goes_on() -> None:
    """It is the world's, and stands; with --live it is the real one."""
    still, live = (clocks(Options(live=live)) for live in (False, True))
    assert still[0] == still[1] < datetime(2026, 4, 1, tzinfo=UTC)
    assert live[0] < live[1]
    assert datetime.now(UTC) - live[1] < timedelta(minutes=1)


def test_the_seed_of_a_check_is_that_of_its_mock() -> None:
    """Another seed is other data, also of the mock at a month's start: the contract is held to both."""
    bodies = []

    def check(again: Target) -> Verdict:
        bodies.append(asked(again).text)
        return Verdict(again.name, again.contract.name, again.url, "kept")

    for seed in (0, 1):
        with ExitStack() as stack:
            (target,) = own_targets(["zkscore"], stack, Options(seed=seed))
            silent = RuleCount("ZK-1", "must", "getDeveloperUsage")
            at_month_start(replace(check(target), rules=(silent,)), target, check, seed)
    assert len(set(bodies)) == 4
