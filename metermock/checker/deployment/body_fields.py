"""Fields of request bodies for which the user gives values: `createMeter.body.owner.name=ada`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract import Contract, Operation
from metermock.contract.composing import together
from metermock.contract.references import CHOICES

BODY = "body."
_DEEPEST = 4
"""Choices within choices that are looked into."""

FOR_ALL_ACCOUNTS = "a value of a body is for all accounts: write it without an account's name"

Path = tuple[str | int, ...]
"""Names of fields, and places in lists."""


@dataclass(frozen=True, slots=True)
class BodyField:
    """A field of an operation's body, and the schemas that it has in the forms of that body."""

    operation: Operation
    path: Path
    schemas: tuple[Any, ...]

    @property
    def is_secret(self) -> bool:
        """Whether its value has to be hidden."""
        return any(
            whole.get("format") == "password"
            for schema in self.schemas
            for whole in _forms(self.operation, schema)
        )

    def accepts(self, value: Any) -> bool:
        """Whether one of its schemas takes a value."""
        schemas = self.operation.contract.schemas
        return any(
            schemas.validator(each, closed=False, is_request=True).is_valid(value) for each in self.schemas
        )

    def read(self, value: Any) -> Any:
        """The value that its schemas accept: a text itself, or what it says as JSON; ValueError for none."""
        if self.accepts(value):
            return value
        if isinstance(value, str):
            try:
                said = json.loads(value)
            except ValueError:
                said = value
            if self.accepts(said):
                return said
        raise ValueError("the schema of that field refuses this value")


def is_body_field(operation: Operation, key: str) -> bool:
    """Whether a key is of a field of the body; a parameter may be called the same."""
    return key.startswith(BODY) and all(each.key != key for each in operation.parameters)


def own_body_field(contract: Contract, values: Mapping[str, Mapping[str, Any]]) -> str:
    """The first field of a body among the values of one account, which has none of its own; else empty."""
    found = (
        f"{name}.{key}"
        for name, given in values.items()
        for key in given
        if is_body_field(contract.operation(name), key)
    )
    return next(found, "")


def body_field(operation: Operation, key: str) -> BodyField:
    """The field that `body.NAME.NAME` means; LookupError, with the names that there are, for none."""
    tokens = key.removeprefix(BODY).split(".")
    schemas: list[Any] = list(operation.body.content.values()) if operation.body else []
    path: list[str | int] = []
    for token in tokens:
        wholes = [whole for schema in schemas for whole in _forms(operation, schema)]
        found = [each for whole in wholes for each in _members(whole, token)]
        if not found:
            names = dict.fromkeys(name for whole in wholes for name in whole.get("properties", {}))
            before = "".join(f"{each}." for each in tokens[: len(path)])
            raise LookupError(*(f"{BODY}{before}{name}" for name in names))
        is_place = token.isdecimal() and not any(token in whole.get("properties", {}) for whole in wholes)
        path.append(int(token) if is_place else token)
        schemas = found
    return BodyField(operation, tuple(path), tuple(schemas))


def put_in(value: Any, path: Path, given: Any) -> Any:
    """The value with the given one at a path, whose way is made where it is missing; LookupError for none."""
    if not path:
        return given
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        items = list(value) if isinstance(value, list) else []
        if first > len(items):
            raise LookupError(first)
        before = items[first] if first < len(items) else None
        return [*items[:first], put_in(before, rest, given), *items[first + 1 :]]
    fields = dict(value) if isinstance(value, Mapping) else {}
    return {**fields, first: put_in(fields.get(first), rest, given)}


def flat(table: Mapping[str, Any], before: str = BODY) -> Iterator[tuple[str, Any]]:
    """The keys of a nested table, as they are written in one line."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _forms(operation: Operation, schema: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The keywords of a schema, and those of each of its alternatives."""
    if not isinstance(schema, dict):
        return
    whole = together(operation.contract.schemas, schema)
    yield whole
    for choice in CHOICES if depth < _DEEPEST else ():
        for part in whole.get(choice, ()):
            yield from _forms(operation, part, depth + 1)


def _members(whole: Mapping[str, Any], token: str) -> Iterator[Any]:
    if token in whole.get("properties", {}):
        yield whole["properties"][token]
    elif token.isdecimal() and "items" in whole:
        yield whole["items"]
    elif isinstance(whole.get("additionalProperties"), dict):
        yield whole["additionalProperties"]
