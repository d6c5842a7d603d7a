"""The span of time that a request asks for, by its parameters and the fields of its body."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from metermock.contract import Operation, Parameter, range_names
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.ledger.calendar import DAY, local_date, midnight
from metermock.server.generation.asked.members import parameters_of
from metermock.server.generation.asked.moments import back, moment, period
from metermock.server.generation.words import names
from metermock.server.generation.words.directions import is_down
from metermock.server.generation.words.grains import UNITS, UTC, Span, Unit
from metermock.timezones import zone, zone_names

_STARTS = frozenset({"start", "starting", "starts", "from", "since", "begin", "beginning"})
_ENDS = frozenset({"end", "ending", "ends", "to", "until", "till", "through"})
_RANGES = frozenset(
    {"range", "period", "timeframe", "window", "timespan", "lookback", "last", "past", "preset", "cycle"}
    | {"span", "time"}
)
_GRAINS = frozenset(
    {"granularity", "interval", "bucket", "resolution", "grain", "frequency", "step", "aggregation", "group"}
    | {"aggregate", "aggregated", "timegrain", "view", "rollup"}
)
_LENGTHS = frozenset({"minutes", "hours", "days", "weeks", "months", "years"})
_LEAST, _MOST = frozenset({"gte", "gt", "min", "minimum"}), frozenset({"lte", "lt", "max", "maximum"})
_TIMES = frozenset({"date", "day", "time", "datetime", "timestamp"})
"""What a first or last one is of: `date_gte`, `max_date`; of others it is no end of a span."""
_ROLES = (("start", _STARTS, "after", _LEAST), ("end", _ENDS, "before", _MOST))
_JOINED = frozenset(
    {"fromdate", "todate", "startdate", "enddate", "fromtime", "totime", "starttime", "endtime"}
)
"""Names of two words that nothing parts."""
_PARTS = frozenset({"year", "month", "week", "day", "date"})
_ZONES = frozenset({"timezone", "time_zone", "tz"})
_ORDERS = frozenset({"order", "sort", "sort_order", "sort_direction", "direction", "sort_by", "order_by"})
_EACH = frozenset({"per", "by", "each", "every", "one"})
"""Words before the unit of a step."""
_STEP = re.compile(r"(?i)(pt?)?(\d{1,4})?[ _-]?([a-z]+)")
_OF_HOURS = re.compile(r"(?i)\d[_ -]*h")
_FINE = ("minute", "hour")
_STEPS: Mapping[int, tuple[Unit, int]] = {
    60: ("minute", 1),
    300: ("minute", 5),
    900: ("minute", 15),
    3_600: ("hour", 1),
    86_400: ("day", 1),
    604_800: ("week", 1),
}
"""Steps that are said in seconds."""


_IN_PATHS = re.compile(
    r"today|yesterday|(this|current|last|previous)_(week|month|quarter|year)|(month|year)_to_date|[mwqy]td"
)
"""Parts of a path that say of which time all its replies are."""
STEPS_IN_PATHS = frozenset({"hourly", "daily", "weekly", "monthly", "yearly"})
_ENDINGS = frozenset({"json", "xml", "csv"})
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Part:
    """A parameter, or a field of the body, that may say something of time."""

    key: str
    role: str
    is_in_body: bool


class Spans:
    """Reads the span of time out of the requests of one operation."""

    def __init__(self, operation: Operation) -> None:
        parts = [
            _Part(each.key, role, is_in_body=False)
            for each in parameters_of(operation)
            if each.location in ("query", "path") and (role := _role_of(each))
        ]
        self.parts = (*parts, *_of_body(operation))
        roles = {part.role for part in self.parts}
        self._in_query = frozenset(part.key for part in self.parts if not part.is_in_body)
        self.chooses = not roles.isdisjoint({"start", "end", "range", *_LENGTHS, *_PARTS})
        """Whether they may say of which time the reply is."""
        self.named = _of_path(operation.path)
        """What the path says of time."""
        self._is_stepped = "grain" in roles
        self.words = frozenset(names.plain(part.key) for part in self.parts)
        """The plain names of all that may say something of time."""
        self.edges = frozenset(names.plain(part.key) for part in self.parts if part.role in ("start", "end"))
        """Those that may say when a span begins or ends."""
        self._is_spanned = not roles.isdisjoint({"start", *_LENGTHS})

    def read(self, parameters: Mapping[str, Any], body: Any, now: int) -> tuple[Span | None, frozenset[str]]:
        """The span that a request asks for, None for none, and the parameters that say it."""
        if body is None and self._in_query.isdisjoint(parameters):
            return None, _NOTHING
        fields = body if isinstance(body, dict) else {}
        said = [
            (part, value)
            for part in self.parts
            if (value := (fields if part.is_in_body else parameters).get(part.key)) is not None
        ]
        if not said:
            return None, _NOTHING
        named = next((value for part, value in said if part.role == "zone" and value in zone_names()), None)
        where = UTC if named is None else zone(named)
        found: dict[str, Any] = {}
        used = set()
        for part, value in said:
            role = self._meant(part, value)
            is_open = role == "end" and "lt" in names.words_of(part.key)
            meaning = moment(value, now, where) if is_open else _meaning(role, value, now, where)
            if meaning is not None:
                if isinstance(value, str) and _OF_HOURS.search(value):
                    found.setdefault("hours", None)
                found.setdefault(role, meaning)
                used.add(names.plain(part.key))
        return (_joined(found, now, where), frozenset(used)) if found else (None, _NOTHING)

    def of_path(self, said: Span | None, now: int) -> Span | None:
        """The span that a request asks for, or else the one that the path names, with its steps."""
        if not self.named:
            return said
        span = said or Span()
        word, unit = self.named.get("range"), self.named.get("grain")
        edges = period(word, now, span.where) if word and (span.start, span.end) == (None, None) else None
        if edges is not None:
            span = replace(span, start=edges[0], end=edges[1])
        return replace(span, unit=UNITS[unit]) if unit and span.unit is None else span

    def _meant(self, part: _Part, value: Any) -> str:
        """A period is the length of a step where its word says so, or where the span is said beside it."""
        is_unit = part.role == "range" and isinstance(value, str) and value.lower() in UNITS
        is_step = is_unit and not self._is_stepped and (value.lower().endswith("ly") or self._is_spanned)
        return "grain" if is_step else part.role


def _of_path(path: str) -> Mapping[str, str]:
    """What the parts of a path say of time: `/usage/today`, `/Records/LastMonth.json`, `/usage/daily`."""
    found = {}
    for part in path.split("/"):
        plain = "_".join(word for word in names.words_of(part) if word not in _ENDINGS)
        if _IN_PATHS.fullmatch(plain):
            found["range"] = plain
        elif plain in STEPS_IN_PATHS:
            found["grain"] = plain
    return found


def says_time(parameter: Parameter) -> bool:
    """Whether a parameter may say something of time, by its name and its type."""
    return bool(_role_of(parameter))


def _role_of(parameter: Parameter) -> str:
    return role_of(parameter.name, parameter.resolved, parameter.types)


def role_of(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> str:
    """What a parameter says of time, by its name and its type; empty for nothing."""
    words = names.words_of(name)
    plain, said = names.plain(name), frozenset(words)
    if not words or types & {"object", "boolean"}:
        return ""
    for role, known in (("zone", _ZONES), ("order", _ORDERS)):
        if plain in known:
            return role
    is_dated = whole.get("format") in ("date", "date-time")
    if said & _LENGTHS:
        return next(word for word in words if word in _LENGTHS)
    if words[0] in _JOINED:
        said = frozenset(range_names.words(name))
    for role, known, also, bound in _ROLES:
        if said & known or (is_dated and also in words) or (said & bound and said & _TIMES):
            return role
    for role, known in (("grain", _GRAINS), ("range", _RANGES)):
        if said & known or (role == "grain" and plain in ("bucket_width", "window_size")):
            return role
    return words[-1] if words[-1] in _PARTS else ""


def _of_body(operation: Operation) -> Iterator[_Part]:
    """The fields of a JSON body that may say something of time."""
    schemas = operation.contract.schemas
    content = operation.body.content if operation.body else {}
    schema = next((each for media, each in content.items() if is_json(media)), None)
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    properties = whole.get("properties")
    for name, each in properties.items() if isinstance(properties, dict) else ():
        types = types_of(schemas, each)
        role = role_of(name, together(schemas, each) if isinstance(each, dict) else {}, types)
        if role and role != "order":
            yield _Part(name, role, is_in_body=True)


def _meaning(role: str, value: Any, now: int, where: dt.tzinfo) -> Any:
    """What a value says in its role; None for nothing that can be read."""
    if role in ("start", "end"):
        return moment(value, now, where, is_end=role == "end")
    if role == "range":
        return (_between if isinstance(value, list) else period)(value, now, where)
    if role == "grain":
        several = value if isinstance(value, list) else [value]
        return next((step for each in several if (step := step_of(each)) is not None), None)
    if role == "order":
        return isinstance(value, str) and is_down(value) is True
    if role in _LENGTHS or role in ("year", "month", "week"):
        return _number(value) if _number(value) is not None else period(value, now, where)
    return period(value, now, where) if role in ("day", "date") else None


def _between(value: list[Any], now: int, where: dt.tzinfo) -> tuple[int, int] | None:
    """The span between two instants: `timeframe[]=1772323200&timeframe[]=1772582400`."""
    if len(value) != len(("first", "last")):
        return None
    first, last = moment(value[0], now, where, is_end=False), moment(value[1], now, where, is_end=True)
    return None if first is None or last is None else (first, last)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < len("10000"):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def step_of(value: Any) -> tuple[Unit, int] | None:
    """The length of a step: `hour`, `daily`, `1d`, `PT5M`, 3600; None for another value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _STEPS.get(value)
    text = _step_in(value) if isinstance(value, str) else ""
    found = _STEP.fullmatch(text)
    if found is None:
        return _STEPS.get(int(text)) if text.isdecimal() else None
    word, count = found[3].lower(), max(int(found[2] or 1), 1)
    if word == "quarter":
        return "month", 3 * count
    if word == "m":
        mark = (found[1] or "").lower()
        return ("month" if mark == "p" or (not mark and found[3] == "M") else "minute"), count
    unit = UNITS.get(word)
    return None if unit is None else (unit, count)


