"""Tells data that move between reads from replies that contradict each other."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import fmean
from typing import Any

from metermock.checker.checks.pairs import LENGTH, Place, leaves
from metermock.contract.json_types import is_number

OFTEN = 0.5
"""The share of reads in a row that must differ before another reason than new data is looked for."""
SOMETIMES = 0.25
"""The same for reads that are far apart."""
SMALL = 0.1
"""The share of the widest step below which a step is none from node to node."""
FEW_LATE = 3
"""Looks that must show it again: replicas that renew a total are a moment apart, and not for long."""
FAR = 20
"""A slow read comes at least so many times as long after the one before it as a quick one."""
NO_FARTHER = 1.2
"""Where slow reads differ by at most so many times as much as quick ones, the time is not the reason."""
FARTHER = 2.0
"""What slow reads change by so much more is new data."""
SETTLED = 3
"""Values that a place may have, to be taken for one that goes to and fro between them."""
STEPS = 3
"""Times as far as two reads in a row differ, a number comes in half a minute, if new data are the reason."""
MOSTLY = 0.8
"""The share of bursts in which each read must differ from all others."""
LARGE = 0.25
"""The share of a number by which no lag of some seconds changes it each time."""
FEW_AT_ONCE = 100
"""What stays below may count what is going on, such as runs of the last seconds: a lag is much of that."""
FEW = 4
"""Looks of which most may happen to be alike."""
QUICK = 0.02
"""Seconds between reads within which no live list gets new rows for most of the reads."""
_MEASURE = re.compile(r"\W*\d")
"""The beginning of a text that may go with the data: a number, a date, a sum of money."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class Bursts:
    """Reads of one request: bursts, one right after the other, and looks with a pause before each.

    Calls that arrive, and calls that leave a window, change more the more time passes. A counter of reads,
    a node that lies, or a number made up change as much within a millisecond as within a minute. Replicas
    that lag differ at once too, but by no more than what comes while they lag.
    """

    def __init__(self) -> None:
        self._bodies: list[list[Any]] = []
        self._gaps: list[float] = []
        self._slow: dict[Place, list[float]] = defaultdict(list)
        self._late: dict[Place, list[float]] = defaultdict(list)
        self._looks: list[list[Any]] = []
        self._quick: dict[Place, list[float]] | None = None
        """The distances of reads in a row, at the places that may differ too often."""
        self._placed: list[list[dict[Place, Any]]] = []
        """The values of each read by place, of rows as far as they were looked at: bodies may be large."""
        self._steps_seen: list[tuple[dict[Place, float], bool, bool]] = []
        """How far reads in a row are apart, and whether totals, and any data, are among that."""

    def note(self, bodies: list[Any], seconds: float) -> None:
        """Add a burst, which took so long in all."""
        self._bodies.append(bodies)
        self._gaps.append(seconds / len(bodies))

    @property
    def pause(self) -> float:
        """How long, in seconds, a slow read has to wait."""
        return FAR * max(self._gaps)

    def note_look(self, before: Any, slow: Any, quick: Any) -> None:
        """Add a read that came long after the one before it, and one right after that."""
        self._looks.append([slow, quick])
        for place, apart in distances(before, slow).items():
            self._slow[place].append(apart)
        for place, apart in distances(slow, quick).items():
            self._late[place].append(apart)

    def is_odd(self, *, wholly: bool = False) -> bool:
        """Whether some place may differ for another reason than the time; with `wholly`, whether one does."""
        if self._quick is None:
            self._quick = self._often()
        return any(
            self._is_wide(place, wholly=wholly) or self._differs_alike(place, wholly=wholly)
            for place in self._quick
        )

    def _differs_alike(self, place: Place, *, wholly: bool) -> bool:
        """Whether a place differs as much at once as after a pause, and not as replicas that lag do."""
        apart, looks = fmean(self._quick_steps(place)), len(self._looks)
        if sum(map(bool, self._quick_steps(place))) < OFTEN * len(self._quick_steps(place)):
            return False
        # What one slow read shows may be chance; before the last one only a clear difference counts.
        farthest = (NO_FARTHER if wholly else FARTHER) * looks
        return looks <= 1 or (
            self._lasts(place)
            and sum(self._slow[place]) <= farthest * apart
            and not self._may_lag(place, apart, wholly=wholly)
        )

    def _quick_steps(self, place: Place) -> list[float]:
        return (self._quick or {})[place]

    def _lasts(self, place: Place) -> bool:
        """Whether reads in a row go on to differ: two replicas do so only while one has a new total."""
        return len(self._looks) < FEW or len(self._late[place]) >= OFTEN * len(self._looks)

    def _may_lag(self, place: Place, apart: float, *, wholly: bool) -> bool:
        """Whether replicas that lag can show such differences, of a sum or a sliding window.

        Before the last look only what no later look can change is said.
        """
        reads = self._values(place)
        everything: list[Any] = list(itertools.chain.from_iterable(reads))
        counts = all(map(is_number, everything))
        # What moves does not show the same few values for long, and comes farther than its steps.
        if not counts and (not wholly or _is_settled(reads)):
            return False
        if max(self._gaps) <= QUICK:
            # Within so short a time nothing new comes, and of four reads two are of the same replica.
            bursts = reads[: len(self._bodies)]
            return sum(map(_is_distinct, bursts)) <= MOSTLY * len(bursts)
        if counts:
            most = max(map(abs, everything))
            is_part = bool(most <= FEW_AT_ONCE or apart < LARGE * most)
            return is_part or (wholly and (self._differs_with_totals(place) or self._is_of_nodes(place)))
        if any(not isinstance(value, str) or bool(_MEASURE.match(value)) for value in everything):
            return True
        return self._goes_with_data(place)

    def _is_of_nodes(self, place: Place) -> bool:
        """Whether of most bursts two reads are as good as alike: so few nodes have answered it."""
        bursts = self._values(place)[: len(self._bodies)]
        apart = [[abs(a - b) for a, b in itertools.combinations(burst, 2)] for burst in bursts]
        alike = sum(bool(min(each) <= SMALL * max(each)) for each in apart)
        return 2 * alike > len(bursts)

    def _goes_with_data(self, place: Place) -> bool:
        """Whether a text, such as a cursor, differed only where data did: then it may follow from them."""
        return all(is_of_data for step, _, is_of_data in self._seen() if place in step)

    def _differs_with_totals(self, place: Place) -> bool:
        """Whether a place differed only where totals did that new data move: then it may lag as they do."""
        return all(is_of_totals for step, is_of_totals, _ in self._seen() if place in step)

    def _seen(self) -> list[tuple[dict[Place, float], bool, bool]]:
        pairs = [pair for row in self._by_row() for pair in itertools.pairwise(row)]
        if len(self._steps_seen) != len(pairs):
            totals = self._totals()
            self._steps_seen = [
                (
                    step := _distances(*pair),
                    not totals.isdisjoint(step),
                    _data_of(pair[0]) != _data_of(pair[1]),
                )
                for pair in pairs
            ]
        return self._steps_seen

    def _totals(self) -> set[Place]:
        """The numbers that new data move."""
        everything = list(itertools.chain.from_iterable(self._by_row()))
        everywhere = set.intersection(*(set(each) for each in everything))
        return {
            each
            for each in everywhere
            if all(is_number(body[each]) for body in everything)
            if self._comes_far(each) and not self._goes_to_and_fro(each)
        }

    def _by_row(self) -> list[list[dict[Place, Any]]]:
        """The values by place of reads in a row; bursts come before looks."""
        if len(self._placed) != len(self._bodies) + len(self._looks):
            self._placed = [[_by_place(body) for body in row] for row in self._rows()]
        return self._placed

    def _rows(self) -> list[list[Any]]:
        """The bodies of reads in a row."""
        return [*self._bodies, *self._looks]

    def _values(self, place: Place) -> list[list[Any]]:
        return [[values.get(place) for values in row] for row in self._by_row()]

    def _steps(self, place: Place) -> list[float]:
        """How far two reads in a row are apart, where that is not next to nothing.

        Two reads of the same node are a small step or none, beside those from one node to the other.
        """
        apart = [abs(b - a) for row in self._values(place) for a, b in itertools.pairwise(row)]
        least = SMALL * max(apart, default=0.0)
        return [step for step in apart if step > least]

    def _comes_far(self, place: Place) -> bool:
        """Whether a number has moved much more than it differs between two reads in a row."""
        values = list(itertools.chain.from_iterable(self._values(place)))
        return bool(max(values) - min(values) >= STEPS * min(self._steps(place), default=0.0))

    def _goes_to_and_fro(self, place: Place) -> bool:
        """Whether what a number is at most, or at least, goes up and down from row to row."""
        step = min(self._steps(place), default=0.0)
        # Only where reads differ by about such a step, both nodes have answered.
        both = [row for row in self._values(place) if max(row) - min(row) >= step]
        return any(_returns([end(row) for row in both]) > SMALL * step for end in (max, min))

    def _is_wide(self, place: Place, *, wholly: bool) -> bool:
        """Whether reads in a row are so far apart that all which came meanwhile would not explain it.

        Before the last look only what a number has moved speaks against it.
        """
        if not all(is_number(value) for row in self._values(place) for value in row):
            return False
        # What says how much is going on comes nowhere, however much of it a replica that lags misses.
        if self._comes_far(place) or self._goes_to_and_fro(place):
            return False
        if wholly and self._differs_with_totals(place):
            return False
        steps = self._steps(place)
        late = sum(step > SMALL * max(steps) for step in self._late[place])
        # Few calls make steps that are alike by chance, so that each look has to show one.
        return not wholly or late >= (FEW_LATE if min(steps) >= STEPS else len(self._looks))

    def _often(self) -> dict[Place, list[float]]:
        """The distances of reads in a row, at the places that do not differ by chance."""
        if moves(list(itertools.chain.from_iterable(self._bodies))):
            return {}
        steps = [distances(*pair) for burst in self._bodies for pair in itertools.pairwise(burst)]
        is_quick = max(self._gaps) <= QUICK
        found: dict[Place, list[float]] = {}
        for place in {place for step in steps for place in step}:
            apart = [step.get(place, 0.0) for step in steps]
            if sum(map(bool, apart)) >= SOMETIMES * len(steps) and (is_quick or place[-1:] != (LENGTH,)):
                found[place] = apart
        return found


