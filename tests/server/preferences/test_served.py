"""Preferences on the wire, in the five contracts and a document without handlers; all replies are judged."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.conftest import Server
from tests.server.preferences.asking import (
    CONTRACTS,
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


def credential(accounts: Callable[..., dict[str, dict[str, Any]]], path: str, name: str) -> dict[str, str]:
    """The headers of an account's credential."""
    headers: dict[str, str] = accounts(path.split("/")[1])[name]["headers"]
    return headers


@EVERY
@CONTRACTS
@pytest.mark.parametrize("name", ["quiet", "empty"])
def test_an_account_stands_in_for_a_credential(
    mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]], ask: Ask, path: str, name: str
) -> None:
    """`account` gives the bytes that the account's own key, token or cookie gives."""
    own = asked(mock, "GET", path, credential(accounts, path, name))
    reply = ask(mock, path, f"account={name}")

    assert (reply.status_code, applied(reply)) == (200, f"account={name}")
    same = [body["meta"].pop("request_id") for body in (own.json(), reply.json()) if "meta" in body]
    assert len(set(same)) <= 1
    assert reply.content == own.content


def test_an_account_is_preferred_to_the_credential_that_is_sent(
    mock: Server, accounts: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """A credential that is sent beside `account` does not count."""
    path = USAGE["glyphnet"]
    reply = by_prefer(mock, path, "account=quiet", **credential(accounts, path, "steady"))

    assert reply.json() == by_header(mock, path, "account=quiet").json()


@pytest.mark.parametrize(
    ("contract", "name", "status"),
    [
        ("essarion", "expired", 401),
        ("glyphnet", "without-scope", 403),
        ("onepin", "other-workspace", 403),
        ("onepin", "revoked", 401),
        ("zkscore", "unknown", 401),
    ],
)
def test_a_refused_credential_can_be_preferred(mock: Server, contract: str, name: str, status: int) -> None:
    """`account` may name a credential that is refused, also one that is refused for its headers."""
    assert by_header(mock, USAGE[contract], f"account={name}").status_code == status


@EVERY
@CONTRACTS
def test_now_is_the_clock_of_the_request(mock: Server, ask: Ask, path: str) -> None:
    """`now` sets the data and `Date`, and gives the same bytes each time."""
    one, two = (ask(mock, path, f"account=steady; {NOW}") for _ in range(2))

    assert parsedate_to_datetime(one.headers["date"]).isoformat() == "2026-03-08T12:00:00+00:00"
    assert (one.status_code, applied(one)) == (200, f"{NOW}, account=steady")
    assert one.content == two.content
    assert one.content != by_prefer(mock, path, "account=steady").content


@EVERY
@CONTRACTS
@pytest.mark.parametrize("code", [401, 429, 403, 500])
def test_a_status_is_answered_as_the_contract_documents_it(
    mock: Server, ask: Ask, path: str, code: int
) -> None:
    """`code` gives the documented error of the vendor, and problem details for another status."""
    reply = ask(mock, path, f"account=steady, code={code}")
    documented = {"essarion": [401]}.get(path.split("/")[1], [401, 403, 429])

    assert reply.status_code == code
    assert applied(reply) == f"account=steady, code={code}"
    is_problem = reply.headers["content-type"] == "application/problem+json"
    assert is_problem == (code not in documented)
    assert not is_problem or reply.json()["status"] == code


@pytest.mark.parametrize("contract", ["glyphnet", "zkscore"])
def test_the_headers_of_a_429_agree(mock: Server, contract: str) -> None:
    """Nothing remains, and the limit is reset when `Retry-After` ends."""
    headers = by_prefer(mock, USAGE[contract], "account=steady, code=429").headers
    now = int(parsedate_to_datetime(headers["date"]).timestamp())

    assert headers["x-ratelimit-remaining"] == "0"
    assert int(headers["x-ratelimit-reset"]) == now + int(headers["retry-after"])


@pytest.mark.parametrize(
    ("contract", "code", "place"),
    [("onepin", 422, ("error", "details", 0, "field")), ("onceonly", 422, ("detail", 0, "loc", 1))],
)
def test_a_refused_value_is_named(mock: Server, contract: str, code: int, place: tuple[Any, ...]) -> None:
    """The error for bad values names a parameter of the operation."""
    value = by_prefer(mock, USAGE[contract], f"account=steady, code={code}").json()
    for step in place:
        value = value[step]

    assert value in {"range", "kind"}


def test_a_bad_request_is_refused_before_a_status_is_chosen(mock: Server) -> None:
    """Credentials and parameters go first: only what would be answered can be answered otherwise."""
    path = USAGE["onepin"]

    assert by_prefer(mock, path, "code=429").status_code == 401
    assert by_prefer(mock, f"{path}?range=1d", "account=steady, code=429").status_code == 422
    assert applied(by_prefer(mock, path, "code=429")) == ""


@pytest.mark.parametrize(
    ("path", "wanted", "hint"),
    [
        (
            "",
            "code=429",
            "code not applied: the request was refused first; account=NAME stands in for a credential",
        ),
        ("", "account=revoked, code=429", "code not applied: the request was refused first"),
        (
            "?range=1d",
            "account=steady, dynamic, lag=5",
            "dynamic, lag not applied: the request was refused first",
        ),
        ("", f"{NOW}, delay=1, fault=empty", None),
        ("", "account=steady, code=429", None),
    ],
)
def test_what_was_not_done_is_told_in_a_header(
    mock: Server, path: str, wanted: str, hint: str | None
) -> None:
    """The body of a refusal is the contract's; a header says what was left out, and what helps."""
    reply = by_header(mock, USAGE["onepin"] + path, wanted, Origin="http://app.test")

    assert reply.headers.get("x-metermock-hint") == hint
    exposed = reply.headers["access-control-expose-headers"].split(", ")
    assert ("X-Metermock-Hint" in exposed) == (hint is not None)


@pytest.mark.parametrize(("code", "told"), [(500, "of 5XX"), (503, "of 5XX"), (418, "of all others")])
def test_a_range_is_a_documented_form(made: Server, code: int, told: str) -> None:
    """`5XX` and `default` are the contract's form of the statuses that have none of their own."""
    reply = by_header(made, "/tanks", f"account=steady, code={code}")

    assert (reply.status_code, reply.headers["content-type"]) == (code, "application/json")
    assert reply.json() == {"fault": told}


@EVERY
@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("example=high", 200, {"id": "g-high", "used": 900000, "read_at": "2026-01-01T00:00:00Z"}),
        ("example=gone, code=404", 404, {"error": {"code": "gone", "message": "It is gone."}}),
        ("code=404, dynamic=false", 404, {"error": {"code": "gone", "message": "It is gone."}}),
        ("dynamic=false", 200, {"id": "g-low", "used": 3, "read_at": "2026-01-01T00:00:00Z"}),
    ],
)
def test_an_example_is_given_as_it_is_written(
    made: Server, ask: Ask, wanted: str, status: int, body: Any
) -> None:
    """`example` and `dynamic=false` give what the document shows."""
    reply = ask(made, GAUGE, f"account=steady, {wanted}")

    assert (reply.status_code, reply.json()) == (status, body)
    assert set(applied(reply).split(", ")) == {"account=steady", *wanted.split(", ")}


