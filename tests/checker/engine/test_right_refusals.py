"""Servers that are right to refuse: a check finds nothing wrong with a documented refusal."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.findings.advice import advice_on
from tests.checker.small import Answer, Asked, check, small

KEY = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
OF_ANNA = "11111111-2222-4333-8444-555555555555"
OF_BEN = "99999999-2222-4333-8444-555555555555"


def described(paths: Any, **parts: Any) -> Any:
    """A document with a key."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"securitySchemes": KEY},
        "security": [{"key": []}],
        "paths": paths,
        **parts,
    }


def replies(*codes: str, schema: Any = None) -> dict[str, Any]:
    """Documented statuses; 200 has a schema."""
    good = {"application/json": {"schema": schema or {"type": "object"}}}
    return {
        code: {"description": "x", **({"content": good} if code.startswith("2") else {})} for code in codes
    }


def broken(report: Any) -> list[tuple[str, str, str]]:
    """The must findings: rule, operation, what came."""
    return [
        (each["rule"], each["operation"], each["received"])
        for each in report["findings"]
        if each["level"] == "must"
    ]


LISTED = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}
PARCELS = described(
    {
        "/parcels": {
            "get": {"operationId": "list", "responses": replies("200", "401", "404", schema=LISTED)}
        },
        "/parcels/{id}": {
            "get": {"operationId": "one", "parameters": [ID], "responses": replies("200", "401", "404")}
        },
    }
)


def parcels(*, of_ben: tuple[str, ...] = ()) -> Answer:
    """Anna has one parcel; Ben's are listed, and not found."""

    def answer(asked: Asked) -> tuple[int, Any]:
        who = asked.headers.get("x-key")
        if who not in ("anna-key-1", "ben-key-22"):
            return 401, {}
        mine = (OF_ANNA,) if who == "anna-key-1" else of_ben
        if asked.path == "/parcels":
            return 200, [{"id": each} for each in mine]
        return (200, {}) if who == "anna-key-1" and asked.path.endswith(OF_ANNA) else (404, {})

    return answer


@pytest.mark.parametrize(
    ("of_ben", "wrong"),
    [((), []), ((OF_BEN,), [("valid-request", "one", "status 404")])],
)
def test_an_account_without_things_is_told_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    of_ben: tuple[str, ...],
    wrong: list[tuple[str, str, str]],
) -> None:
    """A documented 404 is right for an id that no list gave this account, and wrong for its own."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    monkeypatch.setenv("BEN", "ben-key-22")
    keys = ("--credential", "anna:key=env:ANNA", "--credential", "ben:key=env:BEN")
    with small(parcels(of_ben=of_ben)) as served:
        _, report = check(tmp_path, PARCELS, served.url, *keys)
    assert broken(report) == wrong
    # Only the document can tell whether a parcel is one account's alone.
    untried = "not tried, whether an account gets the thing of another by its id (x-belongs says whose it is)"
    assert f"{untried}: one.id" in report["left_out"]


@pytest.mark.parametrize("leaks", [False, True])
def test_a_thing_of_another_account_is_tried_where_the_document_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, leaks: bool
) -> None:
    """`x-belongs` beside an id in a path tells a server that shows it to everybody."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    monkeypatch.setenv("BEN", "ben-key-22")
    keys = ("--credential", "anna:key=env:ANNA", "--credential", "ben:key=env:BEN", "--rule", "isolation")
    belongs = {"given": {}, "values": "[body.id]", "refused": 404, "complete": True}
    written = json.loads(json.dumps(PARCELS))
    written["paths"]["/parcels/{id}"]["get"]["parameters"][0]["x-belongs"] = belongs
    owners = {OF_ANNA: "anna-key-1", OF_BEN: "ben-key-22"}

    def answer(asked: Asked) -> Any:
        who, name = asked.headers.get("x-key"), asked.path.rpartition("/")[2]
        if asked.path == "/parcels":
            return 200, [{"id": each} for each, owner in owners.items() if owner == who]
        is_shown = name in owners and (leaks or owners[name] == who)
        return (200, {"id": name}) if is_shown else (404, {})

    with small(answer) as served:
        _, report = check(tmp_path, written, served.url, *keys)
    assert {each[0] for each in broken(report)} == ({"isolation"} if leaks else set())
    assert not any("not tried" in line for line in report.get("left_out", ()))


