from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import httpx
import pytest

Accounts = Callable[..., dict[str, dict[str, Any]]]

PATH = "/v1/usage"
KEY = "gn_live_steady7Qm2Vx9Kp4"
GOOD = {"X-API-Key": KEY}
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


@pytest.fixture(name="api")
def api_fixture(mock: Any) -> Iterator[httpx.Client]:
    """Opens the contract on a running server."""
    with mock.client("/glyphnet") as client:
        yield client


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([], "missing_api_key"),
        ([("X-API-Key", "")], "missing_api_key"),
        ([("Authorization", f"Bearer {KEY}")], "missing_api_key"),
        ([("Api-Key", KEY)], "missing_api_key"),
        ([("X-API-Key", "gn_live_neverIssued0Aa0Bb")], "invalid_api_key"),
        ([("X-API-Key", "gn_live_legacy1Pz5Cx8Gd")], "invalid_api_key"),
        ([("X-API-Key", "steady-key")], "invalid_api_key"),
        ([("X-API-Key", KEY.lower())], "invalid_api_key"),
        ([("X-API-Key", f"Bearer {KEY}")], "invalid_api_key"),
        ([("X-API-Key", "k" * 10_000)], "invalid_api_key"),
        ([("X-API-Key", KEY), ("X-API-Key", KEY)], "invalid_api_key"),
    ],
)
def test_bad_keys_are_refused(api: httpx.Client, sent: list[tuple[str, str]], code: str) -> None:
    """GL-12: without a key, and with one that is not valid, 401 says which it was, and no more."""
    reply = api.get(PATH, headers=sent)
    assert (reply.status_code, reply.json()["error"], set(reply.json())) == (401, code, {"error", "message"})


def test_a_key_without_the_scope_is_told_which(api: httpx.Client) -> None:
    """GL-12: a key that may not read usage is 403, with the scope that it needs and those that it has."""
    reply = api.get(PATH, headers={"X-API-Key": "gn_live_writer6Ys2Hk9Dm"})
    assert (reply.status_code, reply.json()["error"]) == (403, "insufficient_permissions")
    assert reply.json()["details"] == {
        "required_scope": "usage:read",
        "current_scopes": ["verify:write", "harm:write"],
    }


def test_a_test_key_sees_the_same(api: httpx.Client) -> None:
    """A gn_test_ key reads what the organization's live key reads."""
    test = api.get(PATH, headers={"X-API-Key": "gn_test_steady3Nt8Wc6Zr1"})
    assert (test.status_code, test.text) == (200, api.get(PATH, headers=GOOD).text)


@pytest.mark.parametrize("name", ["period", "start_date", "end_date"])
@pytest.mark.parametrize(
    "text", ["", "\0", "x" * 10_000, "-1", "null", "2026-13-01", "2026-03-01,2026-03-02", "\U0001f600"]
)
def test_bad_parameters_are_400(api: httpx.Client, name: str, text: str) -> None:
    """GL-12: whatever a parameter cannot be is refused with its name."""
    reply = api.get(PATH, params={name: text}, headers=GOOD)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")
    assert name in reply.json()["message"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"period": ""}, "period must be one of day, week, month"),
        ({"start_date": "20260301"}, "start_date must be a date (YYYY-MM-DD) or a date-time"),
    ],
)
def test_a_bad_parameter_is_named_once(api: httpx.Client, query: dict[str, str], message: str) -> None:
    """What a 400 says can be read: the parameter's name once, and no regular expression."""
    reply = api.get(PATH, params=query, headers=GOOD)
    assert (reply.status_code, reply.json()["message"]) == (400, message)


def test_of_repeated_parameters_the_last_counts(api: httpx.Client) -> None:
    """period=year&period=day is day; a bad last one is refused."""
    day = api.get(f"{PATH}?period=day", headers=GOOD)
    assert api.get(f"{PATH}?period=year&period=day", headers=GOOD).text == day.text
    assert api.get(f"{PATH}?period=day&period=year", headers=GOOD).status_code == 400


