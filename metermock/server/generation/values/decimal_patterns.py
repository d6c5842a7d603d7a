"""Patterns that take numbers and nothing else."""

from __future__ import annotations

import re
from typing import Any

OF_PYDANTIC = "(?!^[-+.]*$)[+-]?0*"
"""What the patterns have in them that FastAPI exports for a Decimal, of whatever digits."""


def digits_of(pattern: Any) -> int | None:
    """The digits behind the point that a pattern of numbers takes; None for another pattern."""
    try:
        takes = re.compile(str(pattern)).search
    except re.error:
        return None
    # The patterns that FastAPI writes for some digits are open at the end, and take anything behind.
    if OF_PYDANTIC not in str(pattern) and (takes("a") or takes("a1.00b")):
        return None
    return next((digits for digits in (2, 0, 4, 3, 1) if takes(f"{123:.{digits}f}")), None)
