"""Replies are judged as they come, and by what they answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metermock.checker.collector import Collector
from metermock.checker.names import Names
from metermock.checker.session import Session
from metermock.checker.target import Options
from metermock.contract import load_contract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metermock.checker.client import Client
    from metermock.checker.target import Target
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
    session = Session(client_of(served.url), collector, Names.of(contract.document))
    operation = contract.operation("getUsage")
    asked = replace(session.make(operation, {}, target.accounts[0]), raw_query="days=x")

    session.send(operation, asked, expected=frozenset({422}), rule="invalid-parameter", about="days: x")

    findings = collector.verdict(requests=1, seconds=0.1).findings
    assert [(found.rule, found.expected, found.received) for found in findings] == [
        ("invalid-parameter", "status 422", "status 200")
    ]
