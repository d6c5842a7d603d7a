"""A document that is served with nothing beside it, as clients see it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Server

SHOP = str(Path(__file__).parent / "shop.yaml")
NOW = dt.datetime(2026, 3, 18, 15, 42, 7, tzinfo=dt.UTC)
ORDER = {"customer_name": "Ann", "lines": [{"sku": "s-1", "quantity": 2}]}
Asking = Callable[..., httpx.Client]


@pytest.fixture
def client(serve: Callable[..., Server]) -> Iterator[Asking]:
    """Make clients of the shop's mock, or of one with other options, for a key."""
    with ExitStack() as stack:

        def make(
            key: str = "anything", *options: str, words: Sequence[str] = (SHOP,), path: str = ""
        ) -> httpx.Client:
            server = serve(*words, *options)
            return stack.enter_context(server.client(path, **({"X-Key": key} if key else {})))

        yield make


@pytest.fixture
def shop(client: Asking) -> httpx.Client:
    """A client of the shop's mock, with a credential that nobody issued."""
    return client()


def orders(client: httpx.Client, **query: Any) -> dict[str, Any]:
    """A page of orders."""
    reply = client.get("/orders", params=query)
    assert reply.status_code == 200
    page: dict[str, Any] = reply.json()
    return page


def test_the_pages_of_a_list_are_the_list(shop: httpx.Client) -> None:
    """Limit and offset cut one list; total and has_more say how long it is."""
    whole = orders(shop, limit=50)
    pages = [orders(shop, limit=5, offset=first) for first in range(0, 60, 5)]

    assert [row for page in pages for row in page["data"]] == whole["data"][: whole["total"]]
    assert {page["total"] for page in pages} == {whole["total"]}
    assert len(pages[0]["data"]) == 5
    assert [page["has_more"] for page in pages] == [first + 5 < whole["total"] for first in range(0, 60, 5)]


def test_a_thing_of_a_list_is_the_same_by_itself(shop: httpx.Client) -> None:
    """The id of a row leads to the row, and another id to another thing."""
    first, second = orders(shop)["data"][:2]

    assert shop.get(f"/orders/{first['id']}").json() == first
    assert shop.get(f"/orders/{second['id']}").json() == second
    assert first["customer_name"] != second["customer_name"]


def test_what_the_request_says_is_repeated(shop: httpx.Client) -> None:
    """A filter shows in every row, a parameter in its field, and a body in what it creates."""
    made = shop.post("/orders", json={**ORDER, "note": "by noon"}).json()

    assert {row["status"] for row in orders(shop, status="paid")["data"]} == {"paid"}
    assert shop.get("/usage?currency=eur").json()["currency"] == "eur"
    assert {name: made[name] for name in ORDER} == ORDER
    assert made["note"] == "by noon"
    assert "password" not in made


def test_a_post_changes_nothing(shop: httpx.Client) -> None:
    """The mock has no state: the list is the same after a POST and a DELETE."""
    before = orders(shop)
    made = shop.post("/orders", json=ORDER)
    gone = shop.delete(f"/orders/{before['data'][0]['id']}")

    assert (made.status_code, gone.status_code, gone.content) == (201, 204, b"")
    assert orders(shop) == before


@pytest.mark.parametrize(("form", "start"), [("uri-reference", "/two/orders/"), ("uri", "http://")])
def test_a_location_leads_to_what_was_made(client: Asking, tmp_path: Path, form: str, start: str) -> None:
    """By the id of the body, where the client reaches the mock; as a URL where the document wants one."""
    path = tmp_path / "two.yaml"
    path.write_text(Path(SHOP).read_text("utf-8").replace("format: uri-reference", f"format: {form}"))
    shops = client(words=(SHOP, str(path)), path="/two")
    made = shops.post("/orders", json=ORDER)

    assert made.headers["location"].startswith(start)
    found = shops.get(str(made.url.join(made.headers["location"])))
    assert (found.status_code, found.json()["id"]) == (200, made.json()["id"])


