"""Schemathesis, all phases and default checks, against the running mock; docs/schemathesis.md explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deployments.schemathesis_run import MANUAL, Run, fuzz
from metermock.contract import Contract
from metermock.project import open_project
from tests.conftest import Server
from tests.server.false_alarms import ALARMS, excuses

ACME = str(Path(__file__).parent / "project")
CHECKS = 14
"""What schemathesis 4.32.5 checks by default."""
FLOORS = {
    "onepin": (300, 70),
    "essarion": (50, 10),
    "zkscore": (200, 60),
    "onceonly": (70, 30),
    "glyphnet": (100, 25),
}
"""The fewest requests, and the fewest of them answered with 200, that make a run worth its name."""


class Verdict(NamedTuple):
    """The failed checks of a run, sorted."""

    defects: Counter[tuple[str, str, int, str]]
    """By check, operation, status and query."""
    false_alarms: set[tuple[str, str]]
    """Parameter, and what schemathesis says about it."""


def judge(contract: Contract, run: Run, *, settings: bool) -> Verdict:
    """Sort the failed checks of a run."""
    verdict = Verdict(Counter(), set())
    for asked in run.asked:
        for check in [name for name, passed in asked.checks.items() if not passed]:
            found = excuses(contract, check, asked, run, settings=settings)
            verdict.false_alarms.update((alarm.parameter, alarm.about) for alarm in found)
            if not found:
                query = "&".join(f"{name}={value}" for name, value in asked.query)
                verdict.defects[check, asked.label, asked.status, query] += 1
    return verdict


@pytest.mark.parametrize(
    ("name", "settings"), [*((name, False) for name in FLOORS), ("onepin", True), ("essarion", True)]
)
def test_schemathesis_finds_nothing_but_false_alarms(
    mock: Server,
    accounts: Callable[..., dict[str, dict[str, Any]]],
    tmp_path: Path,
    name: str,
    *,
    settings: bool,
) -> None:
    """Failed checks are exactly the known false alarms, after enough requests and good replies."""
    run = fuzz(f"{mock.url}/{name}", accounts(name)["steady"], tmp_path, settings=settings)
    verdict = judge(open_project().load(name).contract, run, settings=settings)
    known = {
        (alarm.parameter, alarm.about)
        for alarm in ALARMS
        if alarm.contract == name and (alarm.settings or not settings)
    }

    assert verdict.defects == Counter()
    assert verdict.false_alarms == known
    assert len(run.asked) >= FLOORS[name][0]
    assert sum(asked.status == 200 for asked in run.asked) >= FLOORS[name][1]
    assert len({check for asked in run.asked for check in asked.checks}) == CHECKS
    assert {"coverage", "fuzzing"} <= {asked.phase for asked in run.asked}


def test_schemathesis_finds_a_defect_that_is_there(
    acme: Server, accounts: Callable[..., dict[str, dict[str, Any]]], tmp_path: Path
) -> None:
    """A server error of the example project is reported as a defect, not as a false alarm."""
    run = fuzz(f"{acme.url}/acme", accounts(ACME)["steady"], tmp_path, settings=False)
    verdict = judge(open_project(Path(ACME)).load("acme").contract, run, settings=False)

    assert ("not_a_server_error", "GET /v1/usage", 500) in {defect[:3] for defect in verdict.defects}


def test_every_false_alarm_is_explained() -> None:
    """The manual has a line for each false alarm, with its operations, its parameter and its text."""
    rows = [line for line in MANUAL.read_text("utf-8").splitlines() if line.startswith("| ")]

    for alarm in ALARMS:
        words = (alarm.contract, f"`{alarm.check}`", f"`{alarm.parameter}`", alarm.about)
        assert any(all(word in row for word in words) for row in rows), words
