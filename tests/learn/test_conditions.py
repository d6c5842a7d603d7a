"""When rules may apply."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

from metermock.contract import Exchange
from metermock.contract.parameter import Parameter
from metermock.learn.conditions import conditions_of

SORTS, SENSES = ("latency", "requests"), ("asc", "desc")


def words_of(asked: list[tuple[str, str]]) -> set[str]:
    """The conditions of a list that was asked for with each of these values of `sort` and `order`."""
    parameters = []
    for name, values in (("sort", SORTS), ("order", SENSES)):
        made: Any = Mock(
            Parameter, key=f"query:{name}", resolved={"enum": list(values)}, default=None, examples={}
        )
        made.name = name
        parameters.append(made)
    exchanges = [
        Exchange("get", {"query:sort": sort, "query:order": order}, {}, 200, {}, {}, "2026-11-19T10:00:00Z")
        for sort, order in asked
    ]
    return {each.words for each in conditions_of(Mock(parameters=parameters), exchanges)}


def test_what_was_sorted_in_one_sense_alone_says_nothing_of_the_other() -> None:
    """Nobody asked for the latency upwards: what is downwards may be so by the order that was asked."""
    found = words_of([("latency", "desc")] * 5 + [("requests", "desc")] * 5 + [("requests", "asc")] * 5)

    assert found == {
        "",
        "where sort is requests",
        "where order is desc",
        "where sort is latency, where order is desc",
        "where sort is requests, where order is desc",
        "where sort is requests, where order is asc",
    }
