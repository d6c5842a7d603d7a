"""Whether a deployment can be tested, and the reason where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.lifeline import Lifeline
from metermock.checker.checks.preflight import Preflight
from metermock.checker.checks.preflight import preflight as run_preflight
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Contract, Operation
from metermock.errors import CannotTestError
from tests.checker.small import Answer, Asked, check, document, operation, small

GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'
PAGE = b"<!doctype html><title> Sign in - Corp Proxy </title>"


def preflight(client: Client, operations: tuple[Operation, ...]) -> Preflight:
    """The preflight of a client's target."""
    collector = Collector(client.target, Options())
    return run_preflight(Session(client, collector, CheckIds()), operations)


def test_a_good_deployment_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Each account gets a good reply of each operation, and there is no reason not to go on."""
    found = preflight(client_of(serve().url), contract.operations)
    assert list(found.replies) == [("getUsage", "busy")]
    assert (found.dead, found.refused, found.reason) == ({}, (), "")


def test_an_account_that_shows_more_is_known(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """Numbers that are not zero count; one that was not asked shows nothing."""
    used, unused = (
        preflight(client_of(serve(lambda _, body=body: (200, {}, body)).url), contract.operations)
        for body in (GOOD, b'{"total": 0, "rows": [{"calls": 0}]}')
    )
    assert (used.shown("busy"), unused.shown("busy"), used.shown("other")) == (3, 0, 0)


def test_json_that_does_not_end_as_json_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """It is the API's own, so the check finds the breach and does not give up."""
    client = client_of(serve(lambda _: (200, {}, GOOD + b"{}")).url)
    assert preflight(client, contract.operations).dead == {}


@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        (401, {}, b'{"error": "no"}', r"the credential of 'busy' is refused \(401\)"),
        (403, {}, b'{"error": "no"}', r"is refused \(403\)"),
        (
            200,
            {"Content-Type": "text/html"},
            PAGE,
            "a web page “Sign in - Corp Proxy”: a proxy or a login page",
        ),
        (
            302,
            {"Location": "https://sso.example/login"},
            b"",
            "302 and sends us to https://sso.example/login",
        ),
        (503, {}, b"busy", "answers 503"),
        (500, {}, b"{}", "answers 500"),
        (404, {}, b"{}", "it answers 404; is the base URL right"),
        (200, {}, b"oops", "not JSON"),
    ],
)
def test_what_cannot_be_tested_says_why(  # noqa: PLR0917 - a table
    serve: Callable[..., Any],
    client_of: Callable[..., Any],
    contract: Contract,
    status: int,
    headers: dict[str, str],
    body: bytes,
    why: str,
) -> None:
    """A deployment that gives no good reply is no pass: the reason is told, and the exit code is 3."""
    client = client_of(serve(lambda _: (status, headers, body)).url)
    with pytest.raises(CannotTestError, match=why) as caught:
        preflight(client, contract.operations)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:9", "cannot be reached: .*refused"),
        ("http://nowhere.invalid", "cannot be reached: .*(resolution|not known|No address)"),
    ],
)
def test_who_is_not_there_cannot_be_tested(
    client_of: Callable[..., Any], contract: Contract, url: str, why: str
) -> None:
    """A port that nobody listens on and a name that does not resolve are told as such."""
    with pytest.raises(CannotTestError, match=why):
        preflight(client_of(url), contract.operations)


