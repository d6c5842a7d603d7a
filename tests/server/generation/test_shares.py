"""A share is of the numbers that its name or its description says, and those of a list make all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking, object_of, rows_of

PART: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}


@pytest.mark.parametrize(
    ("share", "schema", "of"),
    [
        ("share", PART | {"description": "Share of the minutes"}, "minutes"),
        ("percentage", {"type": "number", "description": "Part of all rides, in percent"}, "rides"),
        ("share", PART, "rides"),
        ("minutes_share", PART, "minutes"),
        ("shareOfCost", PART, "cost"),
    ],
)
def test_a_share_is_of_what_it_says(tmp_path: Path, share: str, schema: dict[str, Any], of: str) -> None:
    """Of the first count where nothing says it."""
    row = {"city": TEXT, "rides": COUNT, "minutes": COUNT, "cost": AMOUNT, share: schema}
    whole = 100 if share == "percentage" else 1
    for account in ACCOUNTS:
        rows = asking(tmp_path, object_of(cities=rows_of(**row)))(account)["cities"]
        total = sum(each[of] for each in rows)
        for each in rows if total else ():
            assert each[share] == pytest.approx(whole * each[of] / total, abs=whole * 0.0005)
        assert not total or sum(each[share] for each in rows) == pytest.approx(whole)


def test_the_part_that_failed_is_no_share_of_all_failures(tmp_path: Path) -> None:
    """Nor is what is used of something."""
    row = {"city": TEXT, "errors": COUNT, "used": COUNT, "error_share": PART, "used_share": PART}
    several = [asking(tmp_path, object_of(cities=rows_of(**row)))(account)["cities"] for account in ACCOUNTS]
    for name in ("error_share", "used_share"):
        assert any(rows and abs(sum(each[name] for each in rows) - 1) > 0.01 for rows in several)
