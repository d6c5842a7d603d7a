"""Sums over windows and over rows of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metermock.ledger.book import weights_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metermock.ledger.arrays import Integers
    from metermock.ledger.book import Line
    from metermock.ledger.calendar import Window
    from metermock.ledger.pace import Pace
    from metermock.ledger.selection import Selection

_CHUNK = 1 << 16  # edges worked on at once, so that memory does not grow with their number


def total(selection: Selection, window: Window, names: tuple[str, ...]) -> dict[str, int]:
    """The sum of each measure over a window."""
    sums = dict.fromkeys(names, 0)
    for line in selection.lines:
        start, end = line.place(window.start), line.place(window.end)
        if end.calls == start.calls:
            continue
        for name in names:
            if name == "calls" and not selection.only:
                sums[name] += end.calls - start.calls
            else:
                column = line.column(name, selection.only)
                sums[name] += line.sum_at(column, end) - line.sum_at(column, start)
    return sums


def matching(selection: Selection, instant: int) -> int:
    """How many calls that are meant come before an instant."""
    if not selection.only:
        return sum(line.life_at(instant) for line in selection.lines)
    return sum(
        line.sum_at(line.column("calls", selection.only), line.place(instant)) for line in selection.lines
    )


def series(selection: Selection, edges: Integers, names: tuple[str, ...]) -> dict[str, Integers]:
    """The sum of each measure between each edge and the next."""
    rows = {name: np.zeros(max(len(edges) - 1, 0), dtype=np.int64) for name in names}
    if selection.lines:
        for part in parts(len(edges)):
            for name, sums in _before(selection, edges[part], names).items():
                rows[name][part.start : part.stop - 1] = np.diff(sums)
    return rows


def parts(edges: int) -> Iterator[slice]:
    """Slices of so many edges, each beginning with the last edge of the one before."""
    for first in range(0, edges - 1, _CHUNK):
        yield slice(first, min(first + _CHUNK + 1, edges))


def _before(selection: Selection, edges: Integers, names: tuple[str, ...]) -> dict[str, Integers]:
    sums = {name: np.zeros(len(edges), dtype=np.int64) for name in names}
    for line, segments, lives in lives_of(selection.lines, edges):
        slots = line.first_slots[segments] + lives - line.lives[segments]
        for name in names:
            if name == "calls" and not selection.only:
                sums[name] += lives
            else:
                sums[name] += line.sums_at(line.column(name, selection.only), segments, slots)
    return sums


def lives_of(lines: tuple[Line, ...], edges: Integers) -> Iterator[tuple[Line, Integers, Integers]]:
    """Each line, with the segment of every edge and the calls of the line's life before it."""
    if not lines:
        return
    segments = np.searchsorted(lines[0].timeline.starts, edges, side="right") - 1
    weights: dict[Pace, tuple[Integers, Integers]] = {}
    for line in lines:
        pace = line.stream.pace
        if pace not in weights:
            weights[pace] = weights_at(pace, edges)
        yield line, segments, line.lives_at(edges, *weights[pace])
