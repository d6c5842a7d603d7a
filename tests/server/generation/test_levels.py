"""Percentiles, extremes and what there is at an instant are no sums over rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, DATE, TEXT, asking, object_of, rows_of

TIMES = {"minMs": AMOUNT, "p50Ms": AMOUNT, "avgMs": AMOUNT, "p99Ms": AMOUNT, "maxMs": AMOUNT}


@pytest.mark.parametrize("around", ["overall", "totals", "summary", ""])
@pytest.mark.parametrize("row", [{"endpoint": TEXT}, {"date": DATE}])
def test_quantiles_of_all_rows_lie_among_theirs(tmp_path: Path, around: str, row: dict[str, Any]) -> None:
    """The greatest is the greatest of the rows, and all are in order."""
    listed = rows_of(**row, requests=COUNT, **TIMES)
    whole = object_of(**TIMES, requests=COUNT)
    schema = object_of(**({around: whole} if around else TIMES), rows=listed)
    for account in ACCOUNTS:
        body = asking(tmp_path, schema, path="/latency")(account)
        told, rows = body[around] if around else body, body["rows"]
        assert [told[each] for each in TIMES] == sorted(told[each] for each in TIMES)
        if rows:
            assert told["maxMs"] == max(each["maxMs"] for each in rows)
            assert told["minMs"] == min(each["minMs"] for each in rows)
        for name in ("avgMs", "p50Ms", "p99Ms") if rows else ():
            several = [each[name] for each in rows]
            assert min(several) - 0.1 <= told[name] <= max(several) + 0.1


@pytest.mark.parametrize(
    "name",
    ["bytesStored", "stored_bytes", "storage_gb", "storageBytes", "activeUsers", "objectCount", "seats"],
)
@pytest.mark.parametrize("around", ["totals", "summary"])
def test_what_there_is_at_an_instant_is_that_of_the_last_step(tmp_path: Path, name: str, around: str) -> None:
    """What adds up beside it is the sum of all steps."""
    schema = object_of(
        **{around: object_of(**{name: COUNT, "bytesTransferred": COUNT})},
        points=rows_of(date=DATE, **{name: COUNT, "bytesTransferred": COUNT}),
    )
    for account in ("steady", "quiet", "huge"):
        body = asking(tmp_path, schema)(account)
        last = max(body["points"], key=lambda each: str(each["date"]))

        assert body[around][name] == last[name]
        assert body[around]["bytesTransferred"] == sum(each["bytesTransferred"] for each in body["points"])


@pytest.mark.parametrize("name", ["storage_cost", "storage_gb_hours", "objects_uploaded", "active_minutes"])
def test_what_is_used_over_time_adds_up(tmp_path: Path, name: str) -> None:
    """So do levels of many things, such as the projects of an account."""
    schema = object_of(totals=object_of(**{name: COUNT}), points=rows_of(date=DATE, **{name: COUNT}))
    body = asking(tmp_path, schema)()
    assert body["totals"][name] == sum(each[name] for each in body["points"])

    level = object_of(total_bytes_stored=COUNT, projects=rows_of(project=TEXT, bytes_stored=COUNT))
    body = asking(tmp_path, level)()
    assert body["total_bytes_stored"] == sum(each["bytes_stored"] for each in body["projects"])
