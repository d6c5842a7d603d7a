"""Values are made from schemas, and only those that the schema accepts are handed out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from metermock.contract.samples import Samples, texts
from metermock.contract.schemas import Schemas

TREE = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Tree"}}}
LEAF = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Leaf"}}}
SAMPLES = Samples(Schemas({"components": {"schemas": {"Tree": TREE, "Leaf": LEAF}}}))


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"allOf": [{"type": "integer"}, {"minimum": 5, "maximum": 9}]}, [5, 6, 8, 9]),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 60, "multipleOf": 15}, [15, 30, 45, 60]),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, [0, 0.25]),
        ({"enum": [7, 30]}, [7, 30]),
        ({"const": "all"}, ["all"]),
        ({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]}, [1, 2, 7, "all"]),
        ({"type": "string", "format": "date-time"}, ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00+02:00"]),
        ({"type": "string", "format": "date", "pattern": "^2026-01"}, ["2026-01-29", "2026-01-11"]),
        ({"type": "string", "minLength": 2, "maxLength": 4, "example": "ab"}, ["ab", "abc", "abcd"]),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2}, [[True, False]]),
        (
            {
                "type": "object",
                "required": ["n"],
                "properties": {"n": {"const": 3}, "id": {"readOnly": True}},
            },
            [{"n": 3}],
        ),
        ({"$ref": "#/components/schemas/Tree"}, []),
        (False, []),
    ],
)
def test_values_are_accepted_by_their_schema(schema: Any, wanted: list[Any]) -> None:
    """Bounds, steps, choices, formats, lists and objects; none where the schema has none that is finite."""
    assert SAMPLES.accepted(schema) == wanted


def test_a_text_of_a_pattern_keeps_its_length() -> None:
    """Which letters it has may depend on where the package lies: Hypothesis looks at the code around it."""
    schema = {"type": "string", "pattern": "^st-[a-z]+$", "minLength": 16, "maxLength": 16}
    (found,) = SAMPLES.accepted(schema)
    assert re.fullmatch("st-[a-z]{13}", found)


@pytest.mark.parametrize("pattern", ["^[a-z]{3}-[0-9]+$", "^AC[0-9a-fA-F]{32}$", r"^\d{4}(-\d\d){2}$"])
def test_a_pattern_is_filled(pattern: str) -> None:
    """With a text that matches; one that no text of ASCII matches has none."""
    assert SAMPLES.accepted({"type": "string", "pattern": pattern})
    assert SAMPLES.accepted({"type": "string", "pattern": r"^\p{Han}$"}) == []


def test_a_recursive_object_ends() -> None:
    """What may be left out is left out at last."""
    assert SAMPLES.accepted({"$ref": "#/components/schemas/Leaf"})[0]["next"]["next"] is not None


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"maxLength": 0}, [""]),
        ({"maxLength": 1}, ["a", ""]),
        ({"minLength": 2, "maxLength": 5}, ["ab", "abc", "abcde"]),
        ({}, ["a", "abc", "", "abcdefgh"]),
    ],
)
def test_made_texts_keep_both_lengths(schema: dict[str, Any], made: list[str]) -> None:
    """None is longer than the schema allows, not even where it allows none but the empty one."""
    assert list(texts(schema)) == made
