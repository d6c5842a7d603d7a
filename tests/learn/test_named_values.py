"""Which values of a parameter a condition may name."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract import Exchange, Operation, load_contract
from metermock.learn.named_values import named
from tests.learn import api


@pytest.fixture
def operation(tmp_path: Any) -> Operation:
    """An operation with a parameter of three values, and one whose texts are free."""
    free = "        - {name: tag, in: query, schema: {type: string, example: urgent}}\n"
    path = tmp_path / "tagged.openapi.yaml"
    path.write_text(api.DOCUMENT.replace("      responses:\n", f"{free}      responses:\n", 1), "utf-8")
    return load_contract(path).operations[0]


def asked(tag: str, *told: str) -> Exchange:
    """A reply to a request for a tag, with these tags in its rows."""
    return Exchange("getUsage", {"tag": tag}, {}, 200, {}, {"rows": [{"tag": each} for each in told]}, "")


def test_a_value_that_only_its_own_reply_tells_is_a_probe(operation: Operation) -> None:
    """What a check made up is said back at most by the reply to it."""
    _, tag = operation.parameters

    assert named(tag, ["abcdef"], [asked("abcdef", "abcdef"), asked("batch", "batch")]) == []


def test_a_value_that_replies_tell_unasked_is_named(operation: Operation) -> None:
    """Data of the deployment names it, as a list of all tags does."""
    _, tag = operation.parameters

    assert named(tag, ["batch"], [asked("batch", "batch"), asked("other", "batch", "other")]) == ["batch"]


def test_values_of_the_schema_are_named(operation: Operation) -> None:
    """An enum and an example name theirs, whatever came."""
    period, tag = operation.parameters

    assert named(period, ["month", "all", "abc"], [asked("x")]) == ["month", "all"]
    assert named(tag, ["urgent"], [asked("x")]) == ["urgent"]
