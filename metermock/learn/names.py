"""Names of fields and parameters, and what they tell: words, pages, lengths and steps of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metermock.contract.parameter import Parameter

LIMITS = ("limit", "page_size", "pageSize", "per_page", "perPage")
OFFSETS = ("offset", "skip")
PAGES = re.compile(r"page(_?(number|num|no|index))?|pageNumber|pageIndex", re.IGNORECASE)
"""How the number of a page is called."""
NOT_COUNTED = frozenset(
    {"average", "avg", "mean", "median", "quantile", "percentile", "p", "latency", "score"}
    | {"rate", "ratio", "percent", "percentage", "share", "per", "min", "minimum", "lowest"}
    | {"remaining", "left", "balance"}
)
"""Words of numbers that may be lower in a longer span: means, quantiles, shares, what is left."""
STEPS = {
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "hourly": 3600,
    "daily": 86400,
    "1m": 60,
    "1h": 3600,
    "1d": 86400,
}
"""Steps of which each is as long in UTC; weeks and months begin where they will."""
_COUNTED = r"(last_?)?\d+ ?[a-z]+"
_NAMED = r"(this_?)?(minute|hour|day|week|month|quarter|year)s?"
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800, "y": 365 * 86400}


def words_of(name: str) -> set[str]:
    """The words of a name, in small letters."""
    return set(re.split(r"[^a-z]+", re.sub("([A-Z])", r" \1", name).lower())) - {""}


def lengths_of(parameter: Parameter) -> dict[str, int]:
    """The seconds of each value of a parameter that is a length of time."""
    found = {}
    for value in parameter.resolved.get("enum", ()):
        form = re.fullmatch(r"(?:last_?)?(\d{1,3})(min|m|h|d|w|y)", str(value))
        if form is not None:
            found[str(value)] = int(form[1]) * _UNITS[form[2]]
    return found if len(found) > 1 else {}


def steps_of(parameter: Parameter, steps: Mapping[str, int] = STEPS) -> dict[str, int]:
    """The seconds of each value of a parameter that is a step."""
    found = {
        str(value): steps[str(value)] for value in parameter.resolved.get("enum", ()) if str(value) in steps
    }
    is_step = re.search("gran|interval|step|bucket|resolution|unit|by|bin", parameter.name, re.IGNORECASE)
    return found if found and is_step else {}


def is_span(value: Any) -> bool:
    """Whether a value of a parameter is a span of time: nothing else has to rise."""
    form = f"{_COUNTED}|{_NAMED}|hourly|daily|weekly|monthly|today|all"
    return isinstance(value, str) and re.fullmatch(form, value, re.IGNORECASE) is not None


def may_stick_out(one: str, other: str) -> bool:
    """Whether a span may begin before the longer one does: a calendar's month begins in the middle of a week.

    A month of thirty days goes by the same name, so nobody can tell. `24h` is more than a week on its Monday.
    """
    shorter, longer = one.lower(), other.lower()
    is_calendar = re.fullmatch(f"{_NAMED}|today", longer) is not None
    return is_calendar and ("week" in shorter or re.fullmatch(_COUNTED, shorter) is not None)
