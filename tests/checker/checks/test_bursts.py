"""Reads in a row and reads after a pause: what time changes is told from what changes with each read."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from metermock.checker.checks.comparisons import BURSTS, LATER, LONG_LOOKS, READS
from metermock.checker.checks.moving_data import FAR, Bursts, distances
from metermock.checker.deployment.options import Options

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
    for _ in range(LONG_LOOKS):
        if not bursts.is_odd():
            return False
        slow = course(max(LATER * Options().later, FAR * gap))
        quick = course(gap)
        bursts.note_look(before, slow, quick)
        before = quick
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


def replicas(
    seed: int,
    tempo: float,
    lags: tuple[float, ...],
    *,
    in_turn: bool,
    roll_up: float,
    window: float = 60.0,
) -> Course:
    """What replicas show of a total and a window, each late by its lag; with `roll_up`, renewed so often."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    turns = itertools.count()
    at = list(itertools.takewhile(lambda t: t < 500.0, itertools.accumulate(_gaps(dice, tempo))))
    now = 100.0 + dice.uniform(0.0, 60.0)

    def read(seconds: float) -> Any:
        nonlocal now
        now += seconds
        seen = now - (lags[next(turns) % len(lags)] if in_turn else dice.choice(lags))
        if roll_up:
            seen -= seen % roll_up
        total = bisect.bisect(at, seen)
        return {"total": total, "minute": total - bisect.bisect(at, seen - window)}

    return read


def _gaps(dice: random.Random, tempo: float) -> Any:
    while True:
        yield dice.expovariate(tempo)


@pytest.mark.parametrize("lags", [(0.0, 1.0), (0.0, 3.0), (0.0, 2.0, 3.0)])
@pytest.mark.parametrize("tempo", [0.5, 1.5, 5.0, 20.0])
@pytest.mark.parametrize("gap", [0.003, 0.05, 0.15])
def test_replicas_that_lag_are_never_odd(lags: tuple[float, ...], tempo: float, gap: float) -> None:
    """In turn or by chance, renewed at once or every minute: they show what was there some seconds before."""
    for in_turn, roll_up in itertools.product((True, False), (0.0, 60.0)):
        courses = (replicas(seed, tempo, lags, in_turn=in_turn, roll_up=roll_up) for seed in range(40))
        assert not any(odd(course, gap) for course in courses), (in_turn, roll_up)


@pytest.mark.parametrize("gap", [0.003, 0.15])
def test_what_goes_with_the_data_may_lag_too(gap: float) -> None:
    """The instant of the last call, a sum of money, and what the last call was like."""
    for shown in (
        lambda total: f"2026-11-28T10:{total // 60 % 60:02}:{total % 60:02}Z",
        lambda total: f"$ {total / 100}",
        lambda total: f"{total % 7} of 7",
    ):
        assert not any(odd(_shown(seed, shown), gap) for seed in range(20))


def _shown(seed: int, shown: Callable[[int], str]) -> Course:
    """What two replicas show of a total, as a text."""
    course = replicas(seed, 5.0, (0.0, 2.0), in_turn=True, roll_up=0.0)
    return lambda seconds: {"it": shown(course(seconds)["total"])}


@pytest.mark.parametrize("tempo", [0.5, 1.5, 5.0, 20.0])
@pytest.mark.parametrize("gap", [0.003, 0.05, 0.15])
def test_a_cursor_that_goes_with_its_rows_may_lag_too(gap: float, tempo: float) -> None:
    """Two replicas in turn show the newest rows, and a text without a number that stands for the last."""

    def page(seed: int) -> Course:
        course = replicas(seed, tempo, (0.0, 3.0), in_turn=True, roll_up=0.0)

        def read(seconds: float) -> Any:
            total = course(seconds)["total"]
            rows = [{"id": total - n, "ip": (total - n) % 3 or None} for n in range(20)]
            return {"rows": rows, "next": f"row-{total - 20}"}

        return read

    assert not any(odd(page(seed), gap) for seed in range(20))


