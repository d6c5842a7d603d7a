"""What is wrong with the parts of a document, each by itself: form, schemas, circles of references."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from metermock import json_pointer
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.endless import Endless
from metermock.contract.reading.structure import Part, Pointer, misfits
from metermock.contract.references import References, UnknownReferenceError

PLACES = ("query", "header", "path", "cookie", "querystring")
_META = "https://json-schema.org/draft/2020-12/schema"
_LONG = 300
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_WITH_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_WITH_TEXTS = ("type", "required", "enum", "const", "format", "dependentRequired", *sorted(_WITH_SCHEMAS))
_LOST = "the reference leads to {}, which is not read, as beside a $ref of OpenAPI 3.0"
_NO_END = "each value has another one inside, without an end, so that none can satisfy it"
_FINITE = "let a field of the circle be left out, or be null"
_HALF = "holds half of a character (a lone surrogate), which no JSON text can have"
_IN_PLACE_ONE = ("not", "if", "then", "else")


def find_problems(made: Bundle) -> None:
    """Report what is wrong with each part of a bundled and upgraded document."""
    parts = list(made.parts())
    pointers = {id(part.value): part.pointer for part in parts if part.kind == "schema"}
    circles, endless = _Circles(made.document, pointers), Endless(made.document, pointers)
    outermost: Pointer | None = None
    for part in parts:
        for pointer, text in misfits(part):
            made.error(pointer, text)
        if part.kind == "parameter" and isinstance(part.value, dict) and part.reference is None:
            _find_in_parameter(made, part)
        if part.kind != "schema" and _is_alias_of_itself(made.document, part):
            made.error((*part.pointer, "$ref"), "the references lead in a circle, and to nothing else")
        if part.kind == "schema":
            for name in _broken_texts(part.value):
                made.error((*part.pointer, name), _HALF, "write the character itself, or both of its escapes")
            if outermost is None or part.pointer[: len(outermost)] != outermost:
                outermost = part.pointer
                _of_schema(made, part)
            for pointer in _circles(circles, part):
                made.error(pointer, "the references lead in a circle, and no value can satisfy them")
            for pointer in endless.reached_from(part):
                made.note(pointer, _NO_END, _FINITE)
    _find_lost(made)


def _find_lost(made: Bundle) -> None:
    """Report references into what stood beside another reference, which OpenAPI 3.0 ignores."""
    references = References(made.document)
    for holder, target in made.references:
        try:
            references.at(f"#{json_pointer.text_of(target)}")
        except UnknownReferenceError:
            made.error(holder, _LOST.format(json_pointer.text_of(target)), "name a schema that is read")


def _broken_texts(schema: Any) -> Iterator[str]:
    """The keywords of a schema whose names or values hold half of a character."""
    for name in _WITH_TEXTS if isinstance(schema, dict) else ():
        value = schema.get(name)
        # Of the fields only the names: their schemas are parts of their own.
        texts = list(value) if isinstance(value, dict) and name in _WITH_SCHEMAS else value
        if texts is not None and not _is_whole(texts):
            yield name


def _is_whole(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except (TypeError, ValueError, RecursionError):
        # What is no JSON value is told elsewhere.
        return True
    return True


def _is_alias_of_itself(document: Any, part: Part) -> bool:
    seen: set[str] = set()
    value = part.value
    while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
        if reference in seen:
            return True
        seen.add(reference)
        value = json_pointer.at(document, json_pointer.path_of(reference))
    return False


def _find_in_parameter(made: Bundle, part: Part) -> None:
    if is_nameless(part.value):
        made.note((*part.pointer, "name"), "a parameter without a name is never sent: passed over")
        return
    for name, text in _of_parameter(part.value):
        made.error((*part.pointer, name), text)


def is_nameless(parameter: Mapping[str, Any]) -> bool:
    """Whether a parameter has an empty name in a place where nothing else needs it."""
    return parameter.get("name") == "" and parameter.get("in") in ("query", "header", "cookie")


def _of_parameter(parameter: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name, place = parameter.get("name"), parameter.get("in")
    if not isinstance(name, str) or not name:
        yield "name", "a parameter has a name"
    elif place == "querystring" and not parameter.get("content"):
        yield "content", f"the parameter {name} is the whole query string, so it has content"
    elif place not in PLACES:
        yield "in", f"the parameter {name} is in {', '.join(PLACES)}, not in {place!r}"
    elif "schema" not in parameter and not parameter.get("content"):
        yield "schema", f"the parameter {name} has neither schema nor content"


def _of_schema(made: Bundle, part: Part) -> None:
    """Hold an outermost schema, with all that is inside it, to the schema of schemas."""
    validator = _meta()
    try:
        errors = [] if validator.is_valid(part.value) else list(validator.iter_errors(part.value))
    except UnicodeEncodeError:
        made.error(part.pointer, _HALF)
        return
    except (ValueError, RecursionError) as problem:
        made.error(part.pointer, f"is no JSON Schema that can be read: {problem}")
        return
    for error in errors:
        where = (*part.pointer, *error.instance_path)
        made.error(where, f"is no JSON Schema: {told(error)}")


@functools.cache
def _meta() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": _META})


def told(error: jsonschema_rs.ValidationError) -> str:
    """What an error of the schema of schemas says to a reader."""
    if error.instance_path and error.instance_path[-1] == "type":
        kinds = "array, boolean, integer, null, number, object, string"
        return f"{json.dumps(error.instance)} is not a type; there are {kinds}"
    return error.message if len(error.message) < _LONG else f"breaks {error.kind.name}"


def _circles(circles: _Circles, part: Part) -> list[Pointer]:
    try:
        return circles.reached_from(part)
    except RecursionError:
        # A chain of a thousand references that stay at the same value: nobody has written that.
        return [part.pointer]


class _Circles:
    """Finds schemas that describe a value by themselves again, without a step into it."""

    def __init__(self, document: Any, pointers: Mapping[int, Pointer]) -> None:
        """`pointers` says where each schema is, by its id()."""
        self._document = document
        self._pointers = pointers
        self._done: set[int] = set()

    def reached_from(self, part: Part) -> list[Pointer]:
        """Where the circles are that a schema leads into; each circle is told once."""
        found: list[Pointer] = []
        self._follow(part.value, {}, found)
        return found

    def _follow(self, schema: Any, open_: dict[int, Mapping[str, Any]], found: list[Pointer]) -> None:
        if not isinstance(schema, dict) or id(schema) in self._done:
            return
        if id(schema) in open_:
            around = list(open_)
            if not _is_of_kinds([open_[each] for each in around[around.index(id(schema)) :]]):
                found.append(self._pointers.get(id(schema), ()))
            return
        open_[id(schema)] = schema
        for each in self._steps(schema):
            self._follow(each, open_, found)
        del open_[id(schema)]
        self._done.add(id(schema))

    def _steps(self, schema: Mapping[str, Any]) -> list[Any]:
        """The schemas that describe the same value."""
        found = [each for name in _IN_PLACE for each in _list(schema.get(name))]
        found += [schema[name] for name in _IN_PLACE_ONE if name in schema]
        dependent = schema.get("dependentSchemas")
        found += dependent.values() if isinstance(dependent, dict) else ()
        reference = schema.get("$ref")
        if isinstance(reference, str):
            found.append(json_pointer.at(self._document, json_pointer.path_of(reference)))
        return found


def _is_of_kinds(circle: list[Mapping[str, Any]]) -> bool:
    """Whether a circle is that of a type that lists its kinds, and of a kind that extends it by `allOf`.

    What the kind extends are the fields of the type; so it is read, and so it is meant.
    """
    steps = list(zip(circle, [*circle[1:], circle[0]], strict=True))
    chosen = [
        after for before, after in steps for name in ("anyOf", "oneOf") if _has(before.get(name), after)
    ]
    extended = [after for before, after in steps if _has(before.get("allOf"), after) or _is_beside(before)]
    return bool(chosen and extended)


def _is_beside(schema: Mapping[str, Any]) -> bool:
    return "$ref" in schema and len(schema) > 1


def _has(listed: Any, schema: Mapping[str, Any]) -> bool:
    return any(each is schema for each in _list(listed))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
