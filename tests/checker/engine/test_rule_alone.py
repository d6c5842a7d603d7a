"""`--rule` with one check alone: it is asked as in a whole run, or the run says that it was not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.check import check as run
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.findings.check_ids import BUILT_IN_RULES, CheckIds
from metermock.checker.findings.verdict import Verdict
from tests.checker.small import Asked, small
from tests.contract.reading.documents import read

ROWS: list[dict[str, Any]] = [
    {"id": f"row-{number}", "state": ("on", "off")[number % 2], "calls": number} for number in range(8)
]
TEXT = {"type": "string"}
KEYS = {"anna-key-1": "anna", "ben-key-22": "ben"}
ROW = {
    "type": "object",
    "required": ["id", "state", "calls"],
    "properties": {
        "id": TEXT,
        "state": TEXT,
        "calls": {"type": "integer"},
        "ref": {"type": "string", "format": "uuid"},
        "pin": {"type": "string", "writeOnly": True},
        "form": {"$ref": "#/components/schemas/Form"},
    },
}


def parameter(name: str, schema: Any, where: str = "query") -> dict[str, Any]:
    """A parameter, required in a path."""
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def replies(good: str, schema: Any) -> dict[str, Any]:
    """A good reply of a schema with a header, and documented refusals."""
    text = {"schema": TEXT, "required": True}
    ok = {
        "description": "x",
        "headers": {"X-Plan": text},
        "content": {"application/json": {"schema": schema}},
    }
    return {good: ok, **{code: {"description": "x"} for code in ("400", "401", "404", "422")}}


LIST: dict[str, Any] = {
    "operationId": "list",
    "parameters": [
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": 50, "default": 50}),
        parameter("offset", {"type": "integer", "minimum": 0, "maximum": 40, "default": 0}),
        parameter("state", {"type": "string", "enum": ["on", "off"]}),
    ],
    "responses": replies("200", {"type": "object", "properties": {"data": {"type": "array", "items": ROW}}}),
}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
MAKE = {
    "operationId": "make",
    "requestBody": {"required": True, "content": {"application/json": {"schema": NAMED}}},
    "responses": replies("201", ROW),
}
ONE: dict[str, Any] = {
    "operationId": "one",
    "parameters": [parameter("rowId", TEXT, "path")],
    "responses": replies("200", ROW),
}
DROP = {"operationId": "drop", "parameters": ONE["parameters"], "responses": replies("200", ROW)}
OPEN = {"operationId": "open", "security": [{"key": []}, {}], "responses": replies("200", ROW)}
FORMS = {
    name: {"type": "object", "required": ["kind", part], "properties": {"kind": TEXT, part: TEXT}}
    for name, part in (("A", "a"), ("B", "b"))
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "security": [{"key": []}],
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {
            **FORMS,
            "Form": {
                "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in FORMS],
                "discriminator": {"propertyName": "kind"},
            },
        },
    },
    "paths": {
        "/open": {"get": OPEN},
        "/rows": {"get": LIST, "post": MAKE},
        "/rows/{rowId}": {"get": ONE, "delete": DROP},
    },
}
PLAN = {"x-plan": "pro"}
Answer = tuple[int, Any, dict[str, str]]


def right(asked: Asked) -> Answer:
    """Keeps the document."""
    who = KEYS.get(asked.headers.get("x-key", ""))
    if asked.path == "/open" and asked.method == "GET":
        return 200, ROWS[0], PLAN
    if not asked.path.startswith("/rows"):
        return 404, {}, {}
    if who is None:
        return 403 if asked.headers.get("x-key") == "old-key-333" else 401, {}, {}
    if asked.path != "/rows":
        found = [row for row in rows_of(who) if asked.path == f"/rows/{row['id']}"]
        return (
            (405 if asked.method not in ("GET", "DELETE") else 200 if found else 404),
            (found or [{}])[0],
            PLAN,
        )
    if asked.method == "POST":
        return (201 if is_named(asked.body) else 422), ROWS[0], PLAN
    return listed(asked, who) if asked.method == "GET" else (405, {}, {"allow": "GET, HEAD, POST"})


def rows_of(who: str) -> list[dict[str, Any]]:
    """The rows of an account, which have its own numbers."""
    return [row | {"calls": row["calls"] + 50 * (who == "ben")} for row in ROWS]


def listed(asked: Asked, who: str) -> Answer:
    """The rows that were asked for."""
    size, at = asked.query.get("limit", ["50"])[-1], asked.query.get("offset", ["0"])[-1]
    state = asked.query.get("state", [None])[-1]
    is_good = all(each.isdecimal() and len(each) < 5 for each in (size, at)) and state in ("on", "off", None)
    if not is_good or not 0 < int(size) <= 50 or int(at) > 40:
        return 400, {}, {}
    found = [row for row in rows_of(who) if state in (None, row["state"])]
    return 200, {"data": found[int(at) :][: int(size)]}, PLAN


def is_named(raw: bytes) -> bool:
    """Whether a body is as the document has it."""
    try:
        return isinstance(json.loads(raw)["name"], str)
    except (ValueError, LookupError, TypeError):
        return False


def of_row(**fields: Any) -> Callable[[Asked], Answer]:
    """Has more or other fields in the reply of /open."""

    def wrong(asked: Asked) -> Answer:
        status, body, headers = right(asked)
        return status, body | fields if asked.path == "/open" and status == 200 else body, headers

    return wrong


def where(applies: Callable[[Asked], Any], status: int, body: Any = None) -> Callable[[Asked], Answer]:
    """Answers some requests otherwise."""

    def wrong(asked: Asked) -> Answer:
        return (status, ROWS[0] if body is None else body, PLAN) if applies(asked) else right(asked)

    return wrong


def without_header(asked: Asked) -> Answer:
    """Forgets a header."""
    status, body, _ = right(asked)
    return status, body, {}


def as_page(asked: Asked) -> Answer:
    """Says that JSON is something else."""
    status, body, headers = right(asked)
    kind = {"content-type": "application/vnd.other+json"} if asked.path == "/open" else {}
    return status, body, headers | kind


def cut(asked: Asked) -> Any:
    """Sends no JSON."""
    status, body, headers = right(asked)
    if asked.path != "/open":
        return status, body, headers
    return status, json.dumps(body)[:-1], headers | {"content-type": "application/json"}


def seen(change: Callable[[Asked, Answer], Answer]) -> Callable[[Asked], Answer]:
    """Changes the good replies of the list."""

    def wrong(asked: Asked) -> Answer:
        answer = right(asked)
        is_list = asked.path == "/rows" and asked.method == "GET" and answer[0] == 200
        return change(asked, answer) if is_list else answer

    return wrong


def more(answer: Answer, count: int) -> Answer:
    """The rows with other numbers."""
    rows = [row | {"calls": row["calls"] + count} for row in answer[1]["data"]]
    return answer[0], {"data": rows}, answer[2]


def first_counts(asked: Asked) -> Answer:
    """Of a parameter that comes twice the first one counts."""
    query = {name: values[:1] for name, values in asked.query.items()}
    return right(replace(asked, query=query))


DICE = random.Random(0)  # noqa: S311 - repeatable


def by_chance(asked: Asked) -> Answer:
    """Makes a number up."""
    return of_row(calls=DICE.randrange(1000))(asked)


def is_bad_list(asked: Asked) -> bool:
    """Whether a request for the list is refused for its parameters."""
    return asked.path == "/rows" and asked.method == "GET" and right(replace(asked, headers=ANNA))[0] == 400


ANNA = {"x-key": "anna-key-1"}
KNOWN = {each["name"] for each in LIST["parameters"]}
WRONG: Mapping[str, Callable[[Asked], Any]] = {
    "status": right,
    "header": without_header,
    "media-type": as_page,
    "json": cut,
    "schema": of_row(calls="many"),
    "undocumented-field": of_row(other=1),
    "integer-as-float": of_row(calls=5.0),
    "discriminator": of_row(form={"kind": "B", "a": ""}),
    "write-only": of_row(pin="1234"),
    "format": of_row(ref="no uuid"),
    "valid-request": where(lambda asked: asked.path == "/open" and not asked.headers.get("x-key"), 401),
    "repeatable": by_chance,
    "default": seen(lambda asked, answer: more(answer, len(asked.query.get("offset", ())))),
    "parameter-order": where(lambda asked: list(asked.query)[:2] == ["state", "offset"], 400),
    "credentials": where(
        lambda asked: asked.path.startswith("/rows/row-") and "x-key" not in asked.headers, 200
    ),
    "credentials-first": where(is_bad_list, 400, {}),
    "invalid-parameter": where(is_bad_list, 200, {"data": []}),
    "invalid-body": where(lambda asked: asked.method == "POST" and "x-key" in asked.headers, 201),
    "head": where(lambda asked: asked.sent == "HEAD" and asked.path == "/open", 500),
    "routing": where(lambda asked: right(asked)[0] == 404, 200),
    "unknown-parameter": seen(lambda asked, answer: more(answer, len(asked.query.keys() - KNOWN))),
    "repeated-parameter": first_counts,
    "as-asked": where(lambda asked: asked.path.startswith("/rows/row-") and right(asked)[0] == 200, 200),
    "pages": seen(
        lambda asked, answer: (200, {"data": answer[1]["data"][int("offset" in asked.query) :]}, PLAN)
    ),
    "effect": right,
    "isolation": lambda asked: right(replace(asked, headers=ANNA) if asked.headers.get("x-key") else asked),
    "refused-credential": where(lambda asked: asked.headers.get("x-key") == "old-key-333", 200),
}


ASKED: Mapping[str, tuple[str, ...]] = {
    "as-asked": ("list", "one"),
    "credentials": ("list", "one"),
    "effect": ("list", "one", "drop"),
    "invalid-body": ("list", "make"),
}
"""The operations that show what is wrong, where these are neither `list` nor `open`."""
OF_LIST = ("default", "first", "isolation", "order", "pages", "parameter", "refused", "status")


def verdict(folder: Path, name: str, *rules: str) -> Verdict:
    """What a check finds of the server that is wrong so."""
    usual = ("list",) if any(each in name for each in OF_LIST) else ("open",)
    keys = {
        who: {"key": Secret(key, "$KEY")} for key, who in KEYS.items() if who == "anna" or name == "isolation"
    }
    accounts = tuple(TargetAccount(*each) for each in keys.items())
    refused = (RefusedCredential("old", {"key": Secret("old-key-333", "$OLD")}, status=403),)
    options = Options(
        trust_env=False,
        fuzz=False,
        rules=rules,
        operations=ASKED.get(name, usual),
        unsafe_methods=name in ("effect", "invalid-body"),
        later=0.1 * (name == "repeatable"),
    )
    # That a change shows is judged where the document promises it, or another change has shown.
    whole = {**DOCUMENT, "x-checks": {"effect": "effect"}} if name == "effect" else DOCUMENT
    with small(WRONG[name]) as served:
        return run(Target("t", read(folder, whole), served.url, accounts, refused), options)


def test_every_check_has_a_wrong_server() -> None:
    """Those that no document names by itself are apart."""
    ids = {*BUILT_IN_RULES, *CheckIds().listed}
    assert ids - WRONG.keys() == set()


@pytest.mark.parametrize("name", WRONG)
def test_a_check_alone_is_asked(tmp_path: Path, name: str) -> None:
    """The requests that `--rule` leaves out are those that the rule does not need."""
    found = verdict(tmp_path, name, name).findings
    assert {each.rule for each in found} == {name}


def test_what_was_not_asked_is_said(tmp_path: Path) -> None:
    """Nothing of an operation without a list shows whether pages are the list."""
    found = verdict(tmp_path, "schema", "pages")
    assert found.verdict == "untested"
    assert found.reason == "no rule was judged: nothing that was asked shows whether pages is kept (--rule)"


@pytest.mark.parametrize(("profile", "most"), [("full", None), ("nightly", 900), ("quick", 150)])
@pytest.mark.parametrize("rules", [(), ("pages",)])
def test_no_more_is_sent_than_was_announced(
    tmp_path: Path, profile: str, most: int | None, rules: tuple[str, ...]
) -> None:
    """To a right deployment, and with a limit to each."""
    told: list[int] = []
    account = TargetAccount("anna", {"key": Secret("anna-key-1", "$KEY")})
    options = Options(
        trust_env=False,
        fuzz=False,
        later=0.0,
        operations=("list",),
        rules=rules,
        max_requests=most,
        profile=profile,
    )
    with small(right) as served:
        target = Target("t", read(tmp_path, DOCUMENT), served.url, (account,))
        found = run(target, options, planned=told.append)
    assert 0 < found.requests <= min(told[0], most or told[0])
    assert len(served.asked) == found.requests
