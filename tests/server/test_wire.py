"""Requests and replies on the wire: challenges, credentials, parameters, bodies, numbers, media types."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import Server, start_server
from tests.server.wired import NUMBER, SCHEMES, TEXT, ask, parameter, project

OPERATIONS: dict[str, dict[str, Any]] = {
    "GET /echo": {
        "parameters": [
            parameter("odd", "query", TEXT),
            parameter("limit", "query", NUMBER),
            parameter("limit", "header", TEXT),
            parameter("Accept", "header", {"enum": ["a"]}),
            parameter("size", "query", {"type": "integer", "format": "int32"}),
            parameter("n", "query", {"type": "array", "items": TEXT}, explode=False),
            parameter("page", "query", {"type": "object", "properties": {"at": NUMBER}}),
        ]
    },
    "GET /things/{id}": {"parameters": [parameter("id", "path", TEXT)]},
    "GET /things/{id}/usage": {"parameters": [parameter("id", "path", TEXT)]},
    "GET /days/{day}": {
        "parameters": [parameter("day", "path", NUMBER)],
        "responses": {"200": {"description": "ok"}, "404": {"description": "none"}},
    },
    "GET /lists/{ids}": {"parameters": [parameter("ids", "path", {"type": "array", "items": TEXT})]},
    **{
        f"GET /in/{name}": {
            "parameters": [parameter("odd", "query", TEXT)],
            "responses": {
                "200": {"description": "ok", "content": {media: {} for media in listed}},
                "default": {"description": "no", "content": {"application/problem+json": {}}},
            },
        }
        for name, listed in {
            "vendor": ["text/csv", "application/vnd.wired+json"],
            "both": ["application/vnd.wired+json", "application/json"],
            "csv": ["text/csv"],
            "any": ["*/*"],
        }.items()
    },
    "GET /both": {"security": [{"key": [], "session": []}]},
    "POST /notes": {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["note"],
                        "properties": {"note": TEXT, "n": NUMBER},
                    }
                },
                "text/plain": {},
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"note": TEXT, "n": NUMBER}}
                },
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"note": TEXT, "n": NUMBER}}
                },
            },
        }
    },
}
for _name in SCHEMES:
    OPERATIONS[f"GET /by/{_name}"] = {"security": [{_name: []}]}


@pytest.fixture(scope="module", name="wired")
def wired_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the project that echoes, as two contracts do: under its name."""
    folder = project(tmp_path_factory.mktemp("wired"), OPERATIONS, SCHEMES)
    server = start_server(folder)
    yield server
    server.stop()


# Credentials -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        ("token", 'Bearer realm="wired"'),
        ("basic", 'Basic realm="wired", charset="UTF-8"'),
        ("digest", 'Digest realm="wired", qop="auth", algorithm=SHA-256, nonce='),
        ("hoba", 'Hoba realm="wired"'),
        ("key", 'ApiKey realm="wired", in="header", name="X-Key"'),
        ("session", 'ApiKey realm="wired", in="cookie", name="sid"'),
        ("query", 'ApiKey realm="wired", in="query", name="key"'),
    ],
)
def test_a_401_says_what_is_needed(wired: Server, scheme: str, challenge: str) -> None:
    """Every 401 has a challenge (RFC 9110, 15.5.2), by the schemes of the operation."""
    with wired.client() as client:
        reply = client.get(f"/by/{scheme}")
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith(challenge)


def test_a_401_names_every_scheme(wired: Server) -> None:
    """An operation with several alternatives has several challenges, and a 200 has none."""
    with wired.client() as client:
        refused, good = client.get("/echo"), client.get("/echo", headers={"X-Key": "ann-key"})
    assert len(refused.headers.get_list("www-authenticate")) == len(SCHEMES)
    assert "www-authenticate" not in good.headers


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        ("token", {"Authorization": "Bearer ann-token"}),
        ("basic", {"Authorization": "Basic " + b64encode(b"ann-basic").decode()}),
        ("digest", {"Authorization": 'Digest realm="x", username="ann-digest", uri="/, a", response="0"'}),
        ("hoba", {"Authorization": "HOBA ann-hoba"}),
        ("session", {"Cookie": "a=b; sid=ann-session"}),
        ("query", {}),
    ],
)
def test_every_kind_of_credential_opens_its_account(
    wired: Server, scheme: str, headers: dict[str, str]
) -> None:
    """Of a digest the name of the user counts: no password is verified."""
    with wired.client() as client:
        url = f"/by/{scheme}" + ("?key=ann-query" if scheme == "query" else "")
        reply = client.get(url, headers=headers)
    assert (reply.status_code, reply.json()["who"]) == (200, "ann")


