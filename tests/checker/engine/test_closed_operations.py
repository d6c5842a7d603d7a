"""Accounts whose credentials open other operations: each operation is asked by those that can open it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Answer, Asked, check, document, operation, small

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "token": {"type": "http", "scheme": "bearer"},
    "login": {"type": "http", "scheme": "basic"},
    "grant": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://a.example", "scopes": {}}},
    },
}
COUNT = {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}
KEY, TOKEN = "ada:key=k-1234567890", "bob:token=t-1234567890"


def opened(**paths: list[Any] | None) -> Any:
    """A document with an operation per name, each with its security; None for none at all."""
    found = {}
    for name, security in paths.items():
        one = operation(schema=COUNT, operationId=name)
        if security is not None:
            one["security"] = security
        if security:
            one["responses"]["401"] = {"description": "who are you"}
        one["responses"].pop("404")
        found[f"/{name}"] = {"get": one}
    return {**document(paths=found), "components": {"securitySchemes": SCHEMES}}


def server(**doors: tuple[str, str] | None) -> Answer:
    """A server whose paths are opened by one header each, or by none."""

    def answer(asked: Asked) -> tuple[int, Any] | tuple[int, Any, dict[str, str]]:
        name = asked.path.strip("/")
        if name not in doors:
            return 404, {"error": "nothing there"}
        door = doors[name]
        if door and asked.headers.get(door[0].lower(), "").lower() != door[1].lower():
            return 401, {"error": "who are you"}, {"WWW-Authenticate": "Bearer"}
        return 200, {"count": len(name)}

    return answer


X_KEY, BEARER = ("X-Key", "k-1234567890"), ("Authorization", "Bearer t-1234567890")


def told(report: Any) -> list[tuple[str, str, str]]:
    """The findings of a report."""
    return [(each["rule"], each["operation"], each["received"]) for each in report["findings"]]


def words(*credentials: str) -> list[str]:
    """The options that give them."""
    return [word for each in credentials for word in ("--credential", each)]


@pytest.mark.parametrize("order", [(KEY, TOKEN), (TOKEN, KEY)], ids=["key first", "token first"])
def test_each_operation_is_asked_by_who_can_open_it(tmp_path: Path, order: tuple[str, str]) -> None:
    """Whoever comes first, nobody is asked for what his scheme does not open, and all is kept."""
    written = opened(mine=[{"key": []}], ours=[{"token": []}], open=None)
    with small(server(mine=X_KEY, ours=BEARER, open=None)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(*order))
    assert (code, told(report)) == (0, [])


def test_what_nobody_can_open_is_not_asked(tmp_path: Path) -> None:
    """It is named first, with its scheme and how to give it; nothing else is said of it, and nothing kept."""
    written = opened(mine=[{"key": []}], granted=[{"grant": []}], signed=[{"login": [], "key": []}], open=[])
    with small(server(mine=X_KEY, granted=("X", ""), signed=("X", ""), open=None)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY))
    assert (code, told(report)) == (3, [])
    assert report["reason"].startswith(
        "2 operations were not tested: granted: not asked: no account has a credential for scheme grant: "
        "--credential ada:grant=env:NAME; signed: not asked: it demands login and key together, and no "
        "account has a credential for scheme login: --credential ada:login=env:NAME"
    )
    assert not [each for each in deployed.asked if each.path in {"/granted", "/signed"}]


def test_an_account_without_anything_to_open_is_no_problem(tmp_path: Path) -> None:
    """An account whose scheme opens nothing of what is asked is left alone."""
    written = opened(mine=[{"key": []}])
    with small(server(mine=X_KEY)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(TOKEN, KEY))
    assert (code, told(report)) == (0, [])


def test_a_door_that_stands_open_is_found_behind_the_first_account(tmp_path: Path) -> None:
    """What the second account's operation makes of no credential is judged too."""
    written = opened(mine=[{"key": []}], ours=[{"token": []}])
    with small(server(mine=X_KEY, ours=None)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY, TOKEN))
    assert code == 1
    assert {(rule, name) for rule, name, _ in told(report)} == {("credentials", "ours")}


def test_without_any_account_the_scheme_is_named(tmp_path: Path) -> None:
    """A deployment may demand nothing, so it is asked; where it refuses, the message says what to give."""
    with small(server(mine=X_KEY, open=None)) as deployed:
        code, report = check(tmp_path, opened(mine=[{"key": []}], open=[]), deployed.url)
    assert (code, told(report)) == (3, [])
    assert report["reason"] == (
        "1 operation was not tested: mine: a request without a credential is refused (401): "
        "no account has a credential for scheme key: --credential key=env:NAME"
    )


