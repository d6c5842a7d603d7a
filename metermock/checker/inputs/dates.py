"""Days and instants around a deployment's clock, for parameters that take them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from metermock.checker.inputs.guard import is_good
from metermock.contract import Parameter
from metermock.contract.range_names import is_end, is_pair, is_start

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"\d{4}-\d\d")
DATE_LIKE = re.compile(r"\d{4}-\d\d(-\d\d)?(T.*)?")
"""What a field says of a month, a day or an instant."""
_FORMATS = frozenset({"date", "date-time"})
_UNIX = re.compile(r"\bunix|\bepoch|seconds since", re.IGNORECASE)
_NAMES_A_TIME = re.compile(r"timestamp|(?:^|_)(?:start|end|since|until|from|to)_(?:time|at)\Z", re.IGNORECASE)
_DAY = 86_400
_A_WEEK = 7

Span = tuple[date, date]


def is_date(parameter: Parameter) -> bool:
    """Whether the parameter takes days or instants: its format, or its examples, say so."""
    if "string" not in parameter.types or parameter.style.form != "text" or parameter.media:
        return False
    if "enum" in parameter.resolved or "const" in parameter.resolved:
        return False
    if parameter.resolved.get("format") in _FORMATS or is_month(parameter):
        return True
    texts = _texts(parameter)
    return bool(texts) and all(map(_DATE.match, texts))


def is_month(parameter: Parameter) -> bool:
    """Whether it takes months such as `2026-03`, and no days: its pattern or its examples say so."""
    resolved, accepts = parameter.resolved, parameter.reader.accepts
    if "string" not in parameter.types or {"enum", "const", "format"} & resolved.keys() or parameter.media:
        return False
    if "pattern" in resolved:
        return accepts("2026-02") and not any(map(accepts, ("2026-02-03", "202602", "2026-0a")))
    return bool(_texts(parameter)) and all(map(_MONTH.fullmatch, _texts(parameter)))


def _texts(parameter: Parameter) -> list[str]:
    return [value for value in parameter.examples.values() if isinstance(value, str)]


def near_today(parameter: Parameter, now: datetime) -> list[str]:
    """A day for a parameter that has to be sent: for a start a week ago, else the day of this clock."""
    if not is_date(parameter):
        return []
    text = Writer(parameter, now).start(near_day(parameter.name, now))
    return [text] if is_good(parameter, text) else []


def near_day(name: str, now: datetime) -> date:
    """A day for what has such a name: for a start a week ago, else the day of this clock."""
    return now.date() - timedelta(days=_A_WEEK if is_start(name) else 0)


def latest_day(value: Any, now: str) -> date | None:
    """The last day in a reply that is not after this clock; None where it shows none."""
    found: date | None = None
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, (dict, list)):
            waiting += each.values() if isinstance(each, dict) else each
        elif isinstance(each, str) and _DATE.match(each):
            day = _day_of(each)
            if day is not None and day <= _clock(now).date():
                found = day if found is None else max(found, day)
    return found


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def not_inverted(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with those of two ends exchanged where the first would be after the second."""
    found = dict(values)
    for first, second in _pairs([each for each in parameters if is_date(each) and each.key in values]):
        one, other = found[first.key], found[second.key]
        is_inverted = isinstance(one, str) and isinstance(other, str) and one[:10] > other[:10]
        if is_inverted and is_good(first, other) and is_good(second, one):
            found |= {first.key: other, second.key: one}
    return found


