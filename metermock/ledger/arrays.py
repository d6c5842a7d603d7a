"""The arrays of the ledger: whole numbers only, so that every platform has the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

# numpy.typing.NDArray says the same, but is slow to import.
_Shape = tuple[Any, ...]
Integers = np.ndarray[_Shape, np.dtype[np.int64]]
Bits = np.ndarray[_Shape, np.dtype[np.uint64]]
Codes = np.ndarray[_Shape, np.dtype[np.int16]]
Truths = np.ndarray[_Shape, np.dtype[np.bool_]]
Reals = np.ndarray[_Shape, np.dtype[np.float64]]  # for estimates that no reply shows
Integers32 = np.ndarray[_Shape, np.dtype[np.int32]]  # half the bytes: tables of weights are large
Objects = np.ndarray[_Shape, np.dtype[np.object_]]  # Python's integers, where 63 bits are too few

_HELD = 4 << 20  # bytes
# The C library of Linux gives an array above a size back to the system as soon as it goes, and each page of
# the next one costs a fault: a third of all faults of a first reply over a whole life. That size rises to the
# size of what was given back. So one array goes here, no page of it touched; elsewhere this does nothing.
np.empty(_HELD, dtype=np.uint8)
