"""JSON pointers (RFC 6901): the text that names a part of a JSON value, and the path that it stands for.

The one place that reads and writes them, for contracts, ledgers, servers and checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]


def text_of(path: Iterable[str | int]) -> str:
    """The pointer of a path of keys and indices; empty for the whole value."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in path)


def path_of(pointer: str) -> tuple[str, ...]:
    """The keys that a pointer names.

    A leading `#`, as references have it, is passed over; the first slash may be missing. Indices of lists
    are texts too: only the value tells a list from an object.
    """
    text = pointer.removeprefix("#")
    tokens = text.removeprefix("/").split("/") if text else ()
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)


def starred(pointer: str) -> str:
    """A pointer with `*` for each index, so that all rows are one place."""
    return re.sub(r"/\d+(?=/|\Z)", "/*", pointer)


def member(value: Any, pointer: str) -> Any:
    """What a value has at a pointer through objects; None where it has nothing."""
    for key in path_of(pointer):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def at(value: Any, path: Iterable[str | int], default: Any = None) -> Any:
    """What a value has at a path of keys and indices; `default` where it has nothing."""
    for token in path:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and str(token).isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return default
    return value


def without(value: Any, pointers: Iterable[str]) -> Any:
    """A value without its members at these pointers; it is not changed itself.

    Where a pointer leads through a list, its index stands for every row.
    """
    for pointer in pointers:
        value = _dropped(value, path_of(pointer))
    return value


def difference(one: Any, other: Any) -> tuple[str, Any, Any]:
    """The first place where two values differ, as a pointer, and what each has there."""
    path: list[str | int] = []
    while (key := _first_unlike(one, other)) is not None:
        path.append(key)
        one, other = one[key], other[key]
    return text_of(path), one, other


def _first_unlike(one: Any, other: Any) -> str | int | None:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((name for name in one if one[name] != other[name]), None)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next((index for index, item in enumerate(one) if item != other[index]), None)
    return None


def _dropped(value: Any, path: tuple[str, ...]) -> Any:
    if len(path) > 1 and isinstance(value, list):
        return [_dropped(each, path[1:]) for each in value]
    if not path or not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {key: each for key, each in value.items() if key != path[0]}
    return {**value, path[0]: _dropped(value[path[0]], path[1:])}
