"""The request of a finding is made as small as it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from metermock.checker.checks.session import Session
from metermock.checker.checks.shrink import shrink
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from tests.checker.conftest import Deployment, Seen


def wrong_total(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    """A total that is wrong, by another number for each request."""
    total = 30 if "days" in seen.target else 7
    return 200, {}, f'{{"total": {total}, "rows": [{{"calls": 3}}]}}'.encode()


def test_a_smaller_request_is_shown_with_its_own_reply(
    serve: Callable[..., Deployment], client_of: Callable[..., Client], target: Target
) -> None:
    """Whoever repeats the request sees the values that the finding tells."""
    served = serve(wrong_total)
    collector = Collector(replace(target, url=served.url), Options())
    session = Session(client_of(served.url), collector, CheckIds.of(target.contract.document))
    session.ask(target.contract.operation("getUsage"), {"days": 30}, target.accounts[0])

    shrink(session)

    (found,) = collector.verdict(requests=2, seconds=0.1).findings
    assert (found.request.query, found.received) == ((), "3 == 7 is false")
