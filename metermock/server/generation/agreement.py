"""Fields of one object that agree: used and remaining make the limit, totals are sums, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from metermock.ledger.calendar import DAY
from metermock.server.generation import names
from metermock.server.generation.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.ordering import order, spread
from metermock.server.generation.scene import Scene
from metermock.server.generation.windows import windows

_COUNTS = frozenset(
    {"count", "total", "total_count", "totalcount", "total_items", "total_results", "length"}
    | {"total_records", "num_results", "result_count", "item_count", "total_size", "total_elements"}
)
_SUMMED = frozenset(
    {"count", "requests", "calls", "tokens", "characters", "usage", "used", "cost", "amount", "quantity"}
)
"""What an object beside its rows has as a sum of theirs, under one name."""
_NO_SUMS = frozenset(
    {"avg", "average", "mean", "rate", "percent", "percentage", "ratio", "max", "min", "median", "id"}
)


class Agreement:
    """Makes the fields of an object agree, as far as their schemas let them."""

    def __init__(self, fields: Sequence[Facts]) -> None:
        self._accepts = {field.name: field.accepts for field in fields}
        self._steps = tuple(_steps(fields))

    def settle(self, made: dict[str, Any], scene: Scene, said: frozenset[str]) -> None:
        """Change an object's fields where they contradict each other; what the request said stays."""
        for step in self._steps:
            changes = step(made, scene)
            fitting = changes.keys() <= made.keys() and said.isdisjoint(
                name for name, value in changes.items() if value != made[name]
            )
            if fitting and all(self._accepts[name](value) for name, value in changes.items()):
                made.update(changes)


def _steps(fields: Sequence[Facts]) -> Iterator[Step]:
    yield from windows(fields)
    yield from _sums_of_rows(fields)
    yield from _sums(fields)
    yield from _quotas(fields)
    yield from _shared_among_rows(fields)
    yield from _counts(fields)
    yield from spread(fields)
    yield from order(fields)


def _quotas(fields: Sequence[Facts]) -> Iterator[Step]:
    """`used` + `remaining` = `limit`, and the percentage follows."""
    return map(_quota, quotas(fields))


def quotas(fields: Sequence[Facts]) -> Iterator[Mapping[str, Facts]]:
    """Fields that speak of one limit, by role: `limit`, `used`, `left`, `percent`, `share`."""
    numbers = numbers_of(fields)
    roles = {
        "limit": names.LIMITS,
        "used": names.USED,
        "left": names.LEFT,
        "percent": names.PERCENT,
        "share": names.SHARE,
    }
    every = frozenset().union(*roles.values(), names.TOTAL)
    grouped: dict[tuple[str, ...], dict[str, Facts]] = {}
    for role, words in roles.items():
        for field in numbers:
            if names.has(field.name, words) and not (
                role != "percent" and names.has(field.name, names.PERCENT)
            ):
                grouped.setdefault(names.stem(field.name, every), {}).setdefault(role, field)
    for stem, group in grouped.items():
        if stem and "limit" in group and "used" not in group:
            # `character_count` is what is used of `character_limit`.
            counted = [field for field in numbers if _is_count_of(field.name, stem, every)]
            group.update({"used": counted[0]} if len(counted) == 1 else {})
    groups = [group for group in grouped.values() if len(group) > 1]
    if not groups:
        one: dict[str, Facts] = {}
        for group in grouped.values():
            for role, field in group.items():
                one.setdefault(role, field)
        groups = [one] if len(one) > 1 else []
    loose = {role: field for group in grouped.values() if len(group) == 1 for role, field in group.items()}
    for group in groups:
        yield {**loose, **group} if len(groups) == 1 else group


def _is_count_of(name: str, stem: tuple[str, ...], roles: frozenset[str]) -> bool:
    """Whether a name counts what a limit of this stem bounds, in no other role."""
    return (
        names.stem(name, ()) == stem and not names.has(name, roles) and name.lower().endswith(("count", "s"))
    )