def test_an_example_is_shown_to_each_account(made: Server) -> None:
    """`dynamic=false` gives the example to accounts that would have numbers of their own."""
    shown, made_for_it = (
        by_prefer(made, GAUGE, f"account=over-limit{more}").json() for more in (", dynamic=false", "")
    )

    assert shown != made_for_it
    assert shown == by_prefer(made, GAUGE, "account=steady, dynamic=false").json()


@EVERY
def test_a_reply_is_made_where_the_document_has_an_example(made: Server, ask: Ask) -> None:
    """`dynamic` makes the reply of what was asked, and needs no value."""
    replies = [ask(made, GAUGE, f"account=steady, {wanted}") for wanted in ("dynamic=true", "dynamic=TRUE")]

    assert [reply.json()["id"] for reply in replies] == ["g-7", "g-7"]
    assert by_prefer(made, GAUGE, "dynamic, account=steady").json()["id"] == "g-7"


def test_an_error_is_made_where_the_document_has_an_example(made: Server) -> None:
    """With `dynamic`, an error too; else its example answers, as it does for the usual status."""
    shown, drawn = (
        by_prefer(made, GAUGE, f"account=steady, code=404{more}").json() for more in ("", ", dynamic")
    )

    assert shown == {"error": {"code": "gone", "message": "It is gone."}}
    assert drawn["error"]["code"] != "gone"


