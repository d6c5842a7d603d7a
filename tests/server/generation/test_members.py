"""Fields of objects in a query choose like parameters of their own: pages, filters, spans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from metermock import asgi_app

WHOLE: Any = {"type": "integer", "minimum": 0}
TEXT: Any = {"type": "string"}
DATE: Any = {"type": "string", "format": "date"}
PLANS: Any = {"enum": ["free", "pro"]}
LINK: Any = {"type": ["string", "null"], "format": "uri"}
THING: Any = {"id": TEXT, "plan": PLANS, "created_at": {"type": "string", "format": "date-time"}}


def an_object(**fields: Any) -> Any:
    """The schema of an object that has all of these fields."""
    return {"type": "object", "required": list(fields), "properties": fields}


def plain(name: str, schema: Any) -> Any:
    """A parameter of the query."""
    return {"name": name, "in": "query", "schema": schema}


def deep(name: str, **fields: Any) -> Any:
    """An object of the query, written as `name[field]=value`."""
    return plain(name, {"type": "object", "properties": fields}) | {"style": "deepObject", "explode": True}


def client(folder: Path, body: Any, *parameters: Any) -> TestClient:
    """The mock of `/things`, whose replies have this schema."""
    content = {"application/json": {"schema": body}}
    get = {"parameters": parameters, "responses": {"200": {"description": "It.", "content": content}}}
    document = {
        "openapi": "3.2.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": get}},
    }
    path = folder / "things.json"
    path.write_text(json.dumps(document))
    return TestClient(asgi_app(str(path)), base_url="http://mock")


LIST = an_object(
    data={"type": "array", "items": an_object(**THING)},
    links=an_object(next=LINK),
    meta=an_object(total=WHOLE),
)


@pytest.mark.parametrize(
    "parameters",
    [
        [deep("page", number=WHOLE, size=WHOLE)],
        [deep("page", offset=WHOLE, size=WHOLE)],
        [deep("page", after=TEXT, size=WHOLE)],
        [plain("page[number]", WHOLE), plain("page[size]", WHOLE)],
        [plain("page[offset]", WHOLE), plain("page[size]", WHOLE)],
    ],
)
def test_a_client_that_follows_the_links_gets_each_row_once(tmp_path: Path, parameters: list[Any]) -> None:
    """Pages are cut by what stands in brackets, in an object or in the name, and links lead on."""
    mock = client(tmp_path, LIST, *parameters)
    url = "/things?page[size]=5"
    seen: list[str] = []
    sizes: list[int] = []
    while url and len(sizes) < 20:
        body = mock.get(url).json()
        seen += [row["id"] for row in body["data"]]
        sizes.append(len(body["data"]))
        url = body["links"]["next"]
    assert len(seen) == len(set(seen)) == body["meta"]["total"]
    assert sizes[:-1] == [5] * (len(sizes) - 1)
    assert len(sizes) > 1


@pytest.mark.parametrize("outer", ["filter", "where"])
def test_a_filter_in_an_object_chooses_rows(tmp_path: Path, outer: str) -> None:
    """As a parameter of the field's name does; the states of a list make it."""
    mock = client(tmp_path, LIST, deep(outer, plan=PLANS))
    rows = {plan: mock.get(f"/things?{outer}[plan]={plan}").json()["data"] for plan in PLANS["enum"]}
    assert all(row["plan"] == plan for plan, found in rows.items() for row in found)
    whole = mock.get("/things").json()["data"]
    assert sorted(row["id"] for found in rows.values() for row in found) == sorted(row["id"] for row in whole)


def test_bounds_of_an_instant_choose_rows(tmp_path: Path) -> None:
    """`created[gte]` and `created[lt]` are of `created_at`."""
    mock = client(tmp_path, LIST, deep("created", gte=DATE, lt=DATE))
    found = mock.get("/things?created[gte]=2025-06-01&created[lt]=2026-03-01").json()["data"]
    assert found
    assert all("2025-06-01" <= row["created_at"] < "2026-03-01" for row in found)


DAYS = an_object(
    window=an_object(**{"from": DATE, "to": DATE}),
    days={"type": "array", "items": an_object(day=DATE, calls=WHOLE)},
)


@pytest.mark.parametrize("asked", ["", "?window[from]=2026-03-02&window[to]=2026-03-04"])
def test_a_span_in_an_object_is_that_of_the_days(tmp_path: Path, asked: str) -> None:
    """The rows are those days, and an object of the reply that says the span says theirs, asked or not."""
    mock = client(tmp_path, DAYS, deep("window", **{"from": DATE, "to": DATE}))
    body = mock.get(f"/things{asked}").json()
    days = [row["day"] for row in body["days"]]
    assert body["window"] == {"from": days[0], "to": days[-1]}
    assert not asked or days == ["2026-03-02", "2026-03-03", "2026-03-04"]


