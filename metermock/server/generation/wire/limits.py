"""The headers of rate limits: what the mock counts, and in a refusal nothing until `Retry-After` ends."""

from __future__ import annotations

import re
from collections.abc import Collection
from email.utils import formatdate

from metermock.ledger.calendar import HOUR, MINUTE, instant_text
from metermock.server.generation.values.instants import MILLIS
from metermock.server.generation.wire.rate_fields import field_of, with_nothing_left
from metermock.server.generation.words import names
from metermock.server.handling import Reads

EPOCH, EPOCH_MS = 10**9, 10**12
"""Numbers from which on they count seconds, or milliseconds, since 1970."""


_DURATION = re.compile(r"(?=.)(?:\d+h)?(?:\d+m(?!s))?(?:\d+(?:\.\d+)?s)?(?:\d+ms)?")
"""A time as programs in Go write it: `6m0s`, `1.5s`, `20ms`."""
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} ")


def is_in_milliseconds(name: str, described: str) -> bool:
    """Whether a header counts milliseconds, by its name or its description."""
    return MILLIS.search(f"{described} {' '.join(names.words_of(name))}") is not None


def exhausted(
    headers: dict[str, str], now: int, wait: int, in_milliseconds: Collection[str] = ()
) -> dict[str, str]:
    """Return the headers of a refusal for `wait` seconds; some are `in_milliseconds`."""
    told: dict[str, str] = {}
    for name, text in headers.items():
        words = names.words_of(name)
        plain = "".join(words)
        if plain == "retryafter" or (words[:2] == ("retry", "after") and text.isdecimal()):
            is_number = text.isdecimal() or not text
            number = wait * 1000 if name in in_milliseconds else wait
            told[name] = str(number) if is_number else formatdate(now + wait, usegmt=True)
        elif field_of(name) == "state":
            told[name] = with_nothing_left(text, wait)
        elif "remaining" in words and text.lstrip("-").isdecimal():
            told[name] = "0"
        elif "reset" in words or "resets" in words:
            told[name] = reset(text, now, wait, in_milliseconds=name in in_milliseconds)
        else:
            told[name] = text
    if not any(name.lower() == "retry-after" for name in told):
        told["Retry-After"] = str(wait)
    limit = next((text for name, text in told.items() if names.words_of(name)[-1:] == ("limit",)), None)
    used = next((name for name in told if names.words_of(name)[-1:] == ("used",)), None)
    return told | {used: limit} if used is not None and limit is not None else told


def counted(headers: dict[str, str], reads: Reads, now: int) -> dict[str, str]:
    """Return the headers of a reply where the mock enforces its limits: they tell what it has counted."""
    figures = {"limit": reads.limit, "remaining": reads.left, "used": reads.used}
    told: dict[str, str] = {}
    for name, text in headers.items():
        words = names.words_of(name)
        told[name] = text
        if not {"rate", "ratelimit"}.intersection(words):
            continue
        if words[-1] == "reset":
            told[name] = reset(text, now, reads.resets_in)
        elif words[-1] in figures and text.lstrip("-").isdecimal():
            told[name] = str(figures[words[-1]])
    return told


def reset(text: str, now: int, wait: int, *, in_milliseconds: bool = False) -> str:
    """Return the end of a wait in the form of another reset: seconds, a duration, an instant or a date."""
    if text.isdecimal():
        number = int(text)
        if number < EPOCH and in_milliseconds:
            return str(wait * 1000)
        return str((now + wait) * 1000 if number >= EPOCH_MS else now + wait if number >= EPOCH else wait)
    if _DURATION.fullmatch(text):
        hours, minutes = f"{wait // HOUR}h", f"{wait % HOUR // MINUTE}m"
        return f"{hours if wait >= HOUR else ''}{minutes if wait >= MINUTE else ''}{wait % MINUTE}s"
    if "T" in text and text.endswith("Z"):
        return instant_text(now + wait)
    return formatdate(now + wait, usegmt=True) if _DATE.match(text) else text
