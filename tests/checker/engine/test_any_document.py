"""Checks of documents that nobody wrote for metermock, against small deployments, right and wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.checker.small import Asked, check, document, operation, small

INTEGER = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer"}}}
METERS = {
    "type": "array",
    "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are not behind the proxy of whoever runs the tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def path_parameter(**parts: Any) -> dict[str, Any]:
    """The parameter `id` of a path."""
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, **parts}


def musts(report: Any) -> list[str]:
    """The broken *must* rules of a report."""
    return [each["rule"] for each in report["findings"] if each["level"] == "must"]


def meters(total: Any, known: str = "tokens") -> Any:
    """A deployment that lists one meter, and tells its total."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path == "/meters":
            return 200, [{"id": known}]
        return (200, {"total": total}) if asked.path == f"/meters/{known}" else (404, None)

    return answer


@pytest.mark.parametrize(("total", "code"), [(3, 0), ("three", 1)])
def test_an_id_comes_from_the_list(tmp_path: Path, total: Any, code: int) -> None:
    """`/meters` shows the id of `/meters/{id}`; its reply is judged like any other."""
    paths = {
        "/meters": {"get": operation(schema=METERS)},
        "/meters/{id}": {"get": operation(schema=INTEGER, parameters=[path_parameter()])},
    }
    with small(meters(total)) as server:
        found, report = check(tmp_path, document(paths=paths), server.url)
    assert found == code
    assert musts(report) == ([] if code == 0 else ["schema"])


@pytest.mark.parametrize(
    ("parameter", "words", "sent"),
    [
        (path_parameter(example="tokens"), (), "/meters/tokens"),
        (path_parameter(schema={"enum": ["tokens", "calls"]}), (), "/meters/tokens"),
        (path_parameter(), ("--param", "get_meters_id.id=tokens"), "/meters/tokens"),
        (path_parameter(style="matrix", example="tokens"), (), "/meters/;id=tokens"),
    ],
)
def test_a_path_parameter_is_filled(
    tmp_path: Path, parameter: Any, words: tuple[str, ...], sent: str
) -> None:
    """By an example, an enum, or the user, in the style that the document has."""
    paths = {"/meters/{id}": {"get": operation(schema=INTEGER, parameters=[parameter])}}
    with small(lambda asked: (200, {"total": 1}) if asked.raw == sent else (404, None)) as server:
        code, _ = check(tmp_path, document(paths=paths), server.url, *words)
    assert code == 0
    assert sent in [asked.raw for asked in server.asked]


def test_each_account_is_asked_for_its_own_thing(tmp_path: Path) -> None:
    """A value of one account is sent as no other, and those for all as the rest."""
    its = {"secret-of-ann": "a1", "secret-of-ben": "b2", "secret-of-cay": "c3"}

    def answer(asked: Asked) -> tuple[int, Any]:
        key = asked.headers.get("x-key", "")
        if key not in its:
            return 401, None
        total = 17 * (1 + list(its).index(key))
        return (200, {"total": total}) if asked.path == f"/meters/{its[key]}" else (404, None)

    one = operation(schema=INTEGER, parameters=[path_parameter()], operationId="getMeter")
    one["responses"]["401"] = {"description": "who?"}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    written = document(paths={"/meters/{id}": {"get": one}})
    written |= {"components": {"securitySchemes": schemes}, "security": [{"key": []}]}
    keys = [
        word for name in ("ann", "ben", "cay") for word in ("--credential", f"{name}:key=secret-of-{name}")
    ]
    given = ["--param", "ann:getMeter.id=a1", "--param", "getMeter.id=c3", "--param", "ben:getMeter.id=b2"]
    with small(answer) as server:
        code, _ = check(tmp_path, written, server.url, *keys, *given)
    assert code == 0
    of_ann = {asked.path for asked in server.asked if asked.headers.get("x-key") == "secret-of-ann"}
    assert "/meters/a1" in of_ann
    assert not {"/meters/b2", "/meters/c3"} & of_ann


