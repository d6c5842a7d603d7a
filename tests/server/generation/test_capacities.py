"""Numbers that bound what is used without being called limits, and numbers that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.quotas import quotas
from tests.server.generation.made import ACCOUNTS, AMOUNT, COUNT, asking, object_of, rows_of


@pytest.mark.parametrize(
    ("used", "whole"),
    [
        ("seats_used", "seats_total"),
        ("used_seats", "total_seats"),
        ("seatsUsed", "totalSeats"),
        ("used", "total"),
        ("storage_used_gb", "storage_total_gb"),
        ("credits_used", "credits_total"),
        ("licenses_assigned", "licenses_purchased"),
        ("seats_used", "allocated_seats"),
        ("seats_used", "seats_included"),
        ("seats_used", "seats"),
        ("licensesAssigned", "licenses"),
        ("used_credits", "credits"),
        ("member_count", "max_members"),
        ("active_members", "maximum_members"),
        ("member_count", "member_limit"),
        ("seats_taken", "seat_limit"),
    ],
)
def test_what_is_used_is_no_more_than_there_is(tmp_path: Path, used: str, whole: str) -> None:
    """In either order of words, of every account but one that is above its limit."""
    ask = asking(tmp_path, object_of(**{whole: COUNT, used: COUNT}))
    bodies = {account: ask(account) for account in ACCOUNTS if account != "over-limit"}

    assert [account for account, body in bodies.items() if body[used] > body[whole]] == []
    assert bodies["empty"][used] == 0
    assert bodies["steady"][used] > 0
    assert bodies["near-limit"][used] >= min(
        bodies["near-limit"][whole] - 1, 0.85 * bodies["near-limit"][whole]
    )


@pytest.mark.parametrize("whole", ["seats_total", "max_seats", "seats_purchased", "seats"])
def test_nobody_is_above_what_there_is(tmp_path: Path, whole: str) -> None:
    """A limit may be exceeded; of 20 seats there are no 22 taken."""
    body = asking(tmp_path, object_of(**{whole: COUNT, "seats_used": COUNT}))("over-limit")

    assert body["seats_used"] == body[whole]


def test_each_row_has_seats_of_its_own(tmp_path: Path) -> None:
    """Teams use what was allocated to each of them, and a percentage follows."""
    rows = rows_of(team=COUNT, seats_allocated=COUNT, seats_used=COUNT, percent_used=AMOUNT)
    listed = asking(tmp_path, object_of(teams=rows))()["teams"]

    for row in listed:
        assert row["seats_used"] <= row["seats_allocated"]
        assert row["percent_used"] == pytest.approx(
            100 * row["seats_used"] / row["seats_allocated"], abs=0.01
        )


def test_seats_are_not_used_up_by_a_month(tmp_path: Path) -> None:
    """What an account has is the same on the first day of a month and on the last."""
    ask = asking(tmp_path, object_of(seats_total=COUNT, seats_used=COUNT))
    first, last = (ask(now=1_772_323_200 + days * 86_400) for days in (0, 30))

    assert first == last


@pytest.mark.parametrize("account", [each for each in ACCOUNTS if each != "huge"])
@pytest.mark.parametrize(
    ("limit", "used"),
    [
        ("hours_included", "devices_used"),
        ("call_quota", "members_used"),
        ("token_limit", "projects_used"),
    ],
)
def test_one_unit_is_not_used_up_by_another(tmp_path: Path, account: str, limit: str, used: str) -> None:
    """Of a plan's hours no devices are used, however few numbers an object has."""
    body = asking(tmp_path, object_of(**{limit: COUNT, used: COUNT}))(account)

    assert body[used] <= 40 < body[limit]


@pytest.mark.parametrize(
    "beside",
    [
        ("tokens_used", "total_tokens", "prompt_tokens", "completion_tokens"),
        ("requests_used", "total_tokens"),
        ("usage", "total"),
        ("spent", "total"),
        ("max_users", "avg_users", "min_users"),
        ("team_count", "max_members_per_team"),
        ("latency_ms", "max_latency_ms"),
        ("used", "reserved_at_hour_count", "other_total", "third_total"),
        ("seats_used", "total_members"),
        ("seats_used", "minutes_included"),
        ("seats_used", "members"),
        ("minutes_included", "overage_per_minute"),
    ],
)
def test_what_looks_like_it_is_left_alone(beside: tuple[str, ...]) -> None:
    """A sum of parts, another noun, a maximum of several and a bound of each are no capacities."""
    fields = [Facts(name, is_number=True, is_integer=True) for name in beside]

    assert [sorted(group) for group in quotas(fields) if {"limit", "used"} <= group.keys()] == []


@pytest.mark.parametrize(
    "beside", [("max_keys", "key_count", "next_cursor"), ("max_keys", "key_count", "offset")]
)
def test_the_size_of_a_page_is_no_capacity(beside: tuple[str, ...]) -> None:
    """Beside what says where a page is, `max_keys` is how many rows were asked for."""
    fields = [Facts(name, is_number=True, is_integer=True) for name in beside]

    assert [*quotas(fields)] == []
