"""The plain onceonly keeps its contract."""

from collections.abc import Iterator

import pytest

from deployments.faults import deploy
from deployments.onceonly import LIMITS
from deployments.wire import listening
from tests.deployments.client import NOW, Client

EVERY = ["steady", "busy", "agency", "quiet", "empty", "at-limit", "over-limit"]


@pytest.fixture(scope="module")
def onceonly() -> Iterator[Client]:
    """A deployment whose clock stands still."""
    with listening(deploy("onceonly", clock=lambda: NOW)) as url:
        yield Client(url, "onceonly", "/v1/usage")


@pytest.mark.parametrize("account", EVERY)
@pytest.mark.parametrize("kind", ["make", "ai"])
def test_one_kind_is_its_section(onceonly: Client, account: str, kind: str) -> None:
    """OO-1, OO-4: one kind's reply is its section of all, with the plan's limit."""
    whole, one = onceonly.read("/all", account), onceonly.read(f"?kind={kind}", account)
    section = {name: whole[kind][name] for name in one if name not in {"plan", "month"}}
    assert one == {"plan": whole["plan"], "month": "2026-03", **section}
    assert one["limit"] == LIMITS[one["plan"]][kind]


@pytest.mark.parametrize("account", EVERY)
def test_counters_agree(onceonly: Client, account: str) -> None:
    """OO-5, OO-6: parts lie inside the total; only a free plan at its limit blocks."""
    body = onceonly.read("/all", account)
    for section in (body["make"], body["ai"]):
        parts = (
            section["charged_total_month"] + section["polling_total_month"] + section["blocked_total_month"]
        )
        assert max(parts, section["usage"]) <= section["requests_total_month"]
        assert not section["blocked_total_month"] or (
            body["plan"] == "free" and section["usage"] >= section["limit"]
        )
    assert body["ai"]["usage"] == body["ai"]["charged_total_month"]
    assert body["make"]["charged_total_month"] == body["make"]["polling_total_month"] == 0


def test_situations(onceonly: Client) -> None:
    """One account is blocked at its limit, one goes on beyond its limit, one has done nothing."""
    blocked, beyond, empty = (
        onceonly.read("/all", name)["make"] for name in ("at-limit", "over-limit", "empty")
    )
    assert blocked["usage"] == blocked["limit"] == 1000
    assert blocked["blocked_total_month"] > 0
    assert beyond["usage"] > beyond["limit"]
    assert empty["requests_total_month"] == 0


def test_headers_of_all(onceonly: Client) -> None:
    """OO-2: all carries its three headers, and a new request id each time; one kind carries none."""
    one, two, other = onceonly.send("/all"), onceonly.send("/all"), onceonly.send("")
    assert one.headers["x-request-id"] != two.headers["x-request-id"]
    assert one.headers["x-onceonly-plan"] == one.body["plan"]
    assert one.headers["x-onceonly-month"] == one.body["month"]
    assert not {name for name in other.headers if name.startswith("x-")}


def test_refusals(onceonly: Client) -> None:
    """OO-7: no key 401, unknown key 403, unknown kind 422, in this order."""
    assert {onceonly.send("?kind=x", account).status for account in ("none", "basic")} == {401}
    assert {onceonly.send("?kind=x", account).status for account in ("unknown", "malformed", "disabled")} == {
        403
    }
    assert onceonly.statuses("?kind=x", "?kind=", "?kind=AI", "?kind=make&kind=x") == {422}
    assert onceonly.send("", "unknown").body == {"detail": "Invalid API key"}
    assert onceonly.send("?kind=x").body["detail"][0]["loc"] == ["query", "kind"]