def _returns(values: list[float]) -> float:
    """How much a course goes up and down: the less of its rises and its falls, all together."""
    steps = [b - a for a, b in itertools.pairwise(values)]
    return min(sum(max(step, 0.0) for step in steps), sum(max(-step, 0.0) for step in steps))


def _data_of(values: dict[Place, Any]) -> dict[Place, Any]:
    """What a body has of numbers, lists, and texts that begin with a number."""
    found = values.items()
    return {place: value for place, value in found if not isinstance(value, str) or _MEASURE.match(value)}


def _is_settled(reads: list[list[Any]]) -> bool:
    """Whether the last third of the reads shows the same few values as the first."""
    third = len(reads) // 3
    first, last = ({repr(value) for row in part for value in row} for part in (reads[:third], reads[-third:]))
    whole = {repr(value) for row in reads for value in row}
    return first == last == whole and len(whole) <= SETTLED


def _is_distinct(burst: list[Any]) -> bool:
    return len({repr(value) for value in burst}) == len(burst)


def distances(one: Any, other: Any) -> dict[Place, float]:
    """How far two bodies are apart, by place: numbers by their difference, other values by 1.

    A list is one place, and what only one of the two has in it counts: a new row moves all others.
    """
    return _distances(_by_place(one), _by_place(other))


