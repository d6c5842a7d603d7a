"""Flags that mean trouble are seldom true; others mostly are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.makers.nodes import Flag
from metermock.server.generation.values.scene import Scene, mixed
from metermock.server.generation.words.flags import account_of
from tests.server.generation.made import TEXT, asking, object_of, query, rows_of

FLAG: dict[str, Any] = {"type": "boolean"}
SCENE = Scene(now=1_773_848_527)


def share_of(flag: Flag) -> float:
    """In how many of a thousand things a flag is true, as a share of them."""
    return sum(flag.make(SCENE, mixed(key), 0) for key in range(1, 1_001)) / 1_000


@pytest.mark.parametrize(
    "name",
    [
        *("disabled", "isSuspended", "is_deleted", "Archived", "locked", "draft", "restricted", "expired"),
        *("HasErrors", "has_validation_errors", "on_watchlist", "is_in_probation", "email_disabled"),
        *("IsDemoCompany", "cancel_at_period_end", "past_due", "skip", "logging_disabled", "is_default"),
        *("test_mode", "sandbox_mode"),
    ],
)
def test_what_most_things_are_not_is_seldom_true(name: str) -> None:
    """One thing of ten to twenty is in trouble."""
    assert 0.04 <= share_of(Flag(name)) <= 0.11


@pytest.mark.parametrize(
    "name",
    [
        *("active", "enabled", "verified", "livemode", "is_valid", "success", "error_reporting_enabled"),
        *("notify_on_failed", "email_on_error", "show_archived", "can_be_deleted", "is_not_deleted"),
        *("failed_login_alerts", "overage_allowed", "tests_passed", "using_default", "incident_resolved"),
        *("warning_acknowledged", "test_passing", "spam_checked", "dispute_won", "error_free", "draft_mode"),
        *("archived_restorable", "sandbox_access", "refunded_completed", "over_18", "roll_over_enabled"),
    ],
)
def test_what_is_well_or_a_setting_is_mostly_true(name: str) -> None:
    """Settings that speak of trouble are as other flags."""
    assert 0.75 <= share_of(Flag(name)) <= 0.9


@pytest.mark.parametrize(
    ("name", "account"),
    [
        *((name, "over-limit") for name in ("over", "isOver", "over_limit", "is_over_quota", "overBudget")),
        *((name, "") for name in ("over_18", "roll_over", "voice_over")),
        ("unlimited_access", "unlimited"),
    ],
)
def test_what_says_an_account_is_over_its_limit_is_true_of_it(name: str, account: str) -> None:
    """An age that somebody is over is no limit; access without limits is of who has none."""
    assert account_of(name) == account


def test_a_default_says_what_is_usual() -> None:
    """A flag is mostly what its schema says without it."""
    assert share_of(Flag("disabled", default=True)) >= 0.75
    assert share_of(Flag("beta", default=False)) <= 0.25


def test_an_account_has_some_rows_of_each_kind_that_can_be_asked_for(tmp_path: Path) -> None:
    """Of ten lists, nearly all have a thing in trouble where a parameter asks for such things."""
    found = 0
    for number in range(10):
        rows = rows_of(id=TEXT, suspended=FLAG)
        ask = asking(tmp_path, object_of(data=rows), query(suspended=FLAG), path=f"/things{number}")
        shown = ask(suspended=True)["data"]
        assert all(row["suspended"] for row in shown)
        assert all(not row["suspended"] for row in ask(suspended=False)["data"])
        found += bool(shown)
    assert found >= 8
