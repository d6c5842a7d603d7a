"""Bars as SVG."""

from __future__ import annotations

import pytest

from metermock.server.pages.console.charts import Chart, bars, mean_chart, spelled


def test_the_highest_bar_fills_the_height() -> None:
    """Bars stand on the ground; the highest has the height of the picture, and nought has no bar."""
    assert bars((5, 0, 10), 30, 20) == "M0 20v-10h7.5v10zM20 20v-20h7.5v20z"


def test_a_small_bar_can_be_seen() -> None:
    """A day of one call among millions has a bar."""
    assert bars((1, 10_000_000), 20, 20).startswith("M0 20v-1.2h")


def test_a_chart_is_told_in_words() -> None:
    """Who does not see the picture hears its span, its sum and its peak."""
    chart = Chart("calls", ("2026-03-01", "2026-03-02"), (1_200, 34))

    assert chart.words == "calls, 2026-03-01 to 2026-03-02: 1,234 in all, at most 1,200 (2026-03-01)"


def test_means_are_not_added_up() -> None:
    """A chart of means tells the mean of all calls, not of the days; a day without any has no bar."""
    chart = mean_chart("latency", ("2026-03-01", "2026-03-02", "2026-03-03"), (900, 0, 100), (9, 0, 2))

    assert (chart.title, chart.values, chart.mean) == ("mean latency", (100, 0, 50), 1_000 / 11)
    assert chart.words.endswith(": 90.91 on average, at most 100 (2026-03-01)")


@pytest.mark.parametrize(("number", "text"), [(1_234_567, "1,234,567"), (2.50, "2.5"), (3.0, "3"), (0, "0")])
def test_numbers_have_separators(number: float, text: str) -> None:
    """Numbers are written for reading: separators, at most two digits behind the point."""
    assert spelled(number) == text