def _distances(left: dict[Place, Any], right: dict[Place, Any]) -> dict[Place, float]:
    found: dict[Place, float] = {}
    for place in left.keys() | right.keys():
        apart = _apart(left.get(place), right.get(place))
        if apart:
            found[place] = apart
    return found


def _apart(one: Any, other: Any) -> float:
    if isinstance(one, Counter) or isinstance(other, Counter):
        left, right = Counter(one or {}), Counter(other or {})
        return float((left - right).total() + (right - left).total())
    return float(abs(one - other)) if is_number(one) and is_number(other) else float(one != other)


def _by_place(body: Any) -> dict[Place, Any]:
    """The scalars outside of lists, and of each outermost list what it holds, wherever in it that stands."""
    found: dict[Place, Any] = {}
    for place, value in leaves(body):
        row = next((n for n, key in enumerate(place) if isinstance(key, int) or key == LENGTH), None)
        if row is None:
            found[place] = value
        elif not (place[-1] == LENGTH and row == len(place) - 1):
            inner = tuple(key for key in place[row:] if not isinstance(key, int))
            found.setdefault((*place[:row], LENGTH), Counter())[inner, repr(value)] += 1
    return found


def moves(bodies: list[Any]) -> bool:
    """Whether some number or instant rose, or fell, with every change of the body: new data do that."""
    # Equal neighbours say nothing: the data paused.
    changed = bodies[:1] + [body for before, body in itertools.pairwise(bodies) if body != before]
    rows = [dict(_courses(body)) for body in changed]
    # A row that comes or goes moves the places of the others; only places that every body has compare.
    everywhere = set.intersection(*(set(row) for row in rows))
    return len(changed) > 1 and any(
        all(a < b for a, b in steps) or all(a > b for a, b in steps)
        for place in everywhere
        for steps in [list(itertools.pairwise(row[place] for row in rows))]
    )


def _courses(body: Any) -> Iterator[tuple[tuple[Place, bool], Any]]:
    """What can rise in a body: numbers, and texts that are instants."""
    for place, value in leaves(body):
        if is_number(value) or (isinstance(value, str) and _INSTANT.match(value)):
            yield (place, isinstance(value, str)), value


def distance(one: Any, other: Any) -> float:
    """How far the numbers of two bodies are apart, all together; infinite where they differ otherwise."""
    left, right = dict(numbers(one)), dict(numbers(other))
    # Another number of numbers is no step that a counter of reads makes.
    if left.keys() != right.keys():
        return math.inf
    apart = sum(abs(left[place] - right[place]) for place in left)
    # Equal numbers beside another text are no step either.
    return apart or (0.0 if one == other else math.inf)


def numbers(value: Any) -> Iterator[tuple[Place, float]]:
    """The numbers in a JSON value, each with its place."""
    return ((place, leaf) for place, leaf in leaves(value) if is_number(leaf) and place[-1:] != (LENGTH,))