@pytest.mark.parametrize("account", ["steady", "quiet", "near-limit", "over-limit", "empty", "huge"])
def test_numbers_agree(client: Asking, account: str) -> None:
    """Used and remaining make the limit, the percentage follows, totals are sums, days end today."""
    usage = client(f"{account}-shop-key").get("/usage").json()

    assert usage["remaining"] == max(usage["limit"] - usage["used"], 0)
    assert usage["percent_used"] == pytest.approx(100 * usage["used"] / usage["limit"], abs=0.01)
    assert usage["total_calls"] == sum(day["calls"] for day in usage["daily"])
    tokens = usage["tokens"]
    assert tokens["total_tokens"] == tokens["prompt_tokens"] + tokens["completion_tokens"]
    days = [dt.date.fromisoformat(day["date"]) for day in usage["daily"]]
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(days))
    assert days[-1] == NOW.date()


def test_instants_are_in_order(shop: httpx.Client) -> None:
    """Nothing is updated before it is created, and nothing lies ahead."""
    for row in orders(shop, limit=50)["data"]:
        created, updated = (dt.datetime.fromisoformat(row[name]) for name in ("created_at", "updated_at"))
        assert created <= updated <= NOW


def test_accounts_are_situations(client: Asking) -> None:
    """The account without calls has no orders; each account has orders of its own."""
    empty, steady, huge = (orders(client(f"{name}-shop-key")) for name in ("empty", "steady", "huge"))

    assert (empty["data"], empty["total"], empty["has_more"]) == ([], 0, False)
    assert steady["data"] != huge["data"]


def test_headers_of_limits_agree(client: Asking) -> None:
    """What remains is below the limit, and nothing remains to who is over it."""
    headers = client("steady-shop-key").get("/orders").headers
    over = client("over-limit-shop-key").get("/orders").headers

    assert 0 < int(headers["x-ratelimit-remaining"]) < int(headers["x-ratelimit-limit"])
    assert over["x-ratelimit-remaining"] == "0"


def test_an_example_is_the_reply_unless_replies_are_dynamic(client: Asking) -> None:
    """The document's example is sent as it is; `--dynamic` makes one from the schema."""
    assert client().get("/hello").json() == {"text": "Good morning"}
    assert client("", "--dynamic").get("/hello").json() != {"text": "Good morning"}


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        ("*/*", 200, "application/json"),
        ("text/csv", 200, "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", 200, "text/csv"),
        ("image/png", 406, "application/problem+json"),
    ],
)
def test_accept_chooses_the_media_type(shop: httpx.Client, accept: str, status: int, media: str) -> None:
    """Of the documented media types the one that the client likes best, or 406."""
    reply = shop.get("/usage", headers={"accept": accept})

    assert (reply.status_code, reply.headers["content-type"].partition(";")[0]) == (status, media)
    if media == "text/csv":
        assert reply.text == "day,calls\n2026-03-01,7\n"


def test_errors_are_the_documented_ones(shop: httpx.Client) -> None:
    """Each refusal has its documented status, and says in the documented fields what is wrong."""
    anonymous = shop.get("/orders", headers={"X-Key": ""})
    bad = shop.get("/orders?limit=many")
    wrong = shop.post("/orders", json={"customer_name": "", "lines": []})
    nowhere = shop.get("/nowhere")

    assert anonymous.status_code == 401
    assert "missing" in anonymous.json()["error"]["message"]
    assert bad.status_code == 400
    assert "limit" in bad.json()["error"]["message"]
    assert wrong.status_code == 422
    assert {row["field"] for row in wrong.json()["errors"]} == {"customer_name", "lines"}
    assert nowhere.status_code == 404
    assert nowhere.json()["error"]["status"] == 404


def test_unknown_credentials_are_refused_on_request(client: Asking) -> None:
    """`--strict-credentials` lets in only the credentials that `accounts` lists."""
    assert client("anything", "--strict-credentials").get("/orders").status_code == 401
    assert client("steady-shop-key", "--strict-credentials").get("/orders").status_code == 200


def test_the_same_bytes_in_any_order_and_process(client: Asking) -> None:
    """Another process that is asked in another order gives the same bytes; another seed gives others."""
    paths = ["/orders", "/orders?limit=3&offset=4", "/usage", "/hello"]
    one, other = client("steady-shop-key"), client("steady-shop-key", "--strict")
    seeded = client("steady-shop-key", "--seed", "7")

    first = {path: one.get(path).content for path in paths}
    assert {path: other.get(path).content for path in reversed(paths)} == first
    assert seeded.get("/orders").content != first["/orders"]


