"""Money that is written as text, which adds up like numbers."""

from __future__ import annotations

import pytest

from metermock.learn.decimals import are_decimals, total
from metermock.learn.names import PAGES
from metermock.learn.templates.columns import Columns
from metermock.learn.templates.numbers import Numbers
from metermock.learn.terms import Term
from tests.learn.samples import scope, term


@pytest.mark.parametrize(
    "values", [["1.2", "1.2"], ["1.2.3", "4.5"], ["12", "13"], ["1e5", "2.0"], [1.5, 2.5]]
)
def test_other_texts_are_no_decimals(values: list[object]) -> None:
    """A version, a count, a number of another form."""
    assert not are_decimals(values)


def test_decimals_add_up() -> None:
    """Each is taken as it is written."""
    assert are_decimals(["0.100000", "-2.50"])
    assert total(["0.1", "0.2"]) == 0.3
    assert total(None) is None


def test_a_sum_of_rounded_decimals_may_be_off_by_their_rounding() -> None:
    """Each row's last digit is rounded by itself."""
    costs = [12.5, 3.25, 99.125, 7.75, 61.0]
    off = [each + 0.000002 for each in costs]
    whole = term("cost", costs, "number")
    text = "sum(body.rows.map(row, double(row.cost)))"
    rows = Term(text, "the sum of rows.cost", tuple(off), frozenset({"number"}), (), frozenset({"/rows"}), 2)

    found = Numbers(Columns(scope(whole, rows))).candidates()

    assert [each.rule for each in found] == [f"near(body.cost, {text}, 0.0001)"]


@pytest.mark.parametrize("name", ["page", "page_number", "pageNumber", "pageIndex"])
def test_a_filter_is_tried_on_the_first_page(name: str) -> None:
    """On the seventh page of two nothing is left to divide."""
    assert PAGES.fullmatch(name)
    assert not PAGES.fullmatch("page_size")
