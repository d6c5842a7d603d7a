"""Random requests: that schemathesis really asks, and that its replies are judged by our rules."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metermock.checker.check import check
from metermock.checker.checks import fuzz_process
from metermock.checker.checks.fuzz_process import fuzz
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.recording import Recording, recorded
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Verdict
from metermock.contract import Contract, load_contract
from metermock.errors import BudgetExhaustedError, CannotTestError
from tests.checker.engine.plain import deployed, told
from tests.checker.har import log_of
from tests.checker.small import Asked, document, operation, small

OPTIONS = Options(trust_env=False)
INSTANT = {"type": "string", "format": "date-time"}


def fuzzed(target: Target, recording: Recording | None = None) -> Verdict:
    """What random requests alone find."""
    with Client(target, OPTIONS) as client:
        client.recorder = recording.of(target) if recording else None
        session = Session(client, Collector(target, OPTIONS), CheckIds.of(target.contract.document))
        fuzz(session, target.contract.operations, next(iter(target.accounts), None))
        return session.collector.verdict(requests=client.requests, seconds=0.0)


def test_random_requests_are_asked_and_judged() -> None:
    """Every operation is asked, invalid values among them, and the rules are judged by the replies."""
    with deployed("onceonly", accounts=("steady",)) as target:
        verdict = fuzzed(target)
    ran = {(rule.operation, rule.id): rule.ran for rule in verdict.rules}
    assert told(verdict) == []
    assert verdict.requests > 20
    assert ran["getAllMonthlyUsage", "OO-3"] > 0
    assert ran["getMonthlyUsage", "OO-7"] > 3


def test_random_requests_stay_within_the_budget(serve: Callable[..., Any], target: Target) -> None:
    """`--max-requests` is how many requests reach the deployment, whoever sends them."""
    server = serve(lambda _: (200, {}, b'{"total": 0, "rows": []}'))
    options = replace(OPTIONS, max_requests=9)
    target = replace(target, url=server.url)
    with Client(target, options) as client:
        session = Session(client, Collector(target, options), CheckIds.of(target.contract.document))
        for _ in range(2):
            with pytest.raises(BudgetExhaustedError, match="stopped after 9 requests"):
                fuzz(session, target.contract.operations, target.accounts[0])
    assert len(server.seen) == 9


def test_every_request_of_the_random_ones_is_counted(serve: Callable[..., Any], target: Target) -> None:
    """Those too by which schemathesis sees first what the server bears."""
    server = serve(lambda _: (200, {}, b'{"total": 0, "rows": []}'))
    assert fuzzed(replace(target, url=server.url)).requests == len(server.seen)


def test_a_time_limit_is_not_used_up(serve: Callable[..., Any], target: Target) -> None:
    """Random requests end when all are sent: for schemathesis a time is how long it has to go on."""
    server = serve(lambda _: (200, {}, b'{"total": 0, "rows": []}'))
    options = replace(OPTIONS, max_time=600)
    target = replace(target, url=server.url)
    with Client(target, options) as client:
        session = Session(client, Collector(target, options), CheckIds.of(target.contract.document))
        assert fuzz(session, target.contract.operations, target.accounts[0]) == ""
        assert client.seconds < 300


def test_what_came_in_time_is_judged(
    serve: Callable[..., Any], target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And counted: where the time ends in the middle, what was learnt before is not lost."""
    monkeypatch.setattr(fuzz_process, "_SECONDS", 12.0)

    def respond(_: Any) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.25)
        return 200, {}, b'{"total": "many", "rows": []}'

    server = serve(respond)
    target = replace(target, url=server.url)
    with Client(target, OPTIONS) as client:
        session = Session(client, Collector(target, OPTIONS), CheckIds.of(target.contract.document))
        early = fuzz(session, target.contract.operations, target.accounts[0])
        verdict = session.collector.verdict(requests=client.requests, seconds=0.0)
    assert early == "they may take 12 s"
    assert any("many" in finding.received for finding in verdict.findings)
    # The last one may have been under way.
    assert len(server.seen) - 1 <= verdict.requests <= len(server.seen)


