"""Reads a request's parameters: text in, values out, and everything that is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from metermock.errors import Violation

LONGEST_INTEGER = 20
"""Characters of an int64 with its sign; longer digits are not even converted."""
REMEMBERED = 512
"""How many texts per parameter are kept with their value; clients send the same few again and again."""
ABSENT = object()
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_ANY = frozenset({"integer", "number", "boolean", "string"})
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `default` is ABSENT where the schema has no default.

    `types` are the JSON types that its schema allows, null left out. `examples` are by name.
    """

    name: str
    location: str
    required: bool
    schema: dict[str, Any]
    types: frozenset[str]
    nullable: bool
    default: Any
    examples: Mapping[str, Any]
    pointer: tuple[str | int, ...]
    resolved: Mapping[str, Any]
    """The schema with what its `$ref` names taken in."""


class Reader:
    """Reads the query and headers of one operation; everything is decided here, once."""

    def __init__(
        self,
        parameters: Iterable[Parameter],
        compiled: Callable[[Parameter], jsonschema_rs.Draft202012Validator],
    ) -> None:
        fields = [_Field(parameter, compiled) for parameter in parameters]
        self._query = {field.parameter.name: field for field in fields if field.parameter.location == "query"}
        self._headers = [field for field in fields if field.parameter.location == "header"]
        self._path = [field for field in fields if field.parameter.location == "path"]
        self._required = [field for field in fields if field.parameter.required]
        self._lists = [field for field in self._query.values() if "array" in field.parameter.types]
        self._defaults = {
            field.parameter.name: field.parameter.default
            for field in fields
            if field.parameter.default is not ABSENT
        }

    def read(
        self,
        query: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        *,
        path: Mapping[str, str],
        strict: bool,
    ) -> tuple[dict[str, Any], tuple[Violation, ...]]:
        """The values by name, defaults filled in, and every violation; see `Operation.read`."""
        values = dict(self._defaults)
        violations: list[Violation] = []
        # Of repeated ones the last counts, save where the contract wants a list.
        given = self._given(list(query)) if self._lists else dict(query)
        for name, text in given.items():
            asked = self._query.get(name)
            if asked is not None:
                asked.take(text, values, violations)
            elif strict:
                violations.append(_unknown(name, text))
        for field in self._headers:
            found = headers.get(field.lower)
            if found is not None and not field.is_left_out(found):
                field.take(found, values, violations)
        for field in self._path:
            if field.parameter.name in path:
                field.take(path[field.parameter.name], values, violations)
        if self._required:
            violations.extend(self._missing(values, violations))
        return values, tuple(violations)

    def _given(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        given: dict[str, Any] = dict(query)
        for field in self._lists:
            given[field.parameter.name] = [text for name, text in query if name == field.parameter.name]
        return given

    def _missing(self, values: dict[str, Any], violations: list[Violation]) -> list[Violation]:
        known = values.keys() | {violation.name for violation in violations}
        absent = [field.parameter for field in self._required if field.parameter.name not in known]
        return [Violation(each.location, each.name, f"{each.name} is required", "missing") for each in absent]


class _Field:
    """One parameter, ready to read."""

    def __init__(
        self, parameter: Parameter, compiled: Callable[[Parameter], jsonschema_rs.Draft202012Validator]
    ) -> None:
        self.parameter = parameter
        self.lower = parameter.name.lower()
        self._compiled = compiled
        self._known: dict[Any, Any] = {}

    def is_left_out(self, text: str) -> bool:
        """Whether a header's text, empty or `null`, leaves it out, as a schema with null allows."""
        return self.parameter.nullable and text.strip() in ("", "null")

    def take(self, text: Any, values: dict[str, Any], violations: list[Violation]) -> None:
        """Add the value of `text` to the values, or what is wrong with it to the violations."""
        if isinstance(text, list):
            self._take_list(text, values, violations)
            return
        value = self._known.get(text, ABSENT)
        if value is ABSENT:
            value, found = self._read(text)
            if found:
                # A faulty text must not pass as the default that was filled in.
                violations.extend(found)
                values.pop(self.parameter.name, None)
                return
            if len(self._known) < REMEMBERED:
                self._known[text] = value
        values[self.parameter.name] = value

    def _take_list(self, texts: list[str], values: dict[str, Any], violations: list[Violation]) -> None:
        if not texts:
            return
        # Half a character or a NUL is not handed on: an empty text stands in its place.
        texts = [text if _is_text(text) else "" for text in texts]
        items = [value_of(text, _ANY) for text in texts]
        found = self._validate(texts, items)
        violations.extend(found)
        if not found:
            values[self.parameter.name] = items

    def _read(self, text: str) -> tuple[Any, list[Violation]]:
        name, kind = self.parameter.name, ""
        if text == "":
            return None, [self._violation(f"{name} is empty", "empty", text)]
        if not _is_text(text):
            shown = text.encode("ascii", "backslashreplace").decode("ascii")
            return None, [self._violation(f"{name} is not UTF-8 text", "encoding", shown)]
        value = value_of(text, self.parameter.types)
        if value is ABSENT:
            kind = " or ".join(sorted(self.parameter.types))
            return None, [self._violation(f"{name} is not of type {kind}: {_cut(text)}", "type", text)]
        return value, self._validate(text, value)

    def _validate(self, text: Any, value: Any) -> list[Violation]:
        validator = self._compiled(self.parameter)
        if validator.is_valid(value):
            return []
        return [
            self._violation(self._said(error, text), str(error.kind.name), text)
            for error in validator.iter_errors(value)
        ]

    def _said(self, error: jsonschema_rs.ValidationError, text: Any) -> str:
        # A reader of the reply can do nothing with a regular expression.
        if error.kind.name == "pattern" and isinstance(text, str):
            return f"{self.parameter.name} does not have the documented form: {_cut(text)}"
        return f"{self.parameter.name}: {error.message}"

    def _violation(self, message: str, kind: str, value: Any) -> Violation:
        return Violation(self.parameter.location, self.parameter.name, message, kind, value)


def _unknown(name: str, text: str) -> Violation:
    shown = name.encode("utf-8", "backslashreplace").decode()
    return Violation("query", shown, f"{_short(shown)} is not a parameter of this operation", "unknown", text)


def _is_text(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _cut(text: str) -> str:
    return repr(_short(text))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - a line of a message


def value_of(text: str, types: frozenset[str]) -> Any:
    """The value of a text as one of the types; ABSENT where it is of none of them."""
    if "boolean" in types and text in _BOOLEANS:
        return _BOOLEANS[text]
    if "integer" in types or "number" in types:
        number = _number(text, whole="number" not in types)
        if number is not ABSENT:
            return number
    return text if "string" in types else ABSENT


def _number(text: str, *, whole: bool) -> Any:
    if _INTEGER.fullmatch(text):
        fits = len(text) <= LONGEST_INTEGER and -(2**63) <= int(text) < 2**63
        return int(text) if fits else ABSENT
    if whole or len(text) > REMEMBERED or not _NUMBER.fullmatch(text):
        return ABSENT
    number = float(text)
    return number if math.isfinite(number) else ABSENT
