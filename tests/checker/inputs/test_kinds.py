"""Good values of each kind of parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.checker.inputs.allowed import (
    candidates,
    combinations,
    example_values,
    is_made,
    is_open,
    sure,
    unvaried,
)
from metermock.checker.inputs.guard import can_send, is_good
from tests.checker.inputs.parameters import NOW, operation_of, parameter_of, query

REFERENCE = {"$ref": "#/components/schemas/Kind"}
COMPONENTS = {"schemas": {"Kind": {"type": "string", "enum": ["a", "b"]}}}
ITEMS = {"type": "array", "items": {"enum": ["a", "b"]}}
DEEP = {
    "type": "object",
    "required": ["model"],
    "properties": {"model": {"enum": ["a", "b"]}, "days": {"type": "integer", "minimum": 1, "maximum": 2}},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"enum": [7, 30]}, (7, 30)),
        ({"enum": ["a", None, True]}, ("a", True)),
        ({"const": 7}, (7,)),
        (REFERENCE, ("a", "b")),
        ({"allOf": [REFERENCE, {"enum": ["b", "c"]}]}, ("b",)),
        ({"anyOf": [REFERENCE, {"type": "null"}]}, ("a", "b")),
        ({"type": "boolean"}, (True, False)),
        ({"allOf": [{"type": "integer"}, {"minimum": 5, "maximum": 9}]}, (5, 6, 8, 9)),
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 60, "multipleOf": 15}, (15, 30, 45, 60)),
        ({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 3}, (1, 2)),
        ({"type": "integer"}, (0, 1, 6, 119, 120)),
        ({"type": "integer", "maximum": -1}, (-121, -120, -115, -2, -1)),
        ({"type": "integer", "default": 50}, (0, 1, 6, 50, 119, 120)),
        ({"type": "number", "minimum": 0, "maximum": 1}, (0, 0.25, 0.5, 0.75, 1)),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, (0.25, 0.5, 0.75, 1)),
        ({"type": "number", "minimum": 0, "maximum": 0.3, "multipleOf": 0.1}, (0, 0.1, 0.2, 0.3)),
        ({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 2}, {"const": "all"}]}, (1, 2, "all")),
        ({"type": "string", "format": "uuid"}, ("3fa85f64-5717-4562-b3fc-2c963f66afa6",)),
        ({"type": "string", "minLength": 3, "maxLength": 4}, ("abc", "abcd")),
        ({"type": "string"}, ()),
        ({"type": "string", "example": "abc"}, ("abc",)),
        ({"type": "string", "default": "abc"}, ("abc",)),
        ({"type": "string", "minLength": 2, "example": "a", "maxLength": 2}, ("ab",)),
        ({"type": "string", "not": {"const": "ab"}, "minLength": 2, "maxLength": 2}, ()),
        (ITEMS, (["a"], ["b"], ["a", "b"])),
        ({**ITEMS, "minItems": 2, "maxItems": 3}, (["a", "b"], ["a", "b", "a"])),
        ({**ITEMS, "maxItems": 1}, (["a"], ["b"])),
        ({**ITEMS, "uniqueItems": True, "minItems": 2}, (["a", "b"],)),
        ({"type": "array", "items": {"type": "string"}}, ()),
        ({"type": "array", "items": {"type": "string", "example": "x"}}, (["x"], ["x", "x"])),
        ({"type": "array", "items": {"type": "string"}, "example": "x"}, (["x"],)),
    ],
)
def test_candidates_by_kind(tmp_path: Path, schema: Any, expected: tuple[Any, ...]) -> None:
    """Members, both bounds and what is near, lists of few and many; nothing that the schema refuses."""
    operation = operation_of(tmp_path, query(schema), components=COMPONENTS)
    assert candidates(operation.parameters[0]) == expected


def test_an_object_has_its_required_fields_then_all(tmp_path: Path) -> None:
    """`filter[model]=a`, then `filter[days]=1` beside it, then each other value of a field."""
    parameter = parameter_of(tmp_path, DEEP, style="deepObject")
    assert candidates(parameter) == (
        {"model": "a"},
        {"model": "a", "days": 1},
        {"model": "b"},
        {"model": "a", "days": 2},
    )
    assert parameter.pairs(candidates(parameter)[1]) == [("p[model]", "a"), ("p[days]", "1")]


def test_what_does_not_come_back_as_it_was_sent_is_left_out(tmp_path: Path) -> None:
    """An item with a comma is two items where commas stand between them."""
    schema = {"type": "array", "items": {"enum": ["a,b", "a", "b"]}, "maxItems": 2}
    assert candidates(parameter_of(tmp_path, schema, explode=False)) == (["a"], ["b"])


@pytest.mark.parametrize(
    ("schema", "value", "good"),
    [
        ({"type": "integer"}, "5", False),
        ({"type": "integer"}, 5, True),
        ({"type": "string"}, "", True),
        ({"type": "string"}, "a\0", False),
        ({"type": "string"}, "\ud800", False),
        ({"type": ["array", "string"], "items": {"type": "string"}}, "abc", True),
        ({"type": ["object", "null"], "properties": {"a": {"const": 1}}}, {}, False),
    ],
)
def test_the_guard_asks_the_schema_and_the_reader(
    tmp_path: Path, schema: Any, value: Any, *, good: bool
) -> None:
    """A value has to be accepted, to be sendable, and to arrive."""
    assert is_good(parameter_of(tmp_path, schema), value) is good


@pytest.mark.parametrize(
    ("place", "text", "arrives"),
    [
        ("path", "a/b", True),
        ("path", "..", False),
        ("path", "", False),
        ("header", "a b", True),
        ("header", " a", False),
        ("header", "a\r\nb", False),
        ("header", "é", False),
        ("cookie", "a;b", False),
    ],
)
def test_some_texts_cannot_be_sent(place: str, text: str, *, arrives: bool) -> None:
    """Dots in a path are steps, blanks around a header fall away, a semicolon ends a cookie."""
    assert can_send(place, text) is arrives


@pytest.mark.parametrize(
    ("parameter", "made", "known"),
    [
        (query({"type": "string", "format": "uuid"}), ["3fa85f64-5717-4562-b3fc-2c963f66afa6"], []),
        (query({"type": "string", "pattern": "^a+$"}, example="aa"), ["aaaaaaaa", "a"], ["aa"]),
        (query({"type": "integer"}), [0, 1, 6, 119, 120], []),
        (query({"type": "integer", "minimum": 1, "maximum": 2}), [], [1, 2]),
        (query({"type": "integer", "minimum": 1, "maximum": 2}, "meter_id"), [1, 2], []),
        (query({"type": "string"}, "meterId", example="tokens"), ["tokens"], []),
        (query({"enum": ["a", "b"]}, "meterId"), [], ["a", "b"]),
    ],
)
def test_a_deployment_may_not_know_what_is_made(
    tmp_path: Path, parameter: Any, made: list[Any], known: list[Any]
) -> None:
    """Identifiers, and texts by a pattern, may name nothing; amounts, listed and shown values do not."""
    operation = operation_of(tmp_path, parameter)
    found = operation.parameters[0]
    every = candidates(found, operation=operation)
    assert [value for value in every if is_made(found, value, operation=operation)] == made
    assert list(sure(found, operation=operation)) == known


def test_a_seen_value_is_known(tmp_path: Path) -> None:
    """A reply showed it, so that every request with it has to be answered."""
    parameter = parameter_of(tmp_path, {"type": "string"}, name="meterId")
    assert sure(parameter, seen=("tokens",)) == ("tokens",)
    assert not is_made(parameter, "tokens", seen=("tokens",))


def test_an_example_that_leads_to_a_refusal_is_not_good(tmp_path: Path) -> None:
    """A reply has an example of the same name, with its status."""
    examples = {"known": {"value": "a"}, "unknown": {"value": "b"}}
    replies = {
        status: {"description": "x", "content": {"application/json": {"examples": {name: {"value": {}}}}}}
        for status, name in (("200", "known"), ("404", "unknown"))
    }
    get = {"parameters": [query({"type": "string"}, examples=examples)], "responses": replies}
    operation = operation_of(tmp_path, paths={"/usage": {"get": get}})
    assert candidates(operation.parameters[0], operation=operation) == ("a",)


def test_an_input_of_an_example_is_sent_only_if_it_is_good(tmp_path: Path) -> None:
    """An example that its own schema refuses is left out of the good request that it shows."""
    examples = {"known": {"value": "many"}}
    reply = {"description": "x", "content": {"application/json": {"examples": {"known": {"value": {}}}}}}
    written = [
        query({"type": "integer"}, "n", examples=examples),
        query({"enum": ["many"]}, examples=examples),
    ]
    get = {"parameters": written, "responses": {"200": reply}}
    assert example_values(operation_of(tmp_path, paths={"/usage": {"get": get}})) == {"p": "many"}


def test_open_texts_are_told(tmp_path: Path) -> None:
    """A text with a format or a pattern is made; any text, and a list of any texts, is not."""
    array = {"type": "array", "items": {"type": "string"}}
    schemas = [{"type": "string"}, array, {"type": "string", "format": "uuid"}, {"enum": ["a"]}]
    assert [is_open(parameter_of(tmp_path, schema)) for schema in schemas] == [True, True, False, False]


def test_lists_and_headers_are_combined(tmp_path: Path) -> None:
    """Values that have no hash, values in headers and cookies, and names that two places share."""
    operation = operation_of(
        tmp_path,
        query(ITEMS),
        query({"enum": ["x", "y"]}, "kind"),
        {"name": "kind", "in": "header", "schema": {"enum": [1, 2]}},
        {"name": "c", "in": "cookie", "schema": {"type": "boolean"}},
    )
    found = combinations(operation, {}, NOW, 0)
    assert {"kind": "y", "header.kind": 2, "c": False} in found
    assert any(values.get("p") == ["a", "b"] and len(values) > 1 for values in found)


def test_path_parameters_vary_one_by_one(tmp_path: Path) -> None:
    """Only values that the document or a reply shows: what is made of a pattern names nothing."""
    places = [
        {"name": "kind", "in": "path", "required": True, "schema": {"enum": ["a", "b"]}},
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^m[0-9]$"}},
    ]
    operation = operation_of(tmp_path, *places, path="/usage/{kind}/{id}")
    found = combinations(operation, {"id": ("m1", "m2")}, NOW, 0)
    assert found == [{}, {"kind": "a"}, {"kind": "b"}, {"id": "m1"}, {"id": "m2"}]


def test_a_credential_is_not_varied(tmp_path: Path) -> None:
    """A header that a security scheme names carries what an account has."""
    operation = operation_of(
        tmp_path,
        {"name": "x-key", "in": "header", "schema": {"enum": ["a", "b"]}},
        components={"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    )
    assert combinations(operation, {}, NOW, 0) == [{}]
    assert unvaried(operation) == [("x-key", "it carries the credential")]


def test_many_members_do_not_multiply(tmp_path: Path) -> None:
    """Each is asked for once; of their combinations, and beside dates, only some."""
    codes = [f"c{number}" for number in range(100)]
    days = [query({"type": "string", "format": "date"}, name) for name in ("from", "to")]
    operation = operation_of(tmp_path, query({"enum": codes}, "a"), query({"enum": codes}, "b"), *days)
    found = combinations(operation, {}, NOW, 0)
    assert {"a": "c99"} in found
    assert len(found) < 1_000


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        (query({"type": "string"}), "any text, and no example, default or configured value"),
        (query({"type": "string"}, example="a"), "only one good value is known"),
        (query({"const": 7}), "its schema has one value only"),
        (query({"type": "string", "pattern": "^(?!)$"}), "no value is known that its schema accepts"),
        (query({"type": "string"}, examples={"one": {"value": "a"}, "two": {"value": "b"}}), None),
        (query({"type": "string", "format": "date"}), None),
    ],
)
def test_what_is_not_varied_is_told(tmp_path: Path, parameter: Any, reason: str | None) -> None:
    """By key, with the reason; two good values are enough."""
    expected = [] if reason is None else [("p", reason)]
    assert unvaried(operation_of(tmp_path, parameter)) == expected


def test_a_configured_value_varies_a_path(tmp_path: Path) -> None:
    """Without one nobody knows what there is."""
    place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = operation_of(tmp_path, place, path="/usage/{id}")
    told = "it names a thing, and no example or configured value tells which there are"
    assert unvaried(operation) == [("id", told)]
    assert unvaried(operation, {"id": ("a", "b")}) == []
