"""XML bodies are read by the names and forms that the document says, and held to its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import load_contract
from metermock.contract.schemas import Schemas
from metermock.server import xml_body
from metermock.server.generation.wire.xml_bodies import XmlWriter
from metermock.server.request_body import BodyReader
from tests.work import steps_of

XML = "application/xml"
ID = {"type": "integer", "minimum": 1, "xml": {"attribute": True}}
TAG = {"type": "string", "xml": {"name": "tag"}}
METER = {
    "type": "object",
    "required": ["id", "name"],
    "additionalProperties": False,
    "xml": {"name": "meter"},
    "properties": {
        "id": ID,
        "name": {"type": "string", "minLength": 2},
        "tags": {"type": "array", "items": TAG, "xml": {"wrapped": True, "name": "labels"}},
        "readings": {"type": "array", "items": {"type": "number", "xml": {"name": "reading"}}},
        "is_on": {"type": ["boolean", "null"]},
        "place": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
}


def reader(folder: Path, schema: Any, media: str = XML, named: Any = None) -> BodyReader:
    """What reads the body of an operation with this schema, in a document with these named ones."""
    body = {"required": True, "content": {media: {"schema": schema}}}
    post = {"operationId": "post", "requestBody": body, "responses": {"204": {"description": "Done."}}}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "X", "version": "1"},
        "paths": {"/x": {"post": post}},
    }
    document["components"] = {"schemas": named or {}}
    path = folder / "x.json"
    path.write_text(json.dumps(document), "utf-8")
    operation = load_contract(path).operation("post")
    assert operation.body is not None
    return BodyReader(operation, operation.body)


def read(folder: Path, schema: Any, sent: str | bytes, media: str = XML) -> tuple[Any, list[str]]:
    """The value of a body, and what is wrong with it."""
    raw = sent.encode() if isinstance(sent, str) else sent
    value, faults = reader(folder, schema, media.partition(";")[0]).read(raw, {"content-type": media})
    return value, [fault.message for fault in faults]


def test_names_attributes_and_lists_are_as_documented(tmp_path: Path) -> None:
    """Attributes, wrapped lists, lists without a wrapper, nulls, objects inside, and namespaces."""
    sent = """<?xml version="1.0"?>
    <m:meter xmlns:m="urn:m" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="7">
      <name>main</name><labels><tag>a &amp; b</tag><tag>2</tag></labels>
      <reading>1.5</reading><m:reading>2</m:reading><is_on xsi:nil="true"/><place><city>Oslo</city></place>
    </m:meter>"""
    assert read(tmp_path, METER, sent) == (
        {
            "id": 7,
            "name": "main",
            "tags": ["a & b", "2"],
            "readings": [1.5, 2],
            "is_on": None,
            "place": {"city": "Oslo"},
        },
        [],
    )


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ('<meter id="7"/>', '"name" is a required property'),
        ("<meter><id>7</id><name>main</name></meter>", '/id: "7" is not of type "integer"'),
        ('<meter id="0"><name>main</name></meter>', "/id: 0 is less than the minimum of 1"),
        ('<meter id="x"><name>main</name></meter>', '/id: "x" is not of type "integer"'),
        ('<meter id="7"><name>a</name></meter>', '/name: "a" is shorter than 2 characters'),
        ('<meter id="7"><name>ab</name><name>cd</name></meter>', "/name"),
        ('<meter id="7"><name>ab</name><other/></meter>', "other"),
        ('<meter id="7"><name>ab</name><place/></meter>', '/place: "city" is a required property'),
        ('<meter id="7"><name>ab</name><reading>much</reading></meter>', "/readings/0"),
        ('<sensor id="7"><name>ab</name></sensor>', "the body is <sensor>; the document calls it <meter>"),
        ("<meter", "the body is not XML: unclosed token: line 1, column 0"),
        ("", "the body is not XML: no element found"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><meter id="7"><name>&b;</name></meter>', "declares entities"),
        ("<a>" * 101 + "</a>" * 101, "more than 100"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, sent: str, told: str) -> None:
    """Each body has one fault, at its place."""
    (message,) = read(tmp_path, METER, sent)[1]
    assert told in message


@pytest.mark.parametrize(
    ("schema", "sent", "value"),
    [
        (
            {"type": "object", "required": ["days"]},
            "<a b='1'><c>x</c><c>y</c></a>",
            {"b": "1", "c": ["x", "y"]},
        ),
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, "<a><n>4</n></a>", {"n": 4}),
        ({"type": "array", "items": {"type": "integer"}}, "<a><i>4</i><i>5</i></a>", [4, 5]),
    ],
)
def test_nobody_is_held_to_a_form_that_is_not_documented(
    tmp_path: Path, schema: Any, sent: str, value: Any
) -> None:
    """Where no `xml` stands in the schema, what can be read is read, and nothing is refused."""
    assert read(tmp_path, schema, sent) == (value, [])


def test_the_type_that_fits_is_chosen(tmp_path: Path) -> None:
    """Of two types, the one that accepts what is sent says how it is read."""
    kinds = [
        {
            "type": "object",
            "required": [name],
            "properties": {name: {"type": kind, "xml": {"attribute": True}}},
        }
        for name, kind in (("hours", "integer"), ("label", "string"))
    ]
    assert read(tmp_path, {"oneOf": kinds}, '<a label="7"/>') == ({"label": "7"}, [])
    assert read(tmp_path, {"oneOf": kinds}, '<a hours="7"/>') == ({"hours": 7}, [])


def test_texts_are_read_in_their_charset(tmp_path: Path) -> None:
    """That of the media type, else that of the body itself."""
    schema = {"type": "object", "properties": {"n": {"type": "string", "xml": {"attribute": True}}}}
    latin = "<a n='\u00e9'/>".encode("latin-1")
    declared = b'<?xml version="1.0" encoding="iso-8859-1"?>' + latin
    assert read(tmp_path, schema, latin, f"{XML}; charset=windows-1252") == ({"n": "\u00e9"}, [])
    assert read(tmp_path, schema, declared) == ({"n": "\u00e9"}, [])
    assert read(tmp_path, schema, latin)[1][0].startswith("the body is not XML: not well-formed")


def test_an_element_is_of_the_field_that_is_called_so(tmp_path: Path) -> None:
    """Where fields are called by each other's keys, the documented names count."""
    fields = {"a": {"type": "integer", "xml": {"name": "b"}}, "b": {"type": "integer", "xml": {"name": "a"}}}
    schema = {"type": "object", "properties": fields}
    assert read(tmp_path, schema, "<x><a>1</a><b>2</b></x>") == ({"a": 2, "b": 1}, [])


