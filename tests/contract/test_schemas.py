from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.schemas import Schemas, UnknownReferenceError

DAY = {"date": "2026-03-18", "orders": 3}
COMPONENTS: dict[str, Any] = {
    "Day": {
        "type": "object",
        "required": ["date"],
        "properties": {"date": {"type": "string", "format": "date"}, "orders": {"type": "integer"}},
    },
    "Code": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "properties": {"leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
}
A_DAY = {"$ref": "#/components/schemas/Day"}
A_CODE = {"$ref": "#/components/schemas/Code"}
BEST = {"type": "object", "properties": {"best": {"type": "boolean"}}}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (A_DAY, DAY, {**DAY, "x": 1}),
        ({"allOf": [A_DAY, BEST]}, {**DAY, "best": True}, {**DAY, "worst": True}),
        ({"allOf": [A_DAY, {"anyOf": [A_CODE, BEST]}]}, {**DAY, "code": "x"}, {**DAY, "code": "x", "y": 1}),
        ({"oneOf": [A_DAY, {"type": "null"}]}, None, {**DAY, "x": 1}),
        ({"oneOf": [A_DAY, A_CODE]}, {"code": "x"}, {"code": "x", "more": 1}),
        ({**A_DAY, **BEST}, {**DAY, "best": True}, {**DAY, "worst": True}),
        ({**A_DAY, "description": "a day"}, DAY, {**DAY, "x": 1}),
        ({**BEST, "anyOf": [A_DAY, A_CODE]}, {"best": True, "code": "x"}, {"code": "x", "y": 1}),
        ({"type": "object", "additionalProperties": A_DAY}, {"any": DAY}, {"any": {**DAY, "x": 1}}),
        ({**BEST, "additionalProperties": True}, {"other": 1}, {"best": 1}),
        ({"type": "object"}, {"free": 1}, []),
        ({"type": "array", "items": A_DAY}, [DAY], [{**DAY, "x": 1}]),
        ({"type": "array", "prefixItems": [A_DAY, A_CODE]}, [DAY], [DAY, {"code": "x", "y": 1}]),
        ({"$ref": "#/components/schemas/Tree"}, {"leaves": [{"leaves": []}]}, {"leaves": [{"twigs": []}]}),
        (
            {**BEST, "if": {"required": ["best"]}, "then": {"properties": {"why": {"type": "string"}}}},
            {"best": True, "why": "x"},
            {"why": "x"},
        ),
    ],
)
def test_undocumented_fields_are_forbidden_at_any_depth(schema: dict[str, Any], good: Any, bad: Any) -> None:
    """Composition, references, maps and rows: what is documented passes, what is not does not."""
    validator = Schemas({"components": {"schemas": COMPONENTS}}).validator(schema, closed=True)
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)


def test_an_open_schema_lets_more_through() -> None:
    """Only replies are closed; parameters are read by the schema as written."""
    schemas = Schemas({"components": {"schemas": COMPONENTS}})
    assert schemas.validator(A_DAY, closed=False).is_valid({**DAY, "x": 1})


@pytest.mark.parametrize(
    ("text", "sound"),
    [("2026-02-28", True), ("2026-02-30", False), ("٢٠٢٦-02-01", False), ("20260201", False), ("", False)],
)
def test_formats_are_asserted(text: str, sound: bool) -> None:  # noqa: FBT001
    """A format is a demand: impossible dates and other forms of dates are refused."""
    validator = Schemas({}).validator({"type": "string", "format": "date"}, closed=True)
    assert validator.is_valid(text) is sound


@pytest.mark.parametrize(
    ("name", "sound"), [("UTC", True), ("Asia/Calcutta", True), ("utc", False), ("EST5", False)]
)
def test_time_zones_are_those_of_the_pinned_data(name: str, sound: bool) -> None:  # noqa: FBT001
    """Link names count, case matters, and POSIX rules are no names."""
    validator = Schemas({}).validator({"type": "string", "format": "iana-timezone"}, closed=True)
    assert validator.is_valid(name) is sound


@pytest.mark.parametrize("reference", ["#/components/schemas/None", "other.yaml#/Day", "#/components/loop/A"])
def test_a_reference_that_leads_nowhere_is_an_error(reference: str) -> None:
    """Missing names, other files and circles of references are refused."""
    loop = {"A": {"$ref": "#/components/loop/B"}, "B": {"$ref": "#/components/loop/A"}}
    schemas = Schemas({"components": {"schemas": COMPONENTS, "loop": loop}})
    with pytest.raises(UnknownReferenceError):
        schemas.follow({"$ref": reference})
