"""Headers of a reply that agree with each other, and their texts."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

from metermock.contract.parameters import written
from metermock.contract.response import Header
from metermock.ledger import dice
from metermock.ledger.calendar import DAY
from metermock.server.generation import names
from metermock.server.generation.scene import Scene, between
from metermock.server.headers import CONTROL, NAME


def agree(values: dict[str, Any], scene: Scene) -> None:
    """Make the headers of rate limits agree: what is left is below the limit."""
    words = ("limit", "remaining", "used")
    roles: dict[str, str] = {
        role: name for name in values for role in words if role in names.words_of(name)[-1:]
    }
    limit = values.get(roles.get("limit", ""))
    if not isinstance(limit, int | float):
        return
    share = {"over-limit": 0, "near-limit": 7, "empty": 100}.get(scene.account, 64)
    for role, part in (("remaining", share), ("used", 100 - share)):
        name = roles.get(role)
        if name is not None and isinstance(values[name], int | float):
            values[name] = int(limit * part // 100)


def standard(name: str, now: int, key: int) -> str | None:
    """The text of a header that HTTP itself describes; None for any other."""
    plain = name.lower()
    if plain == "etag":
        return f'"{dice.draw(key, 1):x}"'
    if plain == "last-modified":
        return formatdate(now - between(key, 60, 30 * DAY), usegmt=True)
    return (
        formatdate(now + between(key, 60, 30 * DAY), usegmt=True) if plain in ("expires", "sunset") else None
    )


def header_text(header: Header, value: Any) -> str | None:
    """The text of a header's value, as its style writes it; None for what no header says, such as null.

    Line breaks and other controls, which none can have, become spaces.
    """
    if value is None or not NAME.fullmatch(header.name):
        return None
    text = json.dumps(value) if header.media else header.style.to_text(written(value))
    return CONTROL.sub(" ", text).strip(" ").encode("ascii", "replace").decode()
