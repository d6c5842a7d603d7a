"""All contracts against a mock of the check's own: a minute of work, so a step of its own (`-m whole`)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checker.engine.plain import NAMES
from tests.checker.report_schema import described


@pytest.mark.whole
@pytest.mark.timeout(400)
def test_the_bundled_contracts_are_kept(tmp_path: Path) -> None:
    """Every must rule of the five ran, random requests included, and none is broken."""
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
