"""The arrays of the ledger: whole numbers only, so that every platform has the same bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Codes = NDArray[np.int16]
Truths = NDArray[np.bool_]
Reals = NDArray[np.float64]  # for estimates that no reply shows
Integers32 = NDArray[np.int32]  # half as long: tables of weights are large
