"""How values are written as request bodies."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from metermock.checker.inputs.body_texts import body_of
from metermock.checker.inputs.written_bodies import good_bodies
from metermock.checker.inputs.wrong_bodies import refused_bodies
from metermock.contract.samples import Samples
from metermock.contract.schemas import Schemas
from tests.contract.reading.documents import document, read

FORM = "application/x-www-form-urlencoded"
SCHEMAS = Schemas({"components": {"schemas": {"File": {"type": "string", "format": "binary"}}}})


def written(value: Any, media: str, schema: Any = None, **encodings: Any) -> tuple[str, str]:
    """The text of a body, and its media type."""
    body, kind = body_of(value, media, schemas=SCHEMAS, schema=schema, encodings=encodings)
    return body.decode(), kind


@pytest.mark.parametrize(
    ("value", "encoding", "pairs"),
    [
        ([1, 2], {}, [("a", "1"), ("a", "2")]),
        ([1, 2], {"explode": False}, [("a", "1,2")]),
        ([1, 2], {"style": "pipeDelimited"}, [("a", "1|2")]),
        ({"b": True}, {}, [("a", '{"b": true}')]),
        ({"b": True}, {"style": "deepObject"}, [("a[b]", "true")]),
        ({"b": True}, {"explode": True}, [("b", "true")]),
        (None, {}, [("a", "null")]),
    ],
)
def test_a_form_follows_the_encoding(value: Any, encoding: Any, pairs: list[tuple[str, str]]) -> None:
    """Without a style of its own a list is repeated and an object is JSON."""
    body, media = written({"a": value}, FORM, a=encoding)
    assert (parse_qsl(body), media) == (pairs, FORM)


def test_a_multipart_body_has_a_part_per_value() -> None:
    """Files have a name and a media type, lists several parts, objects are JSON."""
    schema = {"properties": {"f": {"$ref": "#/components/schemas/File"}, "l": {"type": "array"}}}
    value = {"f": "a,b", "l": ["x", "y"], "o": {"n": 1}}
    body, media = written(value, "multipart/form-data", schema, f={"contentType": "text/csv, text/plain"})
    boundary = media.removeprefix("multipart/form-data; boundary=")
    assert [part.replace("\r\n", "|") for part in body.split(f"--{boundary}")] == [
        "",
        '|Content-Disposition: form-data; name="f"; filename="f"|Content-Type: text/csv||a,b|',
        '|Content-Disposition: form-data; name="l"||x|',
        '|Content-Disposition: form-data; name="l"||y|',
        '|Content-Disposition: form-data; name="o"|Content-Type: application/json||{"n": 1}|',
        "--|",
    ]


def test_other_media_types_take_the_text_itself() -> None:
    """A text is sent as it is; JSON is JSON, by its suffix too."""
    assert written("a,b", "text/csv") == ("a,b", "text/csv")
    assert written({"a": "ä"}, "application/merge-patch+json") == (
        '{"a": "ä"}',
        "application/merge-patch+json",
    )


def test_no_bytes_are_never_demanded_to_be_good(tmp_path: Path) -> None:
    """An empty file is a value by its schema, and no body at all to most servers."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    body = {"required": True, "content": content}
    paths = {"/files": {"post": {"requestBody": body, "responses": {"200": {"description": "ok"}}}}}
    operation = read(tmp_path, document(paths=paths)).operations[0]
    bodies = good_bodies(operation, Samples(operation.contract.schemas))
    assert bodies
    assert all(each.raw for each in bodies)


VOTE = {
    "type": "object",
    "required": ["votes"],
    "properties": {
        "votes": {"type": "integer", "minimum": 1, "maximum": 3},
        "note": {"type": "string", "maxLength": 20},
        "tags": {"type": "array", "items": {"enum": ["old", "new"]}},
        "either": {"type": ["integer", "string"]},
        "file": {"type": "string", "format": "binary"},
    },
}
ROWS = {"type": "array", "items": VOTE}


def bad_values(tmp_path: Path, media: str, schema: Any, **encoding: Any) -> list[Any]:
    """The values of the bodies that are sent as bad ones, musts only."""
    body = {"required": True, "content": {media: {"schema": schema, "encoding": encoding}}}
    responses = {"200": {"description": "ok"}, "422": {"description": "bad"}}
    paths = {"/votes": {"post": {"requestBody": body, "responses": responses}}}
    operation = read(tmp_path, document(paths=paths)).operations[0]
    good = good_bodies(operation, Samples(operation.contract.schemas))[0]
    return [each.body.value for each in refused_bodies(operation, good) if each.level == "must"]


