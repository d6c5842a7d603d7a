"""Values in their order: days of a series, instants of a story, quantiles of one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation import names
from metermock.server.generation.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.instants import UTC, Notation, written
from metermock.server.generation.scene import Page, Scene

_DAYS = frozenset(
    {"date", "day", "timestamp", "time", "bucket", "start_time", "starting_at", "start", "period", "hour"}
    | {"bucket_start", "period_start", "start_date", "interval_start", "window_start", "month", "at"}
)
_ENDS = frozenset(
    {"end_time", "ending_at", "end", "bucket_end", "period_end", "end_date", "interval_end", "window_end"}
)
_QUANTILES = ("min", "p50", "median", "avg", "average", "mean", "p75", "p90", "p95", "p99", "max")


def series(fields: Sequence[Facts]) -> Iterator[Step]:
    """The rows of a series are of consecutive days, the last of them today."""
    return (_consecutive(*each) for each in days(fields))


def days(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts | None]]:
    """A list whose rows are days or months, the field where each begins, and that where it ends, if any."""
    for field in fields:
        if field.is_list and field.rows:
            begins = [each for each in field.rows if each.notation and names.plain(each.name) in _DAYS]
            is_thing = any(names.plain(each.name) in ("id", "uuid") for each in field.rows)
            has_figures = any(each.is_number or each.is_list or each.fields for each in field.rows)
            if len(begins) == 1 and has_figures and not is_thing and not _has_story(field.rows):
                ends = [each for each in field.rows if each.notation and names.plain(each.name) in _ENDS]
                yield field, begins[0], ends[0] if ends else None


def _has_story(rows: Sequence[Facts]) -> bool:
    """Whether rows are things that begin and end, rather than days."""
    return any(
        each.notation and names.plain(each.name) in ("created_at", "updated_at", "created") for each in rows
    )


def _consecutive(rows: Facts, begin: Facts, end: Facts | None) -> Step:
    by_month = "month" in names.words_of(begin.name) + names.words_of(rows.name)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            return {}
        today = scene.now - scene.now % DAY
        newer = _rows_after(scene.page, len(listed))
        dated = []
        for index, row in enumerate(listed):
            back = newer + len(listed) - 1 - index
            first = month_edge(scene.now, -back, UTC) if by_month else today - back * DAY
            after = month_edge(scene.now, 1 - back, UTC) if by_month else first + DAY
            marks = {begin.name: written(first, begin.notation or "date")}
            if end is not None:
                is_date = end.notation == "date"
                marks[end.name] = written(after - DAY if is_date else after, end.notation or "date")
            dated.append({**row, **{name: value for name, value in marks.items() if name in row}})
        return {rows.name: dated}

    return step


def _rows_after(page: Page | None, shown: int) -> int:
    """How many rows of a series come after those of its page: the last row of the last page is today."""
    if page is None or not page.goes_on or len(page.numbers) != shown:
        return 0
    return page.total - page.numbers.stop


def spread(fields: Sequence[Facts]) -> Iterator[Step]:
    """Least, mean, quantiles and greatest of one thing are in order."""
    return map(_sorted, quantiles(fields))


def quantiles(fields: Sequence[Facts]) -> Iterator[Sequence[Facts]]:
    """Least, mean, quantiles and greatest of one thing, in this order."""
    groups: dict[tuple[str, ...], list[tuple[int, Facts]]] = {}
    for field in numbers_of(fields):
        found = [mark for mark in _QUANTILES if mark in _marks(field.name)]
        if len(found) == 1:
            left = tuple(word for word in _marks(field.name) if word != found[0])
            groups.setdefault(left, []).append((_QUANTILES.index(found[0]), field))
    for group in groups.values():
        if len(group) > 1:
            yield [field for _, field in sorted(group, key=lambda each: each[0])]


def _marks(name: str) -> tuple[str, ...]:
    joined: list[str] = []
    for word in names.words_of(name):
        if word.isdecimal() and joined and joined[-1] == "p":
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def _sorted(fields: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [made.get(field.name) for field in fields]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return {}
        ordered = sorted(value for value in values if isinstance(value, int | float))
        return {field.name: rounded(value, field) for field, value in zip(fields, ordered, strict=True)}

    return step


def order(fields: Sequence[Facts]) -> Iterator[Step]:
    """What begins a thing comes before what ends it."""
    told = [field for field in fields if field.notation and not _is_ahead(field.name)]
    told.sort(key=lambda field: names.rank(field.name))
    if len(told) > 1:
        yield _ordered(told)


def _is_ahead(name: str) -> bool:
    words = frozenset(names.words_of(name))
    return (bool(words & names.AHEAD) and "last" not in words) or bool(words & {"period", "cycle"})


def _ordered(fields: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        there = [field for field in fields if made.get(field.name) is not None]
        instants = [_instant(made[field.name], field.notation or "date") for field in there]
        known = sorted(each for each in instants if each is not None)
        if len(known) != len(there):
            return {}
        return {
            field.name: written(at, field.notation or "date") for field, at in zip(there, known, strict=True)
        }

    return step


def _instant(value: Any, notation: Notation) -> int | None:
    if notation in ("seconds", "milliseconds"):
        is_number = isinstance(value, int | float)
        return int(value // (1000 if notation == "milliseconds" else 1)) if is_number else None
    if notation == "time" or not isinstance(value, str):
        return None
    try:
        read = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=dt.UTC)).timestamp())
