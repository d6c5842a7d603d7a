"""Whether right deployments are kept while their data move: slow replies, new calls, late replicas.

By default in virtual time: deployment and check live in one process by one clock, which jumps to the next
moment that somebody waits for. `METERMOCK_LIVE_RUNS` sets how often each case is checked, each run by another
seed; `METERMOCK_LIVE_CONTRACTS` names contracts, and `METERMOCK_LIVE_WORKERS` how many run side by side.
`METERMOCK_LIVE_OUTCOMES` names a file that keeps each outcome in a line: what it has is not run again.
`METERMOCK_LIVE_CLOCK=real` checks a server in a process of its own, by the clock of the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from bench.faults import CONTRACTS
from bench.targets import deployed_live
from metermock.checker.check import Check
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.findings.verdict import Verdict

DELAYS = (0.0, 0.05, 0.15, 0.5)
TEMPI = (0.05, 1.5, 5.0, 20.0)
DATES = ("exact", "cached", "stale", "absent")
_RUNS = int(os.environ.get("METERMOCK_LIVE_RUNS", "20"))
_CONTRACTS = tuple(os.environ.get("METERMOCK_LIVE_CONTRACTS", " ".join(CONTRACTS)).split())
_WORKERS = int(os.environ.get("METERMOCK_LIVE_WORKERS", "2"))
_OUTCOMES = os.environ.get("METERMOCK_LIVE_OUTCOMES", "")
_IS_REAL = os.environ.get("METERMOCK_LIVE_CLOCK", "virtual") == "real"


class Case(NamedTuple):
    """How a deployment lives; times in seconds, calls a second."""

    delay: float
    tempo: float
    date: str
    replicas: int
    lag: int
    apart: int = 3

    @property
    def words(self) -> list[str]:
        """It as options of bench/production.py."""
        return [word for name, value in self._asdict().items() for word in (f"--{name}", str(value))]


class Outcome(NamedTuple):
    """What a check said of a right deployment."""

    contract: str
    case: Case
    seed: int
    verdict: str
    musts: tuple[str, ...]
    shoulds: tuple[str, ...]
    requests: int
    reason: str
    processor: float = 0.0
    """Seconds of processor time of deployment and check together, in virtual time."""


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
        return outcome_of(contract, case, seed, Check(target, options, client, lambda _phase: None).run())


def outcome_of(contract: str, case: Case, seed: int, verdict: Verdict) -> Outcome:
    """What a verdict says of a right deployment; its findings are told at once."""
    by_level = {
        level: tuple(dict.fromkeys(each.rule for each in verdict.findings if each.level == level))
        for level in ("must", "should")
    }
    for each in verdict.findings:
        print(f"  {contract} {case} seed {seed}: {each}", file=sys.stderr, flush=True)
    return Outcome(
        contract,
        case,
        seed,
        verdict.verdict,
        by_level["must"],
        by_level["should"],
        verdict.requests,
        verdict.reason,
    )


def report() -> Iterator[str]:
    """A row for each case: of how many checks of each contract nothing false came, and what did."""
    yield f"| reply takes | calls/s | `Date` | replicas | lag | {' | '.join(_CONTRACTS)} | false alarms |"
    yield "|---" * (6 + len(_CONTRACTS)) + "|"
    outcomes = [each for each in _kept_outcomes() if each.contract in _CONTRACTS and each.seed < _RUNS]
    with ThreadPoolExecutor(_WORKERS) as pool:
        left = [
            (
                name,
                seed,
                [each for each in cases() if (name, each, seed) not in {_run(one) for one in outcomes}],
            )
            for seed in range(_RUNS)
            for name in _CONTRACTS
        ]
        for found in pool.map(_outcomes, *zip(*left, strict=True)):
            outcomes += found
    for case in cases():
        yield _line(case, [each for each in outcomes if each.case == case])


def _run(outcome: Outcome) -> tuple[str, Case, int]:
    return outcome.contract, outcome.case, outcome.seed


def _outcomes(contract: str, seed: int, left: list[Case]) -> list[Outcome]:
    """The outcomes of these cases; each is written down as soon as it is known."""
    found = []
    for outcome in _in_real_time(contract, seed, left) if _IS_REAL else _simulated(contract, seed, left):
        found.append(outcome)
        if _OUTCOMES:
            with Path(_OUTCOMES).open("a", encoding="utf-8") as file:
                file.write(json.dumps(outcome._asdict()) + "\n")
    return found


def _in_real_time(contract: str, seed: int, left: list[Case]) -> Iterator[Outcome]:
    for case in left:
        yield checked(contract, case, seed)


def _simulated(contract: str, seed: int, left: list[Case]) -> Iterator[Outcome]:
    """In a process of their own: virtual time is the time of a whole process."""
    if not left:
        return
    words = [",".join(map(str, case)) for case in left]
    command = [sys.executable, "-m", "bench.simulated", contract, f"{seed}:{seed + 1}", *words]
    # Sets of texts are gone through in the same order each time.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield _read(json.loads(line))
    assert not process.returncode, f"{' '.join(command)} ended with {process.returncode}"


def _kept_outcomes() -> list[Outcome]:
    """The outcomes of runs before, from the file that keeps them."""
    with suppress(FileNotFoundError):
        lines = Path(_OUTCOMES).read_text(encoding="utf-8").splitlines() if _OUTCOMES else []
        return [_read(json.loads(line)) for line in lines]
    return []


def _read(row: dict[str, Any]) -> Outcome:
    case = Case(*row["case"])
    return Outcome(**{**row, "case": case, "musts": tuple(row["musts"]), "shoulds": tuple(row["shoulds"])})


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
