from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from metermock.checker.findings.check_ids import CheckIds
from metermock.errors import UsageError
from metermock.project import open_project

MANUAL = (Path(__file__).parents[3] / "docs" / "documents.md").read_text("utf-8")
BUNDLED = ("onepin", "essarion", "zkscore", "onceonly", "glyphnet")


def test_the_manual_names_every_check() -> None:
    """Each key of `x-checks` has its row, and no row names another."""
    rows = re.findall(r"^\| `(\w+)` \|", MANUAL, re.MULTILINE)
    keys = [field.name for field in dataclasses.fields(CheckIds) if field.name != "named"]
    assert sorted([*rows, "examples", "volatile"]) == sorted(keys)


@pytest.mark.parametrize("contract", BUNDLED)
def test_the_manual_names_every_extension(contract: str) -> None:
    """What the bundled documents say besides OpenAPI is explained; names for generators are theirs."""
    used = set(
        re.findall(r"\bx-[a-z-]+(?=:)", Path(open_project().contract_path(contract)).read_text("utf-8"))
    ) - {"x-enum-varnames"}
    told = set(re.findall(r"`(x-[a-z-]+)`", MANUAL))
    assert {name for name in used if not name.startswith("x-ratelimit")} <= told


def test_a_key_that_stands_for_no_check_is_refused() -> None:
    """A slip in `x-checks` is told, with the key that was meant."""
    with pytest.raises(UsageError, match="no 'ivalid'; did you mean 'invalid'"):
        CheckIds.of({"x-checks": {"ivalid": "AC-1"}})
