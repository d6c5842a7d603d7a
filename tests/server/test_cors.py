from __future__ import annotations

import pytest

from tests.conftest import Server

ORIGIN = "http://localhost:5173"
KEY = {"Authorization": "Bearer acme_live_steady"}


@pytest.mark.parametrize("path", ["/acme/v1/usage", "/acme/v1/nowhere", "/nowhere", "/acme/openapi.yaml"])
def test_a_preflight_allows_what_it_asks_for(acme: Server, path: str) -> None:
    """A preflight needs no key, and gets its own origin and headers: wildcards fail with credentials."""
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-site-id",
    }
    with acme.client() as client:
        reply = client.options(path, headers={"Origin": ORIGIN, **asked})

    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert reply.headers["access-control-allow-methods"] == "GET"
    assert reply.headers["access-control-allow-headers"] == "authorization,x-site-id"
    assert reply.headers["access-control-allow-credentials"] == "true"


@pytest.mark.parametrize("asks", [True, False])
def test_a_page_of_a_public_site_may_reach_this_machine(acme: Server, *, asks: bool) -> None:
    """Browsers ask for it before they send a request to a private network."""
    asked = {"Access-Control-Request-Method": "GET"}
    asked |= {"Access-Control-Request-Private-Network": "true"} if asks else {}
    with acme.client() as client:
        reply = client.options("/acme/v1/usage", headers={"Origin": "https://app.example", **asked})

    assert reply.headers.get("access-control-allow-private-network") == ("true" if asks else None)


@pytest.mark.parametrize(("path", "status"), [("/acme/v1/usage", 200), ("/acme/v1/usage?days=0", 400)])
def test_a_page_of_another_origin_may_read_the_reply(acme: Server, path: str, status: int) -> None:
    """Pages of other origins may read every documented header, `Date` and `ETag`, of errors too."""
    with acme.client(**KEY) as client:
        reply = client.get(path, headers={"Origin": ORIGIN})

    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (status, ORIGIN)
    assert reply.headers["access-control-expose-headers"] == "Date, ETag, Retry-After, X-Request-Id"
    assert reply.headers["vary"] == "Accept-Encoding, Origin"


def test_without_an_origin_nothing_is_said_of_origins(acme: Server) -> None:
    """A request without an origin gets no CORS headers."""
    with acme.client(**KEY) as client:
        reply = client.get("/acme/v1/usage")

    assert reply.headers["vary"] == "Accept-Encoding"
    usual = {"x-request-id", "content-type", "content-length", "date", "etag"}
    assert set(reply.headers) == {*usual, "vary"}
