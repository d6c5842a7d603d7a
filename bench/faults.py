"""How many of the faults seeded into the plain deployments a check finds, and by which rule."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.alone import noticed
from bench.targets import deployed
from metermock.checker.check import Check
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.errors import BudgetExhaustedError

CONTRACTS = ("onepin", "essarion", "zkscore", "onceonly", "glyphnet")
NO_ID = ("X", "common")
"""What contracts say of all operations, or of a field, has no id of its own: any finding names it rightly."""
_RUN = str(Path(__file__).parents[1] / "deployments" / "run.py")


class Fault(NamedTuple):
    """A fault of the list."""

    contract: str
    name: str
    kind: str
    rule: str
    conditional: bool
    says: str
    shows: str
    """The instant at which the deployment's clock starts, if the fault shows only at some."""


class Score(NamedTuple):
    """What a check made of a deployment with one fault."""

    fault: Fault
    rules: tuple[str, ...]
    """The rules that its findings name."""
    reason: str

    @property
    def caught(self) -> bool:
        """Whether anything was found."""
        return bool(self.rules)

    @property
    def named(self) -> bool:
        """Whether the rule that the fault breaks is among the findings'."""
        return self.caught if self.fault.rule in NO_ID else self.fault.rule in self.rules


def listed(contract: str) -> list[Fault]:
    """The faults of a contract, as its deployment lists them."""
    lines = subprocess.check_output([sys.executable, _RUN, contract, "--list-faults"], text=True).splitlines()
    return [Fault(**json.loads(line)) for line in lines]


def scored(fault: Fault) -> Score:
    """Check a deployment that has the fault, until the rule that it breaks is among the findings.

    Random requests are left out: what a check finds of itself is what is measured.
    """
    with deployed(fault.contract, fault=fault.name, now=fault.shows) as target:
        options = Options(fuzz=False, trust_env=False, workers=2, unsafe_methods=True)
        with Client(target, options) as client:
            check: Check

            def phase(_name: str) -> None:
                cases = check.collector.cases().values()
                if any(fault.rule in (*NO_ID, breach.rule) for breach, _ in cases):
                    raise BudgetExhaustedError("found")

            check = Check(target, options, client, phase)
            verdict = check.run()
    rules = dict.fromkeys(finding.rule for finding in verdict.findings)
    return Score(fault, tuple(rules), verdict.reason)


class Row(NamedTuple):
    """What was made of a fault: by metermock, and by schemathesis alone."""

    score: Score
    alone: bool

    @property
    def said(self) -> str:
        """The row in words, to follow the progress."""
        fault, found = self.score.fault, ", ".join(self.score.rules) or "nothing"
        alone = "noticed" if self.alone else "not noticed"
        return f"{fault.contract} {fault.name} ({fault.rule}): {found}; {alone} by schemathesis"


def compared(fault: Fault) -> Row:
    """Hold a fault before both."""
    return Row(scored(fault), noticed(fault.contract, fault.name, fault.shows))


def report() -> Iterator[str]:
    """The score by kind of fault as a Markdown table, and what was missed."""
    faults = [fault for contract in CONTRACTS for fault in listed(contract)]
    with ProcessPoolExecutor(3) as pool:
        rows = []
        for row in pool.map(compared, faults):
            rows.append(row)
            print(f"{len(rows)} of {len(faults)}: {row.said}", file=sys.stderr, flush=True)
    yield "| kind of fault | faults | found | by the rule that it breaks | schemathesis alone |"
    yield "|---|---|---|---|---|"
    for kind in sorted({fault.kind for fault in faults}):
        yield _line(kind, [row for row in rows if row.score.fault.kind == kind])
    yield _line("**all**", rows)
    for score in (row.score for row in rows if not row.score.named):
        fault = score.fault
        found = f"found as {', '.join(score.rules)}" if score.caught else "**missed**"
        yield f"\n- {fault.contract} `{fault.name}` ({fault.rule}): {fault.says} {found} {score.reason}"


def _line(kind: str, rows: Sequence[Row]) -> str:
    scores_of = [row.score for row in rows]
    caught, named = sum(s.caught for s in scores_of), sum(s.named for s in scores_of)
    return f"| {kind} | {len(rows)} | {caught} | {named} | {sum(row.alone for row in rows)} |"
