"""The headers of rate limits in a refusal: nothing remains, and the reset is when `Retry-After` ends."""

from __future__ import annotations

from email.utils import formatdate

from metermock.ledger.calendar import instant_text
from metermock.server.generation import names

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
