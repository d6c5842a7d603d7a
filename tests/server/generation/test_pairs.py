"""Series whose steps are pairs of an instant and a number."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import INSTANT, asking, object_of, query, rows_of

NUMBER: dict[str, Any] = {"type": "number"}
TWO = {"minItems": 2, "maxItems": 2}
FROM, DAY = 1_772_323_200, 86_400
SPAN = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-04T00:00:00Z"}


def listed(items: Any, **more: Any) -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": items, **more}


@pytest.mark.parametrize(
    ("name", "schema", "scale"),
    [
        ("points", listed(listed(NUMBER), description="Pairs of Unix timestamp and load."), 1),
        ("load", listed(listed(NUMBER, **TWO), example=[[1700000000, 0.5]]), 1),
        ("load", listed(listed(NUMBER, **TWO), example=[[1700000000000, 0.5]]), 1000),
        ("datapoints", listed(listed(NUMBER, **TWO)), 1),
        (
            "values",
            listed(
                {"type": "array", "prefixItems": [{"type": "integer", "title": "Time (ms)"}, NUMBER], **TWO}
            ),
            1000,
        ),
    ],
)
def test_pairs_are_steps_of_the_span_that_is_asked_for(
    tmp_path: Path, name: str, schema: dict[str, Any], scale: int
) -> None:
    """The first of each is its day, the second a number, which is the same in every span."""
    ask = asking(tmp_path, object_of(**{name: schema}), query(**dict.fromkeys(SPAN, INSTANT)))
    three = ask(**SPAN)[name]
    assert [at for at, _ in three] == [(FROM + day * DAY) * scale for day in range(3)]
    usual = ask()[name]
    assert all(one[0] < other[0] for one, other in pairwise(usual))
    assert all(pair in usual for pair in three)


def test_pairs_of_dates_inside_of_rows(tmp_path: Path) -> None:
    """Each of several lines has its own pairs; a day that is a text is one."""
    pair = {"type": "array", "prefixItems": [{"type": "string", "format": "date"}, NUMBER], **TWO}
    ask = asking(tmp_path, object_of(lines=rows_of(name={"type": "string"}, data=listed(pair))))
    for line in ask()["lines"]:
        dates = [at for at, _ in line["data"]]
        assert dates == sorted({*dates})
        assert dates[-1] == "2026-03-18"


@pytest.mark.parametrize("name", ["polygon", "points", "coordinates", "ranges"])
def test_other_pairs_stay(tmp_path: Path, name: str) -> None:
    """Places and ranges are no series: nothing speaks of time."""
    ask = asking(tmp_path, object_of(**{name: listed(listed(NUMBER, **TWO))}))
    assert len(ask()[name]) < 7
    assert all(max(pair) < FROM for pair in ask()[name])
