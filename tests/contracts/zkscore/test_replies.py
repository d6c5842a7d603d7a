from __future__ import annotations

import pytest

from metermock.contract import Operation
from tests.contracts.zkscore.conftest import Ask, Rejudge, Scene, View


def test_every_view_keeps_every_rule(ask: Ask, view: View) -> None:
    """Any window by any bucket, of any account, at any clock, keeps the contract."""
    asked = {"timeframe": view.timeframe, "granularity": view.granularity}
    wanted = ({"limit": 400}, {"sortBy": "latency", "sortOrder": "asc", "offset": 3, "limit": 50})
    assert [ask(view.scene, **asked | more).breaches for more in wanted] == [[], []]


def test_every_default_reply_keeps_every_rule(ask: Ask, scene: Scene) -> None:
    """What an account sees first keeps the contract, with and without each section."""
    wanted: tuple[dict[str, bool], ...]
    wanted = ({}, {"includeBreakdown": False}, {"includeErrors": False}, {"includeLatency": False})
    assert [ask(scene, **parameters).breaches for parameters in wanted] == [[], [], [], []]


def test_every_key_keeps_every_rule(ask: Ask, corner: Scene) -> None:
    """The usage of one key keeps the contract, whether it was used or not."""
    keys = [
        row["keyId"] for row in ask(corner, timeframe="all", granularity="month").body["breakdown"]["byKey"]
    ]
    assert all(
        not ask(corner, keyId=key, timeframe=span).breaches for key in keys for span in ("1h", "30d", "all")
    )


def test_the_documents_examples_keep_every_rule(
    operation: Operation, ask: Ask, at: type[Scene], rejudge: Rejudge
) -> None:
    """Every example of a report is a reply to the default request that the contract would let pass."""
    examples = operation.responses[200].examples
    for example in examples.values():
        used = example["rateLimits"]["usage"]["requestsPerMinute"]
        headers = {"x-ratelimit-remaining": str(60 - used)}
        assert (
            rejudge(ask(at("empty")), lambda body, as_in=example: body.update(as_in), "any", headers) == set()
        )
    assert len(examples) == 2


@pytest.mark.parametrize("name", ["steady", "huge"])
def test_a_reply_is_a_function_of_the_request(ask: Ask, at: type[Scene], name: str) -> None:
    """X-1, X-3, X-4: asked again, with defaults spelled out, or in another order, the reply is the same."""
    defaults = {"timeframe": "24h", "granularity": "hour", "includeBreakdown": True, "includeErrors": True}
    defaults |= {"includeLatency": True, "sortBy": "requests", "sortOrder": "desc", "limit": 100, "offset": 0}
    backwards = dict(reversed(defaults.items()))
    bodies = [ask(at(name), **parameters).body for parameters in ({}, {}, defaults, backwards)]
    assert all(body == bodies[0] for body in bodies)


def test_the_past_does_not_move(ask: Ask, at: type[Scene]) -> None:
    """A bucket of the past is the same whenever it is asked for."""
    asked = {
        "timeframe": "7d",
        "granularity": "hour",
        "limit": 1000,
        "sortBy": "timestamp",
        "sortOrder": "asc",
    }
    earlier = ask(at(now="2026-03-17T15:42:07Z"), **asked).rows[1:-1]
    later = ask(at(now="2026-03-18T15:42:07Z"), **asked).rows[1:-1]
    both = {row["timestamp"] for row in earlier} & {row["timestamp"] for row in later}
    assert len(both) == 143
    assert [row for row in earlier if row["timestamp"] in both] == [
        row for row in later if row["timestamp"] in both
    ]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("steady", {}),
        ("huge", {"timeframe": "all", "granularity": "week", "limit": 3}),
        ("quiet", {"sortBy": "latency", "includeLatency": False, "includeBreakdown": False}),
        ("empty", {"timeframe": "1h", "granularity": "minute", "sortOrder": "asc"}),
    ],
)
def test_every_relation_holds(
    ask: Ask, at: type[Scene], operation: Operation, name: str, base: dict[str, object]
) -> None:
    """What the contract says of several replies holds, whatever the request that they start from."""
    scene = at(name, "2026-03-01T00:30:00Z")
    for relation in operation.relations:
        found = relation.run(base, lambda _, parameters: ask(scene, **parameters).exchange)
        assert found is None, relation.message