def test_the_credential_of_a_way_in_is_sent_and_no_other(tmp_path: Path) -> None:
    """Where security is optional, and the account has none of its schemes, nothing is sent."""
    written = opened(mine=[{"key": []}], maybe=[{"token": []}, {}])
    with small(server(mine=X_KEY, maybe=None)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY))
    assert (code, told(report)) == (0, [])
    assert not [each for each in deployed.asked if each.path == "/maybe" and "x-key" in each.headers]


ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
EVE = "eve:token=a-1234567890"


def with_rights() -> Any:
    """A document with an operation for everybody, and one that documents 403, with its body."""
    written = opened(plain=[{"token": []}], rights=[{"token": []}])
    forbidden = {"description": "you may not", "content": {"application/json": {"schema": ERROR}}}
    written["paths"]["/rights"]["get"]["responses"]["403"] = forbidden
    return written


def rightless(refusal: Any, *, times: int = 1_000_000) -> Answer:
    """A server that lets bob, with his good credential, not see the rights, at first or always."""
    forbidden = 0

    def answer(asked: Asked) -> tuple[int, Any]:
        nonlocal forbidden
        name, who = asked.path.strip("/"), asked.headers.get("authorization", "").lower()
        if name not in {"plain", "rights"}:
            return 404, {"error": "nothing there"}
        if who not in {"bearer a-1234567890", "bearer t-1234567890"}:
            return 401, {"error": "who are you"}
        if name == "rights" and who == "bearer t-1234567890" and forbidden < times:
            forbidden += 1
            return 403, refusal
        return 200, {"count": 3 if who == "bearer t-1234567890" else 4}

    return answer


def not_asked_as_bob(report: Any) -> list[str]:
    """What the report says that bob is not asked."""
    return [each for each in report.get("left_out", []) if "bob" in each]


def test_an_account_that_may_not_is_not_taken_for_a_fault(tmp_path: Path) -> None:
    """A documented 403 of one account says nothing against an operation that another one can ask."""
    with small(rightless({"error": "you may not"})) as deployed:
        code, report = check(tmp_path, with_rights(), deployed.url, *words(TOKEN, EVE))
    assert (code, told(report)) == (0, [])
    assert not_asked_as_bob(report) == ["not asked as bob, who gets 403: rights"]


def test_a_forbidden_reply_is_judged(tmp_path: Path) -> None:
    """The 403 that keeps an account from an operation must have the documented form."""
    with small(rightless({"error": 7})) as deployed:
        code, report = check(tmp_path, with_rights(), deployed.url, *words(TOKEN, EVE))
    assert (code, {found[:2] for found in told(report)}) == (1, {("schema", "rights")})
    assert not_asked_as_bob(report) == ["not asked as bob, who gets 403: rights"]


def test_an_account_that_is_forbidden_only_once_is_asked(tmp_path: Path) -> None:
    """A 403 is asked for again before it is believed: who is answered then is asked on."""
    with small(rightless({"error": "you may not"}, times=1)) as deployed:
        code, report = check(tmp_path, with_rights(), deployed.url, *words(TOKEN, EVE))
    assert (code, told(report)) == (0, [])
    assert not_asked_as_bob(report) == []
    as_bob = [each for each in deployed.asked if "t-1234567890" in each.headers.get("authorization", "")]
    assert len([each for each in as_bob if each.path == "/rights"]) > len(("forbidden", "again"))


def test_a_deletion_that_only_a_refused_account_can_open_is_told(tmp_path: Path) -> None:
    """Nobody is left to ask it with: the check goes on to its end, and says so."""
    written = opened(mine=[{"key": []}], ours=[{"token": []}])
    deletion = operation(status="204", operationId="forget")
    written["paths"]["/ours"]["delete"] = {**deletion, "security": [{"token": []}]}
    with small(server(mine=X_KEY, ours=("Authorization", "Bearer of nobody"))) as deployed:
        code, report = check(tmp_path, written, deployed.url, "--unsafe-methods", *words(KEY, TOKEN))
    assert code == 1, "that its credential is refused is a finding, and the check came to its end"
    assert "forget: not asked: every account that has a credential for it is refused" in report["reason"]


def test_a_way_in_that_nobody_can_try_is_named(tmp_path: Path) -> None:
    """Of several alternatives each is documented: what no account has is told, with the words that help."""
    either: list[Any] = [{"key": []}, {"login": [], "token": []}]
    written = opened(
        mine=either, ours=either, maybe=[{"key": []}, {}], wide=[{"key": []}, {"key": [], "grant": []}]
    )
    with small(server(mine=X_KEY, ours=X_KEY, maybe=None, wide=X_KEY)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY))
    assert (code, told(report)) == (0, [])
    (lacking,) = report["left_out"]
    assert lacking == (
        "not tried: another way into mine, ours: it demands login and token together, and no account has a "
        "credential for schemes login and token: "
        "--credential ada:login=env:NAME --credential ada:token=env:NAME"
    )


