"""Work that takes long, where others wait for the same thread."""

from __future__ import annotations

import threading

import pytest

from metermock.ledger.calendar import DAY, MINUTE, Window
from metermock.ledger.effort import MOST, NoLongWork, TooLongError, begin
from metermock.ledger.world import World


def test_long_work_is_refused_where_it_is_forbidden() -> None:
    """Work of many minutes is refused inside the block, and nowhere else; short work never is."""
    begin(MOST + 1)
    with NoLongWork():
        begin(MOST)
        with pytest.raises(TooLongError):
            begin(MOST + 1)
        thread = threading.Thread(target=begin, args=(MOST + 1,))
        thread.start()
        thread.join()
    begin(MOST + 1)


def test_a_query_is_refused_once(harbour: World) -> None:
    """A query over a year of minutes is refused where long work is forbidden; made elsewhere, it is kept."""
    usage = harbour.usage("tug", harbour.clock)
    window = Window.trailing(usage.now, 400 * DAY)
    starts = range(window.start // MINUTE * MINUTE, window.end, MINUTE)

    def page() -> list[int]:
        return usage.order(starts, window, lambda e: usage.columns(e)["calls"], slice(3), name="effort")

    with NoLongWork(), pytest.raises(TooLongError):
        page()
    found = page()
    with NoLongWork():
        assert page() == found


def test_work_of_one_reply_adds_up() -> None:
    """Several queries that are short each are long together; the next reply begins anew."""
    for _ in range(2):
        with NoLongWork():
            begin(MOST - 1)
            begin(1)
            with pytest.raises(TooLongError):
                begin(1)


def test_minutes_that_are_drawn_count(harbour: World) -> None:
    """To draw the minutes of a year is long work, and that of each day is short."""
    weights = harbour.traffic["tug"].streams[0].weights
    with NoLongWork(), pytest.raises(TooLongError):
        [weights.rows([day]) for day in range(400)]
