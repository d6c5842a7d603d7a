"""`metermock audit`: options in, a table and an exit code out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metermock.cli import main

AT_LEAST = 97


def test_a_bundled_contract_notices_enough_and_explains_the_rest(tmp_path: Path) -> None:
    """All lies about onceonly but 3 % are noticed, and each that is not has a reason."""
    file = tmp_path / "audit.json"
    assert main(["audit", "onceonly", "--json", "-o", str(file), "--at-least", str(AT_LEAST)]) == 0
    told = json.loads(file.read_text("utf-8"))
    assert told["all"]["percent"] >= AT_LEAST
    assert all(entry["why"] for field in told["fields"] for entry in field["survived"])


def test_too_little_is_an_exit_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """1 below `--at-least`; the table is written all the same, for one operation where one is named."""
    words = ["--operation", "getMonthlyUsage", "--now", "2026-01-31T23:59:30Z", "--at-least", "100.5"]
    assert main(["audit", "onceonly", *words]) == 1
    told = capsys.readouterr().out
    assert "at 2026-01-31T23:59:30Z" in told
    assert "getMonthlyUsage" in told
    assert "getAllMonthlyUsage" not in told


@pytest.mark.parametrize(
    "words", [["onceonly", "--operation", "getNothing"], ["nosuch"], ["onceonly", "--project", "/nowhere"]]
)
def test_an_unknown_name_is_a_mistake_of_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """2, and what there is."""
    assert main(["audit", *words]) == 2
    assert capsys.readouterr().err.startswith("metermock: ")
