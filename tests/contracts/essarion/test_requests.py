from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest

from metermock import read_instant

Accounts = Callable[..., dict[str, dict[str, Any]]]

PATH = "/api/usage"
ESK = "Bearer esk_steady_4Vn8Kd2Xw6"
SECRET = "metermock-essarion-not-a-secret-of-anybody"


@pytest.fixture(name="api")
def api_fixture(mock: Any) -> Iterator[httpx.Client]:
    """Opens the contract on a running server."""
    with mock.client("/essarion") as client:
        yield client


@pytest.fixture(name="session")
def session_fixture(accounts: Accounts) -> str:
    """Gives the cookie of a session, `essarion_session=…`."""
    cookie: str = accounts("essarion")["steady"]["headers"]["Cookie"]
    return cookie


def refused(reply: httpx.Response) -> bool:
    """Tell whether a reply is the documented 401, without any usage."""
    body = reply.json()
    return (reply.status_code, body["error"]["code"], set(body)) == (401, "unauthorized", {"error"})


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [("Cookie", "")],
        [("Cookie", "essarion_session=")],
        [("Cookie", "essarion_session")],
        [("Cookie", "essarion_session=not-a-session")],
        [("Cookie", "essarion_session=a.b.c")],
        [("Cookie", f"essarion_session={'x' * 7_000}")],
        [("Cookie", "other=1; Essarion_Session=x")],
        [("Authorization", ESK)],
        [("Authorization", "Basic ZTpz")],
        [("X-API-Key", "esk_steady_4Vn8Kd2Xw6")],
        [("Authorization", ESK), ("Cookie", "essarion_session=not-a-session")],
    ],
)
def test_without_a_session_there_is_no_usage(api: httpx.Client, sent: list[tuple[str, str]]) -> None:
    """ES-10: no cookie, a bad one, or a developer key instead of one, is 401."""
    assert refused(api.get(PATH, headers=sent))


def test_a_session_counts_whatever_stands_beside_it(api: httpx.Client, session: str) -> None:
    """Malformed neighbour cookies hide no session, and a developer key beside it is ignored."""
    beside = [
        f'a=b; =; "; x="y; {session}; b',
        f"{session};",
        f"theme=;;{session}",
        f"y=1 ;  {session} ; z=[1, 2]",
    ]
    replies = [api.get(PATH, headers={"Cookie": cookie}) for cookie in beside]
    replies += [api.get(PATH, headers={"Cookie": session, "Authorization": ESK})]
    assert [reply.status_code for reply in replies] == [200] * 5
    assert len({reply.text for reply in replies}) == 1


def test_two_sessions_are_none(api: httpx.Client, session: str) -> None:
    """A session cookie that is sent twice is refused, whichever was meant."""
    assert refused(api.get(PATH, headers={"Cookie": f"{session}; essarion_session=other"}))
    assert refused(api.get(PATH, headers=[("Cookie", session), ("Cookie", session)]))


def test_an_expired_session_is_told_so(api: httpx.Client, accounts: Accounts) -> None:
    """ES-10: a session past its end is 401, with a sentence of its own."""
    reply = api.get(PATH, headers=accounts("essarion")["expired"]["headers"])
    assert refused(reply)
    assert "expired" in reply.json()["error"]["message"]


def test_a_session_is_worth_its_signature(api: httpx.Client, session: str) -> None:
    """A token of another secret, without a signature, or changed after signing is 401."""
    claims = {"sub": "user_steady", "iat": 1767225600, "exp": 4102444800}
    forged = jwt.encode(claims, "another secret of at least 32 bytes", algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")
    for token in (forged, unsigned, session.removeprefix("essarion_session=")[:-2] + "xx"):
        assert refused(api.get(PATH, headers={"Cookie": f"essarion_session={token}"}))


def test_a_session_ends_on_the_mocks_clock(api: httpx.Client) -> None:
    """A session is good until the second in which it expires, whatever day the machine has."""
    now = read_instant("2026-03-18T15:42:07Z")
    for ends, status in ((now + 1, 200), (now, 401)):
        claims = {"sub": "user_steady", "iat": ends - 7 * 86_400, "exp": ends}
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        assert api.get(PATH, headers={"Cookie": f"essarion_session={token}"}).status_code == status


def test_errors_have_the_contracts_envelope(api: httpx.Client, session: str) -> None:
    """404 and 405 are in the envelope of the 401; HEAD is GET without the body."""
    headers = {"Cookie": session}
    missing, posted, head = (
        api.request(*what, headers=headers)
        for what in (("GET", "/api/usages"), ("POST", PATH), ("HEAD", PATH))
    )
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert (posted.status_code, posted.headers["Allow"]) == (405, "GET, HEAD")
    assert (head.status_code, head.content) == (200, b"")


def test_every_listed_account_answers_as_it_says(api: httpx.Client, accounts: Accounts) -> None:
    """What `metermock accounts` lists works: accounts are read, and refused credentials are refused."""
    for account in accounts("essarion").values():
        expected = account["refused"]["status"] if account["refused"] else 200
        assert api.get(PATH, headers=account["headers"]).status_code == expected
