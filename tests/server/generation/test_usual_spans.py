"""Operations that are asked alike tell of one span, and the period beside figures is theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    COUNT,
    DATE,
    INSTANT,
    SEEDS,
    TEXT,
    Ask,
    asking_all,
    object_of,
    query,
    rows_of,
)

PERIOD = object_of(start=DATE, end=DATE)
ASKED = query(since=DATE, until=DATE)
MONTH, LATELY = ("2026-03-01", "2026-03-31"), ("2026-02-17", "2026-03-18")
UNTIL = {"until": "2026-03-05"}
BEFORE = ("2026-02-04", "2026-03-05")


def document(folder: Path, *, has_limit: bool, seed: int = 0) -> Ask:
    """Totals, days and a breakdown of parcels."""
    limit = {"parcels_limit": COUNT, "parcels_remaining": COUNT} if has_limit else {}
    listed = rows_of(depot=TEXT, parcels=COUNT)
    paths = {
        "/stats/total": (object_of(period=PERIOD, parcels=COUNT, **limit), ASKED),
        "/stats/daily": (
            object_of(period=PERIOD, days=rows_of(date=DATE, parcels=COUNT), total_parcels=COUNT),
            ASKED,
        ),
        "/stats/depots": (object_of(period=PERIOD, depots=listed, total_parcels=COUNT), ASKED),
    }
    return asking_all(folder, paths, "/stats/total", seed=seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("has_limit", "asked", "span", "last"),
    [
        (True, {}, MONTH, "2026-03-18"),
        (False, {}, LATELY, "2026-03-18"),
        (True, UNTIL, BEFORE, "2026-03-05"),
        (False, UNTIL, BEFORE, "2026-03-05"),
        (True, {"since": "2026-03-02"}, ("2026-03-02", "2026-03-18"), "2026-03-18"),
    ],
)
def test_what_is_asked_alike_is_of_one_span(
    tmp_path: Path, *, has_limit: bool, asked: dict[str, str], span: tuple[str, str], last: str, seed: int
) -> None:
    """The month where a limit of it is beside; else thirty days, as before an end that is asked for alone."""
    ask = document(tmp_path, has_limit=has_limit, seed=seed)
    for account in ("steady", "quiet", "over-limit"):
        total, days, depots = (
            ask(account, path=f"/stats/{path}", **asked) for path in ("total", "daily", "depots")
        )
        for body in (total, days, depots):
            assert (body["period"]["start"], body["period"]["end"]) == span
        assert (days["days"][0]["date"], days["days"][-1]["date"]) == (span[0], last)
        whole = sum(day["parcels"] for day in days["days"])
        assert total["parcels"] == days["total_parcels"] == depots["total_parcels"] == whole > 0


@pytest.mark.parametrize(
    ("path", "column", "first"),
    [("/stats/history", "month", "2025-04"), ("/stats/last_7_days", "date", "2026-02-17")],
)
def test_a_series_of_another_length_is_not_cut_to_the_month(
    tmp_path: Path, path: str, column: str, first: str
) -> None:
    """Months are twelve, beside a limit that is told elsewhere too."""
    row: dict[str, Any] = {column: DATE if column == "date" else TEXT, "parcels": COUNT}
    paths = {
        "/stats/total": (object_of(parcels=COUNT, parcels_limit=COUNT), ASKED),
        path: (object_of(data=rows_of(**row)), ASKED),
    }
    rows = asking_all(tmp_path, paths, path)()["data"]
    assert rows[0][column] == first


def test_rows_with_a_date_of_their_own_are_of_any_time(tmp_path: Path) -> None:
    """A list of things that may be cut by their date is whole where nobody asks."""
    listed = object_of(data=rows_of(id=TEXT, created_at=INSTANT, parcels=COUNT))
    paths = {
        "/stats/total": (object_of(parcels=COUNT, parcels_limit=COUNT), ASKED),
        "/reports/runs": (listed, query(since=INSTANT, until=INSTANT)),
    }
    rows = asking_all(tmp_path, paths, "/reports/runs")()["data"]
    assert min(row["created_at"] for row in rows) < "2026-03-01"
