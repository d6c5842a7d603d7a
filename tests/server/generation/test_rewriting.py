"""Replies in XML, as tables and as plain text hold what the JSON of the same response holds."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from metermock.contract.schemas import Schemas
from metermock.in_process import asgi_app
from metermock.server.generation.wire.tables import columns_of, table
from metermock.server.generation.wire.xml_bodies import XmlWriter

JSON, XML, CSV, TEXT = "application/json", "application/xml", "text/csv", "text/plain"
DAY = {
    "type": "object",
    "required": ["day", "calls", "cost", "secret"],
    "xml": {"name": "day"},
    "properties": {
        "day": {"type": "string", "format": "date", "xml": {"attribute": True}},
        "calls": {"type": "integer", "minimum": 0},
        "cost": {"type": "object", "properties": {"amount": {"type": "string"}}, "required": ["amount"]},
        "secret": {"type": "string", "writeOnly": True},
    },
}
DAYS = {
    "type": "object",
    "required": ["days", "has_more"],
    "xml": {"name": "usage"},
    "properties": {
        "days": {"type": "array", "minItems": 2, "items": DAY, "xml": {"wrapped": True}},
        "has_more": {"type": "boolean"},
    },
}
Get = Callable[..., httpx.Response]


def document(content: Mapping[str, Any], error: Mapping[str, Any]) -> dict[str, Any]:
    """A document of one operation with a success and an error."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    responses = {"200": {"description": "usage", "content": content}}
    responses["400"] = {"description": "no", "content": error}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Usage", "version": "1"},
        "paths": {"/usage": {"get": {"parameters": [limit], "responses": responses}}},
    }


@pytest.fixture
def getting(tmp_path: Path) -> Callable[..., Get]:
    """What serves a document of these media types, and gives what asks it."""

    def serve(content: Mapping[str, Any], error: Mapping[str, Any] | None = None) -> Get:
        path = tmp_path / "openapi.json"
        path.write_text(json.dumps(document(content, error or {XML: {"schema": {"type": "object"}}})))
        app = asgi_app(path)

        def get(accept: str, query: str = "") -> httpx.Response:
            return _asked(app, accept, query)

        return get

    return serve


def read(text: str) -> ET.Element:
    """The root of an XML text."""
    return ET.fromstring(text)  # noqa: S314 - our own text


def _asked(app: Any, accept: str, query: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            return await client.get(f"/usage{query}", headers={"accept": accept})

    return asyncio.run(ask())


def test_xml_and_tables_say_what_the_json_says(getting: Callable[..., Get]) -> None:
    """The rows of three forms of one response are the same."""
    schema = {"schema": DAYS}
    get = getting({JSON: schema, XML: schema, CSV: {"schema": {"type": "string"}}})
    days = get(JSON).json()["days"]
    root = read(get(XML).text)
    rows = [*csv.DictReader(io.StringIO(get(CSV).text))]

    assert len(days) > 1
    assert root.tag == "usage"
    assert [(each.get("day"), each.findtext("calls")) for each in root.iterfind("days/day")] == [
        (each["day"], str(each["calls"])) for each in days
    ]
    assert [(each["day"], each["calls"], each["cost.amount"]) for each in rows] == [
        (each["day"], str(each["calls"]), each["cost"]["amount"]) for each in days
    ]


def test_a_table_without_json_beside_it_has_the_rows_of_its_schema(getting: Callable[..., Get]) -> None:
    """A schema of rows names the columns of CSV, whatever the rows have."""
    text = getting({CSV: {"schema": {"type": "array", "minItems": 1, "items": DAY}}})(CSV).text

    assert text.splitlines()[0] == "day,calls,cost.amount"
    assert len(text.splitlines()) > 1


def test_the_authors_example_of_a_media_type_is_shown(getting: Callable[..., Get]) -> None:
    """A text is sent as it stands; a value is written in the form of its media type."""
    shown = {"days": [{"day": "2026-03-01", "calls": 7}]}
    get = getting(
        {
            JSON: {"schema": DAYS},
            XML: {"schema": DAYS, "example": shown},
            CSV: {"schema": {"type": "string"}, "example": "a,b\n1,2\n"},
        }
    )

    assert get(XML).text.endswith(
        '<usage><days><day day="2026-03-01"><calls>7</calls></day></days></usage>\n'
    )
    assert get(CSV).text == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("schema", "kind"), [({"type": "integer", "minimum": 3}, int), (DAYS, dict), ({"type": "boolean"}, bool)]
)
def test_plain_text_of_data_is_data(getting: Callable[..., Get], schema: Any, kind: type) -> None:
    """Where a schema of plain text is no string, the text is JSON; beside JSON it waits to be asked for."""
    get = getting({TEXT: {"schema": schema}, JSON: {"schema": schema}})

    assert isinstance(json.loads(get(TEXT).text), kind)
    assert get("*/*").headers["content-type"] == JSON