def test_a_project_without_handlers_and_world_is_served(client: Asking, tmp_path: Path) -> None:
    """A folder with a document alone is a project, and so is one that answers a part by handlers."""
    (tmp_path / "openapi").mkdir()
    (tmp_path / "handlers").mkdir()
    shutil.copy(SHOP, tmp_path / "openapi" / "shop.openapi.yaml")
    (tmp_path / "handlers" / "shop.py").write_text("def hello(request):\n    return {'text': 'Hi'}\n")
    asked = client("steady-shop-key", words=[f"{tmp_path}/"], path="/shop")

    assert asked.get("/hello").json() == {"text": "Hi"}
    assert asked.get("/orders").status_code == 200
    assert asked.get("/orders", headers={"X-Key": ""}).status_code == 401


def test_two_documents_are_served_under_their_names(client: Asking, tmp_path: Path) -> None:
    """Each document has the name of its file; of two with one name, their folders tell them apart."""
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        shutil.copy(SHOP, tmp_path / name / "openapi.yaml")
    words = [str(tmp_path / name / "openapi.yaml") for name in ("north", "south")]
    both = client("", words=words)

    assert both.get("/north-openapi/hello").status_code == 200
    assert both.get("/south-openapi/hello").status_code == 200
    assert both.get("/health").json()["contracts"] == ["north-openapi", "south-openapi"]


def test_a_document_without_credentials_has_a_line_to_paste(client: Asking, tmp_path: Path) -> None:
    """The start page shows how to ask where nobody is asked who he is."""
    text = Path(SHOP).read_text("utf-8").replace("security: [{key: []}]\n", "")
    path = tmp_path / "open.yaml"
    path.write_text(text)
    page = client("", words=[str(path)])
    line = next(each for each in page.get("/").text.splitlines() if "curl " in each)

    assert page.get(line.rpartition("/open")[2]).status_code == 200


SCHEMA = "{type: object, properties: {code: {type: string}, message: {type: string}}}"
REFUSING = f"""
openapi: 3.1.0
info: {{title: Doors, version: "1"}}
components: {{securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}}}}}
security: [{{key: []}}]
paths:
  /doors:
    get:
      operationId: listDoors
      parameters: [{{name: floor, in: query, schema: {{type: integer}}}}]
      responses:
        "200":
          description: ok
          content: {{application/json: {{schema: {{type: array, items: {{type: string}}}}}}}}
        "400":
          description: bad
          content: {{application/json: {{schema: {SCHEMA}, example: {{code: bad_floor, message: No such}}}}}}
        "401":
          description: who
          content: {{application/json: {{schema: {{type: object}}, example: {{why: no key}}}}}}
        "404":
          description: none
          content: {{application/json: {{example: {{code: nope}}}}}}
"""
WRONG = "query floor is not of type integer: 'x'"


@pytest.mark.parametrize(
    ("path", "key", "shown"),
    [
        ("/doors", "", {"why": "no key"}),
        ("/doors?floor=x", "k", {"code": "bad_floor", "message": WRONG}),
        ("/windows", "k", {"code": "nope"}),
    ],
)
def test_an_error_is_the_example_of_the_document(
    client: Asking, tmp_path: Path, path: str, key: str, shown: Any
) -> None:
    """As its author wrote it, but for the words about what is wrong with this request."""
    document = tmp_path / "rooms.yaml"
    document.write_text(REFUSING)

    assert client(key, words=[str(document)]).get(path).json() == shown
    made = client(key, "--dynamic", words=[str(document)]).get(path).json()
    assert isinstance(made, dict)
    assert made.get("code") != "bad_floor"


def test_a_path_may_begin_with_the_name_of_the_document(client: Asking, tmp_path: Path) -> None:
    """`doors.yaml` has `/doors`: at the root it is that path; its pages stay, and so does the longer way."""
    document = tmp_path / "doors.yaml"
    document.write_text(REFUSING)
    doors = client("k", words=[str(document)])

    assert [doors.get(path).status_code for path in ("/doors", "/doors/doors")] == [200, 200]
    assert doors.get("/doors").json() == doors.get("/doors/doors").json()
    assert "openapi: 3.1.0" in doors.get("/doors/openapi.yaml").text
    assert doors.get("/doors/docs").headers["content-type"].startswith("text/html")
