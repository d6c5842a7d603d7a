"""The schemas of a document: follows references, forbids undocumented fields, compiles."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Literal

import jsonschema_rs

from metermock import json_pointer
from metermock.timezones import zone_names

Schema = Any

_NOTES = frozenset(
    {
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "summary",
        "$comment",
        "title",
        "$defs",
        "definitions",
        "xml",
        "externalDocs",
    }
)
"""Keywords that say nothing about the instance; definitions are copied where a reference needs them."""
_EACH = ("properties", "patternProperties", "dependentSchemas")
_ONE = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "propertyNames",
)
_ALONE = frozenset({"$ref", "discriminator"})
_CHOICES = frozenset({"anyOf", "oneOf"})
_RANGES = {"int32": 2**31, "int64": 2**63}
FORMATS = {"iana-timezone": lambda text: text in zone_names()}

Role = Literal["whole", "part", "choice", "open"]
"""Whether a schema describes a value alone, together with its siblings, or as one of several that may.

In an open one nothing is closed at any depth: it only asks whether a value is of a kind.
"""


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
        if not reference.startswith("#/") and reference != "#":
            raise UnknownReferenceError(f"{reference!r} leads out of the document")
        value: Any = self._document
        for name in json_pointer.path_of(reference):
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                raise UnknownReferenceError(f"{reference!r} leads nowhere")
        return value

    def validator(
        self, schema: Schema, *, closed: bool, is_request: bool = False
    ) -> jsonschema_rs.Draft202012Validator:
        """A compiled schema; `closed` forbids fields that it does not document.

        In a request fields that are only read are not demanded, elsewhere those that are only written.
        """
        return jsonschema_rs.Draft202012Validator(
            self.standalone(schema, closed=closed, is_request=is_request),
            validate_formats=True,
            formats=FORMATS,
        )

    def standalone(self, schema: Schema, *, closed: bool, is_request: bool = False) -> Schema:
        """The schema with all that it refers to, without the rest of the document."""
        writer = _Writer(self, closed=closed, is_request=is_request)
        written = writer.write(schema, "whole" if closed else "open")
        writer.write_definitions()
        return {**written, "$defs": writer.definitions} if writer.definitions else written

    def descendants(self, reference: str) -> tuple[str, ...]:
        """References to the schemas that extend a schema through `allOf`, and to those that extend them."""
        found: list[str] = []
        waiting = [reference]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found:
                    found.append(child)
                    waiting.append(child)
        return tuple(found)

    @functools.cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        listed = self._document.get("components", {}).get("schemas", {})
        for name, schema in listed.items():
            own = "#" + json_pointer.text_of(("components", "schemas", name))
            for part in schema.get("allOf", ()) if isinstance(schema, dict) else ():
                if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                    found.setdefault(part["$ref"], []).append(own)
        return found

    def parts(self, schema: Schema) -> list[dict[str, Any]]:
        """A schema and those that describe the same value with it, each once."""
        found: list[dict[str, Any]] = []
        seen: set[int] = set()
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            found.append(part)
            waiting += [each for name in ("allOf", "anyOf", "oneOf") for each in part.get(name, ())]
            waiting += [part[name] for name in ("if", "then", "else") if name in part]
            waiting += part.get("dependentSchemas", {}).values()
            if isinstance(part.get("$ref"), str):
                waiting.append(self.at(part["$ref"]))
        return found

    def documents_fields(self, schema: Schema) -> bool:
        """Whether a schema, or one that describes the same value with it, names fields of an object."""
        return any("properties" in part for part in self.parts(schema))


class _Writer:
    """Copies a schema with all that it refers to.

    A `whole` schema describes a value alone and may be closed, which means that it forbids the fields that
    it does not name. The parts of an `allOf` describe a value only together: closed, each would forbid the
    fields of the others. Then the schema around them is closed, by `unevaluatedProperties`.
    """

    def __init__(self, schemas: Schemas, *, closed: bool, is_request: bool) -> None:
        self._schemas = schemas
        self._closed = closed
        self._unsent = "readOnly" if is_request else "writeOnly"
        self._names: dict[tuple[str, Role], str] = {}
        self._waiting: list[tuple[str, Role, str]] = []
        self.definitions: dict[str, Any] = {}

    def write_definitions(self) -> None:
        """Write what was referred to, one after the other, so that a long chain is no deep recursion."""
        while self._waiting:
            reference, role, name = self._waiting.pop()
            self.definitions[name] = self._definition(reference, role)

    def write(self, schema: Any, role: Role) -> Any:
        if not isinstance(schema, dict):
            # A choice that takes anything documents every field.
            return {"additionalProperties": True} if schema is True and role == "choice" else schema
        written = {name: value for name, value in schema.items() if name not in _NOTES}
        composed = self._composed(written)
        inner: Role = "open" if role == "open" else "whole"
        if composed and role != "open" and self._shares_fields(schema):
            # A field that several parts describe is closed by none of them.
            inner = "open"
            role = "whole" if role == "whole" else "open"
        beside: Role = "open" if inner == "open" else "part"
        for name in _EACH:
            if isinstance(written.get(name), dict):
                each_role: Role = beside if name == "dependentSchemas" else inner
                written[name] = {key: self.write(each, each_role) for key, each in written[name].items()}
        for name in _ONE:
            if name in written:
                written[name] = self.write(written[name], "open" if name == "contains" else inner)
        if "prefixItems" in written:
            written["prefixItems"] = [self.write(each, inner) for each in written["prefixItems"]]
        self._write_parts(written, beside if composed and role == "whole" else role)
        self._demand(written, schema)
        _limit(written)
        if role == "whole":
            self._close(written, schema, composed=composed)
        elif role == "choice" and self._closed and _is_free(written):
            # Without it, the whole would take the fields of a free object for undocumented ones.
            written["additionalProperties"] = True
        return written

    def _composed(self, schema: Schema) -> bool:
        """Whether several schemas describe the value together, so that none may close it alone."""
        if "$ref" in schema:
            return not schema.keys() <= _ALONE
        if any(name in schema for name in ("if", "dependentSchemas")):
            return True
        fields = any(name in schema for name in ("properties", "additionalProperties", "patternProperties"))
        if len(schema.get("allOf", ())) > 1 or ("allOf" in schema and (fields or _CHOICES & schema.keys())):
            return True
        # Null has no fields, so that one schema or null is that schema alone.
        several = [part for part in schema.get("anyOf", ()) if part != {"type": "null"}]
        return len(several) > 1 or (bool(_CHOICES & schema.keys()) and fields)

    def _shares_fields(self, schema: Schema) -> bool:
        """Whether two schemas that describe the same value name the same field."""
        seen: set[str] = set()
        for part in self._schemas.parts(schema):
            names = part.get("properties", {}).keys()
            if names & seen:
                return True
            seen |= names
        return False

    def _write_parts(self, written: Schema, role: Role) -> None:
        if "$ref" in written:
            written["$ref"] = self._reference(written["$ref"], role)
        if "allOf" in written:
            written["allOf"] = [
                self.write(each, "part" if role == "choice" else role) for each in written["allOf"]
            ]
        for name in sorted(_CHOICES):
            if name in written:
                choice: Role = "choice" if role == "part" else role
                written[name] = [self.write(each, choice) for each in written[name]]
        for name in ("if", "not"):
            if name in written:
                written[name] = self.write(written[name], "open")
        for name in ("then", "else"):
            if name in written:
                written[name] = self.write(written[name], "open" if role == "open" else "part")

    def _reference(self, reference: str, role: Role) -> str:
        known = self._names.get((reference, role))
        if known is None:
            plain = re.sub(r"[^A-Za-z0-9_.-]", "-", reference.rsplit("/", 1)[-1])
            known = plain if role == "whole" else f"{plain}-{role}"
            while known in self.definitions:
                known += "-"
            # A schema may refer to itself: its name is taken before it is written.
            self._names[reference, role] = known
            self.definitions[known] = True
            self._waiting.append((reference, role, known))
        return f"#/$defs/{known}"

    def _definition(self, reference: str, role: Role) -> Any:
        schema = self._schemas.at(reference)
        children = self._schemas.descendants(reference) if role == "whole" and _is_base(schema) else ()
        written = self.write(schema, role)
        if not children:
            return written
        # A value of a base type may be one of the types that extend it, with their fields.
        written = self.write(schema, role) if not _is_base(schema) else self._closed_base(schema)
        return {"anyOf": [written, *({"$ref": self._reference(child, role)} for child in children)]}

    def _closed_base(self, schema: Schema) -> Any:
        return self.write({name: each for name, each in schema.items() if name != "discriminator"}, "whole")

    def _demand(self, written: Schema, schema: Schema) -> None:
        """Do not demand the fields that this direction does not send."""
        required = written.get("required")
        fields = schema.get("properties")
        if not isinstance(required, list) or not isinstance(fields, dict):
            return
        unsent = {name for name in required if self._is_unsent(fields.get(name))}
        if unsent:
            written["required"] = [name for name in required if name not in unsent]

    def _is_unsent(self, schema: Any) -> bool:
        if not isinstance(schema, dict):
            return False
        return schema.get(self._unsent) is True or self._is_unsent_there(schema)

    def _is_unsent_there(self, schema: Schema) -> bool:
        target = self._schemas.follow(schema)
        return isinstance(target, dict) and target.get(self._unsent) is True

    def _close(self, written: Schema, schema: Schema, *, composed: bool) -> None:
        if "additionalProperties" in written or "unevaluatedProperties" in written:
            return
        if any(_is_base(part) for part in self._schemas.parts(schema)):
            # Who extends the type may bring fields of its own.
            return
        if composed and self._schemas.documents_fields(schema):
            written["unevaluatedProperties"] = False
        elif not composed and "properties" in written:
            written["additionalProperties"] = False


def _is_base(schema: Any) -> bool:
    """Whether a schema is a type that others extend."""
    return isinstance(schema, dict) and "discriminator" in schema and not _CHOICES & schema.keys()


def _is_free(written: Schema) -> bool:
    """Whether a schema lets an object say anything, without naming a field."""
    kinds = written.get("type", "object")
    if "object" not in ([kinds] if isinstance(kinds, str) else kinds):
        return False
    taken = (
        "properties",
        "required",
        "additionalProperties",
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "const",
        "enum",
        "not",
    )
    return not any(name in written for name in taken)


def _limit(written: Schema) -> None:
    """Hold integers to what their format can store, which JSON Schema leaves to the reader."""
    bound = _RANGES.get(written.get("format", ""))
    kinds = written.get("type", ())
    if bound is None or "integer" not in ([kinds] if isinstance(kinds, str) else kinds):
        return
    written["minimum"] = max(written.get("minimum", -bound), -bound)
    written["maximum"] = min(written.get("maximum", bound - 1), bound - 1)
