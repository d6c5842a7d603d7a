"""Compiles schemas, each when it is first needed.

In a large document nearly every schema leads to nearly every other, and a validator of each would hold a
copy of them all. So those that reach many are compiled together, once; of the small ones the least recently
used are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import jsonschema_rs

from metermock.contract.circles import is_too_deep, width_of
from metermock.contract.closing import Closing
from metermock.contract.references import References, Schema, UnknownReferenceError
from metermock.contract.standalone import Writer
from metermock.timezones import zone_names

FORMATS = {"iana-timezone": lambda text: text in zone_names()}
MANY = 60
"""References; a schema that reaches more is compiled together with the others that do."""
KEPT = 20_000
"""Schemas inside schemas that are kept compiled; about a kilobyte and a half each."""

Needed = tuple[Schema, bool, bool]
"""A schema, whether it is closed, and whether it is of a request."""


class Compiled:
    """A compiled schema: the one of its validator, or the one of a field of the validator's schema."""

    __slots__ = ("_key", "_validator", "_width", "is_valid")

    def __init__(
        self, validator: jsonschema_rs.Draft202012Validator, width: int, key: str | None = None
    ) -> None:
        self._validator = validator
        self._width = width
        self._key = key
        # Replies ask this some hundred times: the validator's own method answers faster than one around it.
        self.is_valid: Callable[[Any], bool] = validator.is_valid if key is None else self._takes
        """Whether the schema accepts a value; ValueError for what is no JSON value."""

    @property
    def depth(self) -> int:
        """How many tokens of an error's path stand before those of the value."""
        return 0 if self._key is None else 1

    def _takes(self, value: Any) -> bool:
        return self._validator.is_valid({self._key: value})

    def iter_errors(self, value: Any) -> Iterator[jsonschema_rs.ValidationError]:
        """What the schema has against a value that it refuses; that it does, where more takes too long."""
        told = value if self._key is None else {self._key: value}
        if not is_too_deep(value, self._width):
            return self._validator.iter_errors(told)
        return _refusing(self._key).iter_errors(told)


class Compiler:
    """Compiles the schemas of one document; `used` tells all that may be asked for."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._closing = Closing(references)
        self._small: OrderedDict[tuple[int, bool, bool], tuple[Compiled, Schema, int]] = OrderedDict()
        self._size = 0
        self._large: dict[tuple[int, bool, bool], Compiled] = {}
        self._held: list[Schema] = []
        self._direct: dict[str, tuple[str, ...]] = {}
        self.used: Callable[[], Iterable[Needed]] = tuple

    def compiled(self, schema: Schema, *, closed: bool, is_request: bool) -> Compiled:
        """A schema, compiled."""
        key = id(schema), closed, is_request
        if key in self._large:
            return self._large[key]
        if key in self._small:
            self._small.move_to_end(key)
            return self._small[key][0]
        if self._reaches_many(schema):
            self._compile_large(schema, closed=closed, is_request=is_request)
            return self._large[key]
        return self._compile_small(key, schema)

    def _compile_small(self, key: tuple[int, bool, bool], schema: Schema) -> Compiled:
        _, closed, is_request = key
        writer = Writer(self._references, self._closing, is_request=is_request)
        written = writer.write(schema, closed=closed)
        compiled = Compiled(*_validator(written, writer))
        # The schema is held too: its id is its name as long as it lives.
        self._small[key] = compiled, schema, writer.size
        self._size += writer.size
        while self._size > KEPT and len(self._small) > 1:
            self._size -= self._small.popitem(last=False)[1][2]
        return compiled

    def _compile_large(self, schema: Schema, *, closed: bool, is_request: bool) -> None:
        """Compile a schema together with all others that reach many."""
        wanted = {id(schema): schema}
        for each, is_closed, is_sent in self.used():
            if (is_closed, is_sent) == (closed, is_request) and self._reaches_many(each):
                wanted.setdefault(id(each), each)
        writer = Writer(self._references, self._closing, is_request=is_request)
        fields = {str(key): writer.write(each, closed=closed) for key, each in wanted.items()}
        validator, width = _validator({"properties": fields}, writer)
        for key, each in wanted.items():
            self._large[key, closed, is_request] = Compiled(validator, width, str(key))
            self._held.append(each)

    def reaches(self, schema: Schema, keyword: str) -> bool:
        """Whether a schema, or one that it reaches, has a keyword."""
        waiting, seen = [schema], set[str]()
        while waiting:
            each = waiting.pop()
            if any(keyword in part for part in _objects_in(each)):
                return True
            fresh = set(_references_in(each)) - seen
            seen |= fresh
            for reference in fresh:
                with suppress(UnknownReferenceError):
                    waiting.append(self._references.at(reference))
        return False

    def _reaches_many(self, schema: Schema) -> bool:
        seen = set(_references_in(schema))
        waiting = list(seen)
        while waiting and len(seen) <= MANY:
            reference = waiting.pop()
            if reference not in self._direct:
                self._direct[reference] = self._from(reference)
            fresh = [each for each in self._direct[reference] if each not in seen]
            seen.update(fresh)
            waiting += fresh
        return len(seen) > MANY

    def _from(self, reference: str) -> tuple[str, ...]:
        try:
            return tuple(set(_references_in(self._references.at(reference))))
        except UnknownReferenceError:
            # It stands where no schema follows it, as in `externalDocs`: all others were resolved at load.
            return ()


def _validator(written: Any, writer: Writer) -> tuple[jsonschema_rs.Draft202012Validator, int]:
    """A validator, and how many forms the choices have that lead back to themselves."""
    whole = {**written, "$defs": writer.definitions} if writer.definitions else written
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=FORMATS)
    return validator, width_of(writer.definitions)


def _refusing(key: str | None) -> jsonschema_rs.Draft202012Validator:
    """What says of any value, or of one under a key, that none of its forms fits."""
    schema: Any = {"anyOf": [False, False]}
    return jsonschema_rs.Draft202012Validator(schema if key is None else {"properties": {key: schema}})


def _references_in(value: Any) -> Iterator[str]:
    """The references anywhere in a schema; what an example only looks like costs nothing but a look."""
    return (each["$ref"] for each in _objects_in(value) if isinstance(each.get("$ref"), str))


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """The objects anywhere in a schema, itself too; none of those in examples and the like."""
    if isinstance(value, dict):
        yield value
        value = [each for name, each in value.items() if name not in _VALUES]
    if isinstance(value, list):
        for each in value:
            yield from _objects_in(each)


_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