def test_what_is_open_to_everybody_is_asked_without_a_credential(tmp_path: Path) -> None:
    """`{}` beside other ways in is a promise: who comes without a credential is let in."""
    written = opened(maybe=[{"key": []}, {}])
    with small(server(maybe=None)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY))
    assert (code, told(report)) == (0, [])
    assert {each.headers.get("x-key") for each in deployed.asked if each.path == "/maybe"} >= {None, X_KEY[1]}
    with small(server(maybe=X_KEY)) as deployed:
        code, report = check(tmp_path, written, deployed.url, *words(KEY))
    (finding,) = report["findings"]
    assert (code, finding["rule"], finding["received"]) == (1, "valid-request", "status 401")
    assert finding["message"] == "a request without a credential is answered by 200"


@pytest.mark.parametrize(("place", "status"), [("path", 401), ("path", 404), ("query", 403)])
def test_who_is_not_known_need_not_see_a_thing(tmp_path: Path, place: str, status: int) -> None:
    """A documented refusal is right where the thing is somebody's own, though everybody may ask for one."""
    path = "/maybe/{id}" if place == "path" else "/maybe"
    written = opened(maybe=[{"key": []}, {}])
    written["paths"][path] = written["paths"].pop("/maybe")
    one = {"name": "id", "in": place, "required": True, "schema": {"type": "string"}, "example": "m1"}
    asking = written["paths"][path]["get"]
    asking["parameters"] = [one]
    asking["responses"] |= {name: {"description": "no such thing"} for name in ("400", "403", "404")}

    def answer(asked: Asked) -> tuple[int, Any]:
        given = asked.path.rpartition("/")[2] if place == "path" else asked.query.get("id", [""])[-1]
        if not given:
            return 400, {"error": "whose?"}
        is_owner = given == "m1" and asked.headers.get("x-key") == X_KEY[1]
        return (200, {"count": 3}) if is_owner else (status if given == "m1" else 404, {"error": "no"})

    with small(answer) as deployed:
        report = check(tmp_path, written, deployed.url, *words(KEY))[1]
    assert "valid-request" not in [each["rule"] for each in report["findings"]]
    assert any("x-key" not in each.headers and "m1" in each.raw + str(each.query) for each in deployed.asked)


def test_a_way_in_that_only_a_later_account_has_is_tried(tmp_path: Path) -> None:
    """What the first account lacks is asked by another one, also where that one usually comes another way."""
    written = opened(mine=[{"key": []}, {"token": []}])
    doors = (X_KEY, ("X-Key", "k-7654321000"), BEARER)

    def answer(asked: Asked) -> tuple[int, Any]:
        is_in = any(asked.headers.get(name.lower()) == value for name, value in doors)
        return (200, {"count": 3}) if is_in else (401, {"error": "who are you"})

    both = ("eve:key=k-7654321000", "eve:token=t-1234567890")
    with small(answer) as deployed:
        _, report = check(tmp_path, written, deployed.url, *words(KEY, *both))
    assert "left_out" not in report
    assert [each for each in deployed.asked if each.headers.get("authorization") == BEARER[1]]


def test_what_may_change_data_is_told_to_be_asked_one_way(tmp_path: Path) -> None:
    """A second way into a writing operation is named, since each request by it would make a thing."""
    written = opened(mine=[{"key": []}, {"token": []}])
    made = operation(status="201", operationId="make")
    made |= {"security": [{"key": []}, {"token": []}]}
    made["responses"] |= {"401": {"description": "who are you"}}
    written["paths"]["/mine"]["post"] = made

    def answer(asked: Asked) -> tuple[int, Any]:
        if X_KEY[1] != asked.headers.get("x-key") and BEARER[1] != asked.headers.get("authorization"):
            return 401, {"error": "who are you"}
        return 200 if asked.method == "GET" else 201, {"count": 3}

    with small(answer) as deployed:
        _, report = check(
            tmp_path, written, deployed.url, "--unsafe-methods", *words(KEY, "ada:token=t-1234567890")
        )
    assert [each for each in report["left_out"] if "not tried" in each] == [
        "not tried: another way into make, by token: only GET is asked by each way in"
    ]


@pytest.mark.parametrize(("checks", "code"), [({}, 0), ({"credentials": "X-5"}, 1)])
def test_the_word_of_a_scheme_in_another_case_is_a_must_only_where_promised(
    tmp_path: Path, checks: dict[str, str], code: int
) -> None:
    """Many servers compare `Bearer` as it is written, and no document forbids it."""
    written = {**opened(ours=[{"token": []}]), "x-checks": checks}

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path != "/ours":
            return 404, {"error": "nothing there"}
        is_in = asked.headers.get("authorization") == BEARER[1]
        return (200, {"count": 3}) if is_in else (401, {"error": "who are you"})

    with small(answer) as deployed:
        got, report = check(tmp_path, written, deployed.url, *words(TOKEN))
    assert got == code
    rule = checks.get("credentials", "credentials")
    levels = {each["level"] for each in report["findings"] if each["rule"] == rule}
    assert levels == {"must" if checks else "should"}