@pytest.mark.parametrize("schema", [True, {"type": "object", "properties": {"message": {"type": "string"}}}])
def test_an_error_in_xml_says_what_is_wrong(getting: Callable[..., Get], schema: Any) -> None:
    """Where only XML is documented of an error, its body is XML."""
    reply = getting({JSON: {"schema": DAYS}}, {XML: {"schema": schema}})(JSON, "?limit=none")

    assert (reply.status_code, reply.headers["content-type"]) == (400, XML)
    assert "limit" in (read(reply.text).findtext("message") or "")


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"xml": {"name": "a b"}}, "<&\x00>", "<a_b>&lt;&amp;\ufffd&gt;</a_b>"),
        ({"xml": {"name": "x", "prefix": "p", "namespace": "urn:n"}}, 1, '<p:x xmlns:p="urn:n">1</p:x>'),
        ({"xml": {"prefix": "p"}}, True, '<p:reply xmlns:p="urn:p">true</p:reply>'),
        ({"xml": {"name": "Größe"}}, {"länge": 1}, "<Größe><länge>1</länge></Größe>"),
        ({"xml": {"prefix": "1p", "namespace": "urn:n"}}, 1, '<_1p:reply xmlns:_1p="urn:n">1</_1p:reply>'),
        (
            {"properties": {"lang": {"xml": {"prefix": "xml", "attribute": True}}}},
            {"lang": "de"},
            '<reply xml:lang="de"/>',
        ),
        (
            {
                "xml": {"namespace": "urn:n"},
                "properties": {"a": {"xml": {"namespace": "urn:other", "attribute": True}}},
            },
            {"a": 1},
            '<reply xmlns="urn:n" a="1"/>',
        ),
        (True, {"a²": "b\rc"}, "<reply><a_>b&#13;c</a_></reply>"),
        (True, {"1st": 1, "@id": "x"}, "<reply><_1st>1</_1st><_id>x</_id></reply>"),
        (True, {"a": [1, 2], "b": []}, "<reply><a>1</a><a>2</a></reply>"),
        (True, [1, [2]], "<reply><item>1</item><item><item>2</item></item></reply>"),
        (
            {
                "properties": {
                    "a": {"items": {"xml": {"name": "one"}}, "xml": {"name": "all", "wrapped": True}}
                }
            },
            {"a": [1]},
            "<reply><all><one>1</one></all></reply>",
        ),
        (
            {"properties": {"a": {"xml": {"nodeType": "attribute"}}, "b": {"xml": {"nodeType": "text"}}}},
            {"a": '"', "b": "text"},
            "<reply a='\"'>text</reply>",
        ),
        (
            {"oneOf": [{"type": "string"}, {"properties": {"a": {"xml": {"name": "A"}}}}]},
            {"a": 1},
            "<reply><A>1</A></reply>",
        ),
    ],
)
def test_names_and_forms_of_xml_are_the_documents(schema: Any, value: Any, told: str) -> None:
    """Names, namespaces, attributes, wrapped lists and texts stand as `xml` says; the rest by its fields."""
    text = XmlWriter(Schemas({})).body(schema, value).decode()

    read(text)
    assert text.splitlines()[1] == told


def test_null_in_xml_is_nil() -> None:
    """An element is marked as nil, an attribute is left out."""
    schema = {"properties": {"b": {"xml": {"attribute": True}}}}
    root = read(XmlWriter(Schemas({})).body(schema, {"a": None, "b": None}).decode())

    assert root.attrib == {}
    assert [each.attrib for each in root] == [{"{http://www.w3.org/2001/XMLSchema-instance}nil": "true"}]


def test_a_table_has_its_columns_without_rows_too() -> None:
    """Columns are those of the schema, then others; lists are JSON, null is an empty cell."""
    columns = [*columns_of(Schemas({}), DAY)]
    rows = [{"calls": 1, "day": None, "cost": None, "more": [1]}]

    assert table(CSV, [], columns) == b"day,calls,cost.amount\n"
    assert table(CSV, rows, columns) == b"day,calls,cost.amount,more\n,1,,[1]\n"
    assert table("text/tab-separated-values", [1, 2]) == b"value\n1\n2\n"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("application/x+json; version=2", "application/x+json; version=2"),
        ("application/json;charset=UTF-8", "application/json; charset=UTF-8"),
        (
            'Application/JSON; profile="https://x.example/a b"',
            'application/json; profile="https://x.example/a b"',
        ),
        # The bodies are written in UTF-8, whatever a document says.
        ("text/plain; charset=iso-8859-1", "text/plain"),
        ("application/json; q=0.9", "application/json"),
    ],
)
def test_a_media_type_is_sent_with_its_parameters(
    getting: Callable[..., Get], written: str, sent: str
) -> None:
    """They are those of the document, but what speaks of the writing or of the asking."""
    reply = getting({written: {"schema": {"type": "string"}}})("*/*")

    assert (reply.status_code, reply.headers["content-type"]) == (200, sent)


def test_a_media_type_that_is_made_of_json_is_sent_with_its_parameters(
    getting: Callable[..., Get],
) -> None:
    """A table, too, has the parameters that the document writes."""
    reply = getting({JSON: {"schema": DAYS}, f"{CSV}; header=present": {"schema": {"type": "string"}}})(CSV)

    assert reply.headers["content-type"] == "text/csv; header=present"
