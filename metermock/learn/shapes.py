"""The typed places of a reply: its scalars, and its lists of rows with theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from metermock.contract import Operation, Response
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.contract.references import CHOICES
from metermock.contract.schemas import Schemas
from metermock.init.places import name_of
from metermock.json_pointer import text_of

ROW = "row"
"""What a row is called in a rule."""
VALUES = "\0values"
"""In a path, all values of a map: no field is called so."""
DEEPEST = 5
MOST = 120
"""Scalars of a reply that are looked at."""
_SCALARS = frozenset({"boolean", "integer", "number", "string"})
_DAY = timedelta(days=1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a reply, and how a rule names it.

    `path` leads to it from the body, or from its row; `guards` must hold for it to have a value. `pointer`
    has `*` for a row, as the places of an audit have.
    """

    text: str
    path: tuple[str, ...]
    types: frozenset[str]
    guards: tuple[str, ...]
    pointer: str

    @property
    def name(self) -> str:
        """What people call it: its path with dots."""
        return ".".join(name for name in self.path if name != VALUES) or "the reply"


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of the reply, and the scalars of each of its rows, which a rule calls `row`.

    Of a list of scalars `items` are their types. The values of a map with free keys are rows in no order.
    """

    place: Place
    fields: tuple[Place, ...]
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a good reply of an operation holds."""

    scalars: tuple[Place, ...]
    lists: tuple[Rows, ...]
    maps: tuple[Rows, ...] = ()
    """The values of each map with free keys."""


def shape_of(operation: Operation, response: Response) -> Shape:
    """The places that the schema of a response names; nothing where it has no JSON."""
    schema = next((each for media, each in response.content.items() if is_json(media)), None)
    if schema is None:
        return Shape((), ())
    walk = _Walk(operation.contract.schemas)
    body = Place("body", (), frozenset(), (), "")
    places = list(walk.inside(schema, body, 0))
    rows = [each for each in places if isinstance(each, Rows)]
    return Shape(
        tuple(each for each in places if isinstance(each, Place))[:MOST],
        tuple(each for each in rows if VALUES not in each.place.path),
        tuple(each for each in rows if VALUES in each.place.path),
    )


class _Walk:
    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def inside(self, schema: Any, place: Place, depth: int) -> Iterator[Place | Rows]:
        """The scalars and lists in a value; what lies in a row is told with its list."""
        whole = self._plain(schema)
        is_in_row = place.text.partition(".")[0] == ROW
        if "items" in whole and not is_in_row:
            yield self._rows(place, whole["items"], f"{place.pointer}/*", depth)
            return
        members = whole.get("additionalProperties")
        if isinstance(members, dict) and not whole.get("properties") and not is_in_row and place.path:
            yield self._values(place, members, depth)
            return
        properties = whole.get("properties")
        for name, member in properties.items() if isinstance(properties, dict) else ():
            inner = self._field(place, name, member, whole)
            if inner is None:
                continue
            if inner.types <= _SCALARS:
                yield inner
            elif depth < DEEPEST:
                yield from self.inside(member, inner, depth + 1)

    def _rows(self, place: Place, schema: Any, pointer: str, depth: int) -> Rows:
        fields = self.inside(schema, Place(ROW, (), frozenset(), (), pointer), depth + 1)
        scalars = tuple(each for each in fields if isinstance(each, Place))[:MOST]
        types = types_of(self._schemas, schema) if isinstance(schema, dict) else frozenset()
        return Rows(place, scalars, types if types <= _SCALARS else frozenset())

    def _values(self, place: Place, schema: Any, depth: int) -> Rows:
        """What a map with free keys has; of a map of maps, what those have."""
        text, path = f"{place.text}.map(key, {place.text}[key])", (*place.path, VALUES)
        inner = self._plain(schema)
        deeper = inner.get("additionalProperties")
        if isinstance(deeper, dict) and not inner.get("properties"):
            each = f"{place.text}[key]"
            text, path = f"concat({place.text}.map(key, {each}.map(name, {each}[name])))", (*path, VALUES)
            schema = deeper
        found = self._rows(replace(place, text=text, path=path), schema, place.pointer, depth)
        # Lies are told of a key by its name, and so of what lies in the map.
        return replace(found, fields=tuple(replace(each, pointer=place.pointer) for each in found.fields))

    def _field(self, around: Place, name: str, schema: Any, whole: Mapping[str, Any]) -> Place | None:
        text = name_of(around.text, name)
        types = types_of(self._schemas, schema) if isinstance(schema, dict) else frozenset()
        known = types - {"null"}
        if not text or not known or len(known & (_SCALARS - {"integer"})) > 1:
            return None
        guards = list(around.guards)
        guards += [f"has({text})"] if name not in whole.get("required", ()) else []
        guards += [f"{text} != null"] if "null" in types else []
        return Place(text, (*around.path, name), known, tuple(guards), around.pointer + text_of([name]))

    def _plain(self, schema: Any) -> Mapping[str, Any]:
        """What holds together of a schema; of one that may be null, of what it is otherwise."""
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        for name in CHOICES:
            others = [each for each in whole.get(name, ()) if each != {"type": "null"}]
            if len(others) == 1 and isinstance(others[0], dict):
                rest = {key: value for key, value in whole.items() if key != name}
                return {**together(self._schemas, others[0]), **rest}
        return whole


MISSING = object()


def value_at(value: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path; MISSING where nothing does."""
    for name in path:
        if name == VALUES:
            value = _values_of(value)
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return MISSING
    return value


def _values_of(value: Any) -> Any:
    """What the keys of a map have, or of each map of a list."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [member for each in value for member in each.values()]
    return MISSING


def is_date(value: Any) -> bool:
    """Whether it is a text such as 2026-03-08; 0000-00-00, which some write for none, is no day."""
    return _is_time(value, _DATE)


def is_instant(value: Any) -> bool:
    """Whether it is a text such as 2026-03-08T12:00:00Z, of a day and a second that clocks have."""
    return _is_time(value, _INSTANT)


def _is_time(value: Any, form: re.Pattern[str]) -> bool:
    if not isinstance(value, str) or form.fullmatch(value) is None:
        return False
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            # The clocks of all zones show it: none is before the first year, or after the last.
            _ = found.astimezone(UTC) - _DAY, found.astimezone(UTC) + _DAY
    except (ValueError, OverflowError):
        return False
    return True


def common_start(texts: Sequence[str]) -> str:
    """What all of some texts begin with."""
    least, most = min(texts), max(texts)
    length = next(
        (index for index, pair in enumerate(zip(least, most, strict=False)) if len(set(pair)) > 1), len(least)
    )
    return least[:length]
