"""Operations that may change data, against small deployments that keep what they are sent."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.checker.small import Asked, check, document, operation, small

GIVEN: dict[str, Any] = {
    "type": "object",
    "required": ["name", "size"],
    "properties": {
        "name": {"type": "string"},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "kind": {"enum": ["day", "hour"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
    },
}
METER = {**GIVEN, "required": ["id"], "properties": {**GIVEN["properties"], "id": {"type": "string"}}}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": GIVEN, "example": {"name": "calls", "size": 3}}},
}
METER_ID = {"name": "meterId", "in": "path", "required": True, "schema": {"type": "string"}}


def with_statuses(written: Any, *statuses: str) -> Any:
    """The operation with more documented replies."""
    for status in statuses:
        written["responses"][status] = {"description": "refused"}
    return written


def meters(*refusals: str) -> Any:
    """A document of things that are made, read, changed and deleted."""
    made = with_statuses(operation(status="201", schema=METER, requestBody=BODY), *refusals, "409")
    changed = with_statuses(operation(schema=METER, requestBody=BODY), *refusals)
    return document(
        paths={
            "/meters": {"get": operation(schema={"type": "array", "items": METER}), "post": made},
            "/meters/{meterId}": {
                "parameters": [METER_ID],
                "get": operation(schema=METER),
                "put": changed,
                "delete": operation(status="204"),
            },
        }
    )


@dataclass
class Store:
    """Keeps meters; `takes` decides which bodies are good, `bad` is the status of the others."""

    takes: Callable[[Any], bool] = field(default=jsonschema_rs.validator_for(GIVEN).is_valid)
    bad: int = 400
    kept: dict[str, Any] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    is_located: bool = False
    """Whether only `Location` tells the id."""

    def __call__(self, asked: Asked) -> Any:
        """Route by hand."""
        first, _, name = asked.path.strip("/").partition("/")
        if first != "meters" or (name and name not in self.kept):
            return 404, None
        methods = {"GET", "HEAD", "PUT", "DELETE"} if name else {"GET", "HEAD", "POST"}
        if asked.sent not in methods:
            return 405, None, {"Allow": ", ".join(methods)}
        if asked.method == "DELETE":
            del self.kept[name]
            return 204, None
        if asked.method in {"POST", "PUT"}:
            return self._written(asked, name)
        return 200, self.kept[name] if name else list(self.kept.values())

    def _written(self, asked: Asked, name: str) -> Any:
        try:
            given = json.loads(asked.body)
        except ValueError:
            return self.bad, None
        if not self.takes(given) or asked.headers.get("content-type") != "application/json":
            return self.bad, None
        if not name and any(each["name"] == given["name"] for each in self.kept.values()):
            return 409, None
        known = name or f"m{next(self.numbers)}"
        self.kept[known] = {**given, "id": known}
        location = {"Location": f"/meters/{known}"}
        return 200 if name else 201, self.kept[known], location


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def musts(report: Any) -> list[tuple[str, str]]:
    """Rule and operation of what is broken."""
    return [(each["rule"], each["operation"]) for each in report["findings"] if each["level"] == "must"]


@pytest.mark.parametrize(
    ("refusals", "bad"), [(("400",), 400), (("422",), 422), (("400",), 422), (("4XX",), 415), ((), 400)]
)
def test_a_right_deployment_with_state_is_kept(tmp_path: Path, refusals: tuple[str, ...], bad: int) -> None:
    """However it refuses a bad body; a conflict that is documented is no breach."""
    store = Store(bad=bad)
    with small(store) as server:
        code, report = check(tmp_path, meters(*refusals), server.url, "--unsafe-methods")
    assert (code, musts(report)) == (0, [])


def test_things_are_made_read_changed_and_deleted(tmp_path: Path) -> None:
    """In this order; the id of what was made is read and deleted, once and last."""
    with small(Store()) as server:
        check(tmp_path, meters("400"), server.url, "--unsafe-methods")
    told = [(asked.sent, asked.path) for asked in server.asked]
    assert told[:4] == [
        ("POST", "/meters"),
        ("GET", "/meters"),
        ("GET", "/meters/m1"),
        ("PUT", "/meters/m1"),
    ]
    # Only what tells whether it is gone comes after the deletion.
    changes = [each for each in told if each[0] != "GET"]
    assert [each for each in changes if each == ("DELETE", "/meters/m1")] == changes[-1:]


def test_what_the_schema_accepts_never_goes_out_as_bad(tmp_path: Path) -> None:
    """Every body that is sent and accepted by the schema gets a good answer; some of each kind are sent."""
    with small(Store()) as server:
        check(tmp_path, meters("400"), server.url, "--unsafe-methods")
    bodies = {asked.body for asked in server.asked if asked.sent == "PUT"}
    for part in (
        b'"size": 10',
        b'"size": 1.5',
        b'"size": 0',
        b"no-such-value",
        b'"tags": ["a", "a", "a", "a"]',
    ):
        assert any(part in body for body in bodies)
    assert b"" in bodies
    # The schema is open, so that a field that it does not name is good.
    assert not any(b"metermock_unknown" in body for body in bodies)


def test_an_unknown_field_is_bad_where_the_schema_is_closed(tmp_path: Path) -> None:
    """`additionalProperties: false` says so."""
    closed = {**GIVEN, "additionalProperties": False}
    found = meters("400")
    for path, method in (("/meters", "post"), ("/meters/{meterId}", "put")):
        media = found["paths"][path][method]["requestBody"]["content"]["application/json"]
        found["paths"][path][method]["requestBody"] = {
            "required": True,
            "content": {"application/json": {**media, "schema": closed}},
        }
    with small(Store()) as server:
        code, report = check(tmp_path, found, server.url, "--unsafe-methods")
    assert (code, set(musts(report))) == (
        1,
        {("invalid-body", "post_meters"), ("invalid-body", "put_meters_meterId")},
    )


@pytest.mark.parametrize(("refusals", "levels"), [(("400",), {"must", "should"}), ((), {"should"})])
def test_a_deployment_that_takes_anything_is_one_finding_an_operation(
    tmp_path: Path, refusals: tuple[str, ...], levels: set[str]
) -> None:
    """Where the document says nothing about bad bodies it is a warning."""
    store = Store(takes=lambda given: isinstance(given, dict) and isinstance(given.get("name"), str))
    with small(store) as server:
        _, report = check(tmp_path, meters(*refusals), server.url, "--unsafe-methods")
    found = [each for each in report["findings"] if each["rule"] != "routing"]
    assert {each["rule"] for each in found} == {"invalid-body"}
    assert {each["level"] for each in found} == levels
    assert len(found) == 2 * len(levels)


def test_a_crash_over_a_bad_body_is_a_finding(tmp_path: Path) -> None:
    """A 500 is no refusal, whatever the document says."""
    with small(Store(bad=500)) as server:
        code, report = check(tmp_path, meters(), server.url, "--unsafe-methods")
    assert code == 1
    assert ("status", "post_meters") in musts(report)


def test_an_operation_that_deletes_nothing_is_no_pass(tmp_path: Path) -> None:
    """It is asked last, so that its failure is told beside everything else that was learnt."""
    paths = {"/meters/{meterId}": {"parameters": [METER_ID], "delete": operation(status="204")}}
    written = {"/usage": {"get": operation(schema={"type": "object"})}, **paths}
    with small(lambda asked: (200, {}) if asked.path == "/usage" else (404, None)) as server:
        code, report = check(tmp_path, document(paths=written), server.url, "--unsafe-methods")
    assert (code, report["verdict"]) == (3, "untested")
    assert "delete_meters_meterId" in report["reason"]


def test_the_length_of_a_body_is_its_own(tmp_path: Path) -> None:
    """A document may demand `Content-Length`: what is sent is the length that the body has."""
    length = {"name": "Content-Length", "in": "header", "required": True, "schema": {"type": "integer"}}
    making = operation(parameters=[{**length, "example": 7}], requestBody=BODY)
    with small(lambda _: (200, {})) as server:
        words = ["--unsafe-methods", "--rule", "valid-request"]
        code, _ = check(tmp_path, document(paths={"/files": {"post": making}}), server.url, *words)
    assert code == 0
    assert {int(each.headers["content-length"]) for each in server.asked} == {
        len(each.body) for each in server.asked
    }


def test_no_method_is_undocumented_that_another_template_has(tmp_path: Path) -> None:
    """`PUT /meters/me` is `PUT /meters/{meterId}`: it is not sent as a method that the path does not have."""
    id_ = [{**METER_ID, "schema": {"const": "m1"}}]
    named = {"get": operation(schema={"type": "object"}, parameters=id_), "put": operation(parameters=id_)}
    paths = {"/meters/me": {"get": operation(schema={"type": "object"})}, "/meters/{meterId}": named}
    known = ("GET", "PUT")
    with small(lambda asked: (200, {}) if asked.sent in known else (405, None, {"allow": "GET"})) as server:
        _, report = check(
            tmp_path, document(paths=paths), server.url, "--unsafe-methods", "--rule", "routing"
        )
    assert {each.sent for each in server.asked if each.path == "/meters/me"} >= {"POST", "DELETE"}
    assert not [each for each in server.asked if (each.sent, each.path) == ("PUT", "/meters/me")]
    assert not [each for each in report["findings"] if "PUT" in each["message"]]


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("is_alone", [False, True])
def test_a_deletion_with_another_status_is_a_finding(tmp_path: Path, status: int, *, is_alone: bool) -> None:
    """A success that the document does not have is told as such, beside other operations and alone."""
    meter_id = {**METER_ID, "schema": {"const": "m1"}}
    paths = {"/meters/{meterId}": {"parameters": [meter_id], "delete": operation(status="204")}}
    reading = {} if is_alone else {"/usage": {"get": operation(schema={"type": "object"})}}
    deleted = (status, {"gone": True})
    with small(lambda asked: deleted if asked.sent == "DELETE" else (200, {})) as server:
        code, report = check(tmp_path, document(paths=reading | paths), server.url, "--unsafe-methods")
    assert code == 1
    assert ("valid-request", "delete_meters_meterId") in musts(report)


@pytest.mark.parametrize("shared", [False, True])
def test_what_the_check_wrote_itself_is_no_proof_of_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, shared: bool
) -> None:
    """Two accounts that count their own things show the same after the same writes; usage of one does not."""
    own = {each: Store() for each in ("one", "two")}
    counts = {"one": 5, "two": 5 if shared else 7}

    def answer(asked: Asked) -> Any:
        who = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if who not in own:
            return 401, None
        if asked.path == "/usage":
            return (200, {"total": counts[who]}) if asked.method == "GET" else (405, None)
        return own[who](asked)

    written = meters("400")
    written["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    written["security"] = [{"key": []}]
    total = {"type": "object", "properties": {"total": {"type": "integer"}}}
    written["paths"]["/usage"] = {"get": operation(schema=total)}
    words: list[str] = []
    for name in own:
        monkeypatch.setenv(name.upper(), name)
        words += ["--credential", f"{name}:key=env:{name.upper()}"]
    with small(answer) as server:
        _, report = check(tmp_path, written, server.url, "--unsafe-methods", *words)
    told = [each["operation"] for each in report["findings"] if each["rule"] == "isolation"]
    assert told == (["get_usage"] if shared else [])


@pytest.mark.parametrize("is_strict", [True, False])
def test_bad_parameters_of_a_deletion_are_sent_before_it(tmp_path: Path, *, is_strict: bool) -> None:
    """They must be refused like those of other operations; what they name is there until the end."""
    purge = {"name": "purge", "in": "query", "schema": {"type": "boolean"}}
    deleting = with_statuses(operation(status="204", parameters=[METER_ID, purge]), "400")
    written = meters("400")
    written["paths"]["/meters/{meterId}"]["delete"] = deleting
    store = Store()

    def answer(asked: Asked) -> Any:
        purged = asked.query.get("purge", ["true"])[-1]
        is_bad = asked.method == "DELETE" and purged not in {"true", "false"}
        there = asked.path.rpartition("/")[2] in store.kept
        return (400, None) if is_strict and is_bad and there else store(asked)

    with small(answer) as server:
        code, report = check(tmp_path, written, server.url, "--unsafe-methods")
    if is_strict:
        (rule,) = [
            each
            for each in report["rules"]
            if (each["id"], each["operation"]) == ("invalid-parameter", "delete_meters_meterId")
        ]
        assert (code, report["verdict"]) == (0, "kept")
        assert rule["ran"] > 1
    else:
        assert code == 1
        assert ("invalid-parameter", "delete_meters_meterId") in musts(report)


def test_a_bad_parameter_of_what_is_not_there_tells_nothing(tmp_path: Path) -> None:
    """A documented 404 says that the thing is gone, whatever else is wrong with the request."""
    purge = {"name": "purge", "in": "query", "schema": {"type": "boolean"}}
    deleting = with_statuses(operation(status="204", parameters=[METER_ID, purge]), "400")
    paths = {"/usage": {"get": operation()}, "/meters/{meterId}": {"delete": deleting}}
    with small(lambda asked: (200, {}) if asked.path == "/usage" else (404, None)) as server:
        code, report = check(tmp_path, document(paths=paths), server.url, "--unsafe-methods")
    assert (code, musts(report)) == (3, [])
