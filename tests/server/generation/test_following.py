"""Pages that a client follows by what a reply says of them: every row comes once, and the list ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tests.conftest import Server
from tests.server.generation.made import TEXT, WHOLE, object_of, query, rows_of

URI: dict[str, Any] = {"type": "string", "format": "uri"}
NULL_URI: dict[str, Any] = {"type": ["string", "null"], "format": "uri"}
NULL_TEXT: dict[str, Any] = {"type": ["string", "null"]}
SIZE: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}
ROWS = rows_of(id=TEXT, name=TEXT)
HREF = {"type": "object", "required": ["href"], "properties": {"href": URI}}
PATH = {"type": ["string", "null"], "examples": ["/v1/things?cursor=abc"]}
ZERO = {"type": "integer", "minimum": 0, "default": 0}


def optional(required: list[str], **fields: Any) -> dict[str, Any]:
    """The schema of an object, some of whose fields have to be there."""
    return {"type": "object", "required": required, "properties": fields}


LISTS: Mapping[str, tuple[dict[str, Any], list[dict[str, Any]], str]] = {
    "django": (
        object_of(count=WHOLE, next=NULL_URI, previous=NULL_URI, results=ROWS),
        query(limit=SIZE, offset=WHOLE),
        "next",
    ),
    "bare": (
        object_of(count=WHOLE, next=NULL_TEXT, previous=NULL_TEXT, results=ROWS),
        query(page=WHOLE, page_size=SIZE),
        "next",
    ),
    "json-api": (
        object_of(data=ROWS, links=optional(["self"], self=URI, first=URI, prev=URI, next=URI, last=URI)),
        query(page={"type": "integer", "minimum": 1, "default": 1}, per_page=SIZE),
        "links.next",
    ),
    "graph": (
        object_of(data=ROWS, paging=optional([], next=URI, previous=URI)),
        query(limit=SIZE, after=TEXT),
        "paging.next",
    ),
    "hal": (
        object_of(items=ROWS, _links=optional(["self"], self=HREF, next=HREF, prev=HREF)),
        query(size=SIZE, cursor=TEXT),
        "_links.next.href",
    ),
    "twilio": (
        object_of(records=ROWS, next_page_uri=PATH, previous_page_uri=PATH, first_page_uri=PATH),
        query(page_size=SIZE, page_token=TEXT),
        "next_page_uri",
    ),
    "from-nought": (
        object_of(content=ROWS, number=WHOLE, next_page_url=NULL_URI),
        query(page=ZERO, size=SIZE),
        "next_page_url",
    ),
    "odata": (
        {
            "type": "object",
            "required": ["value"],
            "properties": {"value": ROWS, "@odata.nextLink": URI},
        },
        query(top=SIZE, skip=WHOLE),
        "@odata.nextLink",
    ),
    "github": (ROWS, query(page=WHOLE, per_page=SIZE), "Link"),
    "stripe": (
        object_of(data=ROWS, has_more={"type": "boolean"}),
        query(limit=SIZE, starting_after=TEXT, ending_before=TEXT),
        "",
    ),
    "google": (
        optional(["items"], items=ROWS, nextPageToken=TEXT),
        query(pageSize=SIZE, pageToken=TEXT, filter=TEXT),
        "",
    ),
}


@pytest.fixture(scope="module", name="lists")
def lists_fixture(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Server]
) -> Iterator[httpx.Client]:
    """A client of a mock with a list for each way in which APIs tell the next page."""
    paths = {
        f"/{name}/things": {
            "get": {
                "parameters": [*parameters, *query(lang=TEXT)],
                "responses": {
                    "200": {
                        "description": "a page",
                        "content": {"application/json": {"schema": schema}},
                        "headers": {"Link": {"schema": TEXT}} if leads == "Link" else {},
                    }
                },
            }
        }
        for name, (schema, parameters, leads) in LISTS.items()
    }
    path = tmp_path_factory.mktemp("lists") / "lists.json"
    path.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "Lists", "version": "1"}, "paths": paths})
    )
    with serve(str(path)).client("") as client:
        yield client


def got(client: httpx.Client, url: str, **given: Any) -> httpx.Response:
    """A good reply."""
    reply = client.get(url, params=given or None)
    assert reply.status_code == 200, reply.text
    return reply


def rows_in(body: Any) -> list[str]:
    """The ids of the rows of a page."""
    rows = body if isinstance(body, list) else next(each for each in body.values() if isinstance(each, list))
    return [row["id"] for row in rows]


def neighbour(reply: httpx.Response, leads: str) -> str | None:
    """The URL that a reply leads to, at a place of its body or in its Link header."""
    if leads == "Link":
        return reply.links.get("next", {}).get("url")
    value = reply.json()
    for name in [leads] if leads.startswith("@") else leads.split("."):
        value = (value or {}).get(name)
    return urljoin(str(reply.url), value) if value else None


FOLLOWED = [name for name, (_, _, leads) in LISTS.items() if leads]


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_client_that_follows_the_links_gets_each_row_once(lists: httpx.Client, name: str) -> None:
    """From page to page until no next one is told; the query stays what it was."""
    _, parameters, leads = LISTS[name]
    size = next(each["name"] for each in parameters if each["schema"] is SIZE)
    reply = got(lists, f"/{name}/things", **{size: 7, "lang": "a b&c"})
    found = rows_in(reply.json())
    for _ in range(20):
        url = neighbour(reply, leads)
        if not url:
            break
        assert httpx.URL(url).params["lang"] == "a b&c"
        reply = got(lists, url)
        assert rows_in(reply.json()), "a page that was led to is empty"
        found += rows_in(reply.json())
    assert not url
    assert len(found) == len(set(found)) > 7
    assert found == rows_in(got(lists, f"/{name}/things", **{size: 100, "lang": "a b&c"}).json())


def test_links_lead_back_and_to_the_ends(lists: httpx.Client) -> None:
    """The second page's previous one is the first, and the last has no next one."""
    first = got(lists, "/json-api/things", per_page=5)
    links = first.json()["links"]
    assert "prev" not in links
    second = got(lists, links["next"])
    assert got(lists, second.json()["links"]["prev"]).json()["data"] == first.json()["data"]
    assert got(lists, second.json()["links"]["self"]).json() == second.json()
    assert got(lists, links["first"]).json()["data"] == first.json()["data"]
    last = got(lists, links["last"]).json()
    assert last["data"]
    assert "next" not in last["links"]