@pytest.mark.parametrize("code", [202, 404, 429, 503])
def test_any_documented_status_is_made_from_its_schema(made: Server, code: int) -> None:
    """A status of a document without handlers has its own body, and `--strict` finds nothing wrong in it."""
    reply = by_prefer(made, GAUGE, f"account=steady, code={code}")

    assert (reply.status_code, reply.headers["content-type"]) == (code, "application/json")


def test_the_made_headers_of_a_429_agree(made: Server) -> None:
    """A made refusal has no reads left, and its reset is when `Retry-After` ends."""
    headers = by_prefer(made, GAUGE, "account=steady, code=429").headers
    now = int(parsedate_to_datetime(headers["date"]).timestamp())

    assert (headers["x-ratelimit-remaining"], headers["x-ratelimit-limit"]) == ("0", "100")
    assert int(headers["x-ratelimit-reset"]) == now + int(headers["retry-after"])


def test_an_account_counts_where_no_credential_is_asked_for(made: Server) -> None:
    """Without security a request is of nobody; `account` says whose usage it shows."""
    totals = [by_header(made, "/open", f"account={name}").json()["total"] for name in ("empty", "steady")]

    assert totals[0] == 0 < totals[1]


@pytest.mark.parametrize("path", [*USAGE.values(), "/essarion/nowhere", "/", "/nowhere"])
@EVERY
def test_what_is_unknown_is_refused_with_the_keys(mock: Server, ask: Ask, path: str) -> None:
    """A misspelt key is 400 everywhere: it names the nearest and lists them all, also for other origins."""
    reply = ask(mock, path, "cod=429", Origin="http://app.test")

    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert "Did you mean code?" in reply.json()["detail"]
    assert {"code", "account", "now"} <= reply.json()["preferences"].keys()
    assert reply.headers["access-control-allow-origin"] == "http://app.test"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("account=over-limt", "glyphnet has no account 'over-limt'. Did you mean over-limit?"),
        ("account=overLimit", "glyphnet has no account 'overLimit'. Did you mean over-limit?"),
        ("account=unlimited", "glyphnet has no account 'unlimited'. It has steady, steady-test, quiet,"),
        ("account=unlimted", "glyphnet has no account 'unlimted'. It has steady, steady-test, quiet,"),
        ("account=steady, example=steadi", "no example 'steadi' of 200"),
        ("account=steady, example=x, code=418", "no example 'x' of 418"),
    ],
)
def test_what_is_not_there_is_refused(mock: Server, wanted: str, told: str) -> None:
    """An account or example that the contract does not have is 400, with those that it has."""
    reply = by_prefer(mock, USAGE["glyphnet"], wanted)

    assert reply.status_code == 400
    assert told in reply.json()["detail"]


def test_a_name_in_the_query_that_is_like_no_key_is_the_clients(made: Server) -> None:
    """What trackers add to links changes nothing, and the name of a parameter of the document is its own."""
    key = {"X-Key": "steady"}
    plain = asked(made, "GET", GAUGE, key)
    tracked = asked(made, "GET", f"{GAUGE}?__hstc=1.2&utm__code=404", key)
    vendors = asked(made, "GET", "/open?__lag=7&__code=404", {})

    assert (tracked.status_code, tracked.content) == (200, plain.content)
    assert applied(vendors) == "code=404"


def test_the_nearer_place_counts(made: Server) -> None:
    """Of a key in several places the header goes before the query, and the query before the base URL."""
    path = f"/~code=404{GAUGE}?__code=429"

    assert asked(made, "GET", path, {"X-Key": "steady"}).status_code == 429
    assert asked(made, "GET", path, {"X-Key": "steady", "Prefer": "code=503"}).status_code == 503


def test_a_known_client_is_heard_in_a_new_query(made: Server) -> None:
    """All but the query is remembered of who asked before, and it may have a preference the next time."""
    queries = ("unit=day", "unit=month", "__code=503", "unit=day&__code=503", "unit=day", "__cod=503")
    replies = [asked(made, "GET", f"{GAUGE}?{query}", {"X-Key": "steady"}) for query in queries]

    assert [reply.status_code for reply in replies] == [200, 200, 503, 503, 200, 400]
    assert "the query: there is no preference 'cod'. Did you mean code?" in replies[-1].json()["detail"]


