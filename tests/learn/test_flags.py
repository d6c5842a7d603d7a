"""What flags and states say of numbers, and of what is null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

from metermock.learn.templates.flags import Flags
from metermock.learn.terms import Term
from tests.learn.samples import rows, scope, term

NAMES = term("name", [f"run {number}" for number in range(20)], "string")
"""What tells one row from another."""
USED = [3, 40, 12, 7, 90, 55, 8, 61, 30, 77, 14, 100, 2, 45, 23, 68, 9, 81, 36, 50]
LIMIT = [20, 20, 50, 50, 50, 50, 20, 60, 60, 60, 60, 60, 20, 20, 50, 50, 20, 60, 60, 50]


def nullable(name: str, values: Sequence[Any], types: str = "string") -> Term:
    """A field that may be null."""
    made = term(name, values, types)
    return replace(made, guards=(f"{made.text} != null",))


def told(*terms: Term) -> dict[str, str]:
    """The rules about the rows of a list, by their messages without its name."""
    made = replace(scope(*terms), rows=rows("items", {}), operation=Mock(parameters=[]))
    return {
        each.message.removeprefix("in each of items, "): each.rule.removeprefix(
            "body.items.all(row, "
        ).removesuffix(")")
        for each in Flags(made).candidates()
    }


def test_a_flag_says_which_of_two_numbers_is_above() -> None:
    """Where they are equal it was seen, too."""
    over = [used > limit for used, limit in zip(USED, LIMIT, strict=True)]
    at_least = [used >= limit for used, limit in zip(USED, LIMIT, strict=True)]
    numbers = term("used", USED), term("limit", LIMIT)

    assert told(term("is_over", over, "boolean"), *numbers) == {
        "is_over says whether used is above limit": "body.is_over == (body.used > body.limit)"
    }
    assert told(term("is_over", at_least, "boolean"), *numbers) == {
        "is_over says whether used is at least limit": "body.is_over == (body.used >= body.limit)"
    }


def test_what_was_never_equal_is_told_of_unequal_numbers() -> None:
    """Nobody knows what the flag says of the limit itself."""
    used = [each + (each in LIMIT) for each in USED]
    over = [one > limit for one, limit in zip(used, LIMIT, strict=True)]

    assert list(
        told(term("is_over", over, "boolean"), term("used", used), term("limit", LIMIT)).values()
    ) == ["body.used == body.limit || body.is_over == (body.used > body.limit)"]


def test_a_flag_that_disagrees_once_says_nothing() -> None:
    """One row against it is enough."""
    over = [used > limit for used, limit in zip(USED, LIMIT, strict=True)]
    over[4] = not over[4]

    assert told(term("is_over", over, "boolean"), term("used", USED), term("limit", LIMIT)) == {}


def test_of_two_numbers_that_explain_a_flag_none_is_told() -> None:
    """Retries and warnings are both there where the job is marked: which one marks it nobody knows."""
    retries = [number % 3 for number in range(20)]
    warnings = [5 * number for number in retries]
    marked = [number > 0 for number in retries]
    flag = term("is_marked", marked, "boolean")

    assert told(flag, NAMES, term("retries", retries)) == {
        "is_marked says whether retries is above 0": "body.is_marked == (body.retries > 0)"
    }
    assert told(flag, NAMES, term("retries", retries), term("warnings", warnings)) == {}


def test_a_threshold_is_told_where_both_sides_of_it_were_seen() -> None:
    """A first attempt is no retry, and a second one is: where only a third one was seen, it may be none."""
    attempts = [1, 2, 1, 3, 1, 1, 2, 1, 1, 1, 1, 1, 3, 1, 1, 1, 2, 1, 1, 1]
    flag = term("is_retry", [each > 1 for each in attempts], "boolean")

    assert told(flag, NAMES, term("attempt", attempts)) == {
        "is_retry says whether attempt is above 1": "body.is_retry == (body.attempt > 1)"
    }
    assert told(flag, NAMES, term("attempt", [3 if each == 2 else each for each in attempts])) == {}


def test_more_follow_exactly_where_the_next_one_is_there() -> None:
    """And a flag that is turned says so."""
    nexts = [f"c_{number}" if number % 4 else None for number in range(20)]
    more = [each is not None for each in nexts]

    assert told(term("has_more", more, "boolean"), NAMES, nullable("next", nexts)) == {
        "next is null exactly where has_more is false": "body.has_more == (body.next != null)"
    }
    assert told(term("is_last", [not each for each in more], "boolean"), NAMES, nullable("next", nexts)) == {
        "next is null exactly where is_last is true": "body.is_last == !(body.next != null)"
    }


STATES = ["done", "failed", "running", "done", "done", "failed", "running", "done", "queued", "failed"] * 5


def test_what_is_null_in_some_states() -> None:
    """Two were queued that nobody saw again: of a state that is hardly seen nothing is told."""
    names = term("name", [f"run {number}" for number in range(50)], "string")
    ended = [None if each in ("running", "queued") else f"end {n}" for n, each in enumerate(STATES)]
    states = term("status", STATES, "string")

    assert told(states, names, nullable("finished_at", ended)) == {
        "finished_at is null where status is queued or running, and there where it is done or failed": (
            "(body.status in ['queued', 'running'] ? !(body.finished_at != null) "
            ": !(body.status in ['done', 'failed']) || (body.finished_at != null))"
        )
    }

    ended[0] = None
    assert told(states, names, nullable("finished_at", ended)) == {}
    ended[0] = "end 0"
    rare = term("status", ["odd" if n in (3, 4) else each for n, each in enumerate(STATES)], "string")
    assert "odd" not in "".join(told(rare, names, nullable("finished_at", ended)).values())


def test_a_few_accounts_are_on_two_sides_by_chance() -> None:
    """Five accounts, two of them without a next bill: any state of theirs agrees with that once in ten."""
    status = ["free", "free", "paid", "paid", "paid"] * 4
    bill = [None if each == "free" else f"2026-12-0{n % 5 + 1}" for n, each in enumerate(status)]
    made = scope(
        term("status", status, "string"),
        nullable("next_bill", bill),
        accounts=[f"account {n % 5}" for n in range(20)],
    )

    assert Flags(replace(made, operation=Mock(parameters=[]))).candidates() == []
