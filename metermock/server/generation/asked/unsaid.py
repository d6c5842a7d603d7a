"""What the body of a request might have said of a new thing, and did not: nobody makes that up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.media import is_json
from metermock.contract.schemas import Schemas
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_OF_SERVERS = frozenset(
    {"id", "uuid", "slug", "status", "state", "currency", "timezone", "zone", "locale", "language", "lang"}
    | {"region", "country", "plan", "type", "kind", "role", "version", "prefix", "object", "mode"}
)
"""What servers say of a thing where its maker does not."""
_BOUNDS = names.LIMITS | {"max", "min"}


class Unsaid:
    """The optional fields of an operation's body that are fields of its reply too."""

    def __init__(self, operation: Operation, schema: Any) -> None:
        self._schemas: Schemas = operation.contract.schemas
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        self._required = frozenset(whole.get("required", ()))
        documented: Mapping[str, Any] = whole.get("properties") or {}
        asked = _optional(operation, self._schemas)
        self._fields = {name: each for name, each in documented.items() if names.plain(name) in asked}
        self._accepts = {
            name: self._schemas.validator(each, closed=False).is_valid for name, each in self._fields.items()
        }

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __call__(self, body: Any, scene: Scene) -> Any:
        """A new thing without them: null where it may be, not there, or an empty list."""
        if scene.event != "made" or not isinstance(body, dict):
            return body
        found = dict(body)
        for name, accepts in self._accepts.items():
            if name not in found or names.plain(name) in scene.said:
                continue
            if accepts(None):
                found[name] = None
            elif name not in self._required:
                del found[name]
            elif isinstance(found[name], list) and accepts([]):
                found[name] = []
        return found


def _optional(operation: Operation, schemas: Schemas) -> Mapping[str, Any]:
    """The optional fields of a body that only its sender can know, by their plain names."""
    content = operation.body.content if operation.body else {}
    schema = next((each for media, each in content.items() if is_json(media)), None)
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    required = whole.get("required", ())
    return {
        names.plain(name): each
        for name, each in (whole.get("properties") or {}).items()
        if name not in required and isinstance(each, dict) and _is_of_sender(schemas, name, each)
    }


def _is_of_sender(schemas: Schemas, name: str, schema: Mapping[str, Any]) -> bool:
    field = together(schemas, schema)
    # A choice and a flag have a usual value.
    is_told = "default" in field or "enum" in field or "const" in field or field.get("readOnly") is True
    types = types_of(schemas, field) - {"null"}
    if is_told or "boolean" in types or not _OF_SERVERS.isdisjoint(names.words_of(name)):
        return False
    # Of numbers others may be the sum, so that only a bound can be left out.
    return names.has(name, _BOUNDS) if _has_numbers(schemas, field) else True


def _has_numbers(schemas: Schemas, field: Mapping[str, Any]) -> bool:
    """Whether a field is a number, or an object or list with numbers inside."""
    if types_of(schemas, field) & {"integer", "number"}:
        return True
    inside = field.get("items"), *(field.get("properties") or {}).values()
    return any(isinstance(each, dict) and _has_some(schemas, each) for each in inside)


def _has_some(schemas: Schemas, schema: Mapping[str, Any]) -> bool:
    types = types_of(schemas, schema) - {"null"}
    return bool(types & {"integer", "number"}) or "object" in types
