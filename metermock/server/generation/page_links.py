"""The URLs of the pages of one operation's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from metermock.contract import Operation
from metermock.contract.page_names import BEFORE, CURSORS, NUMBERS, OFFSETS
from metermock.contract.parameters import Parameter
from metermock.contract.wire_text import quoted
from metermock.server.generation import names, paging
from metermock.server.generation.members import fields_of, parameters_of, spread
from metermock.server.handling import Request

_PLACES = CURSORS | NUMBERS | OFFSETS | BEFORE
_SAFE = "-._~:/@,"
"""What a value of a query keeps as it is."""


class PageLinks:
    """Writes the request for another page of what a request asks for."""

    def __init__(self, operation: Operation) -> None:
        self._path = operation.path
        self._in_path = [each.name for each in operation.parameters if each.location == "path"]
        self._fields = fields_of(operation)
        query = [each for each in parameters_of(operation) if each.location == "query"]
        self._kept = [each for each in query if names.plain(each.name) not in _PLACES]
        self._ways = [
            (each, way)
            for known in (CURSORS, NUMBERS, OFFSETS)
            for each in query
            if names.plain(each.name) in known and (way := _way(operation, each)) is not None
        ]
        """The parameters that say where a page begins, each with what it says for a row and a size."""

    def path(self, request: Request) -> str:
        """The path of the operation with the values of the request."""
        path = self._path
        for name in self._in_path:
            path = path.replace(f"{{{name}}}", quote(str(request.parameters.get(name, "")), safe=""))
        return path

    def url(self, request: Request, row: int, size: int) -> str | None:
        """The URL of the page that begins with a row; None where no parameter can say so."""
        asked = spread(request.parameters, self._fields)
        used = [each for each in self._ways if asked.get(each[0].key, each[0].default) != each[0].default]
        if not self._ways:
            return None
        parameter, way = (used or self._ways)[0]
        pairs = [
            pair
            for each in self._kept
            if (value := asked.get(each.key)) is not None and value != each.default
            for pair in each.pairs(value)
        ]
        pairs += parameter.pairs(way(row, size))
        text = "&".join(f"{quoted(name, '')}={quoted(value, _SAFE)}" for name, value in pairs)
        path = self.path(request)
        return request.link(f"{path}{'&' if '?' in path else '?'}{text}")


def _way(operation: Operation, parameter: Parameter) -> Callable[[int, int], Any] | None:
    """What a parameter says for a row and a size: a cursor, a number of a page or a row."""
    plain = names.plain(parameter.name)
    accepts = operation.validator(parameter).is_valid
    if plain in CURSORS:
        if accepts(paging.cursor(1)):
            return lambda row, _: paging.cursor(row)
        return (lambda row, _: row) if accepts(1) else None
    if not accepts(1):
        return None
    if plain in OFFSETS:
        return lambda row, _: row
    base = paging.base_of(parameter)
    return lambda row, size: row // max(size, 1) + base
