"""An object of documented parts is a breakdown of the number beside it, where its name says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    SEEDS,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
)

ZONES = object_of(north=COUNT, south=COUNT, west=COUNT)


def bodies(folder: Path, schema: Any) -> list[dict[str, Any]]:
    """The replies of a schema to each account, under several seeds."""
    asks = [asking_all(folder, {"/usage": (schema, [])}, "/usage", seed=seed) for seed in SEEDS]
    return [ask(account) for ask in asks for account in ACCOUNTS]


@pytest.mark.parametrize(
    ("whole", "name", "others"),
    [
        ("minutes_used", "by_zone", {"calls": COUNT, "minutes_included": COUNT}),
        ("total_messages", "perZone", {"cost": AMOUNT}),
        ("messages", "zone_breakdown", {"member_count": COUNT}),
        ("tokens", "tokens_by_zone", {"requests": COUNT}),
        ("parcels", "by_zone", {}),
    ],
)
def test_documented_parts_make_the_number_beside_them(
    tmp_path: Path, whole: str, name: str, others: dict[str, Any]
) -> None:
    """Of several numbers it is the one that the name says, else what is used, or all of something."""
    found = bodies(tmp_path, object_of(**{whole: COUNT}, **others, **{name: ZONES}))
    assert [sum(body[name].values()) for body in found] == [body[whole] for body in found]
    assert sum(body[whole] > 0 for body in found) > len(SEEDS)


def test_parts_with_digits_are_of_money(tmp_path: Path) -> None:
    """What each of two carriers costs makes the cost, and not the calls."""
    parts = object_of(sea=AMOUNT, air=AMOUNT)
    for body in bodies(tmp_path, object_of(calls=COUNT, cost=AMOUNT, by_carrier=parts)):
        assert sum(body["by_carrier"].values()) == pytest.approx(body["cost"], abs=0.005)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("per_call", object_of(small=AMOUNT, large=AMOUNT)),
        ("by_kind", object_of(tokens=COUNT, minutes=COUNT)),
        ("by_zone", object_of(average=COUNT, max=COUNT)),
        ("by_plan", object_of(used=COUNT, limit=COUNT)),
        ("zones", ZONES),
    ],
)
def test_what_makes_no_whole_stays_apart(tmp_path: Path, name: str, parts: dict[str, Any]) -> None:
    """Prices, things of several kinds, means, limits and an object of another name add up to nothing."""
    found = bodies(tmp_path, object_of(total_calls=COUNT, cost=AMOUNT, **{name: parts}))
    sums = [round(sum(body[name].values()), 2) for body in found]
    assert all(
        each not in (body["total_calls"], body["cost"])
        for each, body in zip(sums, found, strict=True)
        if each and body["total_calls"]
    )


def test_parts_that_a_schema_bounds_stay_as_they_are(tmp_path: Path) -> None:
    """A reply that would be invalid is not made, also where only one part is bounded."""
    parts = object_of(north={**COUNT, "maximum": 3}, south=COUNT)
    for body in bodies(tmp_path, object_of(total_calls={**COUNT, "minimum": 900}, by_zone=parts)):
        assert body["by_zone"]["north"] <= 3


@pytest.mark.parametrize("names", [("period_start", "period_end"), ("from", "to")])
def test_a_span_beside_the_limit_of_a_month_is_that_month(tmp_path: Path, names: tuple[str, str]) -> None:
    """Its figures are those of the month, so it begins and ends with it; others are of the last days."""
    begin, end = names
    limit = object_of(**{begin: DATE, end: DATE}, calls_used=COUNT, calls_limit=COUNT)
    asked = query(limit=WHOLE)
    body = asking(tmp_path, limit, asked)()
    assert (body[begin], body[end]) == ("2026-03-01", "2026-03-31")
    loose = object_of(**{begin: DATE, end: DATE}, calls=COUNT)
    body = asking(tmp_path, loose, asked)()
    assert (body[begin], body[end]) == ("2026-02-17", "2026-03-18")
