"""A body, or a document, as the bytes of JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

import orjson

from metermock import json_pointer
from metermock.errors import NotJsonError
from metermock.server.headers import RequestHeaders

# Twice as fast as `in`.
_NULL = re.compile(rb"null")
_FEW = 5
_SHORT = 2048
"""Bytes that are looked through in less time than a few objects."""
_FINITE = frozenset({str, int, bool, type(None), orjson.Fragment})
# A tuple: a union of types would be made anew, and looked through more slowly, at each question.
_LISTS = (list, tuple)
_BITS = 63
"""What orjson writes of every integer; of those that have a bit more it refuses the negative ones."""


def json_bytes(body: Any) -> bytes:
    """Encode a body; NotJsonError for a number that JSON cannot hold, which orjson would write as null."""
    data = encoded(body, as_dict)
    # To look through a long text costs more than to look into a few objects of the body.
    is_doubtful = len(data) < _SHORT or has_odd_number(body, _FEW)
    if is_doubtful and _NULL.search(data) and has_odd_number(body):
        refuse_odd_numbers(body)
    return data


def encoded(value: Any, default: Callable[[Any], Any] | None = None, option: int | None = None) -> bytes:
    """Encode a value as orjson does, with integers of any size: those beyond 64 bits it refuses."""
    try:
        return orjson.dumps(value, default, option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_with_written_integers(value), default, option)


def _with_written_integers(value: Any) -> Any:
    """Return a value with its large integers as texts that are written already."""
    if type(value) is int and value.bit_length() > _BITS:
        return orjson.Fragment(str(value))
    if isinstance(value, dict):
        return {name: _with_written_integers(each) for name, each in value.items()}
    return [_with_written_integers(each) for each in value] if isinstance(value, _LISTS) else value


def has_odd_number(body: Any, most: int | None = None) -> bool:
    """Tell whether a number is not finite. Parts that are written already are not looked into.

    With `most`, True also if that is not known after so many objects and lists.
    """
    left = [body]
    for each in left:
        parts: Collection[Any]
        if isinstance(each, dict):
            parts = each.values()
        elif isinstance(each, _LISTS):
            parts = each
        else:
            if isinstance(each, float) and not math.isfinite(each):
                return True
            continue
        if not _FINITE.issuperset(map(type, parts)):
            left += [part for part in parts if type(part) not in _FINITE]
            if most is not None and len(left) > most:
                return True
    return False


def as_dict(value: Any) -> dict[str, str]:
    """Return a request's headers as JSON can hold them: a handler may echo them."""
    if isinstance(value, RequestHeaders):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def refuse_odd_numbers(body: Any) -> None:
    """Raise NotJsonError for the first number that is not finite."""
    for path, number in odd_numbers(body, ()):
        raise NotJsonError(json_pointer.text_of(path), str(number))


def odd_numbers(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """Yield the numbers that are not finite, and where they are."""
    if isinstance(value, float):
        if not math.isfinite(value):
            yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from odd_numbers(each, (*path, name))
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from odd_numbers(each, (*path, index))
