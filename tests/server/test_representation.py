"""Coded bodies, entity tags and 304s, as clients see them: of handlers and of made replies."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.server.answer import Answer
from metermock.server.representation import represent
from metermock.server.request import HttpRequest
from tests.conftest import Server
from tests.server.preferences.asking import USAGE

ROWS = [{"name": f"gate {number}", "calls": number} for number in range(80)]
TEXT = "gate,calls\n" * 200
GZIP = {"Accept-Encoding": "gzip"}
ORIGIN = {"Origin": "http://localhost:5173"}


def response(media: str, example: Any, **headers: str) -> dict[str, Any]:
    """A documented response with its example."""
    named = {
        name.replace("_", "-"): {
            "schema": {"type": "string"},
            "example": value,
            "required": name in ("Content_Length", "Date"),
        }
        for name, value in headers.items()
    }
    return {"description": "It.", "headers": named, "content": {media: {"schema": {}, "example": example}}}


OPERATIONS = {
    "get /big": response("application/json", ROWS, X_Account="yard", Content_Language="en"),
    "post /big": response("application/json", ROWS),
    "get /small": response("application/json", ROWS[:1]),
    "get /table": response("text/csv; charset=utf-8", TEXT),
    "get /picture": response("image/png", TEXT),
    "get /archive": response("application/zip", TEXT),
    "get /strong": response("application/json", ROWS, ETag='"rev-7"'),
    "get /weak": response("application/json", ROWS, ETag='W/"rev-7"'),
    "get /fixed": response("application/json", ROWS, Cache_Control="private, No-Transform"),
    "get /framed": response(
        "application/json",
        ROWS,
        Content_Length="7",
        Content_Encoding="br",
        Transfer_Encoding="chunked",
        Date="today",
        Connection="close",
        Access_Control_Allow_Origin="*",
    ),
    "get /versioned": {
        **response("application/json", ROWS),
        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
    },
}


@pytest.fixture(scope="module")
def yard(serve: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Serve a document whose replies are its examples."""
    paths: dict[str, Any] = {}
    for name, documented in OPERATIONS.items():
        method, path = name.split()
        operation = {"operationId": f"{method}{path[1:]}", "responses": {"200": documented}}
        paths.setdefault(path, {})[method] = operation
    document = {"openapi": "3.1.0", "info": {"title": "Yard", "version": "1"}, "paths": paths}
    place = tmp_path_factory.mktemp("yard") / "yard.json"
    place.write_text(json.dumps(document), "utf-8")
    return serve(str(place), "--strict")


class Raw:
    """A reply with the bytes of its body as they came."""

    def __init__(self, reply: httpx.Response) -> None:
        self.status = reply.status_code
        self.headers = reply.headers
        self.body = b"".join(reply.iter_raw())


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> Raw:
    """Ask with these headers, and with no `Accept-Encoding` but one of them; `_` stands for `-`."""
    with server.client() as client:
        client.headers.pop("accept-encoding")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with client.stream(method, path, headers=named) as reply:
            return Raw(reply)


@pytest.fixture(params=[*USAGE.values(), "/big"], ids=[*USAGE, "made"])
def asked(request: pytest.FixtureRequest, mock: Server, yard: Server) -> Callable[..., Raw]:
    """Asks for a path of each bundled contract, and of a document, with further headers."""
    path: str = request.param
    server = yard if path == "/big" else mock
    return lambda method="GET", **headers: ask(server, path, method, X_Metermock="account=steady", **headers)


def test_a_body_over_a_kilobyte_comes_in_gzip_where_that_is_accepted(asked: Callable[..., Raw]) -> None:
    """The coded body is the plain one once decoded; length, coding and `Vary` say what is sent."""
    plain, coded = asked(), asked(Accept_Encoding="gzip, deflate")
    is_large = len(plain.body) > 1024

    assert coded.headers.get("content-encoding") == ("gzip" if is_large else None)
    assert (gzip.decompress(coded.body) if is_large else coded.body) == plain.body
    for reply in (plain, coded):
        assert reply.headers["content-length"] == str(len(reply.body))
        assert "Accept-Encoding" in reply.headers["vary"]


def test_head_has_the_headers_of_get(asked: Callable[..., Raw]) -> None:
    """HEAD has the headers of the same GET, coded or not, and no body."""
    for headers in ({}, {"Accept_Encoding": "gzip, identity;q=0"}):
        get, head = asked(**headers), asked("HEAD", **headers)

        assert (dict(head.headers), head.body) == (dict(get.headers), b"")


