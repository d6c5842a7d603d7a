"""Sums by the values of dimensions.

How often each slot of the deck was dealt in a window follows from where each segment began and ended to deal;
slots with the same values are added up once per window, and every grouping is made from these cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from metermock.ledger.deck import BITS, LENGTH, SLOTS, VARIANTS
from metermock.ledger.memory import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metermock.ledger.arrays import Integers
    from metermock.ledger.book import Line
    from metermock.ledger.calendar import Window
    from metermock.ledger.deck import Cells, Deck, Only

_REST = LENGTH - 1


def cells_of(deck: Deck) -> Cells:
    """The cells of a deck, made once."""
    made: Cells = TABLES.recall(
        ("cells", deck.token), deck.cells, lambda cells: cells.columns.nbytes + cells.order.nbytes
    )
    return made


def sums_of(lines: Sequence[Line], window: Window) -> Integers:
    """The sum of each measure (rows) in each cell (columns); the lines must share a deck."""
    cells = cells_of(lines[0].deck)
    dealt = _dealt(lines, window)[cells.order]
    sums: Integers = np.add.reduceat(cells.columns * dealt, cells.starts, axis=1)
    return sums


def _dealt(lines: Sequence[Line], window: Window) -> Integers:
    """How often each slot was dealt in a window."""
    runs = [_runs(line, window) for line in lines]
    variants, starts, ends = (np.concatenate(columns) for columns in zip(*runs, strict=True))
    rounds = np.zeros(VARIANTS, dtype=np.int64)
    np.add.at(rounds, variants, (ends >> BITS) - (starts >> BITS))
    rests = np.bincount((variants << BITS) + (ends & _REST), minlength=SLOTS)
    rests -= np.bincount((variants << BITS) + (starts & _REST), minlength=SLOTS)
    rests = rests.reshape(VARIANTS, LENGTH)
    # A run that ends at a slot has dealt all slots before it once more.
    later = np.cumsum(rests[:, ::-1], axis=1)[:, ::-1] - rests
    return (rounds[:, None] + later).reshape(-1)


def _runs(line: Line, window: Window) -> tuple[Integers, Integers, Integers]:
    """Of each segment in a window: its variant, the slot that it deals first, and the one after its last."""
    start, end = line.place(window.start), line.place(window.end)
    segments = slice(start.segment, end.segment + 1)
    starts = line.first_slots[segments].copy()
    ends = starts + np.diff(line.lives)[segments]
    starts[0], ends[-1] = start.slot, end.slot
    return line.variants[segments], starts, ends


def group(deck: Deck, sums: Integers, by: Sequence[str], only: Only) -> dict[tuple[str, ...], Integers]:
    """Sums of each measure by the values of some of the deck's dimensions; only values that have calls."""
    codes = cells_of(deck).codes
    keep = sums[0] > 0
    for name, values in only:
        keep &= np.isin(codes[name], [deck.code_of[name][value] for value in values])
    joint = np.zeros(sums.shape[1], dtype=np.int64)
    for name in by:
        joint = joint * len(deck.values[name]) + codes[name]
    groups = {}
    for code in np.unique(joint[keep]).tolist():
        here = keep & (joint == code)
        groups[_values(deck, by, code)] = sums[:, here].sum(axis=1)
    return groups


def _values(deck: Deck, by: Sequence[str], code: int) -> tuple[str, ...]:
    values = []
    for name in reversed(by):
        code, rest = divmod(code, len(deck.values[name]))
        values.append(deck.values[name][rest])
    return tuple(reversed(values))