LIMIT_AND_OFFSET: Any = {"type": "object", "properties": {"limit": WHOLE, "offset": WHOLE}}
OPEN: Any = {"type": "object", "properties": {"plan": PLANS, "inner": an_object(name=TEXT)}}
CUT_DEEP: Any = deep("page", limit=WHOLE, offset=WHOLE)
DEEPLY: Any = {"style": "deepObject", "explode": True}


@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        ([plain("page", LIMIT_AND_OFFSET) | {"explode": False}], "page=limit,2"),
        ([CUT_DEEP, plain("filter", OPEN) | DEEPLY], "filter[other]=1&page[limit]=2"),
        ([CUT_DEEP, plain("filter", OPEN) | DEEPLY], "filter[inner][name]=a&page[limit]=2"),
    ],
)
def test_a_link_writes_an_object_as_the_request_did(
    tmp_path: Path, parameters: list[Any], query: str
) -> None:
    """In its own style, with the fields that the document does not name, and those further inside."""
    mock = client(tmp_path, LIST, *parameters)
    link = unquote(mock.get(f"/things?{query}").json()["links"]["next"])
    ending = ",offset,2" if "," in query else "&page[offset]=2"
    assert link == f"http://mock/things?{query}{ending}"


def test_a_link_of_an_object_that_is_json_keeps_its_form(tmp_path: Path) -> None:
    """An object in a media type is written as that, with the place of the next page in it."""
    content = {"application/json": {"schema": LIMIT_AND_OFFSET}}
    mock = client(tmp_path, LIST, {"name": "page", "in": "query", "content": content})
    link = mock.get('/things?page={"limit":2}').json()["links"]["next"]
    assert json.loads(unquote(link).partition("page=")[2]) == {"limit": 2, "offset": 2}


def whole(**fields: Any) -> Any:
    """A parameter that is the whole query, as OpenAPI 3.2 has it."""
    schema = {"type": "object", "properties": fields}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"name": "q", "in": "querystring", "content": content}


@pytest.mark.parametrize(("query", "days"), [("days=7", 7), ("from=2026-03-01&to=2026-03-05", 5), ("", 30)])
def test_fields_of_the_whole_query_bound_a_series(tmp_path: Path, query: str, days: int) -> None:
    """They are read as parameters of their own, and so is what chooses rows and cuts pages."""
    series = an_object(days={"type": "array", "items": an_object(date=DATE, calls=WHOLE)})
    with client(tmp_path, series, whole(days=WHOLE, **{"from": DATE, "to": DATE})) as mock:
        assert len(mock.get(f"/things?{query}").json()["days"]) == days


def test_fields_of_the_whole_query_choose_and_cut(tmp_path: Path) -> None:
    """A client that follows the links gets each row that it chose once."""
    listed = an_object(data={"type": "array", "items": an_object(**THING)}, total=WHOLE, next=LINK)
    asked = whole(plan=PLANS, limit=WHOLE, offset=WHOLE)
    with client(tmp_path, listed, asked) as mock:
        address, seen = "/things?plan=pro&limit=2", []
        for _ in range(40):
            body = mock.get(address).json()
            seen += body["data"]
            if body["next"] is None:
                break
            address = body["next"]
        assert {row["plan"] for row in seen} == {"pro"}
        assert len({row["id"] for row in seen}) == len(seen) == body["total"]


@pytest.mark.parametrize("name", ["plan", "filter[plan]"])
@pytest.mark.parametrize("choice", ["oneOf", "anyOf"])
def test_rows_of_several_types_are_chosen(tmp_path: Path, name: str, choice: str) -> None:
    """A row has one of the types, and each of them may have the field that chooses."""
    types = [
        an_object(kind={"const": kind}, plan=PLANS, created_at=THING["created_at"]) for kind in ("a", "b")
    ]
    listed = an_object(data={"type": "array", "items": {choice: types}}, total=WHOLE)
    with client(tmp_path, listed, plain(name, PLANS)) as mock:
        every, some = (mock.get("/things", params=asked).json() for asked in ({}, {name: "pro"}))
        wanted = [row for row in every["data"] if row["plan"] == "pro"]
        assert some["data"] == wanted
        assert 0 < some["total"] == len(wanted) < every["total"]


def test_rows_of_json_api_are_chosen_and_sorted_by_their_attributes(tmp_path: Path) -> None:
    """The fields of such a row lie inside of it."""
    row = an_object(id=TEXT, type=TEXT, attributes=an_object(plan=PLANS, created_at=THING["created_at"]))
    listed = an_object(data={"type": "array", "items": row})
    with client(tmp_path, listed, plain("filter[plan]", PLANS), plain("sort", TEXT)) as mock:
        every, some, up = (
            [each["attributes"] for each in mock.get("/things", params=asked).json()["data"]]
            for asked in ({}, {"filter[plan]": "pro"}, {"sort": "created_at"})
        )
    born = [each["created_at"] for each in every]
    assert born == sorted(born, reverse=True)
    assert [each["created_at"] for each in up] == born[::-1]
    assert some == [each for each in every if each["plan"] == "pro"] != every
