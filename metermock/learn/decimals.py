"""Decimals that are written as texts, such as money."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

NUMBER = frozenset({"number"})
_FORM = re.compile(r"-?\d{1,12}\.\d{1,9}", re.ASCII)


def is_decimal(value: Any) -> bool:
    """Whether it is a text such as 12.40."""
    return isinstance(value, str) and _FORM.fullmatch(value) is not None


def are_decimals(values: Sequence[Any]) -> bool:
    """Whether all are texts such as 12.40; a version such as 1.2 that never changes is none."""
    return all(map(is_decimal, values)) and len(set(values)) > 1


def total(values: Sequence[str] | None) -> float | None:
    """They added up."""
    return None if values is None else round(math.fsum(map(float, values)), 9)