@pytest.mark.parametrize(
    "header",
    ['Digest username="nobody"', 'Digest username=""', 'Digest realm="x"', "Digest", "Bearer ann-digest"],
)
def test_a_digest_of_nobody_is_refused(wired: Server, header: str) -> None:
    """As one without a user is."""
    with wired.client() as client:
        assert client.get("/by/digest", headers={"Authorization": header}).status_code == 401


def test_credentials_that_are_needed_together_are_of_one_account(wired: Server) -> None:
    """The keys of two owners open nothing, whoever comes first, and again when asked again."""
    with wired.client() as client:
        for key, session, status in [
            ("ann", "ann", 200),
            ("ann", "bob", 401),
            ("bob", "ann", 401),
            ("ann", "bob", 401),
        ]:
            headers = {"X-Key": f"{key}-key", "Cookie": f"sid={session}-session"}
            assert client.get("/both", headers=headers).status_code == status
        assert client.get("/both", headers={"X-Key": "ann-key"}).status_code == 401


# Parameters ------------------------------------------------------------------------------------------


def test_one_name_in_two_places_is_two_parameters(wired: Server) -> None:
    """Both reach the handler."""
    reply = ask(wired, "/echo?limit=5", limit="many")
    assert reply.json()["parameters"] == {"limit": 5, "header.limit": "many"}


def test_headers_that_openapi_ignores_are_ignored(wired: Server) -> None:
    """A parameter named Accept refuses nothing."""
    assert ask(wired, "/echo", Accept="b").json()["parameters"] == {}


def test_an_object_does_not_take_the_credential(wired: Server) -> None:
    """What spreads over the query leaves the key alone."""
    with wired.client() as client:
        reply = client.get("/echo?at=3&key=ann-query")
    assert reply.json()["parameters"] == {"page": {"at": 3}}


def test_the_range_of_a_format_is_kept(wired: Server) -> None:
    """2^31 is no int32."""
    assert ask(wired, f"/echo?size={2**31 - 1}").status_code == 200
    refused = ask(wired, f"/echo?size={2**31}")
    assert (refused.status_code, refused.json()["told"]) == (
        400,
        ["size is not of type integer: '2147483648'"],
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/things/a%2Fb", {"id": "a/b"}),
        ("/things/a%2fusage", {"id": "a/usage"}),
        ("/things/a%2Fb/usage", {"id": "a/b"}),
        ("/things/caf%C3%A9%20x", {"id": "caf\u00e9 x"}),
        ("/lists/a%2Cb,c%2Fd", {"ids": ["a,b", "c/d"]}),
        ("/wired/lists/a%2Cb,c", {"ids": ["a,b", "c"]}),
        ("/echo?n=a%2Cb,c", {"n": ["a,b", "c"]}),
    ],
)
def test_what_is_percent_encoded_is_part_of_a_value(wired: Server, path: str, value: dict[str, Any]) -> None:
    """A slash or a comma that is encoded delimits nothing."""
    assert ask(wired, path).json()["parameters"] == value


def test_an_encoded_slash_is_none_between_literal_segments(wired: Server) -> None:
    """`/things%2Fa` is no path of the document."""
    assert ask(wired, "/things%2Fa").status_code == 404


def test_a_bad_path_names_nothing_where_no_other_error_is_documented(wired: Server) -> None:
    """Its 404 is documented, and the 400 of bad parameters is not."""
    reply = ask(wired, "/days/monday")
    assert (reply.status_code, reply.json()["error"]) == (404, "unknown_resource")
    assert ask(wired, "/days/7").status_code == 200


# Bodies ----------------------------------------------------------------------------------------------


