"""Rows of a list: as many as a rule wants, and sums that are shared out among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metermock.ledger.calendar import instant_text
from metermock.server.generation.repair.draft import At, Draft, Slot
from metermock.server.generation.repair.moments import (
    Unit,
    fill,
    instant_of,
    is_date,
    is_moment,
    moment_of,
    series_of,
    zone_of,
)
from metermock.server.generation.values.scene import TooDeepError, child

_MOST = 20_000
"""Rows above which a list is not made longer."""


def resize(slot: Slot, count: int, at: At) -> bool:
    """Give a list as many rows; the dates of a series stay at even steps, and its last one stays."""
    rows, draft = slot.get(), at.draft
    shape = draft.shapes.at(slot.path[1:])
    if shape is None or not isinstance(rows, list) or not 0 <= count <= _MOST:
        return False
    if not shape.whole.get("minItems", 0) <= count <= shape.whole.get("maxItems", count):
        return False
    series = _series(rows)
    try:
        more = [_fresh(draft, slot, number) for number in range(len(rows), count)]
    except TooDeepError:
        return False
    if not draft.rewrite(slot, [*rows[:count], *more]):
        return False
    if series is not None and count:
        name, last, unit, descends = series
        cells = [Slot(row, name, (*slot.path, number, name)) for number, row in enumerate(rows)]
        zone = "UTC" if is_date(rows[0][name]) else zone_of(at)
        fill(draft, cells, last, unit, zone, descends=descends)
    return True


def _fresh(draft: Draft, slot: Slot, number: int) -> Any:
    return draft.shapes.fresh((*slot.path[1:], number), draft.scene, child(draft.key, f"row {number}"))


def _series(rows: Sequence[Any]) -> tuple[str, str, Unit, bool] | None:
    """The first field whose dates are at even steps, with its latest, its unit and whether it descends."""
    if not rows or not all(isinstance(row, dict) for row in rows):
        return None
    for name, value in rows[0].items():
        if is_moment(value):
            values = [row.get(name) for row in rows]
            found = series_of(values)
            if found is not None:
                return name, instant_of(max(values, key=moment_of)), *found
    return None


def share_out(values: Sequence[int | float], total: float) -> list[int | float]:
    """Numbers in the same proportions that make another sum; integers stay integers."""
    if not all(isinstance(value, int) for value in values) or isinstance(total, float):
        return _fractions(values, total)
    now = sum(values)
    if now <= 0 or total < 0:
        parts = [total // len(values)] * len(values)
    else:
        parts = [int(value) * total // now for value in values]
    # What rounding left over goes to the greatest, one each.
    order = sorted(range(len(values)), key=lambda index: -values[index])
    for place in range(total - sum(parts)):
        parts[order[place % len(order)]] += 1
    return list(parts)


def _fractions(values: Sequence[int | float], total: float) -> list[int | float]:
    now = sum(values)
    parts = [value * total / now if now else total / len(values) for value in values]
    rounded = [round(part, 2) for part in parts]
    rounded[-1] = round(total - sum(rounded[:-1]), 6)
    return list(rounded)


def today(draft: Draft) -> str:
    """The mock's clock as an instant."""
    return instant_text(draft.scene.now)
