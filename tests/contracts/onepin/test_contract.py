from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from metermock.contract import Breach, Contract, Exchange, Inapplicable
from tests.contracts.onepin.conftest import Ask, Scene, Send

OPERATIONS = ("getUsageSummary", "getUsageByLanguage", "listUsageActivity")
REFUSALS = {
    "unauthenticated": (401, "unauthorized"),
    "forbidden": (403, "forbidden"),
    "invalid": (422, "validation_error"),
    "rate_limited": (429, "rate_limited"),
}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_relation_holds(contract: Contract, send: Send, spot: Scene, operation_id: str) -> None:
    """What the document says of several replies holds for the handlers', in any scene."""
    base = {"timezone": spot.timezone}
    relations = contract.operation(operation_id).relations
    found = {relation.message: relation.run(base, lambda *call: send(spot, *call)) for relation in relations}
    assert len(found) >= 6
    assert {message: breach for message, breach in found.items() if isinstance(breach, Breach)} == {}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_examples_keep_the_rules(contract: Contract, operation_id: str) -> None:
    """Each good example, taken for the reply to the parameters of the same name, keeps schema and rules."""
    operation = contract.operation(operation_id)
    for example in (one for one in operation.examples if one.status == 200):
        defaults, _ = operation.read([], {})
        headers, now = {"content-type": "application/json"}, example.body["meta"]["timestamp"]
        request = {**defaults, **example.parameters}
        exchange = Exchange(operation_id, request, {}, 200, headers, example.body, now)
        assert operation.judge(exchange).breaches == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("reason", REFUSALS)
def test_refusals_have_their_documented_bodies(refuse: Ask, operation_id: str, reason: str) -> None:
    """Each refusal has its status, its code, and no usage data."""
    refused = refuse(operation_id, reason, {"retry_after": 7})
    assert (refused.status, refused.body["error"]["code"]) == REFUSALS[reason]
    assert refused.body.keys() == {"error", "meta"}
    assert refused.breaches == []
    assert refused.exchange.headers.get("retry-after") == ("7" if refused.status == 429 else None)


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("zone", ["Mars/Olympus", "utc", "america/new_york", "", "EST5EDT4", "../etc"])
def test_a_zone_that_iana_does_not_know(send: Send, at: type[Scene], operation_id: str, zone: str) -> None:
    """A zone is a name of IANA's, spelled as IANA does; anything else is a validation error."""
    refused = send(at(), operation_id, {"timezone": zone})
    assert refused.status == 422
    assert [detail["field"] for detail in refused.body["error"]["details"]] == ["timezone"]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_bad_parameter_is_named(send: Send, at: type[Scene], operation_id: str) -> None:
    """All that is wrong is said at once."""
    refused = send(at(), operation_id, {"range": "31d", "timezone": "Nowhere"})
    assert refused.status == 422
    assert {detail["field"] for detail in refused.body["error"]["details"]} == {"range", "timezone"}


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("credential", ["steady", "steady-session", "steady-colleague", "huge"])
def test_another_workspace_is_forbidden(
    send: Send, at: type[Scene], operation_id: str, credential: str
) -> None:
    """ON-19: a workspace that is not the caller's is 403, before bad parameters are looked at."""
    other = "0b7c9d52-6a1e-4f38-8f0c-94d1a2e6b370"
    refused = send(at(credential), operation_id, {"range": "7d"}, other)
    assert refused.status == 403
    assert refused.body["error"]["code"] == "forbidden"


@pytest.mark.parametrize("named", ["", "null", "0d5f6a1c-7c34-4c0e-9d0b-5a3f8e21c764"])
def test_the_own_workspace_may_be_named(send: Send, at: type[Scene], named: str) -> None:
    """The key's own workspace, an empty text and null all mean what leaving the header out means."""
    assert (
        send(at(), "getUsageSummary", {}, named).body["data"]
        == send(at(), "getUsageSummary", {}).body["data"]
    )


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_reading_changes_nothing(send: Send, at: type[Scene], operation_id: str) -> None:
    """X-1, X-4: two reads are equal, whatever the order of their parameters."""
    parameters: dict[str, Any] = {"range": "60d", "timezone": "Europe/Berlin"}
    one, other = (
        send(at(), operation_id, parameters),
        send(at(), operation_id, dict(reversed(parameters.items()))),
    )
    assert one.body == other.body
    assert one.body == send(at(), operation_id, parameters).body


def test_relations_are_about_something(contract: Contract, send: Send, at: type[Scene]) -> None:
    """At the steady account every relation applies, so that none passes unseen."""
    ask: Callable[..., Exchange] = lambda *call: send(at(), *call)  # noqa: E731
    relations = [relation for operation in contract.operations for relation in operation.relations]
    feed = ask("listUsageActivity", {}).body["data"]
    member = next(event["user"]["id"] for event in feed if event["user"])
    assert len(relations) >= 20
    for relation in relations:
        outcomes = [
            relation.run(base, ask) for base in ({}, {"user_id": member}, {"type": "settings_changed"})
        ]
        assert [outcome for outcome in outcomes if not isinstance(outcome, Inapplicable)], relation.message
