"""A field that no schema names is a must where the document forbids it, a should elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.schema_breaches import breaches_of_closed
from metermock.contract.schemas import Schemas

NAME = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
SIZE = {"type": "object", "properties": {"size": {"type": "integer"}}}
SHUT = {**NAME, "additionalProperties": False}


def told(schema: Any, value: Any) -> list[tuple[str, str, str, str]]:
    """Rule, level, place and expectation of each breach."""
    schemas = Schemas({})
    found = breaches_of_closed(
        schemas.validator(schema, closed=True), value, lambda: schemas.validator(schema, closed=False)
    )
    return [(each.rule, each.level, each.pointer, each.expected) for each in found]


@pytest.mark.parametrize(
    ("schema", "value", "level", "place"),
    [
        (NAME, {"name": "a", "x": 1}, "should", "/x"),
        (SHUT, {"name": "a", "x": 1}, "must", "/x"),
        ({"allOf": [NAME, SIZE]}, {"name": "a", "x": 1}, "should", "/x"),
        (
            {"allOf": [NAME, SIZE], "unevaluatedProperties": False},
            {"name": "a", "size": 1, "x": 1},
            "must",
            "/x",
        ),
        ({"type": "array", "items": SHUT}, [{"name": "a"}, {"name": "b", "x": 1}], "must", "/1/x"),
        ({"properties": {"in": NAME}, "additionalProperties": False}, {"in": {"name": "a", "x": 1}}, "should",
         "/in/x"),
        ({"oneOf": [NAME, {"type": "null"}]}, {"name": "a", "x": 1}, "should", "/x"),
    ],
)  # fmt: skip
def test_what_the_document_forbids_is_a_must(schema: Any, value: Any, level: str, place: str) -> None:
    """Its own `additionalProperties` and `unevaluatedProperties` decide, at the very place of the field."""
    assert told(schema, value) == [("undocumented-field", level, place, "no undocumented field")]


def test_an_object_that_names_no_field_takes_any() -> None:
    """`properties: {}` says no more than no properties: such documents mean data of any form."""
    free = {"type": "object", "properties": {}}
    assert told({"properties": {"in": free}}, {"in": {"x": 1}}) == []
    assert told({**free, "additionalProperties": False}, {"x": 1})[0][:2] == ("undocumented-field", "must")


def test_each_field_has_the_level_of_its_own_place() -> None:
    """Beside one that is forbidden, one that is only not documented stays a should."""
    schema = {"properties": {"shut": SHUT, "open": NAME}}
    found = told(schema, {"shut": {"name": "a", "x": 1}, "open": {"name": "b", "y": 1}})
    assert {(level, place) for _, level, place, _ in found} == {("must", "/shut/x"), ("should", "/open/y")}


def test_a_choice_that_only_a_strange_field_spoils_is_a_should() -> None:
    """The schema as it is written takes the value, so nothing that the document says is broken."""
    schema = {"anyOf": [NAME, SIZE]}
    assert [each[:2] for each in told(schema, {"name": "a", "x": 1})] == [("undocumented-field", "should")]


def test_a_choice_that_nothing_tells_apart_is_a_should_too() -> None:
    """No form is meant, but the schema as it is written takes the value."""
    schema = {"oneOf": [NAME, {**SIZE, "required": ["size"]}]}
    wanted = "exactly one of the forms under oneOf, and no other field"
    assert told(schema, {"name": "a", "x": 1}) == [("undocumented-field", "should", "", wanted)]


CARD: dict[str, Any] = {"type": "object", "properties": {"card": {"type": "string"}}}


def test_a_form_with_two_names_is_documented() -> None:
    """Cards and wallets have the same fields: neither is ever the only form that fits."""
    named = {"card": {"type": "string", "example": "x"}}
    wallet = {"title": "Wallet", "properties": named, "type": "object"}
    schema = {"oneOf": [{**CARD, "description": "Card"}, wallet, NAME]}
    assert told(schema, {"card": "a"}) == []
    assert told(schema, {"card": "a", "x": 1})


def test_what_fits_several_forms_has_no_strange_field() -> None:
    """The form that does not fit says nothing about the value, whose fields are documented."""
    both = {**CARD, "properties": {**CARD["properties"], "size": {"type": "integer"}}}
    schema = {"oneOf": [CARD, both, NAME]}
    assert told(schema, {"card": "a"}) == [("schema", "must", "", "exactly one of the forms under oneOf")]
    assert told(schema, {"card": "a", "size": 1}) == []


def test_rows_of_several_kinds_are_told_once() -> None:
    """The field is forbidden in the second row only; rows count as one place, so it is a must."""
    open_, shut = (
        {"type": "object", "properties": {"kind": {"const": kind}, "in": inside}, "required": ["kind"]}
        for kind, inside in (("open", NAME), ("shut", SHUT))
    )
    rows = [{"kind": kind, "in": {"name": "a", "x": 1}} for kind in ("open", "shut")]
    ((rule, level, _, _),) = told({"type": "array", "items": {"oneOf": [open_, shut]}}, rows)
    assert (rule, level) == ("undocumented-field", "must")


def test_what_breaks_the_schema_itself_stays_a_must() -> None:
    """A wrong type beside an undocumented field is a breach of the schema."""
    found = told(NAME, {"name": 1, "x": 1})
    assert {each[:3] for each in found} == {
        ("schema", "must", "/name"),
        ("undocumented-field", "should", "/x"),
    }