def work(reads: BodyReader, sent: str) -> int:
    """How many steps the reading of a body takes, which has no fault."""
    faults: list[Any] = []
    made = steps_of(lambda: faults.extend(reads.read(sent.encode(), {"content-type": XML})[1]))
    assert not faults
    return made


@pytest.mark.parametrize("beside", [{}, {"properties": {"next": {"minProperties": 1}}}])
def test_choices_inside_choices_are_read_once_each(tmp_path: Path, beside: Any) -> None:
    """Types that hold each other: read anew by each choice, fourteen levels took seconds, ninety no end."""
    step = {"$ref": "#/components/schemas/Step"}
    kinds = [
        {"type": "object", "required": [name], "properties": {name: {"type": "integer"}, "next": step}}
        for name in ("hours", "days")
    ]
    named = {"Step": {"oneOf": kinds, "xml": {"name": "step"}, **beside}}
    reads = reader(tmp_path, step, named=named)
    _, short, long = (
        work(reads, f"<step>{'<next>' * depth}{'<days>1</days></next>' * depth}<days>1</days></step>")
        for depth in (2, 10, 80)
    )
    assert short < long < 10 * short


def test_many_elements_of_many_fields_are_looked_through_once(tmp_path: Path) -> None:
    """Two thousand documented fields make the reading of ten thousand elements no slower than one does."""
    took = []
    for count in (1, 2000):
        fields = {f"f{index}": {"type": "string"} for index in range(count)}
        reads = reader(tmp_path, {"type": "object", "properties": fields, "xml": {"name": "x"}})
        work(reads, "<x><f0/></x>")
        took.append(work(reads, f"<x>{'<a/>' * 10_000}</x>"))
    assert 10_000 < took[1] < 2 * took[0]