def test_a_link_header_has_the_relations_of_its_page(lists: httpx.Client) -> None:
    """RFC 8288, as GitHub writes it: a middle page has all four."""
    reply = got(lists, "/github/things", per_page=5, page=2)
    assert set(reply.links) == {"next", "prev", "first", "last"}
    assert httpx.URL(reply.links["next"]["url"]).params["page"] == "3"
    assert got(lists, reply.links["last"]["url"]).links.keys() == {"prev", "first", "last"}


def test_the_url_is_the_one_that_the_client_uses(lists: httpx.Client) -> None:
    """Host, scheme and the preferences in front of the path are those of the request."""
    reply = lists.get("/~account=quiet/django/things", headers={"x-forwarded-host": "mock.example"})
    assert reply.json()["next"] == "http://mock.example/~account=quiet/django/things?offset=10"


def test_a_page_may_end_before_a_row(lists: httpx.Client) -> None:
    """`ending_before` an id gives the rows before it, and says whether there are more before these."""
    whole = rows_in(got(lists, "/stripe/things", limit=100).json())
    page = got(lists, "/stripe/things", limit=3, ending_before=whole[5]).json()
    assert (rows_in(page), page["has_more"]) == (whole[2:5], True)
    page = got(lists, "/stripe/things", limit=3, ending_before=whole[2]).json()
    assert (rows_in(page), page["has_more"]) == (whole[:2], False)


def test_a_token_that_may_be_absent_is_absent_at_the_end(lists: httpx.Client) -> None:
    """`nextPageToken` leads through the list, and the last page has none."""
    found: list[str] = []
    token: dict[str, str] = {}
    for _ in range(20):
        page = got(lists, "/google/things", pageSize=7, **token).json()
        found += rows_in(page)
        if "nextPageToken" not in page:
            break
        token = {"pageToken": page["nextPageToken"]}
    assert "nextPageToken" not in page
    assert found == rows_in(got(lists, "/google/things", pageSize=100).json())
    assert len(found) == len(set(found)) > 7


def test_the_first_page_may_be_page_nought(lists: httpx.Client) -> None:
    """Where the document says so, page 1 is the second one."""
    first, second = (got(lists, "/from-nought/things", page=page, size=5).json() for page in (0, 1))
    assert not set(rows_in(first)) & set(rows_in(second))
