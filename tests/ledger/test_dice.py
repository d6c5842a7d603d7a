"""Random numbers that are a function of what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from metermock.ledger import dice

# The first outputs of splitmix64 for two seeds, as its public implementations print them.
PUBLISHED = {
    0: (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F),
    1_234_567: (6_457_827_717_110_365_317, 3_203_168_211_198_807_973),
}


@pytest.mark.parametrize("seed", PUBLISHED)
def test_draws_are_splitmix64(seed: int) -> None:
    """The number at a counter is the generator's output of that count, without those before it."""
    assert tuple(dice.draw(seed, count) for count in range(1, len(PUBLISHED[seed]) + 1)) == PUBLISHED[seed]


@pytest.mark.parametrize("last", ["", "a", "é\x1fint:1", "x" * 300])
def test_a_key_that_was_begun_is_that_of_the_whole_purpose(last: str) -> None:
    """Its first parts are hashed once, for any number of last ones."""
    begun = dice.begun("home", 7, "steady")
    assert begun("other") != begun(last) == dice.key("home", 7, "steady", last)


@pytest.mark.parametrize("first", [0, 7, (1 << 64) - 1])
def test_a_key_of_a_whole_number_is_that_of_the_whole_purpose(first: int) -> None:
    """What stands behind the number is written once, for any number."""
    ended = dice.ended("reply", 7)
    assert ended(first + 1) != ended(first) == dice.key(first, "reply", 7)


def test_one_draw_and_many_are_the_same() -> None:
    """Python's integers and numpy's give the same bits, also for negative counters and the largest key."""
    counters = [0, 1, 47_482, 1 << 40, -1, ~20_000, (1 << 63) - 1]
    for key in (0, dice.key("day", 7, "steady"), (1 << 64) - 1):
        many = dice.draws(key, np.array(counters, dtype=np.int64))
        assert many.tolist() == [dice.draw(key, counter) for counter in counters]


def test_runs_are_draws_whose_last_step_is_left_out() -> None:
    """Of runs of counters the 31 highest bits are those of the draws; finished, all are."""
    starts = np.array([0, 47_482, -3, 1 << 40], dtype=np.int64)
    for key in (0, dice.key("minutes", 7), (1 << 64) - 1):
        runs, high = dice.runs(key, starts, 5), np.uint64(33)
        many = dice.draws(key, starts[:, None] + np.arange(5))
        assert np.array_equal(runs >> high, many >> high)
        assert np.array_equal(dice.finished(runs), many)


def test_a_number_below_a_limit_is_below_it() -> None:
    """All 64 bits set give the highest number, none set give 0."""
    assert [dice.below(6, bits) for bits in (0, 1 << 63, (1 << 64) - 1)] == [0, 3, 5]


def test_keys_tell_types_and_parts_apart() -> None:
    """A key has a type and an end for each part: 1 is not "1", and ("a", "b") is not ("ab",)."""
    purposes = [(1,), ("1",), ("a", "b"), ("ab",), ("b", "a")]
    assert len({dice.key(*purpose) for purpose in purposes}) == len(purposes)