def test_an_account_is_asked_for_its_own_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long its list takes, what it lists is asked for as that account, and nothing before."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    monkeypatch.setenv("BEN", "ben-key-22")
    keys = ("--credential", "anna:key=env:ANNA", "--credential", "ben:key=env:BEN")
    right = parcels(of_ben=(OF_BEN,))

    def slow(asked: Asked) -> Any:
        is_ben = asked.headers.get("x-key") == "ben-key-22"
        if is_ben and asked.path == "/parcels":
            time.sleep(0.3)
        return (200, {}) if is_ben and asked.path.endswith(OF_BEN) else right(asked)

    with small(slow) as served:
        _, report = check(tmp_path, PARCELS, served.url, *keys)
    asked = [each.path for each in served.asked if each.headers.get("x-key") == "ben-key-22"]
    assert broken(report) == []
    assert next(path for path in asked if path != "/parcels") == f"/parcels/{OF_BEN}"


@pytest.mark.parametrize(("refusal", "wrong"), [(400, False), (422, False), (409, True)])
def test_either_documented_status_for_invalid_values_is_right(
    tmp_path: Path, refusal: int, *, wrong: bool
) -> None:
    """Where 400 and 422 are documented, no document says which is for which parameter."""
    size = {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 9}}
    operation = {"operationId": "get", "parameters": [size], "responses": replies("200", "400", "409", "422")}

    def answer(asked: Asked) -> tuple[int, Any]:
        is_good = all(re.fullmatch(r"-?\d+", each) and int(each) < 10 for each in asked.query.get("size", ()))
        return (200, {}) if is_good else (refusal, {})

    with small(answer) as served:
        document = described({"/boxes": {"get": operation}}, security=[])
        _, report = check(tmp_path, document, served.url)
    assert bool(broken(report)) is wrong


def test_no_advice_says_to_document_what_is_documented() -> None:
    """Of a documented status the advice is to refuse as documented, and no more."""
    told = advice_on(409, "400 or 422", allowed=False, credential=False, documented=True)
    assert told == "Refuse this request with 400 or 422 and the documented body."


def test_no_advice_says_to_refuse_with_a_success(tmp_path: Path) -> None:
    """A request whose value is only made may be refused as documented, and is not to be refused with 200."""
    schema = {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}
    team = {"name": "team", "in": "query", "schema": schema}
    operation = {"operationId": "get", "parameters": [team], "responses": replies("200", "422")}

    def answer(asked: Asked) -> tuple[int, Any]:
        return (500 if "-" in asked.query.get("team", [""])[0] else 200), {}

    with small(answer) as served:
        _, report = check(tmp_path, described({"/boxes": {"get": operation}}, security=[]), served.url)
    advice = {each["advice"] for each in report["findings"] if each["expected"] == "status 200 or 422"}
    assert advice == {"The contract allows this request: mend what fails on it."}


ROOM: dict[str, Any] = {
    "type": "object",
    "required": ["room", "seats"],
    "properties": {"room": {"type": "string"}, "seats": {"type": "integer", "minimum": 1}},
}


@pytest.mark.parametrize(("codes", "wrong"), [(("201", "422"), False), (("201",), True)])
def test_bodies_are_made_of_the_example_and_may_be_unfit(
    tmp_path: Path, codes: tuple[str, ...], *, wrong: bool
) -> None:
    """A deployment may know only the example's room: that it says so, as documented, is right."""
    content = {"application/json": {"schema": ROOM, "example": {"room": "Blue", "seats": 4}}}
    operation = {"operationId": "book", "requestBody": {"required": True, "content": content}}

    def answer(asked: Asked) -> tuple[int, Any]:
        try:
            body = json.loads(asked.body)
            is_good = body["room"] == "Blue" and isinstance(body["seats"], int) and body["seats"] > 0
        except (ValueError, KeyError, TypeError):
            is_good = False
        return (201, {}) if is_good else (422, {})

    document = described({"/rooms": {"post": {**operation, "responses": replies(*codes)}}}, security=[])
    with small(answer) as served:
        _, report = check(tmp_path, document, served.url, "--unsafe-methods")
    assert b'{"room": "Blue", "seats": 1}' in {asked.body for asked in served.asked}
    assert ("valid-request", "book", "status 422") in broken(report) if wrong else broken(report) == []


