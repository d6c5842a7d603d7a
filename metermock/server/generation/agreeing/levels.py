"""What a whole span has of numbers that do not add up: the last of its steps, the greatest, the mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.columns import is_part
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.agreeing.ordering import days, instant_of, quantiles
from metermock.server.generation.agreeing.units import COST, counted
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.levels import is_level, is_quantile

_AROUND = names.TOTAL | names.USED | {"totals", "summary"}
"""Words of the objects beside a list that speak of all of it."""
Pick = Callable[[Sequence[dict[str, Any]], Facts], float]


def levels(fields: Sequence[Facts]) -> Iterator[Step]:
    """`active_users` of a series are those of its last step, `max_ms` is the greatest of all rows."""
    lists = [field for field in fields if field.is_list and field.rows]
    series = [(rows, begin) for rows, begin, _ in days(lists)]
    listed = [rows for rows, _ in series] if len(lists) > 1 else lists
    if len(listed) != 1:
        return
    rows = listed[0]
    begin = next((begin for each, begin in series if each is rows), None)
    for around in (None, *(each for each in fields if each.fields and names.has(each.name, _AROUND))):
        told = [*_told(fields if around is None else around.fields, rows, begin)]
        if told:
            yield _followed(rows, around, told)


def _told(fields: Sequence[Facts], rows: Facts, begin: Facts | None) -> Iterator[tuple[Facts, Facts, Pick]]:
    """The numbers of all rows, each with its column, and what it is of them."""
    columns = {names.bare(each.name): each for each in numbers_of(rows.rows)}
    last = None if begin is None else _last(begin)
    for field in numbers_of(fields):
        column = columns.get(names.bare(field.name))
        if column is not None and last is not None and is_level(field.name):
            yield field, column, last
    weight = next((each for each, unit in counted(rows.rows) if unit != COST), None)
    groups = [*quantiles(fields)]
    grouped = {each.name for group in groups for each in group}
    alone = [[each] for each in numbers_of(fields) if is_quantile(each.name) and each.name not in grouped]
    for group in (*groups, *alone):
        # What is known of some of them alone would not be in the order of the others.
        for field in group if all(names.bare(each.name) in columns for each in group) else ():
            words = names.words_of(field.name)
            pick = _extreme(max) if "max" in words else _extreme(min) if "min" in words else _mean(weight)
            yield field, columns[names.bare(field.name)], pick


def _followed(rows: Facts, around: Facts | None, told: Sequence[tuple[Facts, Facts, Pick]]) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        inside = made if around is None else made.get(around.name)
        if is_part(scene) or not isinstance(inside, dict) or not isinstance(listed, list) or not listed:
            return {}
        found = {}
        for field, column, pick in told:
            several = [row for row in listed if isinstance(row, dict) and is_number(row.get(column.name))]
            if several and is_number(inside.get(field.name)):
                value = rounded(pick(several, column), field)
                if field.accepts(value):
                    found[field.name] = value
        return found if around is None else {around.name: {**inside, **found}}

    return step


def _last(begin: Facts) -> Pick:
    """What the latest step has, wherever it stands."""

    def pick(several: Sequence[dict[str, Any]], column: Facts) -> float:
        latest = max(enumerate(several), key=lambda each: (_at(each[1], begin), each[0]))
        value: float = latest[1][column.name]
        return value

    return pick


def _at(row: Mapping[str, Any], begin: Facts) -> int:
    return instant_of(row.get(begin.name), begin.notation or "date") or 0


def _extreme(of: Callable[[Iterable[float]], float]) -> Pick:
    return lambda several, column: of(row[column.name] for row in several)


def _mean(weight: Facts | None) -> Pick:
    """The mean of the rows, of those with many calls more."""

    def pick(several: Sequence[dict[str, Any]], column: Facts) -> float:
        weights: list[Any] = [row.get(weight.name) if weight is not None else 1 for row in several]
        if not all(is_number(each) for each in weights) or not sum(weights) > 0:
            weights = [1] * len(several)
        whole: float = sum(row[column.name] * each for row, each in zip(several, weights, strict=True))
        mean: float = whole / sum(weights)
        return round(mean, 3)

    return pick
