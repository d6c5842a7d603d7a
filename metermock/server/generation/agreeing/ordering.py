"""Values in their order: days of a series, instants of a story, quantiles of one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from metermock.remembered import remembered
from metermock.server.generation.agreeing.facts import Facts, Step, looking_at, numbers_of, rounded
from metermock.server.generation.values.instants import Notation, written
from metermock.server.generation.values.moments import is_of_reply
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UNITS

_DAYS = frozenset(
    {"date", "day", "timestamp", "time", "bucket", "start_time", "starting_at", "start", "period", "hour"}
    | {"bucket_start", "period_start", "start_date", "interval_start", "window_start", "month", "at"}
    | {"week", "minute", "ts", "t", "datetime", "date_time", "usage_date", "starts_at", "bucket_time", "from"}
    | {"day_start", "hour_start", "week_start", "month_start", "time_bucket", "bucket_date", "start_at"}
)
_ENDS = frozenset(
    {"end_time", "ending_at", "end", "bucket_end", "period_end", "end_date", "interval_end", "window_end"}
    | {"ends_at", "to", "end_at", "day_end", "hour_end", "week_end", "month_end"}
)
_INSTANTS = frozenset({"timestamp", "time", "at", "ts", "t", "datetime", "date_time"})
"""What may be the instant of one event as well as the beginning of a step."""
_OF_EVENTS = frozenset(
    {"method", "path", "endpoint", "status", "status_code", "message", "ip", "user_agent", "level", "url"}
    | {"request_id", "event", "action", "description", "type", "event_type", "user_id", "latency_ms"}
)
"""What one event has, and a step of time has not."""
_PARTIES = ({"from", "to"}, {"sender", "recipient"}, {"caller", "callee"})
"""What a mail or a call goes between."""
_IDS = frozenset(
    {"id", "uuid", "sid", "guid", "request_id", "trace_id", "call_id", "message_id", "log_id", "event_id"}
)
"""What rows have that are things or events, and no steps of time."""
_SPANNED = frozenset(
    {"start_date", "period_start", "date_start", "usage_start", "usage_start_date", "usage_start_time"}
    | {"start", "from", "billing_period_start", "usage_period_start"}
)
_CATEGORIES = (
    *("category", "service", "service_name", "product", "product_name", "sku", "meter", "meter_name"),
    *("usage_type", "resource_type", "charge_type", "usage_category", "cost_category", "line_item"),
)
"""What rows are of, which each have what was used of it in one span."""
_AMOUNTS = frozenset(
    {"usage", "used", "count", "quantity", "cost", "amount", "spend", "calls", "requests", "tokens", "charge"}
)
_OF_BILLS = frozenset(
    {"due_date", "due_at", "due_on", "invoice_number", "bill_number", "statement_number", "invoice_date"}
    | {"statement_date", "paid_at", "issued_at", "issue_date", "issued_on", "invoice_no"}
)
"""What an invoice has, which is of a month and no step of a series."""
_OPENED = frozenset({"opened"})
_LENGTHS: Mapping[Notation | None, int] = {
    "date-time": len("2026-03-18T15:42:07Z"),
    "date": len("2026-03-18"),
}
"""The notations in which letters are in order where instants are, and how many letters each has."""
_QUANTILES: Mapping[str, float] = {
    "min": 0.3,
    "minimum": 0.3,
    "p5": 0.45,
    "p10": 0.55,
    "p25": 0.75,
    "p50": 1,
    "median": 1,
    "avg": 1.25,
    "average": 1.25,
    "mean": 1.25,
    "p75": 1.6,
    "p90": 2.4,
    "p95": 3.2,
    "p98": 4.2,
    "p99": 5.5,
    "p999": 8,
    "max": 11,
    "maximum": 11,
    "peak": 11,
}
"""Least, mean, quantiles and greatest in their order, as multiples of the median, as times of calls are."""
_JITTER = 8
"""Hundredths by which a multiple differs from the usual: fewer than there are between any two of them."""


def days(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts | None]]:
    """A list whose rows are days or months, the field where each begins, and that where it ends, if any."""
    for field in fields:
        if field.is_list and field.rows:
            begins = [each for each in field.rows if each.notation and names.plain(each.name) in _DAYS]
            own = f"{'_'.join(map(names.singular, names.words_of(field.name)))}_id"
            is_thing = any(names.plain(each.name) in {own, *_IDS} for each in field.rows)
            has_figures = any(each.is_number or each.is_list or each.is_object for each in field.rows)
            if categories(field) is not None:
                continue
            if len(begins) == 1 and has_figures and not is_thing and not _has_story(field.rows):
                ends = [each for each in field.rows if each.notation and names.plain(each.name) in _ENDS]
                yield field, begins[0], ends[0] if ends else None


@dataclass(frozen=True, slots=True)
class Categories:
    """The fields of rows that are of one category each: which, and the span of all of them."""

    category: Facts
    begin: Facts
    end: Facts


def categories(field: Facts) -> Categories | None:
    """What a list has that shows the use of each category in one span; None for another list.

    Neither the list nor its rows speak of steps of time, and the rows are no things with ids of their own.
    """
    told = {names.plain(each.name): each for each in field.rows}
    category = next((told[name] for name in _CATEGORIES if name in told), None)
    if category is None or category.notation or category.is_number or category.is_list or category.is_object:
        return None
    begins, ends = (
        [each for name, each in told.items() if each.notation and name in known]
        for known in (_SPANNED, _ENDS | {name.replace("start", "end") for name in _SPANNED})
    )
    spans = [each for each in told.values() if each.notation and names.plain(each.name) in _DAYS | _SPANNED]
    has_amounts = any(each.is_number and names.has(each.name, _AMOUNTS) for each in field.rows)
    is_stepped = not UNITS.keys().isdisjoint(names.words_of(field.name))
    is_thing = not _IDS.isdisjoint(told) or _has_story(field.rows)
    if len(begins) != 1 or len(ends) != 1 or len(spans) > 1 or not has_amounts or is_stepped or is_thing:
        return None
    return Categories(category, begins[0], ends[0])


def spanned(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts | None]]:
    """The lists whose rows say of which time they are: series, and those of categories."""
    yield from days(fields)
    for field in fields:
        found = categories(field) if field.is_list and field.rows else None
        if found is not None:
            yield field, found.begin, found.end


def _has_story(rows: Sequence[Facts]) -> bool:
    """Whether rows are things that begin and end, or events, rather than days."""
    plain = {names.plain(each.name) for each in rows}
    is_of_events = not plain.isdisjoint(_INSTANTS) and not plain.isdisjoint(_OF_EVENTS)
    texts = {names.plain(each.name) for each in rows if not each.notation and not each.is_number}
    return (
        is_of_events
        or not plain.isdisjoint(_OF_BILLS)
        or any(parties <= texts for parties in _PARTIES)
        or any(
            each.notation and names.plain(each.name) in ("created_at", "updated_at", "created")
            for each in rows
        )
    )


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
            groups.setdefault(left, []).append(([*_QUANTILES].index(found[0]), field))
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
    marks = [next(mark for mark in _QUANTILES if mark in _marks(field.name)) for field in fields]
    has_quantiles = any(mark.startswith("p") or mark == "median" for mark in marks)

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [made.get(field.name) for field in fields]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return {}
        ordered = sorted(value for value in values if isinstance(value, int | float))
        if has_quantiles and ordered[0] > 0:
            middle = ordered[len(ordered) // 2] / _QUANTILES[marks[len(ordered) // 2]]
            # The mean and the average of one thing are the same.
            swings = {_QUANTILES[mark]: _swing(value) for mark, value in zip(marks, values, strict=True)}
            spread = {
                field.name: _rounded(middle * part * (100 + swings[part]) / 100, field)
                for field, part in zip(fields, map(_QUANTILES.__getitem__, marks), strict=True)
            }
            if all(field.accepts(spread[field.name]) for field in fields):
                return spread
        return {field.name: rounded(value, field) for field, value in zip(fields, ordered, strict=True)}

    return step


def _swing(value: Any) -> int:
    """A few hundredths more or less, as the digits of a made value have it."""
    return int(value * 1_000) % (2 * _JITTER + 1) - _JITTER


def _rounded(value: float, field: Facts) -> int | float:
    return int(value) if field.is_integer else round(value, 1 if value > 100 else 3)  # noqa: PLR2004 - milliseconds


_EDGES = frozenset({"from", "to", "since", "until"})


def order(fields: Sequence[Facts]) -> Iterator[Step]:
    """What begins a thing comes before what ends it."""
    told = [field for field in fields if field.notation and not _is_ahead(field.name)]
    is_mail = any(names.has(field.name, frozenset({"sent", "delivered"})) for field in told)
    # Of mails, what is opened does not begin.
    told.sort(key=lambda field: 0 if is_mail and names.has(field.name, _OPENED) else names.rank(field.name))
    # What a report or an export is of says nothing of when that was made.
    span = [field for field in told if _is_edge(field.name)]
    life = [field for field in told if field not in span]
    is_of_another = len(span) > 1 and any("created" in names.words_of(field.name) for field in life)
    for each in (span, life) if is_of_another else (told,):
        if len(each) > 1:
            yield looking_at(_ordered_of(each), *each)


def _is_edge(name: str) -> bool:
    """Whether an instant is called as an edge of a span of time alone: `from`, `date_to`."""
    words = frozenset(names.words_of(name))
    return bool(words & _EDGES) and words <= _EDGES | {"date", "time", "day", "at", "ts"}


def _is_ahead(name: str) -> bool:
    words = frozenset(names.words_of(name))
    return (bool(words & names.AHEAD) and "last" not in words) or bool(words & {"period", "cycle"})


def _ordered_of(fields: Sequence[Facts]) -> Step:
    """The order of the story of a thing; when a reply about an account was made has no place in it."""
    lean = [field for field in fields if not is_of_reply(names.words_of(field.name))]
    of_things = _ordered(fields)
    if len(lean) == len(fields):
        return of_things
    of_replies = _ordered(lean)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        return (of_replies if scene.home else of_things)(made, scene)

    return step


def _ordered(fields: Sequence[Facts]) -> Step:
    forms = [(field.name, _LENGTHS.get(field.notation), field.notation == "date-time") for field in fields]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        if _are_ascending(made, forms):
            return {}
        there = [field for field in fields if made.get(field.name) is not None]
        instants = [instant_of(made[field.name], field.notation or "date") for field in there]
        known = sorted(each for each in instants if each is not None)
        if len(known) != len(there):
            return {}
        return {
            field.name: written(at, field.notation or "date") for field, at in zip(there, known, strict=True)
        }

    return step


def _are_ascending(made: Mapping[str, Any], forms: Iterable[tuple[str, int | None, bool]]) -> bool:
    """Whether instants in the form of `written` are in their order; False also for those in other forms.

    `forms` are their names, how many letters each has, and whether it says a time of day.
    """
    last = ""
    for name, length, is_timed in forms:
        value = made.get(name)
        if value is None:
            continue
        # A date comes before all that happens on it. Other forms may be as long: that of weeks.
        if not isinstance(value, str) or len(value) != length or value[7] != "-" or value < last:
            return False
        if is_timed and value[-1] != "Z":
            return False
        last = value
    return True


def instant_of(value: Any, notation: Notation) -> int | None:
    """The instant that a value of a notation names; None for another value."""
    if notation in ("seconds", "milliseconds"):
        is_number = isinstance(value, int | float)
        return int(value // (1000 if notation == "milliseconds" else 1)) if is_number else None
    if notation == "time" or not isinstance(value, str):
        return None
    if notation == "seconds-text":
        return int(value) if value.isdecimal() else None
    return _read_mail_date(value) if notation in ("mail-date", "http-date") else _read(value)


@remembered(8192)
def _read_mail_date(text: str) -> int | None:
    try:
        read = parsedate_to_datetime(text)
        # A zone of -0000 says that nobody knows it: Python would take that of the machine.
        return int((read if read.tzinfo else read.replace(tzinfo=dt.UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


@remembered(8192)
def _read(text: str) -> int | None:
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=dt.UTC)).timestamp())
