"""The fields that say of which span an object is: the span of its series, or what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import days, instant_of, spanned
from metermock.server.generation.agreeing.plan_periods import PERIODS, STARTS, WINDOWS, is_own_period
from metermock.server.generation.agreeing.quotas import is_monthly, quotas
from metermock.server.generation.agreeing.units import Edges, counted
from metermock.server.generation.values.instants import Notation, text_in
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import USUAL, UTC, Span

_ENDS = frozenset({"end", "ends", "ending", "to", "until"})
_OTHERS = frozenset({"billing", "cycle", "subscription", "trial", "created", "contract", "updated"})
"""Words of spans that nobody asks for."""
_NO_REPORT = frozenset(
    {"id", "uuid", "number", "invoice_number", "issued_at", "due_at", "due_date", "status"}
)
"""Fields of things that have a period of their own, whatever is asked for."""
_TOTALS = names.TOTAL | names.USED | {"totals", "summary"}
_NOTHING = Span()


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def notation(self) -> Notation | None: ...


F = TypeVar("F", bound=_Named)


def windows(fields: Sequence[Facts], name: str = "") -> Iterator[Step]:
    """`start` and `end` beside a series are its own; else those of the span that was asked for.

    Where nobody asked they are those of what is shown then: of the month in a `billing_period` or beside a
    limit of a month, and of what the history of the account tells.
    """
    edges = edges_of(fields)
    if edges is None:
        yield from _beside(fields)
        return
    begin, end = edges
    listed = list(spanned(fields))
    rows = listed[0][:2] if len(listed) == 1 else None
    is_own = is_own_period(name) or is_own_period(begin.name)
    is_of_month = is_own or names.has(name, PERIODS) or (rows is None and _has_limit(fields))
    is_by_category = rows is not None and next(days(fields), None) is None
    counts = [(field, unit) for field, unit in counted(fields) if unit]

    def usual(scene: Scene) -> Edges | None:
        if not scene.home or is_by_category or (scene.span is not None and scene.span.is_said and not is_own):
            return None
        if is_of_month:
            return month_edge(scene.now, 0, UTC), month_edge(scene.now, 1, UTC)
        told = scene.past.usual(counts[0][1]) if counts and scene.past is not None else None
        # Figures of which nothing else says the time are those of the last days until now.
        return told or (_lately(scene.now) if counts and rows is None else None)

    def started(made: dict[str, Any], scene: Scene) -> int | None:
        edges = usual(scene)
        return edges[0] if edges is not None else _start(made, scene, rows)

    def ended(_: dict[str, Any], scene: Scene) -> int | None:
        edges = usual(scene)
        return edges[1] - 1 if edges is not None else _end(scene, has_rows=rows is not None)

    yield _told(begin, started)
    yield _told(end, ended)


def _has_limit(fields: Sequence[Facts]) -> bool:
    """Whether what is used of the limit of a month stands beside the span, which is that month then."""
    return any({"limit", "used"} <= group.keys() and is_monthly(group) for group in quotas(fields))


def _lately(now: int) -> Edges:
    return (now // DAY - USUAL["day"] + 1) * DAY, now + 1


def _beside(fields: Sequence[Facts]) -> Iterator[Step]:
    """`window: {from, to}` beside the only series is of its days; beside totals alone, of what was asked.

    A `period` is so, too, but that of a thing such as an invoice, and that beside the limit of a month.
    """
    listed = list(spanned(fields))
    is_thing = any(names.plain(each.name) in _NO_REPORT for each in fields)
    words = WINDOWS if is_thing else WINDOWS | {"period"}
    around = [each for each in fields if each.fields and set(names.words_of(each.name)) <= words]
    edges = edges_of(around[0].fields) if len(around) == 1 and len(listed) <= 1 else None
    if edges is None or not (listed or _has_totals(fields)):
        return
    rows = listed[0][:2] if listed else None
    begin, end = edges
    is_of_month = rows is None and names.has(around[0].name, PERIODS) and _has_limit(fields)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        inside = made.get(around[0].name)
        is_asked = scene.span is not None and scene.span.is_said
        if not isinstance(inside, dict) or (is_of_month and not is_asked):
            return {}
        start = _start(made, scene, rows)
        if start is None and rows is None and scene.home:
            start = _lately(scene.now)[0]
        instants = ((begin, start), (end, _end(scene, has_rows=rows is not None or bool(scene.home))))
        told = {
            field.name: text_in(scene.span.where if scene.span else UTC, instant, field.notation or "date")
            for field, instant in instants
            if instant is not None and inside.get(field.name) is not None
        }
        return {around[0].name: {**inside, **told}}

    yield step


def _has_totals(fields: Sequence[Facts]) -> bool:
    """Whether figures stand beside, or in an object of totals, that are of some time."""
    inner = (each for field in fields if names.has(field.name, _TOTALS) for each in counted(field.fields))
    return any(unit for _, unit in (*counted(fields), *inner))


def edges_of(fields: Sequence[F]) -> tuple[F, F] | None:
    """The fields that say when a span begins and ends; None where there is not one of each."""
    begins, ends = (_named(fields, words) for words in (STARTS, _ENDS))
    return (begins[0], ends[0]) if len(begins) == len(ends) == 1 else None


def _named(fields: Sequence[F], words: frozenset[str]) -> list[F]:
    return [
        each
        for each in fields
        if each.notation and names.has(each.name, words) and not names.has(each.name, _OTHERS)
    ]


def _told(field: Facts, find: Callable[[dict[str, Any], Scene], int | None]) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        instant = find(made, scene) if made.get(field.name) is not None else None
        where = scene.span.where if scene.span is not None else UTC
        return {} if instant is None else {field.name: text_in(where, instant, field.notation or "date")}

    return step


def _start(made: dict[str, Any], scene: Scene, rows: tuple[Facts, Facts] | None) -> int | None:
    """The first instant of the rows, where they are not a page of more; else of what was asked for."""
    is_whole = scene.page is None or len(scene.page.numbers) == scene.page.total
    if rows is not None and is_whole and made.get(rows[0].name):
        found = [instant_of(row.get(rows[1].name), rows[1].notation or "date") for row in made[rows[0].name]]
        first = min((each for each in found if each is not None), default=None)
        if first is not None:
            return first
    if rows is not None and scene.is_empty and (scene.span is None or scene.span.start is None):
        # Without a row the span is that which the days of another account would have.
        return (scene.now // DAY - USUAL["day"] + 1) * DAY
    if scene.span is None or not (scene.home or rows is not None):
        return None
    if scene.span.start is None and scene.span.end is not None:
        # An end alone ends the days that are usual.
        return _lately(min(scene.span.end - 1, scene.now))[0]
    return scene.span.start


def _end(scene: Scene, *, has_rows: bool) -> int | None:
    """The last second of what was asked for, or the clock; None for what nobody asked for."""
    span = scene.span or _NOTHING
    if span.end is not None and (scene.home or has_rows):
        return span.end - 1
    return scene.now if has_rows or (scene.home and span.start is not None) else None
