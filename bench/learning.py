"""What `metermock learn` is worth: what its rules find, whether they hold elsewhere, which are found again.

Each contract is freed of its rules, and learnt from its plain deployment on the machine's clock. Without
arguments all five contracts are measured; the variable `CONTRACTS` names some. What written rules find of the
same faults is measured by `faults`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.faults import CONTRACTS, Fault, listed
from bench.learnt import Learnt, bare, learn, with_overlay
from bench.rediscovery import Again, found_again
from bench.targets import deployed
from metermock.checker.check import Check
from metermock.checker.check import check as checked
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.targets import own_targets
from metermock.errors import BudgetExhaustedError
from metermock.project import open_project

KINDS = ("arithmetic", "agreement", "order", "windows", "pages", "rounding", "zones", "headers")
NO_RULES, LEARNT = "no rules", "learnt"
INSTANTS = (
    "2026-02-10T22:41:09Z",
    "2026-02-28T23:58:30Z",
    "2026-03-08T10:30:00Z",
    "2026-03-29T01:10:00Z",
    "2026-06-30T12:00:00Z",
    "2026-10-25T00:50:00Z",
    "2026-11-01T09:15:00Z",
    "2026-12-31T23:41:12Z",
    "2027-01-01T00:03:00Z",
    "2027-05-31T04:17:55Z",
)
"""Where the clock of the mock stands: edges of months and years, and hours at which clocks change."""
SEEDS = (0, 1, 2)
WORKERS = 5
"""Faults that are held to a check side by side: most of its time it waits."""
REQUESTS = 120
"""How many requests a check of the learnt rules alone sends."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The documents of a contract: without rules, and with those that were learnt."""

    document: Path
    overlay: Path
    false: frozenset[tuple[str, str]]
    """Findings about the right deployment, by the name of the document and the rule: they find no fault."""


@dataclass(frozen=True, slots=True)
class Power:
    """Which documents find a fault, and by which rules."""

    fault: Fault
    found: dict[str, tuple[str, ...]]

    @property
    def said(self) -> str:
        """The row in words, to follow the progress."""
        told = "; ".join(f"{side}: {', '.join(rules) or 'nothing'}" for side, rules in self.found.items())
        return f"{self.fault.contract} {self.fault.name} ({self.fault.kind}, {self.fault.rule}): {told}"


@dataclass(frozen=True, slots=True)
class Held:
    """The learnt rules that ran elsewhere, and those that broke there, each with where and what came."""

    ran: frozenset[str]
    broken: dict[str, str]


def power(fault: Fault, sides: Sides) -> Power:
    """Check a deployment that has the fault by each document."""
    found = {}
    with deployed(fault.contract, fault=fault.name, now=fault.shows) as target:
        for side in (NO_RULES, LEARNT):
            found[side] = tuple(_findings(_by(target, side, sides), side, sides))
            if side == NO_RULES and found[side]:
                # What is found without rules is found with them, too.
                found[LEARNT] = found[side]
                break
    return Power(fault, found)


def _by(target: Target, side: str, sides: Sides) -> Target:
    return replace(target, contract=with_overlay(sides.document, sides.overlay if side == LEARNT else None))


def _findings(target: Target, side: str, sides: Sides) -> list[str]:
    """The rules that a check finds broken, until it finds one that the right deployment does not break."""
    options = Options(fuzz=False, trust_env=False, workers=2, later=1.0)
    with Client(target, options) as client:
        check: Check

        def phase(_name: str) -> None:
            cases = check.collector.cases().values()
            if any((side, breach.rule) not in sides.false for breach, _ in cases):
                raise BudgetExhaustedError("found")

        check = Check(target, options, client, phase)
        found = check.run().findings
    return list(dict.fromkeys(each.rule for each in found if (side, each.rule) not in sides.false))


def false_findings(contract: str, sides: Sides) -> frozenset[tuple[str, str]]:
    """What each document finds about the right deployment."""
    with deployed(contract) as target:
        return frozenset(
            (side, rule)
            for side in (NO_RULES, LEARNT)
            for rule in _findings(_by(target, side, sides), side, sides)
        )


def held(learnt: Learnt) -> Held:
    """Hold the learnt rules against the mock and the deployment, at other instants and with other data."""
    ran, broken = set[str](), dict[str, str]()
    for where, target in _elsewhere(learnt):
        options = Options(
            fuzz=False, trust_env=False, workers=2, rules=("LR-*",), max_requests=REQUESTS, later=1.0
        )
        verdict = checked(replace(target, contract=learnt.loaded), options)
        ran |= {each.id for each in verdict.rules if each.ran and each.id.startswith("LR-")}
        for each in verdict.findings:
            if each.rule.startswith("LR-"):
                broken.setdefault(each.rule, f"{where}: {each.received}")
        said = f"{learnt.contract} {where}: {', '.join(broken) or 'nothing'} broken so far"
        print(said, file=sys.stderr, flush=True)
    return Held(frozenset(ran), broken)


