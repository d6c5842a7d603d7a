"""What a document only advises of a reply is a warning: discriminators, fields that are only for requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.contract.exchange import Exchange
from tests.contract.reading.documents import document, read

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}


def to(name: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    """An object with these properties."""
    return {"type": "object", "required": [*required], "properties": properties}


UNION = {"oneOf": [to("Calls"), to("Bytes")], "discriminator": {"propertyName": "kind"}}
SCHEMAS = {
    "Calls": fields("kind", "calls", kind=TEXT, calls=INTEGER),
    "Bytes": fields("kind", "bytes", kind=TEXT, bytes=INTEGER, key={**TEXT, "writeOnly": True}),
    "Union": UNION,
    "Mapped": {**UNION, "discriminator": {"propertyName": "kind", "mapping": {"c": "Calls"}}},
    "OrElse": {**UNION, "discriminator": {"propertyName": "kind", "defaultMapping": "Bytes"}},
    "Inline": {**UNION, "oneOf": [to("Calls"), fields("any", any=TEXT)]},
    "Fixed": {**UNION, "oneOf": [to("Calls"), fields("kind", kind={"const": "free"})]},
    "Wide": {"allOf": [to("Union"), {"properties": {"note": TEXT}}]},
    "OrNull": {"anyOf": [to("Union"), {"type": "null"}]},
    "Base": {**fields("kind", "id", kind=TEXT, id=TEXT), "discriminator": {"propertyName": "kind"}},
    "Child": {"allOf": [to("Base"), fields("calls", calls=INTEGER)]},
    "Closed": {**fields(a=TEXT, key={**TEXT, "writeOnly": True}), "additionalProperties": False},
}


def judged(folder: Path, schema: Any, value: Any) -> list[tuple[str, str, str, str]]:
    """Rule, level, place and expectation of each breach of a reply that is a list of this value."""
    rows = {"type": "array", "items": schema}
    contract = read(folder, document(version="3.2.0", schema=rows, components={"schemas": SCHEMAS}))
    json_ = {"content-type": "application/json"}
    exchange = Exchange("getUsage", {}, {}, 200, json_, [value], "2026-03-08T12:00:00Z")
    found = contract.operations[0].judge(exchange).breaches
    return [(each.rule, each.level, each.pointer, each.expected) for each in found]


@pytest.mark.parametrize("name", ["Union", "Mapped", "OrElse", "Wide", "OrNull"])
def test_what_no_form_fits_is_told_of_the_form_that_the_discriminator_selects(
    tmp_path: Path, name: str
) -> None:
    """A *must*, with the field that is missing, or wrong."""
    missing = judged(tmp_path, to(name), {"kind": "Calls"})
    assert missing == [("schema", "must", "/0", "a field 'calls'")]
    wrong = judged(tmp_path, to(name), {"kind": "Bytes", "bytes": "x"})
    assert wrong == [("schema", "must", "/0/bytes", "type integer")]


@pytest.mark.parametrize("name", ["Union", "Wide", "OrNull"])
def test_a_value_that_selects_no_form_is_a_warning_where_a_form_fits(tmp_path: Path, name: str) -> None:
    """And a *must* where none does."""
    other = judged(tmp_path, to(name), {"kind": "other", "calls": 1})
    assert other == [("discriminator", "should", "/0/kind", 'one of "Bytes", "Calls"')]
    none = judged(tmp_path, to(name), {"kind": "other"})
    assert none == [("schema", "must", "/0/kind", 'one of "Bytes", "Calls"')]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Union", {"kind": "Calls", "calls": 1}),
        ("Mapped", {"kind": "c", "calls": 1}),
        ("Mapped", {"kind": "Calls", "calls": 1}),
        ("OrElse", {"kind": "other", "bytes": 1}),
        ("Inline", {"kind": "other", "any": "x"}),
        ("Fixed", {"kind": "free"}),
        ("OrNull", None),
        ("Base", {"kind": "Base", "id": "a"}),
        ("Base", {"kind": "Child", "id": "a", "calls": 1}),
        ("Bytes", {"kind": "any", "bytes": 1}),
    ],
)
def test_what_the_discriminator_selects_is_right(tmp_path: Path, name: str, value: Any) -> None:
    """By the mapping, the schema's name, or the value that it fixes; an inline form may have any name."""
    assert [each for each in judged(tmp_path, to(name), value) if each[0] != "undocumented-field"] == []


