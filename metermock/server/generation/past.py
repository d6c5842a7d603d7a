"""What one account has used, as a request sees it: the same in each operation that speaks of it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from metermock.contract import Operation
from metermock.contract.json_types import is_number
from metermock.ledger import dice
from metermock.ledger.calendar import DAY, month_edge
from metermock.ledger.default_world import CLOCK
from metermock.server.generation.agreeing.account_limits import MONTHLY, Bound, bound_of
from metermock.server.generation.agreeing.buckets import objects_in, values_of
from metermock.server.generation.agreeing.decimals import thawed
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.meters import Meter, Meters, Place
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.quotas import course_of, is_monthly
from metermock.server.generation.agreeing.siblings import at
from metermock.server.generation.agreeing.units import (
    COST,
    FEW,
    Edges,
    Unit,
    period_of,
    unit_of_group,
)
from metermock.server.generation.agreeing.worth import compared
from metermock.server.generation.asked.spans import STEPS_IN_PATHS, Spans
from metermock.server.generation.values.flows import Course, Flow, Rest, Taken, between
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import USUAL, Span

_SIZED_AT = int(dt.datetime.fromisoformat(CLOCK).timestamp())
"""The clock at which replies tell the size of a month: one for all, or the past would move."""
_UNLIMITED = 40_000
"""What an account without a limit uses in a month, where no series tells it."""
_REMEMBERED = 64
_CENTS = 100
_WHOLE = Facts("", is_integer=True)
_PART = (50, 600)
"""Thousandths of the whole that is of what a query asks for, such as one model."""
_BAD = (10, 60)
_FIRST = (550, 800)
"""Thousandths that are the first of two parts, as the tokens of prompts."""
_EVEN = (250, 450)


@dataclass(frozen=True, slots=True)
class _Known:
    """A flow, the parts of one that its numbers count, and the limit of its month, if it has one."""

    flow: Flow
    parts: int = 1
    limit: float | None = None


class History:
    """What an account has used until a clock; made of it is what is asked for."""

    def __init__(self, meter: Meter, alone: Scene) -> None:
        self.meter = meter
        self.alone = alone
        """The scene of an operation by itself."""
        self._sizing = replace(alone, shows_examples=False, now=_SIZED_AT)
        self._known: dict[Unit, _Known] = {}
        self._bounds: dict[Bound, tuple[float, float | None] | None] = {}
        self._months: dict[int, float] = {}
        """What a month of each column comes to, by its place."""

    def of(self, unit: Unit) -> _Known:
        """The history of one thing that is counted."""
        if unit not in self._known:
            whole = self.meter.whole_of(unit)
            self._known[unit] = self._whole(unit) if whole == unit else self._part(unit, whole)
        return self._known[unit]

    def _part(self, unit: Unit, whole: Unit) -> _Known:
        known = self.of(whole)
        *several, _ = self.meter.wholes[whole]
        flow = known.flow
        for each in several:
            span = _BAD if each[0] in FEW else _FIRST if len(several) == 1 else _EVEN
            own = Taken(flow, self._key("part", each), span, self.alone.now)
            if each == unit:
                return _Known(own, known.parts)
            flow = Rest(flow, own)
        return _Known(flow, known.parts)

    def _whole(self, unit: Unit) -> _Known:
        place = self.meter.limits.get(unit)
        if place is not None:
            told = _inside(place.replies.usual_body(self.alone), place)
            limit, used = (
                thawed(at(told, each.name), each) if each is not None else None
                for each in map(place.group.get, ("limit", "used"))
            )
            if is_number(limit) and limit > 0:
                parts = 1 if unit != COST or place.group.get("used", _WHOLE).is_integer else _CENTS
                course = course_of(place.group, int(limit * parts), self.alone, told)
                if "used" not in place.group:
                    return _Known(course, parts, limit)
                if is_number(used) and used >= 0:
                    return _Known(replace(course, told=round(used * parts)), parts, limit)
        size, parts = self._usual(unit)
        key = self._key("course", unit)
        main = self.meter.main
        leading = self.of(main).flow if main and unit != main else None
        if self._total_of(unit) is not None:
            # Parts of one span are as large in another, where nothing tells of their days.
            key = leading.key if isinstance(leading, Course) else self._key("course", ())
        if isinstance(leading, Course):
            # Busy days cost more, and accounts that call seldom use few tokens.
            beside = compared(unit, main, self.alone.seed, self.alone.account)
            usual = self._usual(main)[0] if main in self.meter.series else 0
            if beside is not None:
                key, size, parts = leading.key, leading.usual * beside[0] // beside[1], self._parts(unit)
            elif usual:
                key, size = leading.key, size * leading.usual // usual
        return _Known(Course(self.alone.account, key, size, is_limit=False, now=self.alone.now), parts)

    def _usual(self, unit: Unit) -> tuple[int, int]:
        """What a month of an account without a limit comes to: thirty days like those of its series."""
        series = self.meter.series
        columns = (
            [series[unit]]
            if unit in series
            else [series[each] for each in self.meter.wholes.get(unit, ()) if each in series]
        )
        parts = self._parts(unit)
        if not columns:
            told = self._total_of(unit)
            return _UNLIMITED * parts if told is None else round(told * parts), parts
        return round(sum(self._of_month(place) for place in columns) * parts), parts

    def bound(self, bound: Bound) -> tuple[float, float | None] | None:
        """A limit of another time, or of things, and what is used of it, if a reply says it."""
        if bound not in self.meter.bounds or len(self.meter.bounding[bound]) < 2:  # noqa: PLR2004 - who tells it alone has it right
            return None
        if bound not in self._bounds:
            place = self.meter.bounds[bound]
            inside = _inside(place.replies.usual_body(self.alone), place)
            limit, used = (
                thawed(at(inside, each.name), each) if each is not None else None
                for each in map(place.group.get, ("limit", "used"))
            )
            told = (limit, used if is_number(used) else None) if is_number(limit) and limit >= 0 else None
            self._bounds[bound] = told
        return self._bounds[bound]

    def _total_of(self, unit: Unit) -> float | None:
        """What a reply says that chooses no time, of what no series and no limit tells."""
        if unit in self.meter.series or unit in self.meter.limits:
            return None
        places = [self.meter.totals.get(each) for each in (unit, *self.meter.wholes.get(unit, ()))]
        told = [
            _whole_of(place, self._sizing) for place in (places if places[0] is None else places[:1]) if place
        ]
        numbers = [each for each in told if each is not None]
        return sum(numbers) if numbers else None

    def _of_month(self, place: Place) -> float:
        if id(place) not in self._months:
            # One reply tells all columns of a series: some have eighty, and each reply takes milliseconds.
            body = place.replies.usual_body(self._sizing)
            beside = (each for each in self.meter.series.values() if each.replies is place.replies)
            self._months |= {id(each): _month_of(each, body) for each in beside}
        return self._months[id(place)]

    def _parts(self, unit: Unit) -> int:
        """The parts of one in which something is counted: money in cents."""
        return _CENTS if unit == COST else 1

    def _key(self, purpose: str, unit: Unit) -> int:
        alone = self.alone
        return dice.key(purpose, alone.seed, alone.account, alone.home, " ".join(unit))


def _month_of(place: Place, body: Any) -> float:
    """Thirty days like those of a column in the body of a series; nought where it has none."""
    if place.column is None:
        return 0
    rows, column, within = place.column
    steps = [row for row in _inside(body, place).get(rows) or () if isinstance(row, dict)]
    numbers = [values_of([row] if within is None else objects_in(row, within), column) for row in steps]
    told = [sum(each) for each in numbers if each]
    return 30 * sum(told) / len(told) if told else 0


def _whole_of(place: Place, sizing: Scene) -> float | None:
    """The number of a place in the usual reply, or the sum of its column."""
    inside = _inside(place.replies.usual_body(sizing), place)
    if place.column is not None:
        rows, column, _ = place.column
        values = values_of([row for row in inside.get(rows) or () if isinstance(row, dict)], column)
        return sum(values) if values else None
    value = thawed(inside.get(place.total.name), place.total) if place.total is not None else None
    return value if is_number(value) and value >= 0 else None


@dataclass(frozen=True, slots=True)
class AccountPast:
    """What a request sees of the history of its account."""

    history: History
    part: int
    """The key of what the query asks for; nought for all of it."""
    period: Edges | None
    """The time that the operation's own name speaks of."""
    tells_of_account: Callable[[str], bool] = lambda _: False
    """Tells of a type whether the operation answers with the account itself, and not with one of several."""
    parts: dict[Unit, Flow] = field(default_factory=dict)
    """The parts of its flows that the query asks for, made once: each of them knows its months."""

    def quota(
        self, group: Mapping[str, Facts], around: str, span: Span | None, *, is_whole: bool
    ) -> tuple[float | None, float | None] | None:
        """The limit of a group of fields, None for no limit, and what is used; None where nobody tells.

        It is used in a span, or in this month without one; `is_whole` is of all, whatever the query chooses.
        """
        unit = self.history.meter.resolved(unit_of_group(group, around))
        if not unit or not is_monthly(group, around):
            return self.history.bound(bound_of(group["limit"].name, around)) if "limit" in group else None
        if "used" not in group:
            return None
        now, used = self.history.alone.now, group["used"]
        is_asked = span is not None and period_of((used.name, around), now) is None
        edges = self._spanned(unit, span) if is_asked else period_of(("month",), now)
        count = self._counter(unit, used, is_whole=is_whole)
        return self.history.of(unit).limit, count(*edges) if edges else 0

    def count(self, field: Facts, unit: Unit, around: str, span: Span | None) -> float | None:
        """What a field counts in a span, or in the time that its name says; None where nobody can tell."""
        unit = self.history.meter.resolved(unit or None)
        if not unit:
            return None
        now = self.history.alone.now
        edges = period_of((field.name, around), now)
        if edges is None and (span is None or (span.start is None and span.end is None)):
            edges = self.period
        return self._between(unit, field, *(edges or self._spanned(unit, span)))

    def usual(self, unit: Unit) -> Edges | None:
        """The edges of what is told where nothing is asked; None where nobody can tell."""
        resolved = self.history.meter.resolved(unit)
        return (self.period or self._spanned(resolved, None)) if resolved else None

    def is_of(self, kind: str) -> bool:
        """Whether a thing of a type is the account itself, and none of several."""
        return self.tells_of_account(kind)

    def limit(self, field: Facts, around: str, bound: Bound) -> float | None:
        """The limit that a field tells, of a month where `bound` is empty; None where nobody can tell."""
        if bound != MONTHLY:
            told = self.history.bound(bound)
            return told[0] if told is not None else None
        meter = self.history.meter
        unit = meter.resolved(unit_of_group({"limit": field}, around))
        place = meter.limits.get(unit) if unit else None
        if place is None:
            return None
        known = self.history.of(unit).limit
        mine, its = scale_of(field.name), scale_of(place.group["limit"].name)
        if known is None or mine == its:
            return known
        # The same amount in cents and in micros is two numbers.
        number, rest = divmod(known * mine, its)
        return None if rest else number

    def column(self, field: Facts, unit: Unit) -> Callable[[int, int], float] | None:
        """What tells how much a column of a series counts from one instant to another; None for nobody.

        What does not depend on the step is looked for once.
        """
        resolved = self.history.meter.resolved(unit)
        return self._counter(resolved, field) if resolved else None

    def _counter(self, unit: Unit, field: Facts, *, is_whole: bool = False) -> Callable[[int, int], float]:
        known = self.history.of(unit)
        after = self.history.alone.now + 1
        flow = self._part(unit, known.flow) if self.part and not is_whole else known.flow
        return lambda start, end: self._said(between(flow, start, min(end, after)), known.parts, field)

    def _between(self, unit: Unit, field: Facts, start: int, end: int) -> float:
        return self._counter(unit, field)(start, end)

    def _part(self, unit: Unit, whole: Flow) -> Flow:
        if unit not in self.parts:
            share = _PART[0] + dice.below(_PART[1] - _PART[0], self.part)
            self.parts[unit] = Taken(whole, self.part, (share, share), self.history.alone.now)
        return self.parts[unit]

    def _said(self, value: int, parts: int, field: Facts) -> float:
        if (scale := scale_of(field.name)) > 1:
            return value * scale // parts
        return value if parts == 1 else round(value / parts) if field.is_integer else round(value / parts, 2)

    def _spanned(self, unit: Unit, span: Span | None) -> Edges:
        """The edges of what is asked for, as the series of the same thing has its first and last step."""
        now = self.history.alone.now
        place = self.history.meter.series.get(unit)
        series = place.replies.usual_series() if place is not None else None
        if series is not None:
            grain, steps = series.steps(Scene(now, span=span))
            return grain.begin(steps.start), min(grain.begin(steps.stop), now + 1)
        end = now + 1 if span is None or span.end is None else min(span.end, now + 1)
        if span is not None and span.start is not None:
            return span.start, end
        return ((end - 1) // DAY - USUAL["day"] + 1) * DAY, end


def _inside(body: Any, place: Place) -> Mapping[str, Any]:
    if isinstance(body, list):
        # A list that is no field has the empty name.
        body = {"": body}
    for name in place.path:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


class Pasts:
    """The histories of the accounts that ask an operation; a few of them are remembered."""

    def __init__(self, operation: Operation, meters: Meters, naming: Sequence[str]) -> None:
        self._operation = operation
        self._meters = meters
        self._naming = naming
        self._is_account = functools.cache(partial(meters.is_of_account, operation, naming))

    @cached_property
    def are_told(self) -> bool:
        """Whether another operation speaks of what the account has used, too."""
        return self._meters.of(self._operation, self._naming) is not None

    def spanned(self, said: Span | None, now: int) -> Span | None:
        """The span that a request asks for, or the month, where a limit of one is told without a question."""
        if not self.is_by_month or (said is not None and (said.is_said or said.unit not in (None, "day"))):
            return said
        span = said or Span()
        start, end = month_edge(now, 0, span.where), month_edge(now, 1, span.where)
        return replace(span, start=start, end=end)

    @cached_property
    def is_by_month(self) -> bool:
        """Whether the operation chooses its time as one that tells the limit of a month, and has no other."""
        meter = self._meters.of(self._operation, self._naming)
        if meter is None or not meter.is_by_month or not Spans(self._operation).chooses:
            return False
        # `daily` says of which length the steps are.
        words = names.words_of(f"{self._operation.path} {self._operation.id}")
        if period_of(["_".join(word for word in words if word not in STEPS_IN_PATHS)], 0) is not None:
            return False
        own = (each.replies for each in meter.series.values() if each.replies.operation is self._operation)
        series = next((found for each in own if (found := each.usual_series()) is not None), None)
        return series is None or series.steps(Scene(0))[0].unit == "day"

    def of(self, alone: Scene, part: int) -> AccountPast | None:
        """What a request sees of its account's history; None where no other operation speaks of it."""
        meter = self._meters.of(self._operation, self._naming)
        if meter is None:
            return None
        key = alone.home, alone.now, alone.account, alone.seed, alone.shows_examples
        histories = meter.histories
        # Another thread may clear them at any time.
        history = histories.get(key)
        if history is None:
            if len(histories) >= _REMEMBERED:
                histories.clear()
            history = histories[key] = History(meter, alone)
        texts = (self._operation.path, self._operation.id)
        return AccountPast(history, part, period_of(texts, alone.now), self._is_account)
