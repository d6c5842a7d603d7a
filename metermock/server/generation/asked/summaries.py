"""Things that a document shows twice: in the rows of a list, and each on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.families import is_base
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.contract.schemas import Schemas
from metermock.server.generation.asked.responses import usual
from metermock.server.generation.words import names

_PAGE = re.compile(r"(?P<list>.*/(?P<several>[^/{}]+))/\{(?P<parameter>[^/{}]+)\}/?")
"""The path of one thing, behind that of the list of such things."""
_ONE = re.compile(r".*/(?P<several>[^/{}]+)/\{[^/{}]+\}(\.\w+)?/?")
"""The path of one thing."""
_LISTS = ("data", "items", "results", "rows", "records", "entries", "list", "content")
_IDS = ("id", "uuid", "uid", "sid", "key_id")
_NAMES = frozenset(
    (word,) for word in (*_IDS, "number", "no", "code", "slug", "ref", "reference", "sku", "handle")
)
"""How the name of a field ends by whose value a path names one thing."""
_LONGEST = 50
"""Schemas of one part that are followed to the type; a longer chain is a circle."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a schema is of, where another one is of the same."""

    kind: str
    """The name of its type, one for rows and page."""
    page: tuple[str, Any] | None = None
    """The field and the schema of the page, where that has fields from which those of rows may follow."""


@dataclass(frozen=True)
class _Shown:
    """A schema of things, where it stands in a reply."""

    name: str
    schema: Any
    target: Any
    fields: Mapping[str, Any]

    @cached_property
    def plain(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(map(names.plain, self.fields))


class Summaries:
    """The things of a document, looked for when one is first needed."""

    def __init__(self, schemas: Schemas, operations: Sequence[Operation]) -> None:
        self._schemas = schemas
        self._operations = operations

    def of(self, schema: Any, kind: str) -> Thing:
        """What a schema is of, which is called `kind` where no other is of the same."""
        found = self._found[0].get(id(self._target(schema)))
        return found or Thing(kind)

    def named(self, kind: str) -> str:
        """The field by which paths tell the things of a type apart; empty where that is no such field."""
        return self._found[1].get(kind, "")

    def paths(self, kind: str) -> Sequence[str]:
        """The paths on which things of a type are shown, each by itself; of any type where it has no name."""
        return self._paths.get(names.plain(kind), ())

    @cached_property
    def _paths(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for operation in self._operations:
            match = _ONE.fullmatch(operation.path)
            if operation.method != "GET" or match is None:
                continue
            page = self._page(_schema_of(operation))
            kinds = {names.singular(names.plain(match["several"]))}
            if page is not None:
                kinds.add(names.plain(self.of(page.schema, self._kind_of(page.schema)).kind))
            for kind in kinds | {""}:
                found.setdefault(kind, []).append(operation.path)
        return found

    @cached_property
    def _found(self) -> tuple[Mapping[int, Thing], Mapping[str, str]]:
        """The things by the schemas that show them, and what paths tell them apart by."""
        things: dict[int, Thing] = {}
        told: dict[str, str] = {}
        for path, rows, page in self._pairs():
            named = names.plain(path["parameter"])
            is_told = _is_name(named) and named in rows.plain & page.plain
            if (
                id(rows.target) in things
                or id(page.target) in things
                or not (is_told or rows.plain & page.plain & {*_IDS})
            ):
                continue
            kind = self._kind_of(page.schema) or self._kind_of(rows.schema) or names.singular(path["several"])
            if is_told and named not in _IDS:
                told.setdefault(kind, named)
            if page.target is rows.target:
                continue
            things[id(page.target)] = things[id(rows.target)] = Thing(kind)
            if not page.plain <= rows.plain:
                things[id(rows.target)] = replace(things[id(rows.target)], page=(page.name, page.schema))
            elif page.plain < rows.plain:
                things[id(page.target)] = Thing(kind, page=(rows.name, rows.schema))
        return things, told

    def _pairs(self) -> Iterator[tuple[re.Match[str], _Shown, _Shown]]:
        """The rows of each list and the page of each of them, with the path of the page."""
        read = {each.path.rstrip("/"): each for each in self._operations if each.method == "GET"}
        for path, operation in read.items():
            found = _PAGE.fullmatch(path)
            listed = read.get(found["list"]) if found is not None else None
            if found is None or listed is None:
                continue
            rows, page = self._rows(_schema_of(listed)), self._page(_schema_of(operation))
            if rows is not None and page is not None:
                yield found, rows, page

    def _rows(self, schema: Any) -> _Shown | None:
        """The rows that a reply is about."""
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        if isinstance(whole.get("items"), dict):
            return self._shown("", whole["items"])
        listed = {
            name: inner["items"]
            for name, each in whole.get("properties", {}).items()
            if isinstance(each, dict)
            and isinstance((inner := together(self._schemas, each)).get("items"), dict)
        }
        name = next(
            (each for each in _LISTS if each in listed), next(iter(listed)) if len(listed) == 1 else ""
        )
        return self._shown(names.singular(name), listed[name]) if name else None

    def _page(self, schema: Any) -> _Shown | None:
        """The thing that a reply is about: the whole of it, or the only object in it."""
        found = self._shown("", schema)
        if found is None or any(_is_name(name) for name in found.plain):
            return found
        inner = [
            (name, each)
            for name, each in found.fields.items()
            if "object" in types_of(self._schemas, each) and isinstance(each, dict)
        ]
        return self._shown(*inner[0]) if len(inner) == 1 else None

    def _shown(self, name: str, schema: Any) -> _Shown | None:
        target = self._target(schema)
        if not isinstance(target, dict) or is_base(target) or "oneOf" in target or "anyOf" in target:
            return None
        fields = together(self._schemas, target).get("properties")
        return _Shown(name, schema, target, fields) if isinstance(fields, dict) and fields else None

    def _target(self, schema: Any) -> Any:
        """The schema of a type, without references to it."""
        for _ in range(_LONGEST):
            schema = self._schemas.follow(schema)
            parts = schema.get("allOf") if isinstance(schema, dict) else None
            if not isinstance(parts, list) or len(parts) != 1 or "properties" in schema:
                break
            schema = parts[0]
        return schema

    def _kind_of(self, schema: Any) -> str:
        """The name by which a schema is referred to; of one that extends another, the other's."""
        for _ in range(_LONGEST):
            if not isinstance(schema, dict):
                break
            reference = schema.get("$ref")
            if isinstance(reference, str):
                return json_pointer.path_of(reference)[-1]
            parts = [each for each in schema.get("allOf", ()) if isinstance(each, dict) and "$ref" in each]
            if len(parts) != 1:
                break
            schema = parts[0]
        return ""


def _is_name(plain: str) -> bool:
    """Whether a field of this name may tell things apart."""
    return names.words_of(plain)[-1:] in _NAMES


def _schema_of(operation: Operation) -> Any:
    """The schema of an operation's usual JSON; None where it has none."""
    content = response.content if (response := usual(operation)) is not None else {}
    return next((schema for media, schema in content.items() if is_json(media)), None)