def post(server: Server, body: bytes, media: str = "application/json") -> httpx.Response:
    """Post a note."""
    with server.client() as client:
        headers = {"X-Key": "ann-key", **({"Content-Type": media} if media else {})}
        return client.post("/notes", content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "media", "value"),
    [
        (b'{"note": "\\ud83d\\ude00"}', "application/json", {"note": "\U0001f600"}),
        ('{"note": "\U0001f600"}'.encode(), "Application/JSON; charset=UTF-8", {"note": "\U0001f600"}),
        (b'{"note": "x"}', "", {"note": "x"}),
        (b"x", "text/plain", "x"),
        (b"note=a+b&n=3", "application/x-www-form-urlencoded", {"note": "a b", "n": 3}),
        (
            b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n3\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            {"n": 3},
        ),
    ],
)
def test_a_body_reaches_the_handler(wired: Server, body: bytes, media: str, value: Any) -> None:
    """JSON as its value, escaped characters too; a form as an object; a text as it is."""
    reply = post(wired, body, media)
    assert (reply.status_code, reply.json().get("body")) == (200, value)


@pytest.mark.parametrize(
    ("body", "media", "told"),
    [
        (b"", "application/json", "the body is required"),
        (b"{", "application/json", "the body is not JSON: Expecting property name"),
        (b'\xef\xbb\xbf{"note": "x"}', "application/json", "begins with a byte order mark"),
        (b'{"note": "x"}', "application/json; charset=utf-16", "is said to be utf-16; JSON is UTF-8"),
        (b'{"note": "\xe9"}', "application/json", "the body is not UTF-8: byte 10"),
        (b'{"note": "\\ud83d"}', "application/json", "half of a character"),
        (b'{"note": "x", "note": "y"}', "application/json", "the key 'note' is there twice"),
        (b'{"note": "x", "n": NaN}', "application/json", "the body has NaN, which is not JSON"),
        (b"[" * 100_000, "application/json", "nested too deep"),
        (b'{"note": "x", "n": "y"}', "application/json", '/n: "y" is not of type "integer"'),
        (b"{}", "application/json", '"note" is a required property'),
        (b"<a/>", "application/xml", "the operation takes application/json, text/plain"),
        (b"n=three", "application/x-www-form-urlencoded", "/n: 'three' is not of type integer"),
        (b"--y--", "multipart/form-data; boundary=x", "is no multipart body"),
        (b" " * 5_000_000, "application/json", "more than 4194304 bytes"),
    ],
)
def test_a_bad_body_is_refused_with_what_is_wrong(wired: Server, body: bytes, media: str, told: str) -> None:
    """In one sentence that names the place."""
    reply = post(wired, body, media)
    assert reply.status_code == 400
    (message,) = reply.json()["told"]
    assert told in message


@pytest.mark.parametrize(
    ("body", "media", "why"),
    [
        (b"<a/>", "application/xml", "media-type"),
        (b" " * 5_000_000, "application/json", "size"),
        (b"{}", "application/json", ""),
    ],
)
def test_a_refused_body_says_what_http_has_a_status_for(
    wired: Server, body: bytes, media: str, why: str
) -> None:
    """A handler can answer 415 and 413."""
    assert post(wired, body, media).json()["why"] == why


# Replies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("odd", "shown"), [("nan", "nan"), ("infinity", "inf")])
def test_a_number_that_json_cannot_hold_is_a_500_that_names_it(wired: Server, odd: str, shown: str) -> None:
    """Operation and place are told; null in its stead would be a lie."""
    reply = ask(wired, f"/echo?odd={odd}")
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    told = f"The handler of ask0 gave no JSON: /rows/0/cost is {shown}, which JSON cannot hold."
    assert reply.json()["detail"] == told


@pytest.mark.parametrize(
    ("path", "status", "media", "body"),
    [
        ("/in/vendor", 200, "application/vnd.wired+json", b"{"),
        ("/in/vendor?odd=text", 200, "application/vnd.wired+json", b'"a,b"'),
        ("/in/both", 200, "application/json", b"{"),
        ("/in/any", 200, "application/json", b"{"),
        ("/in/csv?odd=text", 200, "text/csv", b"a,b"),
        ("/in/csv", 200, "application/json", b"{"),
        ("/in/vendor?odd=%FF", 400, "application/problem+json", b"{"),
    ],
)
def test_a_reply_has_the_documented_media_type(
    wired: Server, path: str, status: int, media: str, body: bytes
) -> None:
    """Of errors too; a text is sent as it is where it is no JSON, and an object is JSON always."""
    reply = ask(wired, path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, media)
    assert reply.content.startswith(body)


def test_null_is_json(wired: Server) -> None:
    """A word that only looks like such a number is a word."""
    reply = ask(wired, "/echo?odd=null")
    assert (reply.status_code, reply.json()["rows"]) == (200, [{"cost": None}])