def _elsewhere(learnt: Learnt) -> Iterator[tuple[str, Target]]:
    now = datetime.now(UTC)
    next_month = (now.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
    month_end = next_month - timedelta(minutes=9)
    for later in (now + timedelta(days=1), month_end, datetime(now.year + 1, 3, 14, 8, 30, tzinfo=UTC)):
        with deployed(learnt.contract, now=later.isoformat()) as target:
            yield f"the deployment at {later:%Y-%m-%dT%H:%MZ}", target
    for index, instant in enumerate(INSTANTS):
        seed = SEEDS[index % len(SEEDS)]
        with ExitStack() as stack:
            options = Options(trust_env=False, seed=seed)
            (target,) = own_targets([learnt.contract], stack, options, ("--now", instant))
            yield f"the mock at {instant} with seed {seed}", target


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured of a contract."""

    learnt: Learnt
    held: Held
    power: tuple[Power, ...]
    recurred: tuple[int, int]
    """Rules of one learning that another with other data found again, of how many."""
    again: tuple[Again, ...]

    @property
    def false(self) -> int:
        """Rules that broke where nothing was wrong."""
        return len(self.held.broken)


def measured(contract: str, folder: Path) -> Figures:
    """Learn one contract, and measure what was learnt."""
    document = bare(contract, folder)
    learnt, other = learn(contract, document), learn(contract, document, seed=11)
    elsewhere = held(learnt)
    sides = Sides(document, learnt.overlay, frozenset())
    wrong = false_findings(contract, sides) | {(LEARNT, rule) for rule in elsewhere.broken}
    sides = replace(sides, false=wrong)
    faults = [fault for fault in listed(contract) if fault.kind in KINDS]
    rows = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for row in pool.map(power, faults, [sides] * len(faults)):
            rows.append(row)
            print(f"{len(rows)} of {len(faults)}: {row.said}", file=sys.stderr, flush=True)
    ids = learnt.told.keys()
    with deployed(contract) as target:
        again = tuple(found_again(target, learnt.loaded))
    return Figures(learnt, elsewhere, tuple(rows), (len(ids & other.told.keys()), len(ids)), again)


def report() -> Iterator[str]:
    """The figures as Markdown tables, each miss and each rule that broke with its reason."""
    names = os.environ.get("CONTRACTS", "").split() or list(CONTRACTS)
    with tempfile.TemporaryDirectory() as folder:
        figures = [measured(name, Path(folder)) for name in names if name in open_project().contracts]
        yield from _power([row for each in figures for row in each.power])
        yield from _precision(figures)
        yield from _rediscovery(figures)


def _power(rows: Sequence[Power]) -> Iterator[str]:
    yield "| kind of fault | faults | found without rules | with learnt rules |"
    yield "|---|---|---|---|"
    for kind in (*KINDS, "all"):
        its = [row for row in rows if kind in ("all", row.fault.kind)]
        if its:
            counts = [sum(bool(row.found[side]) for row in its) for side in (NO_RULES, LEARNT)]
            yield f"| {kind} | {len(its)} | {' | '.join(map(str, counts))} |"
    yield ""
    for row in rows:
        if not row.found[LEARNT]:
            yield f"- missed: {row.fault.contract} `{row.fault.name}` ({row.fault.rule}): {row.fault.says}"


def _precision(figures: Sequence[Figures]) -> Iterator[str]:
    yield ""
    yield "| contract | rules | hold elsewhere | ran there | recur with other data | processor, s | MiB |"
    yield "|---|---|---|---|---|---|---|"
    for each in figures:
        count, ran = len(each.learnt.told), len(each.held.ran)
        cost = f"{each.learnt.seconds:.0f} | {each.learnt.mebibytes}"
        again = f"{each.recurred[0]} of {each.recurred[1]}"
        yield f"| {each.learnt.contract} | {count} | {count - each.false} | {ran} | {again} | {cost} |"
    yield ""
    for each in figures:
        for rule, received in each.held.broken.items():
            yield f"- broken: {each.learnt.contract} {rule} {each.learnt.told[rule]}: {received}"


def _rediscovery(figures: Sequence[Figures]) -> Iterator[str]:
    yield ""
    yield "| contract | rule | what it says | of its lies, the learnt rules notice |"
    yield "|---|---|---|---|"
    for each in figures:
        for one in each.again:
            yield f"| {each.learnt.contract} | {one.rule} | {one.message} | {one.said} |"
