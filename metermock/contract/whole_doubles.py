"""Integers that a JSON text has as doubles, such as 25.0.

Most replies have few of them or none. So they are looked for first, and what has none is not copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

_EXACT = 2**52
"""Beyond it a double has no halves."""


def whole_doubles(value: Any) -> dict[Path, float]:
    """The integers in a JSON value that are written as doubles, by their places."""
    found: dict[Path, float] = {}
    left: list[tuple[Path, Any]] = [((), [value])]
    while left:
        path, parts = left.pop()
        for key, each in parts.items() if type(parts) is dict else enumerate(parts):
            kind = type(each)
            if kind is dict or kind is list:
                left.append(((*path, key), each))
            elif kind is float and each.is_integer() and abs(each) < _EXACT:
                # The value itself is the only item of a list, which has no part in its place.
                found[(*path, key)[1:]] = each
    return found


def with_halves(value: Any, places: Mapping[Path, float]) -> Any:
    """The value with a half more at each of these places; parts without such a place are the same objects."""
    around = {path[:depth] for path in places for depth in range(len(path))}

    def altered(part: Any, path: Path) -> Any:
        if path in places:
            return places[path] + 0.5
        if path not in around:
            return part
        if type(part) is list:
            return [altered(each, (*path, at)) for at, each in enumerate(part)]
        return {name: altered(each, (*path, name)) for name, each in part.items()}

    return altered(value, ())
