"""The page that gives a browser the cookie of an account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Server

PAGE = "/essarion/sign-in/steady"
HOSTS = [("localhost:4010", "127.0.0.1"), ("127.0.0.1:4010", "localhost"), ("[::1]:4010", "localhost")]


def asked(mock: Server, path: str, host: str = "localhost:4010") -> Any:
    """The answer to a browser that reached the mock under a host."""
    with mock.client() as client:
        return client.get(path, headers={"host": host}, follow_redirects=False)


@pytest.mark.parametrize(("host", "other"), HOSTS)
def test_it_says_where_the_cookie_goes(mock: Server, host: str, other: str) -> None:
    """Only to the host under which the mock was reached; for pages of the other there is another link."""
    text = asked(mock, PAGE, host).text

    assert f"sends the cookie to {host.rpartition(':')[0].strip('[]')}, whatever the port" in text
    assert f"For pages on {other} sign in there: http://{other}:4010{PAGE}" in text


@pytest.mark.parametrize(
    "following",
    ["/dashboard?day=1", "http://localhost:5173/usage", "http://127.0.0.1/", "http://mock.test:4010/x"],
)
def test_it_leads_back(mock: Server, following: str) -> None:
    """With `next` the browser has the cookie and is where it was."""
    reply = asked(mock, f"{PAGE}?next={following}", "mock.test:4010")

    assert (reply.status_code, reply.headers["location"]) == (303, following)
    assert reply.headers["set-cookie"].startswith("essarion_session=")


@pytest.mark.parametrize(
    "following",
    ["https://evil.example/", "//evil.example/", "/%5Cevil.example", "javascript:alert(1)", "x", "/a%0d%0ab"],
)
def test_it_leads_nowhere_else(mock: Server, following: str) -> None:
    """Another site is refused, and no cookie is set."""
    reply = asked(mock, f"{PAGE}?next={following}")

    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/essarion/sign-in/stedy",
            "Nobody signs in as 'stedy'. Did you mean steady? Sign in as steady, quiet,",
        ),
        ("/essarion/_metermock/sign-in/expired", "Nobody signs in as 'expired'. Sign in as steady, quiet,"),
        ("/onepin/sign-in/steady", "onepin takes no cookie. `metermock accounts` lists what to send."),
    ],
)
def test_a_page_that_is_not_there_says_which_are(mock: Server, path: str, told: str) -> None:
    """A misspelt name, a refused one, and a contract without cookies are each a 404 with a way on."""
    reply = asked(mock, path)

    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.json()["detail"].startswith(told)


@pytest.mark.parametrize("name", ["expired", "unknown", "malformed"])
def test_nobody_signs_in_with_what_is_refused(mock: Server, name: str) -> None:
    """Neither the page nor a link to it is there."""
    assert asked(mock, f"/essarion/sign-in/{name}").status_code == 404
    with mock.client() as client:
        start = client.get("/", headers={"accept": "text/html"}).text
    assert "/sign-in/steady" in start
    assert f"/sign-in/{name}" not in start
