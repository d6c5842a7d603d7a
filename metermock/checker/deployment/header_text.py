"""What may stand in a header: names and values that a deployment can be sent."""

from __future__ import annotations

import re

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PUBLIC = re.compile(
    r"accept(-[a-z]+)?|cache-control|connection|content-[a-z]+|date|dnt|expect|from|host|if-[a-z-]+|max-forwards"
    r"|origin|pragma|prefer|range|te|trace(parent|state)|user-agent|x-requested-with|.*-version",
    re.IGNORECASE,
)
"""Headers that say how to answer, and not who asks."""
_NO_CREDENTIAL = re.compile(r"\s*(basic|bearer|digest)?\s*", re.IGNORECASE)
_OF_BODY = frozenset({"content-length", "transfer-encoding"})
"""Headers that follow from the body of each request: another value would leave the deployment waiting."""
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def why_unsendable(name: str, value: str) -> str:
    """Why a header cannot be sent at all; empty if it can."""
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name of a header: HTTP allows letters, digits and !#$%&'*+.^_`|~-"
    if name.lower() in _OF_BODY:
        return f"the header {name} follows from the body of each request: leave it out"
    found = _UNSENDABLE.search(value)
    if found:
        # The value may be a secret.
        return f"the value of the header {name} has a control character, {found[0]!r}"
    return ""


def is_public(name: str, value: str) -> bool:
    """Whether a header tells nothing secret: by its name, or because no credential stands in it."""
    return bool(_PUBLIC.fullmatch(name) or _NO_CREDENTIAL.fullmatch(value))


def is_odd(value: str) -> bool:
    """Whether the value of a header begins or ends with a space, which HTTP allows and clients refuse."""
    return value != value.strip(" \t")
