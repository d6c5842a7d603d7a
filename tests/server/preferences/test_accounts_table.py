"""The table of docs/preferences.md: which contract has which account."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metermock.ledger import load_world
from metermock.project import bundled_folder
from metermock.server.grants import Grants

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "preferences.md").read_text("utf-8")
SECTION = GUIDE.partition("## Which contract has which account")[2].partition("\n## ")[0]
LINES = [line.strip("|").split("|") for line in SECTION.splitlines() if line.startswith("|")]
HEAD, _, *ROWS = [[cell.strip() for cell in line] for line in LINES]


def named(contract: str) -> dict[str, str]:
    """What the table has of a contract: the mark of each account that is there."""
    column = HEAD.index(contract)
    marks = ((re.findall(r"`([^`]+)`", row[0]), row[column]) for row in ROWS)
    return {name: mark for names, mark in marks for name in names if mark != "-"}


@pytest.mark.parametrize("contract", HEAD[1:-1])
def test_the_guide_lists_the_accounts_of_every_contract(contract: str) -> None:
    """Each account and credential of the contract's world, with the status that refuses it, and no other."""
    there = Grants(load_world(bundled_folder() / "fixtures" / f"{contract}.yaml")).stand_ins
    marks = {name: str(each.refused.status) if each.refused else "✓" for name, each in there.items()}

    assert named(contract) == marks
