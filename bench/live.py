"""Whether right deployments are kept while their data move: slow replies, new calls, late replicas.

`METERMOCK_LIVE_RUNS` sets how often each case is checked, `METERMOCK_LIVE_CONTRACTS` names contracts, and
`METERMOCK_LIVE_WORKERS` how many checks run side by side.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import NamedTuple

from bench.faults import CONTRACTS
from bench.targets import deployed_live
from metermock.checker.check import Check
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options

DELAYS = (0.0, 0.05, 0.15, 0.5)
TEMPI = (0.05, 1.5, 5.0, 20.0)
DATES = ("exact", "cached", "stale", "absent")
_RUNS = int(os.environ.get("METERMOCK_LIVE_RUNS", "20"))
_CONTRACTS = tuple(os.environ.get("METERMOCK_LIVE_CONTRACTS", " ".join(CONTRACTS)).split())
_WORKERS = int(os.environ.get("METERMOCK_LIVE_WORKERS", "4"))


class Case(NamedTuple):
    """How a deployment lives; times in seconds, calls a second."""

    delay: float
    tempo: float
    date: str
    replicas: int
    lag: int

    @property
    def words(self) -> list[str]:
        """It as options of bench/production.py."""
        return [word for name, value in self._asdict().items() for word in (f"--{name}", str(value))]


class Outcome(NamedTuple):
    """What a check said of a right deployment."""

    contract: str
    verdict: str
    musts: tuple[str, ...]
    shoulds: tuple[str, ...]
    requests: int
    reason: str


def cases() -> list[Case]:
    """Sixteen cases, in which each value of one column meets each value of every other equally often.

    They are the points of an affine plane of order 4; of the last two columns two points are one value.
    """
    found = []
    for one, two in product(range(4), repeat=2):
        date, replicas, lag = one ^ two, one ^ _twice(two), one ^ two ^ _twice(two)
        found.append(Case(DELAYS[one], TEMPI[two], DATES[date], 1 + replicas % 2, 60 * (lag % 2)))
    return found


def _twice(number: int) -> int:
    """A number of the field of four elements times its generator."""
    return (0, 2, 3, 1)[number]


def checked(contract: str, case: Case, seed: int) -> Outcome:
    """Check a right deployment once, without random requests."""
    options = Options(fuzz=False, trust_env=False, seed=seed)
    words = [*case.words, "--seed", str(seed)]
    with deployed_live(contract, words) as target, Client(target, options) as client:
        verdict = Check(target, options, client, lambda _phase: None).run()
    by_level = {
        level: tuple(dict.fromkeys(each.rule for each in verdict.findings if each.level == level))
        for level in ("must", "should")
    }
    for each in verdict.findings:
        print(f"  {contract} {case} seed {seed}: {each}", file=sys.stderr, flush=True)
    return Outcome(
        contract, verdict.verdict, by_level["must"], by_level["should"], verdict.requests, verdict.reason
    )


def report() -> Iterator[str]:
    """A row for each case: of how many checks of each contract nothing false came, and what did."""
    yield f"| reply takes | calls/s | `Date` | replicas | lag | {' | '.join(_CONTRACTS)} | false alarms |"
    yield "|---" * (6 + len(_CONTRACTS)) + "|"
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting = [
            (case, [pool.submit(checked, name, case, seed) for name in _CONTRACTS for seed in range(_RUNS)])
            for case in cases()
        ]
        for case, futures in waiting:
            yield _line(case, [future.result() for future in futures])


def _line(case: Case, outcomes: Iterable[Outcome]) -> str:
    outcomes = list(outcomes)
    kept = Counter(each.contract for each in outcomes if each.verdict == "kept")
    runs = Counter(each.contract for each in outcomes)
    alarms = Counter(
        f"{each.contract} {level} {rule}"
        for each in outcomes
        for level, rules in (("must", each.musts), ("should", each.shoulds))
        for rule in rules
    )
    alarms.update(f"{each.contract} {each.reason}" for each in outcomes if each.verdict == "untested")
    cells = [f"{kept[name]} of {runs[name]}" for name in _CONTRACTS]
    said = "; ".join(f"{what} ({times})" for what, times in alarms.items()) or "none"
    ways = f"{1000 * case.delay:.0f} ms | {case.tempo:g} | {case.date} | {case.replicas} | {case.lag} s"
    return f"| {ways} | {' | '.join(cells)} | {said} |"
