"""The span that figures are of, where no days stand beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, DATE, INSTANT, TEXT, asking_all, object_of, query

FIRST, LAST = "2026-02-17", "2026-03-18"
"""Those of the thirty days until the clock of a document without a world."""


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({"from": INSTANT, "to": INSTANT, "requests": COUNT}, "from", "to"),
        (
            {"startDate": DATE, "endDate": DATE, "totalTokens": COUNT, "requests": COUNT},
            "startDate",
            "endDate",
        ),
        ({"window": object_of(start=DATE, end=DATE), "totals": object_of(calls=COUNT)}, "start", "end"),
        (
            {"period": TEXT, "range": object_of(**{"from": DATE, "to": DATE}), "emails_sent": COUNT},
            "from",
            "to",
        ),
    ],
)
def test_figures_are_of_the_last_days_or_of_what_was_asked(
    tmp_path: Path, fields: dict[str, Any], start: str, end: str
) -> None:
    """Where nobody asks they are of thirty days until now, under several words, seeds and accounts."""
    asked: dict[str, Any] = {"start_date": "2026-01-01", "end_date": "2026-01-31"}
    for seed in (0, 7, 42):
        path = {"/analytics": (object_of(**fields), query(start_date=DATE, end_date=DATE))}
        ask = asking_all(tmp_path, path, "/analytics", seed=seed)
        for account in ("steady", "empty", "over-limit", "huge"):
            for first, last in ((FIRST, LAST), [*asked.values()]):
                body = ask(account, **({} if first == FIRST else asked))
                inside = next(
                    (each for each in body.values() if isinstance(each, dict) and start in each), body
                )
                assert (inside[start][:10], inside[end][:10]) == (first, last)
