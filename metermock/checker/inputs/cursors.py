"""Cursors of lists: which parameters take one, and where a reply says the next."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from metermock.checker.inputs.dates import is_date, unix_times
from metermock.checker.inputs.guard import is_good, typed
from metermock.contract import Operation, Parameter
from metermock.contract.json_types import is_number
from metermock.contract.page_names import CURSORS, LIMITS, MORE, NEXT
from metermock.contract.words import plain

_AFTER = frozenset({"after", "starting_after"})
"""Parameters that take the id of the last row, where a reply names no cursor."""
_OF_NO_PAGE = frozenset({"cursor", "after"})
"""Fields that may as well say where the page itself begins."""
_SURE = ("cursor", "token", "continuation")
_LINK = re.compile(r'<([^<>]*)>[^<>]*;\s*rel\s*=\s*"?next\b', re.IGNORECASE)
_ADDRESSES = frozenset({"href", "url"})
"""What links say where they lead, in HAL and JSON:API."""
_DEEPEST = 4


def takes_cursor(parameter: Parameter) -> bool:
    """Whether its name says that it takes a cursor, and neither its schema nor its words say a time."""
    if parameter.location != "query" or parameter.media or not parameter.style.is_plain:
        return False
    if "enum" in parameter.resolved or "const" in parameter.resolved or is_date(parameter):
        return False
    own, kinds = _own(parameter), parameter.types - {"null"}
    if own == "page":
        # A number counts pages; a text is one that a reply gave out.
        return kinds == {"string"}
    return own in CURSORS and bool(kinds & {"string", "integer"}) and not unix_times(parameter, time.time())


def is_surely_cursor(parameter: Parameter) -> bool:
    """Whether nothing but a cursor can be meant: `after` may be the id of a row as well."""
    return _own(parameter).endswith(_SURE)


def _own(parameter: Parameter) -> str:
    name = plain(parameter.name)
    return name if name in CURSORS else name.removeprefix("page_")


def smallest_page(operation: Operation) -> dict[str, Any]:
    """The parameter that makes a page as small as may be, so that there is a next one; empty without it."""
    for parameter in operation.parameters:
        if parameter.location == "query" and plain(parameter.name) in LIMITS:
            least = max(parameter.resolved.get("minimum", 1), 1)
            if is_number(least) and is_good(parameter, least):
                return {parameter.key: least}
    return {}


def next_cursor(parameter: Parameter, body: Any, headers: Mapping[str, str], *, is_sure: bool = False) -> Any:
    """What a reply says to send for the next page; None where it says nothing, or that there is none.

    A field that is called as the parameter may say where the page itself begins: where it has to be sure,
    that is not taken for the next one.
    """
    fields = list(_fields(body, ()))
    more = [value for names, value in fields if names[-1] in MORE]
    if False in more:
        return None
    proposed = [*_linked(parameter, headers), *_named(parameter, fields, is_sure=is_sure)]
    if _own(parameter) in _AFTER and True in more:
        proposed += _last_ids(body)
    for value in proposed:
        read = typed(parameter, value)
        for each in (read, str(value)):
            if is_good(parameter, each):
                return each
    return None


def _linked(parameter: Parameter, headers: Mapping[str, str]) -> Iterator[str]:
    for url in _LINK.findall(headers.get("link", "")):
        yield from _in_url(parameter, url)


def _in_url(parameter: Parameter, url: str) -> Iterator[str]:
    query = urlsplit(url).query
    yield from (value for name, value in parse_qsl(query) if name == parameter.name)


def _named(
    parameter: Parameter, fields: list[tuple[tuple[str, ...], Any]], *, is_sure: bool
) -> Iterator[Any]:
    """The fields that may say the next cursor, the surest first."""
    own = _own(parameter)
    ranked = []
    for names, value in fields:
        name, is_ahead = names[-1], "next" in names[:-1]
        if name == f"next_{own}" or (name == own and is_ahead) or (name in _ADDRESSES and is_ahead):
            rank = 0
        elif own in CURSORS and name in NEXT - _OF_NO_PAGE:
            rank = 1
        elif own in CURSORS and name == own and not is_sure:
            rank = 2
        else:
            continue
        if (isinstance(value, str) and value) or (is_number(value) and not isinstance(value, bool)):
            ranked.append((rank, value, name in _ADDRESSES))
    for _, value, is_url in sorted(ranked, key=lambda each: each[0]):
        if is_url or (isinstance(value, str) and ("://" in value or ("?" in value and value[0] in "/?"))):
            yield from _in_url(parameter, str(value))
        else:
            yield value


def _fields(value: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The fields beside the rows of a list, each with the names of those that it lies in."""
    for name, member in value.items() if isinstance(value, dict) else ():
        path = (*names, plain(name))
        yield path, member
        if len(path) < _DEEPEST:
            yield from _fields(member, path)


def _last_ids(body: Any) -> Iterator[Any]:
    members = body.values() if isinstance(body, dict) else [body]
    for rows in members:
        if isinstance(rows, list) and rows and isinstance(rows[-1], dict) and "id" in rows[-1]:
            yield rows[-1]["id"]
