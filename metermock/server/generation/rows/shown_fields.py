"""Which fields a request wants to see: `fields=id,name` leaves out others, `expand=owner` shows one more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.parameter import Parameter
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.makers.nodes import not_null
from metermock.server.generation.rows.field_names import Names, names_in
from metermock.server.generation.values.scene import Scene, changed
from metermock.server.generation.words import names

_ONLY = frozenset(
    {"fields", "select", "include_fields", "return_fields", "only_fields", "field_mask", "fieldset"}
)
"""Parameters that list the fields to be shown."""
_WITHOUT = frozenset({"exclude_fields", "omit_fields", "fields_exclude", "except_fields"})
"""Those that list the fields to be left out."""
_MORE = frozenset({"expand", "expands", "include", "includes", "embed", "expansions"})
"""Those that list fields to be shown besides."""
_OF_TYPE = re.compile(r"fields\[([^\]]+)\]")
"""JSON:API's `fields[usage]`: the attributes of what is of that type."""
_ALL = re.compile(r"\b(all|default)\b", re.IGNORECASE)
"""What a parameter is described with that does not say what is left out without it."""
SHOWN = _ONLY | _WITHOUT | _MORE
"""Parameters that say which fields are shown."""
_DEPTH = 4
"""Levels in which the objects are looked for whose fields are named."""