def _step_in(text: str) -> str:
    """What says how long a step is: `per_day` and `byDay` are a day."""
    words = names.words_of(text)
    return text if _EACH.isdisjoint(words) else " ".join(word for word in words if word not in _EACH)


def _joined(found: Mapping[str, Any], now: int, where: dt.tzinfo) -> Span:
    """What all that is said comes to: edges before lengths, and the clock where no end is said."""
    unit, count = found.get("grain", (None, 1))
    start, end = found.get("start"), found.get("end")
    if start is None:
        start, own_end = _named(found, now, where)
        end = own_end if end is None else end
    length = next((word for word in _LENGTHS if isinstance(found.get(word), int)), None)
    if length is not None:
        number, of = max(found[length], 0), UNITS[length]
        if found.get("start") is None:
            start = back(now if end is None else min(end, now), number, of, where)
        elif end is None and start is not None:
            # Forwards: as far as the same number leads back.
            end = start + (start - back(start, number, of, where))
    if end is None and found.get("start") is None and unit not in _FINE and "hours" not in found:
        start = _in_whole_days(start, now, where)
    return Span(start, end, unit, count, where, is_descending=bool(found.get("order")))


def _in_whole_days(start: int | None, now: int, where: dt.tzinfo) -> int | None:
    """The first midnight of several days until now: of the last seven, today is one."""
    if start is None or now - start < 2 * DAY:
        return start
    day = local_date(start, where)
    first = midnight(day, where)
    return start if first == start else midnight(day + dt.timedelta(days=1), where)


def _named(found: Mapping[str, Any], now: int, where: dt.tzinfo) -> tuple[int | None, int | None]:
    """The span that a word or a calendar's number names: `last_month`, `2026-02`, month 2 of a year."""
    for role in ("date", "day", "week", "month", "range", "year"):
        if isinstance(found.get(role), tuple):
            start, end = found[role]
            return start, end
    year, month = found.get("year"), found.get("month")
    if isinstance(month, int) and 1 <= month <= 12:  # noqa: PLR2004 - months
        shown = local_date(now, where).year if year is None else year
        return period(f"{shown:04d}-{month:02d}", now, where) or (None, None)
    return (period(f"{year:04d}", now, where) if isinstance(year, int) else None) or (None, None)
