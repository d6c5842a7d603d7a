"""What values are changed into."""

from __future__ import annotations

import pytest

from metermock.checker.audit import alterations


def test_a_number_is_changed_in_every_way_that_counts() -> None:
    """A number goes up, down, tenfold, negative, to text, and an integer to 25.0."""
    changed = dict(alterations.of_value(25, whole=True))
    assert changed == {"+1": 26, "-1": 24, "x10": 250, "negated": -25, "as text": "25", "as float": 25.0}
    assert isinstance(changed["as float"], float)


def test_a_change_that_means_the_same_is_no_lie() -> None:
    """25.0 for a number, minus nought, and ten times nought say nothing else."""
    assert "as float" not in dict(alterations.of_value(25, whole=False))
    assert {kind for kind, _ in alterations.of_value(0, whole=True)} == {"+1", "-1", "as text", "as float"}


def test_instants_and_dates_are_shifted_through_the_end_of_a_month() -> None:
    """An instant is moved by a second, an hour, a day; a date by a day."""
    instant = dict(alterations.of_text("2026-02-28T23:59:59Z"))
    assert instant["+1 second"] == "2026-03-01T00:00:00Z"
    assert instant["+1 hour"] == "2026-03-01T00:59:59Z"
    assert instant["+1 day"] == "2026-03-01T23:59:59Z"
    assert dict(alterations.of_text("2026-02-28"))["+1 day"] == "2026-03-01"


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59:59Z", "2026-02-31", "2026-02-28T23:59:60Z"])
def test_what_has_no_later_one_is_not_shifted(text: str) -> None:
    """The calendar's last day, which means for ever, and what is no day of it are emptied and cut alone."""
    assert dict(alterations.of_text(text)) == {"emptied": "", "cut": text[:-1]}


@pytest.mark.parametrize(
    "text", ["2026-02-28T23:59:59Z", "3f6d9e21-c8b4-4a7a-9d50-e2b7f1c8460a", "2026-02", "§"]
)
def test_another_case_of_these_says_the_same(text: str) -> None:
    """Instants and UUIDs are read in any case, and some texts have none."""
    assert "case" not in dict(alterations.of_text(text))


def test_lists_are_changed_at_both_ends_and_in_the_middle() -> None:
    """Rows are doubled, dropped and swapped there; the list is reversed and halved."""
    changed = [rows for _, rows in alterations.of_list([1, 2, 3, 4, 5])]
    assert [5, 4, 3, 2, 1] in changed
    assert [1, 2] in changed
    assert [1, 2, 3, 3, 4, 5] in changed
    assert [1, 2, 3, 4] in changed
    assert [1, 2, 4, 3, 5] in changed


def test_a_list_that_reads_the_same_backwards_is_not_reversed() -> None:
    """Neither are equal rows swapped, nor one list given twice, nor anything done to an empty one."""
    assert list(alterations.of_list([7, 7])) == [("shortened", [7]), ("row doubled", [7, 7, 7])]
    assert list(alterations.of_list([])) == []
