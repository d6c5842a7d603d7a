"""A deployment with long lists, one phase of the check at a time: whole, it takes a minute."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.relations import Relations
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import take_all
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from tests.checker.engine.plain import contract_of, deployed

OPERATION = contract_of("zkscore").operation("getDeveloperUsage")


def broken(work: Callable[[Session], None], fault: str | None) -> set[str]:
    """The rules that a part of a check finds broken."""
    options = Options(trust_env=False)
    with deployed("zkscore", fault=fault, accounts=("steady",)) as target, Client(target, options) as client:
        session = Session(client, Collector(target, options), CheckIds.of(target.contract.document))
        work(session)
        verdict = session.collector.verdict(requests=client.requests, seconds=0.0)
    return {finding.rule for finding in verdict.findings}


def bad_parameters(session: Session) -> None:
    """Send every bad parameter."""
    take_all(Refusals(session).parameters(OPERATION, session.accounts[0]))


def pages(session: Session) -> None:
    """Run the relations of the pages."""
    for relation in OPERATION.relations:
        if relation.id in {"ZK-7", "ZK-8"}:
            Relations(session, {}).run(relation, {}, session.accounts[0])


def defaults(session: Session) -> None:
    """Spell the defaults out beside each value."""
    take_all(Builtin(session).defaults_beside(OPERATION, session.accounts[0]))


def averages(session: Session) -> None:
    """Run the relations of the averages."""
    for relation in OPERATION.relations:
        if relation.id == "ZK-14":
            Relations(session, {}).run(relation, {}, session.accounts[0])


@pytest.mark.parametrize(
    ("work", "fault", "rule"),
    [
        (defaults, None, ""),
        (defaults, "times-ascend-unasked", "X-3"),
        (averages, None, ""),
        (averages, "all-since-the-first-call-of-the-key", "ZK-14"),
        (bad_parameters, None, ""),
        (bad_parameters, "limit-1001", "ZK-13"),
        (bad_parameters, "offset-below-zero", "ZK-13"),
        (bad_parameters, "loose-booleans", "ZK-13"),
        (pages, None, ""),
        (pages, "pages-overlap", "ZK-7"),
        (pages, "ascending-ignored", "ZK-8"),
    ],
)
def test_a_part_finds_what_is_wrong(work: Callable[[Session], None], fault: str | None, rule: str) -> None:
    """The right deployment breaks nothing, a faulty one the rule that its fault breaks."""
    found = broken(work, fault)
    assert rule in found if fault else not found
