"""A violation in words names its place once."""

from __future__ import annotations

import pytest

from metermock.errors import Refusal, Violation
from metermock.server.generation.refusals import sentence
from metermock.server.request_body import wrong


@pytest.mark.parametrize(
    ("violation", "text"),
    [
        (Violation("query", "limit", "limit is required", "missing"), "query limit is required"),
        (Violation("query", "limit", "limit: 9 is too much", "maximum"), "query limit: 9 is too much"),
        (Violation("query", "page", "the cursor is unknown", "cursor"), "query page: the cursor is unknown"),
        (Violation("query", "a", "an integer is wanted", "type"), "query a: an integer is wanted"),
        (Violation("query", "i", "is required", "missing"), "query i: is required"),
        (Violation("query", "day", "the day-parts overlap", "enum"), "query day: the day-parts overlap"),
        (wrong("the body is required", "missing"), "the body is required"),
        (wrong("3 is not of type object", "type"), "body: 3 is not of type object"),
        (wrong("3 is not of type string", "type", "/name"), "body /name: 3 is not of type string"),
    ],
)
def test_its_place_is_named_once(violation: Violation, text: str) -> None:
    """Most messages begin with the name; a body has none beside its place."""
    assert str(violation) == text
    assert sentence(Refusal("invalid", violations=(violation, violation))) == f"{text}; {text}"