def test_a_client_that_has_the_body_gets_304(asked: Callable[..., Raw]) -> None:
    """`If-None-Match` with the tag of the first reply is answered without a body, for GET and HEAD."""
    first = asked(**ORIGIN, **GZIP)
    for method in ("GET", "HEAD"):
        again = asked(method, If_None_Match=first.headers["etag"], **ORIGIN, **GZIP)

        assert (again.status, again.body) == (304, b"")
        same = set(first.headers) - {"content-type", "content-length", "content-encoding", "content-language"}
        assert {name: first.headers[name] for name in same} == dict(again.headers)
        assert {"etag", "vary", "date", "access-control-allow-origin", "preference-applied"} <= same
        assert "ETag" in again.headers["access-control-expose-headers"].split(", ")


def test_small_bodies_are_sent_as_they_are(yard: Server) -> None:
    """Below a kilobyte a coding saves nothing; a client that refuses the plain body gets one all the same."""
    usual, demanded = ask(yard, "/small", **GZIP), ask(yard, "/small", Accept_Encoding="gzip, identity;q=0")

    assert ("content-encoding" in usual.headers, json.loads(usual.body)) == (False, ROWS[:1])
    assert json.loads(gzip.decompress(demanded.body)) == ROWS[:1]
    assert usual.headers["vary"] == demanded.headers["vary"] == "Accept-Encoding"


def test_texts_are_coded_and_what_is_compressed_is_not(yard: Server) -> None:
    """A table is coded; images and archives are not, and do not vary."""
    assert gzip.decompress(ask(yard, "/table", **GZIP).body) == TEXT.encode()
    for path in ("/picture", "/archive"):
        reply = ask(yard, path, **GZIP)
        assert (reply.body, {"vary", "content-encoding"} & set(reply.headers)) == (TEXT.encode(), set())


@pytest.mark.parametrize("path", ["/fixed", "/strong"])
def test_a_body_that_may_not_be_changed_is_not_coded(yard: Server, path: str) -> None:
    """`no-transform` and a strong tag of the document hold for the bytes as they are."""
    reply = ask(yard, path, **GZIP)

    assert (json.loads(reply.body), reply.headers.get("content-encoding")) == (ROWS, None)


