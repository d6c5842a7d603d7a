"""When and where an error came up, as its body says it: `timestamp`, and beside it the `path` asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from metermock.ledger.calendar import instant_text
from metermock.server.generation.words import names

_MILLISECONDS = 10**11
"""Epoch numbers above are milliseconds: as seconds they would be of the year 5138."""


def occurred(told: Any, path: str, now: int, accepts: Callable[[Any], bool]) -> Any:
    """A made error that came up now, at the path that was asked; inside of an `error` too."""
    if not isinstance(told, dict):
        return told
    found = dict(told)
    for name, value in told.items():
        is_inner = isinstance(value, dict) and names.plain(name) == "error"
        own: Any = _own(value, path, now) if is_inner else _own(told, path, now).get(name, value)
        if own != value and accepts({**found, name: own}):
            found[name] = own
    return found


def _own(told: Mapping[str, Any], path: str, now: int) -> dict[str, Any]:
    found = dict(told)
    by_name = {names.plain(name): name for name in told}
    if "timestamp" not in by_name:
        return found
    value = told[by_name["timestamp"]]
    if isinstance(value, str):
        found[by_name["timestamp"]] = instant_text(now)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found[by_name["timestamp"]] = now * 1000 if value > _MILLISECONDS else now
    if "path" in by_name and isinstance(told[by_name["path"]], str):
        found[by_name["path"]] = path
    return found
