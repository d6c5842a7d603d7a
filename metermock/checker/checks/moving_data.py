"""Tells data that move between reads from replies that contradict each other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

from metermock.checker.deployment.reply import Reply


class Suspicion:
    """Whether a difference between replies can be believed, though the data stood still.

    What slides with the clock may differ for a second and come back. So a difference across seconds has to
    show twice.
    """

    def __init__(self) -> None:
        self._shown = False

    def confirmed(self, replies: Iterable[Reply]) -> bool:
        """Note a difference between these replies; true where it is under one clock, or not the first."""
        # Replies of one second need no second showing: nothing slides while the clock stands.
        shown, self._shown = self._shown, True
        return shown or len({reply.exchange.now for reply in replies}) == 1


def moves(bodies: list[Any]) -> bool:
    """Whether some number rose, or fell, each time that the next body was another: new data do that."""
    # Equal neighbours say nothing: the data paused.
    changed = bodies[:1] + [body for before, body in itertools.pairwise(bodies) if body != before]
    rows = [dict(numbers(body)) for body in changed]
    # A row that comes or goes moves the places of the others; only places that every body has compare.
    everywhere = set.intersection(*(set(row) for row in rows))
    return any(
        all(a < b for a, b in steps) or all(a > b for a, b in steps)
        for place in everywhere
        for steps in [list(itertools.pairwise(row[place] for row in rows))]
    )


def distance(one: Any, other: Any) -> float:
    """How far the numbers of two bodies are apart, all together; infinite where they differ otherwise."""
    left, right = dict(numbers(one)), dict(numbers(other))
    # Another number of numbers is no step that a counter of reads makes.
    if left.keys() != right.keys():
        return math.inf
    apart = sum(abs(left[place] - right[place]) for place in left)
    # Equal numbers beside another text are no step either.
    return apart or (0.0 if one == other else math.inf)


def goes_back(bodies: list[Any]) -> bool:
    """Whether a body came, then another, then the first again: no new data do that."""
    return any(
        bodies[first] == bodies[last] and any(body != bodies[first] for body in bodies[first:last])
        for first, last in itertools.combinations(range(len(bodies)), 2)
    )


def numbers(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], float]]:
    """The numbers in a JSON value, each with its place."""
    if isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(member, (*place, key))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield place, value
