"""Totals beside a list: the sum of a column of its rows, or what the rows share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import isclose
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.counting import of_pages
from metermock.server.generation.agreeing.facts import Facts, Step, looking_at, numbers_of, rounded
from metermock.server.generation.agreeing.money_units import is_one_currency, scale_of, without_unit
from metermock.server.generation.agreeing.ordering import days
from metermock.server.generation.agreeing.quotas import quotas
from metermock.server.generation.agreeing.units import Unit, unit_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.levels import is_level, is_quantile

NO_SUMS = frozenset(
    {"avg", "average", "mean", "rate", "percent", "percentage", "ratio", "max", "min", "median", "id"}
    | {"maximum", "minimum", "peak", "unique", "latency", "price"}
)
_NO_TOTALS = (
    NO_SUMS
    | names.LIMITS
    | names.LEFT
    | {
        *("previous", "prior", "last", "forecast", "forecasted", "projected", "expected"),
    }
)
"""Words of what the rows beside it do not make: of another time, or still to come."""
_SUMMED = frozenset(
    {"count", "requests", "calls", "tokens", "characters", "usage", "used", "cost", "amount", "quantity"}
    | {"sent", "delivered", "opened", "clicked", "bounced", "errors", "failed", "successful", "succeeded"}
    | {"messages", "emails", "events", "credits", "units", "bytes", "spend", "revenue", "opens", "clicks"}
    | {"unsubscribed", "unsubscribes", "complained", "complaints"}
)
"""What an object beside its rows has as a sum of theirs, under one name."""
_ANY = (
    "used",
    "usage",
    "count",
    "calls",
    "requests",
    "value",
    "units",
    "quantity",
    "amount",
    "sent",
    "total",
)
"""The column that is used up, where a field says no more than that something is used."""
_FINEST = 10_000
"""The parts of one in which amounts are dealt at most."""
Settle = Callable[[dict[str, Any], Scene, frozenset[str]], None]


@dataclass(frozen=True, slots=True)
class Sum:
    """A list, a column of its rows, and the sum of it."""

    rows: Facts
    column: Facts
    total: Facts
    around: Facts | None
    """The object beside the list that the sum is in, if it is in one."""
    is_used: bool
    """Whether a limit says what the sum is, so that the rows share it."""


def sums_of_rows(fields: Sequence[Facts]) -> Iterator[Sum]:
    """`total_requests` is the sum of the rows' `requests`, beside the list or in an object beside it."""
    rows = _listed(fields)
    if rows is None:
        return
    columns = {_summed(each.name): each for each in rows.rows if each.is_number}
    # The total of `cost_cents` may be a `total_cost`.
    columns = {_of_money(each.name): each for each in columns.values()} | columns
    is_series = any(True for _ in days([rows]))
    # An `order_number` is which, and not how many.
    columns = {
        stem: each
        for stem, each in columns.items()
        if not names.has(each.name, NO_SUMS) and names.words_of(each.name)[-1:] != ("number",)
        if not is_quantile(each.name) and not (is_series and is_level(each.name))
    }
    used, of_rows, is_split = _used(fields), of_pages(fields), is_breakdown(rows.name)
    for field in fields:
        if field.is_number and field.name not in of_rows:
            is_total = is_split or names.has(field.name, names.TOTAL) or _is_of_rows(field, rows)
            column = _column(field, rows, columns, is_total=is_total, is_used=field.name in used)
            if column is not None:
                yield Sum(rows, column, field, None, field.name in used)
        is_summary = names.has(field.name, names.TOTAL | {"totals", "summary"} | names.USED)
        within = _used(field.fields)
        for inner in field.fields if is_summary else ():
            is_used = inner.name in within
            column = (
                _column(inner, rows, columns, is_total=True, is_used=is_used) if inner.is_number else None
            )
            if column is not None:
                yield Sum(rows, column, inner, field, is_used)


def sums_beside(fields: Sequence[Facts]) -> frozenset[str]:
    """The names of the sums that stand beside the list, and in no object."""
    return frozenset(each.total.name for each in sums_of_rows(fields) if each.around is None)