def test_an_operation_that_nobody_could_ask_is_no_pass(tmp_path: Path) -> None:
    """It is named first, with what to do, and the exit code is 3; `--skip` leaves it out."""
    paths = {
        "/usage": {"get": operation(schema=INTEGER)},
        "/meters/{id}": {"get": operation(schema=INTEGER, parameters=[path_parameter()])},
    }
    answer = lambda asked: (200, {"total": 1}) if asked.path == "/usage" else (404, None)  # noqa: E731 - a line
    with small(answer) as server:
        code, report = check(tmp_path, document(paths=paths), server.url)
        skipped, _ = check(tmp_path, document(paths=paths), server.url, "--skip", "get_meters_id")
    assert (code, report["verdict"], skipped) == (3, "untested", 0)
    assert report["reason"].startswith("1 operation was not tested: get_meters_id: ")
    assert "--param get_meters_id.id=VALUE" in report["reason"]


def test_an_operation_that_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    """What is wrong in its reach is the reason; an operation that was not chosen does not matter."""
    paths = {
        "/usage": {"get": operation(schema=INTEGER)},
        "/broken": {"get": operation(schema={"$ref": "#/components/schemas/Nope"})},
    }
    with small(lambda _: (200, {"total": 1})) as server:
        code, report = check(tmp_path, document(paths=paths), server.url)
        chosen, _ = check(tmp_path, document(paths=paths), server.url, "--path", "/usage")
    assert (code, report["verdict"], chosen) == (3, "untested", 0)
    assert "GET /broken" in report["reason"]
    assert "leads nowhere" in report["reason"]


def test_what_may_change_data_is_left_out(tmp_path: Path) -> None:
    """In one line; nothing but GET and HEAD is sent, the probe for other methods neither."""
    paths = {"/usage": {"get": operation(schema=INTEGER), "post": operation(status="201")}}
    with small(lambda _: (200, {"total": 1})) as server:
        code, report = check(tmp_path, document(paths=paths), server.url)
    assert (code, report["left_out"]) == (
        0,
        ["not asked, since it may change data (--unsafe-methods asks): POST /usage"],
    )
    assert {asked.method for asked in server.asked} == {"GET"}


def test_a_query_with_a_body_changes_nothing(tmp_path: Path) -> None:
    """HTTP calls QUERY safe: it is asked without `--unsafe-methods`, with good bodies and bad ones."""
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    asking = operation(schema=INTEGER, requestBody=body)
    asking["responses"]["400"] = {"description": "bad"}
    posting = operation(status="201", requestBody=body)
    made = {**document(paths={"/usage": {"query": asking, "post": posting}}), "openapi": "3.2.0"}

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path != "/usage":
            return 404, None
        try:
            sent = json.loads(asked.body)
        except ValueError:
            return 400, None
        is_good = isinstance(sent, dict) and type(sent.get("n")) is int
        return (200, {"total": 1}) if is_good else (400, None)

    with small(answer) as server:
        code, report = check(tmp_path, made, server.url)
    bodies = [asked.body for asked in server.asked if asked.method == "QUERY"]
    assert (code, report["left_out"]) == (
        0,
        ["not asked, since it may change data (--unsafe-methods asks): POST /usage"],
    )
    assert len(bodies) > len(set(bodies)) > 5
    assert {asked.method for asked in server.asked} <= {"GET", "QUERY"}


def test_a_body_is_sent_where_it_is_wanted(tmp_path: Path) -> None:
    """The example; the probe for undocumented methods never sends one that the path has."""
    body = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": {"n": 3}}},
    }
    paths = {"/usage": {"post": operation(status="201", schema=INTEGER, requestBody=body)}}

    def answer(asked: Asked) -> tuple[int, Any]:
        good = asked.method == "POST" and asked.body == b'{"n": 3}' and asked.path == "/usage"
        return (201, {"total": 1}) if good else (404, None)

    with small(answer) as server:
        code, _ = check(tmp_path, document(paths=paths), server.url, "--unsafe-methods")
    assert code == 0
    assert next(asked.body for asked in server.asked if asked.method == "POST") == b'{"n": 3}'