@pytest.mark.parametrize(
    ("name", "value", "place", "expected"),
    [
        ("Mapped", {"kind": "c", "bytes": 1}, "/0", "a field 'calls'"),
        ("OrElse", {"kind": "other", "calls": 1}, "/0", "a field 'bytes'"),
        ("Base", {"kind": "Child", "id": "a"}, "/0", "a field 'calls'"),
        ("Base", {"kind": "Child", "id": "a", "calls": "x"}, "/0/calls", "type integer"),
        ("Base", {"kind": "other", "id": "a"}, "/0/kind", 'one of "Base", "Child"'),
    ],
)
def test_another_form_than_the_selected_one_is_a_warning(
    tmp_path: Path, name: str, value: Any, place: str, expected: str
) -> None:
    """The schema decides whether a value is valid; the discriminator is a hint for those who read it."""
    found = judged(tmp_path, to(name), value)
    assert [each for each in found if each[0] != "undocumented-field"] == [
        ("discriminator", "should", place, expected)
    ]


def test_what_every_form_demands_is_a_must(tmp_path: Path) -> None:
    """A field of the base type is not only the child's."""
    found = judged(tmp_path, to("Base"), {"kind": "Child", "calls": 1})
    assert found == [("schema", "must", "/0", "a field 'id'")]


@pytest.mark.parametrize("value", [{"kind": "Child", "id": "a", "calls": 1, "x": 1}])
def test_a_field_that_the_selected_form_does_not_name_is_undocumented(tmp_path: Path, value: Any) -> None:
    """With its own place, not as one of several forms."""
    found = judged(tmp_path, to("Base"), value)
    assert found == [("undocumented-field", "should", "/0/x", "no undocumented field")]


def test_a_must_is_told_beside_the_warning_of_another_row(tmp_path: Path) -> None:
    """Rows with the same place and expectation are counted apart where they weigh differently."""
    rows = [{"kind": "Calls", "bytes": 1}, {"kind": "Calls"}]
    found = judged(tmp_path, {"type": "array", "items": to("Union")}, rows)
    assert ("discriminator", "should", "/0/0", "a field 'calls'") in found
    assert ("schema", "must", "/0/1", "a field 'calls'") in found


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (to("Closed"), {"key": "x"}),
        (to("Union"), {"kind": "Bytes", "bytes": 1, "key": "x"}),
        ({"allOf": [to("Closed")]}, {"key": "x"}),
        ({"anyOf": [to("Closed"), {"type": "null"}]}, {"key": "x"}),
        (fields(key={"anyOf": [{**TEXT, "writeOnly": True}, {"type": "null"}]}), {"key": "x"}),
    ],
)
def test_a_field_that_is_only_for_requests_is_a_warning(tmp_path: Path, schema: Any, value: Any) -> None:
    """The specification says that it should not be sent in a reply."""
    found = judged(tmp_path, schema, value)
    assert found == [("write-only", "should", "/0/key", "no field that is only for requests")]


def test_a_must_is_told_beside_a_field_that_is_only_for_requests(tmp_path: Path) -> None:
    """The warning hides nothing."""
    found = judged(tmp_path, to("Closed"), {"key": "x", "a": 1, "z": 1})
    assert [each[:3] for each in found] == [
        ("schema", "must", "/0/a"),
        ("undocumented-field", "must", "/0/z"),
        ("write-only", "should", "/0/key"),
    ]


def test_a_field_that_another_form_sends_is_no_warning(tmp_path: Path) -> None:
    """Only the form that a value has says what is for requests."""
    forms = [fields("a", a=TEXT, key={**TEXT, "writeOnly": True}), fields("b", b=TEXT, key=TEXT)]
    assert judged(tmp_path, {"oneOf": forms}, {"b": "x", "key": "x"}) == []


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({**TEXT, "format": "duration"}, "PT0.5S", 'a "duration"'),
        ({**TEXT, "format": "uuid"}, "x", 'a "uuid"'),
        ({"anyOf": [{**TEXT, "format": "email"}, {"type": "null"}]}, "x", 'a "email"'),
        ({"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}, "x", 'a "ipv4" or a "ipv6"'),
    ],
)
def test_a_format_that_is_only_a_note_is_a_warning(
    tmp_path: Path, schema: Any, value: str, expected: str
) -> None:
    """JSON Schema makes it an annotation."""
    found = judged(tmp_path, fields(a=schema), {"a": value})
    assert found == [("format", "should", "/0/a", expected)]


@pytest.mark.parametrize("name", ["date", "date-time", "iana-timezone"])
def test_a_format_that_openapi_defines_is_a_must(tmp_path: Path, name: str) -> None:
    """Dates, timestamps, and the format of zones that the documents here have."""
    found = judged(tmp_path, fields(a={**TEXT, "format": name}), {"a": "1 day"})
    assert [each[:3] for each in found] == [("schema", "must", "/0/a")]


def test_a_must_is_told_beside_a_format(tmp_path: Path) -> None:
    """The warning hides nothing."""
    found = judged(tmp_path, fields(a={**TEXT, "format": "uuid"}, b=INTEGER), {"a": "x", "b": "x", "c": 1})
    assert {each[:2] for each in found} == {
        ("format", "should"),
        ("schema", "must"),
        ("undocumented-field", "should"),
    }
