"""Reads in a row and reads after a pause: what time changes is told from what changes with each read."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.checks.comparisons import BURSTS, READS, SLOW_READS
from metermock.checker.checks.moving_data import FAR, Bursts, distances

Course = Callable[[float], Any]
"""What a read shows, that comes so many seconds after the one before."""


def odd(course: Course, gap: float) -> bool:
    """Whether reads of a course, `gap` seconds apart and after pauses, differ by more than time explains."""
    bursts = Bursts()
    for _ in range(BURSTS):
        replies = [course(gap) for _ in range(READS)]
        if all(reply == replies[0] for reply in replies):
            return False
        bursts.note(replies, gap * READS)
    before = replies[-1]
    for _ in range(SLOW_READS):
        if not bursts.is_odd():
            return False
        now = course(max(1.0, FAR * gap))
        bursts.note_slow(before, now)
        before = now
    return bursts.is_odd(wholly=True)


def traffic(seed: int, tempo: float, *, total: bool) -> Course:
    """Calls that arrive and leave the current minute, so many a second; with `total`, all are counted."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    minute, count = 100, 5000

    def events(seconds: float) -> int:
        return sum(1 for _ in itertools.takewhile(lambda t: t < seconds, itertools.accumulate(gaps())))

    def gaps() -> Any:
        while True:
            yield dice.expovariate(tempo)

    def read(seconds: float) -> Any:
        nonlocal minute, count
        came = events(seconds)
        minute += came - events(seconds)
        count += came
        return {"minute": minute, **({"total": count} if total else {})}

    return read


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("tempo", [0.05, 0.5, 1.5, 5.0, 20.0, 60.0])
@pytest.mark.parametrize("gap", [0.003, 0.05, 0.15, 0.5])
def test_live_traffic_is_never_odd(tempo: float, gap: float, *, total: bool) -> None:
    """Whatever the pace of the calls and of the replies: 25 accounts each."""
    assert not any(odd(traffic(seed, tempo, total=total), gap) for seed in range(25))


def test_rows_that_arrive_are_not_odd() -> None:
    """A list that gets a new row at its top moves all others, and that is one new row."""
    numbers = itertools.count()

    def read(seconds: float) -> Any:
        newest = [next(numbers) for _ in range(round(100 * seconds))][-1:] or [next(numbers)]
        return {"rows": [{"id": newest[0] - n, "at": f"row {newest[0] - n}"} for n in range(20)]}

    assert not odd(read, 0.01)


@pytest.mark.parametrize("gap", [0.003, 0.15])
def test_what_changes_with_each_read_is_odd(gap: float) -> None:
    """A number made up, and a node that lies, change as much at once as after a pause."""
    dice, reads = random.Random(5), itertools.count()  # noqa: S311 - repeatable on purpose
    assert odd(lambda _: {"total": dice.randrange(1000)}, gap)
    assert odd(lambda _: {"total": 1000 - 10 * (next(reads) % 2)}, gap)
    assert odd(lambda _: {"name": f"request {dice.random()}"}, gap)


def test_a_list_made_up_each_time_is_odd() -> None:
    """Where replies come at once; where they take long, no list is judged, since its rows may be new."""
    dice = random.Random(5)  # noqa: S311 - repeatable on purpose
    assert odd(lambda _: {"rows": [{"n": dice.random()}]}, 0.003)
    assert not odd(lambda _: {"rows": [{"n": dice.random()}]}, 0.15)


def test_distances_are_by_place() -> None:
    """Numbers by their difference, other values by 1, and of a list what only one of the two holds."""
    one = {"n": 5, "t": "a", "same": 1, "rows": [{"k": 1}, {"k": 2}]}
    other = {"n": 8, "t": None, "same": 1, "rows": [{"k": 9}, {"k": 1}, {"k": 2}]}
    assert distances(one, other) == {("n",): 3.0, ("t",): 1.0, ("rows", "length"): 1.0}
