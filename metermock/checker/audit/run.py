"""A run of `metermock audit`: from options to a table and an exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from metermock.checker.audit.audit import Audit, Depth
from metermock.checker.audit.notes import notes_of
from metermock.checker.audit.options import AuditOptions
from metermock.checker.audit.report import Result, as_json, as_table
from metermock.checker.audit.score import Score
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target, own_mock
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Contract, Operation
from metermock.errors import UsageError
from metermock.project import Project, open_project


def run(wanted: AuditOptions) -> int:
    """Audit a contract on mocks of its own, one for each clock; 1 below `--at-least`."""
    project = open_project(wanted.project)
    contract = project.load_contract(wanted.contract)
    operations = chosen(contract, wanted.operations)
    result = audited(project, contract, operations, wanted.clocks, wanted.seed)
    _write(as_json(result) if wanted.as_json else as_table(result, survivors=wanted.survivors), wanted.output)
    return int(wanted.at_least is not None and result.score.constrained.percent < wanted.at_least)


def chosen(contract: Contract, ids: Sequence[str]) -> list[Operation]:
    """The operations of these ids, or all of them without ids; UsageError for an unknown id."""
    known = [operation.id for operation in contract.operations]
    for name in ids:
        if name not in known:
            raise UsageError(
                f"--operation {name}: the contract has no such operation\n  it has {', '.join(known)}"
            )
    return [operation for operation in contract.operations if not ids or operation.id in ids]


def audited(
    project: Project, contract: Contract, operations: Sequence[Operation], clocks: Sequence[str], seed: int
) -> Result:
    """How many lies about a contract's replies are noticed, at each of these clocks or at its world's."""
    started = time.monotonic()
    score = Score(notes_of(contract.document))
    replies = 0
    world = project.load_world(contract.name, seed=seed)
    options = Options(trust_env=False)
    for clock in clocks or [""]:
        at = ["--now", clock] if clock else []
        with own_mock(project, [contract.name], [*at, "--seed", str(seed)]) as url:
            target = mock_target(contract, world, url + contract.prefix(is_alone=True))
            with Client(target, options) as client:
                session = Session(client, Collector(target, options), CheckIds.of(contract.document))
                audit = Audit(session, operations, score, seed=seed, depth=Depth())
                audit.run(_progress)
                replies += audit.replies
    return Result(contract.name, tuple(clocks), seed, replies, time.monotonic() - started, score)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"Cannot write {output}: {problem.strerror}") from None


def _progress(account: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"lying about {account} …\n")
