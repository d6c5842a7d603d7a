from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Server

PATHS = ("summary", "by-language", "activity")
STEADY = "op_live_steady00000000000000000000000000"
REFUSED = {
    "missing": {},
    "wrong scheme": {"Authorization": f"Basic {STEADY}"},
    "empty": {"Authorization": "Bearer"},
    "malformed": {"Authorization": f"Bearer {STEADY} twice"},
    "never issued": {"Authorization": "Bearer op_live_unknown0000000000000000000000000"},
    "in another header": {"X-API-Key": STEADY},
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("how", REFUSED)
def test_bad_credentials_are_refused_first(mock: Server, path: str, how: str) -> None:
    """X-5, X-6: without good credentials the reply is 401, even beside bad parameters, and has no usage."""
    with mock.client("/onepin/api/v1/usage/", **REFUSED[how]) as client:
        reply = client.get(path, params={"range": "7d"})
    assert reply.status_code == 401
    assert reply.json()["error"]["code"] == "unauthorized"
    assert reply.json().keys() == {"error", "meta"}


def test_every_listed_credential_does_what_it_says(
    mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """Each credential that `metermock accounts` lists is answered as listed."""
    listed = accounts("onepin")
    replies = {}
    for name, account in listed.items():
        with mock.client("/onepin/api/v1/usage/", **account["headers"]) as client:
            replies[name] = client.get("summary").status_code
    refused = {"unknown", "revoked", "reserved-test", "reserved-public", "expired"}
    expected = {
        name: 401 if name in refused else 403 if name == "other-workspace" else 200 for name in listed
    }
    assert replies == expected


@pytest.mark.parametrize("header", ["", "null", "0d5f6a1c-7c34-4c0e-9d0b-5a3f8e21c764"])
def test_a_workspace_header_that_says_nothing_new(mock: Server, header: str) -> None:
    """An empty X-Workspace-Id, `null` and the key's own workspace are what leaving it out is."""
    with mock.client("/onepin/api/v1/usage/", Authorization=f"bearer {STEADY}") as client:
        plain, named = client.get("summary"), client.get("summary", headers={"X-Workspace-Id": header})
    assert plain.status_code == named.status_code == 200
    assert named.json()["data"] == plain.json()["data"]


def test_what_is_not_documented(mock: Server) -> None:
    """Another path is 404 and another method 405, in onepin's own error body; HEAD is GET without it."""
    with mock.client("/onepin/api/v1/usage/", Authorization=f"Bearer {STEADY}") as client:
        lost, posted, head = client.get("nowhere"), client.post("summary"), client.head("summary")
    assert (lost.status_code, lost.json()["error"]["code"]) == (404, "not_found")
    assert (posted.status_code, posted.json()["error"]["code"]) == (405, "method_not_allowed")
    assert posted.headers["Allow"] == "GET, HEAD"
    assert (head.status_code, head.content) == (200, b"")


def test_a_frozen_clock_gives_the_same_bytes(mock: Server) -> None:
    """X-1: while the clock stands still, a reply is the same to the last byte, request id and all."""
    with mock.client("/onepin/api/v1/usage/", Authorization=f"Bearer {STEADY}") as client:
        replies = {path: (client.get(path).content, client.get(path).content) for path in PATHS}
    assert all(one == other for one, other in replies.values())
    assert len({one for one, _ in replies.values()}) == 3