def test_a_body_that_takes_too_much_work_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of one body has an end; it is refused as a body that is too large is."""
    reads = reader(tmp_path, {"type": "array", "items": {"type": "integer"}})
    monkeypatch.setattr(xml_body, "MOST_STEPS", 50)
    assert reads.read(b"<a>" + b"<i>1</i>" * 49 + b"</a>", {"content-type": XML}) == ([1] * 49, ())
    value, (fault,) = reads.read(b"<a>" + b"<i>1</i>" * 50 + b"</a>", {"content-type": XML})
    assert value is None
    assert (fault.kind, fault.message) == ("size", "the body takes more than 50 steps to read by its schema")


def test_a_body_that_is_too_deep_for_its_schema_is_refused(tmp_path: Path) -> None:
    """Choices among choices take more room per level than there is for all levels that are read."""
    kind: Any = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Step"}}}
    for _ in range(8):
        kind = {"oneOf": [kind]}
    reads = reader(tmp_path, {"$ref": "#/components/schemas/Step"}, named={"Step": kind})
    sent = "<next>" * 95 + "</next>" * 95
    value, (fault,) = reads.read(sent.encode(), {"content-type": XML})
    assert (value, fault.kind) == (None, "size")
    assert "too deep" in fault.message


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        ({"type": "string"}, '<d lang="en">foo</d>', "foo"),
        ({"oneOf": [{"type": "string"}, {"type": "object"}]}, '<d lang="en"/>', {"lang": "en"}),
        ({"type": ["integer", "null"]}, "<d/>", None),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "<d> </d>", None),
        ({"type": ["string", "null"]}, "<d/>", ""),
        ({"oneOf": [{"type": "null"}, {"type": "string"}]}, "<d/>", ""),
        ({"type": "array", "items": {"type": "integer"}}, "<d>1</d>", [1]),
        ({"type": "array", "items": {"type": "integer"}}, "<d>1</d><d>2</d>", [1, 2]),
    ],
)
@pytest.mark.parametrize("place", ["properties", "additionalProperties"])
def test_a_value_is_read_so_as_a_field_and_in_a_map(
    tmp_path: Path, place: str, field: Any, sent: str, value: Any
) -> None:
    """Texts with attributes that no one documents, nulls that are written as nothing, lists of a map."""
    inside = {"d": field} if place == "properties" else field
    schema = {"type": "object", "xml": {"name": "x"}, place: inside}
    assert read(tmp_path, schema, f"<x>{sent}</x>") == ({"d": value}, [])


PAIR: dict[str, Any] = {
    "type": "object",
    "xml": {"name": "pair"},
    "additionalProperties": False,
    "properties": {
        "at": {
            "type": "array",
            "prefixItems": [
                {"type": "integer", "xml": {"name": "from"}},
                {"type": "string", "xml": {"name": "zone"}},
            ],
            "items": {"type": "boolean"},
        }
    },
    "patternProperties": {
        "^size_": {"type": "integer"},
        "^all_": {
            "type": "array",
            "items": {"type": "number", "xml": {"name": "one"}},
            "xml": {"wrapped": True},
        },
    },
}


def test_what_the_mock_writes_of_pairs_and_patterns_it_reads(tmp_path: Path) -> None:
    """Each of the first items by its own schema, and fields by that of the pattern that their names match."""
    value = {"at": [7, "8", True], "size_a": 3, "all_b": [1.5]}
    reads = reader(tmp_path, PAIR)
    written = XmlWriter(Schemas({})).body(PAIR, value)

    assert b"<from>7</from><zone>8</zone><at>true</at>" in written
    assert b"<size_a>3</size_a><all_b><one>1.5</one></all_b>" in written
    assert reads.read(written, {"content-type": XML}) == (value, ())
