"""The URLs of the pages of one operation's list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from metermock.contract import Operation
from metermock.contract.page_names import BEFORE, CURSORS, NUMBERS, OFFSETS
from metermock.contract.parameter import Parameter
from metermock.contract.wire_text import quoted
from metermock.server.generation.asked import paging
from metermock.server.generation.asked.members import fields_of, parameters_of, spread
from metermock.server.generation.words import names
from metermock.server.handling import Request

_PLACES = CURSORS | NUMBERS | OFFSETS | BEFORE
_SAFE = "-._~:/@,"
"""What a value of a query keeps as it is."""


class PageLinks:
    """Writes the request for another page of what a request asks for."""

    def __init__(self, operation: Operation) -> None:
        self.template = operation.path
        self._in_path = [each.name for each in operation.parameters if each.location == "path"]
        self._fields = fields_of(operation)
        self._wholes = [each for each in operation.parameters if each.location == "query"]
        query = [each for each in parameters_of(operation) if each.location == "query"]
        self._places = {each.key for each in query if names.plain(each.name) in _PLACES}
        """The keys of all that says where a page begins: parameters, and fields of objects."""
        self._ways = [
            (each, way)
            for known in (CURSORS, NUMBERS, OFFSETS)
            for each in query
            if names.plain(each.name) in known and (way := _way(operation, each)) is not None
        ]
        """The parameters that say where a page begins, each with what it says for a row and a size."""

    def path(self, request: Request) -> str:
        """The path of the operation with the values of the request."""
        path = self.template
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
        # An object is written whole, in its own style, with what else the request says in it.
        at = way(row, size)
        told = [(each, self._told(each, request.parameters, parameter, at)) for each in self._wholes]
        told.sort(key=lambda each: self._says(each[0], parameter))
        return self._written(request, told)

    def here(self, request: Request) -> str:
        """The URL of a request, with what its query says beside defaults."""
        asked = ((each, request.parameters.get(each.key)) for each in self._wholes)
        return self._written(request, [(each, value) for each, value in asked if value != each.default])

    def _written(self, request: Request, told: Iterable[tuple[Parameter, Any]]) -> str:
        pairs = [pair for each, value in told if value is not None for pair in each.pairs(value)]
        text = "&".join(f"{quoted(name, '')}={quoted(value, _SAFE)}" for name, value in pairs)
        path = self.path(request)
        return request.link(f"{path}{'&' if '?' in path else '?'}{text}" if text else path)

    def _says(self, whole: Parameter, place: Parameter) -> bool:
        """Whether a parameter is the one that says where a page begins, or the object that has it."""
        return whole.key == place.key or place.key in self._keys(whole).values()

    def _keys(self, whole: Parameter) -> Mapping[str, str]:
        return {name: key for (outer, name), key in self._fields.items() if outer == whole.key}

    def _told(self, whole: Parameter, asked: Mapping[str, Any], place: Parameter, at: Any) -> Any:
        """What a parameter says in the request for a page that begins at a place; None for nothing."""
        value, keys = asked.get(whole.key), self._keys(whole)
        if whole.key == place.key:
            return at
        if whole.key in self._places or not (keys and (value is None or isinstance(value, dict))):
            return None if whole.key in self._places or value == whole.default else value
        kept = {name: each for name, each in (value or {}).items() if keys.get(name) not in self._places}
        said = {name: at for name, key in keys.items() if key == place.key}
        return None if not said and kept == whole.default else {**kept, **said} or None


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
