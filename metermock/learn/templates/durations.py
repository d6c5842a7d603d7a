"""Templates of durations: how far two instants are from each other, or from now, as a number tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

import numpy as np

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import LEAST_TUPLES, UNLIKELY, Candidate, chance_of_equation, stated
from metermock.learn.conditions import asked, literal
from metermock.learn.names import lengths_of, words_of
from metermock.learn.shapes import is_instant
from metermock.learn.templates.columns import Columns
from metermock.learn.terms import Scope, Term, column

SECOND = 1000
UNITS = (("milliseconds", 1), ("seconds", SECOND), ("minutes", 60 * SECOND), ("hours", 3600 * SECOND))
UNITS_OF_DAYS = (*UNITS, ("days", 86400 * SECOND))
"""What a number may count, in milliseconds."""
SOON = 5 * SECOND
"""Milliseconds by which a reply's instants and its Date may differ; a rule allows six times as much."""
MOST_INSTANTS, MOST_DIGITS = 8, 3
TINY = 1e-9
_EPOCH = {SECOND: (1e9, 4e9), 1: (1e12, 4e12)}
"""Between which numbers an integer is an instant, in seconds and in milliseconds since 1970."""
_BEGINNING = "timestamp('1970-01-01T00:00:00Z')"
_EARLY = frozenset({"created", "queued", "submitted", "received", "requested", "first"})
_BEGUN = frozenset({"started", "start", "begin", "began", "begins", "since", "from"})
_ENDED = frozenset(
    {"finished", "ended", "completed", "closed", "stopped", "end", "ends", "until", "to", "last"}
)


@dataclass(frozen=True, slots=True, eq=False)
class _Instant:
    """A place that tells an instant: in milliseconds since 1970 for every sample, NaN where there is none.

    `grain` is the finest step that its form shows; `seconds` its text in whole seconds where it is exact.
    """

    term: Term | None
    name: str
    seconds: str
    stamp: str
    values: Any
    grain: int
    milliseconds: str
    """Its text in milliseconds since 1970."""
    is_milliseconds: bool = False
    """Whether it is written so."""

    @property
    def terms(self) -> list[Term]:
        """What a rule reads of the reply."""
        return [self.term] if self.term is not None else []


