"""What must be refused: credentials, workspaces, and in which order they are looked at."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from metermock.checker.check import Check, check
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.steps import take_all
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret, public
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.inputs.refused_credentials import nearly
from tests.checker.conftest import Seen
from tests.checker.engine.plain import checked, contract_of, deployed
from tests.checker.engine.test_pieces import session_of
from tests.checker.small import Asked, small

KEY = "op_live_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl"
META = {"request_id": "c1d2a7f8-3b64-4e59-a0f7-58e9b6d41c23", "timestamp": "2026-03-18T15:42:07Z"}
CODES = {401: "unauthorized", 403: "forbidden", 422: "validation_error"}


def refusal(status: int, **more: Any) -> tuple[int, dict[str, str], bytes]:
    """An error of onepin."""
    body = {"error": {"code": CODES[status], "message": "No."}, "meta": META, **more}
    return status, {}, json.dumps(body).encode()


def found_by(server_url: str, ask: Callable[[Refusals, Target], None]) -> set[tuple[str, str]]:
    """Rule and message of what is broken after some refusals were asked for."""
    accounts = (TargetAccount("busy", {"liveApiKey": Secret(KEY, "")}),)
    target = Target("feed", contract_of("onepin"), server_url, accounts)
    session = session_of(target)
    with session.client:
        ask(Refusals(session), target)
        verdict = session.collector.verdict(requests=1, seconds=0.0)
    return {(finding.rule, finding.message) for finding in verdict.findings}


def examples(refusals: Refusals, target: Target) -> None:
    """Ask for the named examples of the summary."""
    take_all(refusals.examples(target.contract.operation("getUsageSummary"), target.accounts[0]))


def bad(seen: Seen) -> bool:
    """Whether the query is refused."""
    return "Mars" in seen.target or "45d" in seen.target or seen.target.endswith("=")


def test_another_workspace_comes_before_the_parameters(serve: Callable[..., Any]) -> None:
    """403 beside a bad parameter too; a deployment that looks at parameters first breaks ON-19."""
    right = serve(lambda seen: refusal(403 if "x-workspace-id" in seen.headers else 422))
    wrong = serve(lambda seen: refusal(422 if bad(seen) else 403))
    assert found_by(right.url, examples) == set()
    assert {rule for rule, _ in found_by(wrong.url, examples)} == {"ON-19"}


def test_a_refused_workspace_learns_no_usage(serve: Callable[..., Any]) -> None:
    """What a 403 has beside the documented fields is named by the rule of the workspace."""
    server = serve(lambda seen: refusal(422) if bad(seen) else refusal(403, credits=17))
    assert {rule for rule, _ in found_by(server.url, examples)} == {"ON-19"}


def test_a_configured_refusal_goes_by_its_header(serve: Callable[..., Any]) -> None:
    """One that is refused with 403 for its workspace is told under that rule, another under X-5."""
    server = serve(lambda _: refusal(422))

    def ask(refusals: Refusals, target: Target) -> None:
        operation = target.contract.operation("getUsageSummary")
        held = {"liveApiKey": Secret(KEY, "")}
        for headers, status in (({"X-Workspace-Id": "w"}, 403), ({}, 401)):
            refusals.configured(operation, RefusedCredential("other", held, public(headers), status)).take()

    assert {rule for rule, _ in found_by(server.url, ask)} == {"ON-19", "X-5"}


def test_what_a_header_may_say_is_not_refused(serve: Callable[..., Any]) -> None:
    """An empty X-Workspace-Id counts as none; who refuses it breaks the rule of that header."""
    server = serve(lambda _: refusal(403))

    def ask(refusals: Refusals, target: Target) -> None:
        operation = target.contract.operation("getUsageSummary")
        refusals.session.ask(operation, {"X-Workspace-Id": ""}, target.accounts[0])

    assert {rule for rule, _ in found_by(server.url, ask)} == {"ON-19"}


def test_an_unusual_integer_may_be_read(serve: Callable[..., Any]) -> None:
    """Whoever reads `+5` as 5 gets a warning, and nothing that the page says is held against it."""
    body = b'{"data": [], "pagination": {"limit": 5, "next": null, "prev": null}}'
    server = serve(lambda seen: (200, {}, body) if "limit=%2B5" in seen.target else refusal(422))

    def ask(refusals: Refusals, target: Target) -> None:
        take_all(refusals.parameters(target.contract.operation("listUsageActivity"), target.accounts[0]))

    assert found_by(server.url, ask) == {
        ("invalid-parameter", "limit: an unusual integer is answered by 422")
    }


ADVICE = "By the document this is wrong: query limit is empty. Refuse this request with 422 and "


def test_what_is_accepted_of_one_parameter_is_one_finding(serve: Callable[..., Any]) -> None:
    """A deployment that takes any limit is told so once, with what else it takes."""
    body = b'{"data": [], "pagination": {"limit": 5, "next": null, "prev": null}}'
    server = serve(lambda seen: (200, {}, body) if "limit=" in seen.target else refusal(422))
    target = Target("feed", contract_of("onepin"), server.url, ())
    session = session_of(target)
    with session.client:
        take_all(Refusals(session).parameters(target.contract.operation("listUsageActivity"), None))
        findings = session.collector.verdict(requests=1, seconds=0.0).findings
    (found,) = [one for one in findings if one.message.startswith("limit") and one.level == "must"]
    assert found.message == "limit: empty (limit=) is answered by 422"
    assert found.received.startswith("status 200; the same for a NUL (limit=%00); ")
    assert "; no integer (limit=abc); " in found.received
    assert found.received.endswith("more")
    assert found.advice.startswith(ADVICE)


def test_bad_credentials_that_are_answered_alike_are_one_finding(serve: Callable[..., Any]) -> None:
    """All that get one wrong status are one cause; what gets another is another, and so is each failure."""

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        sent = seen.headers.get("authorization", "")
        status = 500 if not sent else 403 if sent.startswith("Basic") else 422 if "op_" in sent else 200
        return refusal(status) if status in CODES else (status, {}, b"{}")

    target = Target("feed", contract_of("onepin"), serve(respond).url, ())
    session = session_of(target)
    account = TargetAccount("busy", {"liveApiKey": Secret(KEY, "")})
    with session.client:
        take_all(Refusals(session).credentials(target.contract.operation("getUsageSummary"), account))
        findings = session.collector.verdict(requests=1, seconds=0.0).findings
    assert {(one.message, one.received) for one in findings if one.message.endswith("by 401")} >= {
        ("a request without credentials is answered by 401", "status 500"),
        ("a credential alone in X-API-Key is answered by 401", "status 500"),
        ("a credential behind Basic in Authorization is answered by 401", "status 403"),
        ("a malformed credential is answered by 401", "status 200; the same for an empty credential"),
    }
    assert len([one for one in findings if one.rule == "X-5" and one.received.startswith("status 422")]) == 1


def test_a_429_that_is_waited_out_is_judged_too(serve: Callable[..., Any]) -> None:
    """Its Retry-After and its form are documented, and whoever repeats the request sees neither."""

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        body = {"detail": {"error": "rate_limited"}}
        first = seen.number == 1
        return (429, {"Retry-After": "soon"}, json.dumps(body).encode()) if first else (404, {}, b"{}")

    contract = contract_of("onceonly")
    target = Target("busy", contract, serve(respond).url)
    options = Options(trust_env=False)
    with Client(target, options) as client:
        looking = Check(target, options, client, lambda _: None)
        operation = contract.operation("getMonthlyUsage")
        client.send(operation, client.make(operation))
    found = looking.collector.verdict(requests=2, seconds=1.0).findings
    assert [(finding.rule, finding.message) for finding in found] == [
        ("header", "Retry-After is as documented")
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_429_to_head_has_no_form(method: str) -> None:
    """The document has no HEAD, and nothing comes with it that could break a schema."""
    contract = contract_of("onceonly")
    operation, limits = contract.operation("getMonthlyUsage"), [429]

    def answer(_: Asked) -> Any:
        return limits.pop() if limits else 404, {}, {"Retry-After": "0"}

    with small(answer) as server:
        target, options = Target("busy", contract, server.url), Options(trust_env=False)
        with Client(target, options) as client:
            looking = Check(target, options, client, lambda _: None)
            client.send(operation, replace(client.make(operation), method=method))
    found = looking.collector.verdict(requests=2, seconds=1.0).findings
    assert [finding.rule for finding in found] == (["schema"] if method == "GET" else [])


def test_head_needs_credentials_too() -> None:
    """A server that answers HEAD without credentials is found; one that has no HEAD is right."""
    refused = json.loads(refusal(401)[2])

    def ask(refusals: Refusals, target: Target) -> None:
        operation = target.contract.operation("getUsageSummary")
        take_all(refusals.credentials(operation, target.accounts[0]))

    found = {}
    for status in (200, 405):
        answers = {"HEAD": (status, None)}
        with small(lambda asked, given=answers: given.get(asked.sent, (401, refused))) as server:  # type: ignore[misc]
            found[status] = found_by(server.url, ask)
    assert found == {200: {("X-5", "HEAD without credentials is refused like GET")}, 405: set()}


@pytest.mark.parametrize(("scheme", "value", "ways"), [("liveApiKey", KEY, 4), ("clerkJwt", TOKEN, 6)])
def test_a_shell_makes_every_altered_credential(scheme: str, value: str, ways: int) -> None:
    """The expression in the curl line gives the value that was sent."""
    account = TargetAccount("busy", {scheme: Secret(value, "$HELD")})
    target = Target("feed", contract_of("onepin"), "http://h", (account,))
    altered = [refused.credential[scheme] for refused in nearly(target)]
    assert len(altered) == ways
    for secret in altered:
        made = subprocess.run(
            ["/bin/bash", "-c", f'printf %s "{secret.shell}"'],
            env={**os.environ, "HELD": value},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout == secret.value != value


def test_each_kind_of_credential_is_altered() -> None:
    """The first key and the first token, whatever else there is."""
    accounts = tuple(
        TargetAccount(name, {scheme: Secret(value, "")})
        for name, scheme, value in (
            ("a", "liveApiKey", KEY),
            ("b", "liveApiKey", f"{KEY[:-1]}0"),
            ("c", "clerkJwt", TOKEN),
        )
    )
    found = nearly(Target("feed", contract_of("onepin"), "http://h", accounts))
    assert {tuple(refused.credential) for refused in found} == {("liveApiKey",), ("clerkJwt",)}
    assert {refused.name.split()[1] for refused in found} == {"a's,", "c's,"}


def test_an_own_header_stands_in_for_the_accounts(target: Target, client_of: Callable[..., Any]) -> None:
    """A request that names a workspace does not name the account's too."""
    client = client_of("http://127.0.0.1:9")
    account = TargetAccount("lab", {"bearer": Secret("t", "")}, public({"X-Workspace-Id": "lab"}))
    request = client.make(
        target.contract.operation("getUsage"), account=account, headers=[("x-workspace-id", "")]
    )
    assert [pair for pair in request.headers if pair[0].lower() == "x-workspace-id"] == [
        ("x-workspace-id", "")
    ]


