"""Pages of a list that follow each other, by cursor, id and number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server
from tests.server.generation.made import TEXT, WHOLE, asking, object_of, query, rows_of

FEED = str(Path(__file__).parent / "feed.yaml")
TODAY = dt.date(2026, 3, 18)


@pytest.fixture
def feed(serve: Callable[..., Server]) -> Iterator[httpx.Client]:
    """A client of the feed's mock."""
    with serve(FEED).client("") as client:
        yield client


def body(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    """The body of a good reply."""
    reply = client.get(path, params=query)
    assert reply.status_code == 200
    made: dict[str, Any] = reply.json()
    return made


def test_cursors_in_an_object_beside_the_rows_lead_through_the_list(feed: httpx.Client) -> None:
    """An object `page` says the next cursor until the last page, and no row comes twice."""
    rows: list[str] = []
    query: dict[str, Any] = {"limit": 7}
    for _ in range(20):
        page = body(feed, "/events", **query)
        rows += [row["id"] for row in page["events"]]
        assert page["page"]["has_next"] is (page["page"]["next"] is not None)
        if page["page"]["next"] is None:
            break
        query["after"] = page["page"]["next"]

    assert page["page"]["next"] is None
    assert len(set(rows)) == len(rows) > 7
    assert rows == [row["id"] for row in body(feed, "/events", limit=100)["events"]]


def test_the_id_of_a_row_leads_to_the_rows_after_it(feed: httpx.Client) -> None:
    """`after` takes the id of the last row, as clients of Stripe's lists send it."""
    first, second, third = body(feed, "/events", limit=3)["events"]

    assert body(feed, "/events", limit=1, after=first["id"])["events"] == [second]
    assert body(feed, "/events", limit=1, after=second["id"])["events"] == [third]


def test_a_cursor_that_was_never_given_out_is_refused_where_that_is_documented(feed: httpx.Client) -> None:
    """The documented 400 names the cursor, under the code that the document has; else the list begins."""
    refused = feed.get("/events?after=nonsense")

    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "BAD_REQUEST"
    assert "after: 'nonsense'" in refused.json()["error"]["message"]
    assert body(feed, "/logs", cursor="nonsense") == body(feed, "/logs")


def test_a_series_goes_on_from_page_to_page(feed: httpx.Client) -> None:
    """The days of all pages follow each other, and the last of them is today."""
    days: list[dt.date] = []
    query: dict[str, Any] = {"page": 1}
    while query["page"] is not None:
        page = body(feed, "/days", **query)
        assert page["page"] == query["page"]
        days += [dt.date.fromisoformat(row["date"]) for row in page["days"]]
        query["page"] = page["next_page"]

    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(days))
    assert days[-1] == TODAY
    assert len(days) > 5


def test_a_page_behind_the_last_is_empty_and_says_its_own_number(feed: httpx.Client) -> None:
    """The reply to page 99 is of page 99."""
    assert body(feed, "/days", page=99) == {"days": [], "page": 99, "next_page": None}


@pytest.mark.parametrize("path", ["/", "/health", "/feed/", "/feed/health"])
def test_a_path_of_the_document_is_the_documents(feed: httpx.Client, path: str) -> None:
    """Where a document has `/` and `/health` itself, it answers there, by name and without."""
    assert body(feed, path) == {"said": "by the document"}


@pytest.fixture(scope="module", name="odd")
def odd_fixture(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Server]
) -> Iterator[httpx.Client]:
    """A client of a mock whose parameters are named like cursors, with a pattern that Python cannot read."""
    text = {"type": "string"}
    row = {"type": "object", "required": ["month"], "properties": {"month": {**text, "pattern": "^\\p{L}+$"}}}
    page = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": row}}}
    responses = {
        "200": {"description": "rows", "content": {"application/json": {"schema": page}}},
        "400": {"description": "bad"},
    }
    named = [
        {"name": "marker", "in": "path", "required": True, "schema": text},
        *({"name": name, "in": "query", "schema": text} for name in ("after",)),
        *(
            {"name": name, "in": "query", "schema": {"type": "integer"}}
            for name in ("limit", "offset", "page")
        ),
    ]
    paths = {"/markers/{marker}/items": {"get": {"parameters": named, "responses": responses}}}
    document = {"openapi": "3.1.0", "info": {"title": "Odd", "version": "1"}, "paths": paths}
    path = tmp_path_factory.mktemp("odd") / "odd.json"
    path.write_text(json.dumps(document))
    with serve(str(path)).client("") as client:
        yield client


@pytest.mark.parametrize(
    "query",
    [
        "limit=2",
        "after=2026-03-01",
        "offset=99999999999999999999999",
        "page=9999999999999999999999&limit=3",
    ],
)
def test_good_requests_get_a_page(odd: httpx.Client, query: str) -> None:
    """A marker in the path is no cursor, nor is a day; behind the last row there is an empty page."""
    reply = odd.get(f"/markers/north/items?{query}")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")


def test_pages_have_tags_of_their_own(tmp_path: Path) -> None:
    """A documented ETag is another for another page, and the same for the same one."""
    ask = asking(tmp_path, object_of(data=rows_of(id=TEXT)), query(limit=WHOLE, offset=WHOLE))
    tags = [ask(headers=True, limit=3, offset=first)["ETag"] for first in (0, 3, 0)]

    assert tags[0] == tags[2] != tags[1]


def test_headers_tell_of_the_page_as_the_body_does(tmp_path: Path) -> None:
    """How many rows and pages there are, which one it is, and which is the next, where there is one."""
    ask = asking(tmp_path, object_of(data=rows_of(id=TEXT), total=WHOLE), query(per_page=WHOLE, page=WHOLE))
    total = ask(per_page=6, page=1)["total"]
    pages = -(-total // 6)
    told = {"X-Total-Count": str(total), "X-Total-Pages": str(pages), "X-Page": "2"}
    given = ask(headers=True, per_page=6, page=2)
    assert {name: given[name] for name in told} == told
    assert (given["X-Next-Page"], given["X-Prev-Page"]) == ("3", "1")
    assert "X-Prev-Page" not in ask(headers=True, per_page=6, page=1)
    assert "X-Next-Page" not in ask(headers=True, per_page=6, page=pages)
    # It may be of a rate limit.
    assert given["X-Limit"] == ask(headers=True, per_page=5, page=2)["X-Limit"]


def test_the_rows_of_hal_are_pages(tmp_path: Path) -> None:
    """They lie in `_embedded`, and be it one object further in: a page has as many as are asked for."""
    far_in = object_of(data=object_of(users=rows_of(id=TEXT)))
    for held in (object_of(users=rows_of(id=TEXT)), far_in):
        links = object_of(self=object_of(href=TEXT))
        whole = object_of(_links=links, _embedded=held, page_size=WHOLE)
        ask = asking(tmp_path, whole, query(page_size=WHOLE, record_index=WHOLE))
        pages = [json.dumps(ask(page_size=3, record_index=at)["_embedded"]) for at in (0, 1)]
        assert [page.count('"id"') for page in pages] == [3, 3]
        ids = [[part.split('"')[1] for part in page.split('"id": ')[1:]] for page in pages]
        assert ids[0][1:] == ids[1][:2]


def test_a_thing_with_others_embedded_is_itself(tmp_path: Path) -> None:
    """What has an id of its own is no page of what lies in it."""
    thing = object_of(id=TEXT, _embedded=object_of(users=rows_of(id=TEXT)))
    id_ = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    assert asking(tmp_path, thing, id_, path="/orders/{id}")(id="o-1")["id"] == "o-1"
