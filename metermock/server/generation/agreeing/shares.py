"""Parts of a whole that the rows of a list tell: together they are all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.server.generation.agreeing.bills import line_of
from metermock.server.generation.agreeing.columns import Sum, dealt_among, is_part, sums_of_rows
from metermock.server.generation.agreeing.facts import Facts, Step, as_figure, numbers_of
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.ordering import days
from metermock.server.generation.agreeing.quotas import quotas
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_PARTS = names.PERCENT | frozenset({"share", "fraction", "proportion"})
_OF_ALL = frozenset(
    {"of", "the", "total", "overall", "whole", "all", "usage", "cost", "spend", "traffic", "request"}
    | {"requests", "call", "calls", "token", "tokens"}
)
"""Words that say what a part is of."""
_NO_COUNTS = _PARTS | frozenset(
    {"rate", "ratio", "avg", "average", "mean", "latency", "min", "max", "id", "rank", "position", "price"}
)
_GRAINS = 10_000
"""Parts of a whole that are told apart: a hundredth of a percent."""
_MONEY = frozenset({"cost", "spend", "amount"})
_IDS = frozenset({"id", "uuid", "uid"})
_CALLED = frozenset({("name",), ("label",), ("title",)})


def tables(fields: Sequence[Facts]) -> Iterator[Facts]:
    """The lists of objects that are no series, nor quotas with limits of their own."""
    series = [rows for rows, _, _ in days(fields)]
    for rows in fields:
        if not rows.is_list or not rows.rows or any(rows is each for each in series):
            continue
        if not any("limit" in group for group in quotas(rows.rows)):
            yield rows


def are_things(rows: Sequence[Facts]) -> bool:
    """Whether rows are invoices, messages or movements: things of an instant, which nobody gave a name.

    Projects, keys and members have names, and what they use is a part of what all of them do.
    """
    if not any(names.plain(each.name) in _IDS for each in rows) or any(
        names.words_of(each.name)[-1:] in _CALLED for each in rows
    ):
        return False
    return any(each.notation and names.words_of(each.name)[:1] != ("last",) for each in rows)


def shares(fields: Sequence[Facts]) -> Iterator[Step]:
    """`share` or `percentage` of the rows of a list make 1 or 100, in the proportions of what they count."""
    for rows in tables(fields):
        numbers = numbers_of(rows.rows)
        for column in numbers:
            if _is_share(column.name, numbers):
                counted = _counted(column, numbers)
                wholes = [
                    each for each in sums_of_rows(fields) if each.rows is rows and each.column is counted
                ]
                yield _shared(rows, column, counted, wholes[0] if len(wholes) == 1 else None)


def _is_share(name: str, numbers: Sequence[Facts]) -> bool:
    """Whether a number is a part of all rows: `share`, `percent_of_total`, `minutes_share`."""
    words = frozenset(names.words_of(name))
    rest = words - _PARTS - _OF_ALL
    if not words & _PARTS or not rest:
        return bool(words & _PARTS)
    # The part of calls that failed is no share of the failures of all rows.
    is_named = "share" in words and not rest & (names.OUTCOMES | names.USED | names.LEFT)
    return is_named and any(
        {*map(names.singular, rest)} <= _singular(each.name) for each in numbers if each.name != name
    )


def _singular(text: str) -> frozenset[str]:
    return frozenset(map(names.singular, names.words_of(text)))


def _counted(column: Facts, numbers: Sequence[Facts]) -> Facts | None:
    """The column that a share is of: what its name or description says, else money or the first count."""
    counts = [each for each in numbers if each is not column and not names.has(each.name, _NO_COUNTS)]
    for text in (column.name, column.description):
        said = _singular(text) - _PARTS
        named = [each for each in counts if _singular(each.name) <= said]
        if len(named) == 1:
            return named[0]
    line = line_of(numbers)
    if line is not None:
        # Gigabytes and calls have no sum, what they cost has.
        return line[2]
    is_of_money = names.has(column.name, _MONEY)
    alike = [each for each in counts if names.has(each.name, _MONEY) is is_of_money]
    return next(iter([*alike, *counts]), None)


def _shared(rows: Facts, column: Facts, counted: Facts | None, whole: Sum | None) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list) or not listed:
            return {}
        if is_part(scene):
            return _of_page(made, rows, column, counted, whole)
        known = [_numbers(listed, each) for each in (counted, column) if each is not None]
        weights = next((values for values in known if sum(values) > 0), [])
        if not _numbers(listed, column) or not weights:
            return {}
        grain = 1 if column.is_integer else _GRAINS // column.scale
        parts = dealt_among(column.scale * grain, [int(each * _GRAINS) for each in weights], column)
        told = parts if column.is_integer else [part / grain for part in parts]
        return {rows.name: [{**row, column.name: value} for row, value in zip(listed, told, strict=True)]}

    return step


def _of_page(
    made: Mapping[str, Any], rows: Facts, column: Facts, counted: Facts | None, whole: Sum | None
) -> Mapping[str, Any]:
    """The shares of some rows, of the whole that stands beside them."""
    if whole is None or counted is None or scale_of(whole.total.name) != scale_of(counted.name):
        return {}
    inside = made if whole.around is None else made.get(whole.around.name)
    total = inside.get(whole.total.name) if isinstance(inside, dict) else None
    values = _numbers(made[rows.name], counted)
    if not isinstance(total, int | float) or total < sum(values) or not values or total <= 0:
        return {}
    told = [as_figure(column, column.scale * each / total) for each in values]
    return {rows.name: [{**row, column.name: each} for row, each in zip(made[rows.name], told, strict=True)]}


def _numbers(listed: Sequence[Any], column: Facts) -> list[float]:
    values = [row.get(column.name) if isinstance(row, dict) else None for row in listed]
    found = [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    return found if len(found) == len(values) else []
