"""The structured fields `RateLimit` and `RateLimit-Policy`, as the drafts of the IETF have had them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from metermock.contract.json_types import types_of
from metermock.contract.response import Header
from metermock.contract.schemas import Schemas

_FIELDS: Mapping[str, str] = {"ratelimit": "state", "ratelimit-policy": "policy"}
_LEFT = re.compile(r"\b(r|remaining)=\d+")
_UNTIL = re.compile(r"\b(t|reset)=\d+")


def field_of(name: str) -> str:
    """Which of the two a header is; empty for any other."""
    return _FIELDS.get(name.lower(), "")


def structured(schemas: Schemas, headers: Mapping[str, Header]) -> Mapping[str, str]:
    """Those of a response that are texts without an example, by their names."""
    found = {name: field_of(name) for name, header in headers.items() if header.example is None}
    return {
        name: field
        for name, field in found.items()
        if field and "string" in types_of(schemas, headers[name].schema)
    }


def text_of(field: str, *, is_old: bool, most: int, left: int, window: int, wait: int) -> str:
    """What a field says of a limit; `is_old` beside a `RateLimit-Limit`, as the draft had it until 2023."""
    if field == "policy":
        return f"{most};w={window}" if is_old else f'"default";q={most};w={window}'
    return f"limit={most}, remaining={left}, reset={wait}" if is_old else f'"default";r={left};t={wait}'


def with_nothing_left(text: str, wait: int) -> str:
    """The state of a limit of which nothing is left until a wait ends."""
    return _UNTIL.sub(rf"\1={wait}", _LEFT.sub(r"\1=0", text))
