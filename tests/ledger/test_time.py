"""What the clock and the seed change, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from metermock.errors import UsageError
from metermock.ledger import load_world
from metermock.ledger.cache import Cache
from metermock.ledger.calendar import DAY, Window, read_instant
from metermock.ledger.call import Call
from metermock.ledger.world import World

HARBOUR = Path(__file__).with_name("harbour.yaml")
LATER = (1, 59, 3_601, 5 * DAY + 7, 40 * DAY, 700 * DAY)
ACCOUNTS = ["tug", "dinghy", "wharf", "ferry", "lighthouse", "tanker", "barge"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_past_stays(harbour: World, account: str) -> None:
    """All that was counted up to a clock is counted the same from any later one."""
    now = harbour.clock - 3 * DAY
    early = harbour.usage(account, now)
    window, edges = Window(now - 40 * DAY, now + 1), range(now - 40 * DAY, now + 1, 7_777)
    for later in (harbour.usage(account, now + step) for step in LATER):
        assert later.total(window) == early.total(window)
        assert later.series(edges) == early.series(edges)
        assert later.groups(window, ("key", "status")) == early.groups(window, ("key", "status"))
        assert later.first() == early.first()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_single_calls_stay(harbour: World, account: str) -> None:
    """A call keeps its number, its values, its texts and its bits, whatever the clock."""
    now = harbour.clock - 3 * DAY
    window = Window(now - 40 * DAY, now + 1)
    early = harbour.usage(account, now).calls(window, limit=40)
    for step in LATER:
        again = harbour.usage(account, now + step).calls(window, limit=40)
        assert [_all(call) for call in again] == [_all(call) for call in early]


def _all(call: Call) -> tuple[object, ...]:
    return call.number, call.at, call.dimensions, call.measures, call.texts, call.bits("id")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_later_clock_only_adds(harbour: World, account: str) -> None:
    """Lifetime sums never go down as the clock moves on."""
    clocks = [harbour.clock - 900 * DAY + step for step in range(0, 1_800 * DAY, 37 * DAY + 4_321)]
    totals = [harbour.usage(account, now).total(Window(0, 1 << 40)) for now in clocks]
    for before, after in pairwise(totals):
        assert all(after[name] >= number for name, number in before.items())


@pytest.mark.parametrize("account", ["tug", "ferry", "tanker", "barge"])
def test_nothing_after_now(harbour: World, account: str) -> None:
    """Calls after the clock are not there, whatever the window; calls at that very second are."""
    usage = harbour.usage(account, harbour.clock)
    assert usage.total(Window(harbour.clock + 1, harbour.clock + DAY))["calls"] == 0
    assert usage.total(Window(harbour.clock - 9, harbour.clock + DAY)) == usage.total(
        Window(harbour.clock - 9, harbour.clock + 1)
    )
    assert usage.series([harbour.clock, harbour.clock + 1, harbour.clock + 9])["calls"][1] == 0
    assert max(call.at for call in usage.calls(Window(0, 1 << 40), limit=5)) <= harbour.clock


def test_before_the_account_there_is_nothing(harbour: World) -> None:
    """At a clock before an account's first day all is 0, and there is no first call."""
    usage = harbour.usage("tug", read_instant("2020-01-01T00:00:00Z"))
    assert usage.total(Window(0, 1 << 40))["calls"] == 0
    assert usage.first() is None
    assert usage.calls(Window(0, 1 << 40), limit=5) == []
    assert usage.groups(Window(0, 1 << 40), "key") == {}


def test_the_seed_changes_traffic_and_nothing_else(harbour: World) -> None:
    """Another seed has other calls, but the same accounts, people and credentials."""
    other = load_world(HARBOUR, seed=7)
    window = Window.trailing(harbour.clock, 30 * DAY)
    assert other.usage("tug", other.clock).total(window) != harbour.usage("tug", harbour.clock).total(window)
    assert other.credentials == harbour.credentials
    assert other.accounts == harbour.accounts
    assert other.accounts["tug"].people == harbour.accounts["tug"].people


def test_the_ledger_ends(harbour: World) -> None:
    """A clock from 2040 on is refused with a text that says so; the last second before is served."""
    end = read_instant("2040-01-01T00:00:00Z")
    with pytest.raises(UsageError, match="the ledger ends with 2039-12-31T23:59:59Z"):
        harbour.usage("tug", end)
    assert harbour.usage("tug", end - 1).total(Window.trailing(end - 1, 30 * DAY))["calls"] > 0


def test_old_calls_are_forgotten(harbour: World) -> None:
    """A world with `history_days` has the calls of so many days at least, the same as without it."""
    now = read_instant("2035-06-15T12:00:00Z")
    short = replace(harbour, history_days=366, _books=Cache(32), _usages=Cache(32))
    whole, kept = harbour.usage("tug", now), short.usage("tug", now)
    first = kept.first()

    assert first is not None
    assert now - 500 * DAY < first <= now - 366 * DAY
    for window in (Window.trailing(now, 366 * DAY), Window(first, now + 1)):
        assert kept.total(window) == whole.total(window)
    assert kept.total(Window(0, first))["calls"] == 0