def test_an_ignored_field_of_the_deployments_own_is_no_finding(tmp_path: Path) -> None:
    """A `readOnly` field of a request may be ignored, so that none of a bad type is sent."""
    number = {"type": "integer", "readOnly": True}
    own = {**ROOM, "properties": {**ROOM["properties"], "number": number}}
    content = {"application/json": {"schema": own, "example": {"room": "Blue", "seats": 4}}}
    operation = {
        "operationId": "book",
        "requestBody": {"content": content},
        "responses": replies("201", "4XX"),
    }
    with small(lambda _: (201, {})) as served:
        check(
            tmp_path, described({"/rooms": {"post": operation}}, security=[]), served.url, "--unsafe-methods"
        )
    sent = [asked.body for asked in served.asked]
    assert any(b'"seats": 1.5' in each for each in sent)
    assert not any(b"number" in each.replace(b"no number", b"") for each in sent)


@pytest.mark.parametrize(
    ("refusals", "wrong"),
    [({}, False), ({"unknown": {"status": 401}}, True), ({"empty": {"status": 403}}, True)],
)
def test_either_documented_status_for_bad_credentials_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: dict[str, Any], *, wrong: bool
) -> None:
    """A missing key may get 401 and a bad one 403, unless `x-refusals` says which of them gets which."""
    monkeypatch.setenv("ANNA", "anna-key-1")
    document = described(
        {"/boxes": {"get": {"operationId": "get", "responses": replies("200", "401", "403")}}}
    )
    scheme = {**KEY["key"], **({"x-refusals": refusals} if refusals else {})}
    document["components"] = {"securitySchemes": {"key": scheme}}

    def answer(asked: Asked) -> tuple[int, Any]:
        given = asked.headers.get("x-key")
        return (200 if given == "anna-key-1" else 401 if given is None else 403), {}

    with small(answer) as served:
        _, report = check(tmp_path, document, served.url, "--credential", "key=env:ANNA")
    assert bool(broken(report)) is wrong


def test_bodies_say_the_kind_of_their_alternative(tmp_path: Path) -> None:
    """A discriminator's mapping names the kinds: others are no good values, whatever the schema says."""
    kinds = {
        each.title(): {
            "type": "object",
            "required": ["kind", each],
            "properties": {"kind": {"type": "string"}, each: {"type": "integer"}},
        }
        for each in ("crate", "barrel")
    }
    mapping = {each.lower(): f"#/components/schemas/{each}" for each in kinds}
    schema = {
        "oneOf": [{"$ref": each} for each in mapping.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "store", "requestBody": {"required": True, "content": content}}

    def answer(asked: Asked) -> tuple[int, Any]:
        is_good = any(f'"kind": "{each}"'.encode() in asked.body for each in mapping)
        return (201, {}) if is_good else (422, {})

    document = described({"/goods": {"post": {**operation, "responses": replies("201", "422")}}}, security=[])
    document["components"] = {"schemas": kinds}
    with small(answer) as served:
        _, report = check(tmp_path, document, served.url, "--unsafe-methods")
    assert [each for each in broken(report) if each[0] == "valid-request"] == []


WHOLE_QUERY = {
    "name": "asked",
    "in": "querystring",
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 9}},
                "additionalProperties": False,
            }
        }
    },
}


@pytest.mark.parametrize("takes_any", [False, True])
def test_an_unknown_key_of_a_query_that_is_an_object_is_for_its_schema(
    tmp_path: Path, *, takes_any: bool
) -> None:
    """It is refused rightly, and taken wrongly, where the schema has no other fields."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("x-key") != "secret":
            return 401, {}
        if asked.path != "/usage":
            return 404, {}
        days = asked.query.get("days", [])
        is_known = takes_any or asked.query.keys() <= {"days"}
        return 200 if is_known and all(re.fullmatch("[1-9]", each) for each in days) else 400, {}

    operation = {"operationId": "ask", "parameters": [WHOLE_QUERY], "responses": replies("200", "400", "401")}
    written = described({"/usage": {"get": operation}}, openapi="3.2.0")
    with small(answer) as server:
        code, report = check(tmp_path, written, server.url, "--credential", "key=secret")
    assert code == (1 if takes_any else 0)
    assert not any(each["rule"] == "unknown-parameter" for each in report["findings"])
    told = [each["message"] for each in report["findings"] if each["level"] == "must"]
    assert [("an unknown field" in each) for each in told] == ([True] if takes_any else [])
