"""All that the ledger says of the same calls agrees."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import pytest

from metermock.ledger.calendar import DAY, Window
from metermock.ledger.call import Call
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World

ACCOUNTS = {
    "tug": DAY,
    "dinghy": 600 * DAY,
    "ferry": DAY // 4,
    "lighthouse": DAY,
    "tanker": 500,
    "barge": DAY,
}


class Scene(NamedTuple):
    """A window of an account with all its calls, oldest first, and windows inside it."""

    usage: Usage
    window: Window
    calls: list[Call]
    inside: list[Window]
    add: Callable[[Iterable[Call]], dict[str, int]]

    def within(self, window: Window) -> list[Call]:
        """The calls of a window inside this one."""
        return [call for call in self.calls if window.start <= call.at < window.end]


@pytest.fixture(params=ACCOUNTS, scope="module")
def scene(
    request: pytest.FixtureRequest, harbour: World, tally: Callable[[Iterable[Call]], dict[str, int]]
) -> Scene:
    """A window across an incident's end if the account has incidents, and across a UTC midnight if not."""
    usage = harbour.usage(request.param, harbour.clock)
    incidents = harbour.traffic[request.param].incidents
    middle = (
        next(incidents.between(harbour.clock - 7 * DAY, harbour.clock))[1]
        if incidents
        else harbour.clock // DAY * DAY
    )
    length = ACCOUNTS[request.param]
    window = Window(
        max(middle - length * 2 // 3 - 7, usage._first), min(middle + length // 3 + 11, harbour.clock + 1)
    )
    calls = usage.calls(window, limit=1 << 30)[::-1]
    draw = random.Random(7)  # noqa: S311 - chooses windows, guards nothing
    edges = [sorted(draw.randrange(window.start, window.end + 1) for _ in "ab") for _ in range(8)]
    return Scene(usage, window, calls, [window, *(Window(*pair) for pair in edges)], tally)


def test_calls_listed_are_totals_counted(scene: Scene) -> None:
    """The measures of the calls listed add up to the totals, at any second."""
    for window in scene.inside:
        assert scene.add(scene.within(window)) == scene.usage.total(window)


def test_calls_picked_are_totals_counted(scene: Scene) -> None:
    """The same holds for calls with certain dimensions, one value or several."""
    for window in scene.inside:
        failed = [call for call in scene.within(window) if call.dimensions["status"] in {"404", "500"}]
        assert scene.add(failed) == scene.usage.total(window, where={"status": ("500", "404")})
        assert scene.add(failed) == scene.usage.total(window, where={"outcome": "error"})


def test_totals_are_additive(scene: Scene) -> None:
    """usage[a, c) = usage[a, b) + usage[b, c), for every measure, wherever b is."""
    start, end = scene.window
    whole = scene.usage.total(scene.window)
    for cut in [window.start for window in scene.inside]:
        parts = scene.usage.total(Window(start, cut)), scene.usage.total(Window(cut, end))
        assert {name: parts[0][name] + parts[1][name] for name in whole} == whole


@pytest.mark.parametrize("by", [("key",), ("endpoint",), ("status", "key"), ("key", "endpoint", "error")])
def test_groups_are_the_calls_gathered(scene: Scene, by: tuple[str, ...]) -> None:
    """Every group has the sums of the calls with its values; values without calls are left out."""
    for window in scene.inside:
        gathered = defaultdict(list)
        for call in scene.within(window):
            gathered[tuple(call.dimensions[name] for name in by)].append(call)
        expected = {values: scene.add(calls) for values, calls in gathered.items()}
        assert scene.usage.groups(window, by) == expected


def test_groups_of_calls_picked(scene: Scene) -> None:
    """Groups of a selection are the calls of the selection gathered."""
    for window in scene.inside:
        failed = [call for call in scene.within(window) if call.dimensions["method"] == "GET"]
        values = {call.dimensions["error"] for call in failed}
        expected = {value: scene.add(c for c in failed if c.dimensions["error"] == value) for value in values}
        assert scene.usage.groups(window, "error", where={"method": "GET"}) == expected


def test_rows_are_windows(scene: Scene) -> None:
    """Row i of a series is the total of [edges[i], edges[i + 1]), empty rows too."""
    edges = sorted(edge for window in scene.inside for edge in window)
    rows = scene.usage.series(edges, where={"endpoint": ["/tide", "/wreck"]})
    for index, pair in enumerate(pairwise(edges)):
        total = scene.usage.total(Window(*pair), where={"endpoint": ["/tide", "/wreck"]})
        assert {name: column[index] for name, column in rows.items()} == total


@pytest.mark.parametrize("where", [None, {"outcome": "error"}, {"key": "key_bridge"}])
def test_the_largest_is_one_of_the_calls(scene: Scene, where: dict[str, str] | None) -> None:
    """The largest value of each row is that of its calls, 0 without any."""
    edges = sorted(edge for window in scene.inside for edge in window)
    found = scene.usage.largest_series(edges, "latency_ms", where=where)
    for index, pair in enumerate(pairwise(edges)):
        calls = [call for call in scene.within(Window(*pair)) if _fits(call, where)]
        assert found[index] == max((call.measures["latency_ms"] for call in calls), default=0)


@pytest.mark.parametrize("seconds", [1, 60, 977, 3_600])
def test_the_peak_is_the_fullest_slot(scene: Scene, seconds: int) -> None:
    """The peak is the most calls in any slot, counted back from the window's end."""
    for window in scene.inside:
        slots: dict[int, int] = defaultdict(int)
        for call in scene.within(window):
            slots[(window.end - 1 - call.at) // seconds] += 1
        assert scene.usage.peak(window, seconds) == max(slots.values(), default=0)


def test_the_nth_call_is_the_nth(scene: Scene) -> None:
    """Counting calls finds the instant of each; after the last one the result is None."""
    for window in scene.inside:
        failed = [call.at for call in scene.within(window) if call.dimensions["outcome"] == "error"]
        found = [
            scene.usage.nth(window, n, where={"outcome": "error"}) for n in (1, len(failed), len(failed) + 1)
        ]
        assert found == ([failed[0], failed[-1], None] if failed else [None, None, None])


def _fits(call: Call, where: dict[str, str] | None) -> bool:
    return all(call.dimensions[name] == value for name, value in (where or {}).items())


@pytest.mark.parametrize("account", ["tug", "tanker", "ferry", "barge"])
@pytest.mark.parametrize("seconds", [60, 3_600, 10_000])
def test_long_peaks_leave_out_nothing(harbour: World, account: str, seconds: int) -> None:
    """Over months, where most days are never counted, the peak is that of all slots counted."""
    usage = harbour.usage(account, harbour.clock)
    window = Window.trailing(harbour.clock, 100 * DAY + 17)
    slots = -(-(window.end - window.start) // seconds)
    edges = [max(window.end - slot * seconds, window.start) for slot in range(slots, -1, -1)]
    assert usage.peak(window, seconds) == max(usage.columns(edges)["calls"])