@pytest.mark.parametrize(
    ("written", "status", "value"),
    [
        (operation(status="202", schema={"type": "object"}), 202, {}),
        (operation(status="204"), 204, None),
        (operation(status="2XX", schema={"type": "object"}), 206, {}),
        (operation(status="default", schema={"type": "object"}), 200, {}),
        (operation(schema={"type": "string"}, media="text/csv"), 200, "a,b\n1,2\n"),
        (operation(), 200, "anything"),
    ],
)
def test_the_documented_success_is_kept(tmp_path: Path, written: Any, status: int, value: Any) -> None:
    """202, 204, ranges and `default`, other media types, and a body of which nothing is said."""
    with small(lambda asked: (status, value) if asked.path == "/usage" else (404, None)) as server:
        code, report = check(tmp_path, document(paths={"/usage": {"get": written}}), server.url)
    assert (code, musts(report)) == (0, [])


def test_what_no_contract_asks_for_is_a_warning(tmp_path: Path) -> None:
    """200 for unknown paths and an unknown HEAD: no *must* is broken, unless the document promises it."""
    paths = {"/usage": {"get": operation(schema=INTEGER)}}
    promising = {**document(paths=paths), "x-checks": {"routing": "T-1"}}
    with small(lambda _: (200, {"total": 1})) as server:
        code, report = check(tmp_path, document(paths=paths), server.url)
        promised, broken = check(tmp_path, promising, server.url)
    assert (code, musts(report)) == (0, [])
    assert {each["rule"] for each in report["findings"]} == {"routing"}
    assert (promised, musts(broken)) == (1, ["T-1"])


@pytest.mark.parametrize(("form", "found"), [({"message": "x"}, []), ({"error": "x"}, ["routing"])])
def test_an_unknown_path_has_the_form_of_any_documented_error(
    tmp_path: Path, form: Any, found: list[str]
) -> None:
    """It is no operation's, so that each of their forms will do."""

    def failing(name: str) -> Any:
        error = {"application/json": {"example": {name: "not here"}}}
        described = operation(schema=INTEGER)
        described["responses"]["404"] = {"description": "no", "content": error}
        return {"get": described}

    paths = {"/usage": failing("detail"), "/plans": failing("message")}
    with small(lambda asked: (200, {"total": 1}) if asked.path in paths else (404, form)) as server:
        _, report = check(tmp_path, document(paths=paths), server.url, "--rule", "routing")
    assert sorted({each["rule"] for each in report["findings"]}) == found


@pytest.mark.parametrize(
    ("form", "found"), [({"message": "x"}, []), ({"message": 1}, ["routing"]), ({"error": "x"}, ["routing"])]
)
def test_an_unknown_path_has_the_form_that_a_schema_documents(
    tmp_path: Path, form: Any, found: list[str]
) -> None:
    """Beside an operation whose errors have an example, that of another one whose errors have a schema."""
    shown, told = operation(schema=INTEGER), operation(schema=INTEGER)
    open_ = {"schema": {}, "example": {"detail": "not here"}}
    shown["responses"]["404"] = {"description": "no", "content": {"application/json": open_}}
    schema = {"type": "object", "properties": {"message": {"type": "string"}}}
    told["responses"]["default"] = {"description": "no", "content": {"application/json": {"schema": schema}}}
    paths = {"/usage": {"get": shown}, "/plans": {"get": told}}
    with small(lambda asked: (200, {"total": 1}) if asked.path in paths else (404, form)) as server:
        _, report = check(tmp_path, document(paths=paths), server.url, "--rule", "routing")
    assert sorted({each["rule"] for each in report["findings"]}) == found


@pytest.mark.parametrize(("promised", "found"), [({}, []), ({"x-checks": {"routing": "T-1"}}, ["T-1"])])
def test_a_stranger_may_be_turned_away_whatever_the_path(
    tmp_path: Path, promised: Any, found: list[str]
) -> None:
    """Gateways look at credentials first; whoever is known gets the 404 of an unknown path."""
    guarded = operation(schema=INTEGER, security=[{"key": []}])
    guarded["responses"]["401"] = {"description": "who?"}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    given = {**document(paths={"/usage": {"get": guarded}}), **promised}
    given["components"] = {"securitySchemes": schemes}

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("x-key") != "k-123456":
            return 401, None
        return (200, {"total": 1}) if asked.path == "/usage" else (404, None)

    rule = [*promised.get("x-checks", {"routing": "routing"}).values()]
    with small(answer) as server:
        words = ["--rule", *rule, "--credential", "key=k-123456"]
        _, report = check(tmp_path, given, server.url, *words)
    assert sorted({each["rule"] for each in report["findings"]}) == found


