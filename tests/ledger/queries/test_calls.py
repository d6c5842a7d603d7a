"""Single calls: their numbers, their order, their pages."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from metermock.ledger.calendar import DAY, Window
from metermock.ledger.world import World

LIFE = Window(0, 1 << 40)


@pytest.mark.parametrize("account", ["tug", "dinghy", "ferry", "lighthouse", "tanker", "barge"])
def test_numbers_count_the_life(harbour: World, account: str) -> None:
    """The newest call has the number of calls of the account's life; each before it has one less."""
    usage = harbour.usage(account, harbour.clock)
    calls = usage.calls(LIFE, limit=300)
    newest = usage.total(LIFE)["calls"]
    assert [call.number for call in calls] == list(range(newest, max(newest - 300, 0), -1))
    assert all(later.at >= earlier.at for later, earlier in pairwise(calls))


@pytest.mark.parametrize(
    "where", [None, {"outcome": "error"}, {"key": ("key_bridge", "key_old")}, {"endpoint": "/wreck"}]
)
def test_pages_are_the_list(harbour: World, where: dict[str, str] | None) -> None:
    """Pages read from the newest call on, each before the last number of the one before, are the list."""
    usage = harbour.usage("tug", harbour.clock)
    window = Window.trailing(harbour.clock, 3 * DAY)
    whole = [call.number for call in usage.calls(window, where=where, limit=1 << 30)]
    pages: list[int] = []
    while page := usage.calls(window, where=where, limit=37, before=pages[-1] if pages else None):
        pages += [call.number for call in page]
    assert pages == whole


def test_pages_turn_back(harbour: World) -> None:
    """The calls just after a page's first one are the page before it."""
    usage = harbour.usage("tug", harbour.clock)
    window = Window.trailing(harbour.clock, 3 * DAY)
    whole = [call.number for call in usage.calls(window, where={"outcome": "error"}, limit=60)]
    page = usage.calls(window, where={"outcome": "error"}, limit=20, after=whole[40])
    assert [call.number for call in page] == whole[20:40]


@pytest.mark.parametrize(
    ("bounds", "listed"),
    [
        ({"before": 1}, 0),
        ({"before": -5}, 0),
        ({"before": 1 << 60}, 5),
        ({"after": 1 << 60}, 0),
        ({"after": -3}, 5),
    ],
)
def test_numbers_that_no_call_has(harbour: World, bounds: dict[str, Any], listed: int) -> None:
    """No call comes before the first or after the last; a bound beyond the other end cuts nothing off."""
    usage = harbour.usage("tug", harbour.clock)
    assert len(usage.calls(LIFE, limit=5, **bounds)) == listed


def test_what_a_call_is(harbour: World) -> None:
    """A call has each dimension and measure of the world, and the derived ones follow from the others."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, where={"endpoint": "/berth"}, limit=50)
    for call in calls:
        assert set(call.dimensions) == {
            "key",
            "user",
            "dock",
            "endpoint",
            "method",
            "status",
            "outcome",
            "error",
        }
        assert call.dimensions["method"] == "POST"
        assert call.measures["characters"] >= 5 * call.measures["lines"] > 0
        assert call.measures["credits"] == -(-call.measures["characters"] // 100)


def test_bits_are_a_calls_own(harbour: World) -> None:
    """Two calls, or two names of one call, do not have the same bits."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, limit=500)
    bits = {call.bits(name) for call in calls for name in ("id", "request")}
    assert len(bits) == 1_000


def test_texts_are_long_and_of_several_scripts(harbour: World) -> None:
    """Some texts pass 200 code points, some leave ASCII, some leave the first plane."""
    calls = harbour.usage("tug", harbour.clock).calls(LIFE, limit=500)
    texts = {call.texts["question"] for call in calls}
    assert any(len(text) > 200 for text in texts)
    assert any(ord(max(text)) > 0x7F for text in texts)
    assert any(ord(max(text)) > 0xFFFF for text in texts)


def test_retries_follow_failures(harbour: World) -> None:
    """A call to the same endpoint comes next more often after a failed call than after a good one."""
    usage = harbour.usage("tanker", harbour.clock)
    calls = usage.calls(LIFE, where={"key": "key_hull"}, limit=6_000)
    again = {"ok": [0, 0], "error": [0, 0]}
    for later, earlier in pairwise(calls):
        count = again[earlier.dimensions["outcome"]]
        count[0] += later.dimensions["endpoint"] == earlier.dimensions["endpoint"]
        count[1] += 1
    assert again["error"][0] / again["error"][1] > again["ok"][0] / again["ok"][1] + 0.1


def test_unknown_dimensions_are_mistakes(harbour: World) -> None:
    """A dimension or value that the world lacks is a KeyError; an unknown key has no calls."""
    usage = harbour.usage("tug", harbour.clock)
    with pytest.raises(KeyError, match="no dimension 'colour'"):
        usage.total(LIFE, where={"colour": "red"})
    with pytest.raises(KeyError, match="has no value '/moon'"):
        usage.groups(LIFE, "key", where={"endpoint": "/moon"})
    with pytest.raises(KeyError, match="no dimension 'colour'"):
        usage.groups(LIFE, "colour")
    with pytest.raises(KeyError, match="no measure 'length'"):
        usage.largest(LIFE, "length")
    assert usage.total(LIFE, where={"key": "key_nobody"})["calls"] == 0
