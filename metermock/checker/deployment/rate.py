"""How many requests a second, as people write it."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "m": 60, "minute": 60, "h": 3600, "hour": 3600}


def rate_of(text: str) -> float:
    """Requests per second out of `5/s`, `100/min`, `1000/h`; ValueError for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*/\s*([a-z]+)", text.strip())
    if not match or match[2] not in _SECONDS or not float(match[1]):
        message = f"{text!r} is no rate; write 5/s, 100/min or 1000/h"
        raise ValueError(message)
    return float(match[1]) / _SECONDS[match[2]]
