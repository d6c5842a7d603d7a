"""Two requests asked in pairs: what a request changes is told from what new data and replicas change."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.checks.pairs import (
    CONSTANT,
    CONSTANT_AGAIN,
    CONSTANT_WHERE_STILL,
    IN_ONE_SENSE,
    Outcome,
    Pairs,
    is_other,
)

Course = Callable[[int, bool], Any]
"""What a read shows: by its number, and whether it is the other request's."""


def asked(
    course: Course, *, still: bool = False, again: bool = False
) -> tuple[Outcome, int, tuple[Any, ...]]:
    """What the pairs of a course show, how many pairs that takes, and where."""
    pairs = Pairs(still=still, again=again)
    for read in range(1000):
        outcome = pairs.note(course(read, is_other(read)))
        if outcome is not Outcome.OPEN:
            return outcome, (read + 1) // 2, pairs.place
    message = "the pairs never end"
    raise AssertionError(message)


def sliding(seed: int, rate: float, *, rises: bool) -> Course:
    """A window that gains and loses calls between two reads, beside a total that may rise."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    minute, total = 100, 5000

    def read(_: int, _other: bool) -> Any:  # noqa: FBT001 - a course
        nonlocal minute, total
        came, went = (sum(dice.random() < rate / 4 for _ in range(4)) for _ in range(2))
        minute += came - went
        total += came
        return {"minute": minute, **({"total": total} if rises else {})}

    return read


@pytest.mark.parametrize("rises", [True, False])
@pytest.mark.parametrize("rate", [0.02, 0.2, 0.5, 1.0, 3.0])
def test_windows_that_slide_never_differ(rate: float, *, rises: bool) -> None:
    """Calls that come and go between two reads are no difference, at 300 seeds of each pace."""
    outcomes = {asked(sliding(seed, rate, rises=rises))[0] for seed in range(300)}
    assert Outcome.DIFFERENT not in outcomes


@pytest.mark.parametrize("lag", [1, 40])
def test_replicas_that_take_turns_never_differ(lag: int) -> None:
    """One of two replicas is behind; each of the requests meets both of them."""
    outcome, _, _ = asked(lambda read, _: {"total": 5000 + read // 9 - lag * (read % 2)})
    assert outcome in {Outcome.ALIKE, Outcome.UNDECIDED}


@pytest.mark.parametrize("tempo", [0.1, 0.5, 1.0])
def test_rows_of_replicas_that_take_turns_never_differ(tempo: float) -> None:
    """One is behind, and rows have fields of few values: some seem to be one thing for each request."""
    for seed in range(60):
        dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        rows = [{"ip": dice.choice([None, "a", "b"]), "ok": dice.random() < 0.9} for _ in range(400)]
        calls = [sum(dice.random() < tempo / 4 for _ in range(4)) for _ in range(200)]
        late = [sum(calls[: max(read - 12 * (read % 2), 0)]) + 100 for read in range(200)]

        def page(read: int, _other: bool, rows: list[Any] = rows, late: list[int] = late) -> Any:  # noqa: FBT001 - a course
            return {"rows": rows[late[read] - 50 : late[read]][::-1]}

        assert asked(page, still=True)[0] is not Outcome.DIFFERENT


def test_data_that_rise_are_alike() -> None:
    """A reply that lies between two replies to the other request is what that one would have got."""
    assert asked(lambda read, _: {"total": read})[0] is Outcome.ALIKE


def test_a_number_made_up_each_time_decides_nothing() -> None:
    """It differs in no sense for long, and rarely agrees."""
    dice = random.Random(3)  # noqa: S311 - repeatable on purpose
    outcomes = {asked(lambda _r, _o: {"id": dice.random()})[0] for _ in range(500)}
    assert Outcome.DIFFERENT not in outcomes


@pytest.mark.parametrize(
    ("still", "again", "pairs"),
    [(True, False, CONSTANT_WHERE_STILL), (False, True, CONSTANT_AGAIN), (False, False, CONSTANT)],
    ids=["the account stands still", "the rule is known to be broken", "the account may move"],
)
def test_a_difference_that_stays_is_believed(*, still: bool, again: bool, pairs: int) -> None:
    """As soon as chance is out of the question."""
    found = asked(lambda _, other: {"a": 1, "rows": [{"n": 7 + other}]}, still=still, again=again)
    assert found == (Outcome.DIFFERENT, pairs, ("rows", 0, "n"))


def test_two_pairs_of_replicas_are_chance_where_an_account_seemed_still() -> None:
    """A call has come that one of two replicas shows: each request met the same one in two pairs."""
    outcome, pairs, _ = asked(lambda read, other: {"total": 100 + (other or read > 3)}, still=True)
    assert (outcome, pairs) == (Outcome.ALIKE, 3)


def test_what_has_moved_after_all_stands_still_no_more() -> None:
    """The pairs go on as for data that move."""
    pairs = Pairs(still=True, again=False)
    pairs.still = False
    outcomes = [pairs.note({"total": 100 + is_other(read)}) for read in range(2 * CONSTANT)]
    assert outcomes.index(Outcome.DIFFERENT) == 2 * CONSTANT - 1


def test_a_difference_beside_data_that_move_is_believed() -> None:
    """The place that does not move tells, whatever the others do."""
    noise = sliding(1, 1.0, rises=True)
    outcome, pairs, place = asked(lambda read, other: {**noise(read, other), "limit": 500 + other})
    assert (outcome, pairs, place) == (Outcome.DIFFERENT, CONSTANT, ("limit",))


def test_a_difference_of_data_that_move_is_believed_after_many_pairs() -> None:
    """A total that rises all the time, and is always a hundred less for the other request."""
    outcome, pairs, place = asked(lambda read, other: {"total": 9000 + 3 * read - 100 * other})
    assert (outcome, place) == (Outcome.DIFFERENT, ("total",))
    assert pairs > IN_ONE_SENSE


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        ({"a": 1}, {"a": None}, ("a",)),
        ({"a": 1}, {}, ("a",)),
        ({"a": 1}, {"a": "1"}, ("a",)),
        ({"a": 1}, {"a": 1, "b": 0}, ("b",)),
        ({"a": []}, {"a": [1]}, ("a",)),
        ([], {}, ()),
    ],
)
def test_values_of_other_kinds_differ(one: Any, other: Any, place: tuple[Any, ...]) -> None:
    """Null, nothing and a text of digits are no number, and a list has a length."""
    outcome, _, where = asked(lambda _, turn: other if turn else one, still=True)
    assert (outcome, where[: len(place)]) == (Outcome.DIFFERENT, place)
