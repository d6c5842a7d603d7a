"""When, where and of what request an error came up, as its body says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import is_number
from metermock.contract.schemas import Schemas
from metermock.server.generation.values.instants import Notation, notation_of, written
from metermock.server.generation.words import names

Accepts = Callable[[Any], bool]

_MILLISECONDS = 10**11
"""Epoch numbers above are milliseconds: as seconds they would be of the year 5138."""
_LONG_AGO = 10**9
"""Numbers below are no seconds since 1970, but how long something took."""
_TIMES = frozenset(
    {"timestamp", "time", "occurred_at", "date", "datetime", "date_time", "error_time", "error_timestamp"}
    | {"occurred", "occurred_on", "raised_at", "request_time", "server_time", "timestamp_millis"}
)
_PATHS = frozenset({"path", "endpoint", "uri", "url"})
"""What may be the way to an input, or an address of help, unless something beside it speaks of a request."""
_OF_REQUESTS = frozenset({"request_path", "request_uri", "request_url", "instance"})
_ADDRESSES = frozenset({"url", "request_url"})
_METHODS = frozenset({"method", "http_method", "request_method"})
_STATUSES = frozenset({"status", "status_code", "http_status", "http_code", "http_status_code"})
_BESIDE = _TIMES | _METHODS | _STATUSES | _OF_REQUESTS
_ABOUT = (_BESIDE | _PATHS) - {"method"}
"""What makes a `method` that of the request, and none of payment."""
_INSIDE = frozenset({"error", "meta", "metadata", "problem", "fault", "context", "request"})
"""Objects of an error that may say it."""
_OTHER = re.compile(r"(?i)\b(?:docs?|documentation|help|learn|more|support|field|property|parameter|JSON)\b")
"""What is said of a path or an address that is not the request's."""
_PHRASES = frozenset(each.phrase for each in HTTPStatus)
_WRITTEN: tuple[Notation, ...] = ("date-time", "date-time-ms", "date-time-offset", "date-time-local", "date")
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Occasion:
    """The request that an error refuses."""

    now: int
    status: int
    method: str
    path: str
    url: str


def occurred(told: Any, occasion: Occasion, schemas: Schemas, schema: Any, accepts: Accepts) -> Any:
    """A made error that came up now, by the request that it refuses; inside of an `error` too."""
    return _occurred(told, occasion, schemas, schema, accepts, 0)


def _occurred(  # noqa: PLR0917 - as `occurred`, at a depth
    told: Any, occasion: Occasion, schemas: Schemas, schema: Any, accepts: Accepts, depth: int
) -> Any:
    if not isinstance(told, dict):
        return told
    found = dict(told)
    documented = together(schemas, schema).get("properties", {}) if isinstance(schema, dict) else {}
    beside = frozenset(map(names.plain, told))
    for name, value in told.items():
        field = documented.get(name, {})
        plain = names.plain(name)

        def fits(each: Any, name: str = name) -> bool:
            return accepts({**found, name: each})

        if isinstance(value, dict):
            if plain in _INSIDE and depth < _DEEPEST:
                found[name] = _occurred(value, occasion, schemas, field, fits, depth + 1)
            continue
        whole = together(schemas, field) if isinstance(field, dict) else {}
        found[name] = next(filter(fits, _ways(name, value, whole, beside, occasion)), value)
    return found


def _ways(
    name: str, value: Any, whole: Mapping[str, Any], beside: frozenset[str], occasion: Occasion
) -> Iterator[Any]:
    """What a field may say of the occasion, the likeliest first; nothing where it is of something else."""
    plain = names.plain(name)
    if plain in _TIMES:
        yield from _moments(name, value, whole, occasion.now)
    elif isinstance(value, str):
        if _is_place(plain, beside) and not _OTHER.search(str(whole.get("description", ""))):
            both = occasion.path, occasion.url
            is_address = plain in _ADDRESSES or whole.get("format") in ("uri", "url")
            yield from reversed(both) if is_address else both
        elif plain in _METHODS and (plain != "method" or not beside.isdisjoint(_ABOUT)):
            yield from (occasion.method, occasion.method.lower())
        elif plain in _STATUSES:
            yield from _status_texts(value, whole, beside, occasion.status)
        elif plain == "error" and (not beside.isdisjoint(_STATUSES) or whole.get("example") in _PHRASES):
            yield from _phrases(value, occasion.status)
    elif plain in _STATUSES or plain == "code":
        shown = whole.get("example", occasion.status)
        is_of_http = is_number(shown) and shown // 100 in range(1, 6)
        yield from [occasion.status] if is_number(value) and is_of_http else ()


def _is_place(plain: str, beside: frozenset[str]) -> bool:
    return plain in _OF_REQUESTS or (plain in _PATHS and not beside.isdisjoint(_BESIDE))


def _moments(name: str, value: Any, whole: Mapping[str, Any], now: int) -> Iterator[Any]:
    """Now, as a field writes it."""
    if isinstance(value, str):
        notation = notation_of(name, whole, frozenset({"string"}))
        yield from (written(now, each) for each in ((notation,) if notation else ()) + _WRITTEN)
    elif is_number(value) and value > _LONG_AGO:
        yield now * 1000 if value > _MILLISECONDS else now


def _status_texts(value: str, whole: Mapping[str, Any], beside: frozenset[str], status: int) -> Iterator[str]:
    """A status as a text: its number, its name among those that the schema lists, or that it is an error."""
    if "example" in whole and not str(whole["example"]).isdecimal():
        return
    if "enum" in whole or "const" in whole:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else value
        told = "_".join(phrase.split())
        words = (told, "error", "fail", "failed", "failure", "ko")
        yield from (str(status), *(form for each in words for form in (each.upper(), each.lower())))
    elif "example" in whole or not beside.isdisjoint({"title", "detail"}):
        yield str(status)
    else:
        yield "error"


def _phrases(value: str, status: int) -> Iterator[str]:
    """The name of a status as HTTP writes it, in place of that of the refusal."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else value
    if value.lower() == phrase.lower():
        yield phrase
