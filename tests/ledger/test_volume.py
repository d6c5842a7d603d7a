"""Cost and memory do not follow the number of calls."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from metermock.ledger.cache import ANSWERS, TABLES
from metermock.ledger.calendar import DAY, END, Window
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World
from tests.ledger.conftest import HARBOUR
from tests.work import steps_of

YEAR = 365 * DAY


def _ask(usage: Usage) -> None:
    now = usage.now
    usage.series(range(now + 1 - 90 * DAY, now + 2, DAY))
    usage.groups(Window.trailing(now, YEAR), ("key", "endpoint"))
    usage.calls(Window.trailing(now, YEAR), limit=50)
    usage.peak(Window.trailing(now, YEAR), 60)
    usage.largest(Window.trailing(now, YEAR), "latency_ms")


def _cost(world: World) -> tuple[int, int]:
    """Steps of Python and bytes at the peak that the same questions take."""
    _ask(world.usage("one", world.clock - DAY))
    taken = steps_of(lambda: _ask(world.usage("one", world.clock - 1)))
    tracemalloc.start()
    _ask(world.usage("one", world.clock - 60))
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return taken, memory


def test_cost_is_flat_in_volume(small_world: Callable[..., World]) -> None:
    """A thousand times the calls take neither twice the steps nor twice the memory."""
    costs = [
        _cost(small_world({"key": "a", "month": month, "shape": "steady"})) for month in (10_000, 10_000_000)
    ]
    assert costs[1][0] < 2 * costs[0][0]
    assert costs[1][1] < 2 * costs[0][1]


@pytest.mark.parametrize("month", [10_000, 100_000, 1_000_000, 10_000_000, 10_000_000_000])
def test_volume_is_what_the_world_says(small_world: Callable[..., World], month: int) -> None:
    """A year has twelve times the month's calls, also at ten billion; sums, groups and calls still agree."""
    world = small_world({"key": "a", "month": month, "shape": "office"})
    usage = world.usage("one", world.clock)
    year = Window.trailing(world.clock, YEAR)
    total = usage.total(year)
    assert total["calls"] == pytest.approx(12 * month, rel=0.05)
    assert total["latency_ms"] > 180 * total["calls"]
    assert sum(group["bytes"] for group in usage.groups(year, "status").values()) == total["bytes"]
    assert usage.calls(year, limit=1)[0].number == usage.total(Window(0, 1 << 40))["calls"]
    hours = usage.series(range(year.start, year.end + 1, 3_600))
    assert {name: sum(column) for name, column in hours.items()} == total


def test_sums_fit_to_the_end_of_the_ledger(small_world: Callable[..., World]) -> None:
    """Ten billion calls a month for 16 years add up to positive sums that months add up to as well."""
    world = small_world({"key": "a", "month": 10_000_000_000, "shape": "steady", "growth": 1})
    end = END - 1
    usage = world.usage("one", end)
    whole = usage.total(Window(0, end + 1))
    cuts = [*range(1_704_067_200, end, 30 * DAY), end + 1]
    assert whole["calls"] > 10_000_000_000 * 12 * 15
    assert {name: sum(column) for name, column in usage.series(cuts).items()} == whole
    assert all(min(column) > 0 for column in usage.series(cuts).values())


def test_a_million_rows(harbour: World) -> None:
    """Every minute of two years of a huge account is counted without a step for each."""
    usage = harbour.usage("tanker", harbour.clock)
    edges = range(harbour.clock + 1 - 700 * DAY, harbour.clock + 2, 60)
    got: list[Any] = []
    taken = steps_of(lambda: got.append(usage.columns(edges)))
    (columns,) = got
    assert taken < len(edges) / 10
    assert len(columns["calls"]) == 700 * 1_440
    assert int(columns["bytes"].sum()) == usage.total(Window(edges[0], edges[-1]))["bytes"]


def test_what_is_kept_is_bounded(harbour: World) -> None:
    """New questions, however many, do not make the caches grow beyond their limits, nor usages pile up."""
    for step in range(600):
        usage = harbour.usage("tanker", harbour.clock - step * 61)
        usage.series(range(usage.now - 100 * 3_600, usage.now, 3_600))
    assert ANSWERS.used <= ANSWERS.limit
    assert TABLES.used <= TABLES.limit
    assert len(harbour._usages) <= 256


def test_answers_are_remembered(harbour: World) -> None:
    """The same question of the same instant has the same answer object; a list of edges asks like a tuple."""
    usage = harbour.usage("tug", harbour.clock)
    edges = list(range(harbour.clock - 9 * DAY, harbour.clock, DAY))
    assert usage.series(edges) is harbour.usage("tug", harbour.clock).series(tuple(edges))
    assert usage.total(Window(1, 2), where={"status": ["200", "404"]}) is usage.total(
        Window(1, 2), where={"status": ("404", "200")}
    )


def test_a_prepared_part_is_written_once(harbour: World) -> None:
    """A prepared part is the same in a body as its value, and is made only once."""
    usage, made = harbour.usage("tug", harbour.clock - 77), []

    def part() -> dict[str, list[int]]:
        made.append(1)
        return {"rows": [1, 2]}

    bodies = [orjson.dumps({"data": usage.prepare("part", part), "page": page}) for page in (1, 2)]
    assert bodies == [b'{"data":{"rows":[1,2]},"page":1}', b'{"data":{"rows":[1,2]},"page":2}']
    assert made == [1]


def test_prepared_rows_are_written_once_by_all_clocks(harbour: World) -> None:
    """A page finds the rows that a page at the clock before made; only the other rows are made."""
    made: list[int] = []

    def page(now: int, rows: range) -> bytes:
        def make(unknown: list[int]) -> list[Any]:
            made.extend(rows[index] for index in unknown)
            return [{"row": rows[index]} for index in unknown]

        return orjson.dumps(harbour.usage("tug", now).prepare_each("page", rows, make))

    assert page(harbour.clock - 90, range(3)) == b'[{"row":0},{"row":1},{"row":2}]'
    assert page(harbour.clock - 89, range(4, 0, -1)) == b'[{"row":4},{"row":3},{"row":2},{"row":1}]'
    assert made == [0, 1, 2, 4, 3]


def test_prepared_rows_of_a_name_are_bounded(harbour: World) -> None:
    """However many pages are read, only the rows of the last pages are kept."""
    usage, before = harbour.usage("tug", harbour.clock - 91), ANSWERS.used

    def page(rows: range) -> list[Any]:
        return usage.prepare_each("pages", rows, lambda unknown: [rows[index] for index in unknown])

    for first in range(0, 60_000, 1_000):
        rows = range(first, first + 1_000)
        assert orjson.loads(orjson.dumps(page(rows))) == list(rows)
    assert ANSWERS.used - before < 10 << 20


PARTS = """
import pathlib, sys
from metermock.ledger import load_world
from metermock.ledger.cache import ANSWERS

world = load_world(pathlib.Path(sys.argv[1]))
usage = world.usage("tug", world.clock)

def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096

counted, before = ANSWERS.used, resident()
usage.prepare_each(
    "rows", range(20_000), lambda indices: [{"row": index, "calls": [1, 2, 3]} for index in indices]
)
print((resident() - before) / (ANSWERS.used - counted))
"""


def test_parts_take_no_more_memory_than_they_are_counted_as() -> None:
    """The bound on what is kept holds for the process: parts take at most half as much again as counted."""
    done = subprocess.run(
        [sys.executable, "-c", PARTS, str(HARBOUR)], capture_output=True, text=True, check=True, timeout=60
    )
    assert float(done.stdout) < 1.5