@pytest.mark.parametrize("status", [0, 405, 501, 200])
def test_a_deployment_may_do_without_head(tmp_path: Path, status: int) -> None:
    """A dropped or refused HEAD ends no check and breaks no contract that has only GET."""

    def answer(asked: Asked) -> tuple[int, Any]:
        if asked.path != "/usage":
            return 404, None
        return (status, None) if asked.sent == "HEAD" else (200, {"total": 1})

    with small(answer) as server:
        code, report = check(
            tmp_path, document(paths={"/usage": {"get": operation(schema=INTEGER)}}), server.url
        )
    assert (code, musts(report)) == (0, [])
    assert [each["rule"] for each in report["findings"]] == (["head"] if status == 0 else [])


def test_a_probe_without_a_reply_is_a_warning(tmp_path: Path) -> None:
    """A deployment that drops the connection for unknown paths answers everything that is documented."""
    answer = lambda asked: (200, {"total": 1}) if asked.path == "/usage" else (0, None)  # noqa: E731 - a line
    with small(answer) as server:
        code, report = check(
            tmp_path, document(paths={"/usage": {"get": operation(schema=INTEGER)}}), server.url
        )
    assert (code, report["verdict"]) == (0, "kept")
    assert {each["rule"] for each in report["findings"]} == {"routing"}


@pytest.mark.parametrize(
    ("of_parameter", "of_error", "is_pair"),
    [
        ({"example": "day"}, {"example": {"error": "no"}}, False),
        ({"examples": {"one": {"value": "day"}}}, {"examples": {"one": {"value": {"error": "no"}}}}, True),
        ({"examples": {"both": {"value": "day"}}}, {"examples": {"both": {"value": {"error": "no"}}}}, False),
    ],
)
def test_only_a_name_of_one_refusal_pairs_an_input_with_it(
    tmp_path: Path, of_parameter: Any, of_error: Any, *, is_pair: bool
) -> None:
    """An example without a name, or one that a good reply has too, says nothing about the input."""
    get = operation(
        schema=INTEGER,
        parameters=[{"name": "by", "in": "query", "schema": {"type": "string"}, **of_parameter}],
    )
    get["responses"]["200"]["content"]["application/json"]["examples"] = {"both": {"value": {"total": 1}}}
    get["responses"]["400"] = {"description": "no", "content": {"application/json": of_error}}
    with small(lambda asked: (200, {"total": 1}) if asked.path == "/usage" else (404, None)) as server:
        code, report = check(tmp_path, document(paths={"/usage": {"get": get}}), server.url)
    assert (code, musts(report)) == ((1, ["invalid-parameter"]) if is_pair else (0, []))


def usage(asked: Asked) -> tuple[int, Any]:
    """A deployment that takes each limit."""
    del asked
    return 200, {"total": 3}


@pytest.mark.parametrize("errors", [(), ("400",)])
def test_a_refusal_is_wanted_where_one_is_documented(tmp_path: Path, errors: tuple[str, ...]) -> None:
    """A document that says nothing of bad parameters has no rule about them that could have run."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    asked = operation(schema=INTEGER, parameters=[limit])
    asked["responses"] = {
        "200": asked["responses"]["200"],
        **{each: {"description": "no"} for each in errors},
    }
    with small(usage) as server:
        code, report = check(
            tmp_path, document(paths={"/usage": {"get": asked}}), server.url, "--require-all"
        )
    named = {rule["id"]: rule["ran"] for rule in report["rules"]}
    assert ("invalid-parameter" in named) is bool(errors)
    assert code == len(errors)
    assert all(ran for rule, ran in named.items() if rule != "routing"), named
