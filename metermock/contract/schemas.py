"""The schemas of a document: follows references, forbids undocumented fields, compiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from metermock import json_pointer
from metermock.timezones import zone_names

Schema = dict[str, Any]

_NOTES = frozenset(
    {"description", "default", "example", "examples", "deprecated", "summary", "$comment", "title"}
)
"""Keywords that say nothing about the instance."""
_EACH = ("properties", "patternProperties", "dependentSchemas", "$defs")
_ONE = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "propertyNames",
)
_PARTS = ("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas")
FORMATS = {"iana-timezone": lambda text: text in zone_names()}


class UnknownReferenceError(ValueError):
    """A `$ref` leads nowhere in its document."""


class Schemas:
    """The schemas of one document, by what they are needed for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def follow(self, value: Any) -> Any:
        """The part of the document that `value` stands for: itself, or what its `$ref` names."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value, seen = self.at(value["$ref"]), seen + 1
            if seen > 50:  # noqa: PLR2004 - a longer chain is a circle
                raise UnknownReferenceError("the reference leads in a circle")
        return value

    def at(self, reference: str) -> Any:
        """What a local reference, `#/components/…`, names."""
        if not reference.startswith("#/"):
            raise UnknownReferenceError(f"{reference!r} leads out of the document")
        value: Any = self._document
        for name in json_pointer.path_of(reference):
            if not isinstance(value, dict) or name not in value:
                raise UnknownReferenceError(f"{reference!r} leads nowhere")
            value = value[name]
        return value

    def validator(self, schema: Schema, *, closed: bool) -> jsonschema_rs.Draft202012Validator:
        """A compiled schema; `closed` forbids fields that it does not document."""
        return jsonschema_rs.Draft202012Validator(
            self.standalone(schema, closed=closed), validate_formats=True, formats=FORMATS
        )

    def standalone(self, schema: Schema, *, closed: bool) -> Schema:
        """The schema with all that it refers to, without the rest of the document."""
        writer = _Writer(self, closed=closed)
        written = writer.write(schema, whole=closed)
        return {**written, "$defs": writer.definitions} if writer.definitions else written


class _Writer:
    """Copies a schema with all that it refers to.

    A `whole` part describes a value alone and may be closed, which means that it forbids the fields that it
    does not name. The parts of an `allOf` describe a value only together: closed, each would forbid the
    fields of the others. Then the schema around them is closed, by `unevaluatedProperties`.
    """

    def __init__(self, schemas: Schemas, *, closed: bool) -> None:
        self._schemas = schemas
        self._closed = closed
        self._names: dict[tuple[str, bool], str] = {}
        self.definitions: dict[str, Any] = {}

    def write(self, schema: Any, *, whole: bool) -> Any:
        if not isinstance(schema, dict):
            return schema
        written = {name: value for name, value in schema.items() if name not in _NOTES}
        parts = self._composed(written)
        for name in _EACH:
            if isinstance(written.get(name), dict):
                whole_each = self._closed and name != "dependentSchemas"
                written[name] = {
                    key: self.write(each, whole=whole_each) for key, each in written[name].items()
                }
        for name in _ONE:
            if name in written:
                written[name] = self.write(written[name], whole=self._closed)
        if "prefixItems" in written:
            written["prefixItems"] = [self.write(each, whole=self._closed) for each in written["prefixItems"]]
        self._write_parts(written, whole=whole and not parts)
        if whole:
            self._close(written, composed=parts)
        return written

    def _composed(self, schema: Schema) -> bool:
        """Whether several schemas describe the value together, so that none may close it alone."""
        alone = len(schema) == 1
        beside = [name for name in _PARTS if name in schema]
        if "$ref" in schema:
            return not alone
        if "allOf" in schema or "if" in schema or "dependentSchemas" in schema:
            return True
        return bool(beside) and ("properties" in schema or len(beside) > 1)

    def _write_parts(self, written: Schema, *, whole: bool) -> None:
        if "$ref" in written:
            written["$ref"] = self._reference(written["$ref"], whole=whole)
        for name in ("allOf", "anyOf", "oneOf"):
            if name in written:
                written[name] = [self.write(each, whole=whole) for each in written[name]]
        for name in ("if", "then", "else"):
            if name in written:
                written[name] = self.write(written[name], whole=False)

    def _reference(self, reference: str, *, whole: bool) -> str:
        known = self._names.get((reference, whole))
        if known is None:
            known = self._names[(reference, whole)] = (
                f"{reference.rsplit('/', 1)[-1]}{'' if whole else '-part'}"
            )
            while known in self.definitions:
                known = self._names[(reference, whole)] = known + "-"
            # A schema may refer to itself: its name is taken before it is written.
            self.definitions[known] = True
            self.definitions[known] = self.write(self._schemas.at(reference), whole=whole)
        return f"#/$defs/{known}"

    def _close(self, written: Schema, *, composed: bool) -> None:
        if "additionalProperties" in written or "unevaluatedProperties" in written:
            return
        if composed:
            written["unevaluatedProperties"] = False
        elif "properties" in written:
            written["additionalProperties"] = False
