from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Breach, Contract, Exchange, Inapplicable, Relation, load_contract, run_relation
from metermock.contract.relations import MOST_REQUESTS

Reply = Callable[..., Exchange]

DAYS = [{"date": f"2026-03-1{number}", "orders": number} for number in range(6)]


class Deployment:
    """Answers with the first `limit` of six days; keeps what it was asked."""

    def __init__(self, reply: Reply, **faults: Any) -> None:
        self.reply = reply
        self.asked: list[dict[str, Any]] = []
        self.faults = faults

    def send(self, operation: str, parameters: dict[str, Any]) -> Exchange:
        """Answer one request."""
        assert operation == "getUsage"
        self.asked.append(parameters)
        limit = self.faults.get("limit", parameters.get("limit", 3))
        days = DAYS[:limit] if self.faults.get("pages", True) else DAYS[:1]
        total = len(self.asked) if self.faults.get("drift") else 5
        found = self.reply(body={"days": days, "total": total, "span": parameters.get("span", "day")})
        return dataclasses.replace(found, parameters=parameters, status=self.faults.get("status", 200))


def relation(contract: Contract, id_: str) -> Relation:
    """The relation of that id."""
    return next(each for each in contract.operation("getUsage").relations if each.id == id_)


def test_follow_asks_until_null(shop: Contract, reply: Reply) -> None:
    """Each next request is made of the reply before; the replies are a list to the rule."""
    deployment = Deployment(reply)
    found = run_relation(relation(shop, "SH-5"), {"span": "week", "zone": "UTC"}, deployment.send)
    assert [asked["limit"] for asked in deployment.asked] == [100, 1, 2]
    assert deployment.asked[0] == {"span": "week", "zone": "UTC", "limit": 100}
    assert isinstance(found, Breach)
    assert (found.rule, found.pointer) == ("SH-5", "/days")


def test_each_asks_once_per_element(shop: Contract, reply: Reply) -> None:
    """The list is made of the replies before, and put over the base parameters."""
    deployment = Deployment(reply)
    assert run_relation(relation(shop, "SH-6"), {"zone": "UTC"}, deployment.send) is None
    assert [asked["span"] for asked in deployment.asked] == ["week", "day", "week"]
    assert all(asked["zone"] == "UTC" for asked in deployment.asked)


def test_a_broken_relation_is_a_breach(shop: Contract, reply: Reply) -> None:
    """The breach has the relation's id, level and message, and the first failing reply."""
    found = run_relation(relation(shop, "SH-6"), {}, Deployment(reply, drift=True).send)
    assert isinstance(found, Breach)
    assert (found.rule, found.level, found.expected) == ("SH-6", "must", "s.body.total <= one.body.total")
    assert found.received.startswith("2 <= 1 is false")


def test_a_refused_request_makes_it_inapplicable(shop: Contract, reply: Reply) -> None:
    """Replies other than 200 say nothing about a relation; no further request is sent."""
    deployment = Deployment(reply, status=422)
    found = run_relation(relation(shop, "SH-6"), {}, deployment.send)
    assert found == Inapplicable("the request one was answered 422")
    assert len(deployment.asked) == 1


def test_when_decides_whether_it_applies(altered: Callable[[str, str], Path], reply: Reply) -> None:
    """A false `when` is no pass: the relation is inapplicable."""
    contract = load_contract(altered("size(spans) > 1", "size(spans) > 2"))
    assert run_relation(relation(contract, "SH-6"), {}, Deployment(reply).send) == Inapplicable(
        "when is false"
    )


def test_pages_without_end_are_a_breach(shop: Contract, reply: Reply) -> None:
    """A `follow` that never comes to null is told after a bounded number of requests."""
    deployment = Deployment(reply, pages=False)
    found = run_relation(relation(shop, "SH-5"), {}, deployment.send)
    assert isinstance(found, Breach)
    assert f"did not end within {MOST_REQUESTS} requests" in found.received
    assert len(deployment.asked) == MOST_REQUESTS + 2


def test_null_takes_a_parameter_away(altered: Callable[[str, str], Path], reply: Reply) -> None:
    """A change to null leaves the parameter out of the base request."""
    deployment = Deployment(reply)
    contract = load_contract(altered("one: {span: week}", "one: {span: week, zone: null}"))
    run_relation(relation(contract, "SH-6"), {"zone": "UTC"}, deployment.send)
    assert deployment.asked[0] == {"span": "week"}


def test_a_request_can_be_sent_later(altered: Callable[[str, str], Path], reply: Reply) -> None:
    """The seconds are waited just before the request that names them."""
    deployment = Deployment(reply)
    contract = load_contract(altered("one: {span: week}", "one: {span: week, later: 7}"))
    waited: list[tuple[int, int]] = []
    relation(contract, "SH-6").run(
        {}, deployment.send, wait=lambda seconds: waited.append((seconds, len(deployment.asked)))
    )
    assert waited == [(7, 0)]
    assert all("later" not in asked for asked in deployment.asked)


def test_a_reply_that_the_rule_cannot_read_is_a_breach(shop: Contract, reply: Reply) -> None:
    """A body that is no JSON ends in a breach, never in an exception."""

    def send(_operation: str, parameters: dict[str, Any]) -> Exchange:
        return dataclasses.replace(reply(), parameters=parameters, body=b"oops")

    found = run_relation(relation(shop, "SH-6"), {}, send)
    assert isinstance(found, Breach)
    assert "has no answer" in found.received


@pytest.mark.parametrize("id_", ["SH-5", "SH-6"])
def test_replies_gathered_elsewhere_can_be_held_against_it(shop: Contract, reply: Reply, id_: str) -> None:
    """`holds` judges replies that somebody else has sent for."""
    names = relation(shop, id_).requests
    replies = {name: [reply(), reply()] if spec.is_list else reply() for name, spec in names.items()}
    assert relation(shop, id_).holds(replies) is None