@pytest.mark.parametrize("ask", [by_prefer, by_header])
def test_headers_are_read_as_utf_8(mock: Server, ask: Ask) -> None:
    """A header's text is repeated as its client wrote it; bytes that are not UTF-8 become marks."""
    told = [
        ask(mock, USAGE["glyphnet"], text).json()["detail"]
        for text in ("account=Zoë-東京".encode(), b"account=Zo\xeb")
    ]

    assert "glyphnet has no account 'Zoë-東京'." in told[0]
    assert "glyphnet has no account 'Zo\ufffd'." in told[1]


def test_what_was_done_is_said_in_utf_8(mock: Server) -> None:
    """`Preference-Applied` has the bytes of the session that came."""
    wanted = 'account=quiet, sequence="200", session="Zoë-東京"'.encode()
    reply = by_header(mock, USAGE["glyphnet"], wanted)  # type: ignore[arg-type]  # a header may be bytes

    assert 'session="Zoë-東京"'.encode() in dict(reply.headers.raw)[b"preference-applied"]


@pytest.mark.parametrize("ask", [by_prefer, by_header, by_url])
def test_a_refusal_is_short(mock: Server, ask: Ask) -> None:
    """However much is wrong with however long texts, a refusal is a page that can be read."""
    wanted = ",".join(f"{'key' * 50}{number}={'x' * 100}" for number in range(100))
    reply = ask(mock, USAGE["glyphnet"], wanted)

    assert reply.status_code == 400
    assert len(reply.json()["detail"]) < 2500


def test_preferences_of_the_vendor_pass(mock: Server, made: Server) -> None:
    """Registered preferences, and those of a document that declares `Prefer`, disturb nothing."""
    registered = by_prefer(
        mock, USAGE["glyphnet"], "return=minimal, wait=10, respond-async", Origin="http://a"
    )

    assert registered.status_code == 401
    assert by_prefer(made, "/open", "resolution=merge-duplicates, count=exact").status_code == 200
    assert by_header(made, "/open", "count=exact").status_code == 400


def test_links_keep_the_preferences_of_the_base_url(mock: Server) -> None:
    """The mock's own pages, and the server that a document names, stay under the base URL."""
    base = f"{mock.url}/~account=quiet"
    page = by_url(mock, "/?contract=onepin", "account=quiet", Accept="text/html").text

    assert by_url(mock, "/onepin/openapi.json", "account=quiet").json()["servers"] == [
        {"url": f"{base}/onepin"}
    ]
    assert by_url(mock, "/onepin/", "account=quiet").headers["location"] == f"{base}/onepin/docs"
    assert 'href="/~account=quiet/onepin/docs"' in page
    assert f"{base}/onepin/api" in page


def test_a_contract_at_the_root_keeps_its_tildes(made: Server) -> None:
    """Where a contract is served at the root, a segment without `=` is the contract's."""
    key = {"X-Key": "anything"}

    assert asked(made, "GET", "/~ann", key).json()["error"]["code"] == "not_found"
    assert asked(made, "GET", "/~account=steady/gauges/g-7", {}).status_code == 200


def test_all_keys_together(mock: Server) -> None:
    """Keys of three places are one set, and all of them are met."""
    headers = {"Prefer": "account=steady, code=500", "X-Metermock": "code=429"}
    path = "/~now=2026-03-08T12:00:00Z;account=quiet" + USAGE["zkscore"]
    reply = asked(mock, "GET", path, headers)

    assert (reply.status_code, reply.json()["timestamp"]) == (429, "2026-03-08T12:00:00Z")
    assert applied(reply) == f"{NOW}, account=steady, code=429"


def test_a_remembered_reply_is_not_given_to_a_request_with_preferences(mock: Server) -> None:
    """What is sent from memory depends on the headers of preferences too."""
    path = USAGE["glyphnet"] + "?period=day"
    plain = [asked(mock, "GET", path, {"X-API-Key": "gn_live_quiet5Hd1Jb8Rs3"}) for _ in range(3)]
    chosen = by_header(mock, path, "code=429", **{"X-API-Key": "gn_live_quiet5Hd1Jb8Rs3"})
    again = asked(mock, "GET", path, {"X-API-Key": "gn_live_quiet5Hd1Jb8Rs3"})

    assert {reply.status_code for reply in plain} == {again.status_code} == {200}
    assert (chosen.status_code, again.content) == (429, plain[0].content)
