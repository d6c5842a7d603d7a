"""The days in a body that is made: near today, and of two ends the first is not after the second."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import Any

from metermock.checker.inputs.dates import near_day
from metermock.contract.range_names import is_pair
from metermock.contract.samples import FORMATS

_MADE = {text: form for form in ("date", "date-time") for text in FORMATS[form]}
"""The texts that stand for any day, each with its format."""
_A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def settled_days(value: Any, now: datetime) -> Any:
    """The value with its made days near this clock, and with those of two ends in order."""
    if isinstance(value, list):
        return [settled_days(each, now) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _near(name, each, now) for name, each in value.items()}
    days = [name for name, each in found.items() if isinstance(each, str) and _A_DAY.match(each)]
    for first, second in itertools.permutations(days, 2):
        if is_pair(first, second) and found[first][:10] > found[second][:10]:
            found |= {first: found[second], second: found[first]}
    return found


def _near(name: str, value: Any, now: datetime) -> Any:
    form = _MADE.get(value) if isinstance(value, str) else None
    if form is None:
        return settled_days(value, now)
    day = near_day(name, now).isoformat()
    return day if form == "date" else f"{day}{value[10:]}"