def test_a_key_in_a_header_of_its_own_stands_alone() -> None:
    """Behind the word Bearer it is another value, which is refused; the curl line has the variable."""
    account = TargetAccount("steady", {"apiKey": Secret("gn_live_x9", "$HELD")})
    target = Target("staging", contract_of("glyphnet"), "http://h", (account,))
    found = {refused.name: refused.credential["apiKey"] for refused in nearly(target)}
    assert found["nearly steady's, behind Bearer"].value == "Bearer gn_live_x9"
    assert str(found["nearly steady's, behind Bearer"]) == "Bearer $HELD"


def test_an_account_that_is_refused_is_told_of() -> None:
    """Where another account is answered, a good credential that is refused breaks X-5."""
    with deployed("onceonly", accounts=("steady",)) as target:
        lost = TargetAccount("lost", {"liveApiKey": Secret("once_live_neverIssued00", "$LOST")})
        verdict = check(
            replace(target, accounts=(*target.accounts, lost)), Options(fuzz=False, trust_env=False)
        )
    (finding,) = verdict.findings
    assert (finding.rule, finding.message) == (
        "X-5",
        "the credential of lost, which is given as a good one, is answered by 200",
    )
    assert "$LOST" in finding.curl


def test_a_good_input_that_the_contract_names_is_asked() -> None:
    """A range wholly ahead is answered by 200; a deployment that refuses it breaks GL-13."""
    verdict = checked("glyphnet", fault="ahead-refused", accounts=("steady",))
    assert "GL-13" in {finding.rule for finding in verdict.findings}


