"""Two parts that make a whole, parts that are no more than it, and sums of means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, TEXT, asking, object_of, rows_of


def bodies(folder: Path, *names: str) -> list[dict[str, Any]]:
    """What all accounts are told of some counts."""
    ask = asking(folder, object_of(**dict.fromkeys(names, COUNT)), path="/figures")
    return [ask(account) for account in ACCOUNTS]


@pytest.mark.parametrize(
    "names",
    [
        ("total", "active", "inactive"),
        ("sensors", "online_sensors", "offline_sensors"),
        ("total_slots", "used_slots", "free_slots"),
        ("hits", "misses", "lookups"),
        ("hits", "misses", "total"),
        ("bytes_in", "bytes_out", "bytes_total"),
        ("inbound_calls", "outbound_calls", "total_calls"),
    ],
)
def test_two_parts_make_their_whole(tmp_path: Path, names: tuple[str, ...]) -> None:
    """What is on and what is off, what came and what went make all there is."""
    for body in bodies(tmp_path, *names):
        assert 2 * max(body.values()) == sum(body.values())


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("unique_visitors", "visits"),
        ("amount_captured", "amount"),
        ("engaged_sessions", "sessions"),
        ("new_subscribers", "subscribers"),
        ("opens", "delivered"),
        ("delivered", "processed"),
    ],
)
def test_a_part_is_no_more_than_its_whole(tmp_path: Path, part: str, whole: str) -> None:
    """Nobody opens more mails than arrived."""
    assert all(body[part] <= body[whole] for body in bodies(tmp_path, whole, part))


def test_means_follow_their_sums(tmp_path: Path) -> None:
    """The sum of samples is their mean times their number, and the mean lies between the ends."""
    for body in bodies(tmp_path, "count", "sum", "minimum", "maximum", "mean"):
        assert body["sum"] == body["count"] * body["mean"]
        assert body["minimum"] <= body["mean"] <= body["maximum"]


def test_lists_by_something_add_up_to_what_stands_beside_them(tmp_path: Path) -> None:
    """A `total` beside rows with a count, and what is sent beside rows of what was sent, are their sums."""
    for total, column in (("total", "count"), ("parcels_sent", "sent")):
        rows = rows_of(depot=TEXT, **{column: COUNT})
        ask = asking(tmp_path, object_of(**{total: COUNT}, by_depot=rows), path="/figures")
        body = ask()
        assert body[total] == sum(row[column] for row in body["by_depot"])


def test_other_numbers_stay_apart(tmp_path: Path) -> None:
    """What is neither of two parts may be a third, and a new balance is no part of a balance."""
    for body in bodies(tmp_path, "total_doors", "open_doors", "read_doors", "unread_doors", "broken_doors"):
        assert body["read_doors"] >= 0
    ask = asking(tmp_path, object_of(balance=COUNT, new_balance=COUNT), path="/figures")
    assert any(ask(account)["new_balance"] > ask(account)["balance"] * 0.2 for account in ACCOUNTS)


def test_the_number_of_rows_is_no_sum_of_means(tmp_path: Path) -> None:
    """A `total` beside a list counts its rows, also beside `count` and `average`."""
    fields = {"average": AMOUNT, "count": COUNT, "total": COUNT, "items": rows_of(id=TEXT)}
    ask = asking(tmp_path, object_of(**fields), path="/ratings")
    for body in map(ask, ACCOUNTS):
        assert body["total"] == body["count"] == len(body["items"])