_FULL = {"near-limit": (88, 97), "over-limit": (100, 108), "empty": (0, 0), "quiet": (1, 4)}


def _quota(group: Mapping[str, Facts]) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        values = {role: made.get(field.name) for role, field in group.items()}
        limit, used, left = (values.get(role) for role in ("limit", "used", "left"))
        low, high = _FULL.get(scene.account, (20, 80))
        seed = scene.seed + sum(map(ord, "".join(field.name for field in group.values())))
        share = low + (seed * 7919 + scene.now // DAY * 13) % (high - low + 1)
        changes: dict[str, Any] = {}
        if isinstance(limit, int | float) and limit:
            wholly = all(group[role].is_integer for role in ("used", "left") if role in group)
            used = limit * share / 100
            used = int(used) if wholly else round(used, 2)
            if "used" in group:
                changes[group["used"].name] = used
            if "left" in group:
                changes[group["left"].name] = (
                    max(limit - used, 0) if wholly else round(max(limit - used, 0), 2)
                )
        elif isinstance(used, int | float) and isinstance(left, int | float) and "limit" not in group:
            limit = used + left
        if isinstance(limit, int | float) and limit and isinstance(used, int | float):
            part = used / limit
            changes |= _shares(group, part)
        return changes

    return step


def _shares(group: Mapping[str, Facts], part: float) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for role, factor, digits in (("percent", 100, 2), ("share", 1, 4)):
        if role in group:
            field = group[role]
            value = round(part * factor) if field.is_integer else round(part * factor, digits)
            changes[field.name] = value if field.accepts(value) else (100 if role == "percent" else 1)
    return changes


def _sums(fields: Sequence[Facts]) -> Iterator[Step]:
    return (_sum(total, parts) for total, parts in sums(fields))


def sums(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Sequence[Facts]]]:
    """`total_tokens` is `prompt_tokens` + `completion_tokens`; `total` is `succeeded` + `failed`."""
    numbers = numbers_of(fields)
    out = (
        names.LIMITS
        | names.LEFT
        | names.PERCENT
        | names.SHARE
        | _NO_SUMS
        | frozenset({"cached", "reasoning"})
    )
    for total in numbers:
        words = frozenset(names.words_of(total.name))
        if not words & names.TOTAL or words & out:
            continue
        noun = names.stem(total.name, names.TOTAL)
        parts = []
        for field in numbers:
            own = names.words_of(field.name)
            if field is total or out & frozenset(own) or names.TOTAL & frozenset(own):
                continue
            is_outcome = bool(names.OUTCOMES & frozenset(own))
            is_same = bool(noun) and names.stem(field.name, names.OUTCOMES)[-len(noun) :] == noun
            if (is_outcome and (not noun or is_same or len(own) == 1)) or (is_same and len(own) > len(noun)):
                parts.append(field)
        outcomes = [field for field in parts if names.has(field.name, names.OUTCOMES)]
        chosen = outcomes if len(outcomes) > 1 else [field for field in parts if field not in outcomes]
        if len(chosen) > 1:
            yield total, chosen


def _sum(total: Facts, parts: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [value for field in parts if isinstance(value := made.get(field.name), int | float)]
        return {total.name: rounded(sum(values), total)} if len(values) == len(parts) else {}

    return step


def _sums_of_rows(fields: Sequence[Facts]) -> Iterator[Step]:
    return (_total(*each) for each in sums_of_rows(fields))


def sums_of_rows(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts, Facts | None]]:
    """A list, a field of its rows, the sum of these, and the object that the sum is in, if it is in one.

    `total_requests` is the sum of the rows' `requests`, beside the list or in an object beside it.
    """
    lists = [field for field in fields if field.is_list and field.rows]
    if len(lists) != 1:
        return
    rows = lists[0]
    columns = {_summed(field.name): field for field in rows.rows if field.is_number}
    columns = {stem: field for stem, field in columns.items() if stem and not names.has(field.name, _NO_SUMS)}
    for field in fields:
        if field.is_number:
            is_total = names.has(field.name, names.TOTAL) or _is_of_rows(field, columns)
            column = _column(field, columns, is_total=is_total)
            if column is not None:
                yield rows, column, field, None
        is_summary = names.has(field.name, names.TOTAL | {"totals", "summary"} | names.USED)
        for inner in field.fields if is_summary else ():
            column = _column(inner, columns, is_total=True) if inner.is_number else None
            if column is not None:
                yield rows, column, inner, field