def test_what_may_stand_beside_a_session_is_none_by_itself(serve: Callable[..., Any]) -> None:
    """A developer key is no session: a deployment that takes it for one breaks X-5."""
    wrong = serve(lambda seen: (403 if "esk_" in seen.headers.get("authorization", "") else 401, {}, b"{}"))
    account = TargetAccount("busy", {"sessionCookie": Secret(TOKEN, "")})
    target = Target("staging", contract_of("essarion"), wrong.url, (account,))
    session = session_of(target)
    with session.client:
        take_all(Refusals(session).credentials(target.contract.operations[0], account))
        findings = session.collector.verdict(requests=1, seconds=0.0).findings
    assert any("403" in finding.received and finding.rule == "X-5" for finding in findings)


@pytest.mark.parametrize(("status", "found"), [(429, set()), (418, {"OO-7"})])
def test_a_limit_in_the_place_of_a_refusal_is_no_wrong_refusal(
    serve: Callable[..., Any], status: int, found: set[str]
) -> None:
    """A documented 429 that does not end tells nothing of the value that was sent."""
    body = {"detail": {"error": "rate_limited"}}
    served = serve(lambda _: (status, {"Retry-After": "0"}, json.dumps(body).encode()))
    contract = contract_of("onceonly")
    session = session_of(Target("tight", contract, served.url, ()))
    with session.client:
        take_all(Refusals(session).parameters(contract.operation("getMonthlyUsage"), None))
        findings = session.collector.verdict(requests=1, seconds=0.0).findings
    assert served.seen
    assert {one.rule for one in findings if one.received.startswith(f"status {status}")} == found