def test_plain_http_behind_https_is_told(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A TLS handshake that fails is told as such."""
    client = client_of(serve().url.replace("http:", "https:"))
    with pytest.raises(CannotTestError, match="SSL"):
        preflight(client, contract.operations)


def test_html_as_the_type_of_json_can_be_tested(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A wrong Content-Type on a right body is a finding for later, no proxy."""
    client = client_of(serve(lambda _: (200, {"Content-Type": "text/html"}, GOOD)).url)
    found = preflight(client, contract.operations)
    assert not found.reason


def test_a_deployment_that_goes_away_ends_the_check(
    serve: Callable[..., Any], client_of: Callable[..., Any], contract: Contract
) -> None:
    """A 503 to a request that was good before ends the check; one to another request does not."""
    server = serve(lambda seen: (503, {}, b"") if seen.number > 3 or "31" in seen.target else (200, {}, GOOD))
    client = client_of(server.url, retries=0)
    operation = contract.operation("getUsage")
    good = client.make(operation)
    lifeline = Lifeline(client, operation, good)
    odd = client.send(operation, good.with_query([("days", "31")]))
    lifeline.demand(operation, odd)
    client.send(operation, good)
    with pytest.raises(CannotTestError, match=r"after 4 requests .* any more: it answers 503"):
        lifeline.demand(operation, odd)


def _reason(tmp_path: Path, written: Any, answer: Answer, *words: str) -> str:
    """Why a check against a small deployment was none."""
    with small(answer) as server:
        code, report = check(tmp_path, written, server.url, *words)
        assert (code, report["verdict"]) == (3, "untested")
        return str(report["reason"]).replace(server.url, "URL")


@pytest.mark.parametrize(
    ("servers", "told"),
    [
        (["https://x.example/api/v1"], "so try URL/api/v1"),
        (["/api/v1/"], "so try URL/api/v1"),
        (["https://x.example"], "every operation answers 404; is the base URL right?"),
        ([], "every operation answers 404; is the base URL right?"),
    ],
)
def test_a_base_path_that_is_missing_is_suggested(tmp_path: Path, servers: list[str], told: str) -> None:
    """The document's servers say it, where everything is 404."""
    paths = {path: {"get": operation(schema={"type": "object"})} for path in ("/usage", "/cost")}
    written = {**document(paths=paths), "servers": [{"url": url} for url in servers]}
    answer: Answer = lambda asked: (200, {}) if asked.path.startswith("/api") else (404, None)  # noqa: E731 - a line
    assert _reason(tmp_path, written, answer).endswith(told)


def test_a_refusal_of_everybody_is_told_once(tmp_path: Path) -> None:
    """A path parameter is not to blame for a 401."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {f"/{name}/{{id}}": {"get": operation(parameters=[item])} for name in ("a", "b", "c")}
    told = _reason(tmp_path, document(paths=paths), lambda _: (401, None))
    assert told == (
        "URL could not be tested: a request without a credential is refused (401): "
        "the document has no security scheme, so that nobody knows how to send a credential"
    )


def test_an_id_that_nobody_knows_is_told_shortly(tmp_path: Path) -> None:
    """The status, the parameter, and the option that helps."""
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/usage": {"get": operation()}, "/a/{id}": {"get": operation(parameters=[item])}}
    told = _reason(
        tmp_path, document(paths=paths), lambda asked: (200 if asked.path == "/usage" else 404, None)
    )
    assert told == (
        "1 operation was not tested: get_a_id: 404 for each value of id that is known; "
        "give a good one: --param get_a_id.id=VALUE"
    )


def test_what_lists_the_ids_is_named_where_it_is_not_asked(tmp_path: Path) -> None:
    """The parameter of the path is to blame for a 404, before a header."""
    region = {"name": "X-Region", "in": "header", "required": True, "schema": {"type": "string"}}
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/a": {"get": operation()}, "/a/{id}": {"get": operation(parameters=[region, item])}}
    told = _reason(tmp_path, document(paths=paths), lambda _: (404, None), "--operation", "get_a_id")
    assert told == (
        "URL could not be tested: 404 for each value of id, X-Region that is known; "
        "give a good one: --param get_a_id.id=VALUE, or have get_a asked too, which lists some: "
        "--operation get_a; or is the base URL right?"
    )


def test_operations_with_one_reason_are_told_together(tmp_path: Path) -> None:
    """With the words that give a credential for each scheme."""
    key: Any = {"type": "apiKey", "in": "header"}
    schemes = {"key": {**key, "name": "K"}, "tenant": {**key, "name": "T"}}
    closed: Any = {"security": [{"key": [], "tenant": []}]}
    paths = {"/open": {"get": operation()}}
    paths |= {f"/{name}": {"get": {**operation(), **closed}} for name in ("a", "b")}
    written = {**document(paths=paths), "components": {"securitySchemes": schemes}}
    told = _reason(tmp_path, written, lambda asked: (200 if asked.path == "/open" else 401, None))
    assert told == (
        "2 operations were not tested: get_a, get_b: a request without a credential is refused (401): "
        "it demands key and tenant together, and no account has a credential for schemes key and tenant: "
        "--credential key=env:NAME --credential tenant=env:NAME"
    )


def test_a_login_form_that_refuses_its_values_has_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said against the account's credential, and what to do is said."""
    monkeypatch.setenv("KEY", "s3cret-word")
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    login = {**operation(), "requestBody": {"content": form}}
    written = {
        **document(paths={"/usage": {"get": operation()}, "/token": {"post": login}}),
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}}},
    }
    words = ("--credential", "key=env:KEY", "--unsafe-methods")
    told = _reason(tmp_path, written, lambda asked: (401 if asked.path == "/token" else 200, None), *words)
    assert told == (
        "1 operation was not tested: post_token: it answers 401, though the document demands no credential "
        "of it; give values that it accepts, as an example of its body in an Overlay (--overlay FILE), "
        "or leave it out: --skip post_token"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--credential", "key=env:KEY"),
            "and no account has a credential for scheme tenant: --credential account:tenant=env:NAME",
        ),
        (
            ("--credential", "ann:tenant=env:KEY"),
            "and no account has a credential for scheme key: --credential ann:key=env:NAME",
        ),
        (("--credential", "basic=env:KEY"), ""),
        (("--credential", "key=env:KEY", "--credential", "account:tenant=env:KEY"), ""),
    ],
)
def test_half_of_a_credential_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    """Where schemes count only together, the one that is missing is named; a whole one is asked with."""
    monkeypatch.setenv("KEY", "ann:s3cret-word")
    key: Any = {"type": "apiKey", "in": "header"}
    schemes = {"key": {**key, "name": "K"}, "tenant": {**key, "name": "T"}}
    schemes["basic"] = {"type": "http", "scheme": "basic"}
    demanded: Any = [{"basic": []}, {"key": [], "tenant": []}]
    paths = {"/open": {"get": operation()}, "/cost": {"get": {**operation(), "security": demanded}}}
    written = {**document(paths=paths), "components": {"securitySchemes": schemes}}
    with small(lambda asked: (401 if asked.path == "/cost" else 200, None)) as server:
        _, report = check(tmp_path, written, server.url, *words)
    who = "ann" if "ann" in words[1] else "account"
    lacks = f"not asked: it demands key and tenant together, {told}"
    why = lacks if told else f"the credential of {who!r} is refused (401)"
    assert report["reason"] == f"1 operation was not tested: get_cost: {why}"