@pytest.mark.parametrize("tempo", [0.5, 1.5, 5.0])
@pytest.mark.parametrize("gap", [0.05, 0.15])
def test_what_is_going_on_may_lag_too(gap: float, tempo: float) -> None:
    """Of two replicas in turn: how many runs began within the last five seconds."""

    def going(seed: int) -> Course:
        course = replicas(seed, tempo, (0.0, 3.0), in_turn=True, roll_up=0.0, window=5.0)
        return lambda seconds: {"pending": course(seconds)["minute"]}

    assert not any(odd(going(seed), gap) for seed in range(40))


def running(seed: int, tempo: float, *, total: bool) -> Course:
    """How many of the runs that a replica knows still wait; one of two in turn is three seconds behind."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    runs = [
        (at, at + dice.uniform(2.0, 9.0))
        for at in itertools.takewhile(lambda t: t < 500.0, itertools.accumulate(_gaps(dice, tempo)))
    ]
    turns, now = itertools.count(), 100.0 + dice.uniform(0.0, 60.0)

    def read(seconds: float) -> Any:
        nonlocal now
        now += seconds
        known = bisect.bisect(runs, (now - 3.0 * (next(turns) % 2),))
        waiting = sum(end > now for _, end in runs[max(0, known - int(20 * tempo) - 50) : known])
        return {"waiting": waiting, **({"total": known} if total else {})}

    return read


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("tempo", [0.5, 5.0, 20.0, 60.0])
@pytest.mark.parametrize("gap", [0.003, 0.15])
def test_what_still_waits_may_be_half_on_a_replica_that_lags(
    gap: float, tempo: float, *, total: bool
) -> None:
    """It never comes far, and the newest, which a replica that is behind does not know, are much of it."""
    assert not any(odd(running(seed, tempo, total=total), gap) for seed in range(20))


@pytest.mark.parametrize("gap", [0.003, 0.15])
def test_a_cursor_made_up_each_time_is_odd(gap: float) -> None:
    """It differs where no row does."""
    for seed in range(5):
        course, dice = replicas(seed, 0.5, (0.0,), in_turn=True, roll_up=0.0), random.Random(seed)  # noqa: S311 - repeatable on purpose
        assert odd(_with_text(course, dice), gap)


def _with_text(course: Course, dice: random.Random) -> Course:
    return lambda seconds: {"total": course(seconds)["total"], "next": f"row-{dice.random()}"}


@pytest.mark.parametrize("gap", [0.003, 0.15])
def test_a_node_that_counts_less_is_odd_although_the_total_rises(gap: float) -> None:
    """No lag of some seconds makes a hundred calls of an account that makes three in ten seconds."""
    for seed in range(10):
        total, reads = replicas(seed, 0.3, (0.0,), in_turn=True, roll_up=0.0), itertools.count()
        assert odd(_less(total, reads), gap)


@pytest.mark.parametrize("gap", [0.003, 0.05, 0.15])
def test_a_replica_that_lags_a_minute_is_found(gap: float) -> None:
    """So late is none that only waits for its copy; which of two answers is chance, and so is what shows."""
    courses = (replicas(seed, 20.0, (0.0, 60.0), in_turn=False, roll_up=0.0) for seed in range(50))
    assert sum(odd(course, gap) for course in courses) >= 20


def _less(course: Course, reads: Iterator[int]) -> Course:
    return lambda seconds: {"total": 5000 + course(seconds)["total"] - 100 * (next(reads) % 2)}


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


class Looked(dict[str, Any]):
    """A body that counts how often its fields are looked through."""

    times = 0

    def items(self) -> Any:
        """Count, and give the fields."""
        Looked.times += 1
        return super().items()


def test_a_body_is_not_looked_through_for_each_of_its_fields() -> None:
    """What moves in a large body is told in the time that its size takes."""
    dice, bursts = random.Random(1), Bursts()  # noqa: S311 - repeatable on purpose

    def read(at: int) -> Looked:
        return Looked({f"meter{number}": at * 3 + dice.choice([0, 3]) for number in range(300)})

    for at in range(BURSTS):
        bursts.note([read(at) for _ in range(READS)], 0.4)
    for at in range(LATER):
        bursts.note_look(read(at), read(at + 20), read(at + 20))
        bursts.is_odd(wholly=at == LATER - 1)
    bodies = BURSTS * READS + LATER * 3
    assert Looked.times < 10 * bodies
