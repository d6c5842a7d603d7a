"""Lists whose rows are steps of time: one for each step of the span that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

from metermock.ledger.calendar import month_edge
from metermock.server.generation.agreeing.agreement import Agreement
from metermock.server.generation.agreeing.buckets import Nested, objects_in, share
from metermock.server.generation.agreeing.decimals import frozen
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.ordering import days
from metermock.server.generation.agreeing.quotas import is_monthly, quotas
from metermock.server.generation.agreeing.units import counted
from metermock.server.generation.agreeing.wholes import add_up, wholes_of
from metermock.server.generation.asked.paging import rows_from
from metermock.server.generation.makers.fields import Field
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.makers.objects import Object, Rows
from metermock.server.generation.makers.weights import weight
from metermock.server.generation.values.instants import Notation, text_in
from metermock.server.generation.values.scene import DEEPEST, Page, Past, Scene, TooDeepError, mixed, parted
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import ORDERED, UNITS, USUAL, UTC, Grain, Span, Unit

MOST = 2_400
"""Steps of one series: a hundred days of hours. Of a longer span the last are made."""
MOST_OF_A_PAGE = 100
"""Steps of a page whose size could be asked for, and is not."""
_INSIDE = 3
"""The level of what stands in the rows of a list."""
_FEW = 7
"""Steps of a series in each of them, where no span is asked for."""
_WIDE = 40
"""Values of a row of which thirty make a long reply."""
_OF_A_REPLY, _OF_A_ROW = 1_000, 300
"""Values of a list of wider rows, beside others in a reply, and in the row of another list."""
_LEAST = 2
_ADVERBS = frozenset({"minutely", "hourly", "daily", "weekly", "monthly", "yearly"})
_FEW_DAYS = 2 * 86_400
_LONGEST = 50
"""Nodes inside each other that are followed to a list; a longer chain is a circle."""
_NOTHING = Span()
Told = tuple[Facts, Callable[[int, int], float]]
"""A column, and what tells how much it counts from one instant to another."""
_MASK = (1 << 64) - 1
_STRIDE = 0x9E3779B97F4A7C15


class Series:
    """A list of steps of time."""

    def __init__(
        self,
        items: Node,
        name: str,
        rows: Sequence[Facts],
        begin: Facts,
        end: Facts | None,
        *,
        low: int,
        high: int | None,
        inside: Callable[[], Sequence[Nested]] = tuple,
    ) -> None:
        self.rows = rows
        self.inside = inside
        """Finds the objects inside of its steps that count something."""
        self._settled: dict[tuple[int, frozenset[str]], Agreement] = {}
        self.is_of_month = False
        """Whether its days are those of this month where nothing is asked: a limit of the month is beside."""
        self.items = items
        self.begin = begin
        self.end = end
        self.low = low
        self.high = MOST if high is None else min(high, MOST)
        self.notation = begin.notation or "date"
        self._fixed = _unit_of(name, by={"by", "per"})
        """The unit that the list's name says, whatever is asked: `hourly`, `by_day`."""
        self._usual = _unit_of(begin.name, by=None) or _unit_of(name, by=None)

    def in_month(self) -> Series:
        """The same series, of which the days are those of this month where nothing is asked."""
        own = copy(self)
        own.is_of_month = True
        return own

    def grain(self, span: Span) -> Grain:
        """The steps that a request asks for, as fine as the rows can tell."""
        unit = self._fixed or span.unit or self._usual
        if unit is None:
            is_short = span.start is not None and span.end is not None and span.end - span.start <= _FEW_DAYS
            unit = "hour" if is_short else "day"
        return span.grain(_coarser(unit, self.notation))

    def steps(self, scene: Scene) -> tuple[Grain, range]:
        """The steps of the whole series, by number."""
        span = scene.span or _NOTHING
        end = scene.now + 1 if span.end is None else min(span.end, scene.now + 1)
        grain = self.grain(span if span.start is None else replace(span, end=end))
        last = grain.number(end - 1)
        if span.start is None:
            usual = last - USUAL[grain.unit] + 1
            first = grain.number(month_edge(scene.now, 0, UTC)) if self.is_of_month else usual
        else:
            first = grain.number(span.start - 1) + 1
            # A span that holds no whole step shows the one that it lies in.
            first = last if first == last + 1 and end > span.start else first
        return grain, range(max(first, last - MOST + 1), max(last, first - 1) + 1)

    def page(self, page: Page, scene: Scene) -> Page:
        """The page of a list that is this series: from its start where pages go on, else its last rows."""
        if scene.is_empty:
            return page
        total = len(self.steps(scene)[1])
        size = min(page.size if page.is_sized else MOST_OF_A_PAGE, self.high)
        first = page.numbers.start if page.goes_on else max(total - size, 0)
        if page.is_numbered and page.goes_on:
            first = first // max(page.size, 1) * size
        return replace(page, numbers=rows_from(first, size, total), total=total, size=size)

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> list[Any]:
        """The rows, each of them the same whatever span they are in."""
        if depth > DEEPEST:
            raise TooDeepError
        key = parted(key ^ scene.asked)
        grain, steps = self.steps(scene)
        page = scene.page if main else None
        is_descending = scene.span is not None and scene.span.is_descending
        if page is not None:
            numbers: Sequence[int] = (steps[::-1] if is_descending else steps)[
                page.numbers.start : page.numbers.stop
            ]
        else:
            short = scene.is_empty or scene.sparse or depth > scene.deep
            most = self.low if short else self.high
            if scene.span is None or scene.span.start is None:
                most = min(most, self._unasked(scene, depth))
            first = max(steps.start, steps.stop - most)
            first = min(first, steps.stop - self.low)
            numbers = range(first, steps.stop)[:: -1 if is_descending else 1]
        inner = scene.in_rows()
        rows = [self._row(grain, number, inner, key, depth, is_main=main) for number in numbers]
        if scene.past is not None and not scene.is_empty:
            told, inside = self._columns_of(scene.past), self._nested_of(scene.past)
            for number, row in zip(numbers, rows, strict=True) if told or inside else ():
                if isinstance(row, dict):
                    edges = grain.begin(number), grain.begin(number + 1)
                    for found, columns in inside:
                        self._share(row, found, columns, edges, inner)
                    self._tell(row, told, edges, inner)
        return rows

    def _unasked(self, scene: Scene, depth: int) -> int:
        """The most rows of a list that is not what the reply is about, where nobody asks for a span."""
        # A list has many rows: of those inside each of them nobody asked for a month.
        most = _FEW if depth >= _INSIDE and not scene.home else self.high
        if scene.past is not None or self.is_of_month or self._width <= _WIDE:
            return most
        return min(most, max(_LEAST, (_OF_A_REPLY if scene.home else _OF_A_ROW) // self._width))

    @cached_property
    def _width(self) -> int:
        """About how many values a row has."""
        return weight(self.items, 1)

    @cached_property
    def _nested(self) -> Sequence[Nested]:
        return self.inside()

    def _columns_of(self, past: Past) -> Sequence[Told]:
        """The columns of which the history of an account tells something."""
        return [
            (field, tell)
            for field, unit in counted(self.rows)
            if (tell := past.column(field, unit)) is not None
        ]

    def _nested_of(self, past: Past) -> Sequence[tuple[Nested, Sequence[Told]]]:
        found = [
            (
                each,
                [
                    (field, tell)
                    for field, unit in each.columns
                    if (tell := past.column(field, unit)) is not None
                ],
            )
            for each in self._nested
        ]
        return [(each, told) for each, told in found if told]

    def _share(
        self,
        row: dict[str, Any],
        found: Nested,
        columns: Sequence[Told],
        edges: tuple[int, int],
        scene: Scene,
    ) -> None:
        """Let the groups of a step make what the account used in it."""
        objects = objects_in(row, found)
        told = frozenset(field.name for field, tell in columns if share(objects, field, tell(*edges)))
        for each in objects if told else ():
            self._agreement(found.fields, told).settle(each, scene, frozenset())

    def _agreement(self, fields: Sequence[Facts], told: frozenset[str]) -> Agreement:
        key = id(fields), told
        if key not in self._settled:
            self._settled[key] = Agreement(fields, told)
        return self._settled[key]

    @cached_property
    def _wholes(self) -> Sequence[tuple[Facts, Sequence[Facts]]]:
        return wholes_of(self.rows)

    def _tell(
        self, row: dict[str, Any], columns: Sequence[Told], edges: tuple[int, int], scene: Scene
    ) -> None:
        """Let a step say what the account used in it; what else it says of that follows."""
        told, silent = set(), set()
        for field, tell in columns:
            if row.get(field.name) is None:
                silent.add(field.name)
                continue
            value = tell(*edges)
            if field.accepts(value if field.decimals is None else frozen(value, field)):
                row[field.name] = value
                told.add(field.name)
        if told:
            add_up(row, self._wholes, told)
            # What is null stays so: else each choice of nulls would have an agreement to find.
            self._agreement(self.rows, frozenset(told | silent)).settle(row, scene, frozenset())

    def _row(self, grain: Grain, number: int, scene: Scene, key: int, depth: int, *, is_main: bool) -> Any:
        row = self.items.make(scene, mixed((key + number * _STRIDE) & _MASK), depth + 1, main=is_main)
        if not isinstance(row, dict):
            return row
        first = grain.begin(number)
        marks = {self.begin.name: text_in(grain.where, first, self.notation)}
        if self.end is not None:
            notation = self.end.notation or "date"
            # An end that is a date is the last day itself.
            after = grain.begin(number + 1) - (notation == "date")
            marks[self.end.name] = text_in(grain.where, after, notation)
        for facts in (self.begin, self.end):
            if facts is not None and facts.name in row and facts.accepts(marks[facts.name]):
                row[facts.name] = marks[facts.name]
        return row


def series_in(node: Any) -> Series | None:
    """The series that a node's value is about: its list, or that of the object that it is about."""
    for _ in range(_LONGEST):
        if node is None or isinstance(node, Series):
            return node
        if isinstance(node, Object):
            node = node.main and node.main.node
        else:
            node = getattr(node, "listed" if isinstance(node, Rows) else "node", None)
    return None


def in_month(facts: Sequence[Facts], fields: Sequence[Field]) -> Sequence[Field]:
    """The fields of an object, where the days beside the limit of a month are those of the month.

    They become series of their own, since other objects may have the same days without a limit.
    """
    if not any({"limit", "used"} <= group.keys() and is_monthly(group) for group in quotas(facts)):
        return fields
    listed = {rows.name for rows, _, _ in days(facts)}
    return [_in_month(each) if each.name in listed else each for each in fields]


def _in_month(field: Field) -> Field:
    series = getattr(field.node, "node", None)
    return replace(field, node=series.in_month()) if isinstance(series, Series) else field


def _unit_of(name: str, by: set[str] | None) -> Unit | None:
    """The unit that a name says; with `by`, only as a word that cannot mean anything else."""
    words = names.words_of(name)
    for before, word in zip(("", *words), words, strict=False):
        if word in UNITS and len(word) > 1 and (by is None or word in _ADVERBS or before in by):
            return UNITS[word]
    return None


def _coarser(unit: Unit, notation: Notation) -> Unit:
    """The unit, or the finest that a notation can tell."""
    least: Unit = "day" if notation == "date" else "month" if notation == "month" else "minute"
    return max(unit, least, key=ORDERED.index)
