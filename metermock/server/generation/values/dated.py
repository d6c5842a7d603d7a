"""Dates and times of which a pattern, or bounds, take only some: of these, those near the clock."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from metermock.contract.format_texts import drawing, keeping
from metermock.ledger.calendar import DAY
from metermock.server.generation.values.instants import FORMATS, NARROWING, Notation, written
from metermock.server.generation.values.scene import Scene, pick
from metermock.server.generation.words import names

_DRAWN = 64
"""Texts that are looked for; each value is one of them."""
_NEAR = 16
"""So many of them are told, those before the clock that are next to it."""
_SIDES = (("formatMinimum", "formatExclusiveMinimum"), ("formatMaximum", "formatExclusiveMaximum"))
_TIMES = ("date", "date-time", "time", "month")


class Dated:
    """Texts of which each names an instant that a schema takes."""

    def __init__(self, name: str, form: Notation, whole: Mapping[str, Any]) -> None:
        self._form = form
        self._whole = whole
        words = frozenset(names.words_of(name))
        self._is_ahead = not words.isdisjoint(names.AHEAD) and "last" not in words

    def make(self, scene: Scene, key: int, _depth: int, *, main: bool = False) -> str:
        """One of the texts next to the clock: before it, unless its name lies ahead."""
        del main
        return pick(key, self._near(scene.now))

    def _near(self, now: int) -> Sequence[str]:
        if self._form == "time":
            return [text for _, text in self.known]
        edge = bisect_right(self.known, now, key=lambda each: each[0])
        near = self.known[edge:][:_NEAR] if self._is_ahead else self.known[:edge][-_NEAR:]
        return [text for _, text in near or self.known]

    @cached_property
    def known(self) -> list[tuple[int, str]]:
        """Texts that the schema takes, with their instants, in their order; none where none is found."""
        pattern, low, high = (self._whole.get(each) for each in ("pattern", "minLength", "maxLength"))
        takes = keeping(self._form, pattern, low or 0, high)
        draw = drawing(self._form, pattern, low or 0, high)
        drawn = [] if draw is None else [draw(number) for number in range(_DRAWN)]
        bounds = _bounds(self._form, self._whole)
        if bounds is not None:
            within = [each for each in _within(self._form, *bounds) if takes(each)]
            drawn = within or [each for each in drawn if bounds[0] <= _instant(each) <= bounds[1]] or drawn
        return sorted((_instant(text), text) for text in dict.fromkeys(drawn))


def dated(name: str, whole: Mapping[str, Any]) -> Dated | None:
    """What makes the dates or times of a schema that takes only some; None where it takes others, or none."""
    notation = FORMATS.get(str(whole.get("format", "")).lower())
    if notation not in _TIMES or whole.keys().isdisjoint(NARROWING):
        return None
    found = Dated(name, notation, whole)
    return found if found.known else None


def _bounds(form: Notation, whole: Mapping[str, Any]) -> tuple[int, int] | None:
    """The first and the last second that a schema takes; None where it does not bound them."""
    least, most = (_bound(form, whole, *side, step) for side, step in zip(_SIDES, (1, -1), strict=True))
    if least is None and most is None:
        return None
    length = DAY - 1 if form == "time" else 365 * DAY
    # Of a time that has one bound, the other is that of the day.
    first = (0 if form == "time" else (most or 0) - length) if least is None else least
    last = (DAY - 1 if form == "time" else first + length) if most is None else most
    return first, last


def _bound(form: Notation, whole: Mapping[str, Any], usual: str, exclusive: str, step: int) -> int | None:
    text = whole.get(usual, whole.get(exclusive))
    if not isinstance(text, str):
        return None
    is_open = usual not in whole
    return _instant(text) + is_open * step * (DAY if form in ("date", "month") else 1)


def _within(form: Notation, first: int, last: int) -> Iterator[str]:
    """Texts spread over a span of time."""
    for number in range(_DRAWN):
        yield written(first + (last - first) * number // (_DRAWN - 1), form)


def _instant(text: str) -> int:
    """The instant of a date, a month, a time of day or an instant; 0 for what Python does not read."""
    whole = (
        f"1970-01-01T{text}" if text[2:3] == ":" else f"{text}-01" if len(text) == len("2026-03") else text
    )
    try:
        read = dt.datetime.fromisoformat(whole)
    except ValueError:
        return 0
    return int((read if read.tzinfo else read.replace(tzinfo=dt.UTC)).timestamp())
