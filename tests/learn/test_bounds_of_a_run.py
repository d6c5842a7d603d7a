"""`--requests` is a bound: what a deployment gets is counted where it arrives."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.cli import main
from metermock.learn import gathering
from metermock.learn.asking import Heard
from metermock.learn.options import LearnOptions
from metermock.learn.signs import Signs
from tests.checker.conftest import Deployment, Seen, deployment
from tests.learn import api


def answered(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    """The reply of the small API; every third request comes too early, and may be sent again at once."""
    key = seen.headers.get("x-key", "")
    if not key.startswith("secret-"):
        return 401, {"Content-Type": "application/json"}, b"{}"
    if seen.number % 3 == 0:
        return 429, {"Retry-After": "0"}, b""
    period = "all" if "period=all" in seen.target else "month"
    body = api.reply(int(key[-1]), period, 11)
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def learned_from(server: Deployment, folder: Path, requests: int) -> int:
    """The exit code of a run against the small API."""
    api.contract(folder)
    words = [server.url, "--contract", str(folder / "parcels.openapi.yaml"), "--requests", str(requests)]
    for account in range(len(api.PLANS)):
        words += ["--credential", f"a{account}:key=secret-{account}"]
    return main(["learn", *words, "--quiet", "-o", str(folder / "learned.yaml")])


@pytest.mark.parametrize("requests", [1, 2, 3, 17, 40])
def test_no_more_than_so_many_requests_are_sent(requests: int, tmp_path: Path) -> None:
    """Also where some are sent again: they teach nothing, and count."""
    with deployment(answered) as server:
        learned_from(server, tmp_path, requests)

        assert 1 <= len(server.seen) <= requests


@pytest.mark.parametrize("requests", [1, 2, 4, 5, 400])
def test_the_mocks_of_a_run_get_no_more_together(
    requests: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one document at three instants, and of another one for the trial."""
    contract = api.contract(tmp_path)
    given: list[int] = []

    def asked(_: Target, options: Options, *_more: Any) -> Heard:
        given.append(options.max_requests or 0)
        return Heard([], [], given[-1])

    monkeypatch.setattr(gathering, "own_targets", lambda *_: [Target("parcels", contract, "http://x.test")])
    monkeypatch.setattr(gathering, "asked", asked)
    wanted = LearnOptions(words=(str(contract.path),), requests=requests)

    with ExitStack() as stack:
        gathered = gathering.from_deployment(wanted, stack, Signs(is_quiet=True))

    assert gathered.options is not None
    assert min(given) >= 1
    assert sum(given) + (gathered.options.max_requests or 0) == requests
