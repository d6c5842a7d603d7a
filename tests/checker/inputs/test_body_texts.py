"""How values are written as request bodies."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from metermock.checker.inputs.body_texts import body_of
from metermock.checker.inputs.written_bodies import good_bodies
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
