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
