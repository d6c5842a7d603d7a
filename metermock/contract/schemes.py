"""What a security scheme has to say, so that a request can carry its credential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "oauth2": (),
    "openIdConnect": (),
    "mutualTLS": (),
}
"""The types, each with the fields without which nobody knows where a credential stands."""
_PLACES = ("header", "query", "cookie")


def scheme_fault(scheme: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a declared scheme, and advice; None where it can be used."""
    kind = scheme.get("type")
    if "type" not in scheme:
        return "has no type", f"use one of {', '.join(_NEEDS)}"
    if not isinstance(kind, str) or kind not in _NEEDS:
        return f"has an unknown type, {kind!r}", f"use one of {', '.join(_NEEDS)}"
    for field in _NEEDS[kind]:
        if not isinstance(scheme.get(field), str) or not scheme[field]:
            return f"has no {field}", f"{kind} needs one"
    if kind == "apiKey" and scheme["in"] not in _PLACES:
        return f"is in {scheme['in']!r}, which is no place", f"use one of {', '.join(_PLACES)}"
    return None