@pytest.mark.parametrize("media", [FORM, "multipart/form-data"])
def test_bad_forms_break_what_their_texts_can_break(tmp_path: Path, media: str) -> None:
    """Bounds, lengths, members and texts of another type are bad; a text of any form is a good text."""
    bad = [each for each in bad_values(tmp_path, media, VOTE) if isinstance(each, dict)]
    for name, value in (
        ("votes", 4),
        ("votes", "no number"),
        ("note", "a" * 21),
        ("tags", ["no-such-value"]),
    ):
        assert any(each.get(name) == value for each in bad)
    # JSON in the place of a text is a text; a text of a field with a style may be read in several ways.
    assert {type(each.get("either", "")) for each in bad} <= {str, int}
    assert {type(each.get("file", "")) for each in bad} == {str}
    assert not any(isinstance(each.get("note"), dict) or None in each.values() for each in bad)
    styled = bad_values(tmp_path, media, VOTE, tags={"style": "pipeDelimited", "explode": False})
    assert not any(isinstance(each, dict) and each.get("tags") == ["no-such-value"] for each in styled)


def test_a_required_map_has_an_entry_where_nothing_would_be_said_of_an_empty_one(tmp_path: Path) -> None:
    """A style spreads an object over its keys: without one, the field would be missing."""
    fields: Any = {"counts": {"type": "object", "additionalProperties": {"type": "integer"}}}
    fields["tags"] = {"type": "array", "items": {"type": "string"}}
    schema = {"type": "object", "required": ["counts"], "properties": fields}
    encoding = {"counts": {"style": "deepObject"}}
    body = {"required": True, "content": {FORM: {"schema": schema, "encoding": encoding}}}
    paths = {"/votes": {"post": {"requestBody": body, "responses": {"200": {"description": "ok"}}}}}
    operation = read(tmp_path, document(paths=paths)).operations[0]
    good = good_bodies(operation, Samples(operation.contract.schemas))
    assert good
    assert all(b"counts%5Bname%5D=" in each.raw for each in good)
    assert all(each.value.get("tags") != [] for each in good)


def test_a_field_with_a_style_does_not_make_good_texts_bad(tmp_path: Path) -> None:
    """Where an object is spread over keys, what is wrong of another field is told by that field alone."""
    schema = {
        "type": "object",
        "required": ["name", "counts"],
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "counts": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    bad = bad_values(tmp_path, FORM, schema, counts={"style": "deepObject", "explode": True})
    names = [each["name"] for each in bad if isinstance(each, dict) and "name" in each]
    assert "a" * 21 in names
    assert not any(isinstance(each, dict) for each in names)


def test_bad_texts_and_lists_break_their_bounds(tmp_path: Path) -> None:
    """A text is too long, and each field of a list's objects is wrong in turn."""
    assert bad_values(tmp_path, "text/plain", {"type": "string", "maxLength": 5})[-1] == "a" * 6
    bad = bad_values(tmp_path, "application/json", ROWS)
    rows = [each[0] for each in bad if isinstance(each, list) and each]
    assert any(isinstance(row, dict) and row.get("votes") == 4 for row in rows)


def test_items_that_are_no_objects_break_their_type_and_each_bound(tmp_path: Path) -> None:
    """A few items of one list are not all wrong in one way."""
    bounded = {"type": "integer", "minimum": 3, "maximum": 9}
    bad = bad_values(tmp_path, "application/json", {"type": "array", "items": bounded, "example": [3]})
    items = [each[0] for each in bad if isinstance(each, list) and each]
    assert {2, 10, "no number"} <= set(items)


def form(kind: str, field: str) -> dict[str, Any]:
    """An object that says its kind, and has one more field."""
    fields = {"kind": {"const": kind}, field: {"type": "string", "maxLength": 34}}
    return {"type": "object", "required": ["kind", field], "properties": fields}


CARD, BANK = form("card", "number"), form("bank", "iban")
FIELDS = {name: {"type": "integer"} for name in "abc"}
ONE_OF_THREE = {"type": "object", "properties": FIELDS, "oneOf": [{"required": [name]} for name in "abc"]}


@pytest.mark.parametrize(
    ("schema", "missing"),
    [
        ({"oneOf": [CARD, BANK]}, [{"kind": "card"}, {"kind": "bank"}]),
        ({"anyOf": [CARD, BANK]}, [{"kind": "card"}, {"kind": "bank"}]),
        ({"oneOf": [{"$ref": "#/components/schemas/Card"}, BANK]}, [{"kind": "card"}, {"kind": "bank"}]),
        (ONE_OF_THREE, [{}]),
    ],
)
def test_each_form_of_a_body_is_missed(tmp_path: Path, schema: Any, missing: list[Any]) -> None:
    """Of several forms each is sent without the field that it demands, and with a bad value of it."""
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    responses = {"200": {"description": "ok"}, "422": {"description": "bad"}}
    paths = {"/pay": {"post": {"requestBody": body, "responses": responses}}}
    written = document(paths=paths, components={"schemas": {"Card": CARD}})
    operation = read(tmp_path, written).operations[0]
    good = good_bodies(operation, Samples(operation.contract.schemas))[0]
    bad = [each.body.value for each in refused_bodies(operation, good) if each.level == "must"]
    assert [each for each in missing if each not in bad] == []
    objects = [each for each in bad if isinstance(each, dict)]
    wrong = {name for each in objects for name, value in each.items() if value == {"metermock": 1}}
    assert wrong >= ({"number", "iban"} if schema is not ONE_OF_THREE else set())
