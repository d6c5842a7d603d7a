"""Bodies that are no JSON: forms, parts with files, texts and bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock import File
from metermock.contract import load_contract
from metermock.server.request_body import BodyReader

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
TEXT, COUNT, BYTES = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "binary"}
BIKE = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "gears": COUNT,
        "is_sold": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT},
        "sizes": {"type": "array", "items": COUNT},
        "frame": {"type": "object", "required": ["inches"], "properties": {"inches": COUNT}},
        "owner": {"type": "object", "properties": {"age": COUNT}},
        "note": {"type": "array", "items": COUNT},
    },
}
ENCODING = {
    "sizes": {"style": "pipeDelimited", "explode": False},
    "owner": {"style": "deepObject", "explode": True},
    "note": {"contentType": "application/json"},
}
PHOTO = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {**BYTES, "maxLength": 4},
        "more": {"type": "array", "items": BYTES},
        "title": TEXT,
        "year": COUNT,
        "facts": {"type": "object", "required": ["iso"], "properties": {"iso": COUNT}},
        "thumb": {},
    },
}
OF_PARTS = {
    "thumb": {
        "contentType": "image/png, image/webp",
        "headers": {"X-Width": {"required": True, "schema": COUNT}},
    }
}


def reader(folder: Path, media: str, schema: Any, encoding: Any = None) -> BodyReader:
    """What reads the body of an operation that takes one media type."""
    described = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    operation = {
        "requestBody": {"required": True, "content": {media: described}},
        "responses": {"200": {"description": "Done."}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Bikes", "version": "1"},
        "paths": {"/bikes": {"post": operation}},
    }
    path = folder / "bikes.json"
    path.write_text(json.dumps(document))
    made = load_contract(path).operations[0]
    assert made.body is not None
    return BodyReader(made, made.body)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("name=a+b%26c&gears=7", {"name": "a b&c", "gears": 7}),
        ("name=%C3%A9t%C3%A9&is_sold=true", {"name": "\u00e9t\u00e9", "is_sold": True}),
        ("name=ab&tags=x", {"name": "ab", "tags": ["x"]}),
        ("name=ab&tags=x&tags=7", {"name": "ab", "tags": ["x", "7"]}),
        ("name=ab&sizes=50%7C54", {"name": "ab", "sizes": [50, 54]}),
        ("name=ab&frame=%7B%22inches%22:28%7D", {"name": "ab", "frame": {"inches": 28}}),
        ("name=ab&owner[age]=40", {"name": "ab", "owner": {"age": 40}}),
        ("name=ab&note=[1,2]", {"name": "ab", "note": [1, 2]}),
    ],
)
def test_a_form_is_read_by_its_schema_and_encoding(tmp_path: Path, sent: str, value: Any) -> None:
    """Lists, objects and numbers come out as their schemas have them, however a field is spelled."""
    made = reader(tmp_path, FORM, BIKE, ENCODING)
    assert made.read(sent.encode(), {"content-type": FORM}) == (value, ())


@pytest.mark.parametrize(
    ("sent", "place", "told"),
    [
        ("gears=7", "body", '"name" is a required property'),
        ("name=a", "/name", "is shorter than 2 characters"),
        ("name=ab&gears=many", "/gears", "'many' is not of type integer"),
        ("name=ab&sizes=5|x", "/sizes/1", "'x' is not of type integer"),
        ("name=ab&frame=28", "/frame", "28 is not of type"),
        ("name=ab&frame={", "/frame", "is not JSON"),
        ("name=ab&wheels=2", "body", "'wheels' was unexpected"),
        ("name=%FFab", "/name", "is not UTF-8"),
        ("name=ab&tags=x" + "&tags=x" * 1000, "body", "more than 1000 pairs"),
    ],
)
def test_a_form_that_breaks_its_schema_is_refused(tmp_path: Path, sent: str, place: str, told: str) -> None:
    """With the field, and what is wrong with it."""
    made = reader(tmp_path, FORM, BIKE, ENCODING)
    (fault,) = made.read(sent.encode(), {"content-type": FORM})[1]
    assert fault.name == place
    assert told in fault.message


def parts(*written: tuple[str, bytes], end: bytes = b"--cut--\r\n") -> bytes:
    """The bytes of a multipart body; each part has its name with more headers behind, and its content."""
    head = "--cut\r\nContent-Disposition: form-data; name="
    return b"".join(f"{head}{name}\r\n\r\n".encode() + content + b"\r\n" for name, content in written) + end


IMAGE = ('"file"; filename="a.bin"\r\nContent-Type: image/png', b"\x00\xff")


def test_parts_are_read_with_their_files(tmp_path: Path) -> None:
    """A file is an object with its bytes, name and media type; other parts are read by their schemas."""
    made = reader(tmp_path, PARTS, PHOTO, OF_PARTS)
    sent = parts(
        IMAGE,
        ('"title"', "\u00e9t\u00e9".encode()),
        ('"year"', b"1999"),
        ('"facts"; filename="f.json"\r\nContent-Type: application/json', b'{"iso": 400}'),
        ('"more"; filename="b"', b"1"),
        ('"more"; filename="c"', b"2"),
        ('"thumb"; filename="t.png"\r\nContent-Type: image/png\r\nX-Width: 20', b"\x89"),
    )
    value, faults = made.read(sent, {"content-type": f"{PARTS}; boundary=cut"})
    assert faults == ()
    file = value.pop("file")
    assert isinstance(file, File)
    assert (file.content, file.name, file.media) == (b"\x00\xff", "a.bin", "image/png")
    assert [each.content for each in value.pop("more")] == [b"1", b"2"]
    assert value.pop("thumb").headers["x-width"] == "20"
    assert value == {"title": "\u00e9t\u00e9", "year": 1999, "facts": {"iso": 400}}


@pytest.mark.parametrize(
    ("sent", "place", "told"),
    [
        (parts(('"title"', b"x")), "body", '"file" is a required property'),
        (parts(('"file"', b"\xff" * 5)), "/file", "is longer than 4 characters"),
        (parts(IMAGE, ('"year"', b"soon")), "/year", "'soon' is not of type integer"),
        (parts(IMAGE, ('"facts"', b"{}")), "/facts", '"iso" is a required property'),
        (parts(IMAGE, ('"facts"', b"{")), "/facts", "is not JSON"),
        (parts(IMAGE, ('"facts"', b'{"iso": 1, "iso": 2}')), "/facts", "is there twice"),
        (parts(IMAGE, ('"title"', b"\xff")), "/title", "the part is not UTF-8: byte 0"),
        (
            parts(IMAGE, ('"thumb"\r\nX-Width: 2\r\nContent-Type: text/css', b"x")),
            "/thumb",
            "takes image/png",
        ),
        (parts(IMAGE, ('"thumb"', b"x")), "/thumb", "its header X-Width is required"),
        (parts(IMAGE, ('"thumb"\r\nX-Width: wide', b"x")), "/thumb", "its header X-Width is 'wide'"),
        (parts(('""', b"x")), "body", "has no name"),
        (parts(IMAGE, end=b""), "body", "its last boundary is missing"),
        (b"hello", "body", "is no multipart body"),
        (parts(*[IMAGE] * 1001), "body", "more than 1000 parts"),
    ],
)
def test_parts_that_are_not_as_documented_are_refused(
    tmp_path: Path, sent: bytes, place: str, told: str
) -> None:
    """With the part, and what is wrong with it."""
    made = reader(tmp_path, PARTS, PHOTO, OF_PARTS)
    (fault,) = made.read(sent, {"content-type": f"{PARTS}; boundary=cut"})[1]
    assert fault.name == place
    assert told in fault.message


def test_a_part_may_have_any_name(tmp_path: Path) -> None:
    """Browsers write it as UTF-8, which was an internal error for names beyond Latin-1."""
    made = reader(tmp_path, PARTS, PHOTO, OF_PARTS)
    sent = parts(IMAGE, ('"\u540d"', b"x"))
    value, faults = made.read(sent, {"content-type": f"{PARTS}; boundary=cut"})
    assert faults == ()
    assert value["\u540d"] == "x"


def test_parts_without_a_boundary_are_refused(tmp_path: Path) -> None:
    """The Content-Type has to say what stands between the parts."""
    (fault,) = reader(tmp_path, PARTS, PHOTO).read(parts(IMAGE), {"content-type": PARTS})[1]
    assert "has no boundary" in fault.message


@pytest.mark.parametrize(
    ("media", "schema", "sent", "value", "told"),
    [
        ("text/plain", {"minLength": 3, "type": "string"}, b"hello", "hello", ""),
        ("text/plain", {"minLength": 3, "type": "string"}, b"hi", "hi", "is shorter than 3"),
        ("text/plain", COUNT, b"12", 12, ""),
        ("text/plain", COUNT, b"twelve", None, "'twelve' is not of type integer"),
        ("text/plain", TEXT, b"\xe9", None, "the body is not UTF-8: byte 0"),
        ("text/plain; charset=latin-1", TEXT, b"\xe9", "\u00e9", ""),
        ("text/plain; charset=punycode", TEXT, b"x", None, "said to be punycode"),
        ("application/xml", {"type": "object", "required": ["a"]}, b"<a/>", {}, ""),
        ("application/octet-stream", {**BYTES, "maxLength": 2}, b"\xff\xfe", b"\xff\xfe", ""),
        (
            "application/octet-stream",
            {**BYTES, "maxLength": 2},
            b"\xff\xfe0",
            b"\xff\xfe0",
            "is longer than 2",
        ),
        ("image/png", {}, b"\x89", b"\x89", ""),
    ],
)
def test_texts_and_bytes_are_held_to_their_schema(
    tmp_path: Path, *, media: str, schema: Any, sent: bytes, value: Any, told: str
) -> None:
    """A text is text in the charset that is said, bytes are bytes, and each is as long as it may be."""
    got, faults = reader(tmp_path, media.partition(";")[0], schema).read(sent, {"content-type": media})
    assert got == value
    assert [told in fault.message for fault in faults] == [True] * bool(told)


def test_the_message_about_a_large_value_is_short(tmp_path: Path) -> None:
    """It quotes the beginning and the end."""
    made = reader(tmp_path, "text/plain", {"type": "string", "maxLength": 2})
    (fault,) = made.read(b"x" * 1_000_000, {"content-type": "text/plain"})[1]
    assert len(fault.message) < 500


@pytest.mark.parametrize(
    ("media", "sent", "value", "told"),
    [
        ("text/plain", "text/plain", "", ""),
        ("application/octet-stream", "application/octet-stream", b"", ""),
        (FORM, FORM, {}, ""),
        ("text/plain", "", None, "the body is required"),
        ("application/json", "application/json", None, "the body is required"),
        (PARTS, f"{PARTS}; boundary=cut", None, "the body is required"),
        ("text/plain", "text/css", None, "the body is 'text/css'; the operation takes text/plain"),
    ],
)
def test_no_bytes_are_a_value_of_some_media_types(
    tmp_path: Path, media: str, sent: str, value: Any, told: str
) -> None:
    """An empty text, file or form is there if its Content-Type says so; JSON and parts are not."""
    got, faults = reader(tmp_path, media, {}).read(b"", {"content-type": sent})
    assert got == value
    assert [fault.message for fault in faults] == [told] * bool(told)


def test_a_part_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    """With what to write."""
    head = 'Content-Disposition: form-data; name="title"'
    raw = f"--x\r\n{head}\r\n\r\na\r\n--x\r\nContent-Type: text/plain\r\n\r\nb\r\n--x--\r\n"
    _, (fault,) = reader(tmp_path, PARTS, PHOTO).read(raw.encode(), {"content-type": f"{PARTS}; boundary=x"})
    assert "part 2 has no name; write Content-Disposition: form-data; name=" in fault.message
