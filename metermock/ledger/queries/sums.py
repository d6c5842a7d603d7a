"""Sums over windows and over rows of windows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from metermock.ledger import effort
from metermock.ledger.arrays import Integers
from metermock.ledger.cache import HELD, TABLES
from metermock.ledger.calendar import Window
from metermock.ledger.queries.meter import Meter, meters
from metermock.ledger.queries.selection import Selection

_CHUNK = 1 << 15  # edges worked on at once, so that memory does not grow with their number
_KEPT = 1 << 14  # sums at more edges than these are not kept
_RUN = 5  # a run spans at least 2**5 times the time from one edge to the next
_SHORT = 64  # so few edges are one run
_FEW = 8  # so few edges are looked up one by one: that is faster, and nothing is kept


def total(selection: Selection, window: Window, names: tuple[str, ...]) -> dict[str, int]:
    """The sum of each measure over a window."""
    sums = np.zeros(len(names), dtype=np.int64)
    for meter in meters(selection, ()):
        sums += meter.between(window).sum(axis=0)[0]
    return dict(zip(names, sums.tolist(), strict=True))


def matching(selection: Selection, instant: int) -> int:
    """How many calls of a selection come before an instant."""
    # Without a filter the book's counts are enough: no deck is made, and no position looked up.
    if not selection.only:
        return sum(line.life_at(instant) for line in selection.lines)
    return sum(line.sum_at(line.column(selection.only), line.position(instant)) for line in selection.lines)


def series(
    selection: Selection,
    edges: Integers,
    names: tuple[str, ...],
    wanted: tuple[str, ...] | None = None,
) -> dict[str, Integers]:
    """The sum of each measure, or of those wanted, between each edge and the next; `names` are all."""
    wanted = wanted or names
    effort.begin(len(edges) * len(selection.lines))
    rows = np.zeros((max(len(edges) - 1, 0), len(names)), dtype=np.int64)
    for meter in meters(selection, ()):
        for part in chunks(len(edges)):
            rows[part.start : part.stop - 1] += np.diff(_shown(meter, edges[part]), axis=0)
    return {name: rows[:, names.index(name)] for name in wanted}


def chunks(edges: int) -> Iterator[slice]:
    """Slices of so many edges, each beginning with the last edge of the one before."""
    for first in range(0, edges - 1, _CHUNK):
        yield slice(first, min(first + _CHUNK + 1, edges))


def _shown(meter: Meter, edges: Integers) -> Integers:
    """What a meter of one group shows before each edge.

    What it shows at a run of edges is kept: as the clock goes on, most runs stay the same.
    """
    if not _FEW < len(edges) <= _KEPT:
        return _read(meter, edges)
    # All unknown runs are read in one go, then cut apart again. A run is copied, since a slice would keep the
    # whole array alive.
    runs = _runs(edges)
    found = [TABLES.get(("shown", meter.token, run.tobytes())) for run in runs]
    unknown = [number for number, shown in enumerate(found) if shown is None]
    made = _read(meter, np.concatenate([runs[number] for number in unknown]))
    at = 0
    for number in unknown:
        run = runs[number]
        shown = found[number] = made[at : at + len(run)].copy()
        at += len(run)
        if len(run) > _FEW:
            TABLES.put(("shown", meter.token, run.tobytes()), shown, shown.nbytes + run.nbytes + HELD)
    return np.concatenate(found)


def _runs(edges: Integers) -> list[Integers]:
    """Edges in runs that stay the same as edges come and go at the ends."""
    # The first and the last edge move with every second, so each is a run of its own. The others are cut
    # where time passes a multiple of a power of two: at the same instants, wherever the first edge is.
    stops = {0, 1, len(edges) - 1, len(edges)}
    if len(edges) > _SHORT:
        span = edges >> (_step(edges).bit_length() + _RUN)
        stops.update((np.flatnonzero(span[1:] != span[:-1]) + 1).tolist())
    return [edges[start:stop] for start, stop in pairwise(sorted(stops))]


def _step(edges: Integers) -> int:
    """The usual time from one edge to the next: of two steps, since one may be a gap."""
    steps = np.diff(edges)
    steps = steps[steps > 0]
    quarter = len(steps) // 4
    return min(steps.item(quarter), steps.item(-1 - quarter)) if len(steps) else 0


def _read(meter: Meter, edges: Integers) -> Integers:
    shown = meter.at(edges.tolist()).sum(axis=1) if len(edges) <= _FEW else meter.before(edges)
    return shown[:, 0]
