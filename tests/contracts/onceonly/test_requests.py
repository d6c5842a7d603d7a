from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

Accounts = Callable[..., dict[str, dict[str, Any]]]

MISSING = (401, {"detail": "Missing Authorization Bearer token"})
INVALID = (403, {"detail": "Invalid API key"})
KEY = "once_live_steady7Qm2Vx9Kp4"
GOOD = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(name="api")
def api_fixture(mock: Any) -> Iterator[httpx.Client]:
    """Opens the contract on a running server."""
    with mock.client("/onceonly") as client:
        yield client


@pytest.mark.parametrize("path", ["/v1/usage", "/v1/usage/all"])
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], MISSING),
        ([""], MISSING),
        (["Bearer"], MISSING),
        ([KEY], MISSING),
        ([f"Basic {KEY}"], MISSING),
        ([f"Token {KEY}"], MISSING),
        (["Bearer once_live_neverIssued0Aa0Bb"], INVALID),
        (["Bearer once_live_legacy1Pz5Cx8Gd"], INVALID),
        (["Bearer live-steady"], INVALID),
        ([f"Bearer {KEY.upper()}"], INVALID),
        ([f"Bearer {KEY} {KEY}"], INVALID),
        ([f"Bearer {'k' * 10_000}"], INVALID),
        ([f"Bearer {KEY}", f"Bearer {KEY}"], INVALID),
    ],
)
def test_bad_credentials_are_refused(api: httpx.Client, path: str, sent: list[str], expected: Any) -> None:
    """OO-7: without a bearer token 401, with one that is no valid key 403, and no usage in either."""
    reply = api.get(path, headers=[("Authorization", value) for value in sent])
    assert (reply.status_code, reply.json()) == expected


def test_credentials_are_judged_before_parameters(api: httpx.Client) -> None:
    """X-6: with a bad key and a bad kind, the key's error is the answer."""
    assert api.get("/v1/usage", params={"kind": "tokens"}).status_code == 401
    assert (
        api.get("/v1/usage", params={"kind": "tokens"}, headers={"Authorization": "Bearer x"}).status_code
        == 403
    )


def test_the_scheme_may_have_any_case(api: httpx.Client) -> None:
    """`bearer` and `BEARER` are Bearer."""
    replies = [
        api.get("/v1/usage", headers={"Authorization": f"{word} {KEY}"}) for word in ("bearer", "BEARER")
    ]
    assert [reply.status_code for reply in replies] == [200, 200]


@pytest.mark.parametrize(
    "kind", ["tokens", "MAKE", "make ", "make,ai", "", "1", "true", "\0", "m" * 10_000, "\U0001f600"]
)
def test_another_kind_is_422(api: httpx.Client, kind: str) -> None:
    """OO-7: what is neither make nor ai is refused, with the place of the fault."""
    reply = api.get("/v1/usage", params={"kind": kind}, headers=GOOD)
    assert reply.status_code == 422
    assert [problem["loc"] for problem in reply.json()["detail"]] == [["query", "kind"]]


def test_of_repeated_kinds_the_last_counts(api: httpx.Client) -> None:
    """kind=make&kind=ai is ai; a bad last one is refused, a bad first one is not looked at."""
    reads = {
        kinds: api.get(f"/v1/usage?{kinds}", headers=GOOD)
        for kinds in ("kind=make&kind=ai", "kind=x&kind=ai", "kind=ai")
    }
    assert len({reply.text for reply in reads.values()}) == 1
    assert api.get("/v1/usage?kind=ai&kind=x", headers=GOOD).status_code == 422


def test_the_headers_are_on_all_only(api: httpx.Client) -> None:
    """OO-2: /all has the three headers, equal to its body; /usage has none of them."""
    whole, one = api.get("/v1/usage/all", headers=GOOD), api.get("/v1/usage", headers=GOOD)
    body = whole.json()
    assert (whole.headers["X-OnceOnly-Plan"], whole.headers["X-OnceOnly-Month"]) == (
        body["plan"],
        body["month"],
    )
    assert whole.headers["X-Request-Id"]
    assert not {"x-request-id", "x-onceonly-plan", "x-onceonly-month"} & set(one.headers)


def test_a_frozen_request_id_is_a_function_of_the_request(api: httpx.Client) -> None:
    """While the clock stands, the same request has the same id, and another key has another."""
    other = {"Authorization": "Bearer once_live_empty2Lf7Gy4Tn9"}
    ids = [
        api.get("/v1/usage/all", headers=headers).headers["X-Request-Id"] for headers in (GOOD, GOOD, other)
    ]
    assert ids[0] == ids[1] != ids[2]


def test_a_live_request_id_is_never_the_same(serve: Any) -> None:
    """OO-2: while the clock runs, no two responses share an id."""
    with serve("--live").client("/onceonly") as api:
        ids = {api.get("/v1/usage/all", headers=GOOD).headers["X-Request-Id"] for _ in range(20)}
    assert len(ids) == 20


def test_what_is_not_there_is_404_and_405(api: httpx.Client) -> None:
    """Another path is 404, another method 405 with those that there are; HEAD is GET without the body."""
    missing, posted = api.get("/v1/usages", headers=GOOD), api.post("/v1/usage", headers=GOOD)
    assert (missing.status_code, missing.json()) == (404, {"detail": "Not Found"})
    assert (posted.status_code, posted.headers["Allow"]) == (405, "GET, HEAD")
    head = api.head("/v1/usage/all", headers=GOOD)
    assert (head.status_code, head.content, head.headers["X-OnceOnly-Plan"]) == (200, b"", "starter")


def test_every_listed_account_answers_as_it_says(api: httpx.Client, accounts: Accounts) -> None:
    """What `metermock accounts` lists works: accounts are read, and refused credentials are refused."""
    for account in accounts("onceonly").values():
        expected = account["refused"]["status"] if account["refused"] else 200
        assert api.get("/v1/usage/all", headers=account["headers"]).status_code == expected