def test_random_requests_leave_some_for_deletion(tmp_path: Path) -> None:
    """Which comes last: with a limit on requests it never came at all."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "a"}
    listing = operation(schema={"type": "array", "items": {"type": "object"}})
    listing["parameters"] = [{"name": "q", "in": "query", "schema": {"type": "string"}}]
    paths = {"/jobs": {"get": listing}, "/jobs/{id}": {"delete": operation(status="204", parameters=[item])}}
    (tmp_path / "jobs.openapi.yaml").write_text(json.dumps(document(paths=paths)))
    target = Target("jobs", load_contract(tmp_path / "jobs.openapi.yaml"), "")

    def respond(seen: Asked) -> tuple[int, Any]:
        if seen.method == "DELETE":
            return (204 if seen.path == "/jobs/a" else 404), None
        return (200, [{}]) if seen.path == "/jobs" else (404, None)

    with small(respond) as server:
        options = replace(OPTIONS, unsafe_methods=True, max_requests=60)
        verdict = check(replace(target, url=server.url), options)
    assert [line for line in verdict.left_out if "ended early: they may be" in line]
    assert any(seen.method == "DELETE" for seen in server.asked)
    assert (verdict.verdict, verdict.reason) == ("kept", "")


def test_random_requests_count_while_they_are_sent(serve: Callable[..., Any], target: Target) -> None:
    """A check whose number stands still for half a minute seems to hang."""
    counts: list[int] = []

    def respond(_: Any) -> tuple[int, dict[str, str], bytes]:
        counts.append(client.requests)
        return 200, {}, b'{"total": 0, "rows": []}'

    target = replace(target, url=serve(respond).url)
    with Client(target, OPTIONS) as client:
        session = Session(client, Collector(target, OPTIONS), CheckIds.of(target.contract.document))
        fuzz(session, target.contract.operations, target.accounts[0])
        assert 0 < max(counts) < client.requests


@pytest.mark.parametrize(("methods", "asked"), [(("get",), True), (("get", "delete"), False)])
def test_random_requests_ask_for_what_is_there(
    tmp_path: Path, methods: tuple[str, ...], *, asked: bool
) -> None:
    """About half of them have the path's known value; none where one could delete the thing."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/jobs/{id}": {each: operation(parameters=[item]) for each in methods}}
    (tmp_path / "jobs.openapi.yaml").write_text(json.dumps(document(paths=paths)))
    contract = load_contract(tmp_path / "jobs.openapi.yaml")
    given = {each.id: {"id": ("f5b5b934",)} for each in contract.operations}
    with small(lambda seen: (200 if seen.path.endswith("f5b5b934") else 404, {})) as server:
        fuzzed(Target("jobs", contract, server.url, parameters=given))
    known = sum(each.path == "/jobs/f5b5b934" for each in server.asked)
    made = len(server.asked) - known
    assert (known > 10, made > 15) == (asked, True), (known, made)


