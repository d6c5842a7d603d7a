"""Virtual time passes only where everybody waits, and in the same order each time."""

from __future__ import annotations

import pytest

from bench.virtual_time import Condition, Lock, Pool, World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world of its own, whose only strand is this test."""
    own = World()
    monkeypatch.setattr("bench.virtual_time.world", own)
    return own


def test_the_clock_jumps_to_the_next_moment_that_somebody_waits_for(world: World) -> None:
    """Three waits of 5, 3 and 8 hours end in their order, and the last one ends at 8."""
    ends: list[tuple[str, float]] = []

    def wait(name: str, hours: float) -> None:
        world.wait(3600 * hours)
        ends.append((name, world.now / 3600))

    for name, hours in (("b", 5), ("a", 3)):
        world.start(lambda name=name, hours=hours: wait(name, hours))  # type: ignore[misc]
    wait("c", 8)
    assert ends == [("a", 3), ("b", 5), ("c", 8)]


def test_who_is_notified_goes_on_at_once(world: World) -> None:
    """An hour's patience is not spent where the word comes after a second."""
    condition, said = Condition(Lock()), []

    def say() -> None:
        world.wait(1)
        with condition:
            said.append(world.now)
            condition.notify_all()

    world.start(say)
    with condition:
        assert condition.wait(3600)
    assert (said, world.now) == ([1], 1)


def test_patience_ends_where_nobody_says_a_word(world: World) -> None:
    """A wait for an hour takes one, and tells that nothing came."""
    with (condition := Condition()):
        assert not condition.wait(3600)
    assert world.now == 3600


def test_a_lock_is_held_while_time_passes(world: World) -> None:
    """The second one gets it when the first one gives it away."""
    lock, got = Lock(), []

    def take(seconds: float) -> None:
        with lock:
            got.append(world.now)
            world.wait(seconds)

    world.start(lambda: take(7))
    world.start(lambda: take(2))
    world.wait(30)
    assert got == [0, 7]


def test_a_pool_does_as_much_at_a_time_as_it_has_threads(world: World) -> None:
    """Five waits of ten seconds take thirty by two threads."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("concurrent.futures._base.threading.Condition", Condition)
        with Pool(2) as pool:
            ends = [job.result() for job in [pool.submit(_waited, world) for _ in range(5)]]
    assert (ends, world.now) == ([10, 10, 20, 20, 30], 30)


def test_a_wait_that_nobody_ends_is_an_error(world: World) -> None:
    """A simulation that cannot go on says so, where a real one would hang."""
    with pytest.raises(RuntimeError, match="everybody waits"):
        world.wait(waiters=None)


def _waited(world: World) -> float:
    world.wait(10)
    return world.now