def sums_of_days(fields: Sequence[Facts]) -> frozenset[str]:
    """The names of those of them that the days of a series make."""
    listed = _listed(fields)
    is_series = any(rows is listed for rows, _, _ in days(fields))
    return sums_beside(fields) if is_series else frozenset()


def _listed(fields: Sequence[Facts]) -> Facts | None:
    """The list whose rows are added up: the only one, or the only series among several."""
    lists = [field for field in fields if field.is_list and field.rows]
    if len(lists) > 1:
        lists = [rows for rows, _, _ in days(lists)]
    return lists[0] if len(lists) == 1 else None


def is_breakdown(name: str) -> bool:
    """Whether the rows of a list share what stands beside it: `by_country`, `plan_breakdown`."""
    words = names.words_of(name)
    return words[:1] == ("by",) or words[-1:] in (("breakdown",), ("split",))


def _used(fields: Sequence[Facts]) -> frozenset[str]:
    return frozenset(group["used"].name for group in quotas(fields) if {"limit", "used"} <= group.keys())


def _summed(name: str) -> tuple[str, ...]:
    return names.stem(name, names.TOTAL)


def _in_cents(field: Facts, columns: Mapping[tuple[str, ...], Facts]) -> Facts | None:
    """The column of the same money, which may be in another unit of it."""
    found = columns.get(_of_money(field.name))
    return found if found is not None and is_one_currency(field.name, found.name) else None


def _of_money(name: str) -> tuple[str, ...]:
    """What is summed, in whichever unit of money."""
    return _summed(" ".join(without_unit(name)))


def _is_of_rows(field: Facts, rows: Facts) -> bool:
    """Whether a field has the name of its rows' column, of what is added up."""
    plain = names.plain(field.name)
    words = names.words_of(field.name)
    return bool(words) and words[-1] in _SUMMED and any(names.plain(each.name) == plain for each in rows.rows)


def _column(
    field: Facts, rows: Facts, columns: Mapping[tuple[str, ...], Facts], *, is_total: bool, is_used: bool
) -> Facts | None:
    """The column that a field is the sum of."""
    if names.has(field.name, _NO_TOTALS) or not (is_total or is_used):
        return None
    stem = _summed(field.name)
    found = columns.get(stem) or _in_cents(field, columns) if stem else None
    is_split = is_breakdown(rows.name)
    if found is not None or not (is_used or is_split or names.has(field.name, names.TOTAL)):
        return found
    # `emails_sent` is of `sent`, `calls_used` of `calls`; what is used by itself is of the only count.
    bare = names.stem(field.name, names.TOTAL | names.USED)
    for own, column in columns.items():
        if own and (own == bare or own == stem[-len(own) :]):
            return column
    is_bare = names.plain(field.name) == "total" and (is_split or any(True for _ in days([rows])))
    if bare or not (is_used or is_bare):
        return None
    counts = [each for each in numbers_of(rows.rows) if not names.has(each.name, NO_SUMS | names.OUTCOMES)]
    known = [
        each for name in _ANY for each in counts if names.plain(each.name).removeprefix("total_") == name
    ]
    return known[0] if known else counts[0] if len(counts) == 1 else None


def shared(each: Sum, settle: Settle) -> Step:
    """Rows share what is used of a limit, in the proportions that they had; then each row agrees again.

    Those of a page are a part of it, and stay as they are where they are no more than it.
    """
    rows, column, total, around = each.rows, each.column, each.total, each.around
    factor = scale_of(column.name) / scale_of(total.name)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        inside = made if around is None else made.get(around.name)
        listed, whole = made.get(rows.name), inside.get(total.name) if isinstance(inside, dict) else None
        values = _values(listed, column)
        if not values or not isinstance(whole, int | float):
            return {}
        whole = round(whole * factor, 6)
        if whole < 0 or isclose(sum(values), whole) or (is_part(scene) and sum(values) < whole):
            return {}
        shares = dealt_among(whole, values, column)
        new = [{**row, column.name: share} for row, share in zip(listed or (), shares, strict=True)]
        within = scene.in_rows()
        for row in new:
            settle(row, within, frozenset())
        return {rows.name: new}

    return step


