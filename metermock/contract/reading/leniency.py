"""Mistakes that harm no operation: each becomes a note, and the document is read without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from metermock import json_pointer
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.foreign_types import read_foreign, read_old_form
from metermock.contract.reading.structure import FIELDS, Field, Part, Pointer

_ASIDE = frozenset({"example", "link", "callback"})
"""Kinds of objects that say nothing about what an operation takes and gives."""
_VALUES = frozenset({"const", "default", "example"})
"""Keywords of a schema that may well be null."""
_LEFT_OPEN = frozenset({"schema", "response", "media type"})
"""Kinds of which an empty one says something: that anything may be there."""
_MORE = {"document": ("security",), "operation": ("security", "tags")}
_TEXTS = ("description", "title", "summary", "$comment", "format", "contentEncoding", "contentMediaType")
_FLAGS = {
    "schema": ("deprecated", "readOnly", "writeOnly"),
    "parameter": ("required", "explode", "deprecated", "allowReserved", "allowEmptyValue"),
    "header": ("required", "explode", "deprecated"),
    "request body": ("required",),
}
_COMPOSED = ("allOf", "anyOf", "oneOf")
_STANDARD = "write the type that JSON Schema has for it"
_WORDS = {"true": True, "false": False}


def mend(made: Bundle) -> None:
    """Take harmless mistakes out of a bundled document."""
    for part in list(made.parts()):
        if isinstance(part.value, dict):
            _read_old_form(made, part)
    # The schemas that were made of old forms, with all inside of them, are parts now too.
    for part in list(made.parts()):
        if isinstance(part.value, dict):
            _fill_fields(made, part)
            _take_out_nulls(made, part)
            _take_out_annotations(made, part)
            _read_flags(made, part)
            if part.kind == "schema":
                _mend_schema(made, part)


def set_aside(made: Bundle) -> None:
    """Turn errors in examples, links, callbacks and webhooks into notes, and read what has them as empty."""
    fields = set(_aside(made))
    problems = []
    for problem in made.problems:
        field = _field_around(fields, problem.pointer)
        if field is not None and not problem.is_note:
            _empty(made.document, problem.pointer[: len(field) + 1])
            problem = replace(problem, is_note=True)  # noqa: PLW2901 - the same problem, less grave
        problems.append(problem)
    made.problems[:] = problems
    made.references[:] = [pair for pair in made.references if _field_around(fields, pair[0]) is None]


def _aside(made: Bundle) -> Iterator[Pointer]:
    yield ("webhooks",)
    yield from (pointer for pointer, kind in made.entries if kind in _ASIDE)
    for part in made.parts():
        for name, field in FIELDS.get(part.kind, {}).items():
            if field.kind in _ASIDE:
                yield (*part.pointer, name)


def _field_around(fields: set[Pointer], pointer: Pointer) -> Pointer | None:
    prefixes = (pointer[:length] for length in range(1, len(pointer) + 1))
    return next((prefix for prefix in prefixes if prefix in fields), None)


def _empty(document: Any, pointer: Pointer) -> None:
    """Make a part an object that says nothing; references to it still lead somewhere."""
    holder = json_pointer.at(document, pointer[:-1])
    if isinstance(holder, dict):
        holder[pointer[-1]] = {}


def _take_out_nulls(made: Bundle, part: Part) -> None:
    known = (*FIELDS.get(part.kind, {}), *_MORE.get(part.kind, ()))
    for name in [name for name, value in part.value.items() if value is None]:
        is_keyword = part.kind == "schema" and name not in _VALUES and not name.startswith("x-")
        if is_keyword or name in known:
            made.note((*part.pointer, name), f"{name} is empty, so it is passed over", "leave it out")
            del part.value[name]


def _fill_fields(made: Bundle, part: Part) -> None:
    """Read an empty schema, response or media type as one that allows anything."""
    for name, field in FIELDS.get(part.kind, {}).items():
        value = part.value.get(name, ())
        where = (*part.pointer, name)
        if value is None and field.holds == "one" and part.kind in ("parameter", "header"):
            part.value[name] = {}
            made.note(where, f"{name} is empty, so it is read as one that allows anything")
        elif field.holds == "map" and isinstance(value, dict):
            _fill_members(made, where, field, value)


def _fill_members(made: Bundle, where: Pointer, field: Field, members: dict[str, Any]) -> None:
    for name in [name for name, value in members.items() if value is None]:
        if field.extensible and name.startswith("x-"):
            continue
        if field.kind in _LEFT_OPEN:
            members[name] = {}
            text = f"the {field.kind} {name} is empty, so it is read as one that allows anything"
            made.note((*where, name), text)
        elif field.kind in (*_ASIDE, "header", "encoding"):
            del members[name]
            made.note((*where, name), f"the {field.kind} {name} is empty, so it is passed over")


def _take_out_annotations(made: Bundle, part: Part) -> None:
    value = part.value
    wrong = [name for name in _TEXTS if name in value and not isinstance(value[name], str)]
    for name in wrong if part.kind in FIELDS or part.kind == "schema" else ():
        made.note((*part.pointer, name), f"{name} is not a text, so it is passed over")
        del value[name]
    tags = value.get("tags", []) if part.kind == "operation" else []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        made.note((*part.pointer, "tags"), "tags is not a list of texts; what is no text is passed over")
        value["tags"] = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _read_flags(made: Bundle, part: Part) -> None:
    value = part.value
    for name in _FLAGS.get(part.kind, ()):
        if name not in value or isinstance(value[name], bool):
            continue
        written, where = value.pop(name), (*part.pointer, name)
        if isinstance(written, str) and written.lower() in _WORDS:
            value[name] = _WORDS[written.lower()]
            made.note(where, f"{name} is a text; it is read as {written.lower()}", "leave out the quotes")
        else:
            made.note(where, f"{name} is neither true nor false, so it is passed over")


def _read_old_form(made: Bundle, part: Part) -> None:
    text = read_old_form(part.value) if part.kind in ("parameter", "header") else None
    if text is not None:
        made.note((*part.pointer, "type"), text, "write `schema: {type: …}`")


def _mend_schema(made: Bundle, part: Part) -> None:
    schema: dict[str, Any] = part.value
    for name in [name for name in _COMPOSED if schema.get(name) == []]:
        made.note((*part.pointer, name), f"{name} is an empty list, so it is passed over", "leave it out")
        del schema[name]
    if "examples" in schema and not isinstance(schema["examples"], list):
        made.note((*part.pointer, "examples"), "examples of a schema is not a list, so it is passed over")
        del schema["examples"]
    for text in read_foreign(schema):
        made.note((*part.pointer, "type"), text, _STANDARD)
    kinds = schema.get("type")
    if isinstance(kinds, list) and None in kinds:
        text, advice = "type has a null without quotes; it is read as 'null'", "write 'null' in quotes"
        made.note((*part.pointer, "type"), text, advice)
        schema["type"] = list(
            dict.fromkeys("null" if kind is None else kind for kind in kinds if _plain(kind))
        )


def _plain(kind: Any) -> bool:
    return not isinstance(kind, list | Mapping)
