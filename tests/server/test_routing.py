from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metermock.server.hosts import bases_of
from tests.conftest import Server

ACME = str(Path(__file__).parent / "project")
KEY = {"Authorization": "Bearer acme_live_steady"}


@pytest.mark.parametrize(
    "path", ["/acme/v1/usages", "/acme/v1/usage/", "/acme//v1/usage", "/acme/v1/%75sages"]
)
def test_an_unknown_path_is_404_in_the_contracts_manner(acme: Server, path: str) -> None:
    """An unknown path gets the contract's 404, with and without a key."""
    with acme.client() as client:
        replies = [client.get(path), client.get(path, headers=KEY)]

    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].json() == {"error": "not_found", "why": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_another_method_is_405_with_what_is_allowed(acme: Server, method: str) -> None:
    """A method that the path does not have gets the contract's 405, with `Allow`."""
    with acme.client() as client:
        reply = client.request(method, "/acme/v1/usage")

    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")
    assert reply.json() == {"error": "method_not_allowed", "why": ""}


@pytest.mark.parametrize("path", ["/acme/v1/usage", "/acme/v1/usage?days=0", "/acme/nowhere", "/health", "/"])
def test_head_is_get_without_the_body(acme: Server, path: str) -> None:
    """HEAD has the status and all headers of GET, the length too, and no body."""
    with acme.client(**KEY) as client:
        get, head = client.get(path), client.head(path)

    assert (head.status_code, head.headers) == (get.status_code, get.headers)
    assert head.content == b""


def test_options_says_what_is_allowed(acme: Server) -> None:
    """OPTIONS lists the methods of a path, and needs no key."""
    with acme.client() as client:
        reply = client.options("/acme/v1/usage")

    assert (reply.status_code, reply.headers["allow"], reply.content) == (204, "GET, HEAD", b"")


@pytest.mark.parametrize("host", ["api.acme.example", "API.Acme.Example:8443"])
def test_a_contract_answers_to_its_own_host(acme: Server, host: str) -> None:
    """A request with the vendor's host and base path reaches the vendor's contract."""
    with acme.client(**KEY) as client:
        reply = client.get("/base/v1/usage", headers={"Host": host})
        direct = client.get("/acme/v1/usage")

    assert (reply.status_code, reply.json()) == (200, direct.json())


@pytest.mark.parametrize("path", ["/base/v1/usage", "/acme/base/v1/usage"])
def test_a_client_keeps_the_base_path_where_only_the_host_is_replaced(acme: Server, path: str) -> None:
    """The base path of the contract's server may stand before its paths, at the root and behind the name."""
    with acme.client(**KEY) as client:
        assert client.get(path).json() == client.get("/v1/usage").json()


@pytest.mark.parametrize(
    ("servers", "bases"),
    [
        (["https://api.example/api/v1/"], ("/api/v1",)),
        (["/api", "/api/v2", "https://api.example"], ("/api/v2", "/api")),
        (["https://api.example/v1"], ()),
        (["https://api.example/things"], ("/things",)),
        (["https://[/v9"], ()),
    ],
)
def test_a_base_path_that_a_path_begins_with_is_no_base(servers: list[str], bases: tuple[str, ...]) -> None:
    """What stands in the document's own paths, templates too, is meant as it is written there."""
    document = {"servers": [{"url": url} for url in servers]}

    assert bases_of(document, ["/v1/usage", "/{kind}"]) == bases
    assert "/things" not in bases_of(document, ["/{kind}/usage"])


def test_the_only_contract_also_answers_at_the_root(acme: Server) -> None:
    """A single contract needs no prefix, and answers unknown paths with its own 404."""
    with acme.client(**KEY) as client:
        assert client.get("/v1/usage").json() == client.get("/acme/v1/usage").json()
        assert client.get("/nowhere").json() == {"error": "not_found", "why": ""}


def test_what_no_contract_covers_is_a_problem(mock: Server) -> None:
    """With several contracts, a path of none of them gets 404 as problem details (RFC 9457)."""
    with mock.client() as client:
        reply = client.get("/nowhere/v1/usage")

    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.json()["status"] == 404
    assert "/onepin" in reply.json()["detail"]


def test_several_contracts_keep_their_errors_to_themselves(mock: Server) -> None:
    """The same mistake gets each contract's own error."""
    with mock.client() as client:
        bodies = [client.get(f"/{name}/nowhere").text for name in client.get("/health").json()["contracts"]]

    assert len(bodies) == len(set(bodies)) > 1


def test_a_path_parameter_is_read_and_validated(acme: Server) -> None:
    """A good path parameter gets its resource, an unknown one 404, one that breaks its schema 400."""
    session = {"Cookie": "acme_session=acme_session_steady"}
    with acme.client("/acme/v1/sites", **session) as client:
        statuses = [
            client.get(f"/{site}/usage").status_code for site in ("main", "m%61in", "other", "x" * 21)
        ]

    assert statuses == [200, 200, 404, 400]


def test_a_line_break_behind_a_path_makes_another_path(acme: Server) -> None:
    """It is not cut off on the way to the handler."""
    session = {"Cookie": "acme_session=acme_session_steady"}
    with acme.client("/acme/v1", **KEY, **session) as client:
        statuses = [
            client.get(path).status_code
            for path in ("/usage%0A", "/sites/main/usage%0A", "/sites/main%0A/usage")
        ]

    assert statuses == [404, 404, 404]


def test_violations_are_told_in_the_contracts_manner(acme: Server) -> None:
    """All violations are reported at once."""
    with acme.client(**KEY) as client:
        reply = client.get("/acme/v1/usage?days=0&note=&fault=some")

    assert reply.status_code == 400
    assert reply.json()["fields"] == ["days: minimum", "note: empty", "fault: enum"]


def test_of_a_repeated_parameter_the_last_counts(acme: Server) -> None:
    """The last value of a repeated parameter counts, even if an earlier one is invalid."""
    with acme.client(**KEY) as client:
        assert client.get("/acme/v1/usage?days=0&days=3").json()["days"] == 3


def test_a_default_spelled_out_changes_nothing(serve: Callable[..., Server], acme: Server) -> None:
    """A default that is sent, the order of parameters and another process make no difference."""
    queries = ("", "?days=7", "?fault=none&days=7", "?days=7&fault=none")
    with acme.client(**KEY) as client:
        bodies = {client.get(f"/acme/v1/usage{query}").content for query in queries}
    with serve(ACME, "--strict").client(**KEY) as client:
        bodies.add(client.get("/acme/v1/usage").content)

    assert len(bodies) == 1