def is_part(scene: Scene) -> bool:
    """Whether a reply shows some rows of its list, and not all."""
    return scene.page is not None and len(scene.page.numbers) < scene.page.total


def dealt(rows: Facts, columns: Sequence[tuple[Facts, Unit]], name: str, settle: Settle) -> Step:
    """The rows of a list share what the account's history says of their columns, in their own proportions."""

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if scene.past is None or is_part(scene) or not isinstance(listed, list):
            return {}
        new, told = listed, set()
        for column, unit in columns:
            whole = scene.past.count(column, unit, name, scene.span)
            values = _values(listed, column)
            if whole is not None and values:
                told.add(column.name)
                new = [
                    {**row, column.name: each}
                    for row, each in zip(new, dealt_among(whole, values, column), strict=True)
                ]
        for row in new if new is not listed else ():
            settle(row, scene.in_rows(), frozenset(told))
        return {rows.name: new}

    return step


def dealt_among(whole: float, values: Sequence[float], column: Facts) -> list[float]:
    """Shares of a whole, in the proportions of these values, that make it to the last digit."""
    weights = values if sum(values) > 0 else [1] * len(values)
    old, quantum = sum(weights), 1
    while quantum < _FINEST and not column.is_integer and round(whole * quantum, 4) != round(whole * quantum):
        quantum *= 100
    edges = [int(whole * quantum * part / old) for part in accumulate(weights, initial=0)]
    edges[-1] = round(whole * quantum)
    shares = [after - before for before, after in pairwise(edges)]
    return [share if quantum == 1 else share / quantum for share in shares]


def _values(listed: Any, column: Facts) -> list[float]:
    """The values of a column; none where a row has no number there."""
    if not isinstance(listed, list):
        return []
    values = [row.get(column.name) if isinstance(row, dict) else None for row in listed]
    found = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return found if len(found) == len(values) else []


def total_of(each: Sum) -> Step:
    """A total is the sum of its column."""
    rows, column, total, around = each.rows, each.column, each.total, each.around
    factor = scale_of(total.name) / scale_of(column.name)
    unit = unit_of(total.name)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        values = _values(listed, column)
        if not isinstance(listed, list) or len(values) != len(listed):
            return {}
        value = rounded(sum(values) * factor, total)
        if around is None:
            return {total.name: value}
        inside = made.get(around.name)
        if not isinstance(inside, dict) or total.name not in inside or not total.accepts(value):
            return {}
        past = scene.past if unit and is_part(scene) else None
        if past is not None and past.count(total, unit, around.name, scene.span) is not None:
            # The whole is that of the account's history, of which a page shows some rows.
            whole = inside[total.name]
            return {} if is_number(whole) and whole >= value else {around.name: {**inside, total.name: value}}
        return {around.name: {**inside, total.name: value}}

    return step if around is not None else looking_at(step, column, total)


def sum_of(total: Facts, parts: Sequence[Facts]) -> Step:
    """A total is the sum of the numbers beside it."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [value for field in parts if isinstance(value := made.get(field.name), int | float)]
        return {total.name: rounded(sum(values), total)} if len(values) == len(parts) else {}

    return looking_at(step, total, *parts)


def insides(sums: Iterable[Sum]) -> Iterator[tuple[Facts, frozenset[str]]]:
    """The objects that sums of rows are in, with the names of these, where other numbers are too."""
    found: dict[str, tuple[Facts, set[str]]] = {}
    for each in sums:
        if each.around is not None:
            found.setdefault(each.around.name, (each.around, set()))[1].add(each.total.name)
    for around, totals in found.values():
        if any(field.name not in totals for field in numbers_of(around.fields)):
            yield around, frozenset(totals)


def settled(around: Facts, settle: Settle) -> Step:
    """What stands beside sums in their object follows them: a total of two of them, a rate."""

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        inside = made.get(around.name)
        if not isinstance(inside, dict):
            return {}
        new = {**inside}
        settle(new, scene.in_rows(), frozenset())
        return {around.name: new}

    return step