def test_an_offset_survives_the_query(api: httpx.Client) -> None:
    """A plus sign that is escaped is an offset; one that is not is a space, and refused."""
    escaped = api.get(f"{PATH}?start_date=2026-03-02T01:00:00%2B02:00&end_date=2026-03-02", headers=GOOD)
    bare = api.get(f"{PATH}?start_date=2026-03-02T01:00:00+02:00&end_date=2026-03-02", headers=GOOD)
    assert escaped.json()["period"]["start"] == "2026-03-01T00:00:00Z"
    assert bare.status_code == 400


def test_keys_are_judged_before_parameters(api: httpx.Client) -> None:
    """X-6: with a bad key and a bad period, the key's error is the answer; the scope's comes first too."""
    sent = [{}, {"X-API-Key": "steady-key"}, {"X-API-Key": "gn_live_writer6Ys2Hk9Dm"}, GOOD]
    replies = [api.get(PATH, params={"period": "year"}, headers=headers) for headers in sent]
    assert [reply.status_code for reply in replies] == [401, 401, 403, 400]


@pytest.mark.parametrize(
    ("asked", "headers", "status", "limit"),
    [
        (f"GET {PATH}", GOOD, 200, "200"),
        (f"HEAD {PATH}", GOOD, 200, "200"),
        (f"GET {PATH}?period=year", GOOD, 400, "200"),
        (f"GET {PATH}", {}, 401, "60"),
        (f"GET {PATH}", {"X-API-Key": "gn_live_writer6Ys2Hk9Dm"}, 403, "60"),
        ("GET /v1/usages", {}, 404, "60"),
        (f"POST {PATH}", GOOD, 405, "60"),
    ],
)
def test_every_response_has_the_rate_limit(
    api: httpx.Client, asked: str, headers: dict[str, str], status: int, limit: str
) -> None:
    """The three headers are on errors too; without a key that counts, they are an idle free plan's."""
    reply = api.request(*asked.split(), headers=headers)
    assert (reply.status_code, reply.headers["X-RateLimit-Limit"]) == (status, limit)
    assert all(reply.headers[name].isdigit() for name in HEADERS)


def test_a_read_too_many_is_429(serve: Any) -> None:
    """Beyond the plan's requests a minute the answer is 429, with the limit and how long to wait."""
    with serve("--rate-limits", "documented").client("/glyphnet") as api:
        headers = {"X-API-Key": "gn_live_empty2Lf7Gy4Tn9"}
        replies = [api.get(PATH, headers=headers) for _ in range(61)]
    assert [reply.status_code for reply in replies] == [200] * 60 + [429]
    wait = int(replies[-1].headers["Retry-After"])
    assert 0 < wait <= 60
    assert replies[-1].json()["error"] == "rate_limit_exceeded"
    assert replies[-1].json()["details"] == {"limit": 60, "retry_after": wait}
    assert replies[-1].headers["X-RateLimit-Remaining"] == "0"


def test_the_order_of_parameters_changes_nothing(api: httpx.Client) -> None:
    """X-4: the same parameters in any order are the same request."""
    sent = [("period", "week"), ("start_date", "2026-03-01"), ("end_date", "2026-03-09")]
    replies = [api.get(PATH, params=list(order), headers=GOOD).text for order in permutations(sent)]
    assert len(set(replies)) == 1
    assert replies[0].startswith("{")


def test_a_range_of_decades_is_answered(api: httpx.Client) -> None:
    """Zero days are kept, however far back the range begins."""
    reply = api.get(PATH, params={"start_date": "2000-01-01"}, headers=GOOD)
    assert len(reply.json()["daily"]) == 9_574


def test_every_listed_account_answers_as_it_says(api: httpx.Client, accounts: Accounts) -> None:
    """What `metermock accounts` lists works: accounts are read, and refused credentials are refused."""
    for account in accounts("glyphnet").values():
        expected = account["refused"]["status"] if account["refused"] else 200
        assert api.get(PATH, headers=account["headers"]).status_code == expected
