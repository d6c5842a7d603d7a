"""All contracts against a mock of the check's own: a minute of work, so a step of its own (`-m whole`)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target, own_mock
from metermock.project import open_project
from tests.checker.engine.plain import NAMES
from tests.checker.report_schema import described
from tests.checker.test_plan import rows
from tests.examples.conftest import EXAMPLES

PROJECTS = {**dict.fromkeys(NAMES), **{name: EXAMPLES / name for name in ("deepl", "openai")}}


@pytest.mark.whole
@pytest.mark.timeout(400)
def test_the_bundled_contracts_are_kept(tmp_path: Path) -> None:
    """Every must rule of the five ran, random requests included, and none is broken.

    It takes as many requests as docs/checking.md says.
    """
    report = tmp_path / "check.json"
    command = [sys.executable, "-m", "metermock", "check", "--require-all", "--report", f"json={report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdicts = described(json.loads(report.read_text("utf-8")))
    never_ran = [
        (verdict["contract"], rule["id"])
        for verdict in verdicts
        for rule in verdict["rules"]
        if rule["level"] == "must" and not rule["ran"]
    ]
    assert never_ran == [], done.stdout
    assert done.returncode == 0, done.stdout
    assert {verdict["contract"]: verdict["verdict"] for verdict in verdicts} == dict.fromkeys(NAMES, "kept")
    said = {name: full + random for name, (_, _, _, full, random) in rows().items()}
    assert {verdict["contract"]: verdict["requests"] for verdict in verdicts} == pytest.approx(said, rel=0.02)


@pytest.mark.whole
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", PROJECTS)
def test_a_strict_mock_keeps_its_contract(name: str) -> None:
    """With `--strict` it refuses nothing that the document allows; where nothing is said it is a warning."""
    project = open_project(PROJECTS[name])
    service = project.load(name)
    with own_mock(project, [name], ["--strict"]) as url:
        target = mock_target(service.contract, service.world, f"{url}/{name}")
        verdict = check(target, Options(fuzz=False, trust_env=False))
    warned = {finding.rule for finding in verdict.warnings}
    allowed = set() if service.contract.ignores_unknown else {"unknown-parameter"}
    assert (verdict.verdict, verdict.failures, warned) == ("kept", (), allowed), verdict.reason
