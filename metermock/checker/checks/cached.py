"""What a reply says of its age: whether a cache gave it out, and for how long one may."""

from __future__ import annotations

import re
from collections.abc import Mapping

SHORT = 6.0
"""Seconds for which a gateway that says no age is taken to give out a reply again."""
_LONGEST = 30.0
"""Seconds of age that pauses can outlast; more is taken as this much."""
_DIGITS = 9
_HIT = re.compile(r"\bhit\b", re.IGNORECASE)
_HITS = ("x-cache", "x-cache-status", "x-proxy-cache", "cf-cache-status", "cache-status", "x-cache-lookup")
"""Headers in which caches say that they had the reply."""
_MAY = re.compile(r"(?:max-age|s-maxage)\s*=\s*0*[1-9]", re.IGNORECASE)


def seconds_cached(headers: Mapping[str, str]) -> float:
    """How old a reply's like may be, in seconds; 0 where nothing says that a cache gave it out.

    `headers` have lower-case names.
    """
    age = headers.get("age", "").strip()
    seconds = age.lstrip("0")
    if age.isascii() and age.isdigit() and seconds:
        # Python reads no numbers of thousands of digits, and a float none of hundreds.
        return max(SHORT, _LONGEST if len(seconds) > _DIGITS else min(_LONGEST, int(seconds) + 1.0))
    return SHORT if any(_HIT.search(headers.get(name, "")) for name in _HITS) else 0.0


def may_be_cached(headers: Mapping[str, str]) -> bool:
    """Whether a reply may be older than the request."""
    is_kept = _MAY.search(headers.get("cache-control", "")) is not None
    return "age" in headers or is_kept or seconds_cached(headers) > 0
