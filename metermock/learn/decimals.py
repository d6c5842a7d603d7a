"""Decimals that are written as texts, such as money."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

NUMBER = frozenset({"number"})
_FORM = re.compile(r"-?\d{1,12}\.\d{1,9}", re.ASCII)


def are_decimals(values: Sequence[Any]) -> bool:
    """Whether all are texts such as 12.40; a version such as 1.2 that never changes is none."""
    is_form = all(isinstance(value, str) and _FORM.fullmatch(value) for value in values)
    return is_form and len(set(values)) > 1


def total(values: Sequence[str] | None) -> float | None:
    """They added up."""
    return None if values is None else round(math.fsum(map(float, values)), 9)