@pytest.mark.parametrize(
    ("media", "sent", "text"),
    [("application/pdf", "application/json", "%PDF-1.4"), ("application/json", "text/html", "<html></html>")],
)
def test_one_operation_of_another_media_type_is_a_finding(
    tmp_path: Path, media: str, sent: str, text: str
) -> None:
    """A PDF that is called JSON, and a page where others are answered, are told as the wrong type."""
    paths = {
        "/usage": {"get": operation(schema={"type": "object"})},
        "/bill": {"get": operation(schema={}, media=media)},
    }

    def answer(asked: Asked) -> Any:
        return (200, text, {"content-type": sent}) if asked.path == "/bill" else (200, {})

    with small(answer) as server:
        code, report = check(tmp_path, document(paths=paths), server.url)
    found = [each for each in report["findings"] if each["level"] == "must"]
    told = [(each["rule"], each["operation"], each["expected"], each["received"]) for each in found]
    assert (code, told) == (1, [("media-type", "get_bill", media, sent)])


def test_what_changes_data_is_asked_once_before_the_requests_are_spent(tmp_path: Path) -> None:
    """As one account, and what it answers is judged at once: none of it was "not asked"."""
    paths = {f"/{name}": {"post": operation(operationId=name, schema={"type": "object"})} for name in "abc"}
    keys = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    written = document(paths=paths) | {
        "components": {"securitySchemes": keys},
        "security": [{"key": []}],
    }
    words = ["--credential", "one:key=a-secret-of-one", "--credential", "two:key=a-secret-of-two"]
    with small(lambda _: (200, {})) as served:
        _, report = check(tmp_path, written, served.url, *words, "--unsafe-methods", "--max-requests", "5")
    ran = {rule["operation"]: rule["ran"] for rule in report["rules"] if rule["id"] == "valid-request"}
    assert all(ran[name] for name in "abc")
    assert {each.path: each.headers["x-key"] for each in served.asked[:3]} == dict.fromkeys(
        paths, "a-secret-of-one"
    )
    assert served.asked[3].path == "/a"
    assert not any("not asked" in line for line in report.get("left_out", []))
