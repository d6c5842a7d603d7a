"""The objects of a reply, as rules name them: the body, what is inside it, and each row of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.contract.references import CHOICES
from metermock.contract.response import Response
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.decimals import without_amounts
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.makers.building import Builder

DEEPEST = 4
"""Objects inside each other; deeper ones get no rules."""
MOST = 16
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let"}
    | {"loop", "null", "namespace", "package", "return", "true", "var", "void", "while"}
)

ROW = "row"
"""What a row is called in a rule."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: how a rule names it, and what must hold for it to have a value."""

    name: str
    text: str
    guards: tuple[str, ...]
    facts: Facts
    types: frozenset[str]
    whole: Mapping[str, Any]

    @property
    def may_be_double(self) -> bool:
        """Whether its numbers may come with a fraction, so that they do not mix with integers."""
        return "number" in self.types

    @property
    def number(self) -> str:
        """Its text in arithmetic, where a double is needed."""
        return f"double({self.text})"


@dataclass(frozen=True, slots=True)
class Place:
    """An object of a reply; `rows` is the text of the list, if it is each row of one."""

    guards: tuple[str, ...]
    fields: Mapping[str, Field]
    rows: str = ""

    @property
    def facts(self) -> list[Facts]:
        """What is known of its fields."""
        return [field.facts for field in self.fields.values()]

    def of(self, *facts: Facts) -> list[Field]:
        """The fields that these facts are of."""
        return [self.fields[each.name] for each in facts]


def places_of(operation: Operation, response: Response, builder: Builder) -> list[Place]:
    """The objects of a response's JSON body, from the outside to the inside."""
    schema = next((each for media, each in response.content.items() if is_json(media)), None)
    if schema is None:
        return []
    walk = _Walk(operation.contract.schemas, builder)
    found: list[Place] = []
    for place in walk.inside(schema, "body", (), 0):
        found.append(place)
        if len(found) == MOST:
            break
    return found


def name_of(around: str, name: str) -> str:
    """How a rule names a member; empty for a name that CEL has no plain text for."""
    return f"{around}.{name}" if _NAME.fullmatch(name) and name not in _RESERVED else ""


def negated(guard: str) -> str:
    """The opposite of what must hold for a field to have a value."""
    return guard.replace(" != null", " == null") if guard.endswith(" != null") else f"!{guard}"


class _Walk:
    def __init__(self, schemas: Schemas, builder: Builder) -> None:
        self._schemas = schemas
        self._builder = builder

    def inside(self, schema: Any, text: str, guards: tuple[str, ...], depth: int) -> Iterator[Place]:
        """The place that a value is, or whose rows it has, and those inside it."""
        whole = self._plain(schema)
        if "items" in whole:
            rows = self._fields(self._plain(whole["items"]), ROW, ())
            if rows:
                yield Place(guards, rows, rows=text)
            return
        fields = self._fields(whole, text, guards)
        if not fields or depth > DEEPEST:
            return
        yield Place(guards, fields)
        for field in fields.values():
            if field.types <= {"object", "array", "null"}:
                yield from self.inside(whole["properties"][field.name], field.text, field.guards, depth + 1)

    def _fields(self, whole: Mapping[str, Any], around: str, guards: tuple[str, ...]) -> dict[str, Field]:
        required = whole.get("required", ())
        found: dict[str, Field] = {}
        properties = whole.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            text = name_of(around, name)
            if not text or not isinstance(schema, dict):
                continue
            types = types_of(self._schemas, schema)
            own: Sequence[str] = [*([] if name in required else [f"has({text})"])]
            own = [*own, *([f"{text} != null"] if "null" in types else [])]
            found[name] = Field(
                name,
                text,
                (*guards, *own),
                # No rule adds up texts.
                without_amounts(self._builder.facts(name, schema)),
                types - {"null"},
                self._plain(schema),
            )
        return found

    def _plain(self, schema: Any) -> Mapping[str, Any]:
        """What holds together of a schema; of one that may be null, of what it is otherwise."""
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        for name in CHOICES:
            others = [each for each in whole.get(name, ()) if each != {"type": "null"}]
            if len(others) == 1 and len(others) < len(whole[name]) and isinstance(others[0], dict):
                return {**together(self._schemas, others[0]), **{k: v for k, v in whole.items() if k != name}}
        return whole