def test_a_finding_repeats_the_body_and_headers_that_were_sent(tmp_path: Path) -> None:
    """With the Content-Type that schemathesis gave it: parts between other boundaries are no body."""
    form = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    posted = operation(
        requestBody={"required": True, "content": {"multipart/form-data": {"schema": form}}},
        parameters=[{"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}}],
    )
    path = tmp_path / "jobs.openapi.yaml"
    path.write_text(json.dumps(document(paths={"/jobs": {"post": posted}})))
    target = Target("jobs", load_contract(path), "")

    def respond(seen: Asked) -> tuple[int, Any]:
        is_drawn = seen.body.startswith(b"--") and b"--metermock" not in seen.body
        return (500 if is_drawn else 200), {}

    with small(respond) as server:
        verdict = check(replace(target, url=server.url), replace(OPTIONS, unsafe_methods=True))
        asked = {(each.body, *map(each.headers.get, ("content-type", "x-trace"))) for each in server.asked}
    failed = [finding for finding in verdict.findings if "500" in finding.received]
    assert failed, (verdict.verdict, verdict.reason, verdict.requests, verdict.findings)
    for finding in failed:
        headers = [(name.lower(), value) for name, value in finding.request.headers]
        assert len(dict(headers)) == len(headers)
        sent = (finding.request.body, dict(headers).get("content-type"), dict(headers).get("x-trace"))
        assert sent in asked


def test_headers_that_readers_ignore_are_not_made_up(tmp_path: Path) -> None:
    """Of `Accept`, `Content-Type` and `Authorization` a document says nothing as header parameters."""
    ignored = ("Accept", "Content-Type", "Authorization")
    names = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in (*ignored, "X-Trace")]
    path = tmp_path / "jobs.openapi.yaml"
    path.write_text(json.dumps(document(paths={"/jobs": {"get": operation(parameters=names)}})))
    target = Target("jobs", load_contract(path), "")

    with small(lambda _: (200, {})) as server:
        fuzzed(replace(target, url=server.url))
        headers = [each.headers for each in server.asked]

    assert {each.get("accept", "*/*") for each in headers} == {"*/*"}
    assert not any({"content-type", "authorization"} & each.keys() for each in headers)
    assert len({each.get("x-trace") for each in headers}) > 10


@pytest.mark.parametrize(("status", "wanted"), [(404, set()), (200, {"400 or 404"})])
def test_a_path_without_such_a_value_may_be_no_thing_that_is_there(
    tmp_path: Path, status: int, wanted: set[str]
) -> None:
    """Where 404 is documented beside 400, it refuses an unknown value of a path as well."""
    kind = {"name": "kind", "in": "path", "required": True, "schema": {"enum": ["alpha", "beta"]}}
    got = operation(parameters=[kind])
    refused = {each: {"description": "no"} for each in ("400", "404")}
    path = tmp_path / "jobs.openapi.yaml"
    paths = {"/jobs/{kind}": {"get": {**got, "responses": {**got["responses"], **refused}}}}
    path.write_text(json.dumps(document(paths=paths)))
    target = Target("jobs", load_contract(path), "")

    with small(lambda seen: (200 if seen.path in ("/jobs/alpha", "/jobs/beta") else status, {})) as server:
        verdict = fuzzed(replace(target, url=server.url))

    of_path = [each for each in verdict.findings if each.rule == "invalid-parameter"]
    assert {each.expected for each in of_path} == wanted


def test_a_bad_value_of_a_path_may_be_a_good_one_of_another_path(tmp_path: Path) -> None:
    """`/jobs/gamma` is none of two kinds, and the job of that name: the reply says nothing of the kind."""
    refused = {"400": {"description": "no"}}
    paths = {}
    for name, schema in (("kind", {"enum": ["alpha", "beta"]}), ("name", {"type": "string"})):
        got = operation(parameters=[{"name": name, "in": "path", "required": True, "schema": schema}])
        paths[f"/jobs/{{{name}}}"] = {"get": {**got, "responses": {**got["responses"], **refused}}}
    path = tmp_path / "jobs.openapi.yaml"
    path.write_text(json.dumps(document(paths=paths)))
    target = Target("jobs", load_contract(path), "")

    with small(lambda _: (200, {})) as server:
        verdict = fuzzed(replace(target, url=server.url))

    assert told(verdict) == []


def test_random_requests_are_recorded(tmp_path: Path) -> None:
    """They are in the HAR file with their times, though another process has sent them."""
    path = tmp_path / "check.har"
    with deployed("onceonly", accounts=("steady",)) as target, recorded(path) as recording:
        assert recording is not None
        verdict = fuzzed(target, recording)
        recording.write()
    log = log_of(path)
    assert len(log["entries"]) == verdict.requests
    first, second, *others = [entry["comment"] for entry in log["entries"]]
    assert first == second == "by this schemathesis sees first what the server bears"
    assert set(others) == {"a random request of schemathesis"}
    assert all(entry["time"] > 0 for entry in log["entries"])
    assert "Missing" not in log["comment"]


def test_the_settings_are_gone_once_they_are_read(
    serve: Callable[..., Any], target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold a credential, which must not be left on the disk where the check is killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    there: list[bool] = []

    def respond(seen: Any) -> tuple[int, dict[str, str], bytes]:
        there.append(bool(list(tmp_path.glob("*/schemathesis.toml"))))
        return faulty(seen)

    fuzzed(replace(target, url=serve(respond).url))
    assert (there[0], there[-1]) == (True, False)


def test_random_requests_alone_find_a_fault() -> None:
    """A breach in a reply to schemathesis is a finding of the contract's rule, with our curl line."""
    with deployed("onceonly", fault="short-year", accounts=("steady",)) as target:
        verdict = fuzzed(target)
    assert verdict.verdict == "broken"
    assert any("schema" in finding.rule or finding.rule == "OO-3" for finding in verdict.findings)


def faulty(seen: Any) -> tuple[int, dict[str, str], bytes]:
    """A tiny deployment that miscounts for some numbers of days that no bound or default hints at."""
    if "s3cret-token" not in seen.headers.get("authorization", ""):
        return 401, {}, b'{"error": "unauthorized"}'
    days = seen.target.partition("days=")[2].partition("&")[0] or "7"
    if not days.isascii() or not days.isdigit() or not 1 <= int(days) <= 31:
        return 200, {}, b'{"total": 1, "rows": [{"calls": 1}]}'
    total = 2 if 10 <= int(days) < 30 else 1
    return 200, {}, f'{{"total": {total}, "rows": [{{"calls": 1}}]}}'.encode()


@pytest.mark.parametrize("random_too", [False, True])
def test_only_random_requests_find_what_no_bound_hints_at(
    serve: Callable[..., Any], contract: Contract, target: Target, *, random_too: bool
) -> None:
    """Directed requests ask for bounds and their neighbours; random ones for what lies between."""
    url = serve(faulty).url
    options = Options(trust_env=False, fuzz=random_too, rules=("T-1",))
    verdict = check(Target("tiny", contract, url, target.accounts), options)
    assert ([finding.rule for finding in verdict.findings] == ["T-1"]) is random_too


def test_a_schemathesis_that_asks_nothing_is_told(target: Target) -> None:
    """A deployment that nobody listens at leaves no record: that is no pass."""
    with pytest.raises(CannotTestError, match="schemathesis asked nothing"):
        fuzzed(target)


@pytest.mark.parametrize(("bad", "level"), [(500, "must"), (400, "should")])
def test_a_crash_over_a_random_value_is_no_pass(tmp_path: Path, bad: int, level: str) -> None:
    """Without accounts too; a refusal that is not documented is a gap of the document, a crash is not."""
    schema = {"type": "object", "properties": {"total": {"type": "integer"}}}
    days = {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
    path = tmp_path / "api.json"
    path.write_text(
        json.dumps(document(paths={"/usage": {"get": operation(schema=schema, parameters=[days])}}))
    )

    def answer(asked: Asked) -> Any:
        return (
            (200, {"total": 1}) if asked.query.get("days", ["1"])[-1] in tuple("123456789") else (bad, None)
        )

    with small(answer) as server:
        verdict = fuzzed(Target("api", load_contract(path), server.url))
    found = {(finding.rule, finding.level) for finding in verdict.findings if finding.rule == "status"}
    assert found == {("status", level)}


@pytest.mark.parametrize("schema", [INSTANT, {"anyOf": [INSTANT, {"type": "null"}]}])
def test_what_is_only_an_unusual_spelling_is_a_warning(tmp_path: Path, schema: Any) -> None:
    """Random texts of no date, which a lenient deployment reads all the same, are no must."""
    responses = {"200": {"description": "good"}, "400": {"description": "bad"}}
    since = {"name": "since", "in": "query", "schema": schema}
    path = tmp_path / "api.json"
    usage = {"parameters": [since], "responses": responses}
    path.write_text(json.dumps(document(paths={"/usage": {"get": usage}})))

    def answer(asked: Asked) -> Any:
        return (200 if all(each.isdigit() for each in asked.query.get("since", [])) else 400), None

    with small(answer) as server:
        verdict = fuzzed(Target("api", load_contract(path), server.url))
    assert {(each.rule, each.level) for each in verdict.findings} == {("invalid-parameter", "should")}


def test_operations_that_get_no_random_requests_keep_no_others_from_them(tmp_path: Path) -> None:
    """Where no such request can be sent with one credential, the report says so; another one's are sent."""
    schemes = {name: {"type": "apiKey", "in": "header", "name": name} for name in ("first", "second")}
    paths = {
        f"/{name}": {
            "get": {**operation(operationId=name, parameters=[]), "security": [{name: []}]},
        }
        for name in schemes
    }
    file = tmp_path / "api.json"
    file.write_text(json.dumps({**document(paths=paths), "components": {"securitySchemes": schemes}}))
    # requests, by which schemathesis sends, writes headers as Latin-1, which has no such letter.
    odd, plain = Secret("k€-1234567890", "$ODD"), Secret("k-1234567890", "$PLAIN")
    accounts = (TargetAccount("ada", {"first": odd}), TargetAccount("bob", {"second": plain}))
    with small(lambda _: (200, None)) as served:
        verdict = check(Target("api", load_contract(file), served.url, accounts), OPTIONS)
    assert [line.partition(": ")[0] for line in verdict.left_out] == ["no random requests to first"]
    agents = {
        asked.path: asked.headers.get("user-agent", "")
        for asked in served.asked
        if "schemathesis" in asked.headers.get("user-agent", "")
    }
    assert set(agents) >= {"/second"}
    assert "/first" not in agents


@pytest.mark.parametrize("is_documented", [True, False])
def test_a_limit_says_nothing_of_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_documented: bool
) -> None:
    """A 429 of a gateway in place of a refusal is neither a wrong refusal nor an undocumented status."""
    days = {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    usage = operation(operationId="getUsage", parameters=[days])
    usage["responses"] |= {code: {"description": "bad"} for code in ("400", "429")[: 1 + is_documented]}
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document(paths={"/usage": {"get": usage}})))
    line: dict[str, Any] = {
        "operation": "getUsage",
        "method": "GET",
        "url": "http://127.0.0.1/usage?days=0",
        "sent": [],
        "sent_body": "",
        "status": 429,
        "headers": [("retry-after", "1")],
        "body": "",
    }
    record = SimpleNamespace(is_out_of_time=False)
    monkeypatch.setattr(fuzz_process, "growing_record", lambda *_: nullcontext(record))
    monkeypatch.setattr(fuzz_process, "_lines", lambda *_: [line])
    assert fuzzed(Target("api", load_contract(path), "http://127.0.0.1")).findings == ()