def is_of_type(name: str) -> bool:
    """Whether a parameter names the fields of one type."""
    return _OF_TYPE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a schema says of the fields of an object, or of the rows of a list."""

    schema: Any
    fields: Mapping[str, Any]
    required: frozenset[str]
    rows: Any


class ShownFields:
    """Changes replies of a schema to the fields that requests of an operation want to see."""

    def __init__(self, operation: Operation, builder: Builder, schema: Any) -> None:
        self._schemas: Schemas = operation.contract.schemas
        self._builder = builder
        self._schema = schema
        self._shapes: dict[int, _Shape] = {}
        listed = [each for each in operation.parameters if each.location == "query" and _is_text(each)]
        by_name = {names.plain(each.name): each for each in listed}
        self._only = [name for name in by_name if name in _ONLY]
        self._without = [name for name in by_name if name in _WITHOUT]
        self._more = [name for name in by_name if name in _MORE]
        self._of_type = {
            names.plain(each.name): found[1] for each in listed if (found := _OF_TYPE.fullmatch(each.name))
        }
        self._choices: Names = {
            each: {}
            for name in self._more
            if not _ALL.search(str(by_name[name].document.get("description", "")))
            for each in _values_of(by_name[name], self._schemas)
        }
        """What stands in a reply only where it is asked for, as the parameter lists it."""
        self.are_asked = bool(self._only or self._without or self._more or self._of_type)
        """Whether the operation has such a parameter."""

    def __call__(self, body: Any, scene: Scene) -> Any:
        """The body with the fields that the request wants to see; as it was where the schema refuses that."""
        changes = list(self._changes(scene))
        changed_body = body
        for change in changes:
            changed_body = change(changed_body)
        if changed_body is body:
            return body
        is_valid = self._schemas.validator(self._schema, closed=False).is_valid
        return changed_body if is_valid(changed_body) else body

    def _changes(self, scene: Scene) -> Iterator[Callable[[Any], Any]]:
        said = scene.said
        more = _all_of(said, self._more)
        if more:
            yield lambda body: self._expanded(self._schema, body, more, scene, scene.home)
        unasked: Names = {name: {} for name in self._choices if name not in more}
        if unasked:
            yield lambda body: self._at(self._schema, body, unasked, _without)
        if left := _all_of(said, self._without):
            yield lambda body: self._at(self._schema, body, left, _without)
        if only := _all_of(said, self._only):
            # What is asked for besides stays.
            yield lambda body: self._at(self._schema, body, {**only, **more} if more else only, self._cut)
        for name, kind in self._of_type.items():
            if wanted := names_in(said.get(name)):
                yield partial(self._typed, self._schema, kind=kind, wanted=wanted)

    def _shape(self, schema: Any) -> _Shape:
        # The schema is held too: its id is its name as long as it lives.
        if id(schema) not in self._shapes:
            whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
            own = [each for each in self._parts(whole) if types_of(self._schemas, each) != {"null"}]
            # An object or null is an object here.
            if len(own) == 1 and not whole.get("properties"):
                whole = together(self._schemas, own[0])
            fields = whole.get("properties")
            is_open = any(whole.get(choice) for choice in CHOICES)
            self._shapes[id(schema)] = _Shape(
                schema,
                fields if isinstance(fields, dict) and not is_open else {},
                frozenset(whole.get("required", ())),
                whole.get("items"),
            )
        return self._shapes[id(schema)]

    def _parts(self, whole: Mapping[str, Any]) -> list[Any]:
        """The types that a value may have."""
        return [each for choice in CHOICES for each in whole.get(choice) or () if isinstance(each, dict)]

    def _at(self, schema: Any, body: Any, wanted: Names, change: Callable[..., Any]) -> Any:
        """The body changed in its objects that have the most of these fields, the outermost of them."""
        depth = self._depth_of(schema, body, wanted)
        return body if depth is None else self._changed(schema, body, wanted, change, depth)

    def _depth_of(self, schema: Any, body: Any, wanted: Names) -> int | None:
        known = [0] * _DEPTH
        self._count(schema, body, wanted, known, 0)
        most = max(known)
        return known.index(most) if most else None

    def _count(self, schema: Any, body: Any, wanted: Names, known: list[int], depth: int) -> None:
        shape = self._shape(schema)
        if isinstance(body, list):
            for row in body[:1]:
                self._count(shape.rows, row, wanted, known, depth)
        elif isinstance(body, dict) and depth < _DEPTH:
            known[depth] = max(known[depth], len(wanted.keys() & shape.fields.keys()))
            for name, value in body.items():
                if isinstance(value, dict | list) and name in shape.fields:
                    self._count(shape.fields[name], value, wanted, known, depth + 1)

    def _changed(self, schema: Any, body: Any, wanted: Names, change: Callable[..., Any], depth: int) -> Any:
        shape = self._shape(schema)
        if isinstance(body, list):
            return [self._changed(shape.rows, row, wanted, change, depth) for row in body]
        if not isinstance(body, dict):
            return body
        if depth == 0:
            return change(shape, body, wanted) if wanted.keys() & shape.fields.keys() else body
        return {
            name: self._changed(shape.fields[name], value, wanted, change, depth - 1)
            if isinstance(value, dict | list) and name in shape.fields
            else value
            for name, value in body.items()
        }

    def _cut(self, shape: _Shape, body: dict[str, Any], wanted: Names) -> dict[str, Any]:
        """An object with the fields that are wanted, and those that it must have."""
        found = {}
        for name, value in body.items():
            inner = wanted.get(name)
            if inner and name in shape.fields:
                found[name] = self._changed(shape.fields[name], value, inner, self._cut, 0)
            elif inner is not None or name in shape.required:
                found[name] = value
        return found

    def _typed(self, schema: Any, body: Any, kind: str, wanted: Names) -> Any:
        """The body whose things of a type have the attributes that are wanted."""
        shape = self._shape(schema)
        if isinstance(body, list):
            return [self._typed(shape.rows, row, kind, wanted) for row in body]
        if not isinstance(body, dict):
            return body
        is_one = body.get("type") == kind
        return {
            name: self._changed(shape.fields[name], value, wanted, self._cut, 0)
            if is_one and name in shape.fields and name in ("attributes", "relationships")
            else self._typed(shape.fields[name], value, kind, wanted)
            if isinstance(value, dict | list) and name in shape.fields
            else value
            for name, value in body.items()
        }

    def _expanded(self, schema: Any, body: Any, wanted: Names, scene: Scene, key: int) -> Any:
        """The body that has these fields, with the objects of which it had the ids alone."""
        shape = self._shape(schema)
        if isinstance(body, list):
            return [
                self._expanded(shape.rows, row, wanted, scene, dice.key("row", key, number))
                for number, row in enumerate(body)
            ]
        if not isinstance(body, dict) or not wanted:
            return body
        own = wanted.keys() & shape.fields.keys()
        key = dice.key("expanded", key, body.get("id"))
        found = dict(body)
        for name in [each for each in wanted if each in own]:
            found[name] = self._made(name, shape.fields[name], body.get(name), scene, key)
            if wanted[name]:
                found[name] = self._expanded(shape.fields[name], found[name], wanted[name], scene, key)
        # What is not among the fields of a page is asked of its rows.
        if others := {each: inner for each, inner in wanted.items() if each not in own}:
            for name, value in found.items():
                if isinstance(value, dict | list) and name in shape.fields:
                    found[name] = self._expanded(shape.fields[name], value, others, scene, key)
        return found

    def _made(self, name: str, schema: Any, value: Any, scene: Scene, key: int) -> Any:
        """The value of a field that is wanted: an object in place of an id, one in place of none."""
        parts = self._parts(together(self._schemas, schema) if isinstance(schema, dict) else {})
        objects = [each for each in parts if "object" in types_of(self._schemas, each)]
        if not (value is None or (isinstance(value, str) and objects)):
            return value
        inner = changed(scene, subject=None, page=None, event="", said={}, rows=None, home=0)
        kept = objects[0] if objects else schema
        made = not_null(self._builder.node(kept, name), inner, dice.key(name, key))
        if isinstance(value, str) and isinstance(made, dict) and isinstance(made.get("id"), str):
            made["id"] = value
        return value if made is None else made


def _without(shape: _Shape, body: dict[str, Any], left: Names) -> dict[str, Any]:
    """An object without these fields, save those that it must have."""
    return {name: value for name, value in body.items() if name not in left or name in shape.required}


def _all_of(said: Mapping[str, Any], parameters: list[str]) -> Names:
    found: Names = {}
    for name in parameters:
        found |= names_in(said[name]) if name in said else {}
    return found


def _is_text(parameter: Parameter) -> bool:
    """Whether the values of a parameter are texts, or lists of them."""
    items = parameter.resolved.get("items")
    is_list = parameter.types == {"array"} and isinstance(items, dict)
    return is_list or parameter.types == {"string"}


def _values_of(parameter: Parameter, schemas: Schemas) -> list[str]:
    """The names that a parameter lists, each alone."""
    whole = parameter.resolved
    if parameter.types == {"array"}:
        whole = together(schemas, whole.get("items"))
    return [each for each in whole.get("enum", ()) if isinstance(each, str) and each.isidentifier()]