class Durations:
    """The instants of a scope and the numbers beside them."""

    def __init__(self, data: Columns) -> None:
        self.data = data
        self.scope = data.scope
        own = [term for term in self.scope.terms if term.pointers and not term.is_outer and term.weight == 1]
        found = [instant for term in own for instant in [_instant(term)] if instant is not None]
        self.instants = found[:MOST_INSTANTS]
        known = {id(each.term) for each in found}
        self.numbers = [
            term
            for term in self.data.terms
            if term.pointers and term.weight == 1 and not term.is_outer and id(term) not in known
        ]

    def candidates(self) -> list[Candidate]:
        """What tells a distance in time, in the first unit that explains it."""
        now = [_now(self.scope)] if self.scope.rows is None else []
        found = [*self._told_now(now), *self._windows()]
        for begin, end in permutations([*self.instants, *now], 2):
            apart = end.values - begin.values
            for number in self.numbers:
                found += self._of(number, begin, end, apart)
        return found + [each for pair in permutations(self.instants, 2) for each in self._in_turn(*pair)]

    def _in_turn(self, begin: _Instant, end: _Instant) -> Iterator[Candidate]:
        """Two instants of which the names say which is first."""
        ranks = [_rank(each.name) for each in (begin, end)]
        known = ~(np.isnan(begin.values) | np.isnan(end.values))
        apart = (end.values - begin.values)[known]
        if None in ranks or ranks[0] >= ranks[1] or (apart < 0).any():  # type: ignore[operator]
            return
        chance = 0.5 ** len({*apart[apart > 0].tolist()})
        if chance < UNLIKELY:
            is_exact = begin.grain == end.grain == SECOND
            low, high = (begin.seconds, end.seconds) if is_exact else (begin.stamp, end.stamp)
            if begin.is_milliseconds or end.is_milliseconds:
                low, high = begin.milliseconds, end.milliseconds
            message = f"{begin.name} is not after {end.name}"
            terms = [*begin.terms, *end.terms]
            yield stated(self.scope, "in turn", message, f"{low} <= {high}", terms, chance=chance)

    def _of(self, number: Term, begin: _Instant, end: _Instant, apart: Any) -> Iterator[Candidate]:
        shown = column(number)
        known = ~(np.isnan(shown) | np.isnan(apart))
        x, wanted = shown[known], apart[known]
        if len({*x[x != 0].tolist()}) < LEAST_TUPLES:
            return
        digits = _digits(x)
        is_now = begin.term is None or end.term is None
        for name, unit in UNITS_OF_DAYS:
            grain = max(unit * 10.0**-digits, begin.grain, end.grain)
            most = SOON if is_now else grain
            off = np.abs(x * unit - wanted)
            if not len(x) or off.max() > most * 1.001:
                continue
            is_exact = off.max() == 0 and not is_now
            chance = chance_of_equation(x * unit / (begin.grain if is_exact else most), [wanted])
            if chance < UNLIKELY / max(1, len(self.numbers) * len(self.instants) ** 2):
                slack = 0.0 if is_exact else most * (6 if is_now else 1)
                yield self._stated(number, (begin, end), (name, unit), slack)
                return

    def _stated(
        self, number: Term, pair: tuple[_Instant, _Instant], unit: tuple[str, int], slack: float
    ) -> Candidate:
        begin, end = pair
        is_exact = not slack and number.is_integer
        if unit[1] % SECOND == 0 and max(begin.grain, end.grain) == SECOND == min(begin.grain, end.grain):
            apart, factor = f"{end.seconds} - {begin.seconds}", unit[1] // SECOND
            slack /= SECOND
        elif begin.is_milliseconds or end.is_milliseconds:
            apart, factor = f"{end.milliseconds} - {begin.milliseconds}", unit[1]
        else:
            apart, factor = f"({end.stamp} - {begin.stamp}).getMilliseconds()", unit[1]
        text = number.text if factor == 1 else f"{number.text} * {factor}"
        if factor != 1 and not number.is_integer:
            text = f"{number.as_double} * {factor}.0"
        rule = f"{text} == {apart}" if is_exact else f"near({text}, {apart}, {slack or 0.001:g})"
        message = f"{number.name} is the {unit[0]} from {begin.name} to {end.name}"
        terms = [number, *begin.terms, *end.terms]
        return stated(self.scope, "duration", message, rule, terms, chance=0.0)

    def _told_now(self, now: list[_Instant]) -> Iterator[Candidate]:
        """Numbers that are the reply's instant, in seconds or milliseconds since 1970."""
        for each in self.instants:
            if not now or each.term is None or not each.term.is_number:
                continue
            off = np.abs(each.values - now[0].values)
            if not np.isnan(off).any() and len(off) > LEAST_TUPLES and off.max() <= SOON:
                rule = f"near({each.seconds}, seconds(now), {6 * SOON // SECOND})"
                if each.is_milliseconds:
                    rule = f"near({each.milliseconds}, {now[0].milliseconds}, {6 * SOON})"
                message = f"{each.name} is the instant of the reply"
                yield stated(self.scope, "now", message, rule, each.terms, chance=0.0)

    def _windows(self) -> Iterator[Candidate]:
        """Two instants that are as far apart as the value of a parameter says, such as `7d`."""
        for parameter in self.scope.operation.parameters if self.scope.rows is None else ():
            lengths = lengths_of(parameter)
            given = [each.parameters.get(parameter.key, parameter.default) for each in self.scope.exchanges]
            wanted = np.array([lengths.get(str(value), np.nan) * SECOND for value in given])
            for begin, end in permutations(self.instants if lengths else (), 2):
                apart = end.values - begin.values
                is_exact = begin.grain == end.grain and begin.is_milliseconds == end.is_milliseconds
                is_exact = is_exact and (begin.is_milliseconds or begin.grain == SECOND)
                seen = {value for value in wanted.tolist() if value == value}  # noqa: PLR0124 - NaN
                if not is_exact or np.isnan(wanted).any() or len(seen) < 2 or (apart != wanted).any():  # noqa: PLR2004
                    continue
                factor = SECOND if begin.is_milliseconds else 1
                table = ", ".join(f"{literal(name)}: {lengths[name] * factor}" for name in sorted(lengths))
                ends = (
                    (end.milliseconds, begin.milliseconds)
                    if begin.is_milliseconds
                    else (end.seconds, begin.seconds)
                )
                rule = f"{' - '.join(ends)} == {{{table}}}[{asked(parameter.name)}]"
                message = f"{end.name} is as long after {begin.name} as {parameter.name} says"
                terms = [*begin.terms, *end.terms]
                yield stated(self.scope, "duration", message, rule, terms, chance=0.0, weight=1)


def _instant(term: Term) -> _Instant | None:
    """The instants of a field: texts, or seconds or milliseconds since 1970."""
    known = [value for value in term.values if value is not None]
    if not known:
        return None
    if term.is_text and all(map(is_instant, known)):
        values = np.array([np.nan if value is None else _milliseconds(value) for value in term.values])
        is_fine = any("." in value for value in known)
        text, stamp = f"seconds({term.text})", f"timestamp({term.text})"
        since = f"({stamp} - {_BEGINNING}).getMilliseconds()" if is_fine else f"{text} * {SECOND}"
        return _Instant(term, term.name, text, stamp, values, 1 if is_fine else SECOND, since)
    numbers = column(term) if term.is_integer else np.array([])
    for unit, (least, most) in _EPOCH.items():
        if len(numbers) and np.nanmin(numbers) >= least and np.nanmax(numbers) < most:
            is_fine = unit == 1
            text = f"{term.text} / {SECOND}" if is_fine else term.text
            since = term.text if is_fine else f"{term.text} * {SECOND}"
            stamp = f"timestamp(instant({text}))"
            return _Instant(
                term, term.name, text, stamp, numbers * unit, unit, since, is_milliseconds=is_fine
            )
    return None


def _rank(name: str) -> int | None:
    words = words_of(name.rpartition(".")[2])
    return next((rank for rank, its in enumerate((_EARLY, _BEGUN, _ENDED)) if words & its), None)


def _now(scope: Scope) -> _Instant:
    values = np.array([times.seconds(each.now) * float(SECOND) for each in scope.exchanges])
    since = f"seconds(now) * {SECOND}"
    return _Instant(None, "now", "seconds(now)", "timestamp(now)", values, SECOND, since)


def _milliseconds(text: str) -> float:
    # Python reads no more than six decimals of a second.
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text)
    return round(datetime.fromisoformat(plain).timestamp() * SECOND)


def _digits(values: Any) -> int:
    """With how many decimals numbers are written."""
    return next(
        (n for n in range(MOST_DIGITS) if (np.abs(values - np.round(values, n)) < TINY).all()), MOST_DIGITS
    )