def _summed(name: str) -> tuple[str, ...]:
    return names.stem(name, names.TOTAL)


def _is_of_rows(field: Facts, columns: Mapping[tuple[str, ...], Facts]) -> bool:
    """Whether a field has the name of its rows' column, of what is added up."""
    column = columns.get(_summed(field.name))
    return (
        column is not None
        and names.plain(column.name) == names.plain(field.name)
        and names.words_of(field.name)[-1] in _SUMMED
    )


def _shared_among_rows(fields: Sequence[Facts]) -> Iterator[Step]:
    """Rows share what their total was made to be, as a part of a limit, in the proportions that they had."""
    lists = [field for field in fields if field.is_list and field.rows]
    if len(lists) != 1:
        return
    columns = {_summed(field.name): field for field in lists[0].rows if field.is_number}
    for field in fields:
        if field.is_number and _is_of_rows(field, columns):
            yield _shared(lists[0], columns[_summed(field.name)], field)


def _shared(rows: Facts, column: Facts, total: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        listed, whole = made.get(rows.name), made.get(total.name)
        if not isinstance(listed, list) or not listed or not isinstance(whole, int | float):
            return {}
        if not all(isinstance(row, dict) and isinstance(row.get(column.name), int | float) for row in listed):
            return {}
        old = sum(row[column.name] for row in listed)
        if old <= 0 or old == whole:
            return {}
        edges = [
            0,
            *(rounded(whole * part / old, column) for part in accumulate(row[column.name] for row in listed)),
        ]
        edges[-1] = whole
        parts = [rounded(after - before, column) for before, after in pairwise(edges)]
        return {rows.name: [{**row, column.name: part} for row, part in zip(listed, parts, strict=True)]}

    return step


def _column(field: Facts, columns: Mapping[tuple[str, ...], Facts], *, is_total: bool) -> Facts | None:
    if not is_total or names.has(field.name, _NO_SUMS | names.LIMITS | names.LEFT):
        return None
    return columns.get(_summed(field.name))


def _total(rows: Facts, column: Facts, total: Facts, around: Facts | None) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list):
            return {}
        values = [
            row[column.name]
            for row in listed
            if isinstance(row, dict) and isinstance(row.get(column.name), int | float)
        ]
        if len(values) != len(listed):
            return {}
        value = rounded(sum(values), total)
        if around is None:
            return {total.name: value}
        inside = made.get(around.name)
        if not isinstance(inside, dict) or total.name not in inside or not total.accepts(value):
            return {}
        return {around.name: {**inside, total.name: value}}

    return step


def _counts(fields: Sequence[Facts]) -> Iterator[Step]:
    return (_count(rows, field, is_whole=is_whole) for rows, field, is_whole in counts(fields))


def counts(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, bool]]:
    """A list, the field that counts its rows, and whether it counts those of other pages too.

    `count` is the number of rows, `total_count` of all that there are.
    """
    lists = [field for field in fields if field.is_list]
    if len(lists) != 1:
        return
    counting = [field for field in fields if field.is_integer and names.plain(field.name) in _COUNTS]
    for field in counting:
        is_whole = names.has(field.name, names.TOTAL) or len(counting) == 1
        yield lists[0], field, is_whole


def _count(rows: Facts, field: Facts, *, is_whole: bool) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list):
            return {}
        page = scene.page
        return {field.name: page.total if is_whole and page is not None else len(listed)}

    return step
