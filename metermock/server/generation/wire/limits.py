"""The headers of rate limits: what the mock counts, and in a refusal nothing until `Retry-After` ends."""

from __future__ import annotations

from email.utils import formatdate

from metermock.ledger.calendar import instant_text
from metermock.server.generation.words import names
from metermock.server.handling import Reads

EPOCH, EPOCH_MS = 10**9, 10**12
"""Numbers from which on they count seconds, or milliseconds, since 1970."""


def exhausted(headers: dict[str, str], now: int, wait: int) -> dict[str, str]:
    """Return the headers of a refusal for `wait` seconds."""
    told: dict[str, str] = {}
    for name, text in headers.items():
        words = names.words_of(name)
        plain = "".join(words)
        if plain == "retryafter":
            told[name] = str(wait) if text.isdecimal() or not text else formatdate(now + wait, usegmt=True)
        elif "remaining" in words and text.lstrip("-").isdecimal():
            told[name] = "0"
        elif "reset" in words or "resets" in words:
            told[name] = reset(text, now, wait)
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


def reset(text: str, now: int, wait: int) -> str:
    """Return the end of a wait in the form of another reset: seconds, an instant or a date."""
    if text.isdecimal():
        number = int(text)
        return str((now + wait) * 1000 if number >= EPOCH_MS else now + wait if number >= EPOCH else wait)
    return (
        instant_text(now + wait)
        if "T" in text and text.endswith("Z")
        else formatdate(now + wait, usegmt=True)
    )