def unix_times(parameter: Parameter, now: float) -> list[int]:
    """A time near now, in seconds, for an integer that is one by its format, name or description."""
    told = f"{parameter.resolved.get('format', '')} {parameter.document.get('description', '')}"
    told += f" {parameter.resolved.get('description', '')}"
    if "integer" not in parameter.types or not (_UNIX.search(told) or _NAMES_A_TIME.search(parameter.name)):
        return []
    days = 0 if is_end(parameter.name) else _A_WEEK
    return [int(now) // _DAY * _DAY - days * _DAY]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes days as a parameter takes them: as days, as instants, or with what follows in its examples."""

    parameter: Parameter
    now: datetime

    def start(self, day: date) -> str:
        """The first moment of a day."""
        return self._written(day, "00:00:00")

    def end(self, day: date) -> str:
        """The last moment of a day that is not after the clock; of a later day the last of all."""
        return self._written(day, f"{self.now:%H:%M:%S}" if day == self.now.date() else "23:59:59")

    def _written(self, day: date, time: str) -> str:
        form = self.parameter.resolved.get("format")
        if is_month(self.parameter):
            return f"{day:%Y-%m}"
        if form == "date-time":
            return f"{day.isoformat()}T{time}Z"
        return day.isoformat() + ("" if form == "date" else self._rest())

    def _rest(self) -> str:
        shortest = min(_texts(self.parameter), key=len, default="")
        return shortest[10:]

    @property
    def is_of_days(self) -> bool:
        """Whether it writes days without a time."""
        return self.parameter.resolved.get("format") != "date-time" and not self._rest()


def single_dates(parameter: Parameter, now: str, near: date | None = None) -> list[str]:
    """The dates to send for a parameter alone; none where it accepts none in a form that is known.

    They lie around the clock, and around the last day that replies show, `near`, where that is long ago.
    """
    writer = Writer(parameter, _clock(now))
    texts = [
        text for one, other in _spans(writer.now, near) for text in (writer.start(one), writer.end(other))
    ]
    return [text for text in dict.fromkeys(texts) if is_good(parameter, text)]


def ranges(parameters: Sequence[Parameter], now: str, near: date | None = None) -> Iterator[dict[str, Any]]:
    """Days around the clock, months, a leap day; of a pair, the first is never after the second."""
    paired = list(_pairs(parameters))
    alone = [each for each in parameters if all(each is not one for pair in paired for one in pair)]
    for first, second in paired:
        yield from _of_pair(first, second, _clock(now), near)
    for parameter in alone:
        yield from ({parameter.key: text} for text in single_dates(parameter, now, near))


def _of_pair(
    first: Parameter, second: Parameter, now: datetime, near: date | None
) -> Iterator[dict[str, Any]]:
    one, other, today = Writer(first, now), Writer(second, now), now.date()
    spans = _spans(now, near)
    rows = [{first.key: one.start(a), second.key: other.end(b)} for a, b in spans]
    # Nothing is known here of the value that stands in for a required end: the two might be inverted.
    rows += [{first.key: one.start(a)} for a, _ in spans if a <= today and not second.required]
    rows += [{second.key: other.end(b)} for _, b in spans if b <= today and not first.required]
    yesterday = today - timedelta(days=1)
    late = f"{yesterday.isoformat()}T22:30:00-05:00"
    noon = f"{yesterday.isoformat()}T10:00:00Z"
    # An instant beside a day, where a schema takes both; and twice the same instant.
    rows += [{first.key: late, second.key: other.end(today)}] if other.is_of_days else []
    rows += [{first.key: noon, second.key: noon}] if other.is_of_days else []
    for row in rows:
        is_inverted = len(row) > 1 and row[first.key][:19] > row[second.key][:19] and not other.is_of_days
        if not is_inverted and all(
            is_good(each, row[each.key]) for each in (first, second) if each.key in row
        ):
            yield row


def _spans(now: datetime, near: date | None = None) -> list[Span]:
    today = now.date()
    shown = (
        [(near, near), (near - timedelta(days=_A_WEEK), near), (near.replace(day=1), near)] if near else []
    )
    old = shown if near and (today - near).days > _A_WEEK else []
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    # The last leap day that is not after this year.
    leap = date(today.year - today.year % 4, 2, 29)
    return [
        (today, today),
        (today - timedelta(days=1), today),
        (today - timedelta(days=today.weekday()), today),
        (month, today),
        (before, month - timedelta(days=1)),
        (month - timedelta(days=2), month + timedelta(days=1)),
        (leap, leap),
        (leap - timedelta(days=1), leap + timedelta(days=1)),
        (today, today + timedelta(days=3)),
        *old,
    ]


def _clock(now: str) -> datetime:
    return datetime.fromisoformat(now).astimezone(UTC)


def _pairs(parameters: Sequence[Parameter]) -> Iterator[tuple[Parameter, Parameter]]:
    """The parameters that are the two ends of one range, told by their names, or by there being two."""
    taken: set[str] = set()
    for first in parameters:
        for second in parameters:
            if first.key not in taken and second.key not in taken and is_pair(first.name, second.name):
                taken |= {first.key, second.key}
                yield first, second
    if not taken and len(parameters) == 2:  # noqa: PLR2004 - a range has two ends
        yield parameters[0], parameters[1]
