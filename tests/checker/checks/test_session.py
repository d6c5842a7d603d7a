"""Replies are judged as they come, and by what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from metermock.checker.checks.expectation import Expectation
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.reply import Reply, reply_of
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import load_contract
from metermock.project import open_project
from tests.checker.conftest import Deployment


def test_a_rule_about_a_refused_parameter_is_not_asked_where_it_was_accepted(
    serve: Callable[..., Deployment], client_of: Callable[..., Client], target: Target, tmp_path: Path
) -> None:
    """That `days=x` is answered by 200 is told once, not again by each rule that needs the days."""
    text = target.contract.text.decode().replace("size(body.rows) > 0", "request.days > 0")
    (tmp_path / "tiny.openapi.yaml").write_text(text, "utf-8")
    contract = load_contract(tmp_path / "tiny.openapi.yaml")
    served = serve()
    collector = Collector(replace(target, contract=contract, url=served.url), Options())
    session = Session(client_of(served.url), collector, CheckIds.of(contract.document))
    operation = contract.operation("getUsage")
    request = replace(session.make(operation, {}, target.accounts[0]), raw_query="days=x")

    session.send(operation, request, Expectation("days: x", frozenset({422}), "invalid-parameter"))

    findings = collector.verdict(requests=1, seconds=0.1).findings
    assert [(found.rule, found.expected, found.received) for found in findings] == [
        ("invalid-parameter", "status 422", "status 200")
    ]


def test_a_request_id_is_looked_at_in_every_reply(serve: Callable[..., Deployment]) -> None:
    """Replies that differ in a UUID alone are judged as one; in what is no UUID, each for itself."""
    good, bad = "c1d2a7f8-3b64-4e59-a0f7-58e9b6d41c23", "req_2"
    served = serve(lambda seen: (404, {}, page(good if seen.number == 1 else bad)))
    target = Target("feed", open_project().load_contract("onepin"), served.url)
    options = Options(trust_env=False)
    collector = Collector(target, options)
    session = Session(Client(target, options), collector, CheckIds.of(target.contract.document))
    operation = target.contract.operation("listUsageActivity")
    with session.client:
        for _ in range(2):
            session.send(operation, session.make(operation, {}, None), Expectation(statuses=frozenset({404})))
    found = collector.verdict(requests=2, seconds=0.1).findings
    assert [(finding.rule, finding.received) for finding in found] == [("format", '"req_2"')]


def test_what_no_schema_names_is_compared_with_nothing(target: Target) -> None:
    """A gateway that numbers replies in their bodies breaks one rule; no two replies were alike to others."""
    options = Options(trust_env=False)
    with Client(target, options) as client:
        session = Session(client, Collector(target, options), CheckIds.of(target.contract.document))
        operation = target.contract.operation("getUsage")
        request = session.make(operation, {}, target.accounts[0])

        def reply(number: int, calls: int) -> Reply:
            row = {"calls": calls, "node": number}
            text = json.dumps({"total": 3, "number": number, "rows": [row, {"calls": 2, "node": number + 1}]})
            response = httpx.Response(200, headers={"Content-Type": "application/json"}, text=text)
            return reply_of(operation, request, response, 0.0)

        assert session.same(reply(1, 1), reply(2, 1))
        assert not session.same(reply(1, 1), reply(2, 2))
        documented = session.judging.documented(reply(1, 1)).body
        assert documented == {"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}
        # Whose usage it is may stand in any field.
        assert session.essence(reply(1, 1))["number"] == 1


@pytest.mark.parametrize(
    ("value", "levels"),
    [
        ("Sat, 28 Nov 2026 11:03:52 GMT", ["should"]),
        ("Saturday, 28-Nov-26 11:03:52 GMT", ["should"]),
        ("soon", ["must"]),
        ("1.5", ["must"]),
        ("3", []),
    ],
)
def test_a_date_in_retry_after_is_a_warning_where_a_number_is_documented(
    serve: Callable[..., Deployment], value: str, levels: list[str]
) -> None:
    """HTTP has both forms, and clients read both; any other text is a breach."""
    served = serve(lambda _: (429, {"Retry-After": value}, b'{"detail": {"error": "rate_limited"}}'))
    target = Target("limited", open_project().load_contract("onceonly"), served.url)
    options = Options(trust_env=False)
    collector = Collector(target, options)
    with Client(target, options) as client:
        session = Session(client, collector, CheckIds.of(target.contract.document))
        operation = target.contract.operation("getMonthlyUsage")
        reply = client.send(operation, session.make(operation, {}, None), patient=False)
        session.judge(operation, reply, due=False)
    found = collector.verdict(requests=1, seconds=0.1).findings
    assert [each.level for each in found if each.place == "headers/retry-after"] == levels


def page(request_id: str) -> bytes:
    """An error of onepin."""
    meta = {"request_id": request_id, "timestamp": "2026-03-18T15:42:07Z"}
    return json.dumps({"error": {"code": "not_found", "message": "No."}, "meta": meta}).encode()
