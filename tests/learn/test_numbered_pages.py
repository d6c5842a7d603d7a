"""Pages by number: how many there are, how many rows each has, and which is the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from metermock.learn.templates.pages import Pages
from tests.learn.samples import parameter, scope, size, term

TOTALS = [31, 12, 58, 25, 40, 7, 93, 58, 31, 20]
SIZES = [10, 5, 25, 25, 20, 10, 25, 10, 20, 10]
PAGES = [4, 3, 3, 1, 1, 1, 4, 2, 1, 2]


def told(totals: Sequence[int], pages: Sequence[int], first: int = 1) -> dict[str, str]:
    """The rules about such pages, by their messages."""
    rows = [max(0, min(k, n - (p - 1) * k)) for n, k, p in zip(totals, SIZES, PAGES, strict=True)]
    more = [p * k < n for n, k, p in zip(totals, SIZES, PAGES, strict=True)]
    asked = [p - 1 + first for p in PAGES]
    following: list[Any] = [p + 1 if one else None for p, one in zip(asked, more, strict=True)]
    after = term("next_page", following)
    made = scope(
        term("total", totals),
        term("pages", pages),
        size("items", rows),
        term("has_more", more, "boolean"),
        replace(after, guards=("body.next_page != null",)),
        parameter("per_page", SIZES, "integer"),
        parameter("page", asked, "integer"),
    )
    return {each.message: each.rule for each in Pages(made).candidates()}


def of(totals: Sequence[int], least: int = 0) -> list[int]:
    """How many pages there are."""
    return [max(least, -(-n // k)) for n, k in zip(totals, SIZES, strict=True)]


COUNTED = "pages is how many pages of the parameter per_page total has"
CEILING = "(body.total + request.per_page - 1) / request.per_page"


@pytest.mark.parametrize(
    ("totals", "least", "rule"),
    [
        (TOTALS, 0, f"body.total == 0 || body.pages == {CEILING}"),
        ([0, *TOTALS[1:]], 0, f"body.pages == {CEILING}"),
        ([0, *TOTALS[1:]], 1, f"body.pages == max([1, {CEILING}])"),
    ],
    ids=["none is empty", "no page of nothing", "one page of nothing"],
)
def test_pages_are_a_quotient_that_is_rounded_upwards(totals: list[int], least: int, rule: str) -> None:
    """What it is of nothing is told as it was seen."""
    assert told(totals, of(totals, least))[COUNTED] == rule


def test_a_quotient_that_is_rounded_downwards_is_none() -> None:
    """The last rows would be on no page."""
    assert COUNTED not in told(TOTALS, [n // k for n, k in zip(TOTALS, SIZES, strict=True)])


def test_totals_that_fill_their_pages_do_not_tell_how_it_is_rounded() -> None:
    """Both ways come to the same."""
    totals = [k * (2 + number % 3) for number, k in enumerate(SIZES)]

    assert COUNTED not in told(totals, of(totals))


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [(1, "(request.page - 1)", "request.page"), (0, "request.page", "(request.page + 1)")],
)
def test_a_page_has_what_is_left(first: int, before: str, after: str) -> None:
    """Pages count from one, or from nought."""
    found = told(TOTALS, of(TOTALS), first)

    assert found["the number of items is what is left of total, or the parameter per_page"] == (
        f"size(body.items) == clamp(body.total - {before} * request.per_page, 0, request.per_page)"
    )
    assert found["has_more says whether another page follows"] == (
        f"body.has_more == ({after} * request.per_page < body.total)"
    )
    assert found["next_page is the next page, or null where none follows"] == (
        f"({after} * request.per_page < body.total) "
        "? body.next_page == request.page + 1 : body.next_page == null"
    )
