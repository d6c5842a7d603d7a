"""What a repair wants: the parts of the rules that one reply must satisfy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from metermock.contract.cel import syntax
from metermock.contract.rules import Rule
from metermock.server.generation.repair.cells import cells_of, inside
from metermock.server.generation.repair.draft import ABSENT, At, Cell, Draft, Place, Way
from metermock.server.generation.repair.listing import today
from metermock.server.generation.repair.moments import fill, is_moment, units_of, zone_of
from metermock.server.generation.repair.reading import COUNT, places_of
from metermock.server.generation.repair.truths import conjuncts, ways

_SHAPING = frozenset({"has", "size"})
_OF_ONE = frozenset({"seconds", "local_date", "size", "has", "header_int", "double", "round"})
_DATING = frozenset(
    {"seconds", "local_date", "ascending", "descending", "strictly_ascending", "midnight", "days_between"}
)


@dataclass(frozen=True, slots=True)
class Goal:
    """One part of a rule; where `when` is false, there is nothing to reach."""

    rule: Rule
    node: syntax.Node
    when: syntax.Node | None
    reads: frozenset[Place]
    """The places that decide whether it is reached."""
    follows: tuple[tuple[frozenset[Place], frozenset[Place]], ...]
    """For each side that is one place, that place and what the other side reads."""
    stage: int

    def is_reached(self, draft: Draft) -> bool:
        """Whether it holds now, or does not apply."""
        if self.when is not None and self.rule.when is not None:
            applies = At(draft, self.rule.when.text).value(self.when)
            if applies is not True:
                return applies is not ABSENT
        return At(draft, self.rule.rule.text).holds(self.node)

    def ways(self, draft: Draft) -> Iterator[Way]:
        """Ways to reach it: to make it true, to give a series other steps, or to make it not apply."""
        at = At(draft, self.rule.rule.text)
        yield from ways(self.node, at)
        yield from _series(self.node, at)

    def is_given(self, fixed: set[Place]) -> bool:
        """Whether what it wants of a place is decided by the request, the clock and places that are fixed."""
        return any(fixed.issuperset(reads) for _, reads in self.follows)

    @property
    def targets(self) -> frozenset[Place]:
        """The places that it is about where the rest is given; of a list's size the list."""
        return frozenset(
            place[:-1] if place[-1] == COUNT else place for own, _ in self.follows for place in own
        )


def _stage(node: syntax.Node, given: bool) -> int:  # noqa: FBT001 - of one call
    """What the request decides comes first, then how many rows there are, then their dates, then numbers."""
    called = {each.name for each in _parts(node) if isinstance(each, syntax.Invocation)}
    if given:
        return 0
    is_shaping = isinstance(node, syntax.Binary) and node.sign == "==" and called & _SHAPING
    if is_shaping or "unique" in called:
        return 1
    return 2 if called & _DATING else 3


def _follows(node: syntax.Node) -> Iterator[tuple[frozenset[Place], frozenset[Place]]]:
    """The side of an equation that is one place, and what the other side reads."""
    sides: tuple[syntax.Node, ...] = ()
    if isinstance(node, syntax.Binary) and node.sign == "==":
        sides = node.left, node.right
    elif isinstance(node, syntax.Invocation) and node.name == "near":
        sides = node.operands[:2]
    for side, other in (sides, sides[::-1]) if sides else ():
        if _is_one_place(side):
            yield places_of(side), places_of(other)


def _is_one_place(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Invocation):
        return node.name in _OF_ONE and _is_one_place(node.operands[0])
    return isinstance(node, syntax.Member | syntax.Index) and bool(places_of(node))


def goals_of(rules: Iterable[Rule]) -> list[Goal]:
    """The goals of rules, in the order in which they are gone for."""
    found: list[Goal] = []
    for rule in rules:
        try:
            when = None if rule.when is None else syntax.parse(rule.when.text)
            parts = list(conjuncts(syntax.parse(rule.rule.text)))
        except syntax.CelSyntaxError:
            continue
        also = frozenset() if when is None else places_of(when)
        for part in parts:
            follows = tuple(_follows(part))
            stage = _stage(part, any(not reads for _, reads in follows))
            found.append(Goal(rule, part, when, places_of(part) | also, follows, stage))
    return sorted(found, key=lambda goal: (goal.rule.level != "must", goal.stage))


def _parts(node: syntax.Node) -> Iterator[syntax.Node]:
    yield node
    for part in syntax.children(node):
        yield from _parts(part)


def _series(node: syntax.Node, at: At) -> Iterator[Way]:
    """Columns of dates or instants that an expression speaks of, filled at even steps up to now."""
    zone, last = zone_of(at), today(at.draft)
    seen: set[tuple[int, str]] = set()
    named = set(_names(node))
    for rows in _lists(node, at):
        for name, cells in _moments(rows):
            if name not in named or (id(rows[0].get()), name) in seen:
                continue
            seen.add((id(rows[0].get()), name))
            for unit in units_of(at):
                for descends in (False, True):
                    yield partial(fill, at.draft, cells, last, unit, zone, descends=descends)


def _names(node: syntax.Node) -> Iterator[str]:
    """The fields that an expression names, by a text too."""
    for part in _parts(node):
        if isinstance(part, syntax.Member):
            yield part.name
        elif isinstance(part, syntax.Literal) and isinstance(part.value, str):
            yield part.value


def _lists(node: syntax.Node, at: At) -> Iterator[list[Cell]]:
    """The lists of rows in the reply that an expression names outside of its rows."""
    for part in _parts(node):
        if isinstance(part, syntax.Member):
            cells = cells_of(part, at)
            if cells and all(isinstance(cell.get(), dict) for cell in cells):
                yield cells


def _moments(rows: list[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    for name, value in rows[0].get().items():
        if is_moment(value):
            cells = [each for row in rows if (each := inside(row, name)) is not None]
            if len(cells) == len(rows) and all(is_moment(cell.get()) for cell in cells):
                yield name, list(cells)
