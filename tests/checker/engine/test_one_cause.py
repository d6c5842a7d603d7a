"""One cause is one finding, and what passes is none."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Answer, Asked, check, document, operation, small

TOTAL = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer"}}}
VARIED = [
    {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
    {"name": "by", "in": "query", "schema": {"enum": ["key", "model"]}},
]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def usage(answer: Answer) -> Answer:
    """A deployment that has one path, and refuses parameters as documented."""

    def answered(asked: Asked) -> Any:
        if asked.path != "/usage":
            return 404, None
        days, by = asked.query.get("days", ["1"])[-1], asked.query.get("by", ["key"])[-1]
        if days not in tuple("123456789") or by not in ("key", "model"):
            return 400, None
        return answer(asked)

    return answered


def documented(schema: Any, parameters: Any = (), **components: Any) -> Any:
    """A document with this reply, and a refusal."""
    get = operation(schema=schema, parameters=list(parameters))
    get["responses"]["400"] = {"description": "refused"}
    return {**document(paths={"/usage": {"get": get}}), "components": {"schemas": components}}


def findings(report: Any) -> list[tuple[str, str, str]]:
    """Rule, expectation and what came, of what is broken."""
    return [
        (each["rule"], each["expected"], each["received"].partition(";")[0])
        for each in report["findings"]
        if each["level"] == "must"
    ]


def test_another_success_is_one_finding(tmp_path: Path) -> None:
    """A 202 where 200 is documented is told once, however many requests get it."""
    with small(usage(lambda _: (202, {"total": 1}))) as server:
        code, report = check(tmp_path, documented(TOTAL, VARIED), server.url)
    assert (code, findings(report)) == (1, [("valid-request", "status 200", "status 202")])


def test_another_success_is_not_held_to_the_form_of_errors(tmp_path: Path) -> None:
    """A 202 where only 200 and `default` are documented is a wrong status, and no malformed error."""
    written = documented(TOTAL, VARIED)
    error = {"type": "object", "required": ["code", "text"]}
    default = {"description": "an error", "content": {"application/json": {"schema": error}}}
    written["paths"]["/usage"]["get"]["responses"]["default"] = default
    with small(usage(lambda _: (202, {"total": 1}))) as server:
        _, report = check(tmp_path, written, server.url)
    assert findings(report) == [("valid-request", "status 200", "status 202")]


def test_another_media_type_is_one_finding(tmp_path: Path) -> None:
    """What is no JSON by its type need not be said to be no JSON."""
    with small(usage(lambda _: (200, "a,b\n"))) as server:
        code, report = check(tmp_path, documented(TOTAL, VARIED), server.url)
    assert (code, findings(report)) == (1, [("media-type", "application/json", "text/csv")])


@pytest.mark.parametrize(("passes", "found"), [(True, 0), (False, 1)])
def test_a_503_that_passes_is_no_finding(tmp_path: Path, *, passes: bool, found: int) -> None:
    """With Retry-After it is asked again; one that stays for a value is told once."""
    numbers = itertools.count()

    def answer(asked: Asked) -> Any:
        busy = next(numbers) % 15 == 9 if passes else "model" in asked.query.get("by", [])
        return (503, None, {"Retry-After": "0"}) if busy else (200, {"total": 1})

    with small(usage(answer)) as server:
        code, report = check(tmp_path, documented(TOTAL, VARIED), server.url)
    assert (code, len(findings(report))) == (found, found)


KINDS: dict[str, Any] = {
    "Calls": {
        "type": "object",
        "required": ["kind", "count"],
        "properties": {"kind": {"const": "calls"}, "count": {"type": "integer"}},
    },
    "Bytes": {
        "type": "object",
        "required": ["kind", "size"],
        "properties": {"kind": {"const": "bytes"}, "size": {"type": "integer"}},
    },
}
CHOICE = [{"$ref": "#/components/schemas/Calls"}, {"$ref": "#/components/schemas/Bytes"}]


@pytest.mark.parametrize("choice", ["oneOf", "anyOf"])
@pytest.mark.parametrize("is_list", [False, True])
def test_a_breach_in_one_of_several_forms_is_told_as_it_is(
    tmp_path: Path, choice: str, *, is_list: bool
) -> None:
    """The fixed field tells which form is meant; what is wrong is wrong there."""
    schema: Any = {choice: CHOICE, "discriminator": {"propertyName": "kind"}}
    value: Any = {"kind": "calls", "count": "three"}
    if is_list:
        schema, value = {"type": "array", "items": schema}, [{"kind": "bytes", "size": 1}, value]
    with small(usage(lambda _: (200, value))) as server:
        _, report = check(tmp_path, documented(schema, **KINDS), server.url)
    assert findings(report) == [("schema", "type integer", '"three"')]


def test_forms_that_nothing_tells_apart_are_told_together(tmp_path: Path) -> None:
    """A value that may be meant as either breaks the choice itself."""
    with small(usage(lambda _: (200, {"kind": "other"}))) as server:
        _, report = check(tmp_path, documented({"oneOf": CHOICE}, **KINDS), server.url)
    assert [each[1] for each in findings(report)] == ["exactly one of the forms under oneOf"]


def guarded() -> Any:
    """A document of two operations that want a key."""
    paths = {f"/{name}": {"get": operation(schema=TOTAL)} for name in ("usage", "costs")}
    for each in paths.values():
        each["get"]["responses"]["401"] = {"description": "refused"}
    return {
        **document(paths=paths),
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "security": [{"key": []}],
    }


@pytest.mark.parametrize("each_part", [False, True])
def test_any_key_is_one_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, each_part: bool
) -> None:
    """Whichever operation takes whichever key; JSON has every part, and `--all` lists each."""

    def answer(asked: Asked) -> Any:
        if asked.path not in ("/usage", "/costs"):
            return 404, None
        return (200, {"total": 1}) if asked.headers.get("x-key") else (401, None)

    words = ("--credential", "key=k-123456", *(("--all",) if each_part else ()))
    with small(answer) as server:
        code, report = check(tmp_path, guarded(), server.url, *words)
    told = capsys.readouterr().out
    parts = [each for each in report["findings"] if each["rule"] == "credentials"]
    assert code == 1
    assert {each["operation"] for each in parts} == {"get_usage", "get_costs"}
    assert {each["group"] for each in parts} == {"credentials (must): 200 for 401"}
    assert [each["findings"] for each in report["groups"] if each["level"] == "must"] == [len(parts)]
    heads = [line for line in told.splitlines() if " credentials (must) is broken" in line]
    assert len(heads) == (len(parts) if each_part else 1)
    assert all("unknown credential" in head or each_part for head in heads)


def test_a_head_that_is_dropped_is_one_warning(tmp_path: Path) -> None:
    """Whatever is asked by HEAD, with a credential or without: that it is dropped is told once."""

    def answer(asked: Asked) -> Any:
        if asked.sent == "HEAD":
            return 0, None
        if asked.path not in ("/usage", "/costs"):
            return 404, None
        return (200, {"total": 1}) if asked.headers.get("x-key") == "k-123" else (401, None)

    with small(answer) as server:
        code, report = check(tmp_path, guarded(), server.url, "--credential", "key=k-123", "--retries", "0")
    found = [(each["rule"], each["level"], each["message"]) for each in report["findings"]]
    assert (code, found) == (0, [("head", "should", "HEAD gets a reply")])


BAD_GATEWAY = (502, "<html>Bad Gateway</html>", {"content-type": "text/html"})


def posted(*refusals: str) -> Any:
    """A document of a POST that creates a usage, with these refusals."""
    schema = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer"}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    post = operation(status="201", schema=TOTAL, requestBody=body)
    post["responses"] |= {status: {"description": "refused"} for status in refusals}
    return document(paths={"/usage": {"post": post}})


def taking(asked: Asked) -> Any:
    """A deployment that takes good bodies, and falls over others, so that its gateway answers."""
    try:
        total = json.loads(asked.body)["total"]
    except (ValueError, KeyError, TypeError):
        return BAD_GATEWAY
    return (201, {"total": total}) if type(total) is int else BAD_GATEWAY


@pytest.mark.parametrize("refusals", [(), ("422",)], ids=["no refusal documented", "422 documented"])
def test_a_gateway_that_answers_bad_bodies_is_one_finding(tmp_path: Path, refusals: tuple[str, ...]) -> None:
    """What it answers says nothing of the API: neither that its status is undocumented, nor of refusals."""
    with small(taking) as server:
        words = ("--unsafe-methods", "--retries", "0", "--skip", "routing")
        code, report = check(tmp_path, posted(*refusals), server.url, *words)
    came = [(each["rule"], each["level"], each["received"]) for each in report["findings"]]
    told = [each for each in came if "502" in each[2]]
    assert (code, told) == (1, [("valid-request", "must", "the gateway answered 502")])


@pytest.mark.parametrize("is_down", [False, True], ids=["HEAD alone", "bad parameters too"])
def test_a_gateway_that_answers_head_is_the_affair_of_head(tmp_path: Path, *, is_down: bool) -> None:
    """Where the gateway answers nothing else, HEAD is a warning; else there is one cause, and one finding."""

    def answer(asked: Asked) -> Any:
        days = asked.query.get("days", ["1"])[-1]
        if asked.sent == "HEAD" or (is_down and days not in tuple("123456789")):
            return BAD_GATEWAY
        return usage(lambda _: (200, {"total": 1}))(asked)

    with small(answer) as server:
        code, report = check(tmp_path, documented(TOTAL, VARIED), server.url, "--retries", "0")
    told = {(each["rule"], each["level"]) for each in report["findings"] if each["received"].count("502")}
    assert (code, told) == ((1, {("valid-request", "must")}) if is_down else (0, {("head", "should")}))


def test_an_unusual_value_that_is_taken_has_advice_of_its_own(tmp_path: Path) -> None:
    """Python reads 1_0 as an integer, and no rule of the document speaks of that."""

    def answer(asked: Asked) -> Any:
        days = asked.query.get("days", ["1"])[-1]
        return (200, {"total": 1}) if days == "1_0" else usage(lambda _: (200, {"total": 1}))(asked)

    with small(answer) as server:
        _, report = check(tmp_path, documented(TOTAL, VARIED[:1]), server.url, "--rule", "invalid-parameter")
    (found,) = report["findings"]
    assert (found["level"], found["advice"].partition(":")[0]) == (
        "should",
        "Many frameworks read such a value, and the schema does not have it",
    )
