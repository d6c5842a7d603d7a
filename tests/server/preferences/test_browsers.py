"""Preferences of pages: other origins, preflights, HEAD, and a server that takes none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Server
from tests.server.preferences.asking import (
    CONTRACTS,
    DOCUMENT,
    EVERY,
    GAUGE,
    NOW,
    USAGE,
    Ask,
    applied,
    asked,
    by_header,
    by_prefer,
    by_url,
)


def test_pages_of_other_origins_may_read_what_was_done(mock: Server) -> None:
    """`Preference-Applied` is exposed beside the contract's own headers."""
    reply = by_prefer(mock, USAGE["onepin"], "account=quiet", Origin="http://app.test")

    exposed = reply.headers["access-control-expose-headers"].split(", ")
    assert {"Date", "Preference-Applied"} <= set(exposed)


@CONTRACTS
@pytest.mark.parametrize("status", ["429", "503"])
def test_a_page_may_read_how_long_to_wait(mock: Server, path: str, status: str) -> None:
    """`Retry-After` is exposed also where the document does not have the status, or the header."""
    reply = by_header(mock, path, f"account=steady, code={status}", Origin="http://app.test")

    assert reply.status_code == int(status)
    assert "retry-after" in reply.headers
    assert "Retry-After" in reply.headers["access-control-expose-headers"].split(", ")


@CONTRACTS
def test_head_has_the_headers_of_get(mock: Server, path: str) -> None:
    """HEAD is answered as GET is, without the body."""
    get, head = (by_url(mock, path, "account=quiet;code=401", method) for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (401, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    "wanted", ["account=empty", "account=empty, code=202", "account=empty, code=429", f"account=quiet, {NOW}"]
)
@EVERY
def test_head_of_a_made_reply_has_the_headers_of_get(made: Server, ask: Ask, wanted: str) -> None:
    """So it is where replies are made: the same status, length, tag and limits, of a page's request too."""
    get, head = (ask(made, GAUGE, wanted, method, Origin="http://app.test") for method in ("GET", "HEAD"))

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert dict(head.headers) == dict(get.headers)
    assert "account=" in applied(head)


@pytest.mark.parametrize("path", [USAGE["onepin"], GAUGE])
@pytest.mark.parametrize("wanted", ["code=500", "cod=1", "fault=drop", "account=nobody"])
@EVERY
def test_a_preflight_is_allowed_whatever_is_preferred(
    mock: Server, made: Server, ask: Ask, wanted: str, path: str
) -> None:
    """A preflight has no preferences of its own, and is not refused or broken for those that it has."""
    asking = {
        "Origin": "http://app.test",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "prefer,x-metermock",
    }
    reply = ask(made if path == GAUGE else mock, path, wanted, "OPTIONS", **asking)

    assert (reply.status_code, applied(reply)) == (204, "")
    assert reply.headers["access-control-allow-headers"] == "prefer,x-metermock"


def test_preferences_can_be_forbidden(serve: Callable[..., Server]) -> None:
    """With `--no-preferences` headers are not read, and the base URL is a path like any other."""
    server = serve(DOCUMENT, "--no-preferences")
    key = {"X-Key": "anything"}
    get, head = (by_header(server, GAUGE, "cod=500, fault=drop", method, **key) for method in ("GET", "HEAD"))

    assert get.json() == {"id": "g-low", "used": 3, "read_at": "2026-01-01T00:00:00Z"}
    assert dict(head.headers) == dict(get.headers)
    assert (applied(get), get.headers["vary"]) == ("", "Accept-Encoding")
    assert by_prefer(server, GAUGE, "account=steady").status_code == 401
    assert by_url(server, GAUGE, "code=500", **key).status_code == 404


def test_forbidden_preferences_keep_nobody_out(serve: Callable[..., Server]) -> None:
    """With `--no-preferences` a page may send the headers all the same: a preflight allows what is asked."""
    asking = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-metermock"}
    server = serve(DOCUMENT, "--no-preferences")

    for path in (GAUGE, f"/~code=500{GAUGE}"):
        reply = asked(server, "OPTIONS", path, {"Origin": "http://app.test", **asking})
        assert (reply.status_code, reply.headers["access-control-allow-headers"]) == (204, "x-metermock")
