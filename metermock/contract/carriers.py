"""Where requests carry credentials, by the security scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_TOKENS = ("oauth2", "openIdConnect")


def word_of(scheme: Mapping[str, Any]) -> str:
    """The word before a credential in the Authorization header, in lower case; empty for other carriers."""
    if scheme.get("type") in _TOKENS:
        return "bearer"
    return str(scheme.get("scheme", "")).lower() if scheme.get("type") == "http" else ""


def apart(
    alternative: Mapping[str, list[str]], schemes: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, list[str]]:
    """The schemes that an operation demands together, without those that the same place carries again.

    Two OAuth flows that are demanded together are one token in one header, so that the first stands for both.
    """
    found: dict[str, list[str]] = {}
    taken: set[tuple[str, str]] = set()
    for name, scopes in alternative.items():
        carrier = carrier_of(schemes.get(name, {}))
        if carrier is None or carrier not in taken:
            found[name] = scopes
        if carrier is not None:
            taken.add(carrier)
    return found


def stand_ins(
    alternatives: Iterable[Mapping[str, list[str]]], schemes: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Schemes that `apart` leaves out, each with the one that stands for it wherever that is demanded.

    Where that one is demanded without the other somewhere, a credential of the other need not be one of it.
    """
    alternatives = list(alternatives)
    found: dict[str, str] = {}
    for each in alternatives:
        kept = apart(each, schemes)
        for name in each.keys() - kept.keys():
            carrier = carrier_of(schemes.get(name, {}))
            first = next(one for one in kept if carrier_of(schemes.get(one, {})) == carrier)
            if all(name in other for other in alternatives if first in other):
                found[name] = first
    return found


def carrier_of(scheme: Mapping[str, Any]) -> tuple[str, str] | None:
    """Where a credential of this scheme stands; None where no request carries it, or that is not known."""
    if scheme.get("type") == "apiKey":
        place, name = str(scheme.get("in")), str(scheme.get("name"))
        return place, name.lower() if place == "header" else name
    word = word_of(scheme)
    return ("authorization", word) if word else None
