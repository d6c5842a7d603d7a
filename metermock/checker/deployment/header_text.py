"""What may stand in a header: names and values that a deployment can be sent."""

from __future__ import annotations

import re

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def why_unsendable(name: str, value: str) -> str:
    """Why a header cannot be sent at all; empty if it can."""
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name of a header: HTTP allows letters, digits and !#$%&'*+.^_`|~-"
    found = _UNSENDABLE.search(value)
    if found:
        # The value may be a secret.
        return f"the value of the header {name} has a control character, {found[0]!r}"
    return ""


def is_odd(value: str) -> bool:
    """Whether the value of a header begins or ends with a space, which HTTP allows and clients refuse."""
    return value != value.strip(" \t")