@pytest.mark.parametrize("header", [(b"content-encoding", b"zstd"), (b"content-range", b"bytes 0-4999/9000")])
def test_what_a_handler_has_coded_or_cut_is_left_alone(header: tuple[bytes, bytes]) -> None:
    """A body in a coding of its own, or a range of one, is sent as its handler gave it."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"accept-encoding", b"gzip")],
    }
    answer = Answer(200, [(b"content-type", b"text/plain"), header], b"x" * 5000)
    represent(HttpRequest(scope, 0), answer, "gzip", None, is_tagged=False)

    assert (answer.body, answer.headers[1:]) == (b"x" * 5000, [header])


def test_a_document_says_nothing_of_the_bytes_that_are_sent(yard: Server) -> None:
    """Documented headers of the message itself are those of this one; of CORS there is one answer."""
    reply = ask(yard, "/framed", **GZIP, **ORIGIN)

    assert json.loads(gzip.decompress(reply.body)) == ROWS
    assert reply.headers.get_list("content-length") == [str(len(reply.body))]
    assert reply.headers.get_list("access-control-allow-origin") == [ORIGIN["Origin"]]
    assert len(reply.headers.get_list("date")) == 1
    assert "transfer-encoding" not in reply.headers
    assert ask(yard, "/framed").headers["access-control-allow-origin"] == "*"


def test_a_made_tag_is_one(yard: Server) -> None:
    """A documented tag without an example is made in the form that tags have, the same each time."""
    tags = {ask(yard, "/versioned").headers["etag"] for _ in range(2)}

    assert [re.fullmatch(r'"[0-9a-f]+"', tag) is not None for tag in tags] == [True]


@pytest.mark.parametrize(("path", "tag"), [("/strong", '"rev-7"'), ("/weak", 'W/"rev-7"')])
def test_a_documented_tag_is_left_alone(yard: Server, path: str, tag: str) -> None:
    """A tag of the document is the only one, and the mock answers no 304 in its name."""
    reply = ask(yard, path, If_None_Match=tag)

    assert (reply.status, reply.headers.get_list("etag"), json.loads(reply.body)) == (200, [tag], ROWS)
    assert ("content-encoding" in ask(yard, path, **GZIP).headers) == (path == "/weak")


def test_a_tag_is_that_of_the_bytes(yard: Server) -> None:
    """Other bytes have another strong tag, the same body in a coding too."""
    plain, coded, other = ask(yard, "/big"), ask(yard, "/big", **GZIP), ask(yard, "/table")
    tags = {reply.headers["etag"] for reply in (plain, coded, other)}

    assert len(tags) == 3
    assert all(tag.startswith('"') for tag in tags)
    assert ask(yard, "/big", If_None_Match=coded.headers["etag"]).status == 200
    assert ask(yard, "/big", If_None_Match=coded.headers["etag"], **GZIP).status == 304


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ('"TAG"', 304),
        ('W/"TAG"', 304),
        ('"a,b", "TAG" ,W/"c"', 304),
        ("*", 304),
        ('"nothing"', 200),
        ("", 200),
        ('"', 200),
        ("TAG", 200),
        ('"TAG-gzip"', 200),
    ],
)
def test_if_none_match_is_a_list_of_tags(yard: Server, known: str, status: int) -> None:
    """One of several tags is enough, weak ones count, and what is no tag matches nothing."""
    tag = ask(yard, "/big").headers["etag"].strip('"')

    assert ask(yard, "/big", If_None_Match=known.replace("TAG", tag)).status == status


def test_only_a_good_reply_to_a_read_has_a_tag(yard: Server, mock: Server) -> None:
    """Errors and replies to POST have no tag and are no 304."""
    for reply in (ask(yard, "/nowhere", If_None_Match="*"), ask(mock, USAGE["onepin"], If_None_Match="*")):
        assert (reply.status in (401, 404), "etag" in reply.headers) == (True, False)
    posted = ask(yard, "/big", "POST", If_None_Match="*")
    assert (posted.status, "etag" in posted.headers) == (200, False)


def test_a_running_clock_tags_nothing(launch: Callable[..., Server]) -> None:
    """With `--live` the next reply is another one: no tag, no 304; bodies are still coded."""
    reply = ask(
        launch("zkscore", "--live"),
        "/v1/developer/usage",
        If_None_Match="*",
        X_Metermock="account=steady",
        **GZIP,
        **ORIGIN,
    )

    assert (reply.status, "etag" in reply.headers) == (200, False)
    assert "ETag" not in reply.headers["access-control-expose-headers"]
    assert reply.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("fault", ["empty", "truncated", "malformed", "slow-body"])
def test_a_reply_that_breaks_on_its_way_is_neither_coded_nor_kept(yard: Server, fault: str) -> None:
    """Whoever asks for a broken body gets one, and no tag under which a browser would keep it."""
    headers = {"X_Metermock": f"fault={fault}", "If_None_Match": "*", **GZIP}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with yard.client(**named) as client, client.stream("GET", "/big") as reply:
        got = received(reply)

    whole = ask(yard, "/big").body
    assert (reply.status_code, {"etag", "content-encoding"} & set(reply.headers)) == (200, set())
    half = whole[: len(whole) // 2]
    assert (
        got == {"empty": b"", "truncated": half, "malformed": half + b"\x00\xff<", "slow-body": whole}[fault]
    )


def received(reply: httpx.Response) -> bytes:
    """What comes of a body until it ends, or its connection."""
    got = b""
    try:
        for piece in reply.iter_raw():
            got += piece
    except httpx.RemoteProtocolError:
        pass
    return got


def test_a_304_counts_against_the_limit(launch: Callable[..., Server]) -> None:
    """A read that is answered by 304 is a read: the sixth in a minute is refused."""
    server = launch(str(Path(__file__).parent / "project"), "--strict", "--rate-limits", "documented")
    key = {"Authorization": "Bearer acme_live_steady"}
    tag = ask(server, "/acme/v1/usage", **key).headers["etag"]
    statuses = [ask(server, "/acme/v1/usage", If_None_Match=tag, **key).status for _ in range(5)]

    assert statuses == [304] * 4 + [429]


def test_the_pages_of_the_mock_are_coded_too(yard: Server) -> None:
    """The large script of the documentation comes in gzip, the same bytes each time."""
    first, second = (ask(yard, "/docs/swagger-ui-bundle.js", **GZIP) for _ in range(2))

    assert first.headers["content-encoding"] == "gzip"
    assert len(first.body) < len(gzip.decompress(first.body)) / 2
    assert first.body == second.body
