"""One model of 3.0, 3.1 and 3.2: the bundled document becomes 3.1, in memory, part by part.

3.0 is read as 3.0: `nullable`, boolean exclusive bounds, no keywords beside `$ref`. Pointers stay those of
the source, so that everything that is said later has the right line.
"""

from __future__ import annotations

from typing import Any

from metermock.contract.json_types import ADDED_NULL
from metermock.contract.patterns import of_literal, usable
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import Part

VERSION = "3.1.0"
"""What every document is once it has been read."""
WHOLE_QUERY = "x-metermock-whole-query"
"""In a parameter: that it was all of the query, so that each pair is one of its fields."""
_NAMES = ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "$schema")
"""What references were resolved by; to a validator that sees one schema alone it would lead elsewhere."""
_DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.")
_SILENT = frozenset({"$ref", "description", "summary", "title", "example"})
_BESIDE = ("readOnly", "writeOnly", "description")
_SAYS_NULLABLE = frozenset({"nullable", "description", "title"})
_COMPOSED = ("allOf", "anyOf", "oneOf", "not")

_FORM = "application/x-www-form-urlencoded"

_MEANT = "for null to be good, write allOf: [{$ref: …}] and nullable: true beside it"
_ENUM_WITHOUT_NULL = "the enum has no null; nullable: true is taken to allow it"
_ADD_NULL = "add null to the enum, or leave out nullable"
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_UNKNOWN = "the dialect {!r} is not known; JSON Schema 2020-12 is read"
_SLASHED = "no text matches the pattern {!r}, for its slashes are part of it; it is read without them"
_FLAGGED = "no text matches the pattern {!r}, and a pattern has no flags, so nothing is held to it"
_CHANGING = frozenset("ims")
"""Flags of JavaScript by which a pattern matches other texts."""
_UNUSABLE = "the pattern {!r} cannot be compiled, so nothing is held to it"


def upgrade(made: Bundle) -> None:
    """Turn a bundled document of any supported version into 3.1; what is odd becomes a note."""
    is_old = str(made.document.get("openapi", "")).startswith("3.0")
    dialect = made.document.get("jsonSchemaDialect")
    if dialect is not None and not _is_known(dialect):
        made.note(("jsonSchemaDialect",), _UNKNOWN.format(dialect))
    made.document["openapi"] = VERSION
    for part in list(made.parts()):
        if part.kind == "parameter" and isinstance(part.value, dict):
            _upgrade_query_string(part.value)
        if part.kind != "schema" or not isinstance(part.value, dict):
            continue
        _clean(made, part)
        if is_old:
            _upgrade_schema(made, part)
        else:
            _note_old_keywords(made, part)


def _upgrade_query_string(parameter: dict[str, Any]) -> None:
    """Write the whole query of 3.2, where it is a form, as an object whose fields are its pairs."""
    content = parameter.get("content")
    described = content.get(_FORM) if isinstance(content, dict) else None
    if parameter.get("in") == "querystring" and isinstance(described, dict) and "schema" in described:
        parameter.update({"in": "query", "style": "form", "explode": True, "schema": described["schema"]})
        parameter[WHOLE_QUERY] = True
        del parameter["content"]


def _note_old_keywords(made: Bundle, part: Part) -> None:
    """Note what a schema of 3.1 has that is of 3.0, and read the bounds that can mean nothing else."""
    if part.value.get("nullable") is True:
        text = "nullable is of OpenAPI 3.0 and says nothing in 3.1"
        advice = "write type: [integer, 'null'], or whatever the type is"
        made.note((*part.pointer, "nullable"), text, advice)
    for bound, exclusive in _BOUNDS:
        if isinstance(part.value.get(exclusive), bool):
            text = f"{exclusive} is true or false in OpenAPI 3.0 only; it is read so"
            made.note((*part.pointer, exclusive), text, f"write the bound itself, and no {bound} beside it")
    _upgrade_bounds(part.value)


def _upgrade_bounds(schema: dict[str, Any]) -> None:
    """Write boolean exclusive bounds as numbers."""
    for bound, exclusive in _BOUNDS:
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and bound in schema:
                schema[exclusive] = schema.pop(bound)


def _upgrade_schema(made: Bundle, part: Part) -> None:
    if part.reference is not None:
        _upgrade_reference(made, part, part.reference)
        return
    schema = part.value
    _upgrade_bounds(schema)
    parts = schema.get("allOf")
    # `allOf: [A, {nullable: true}]` is meant as what it would be beside the `allOf`.
    among_parts = isinstance(parts, list) and any(_only_allows_null(each) for each in parts)
    if schema.pop("nullable", False) is True or among_parts:
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            made.note((*part.pointer, "enum"), _ENUM_WITHOUT_NULL, _ADD_NULL)
        _allow_null(schema)


def _upgrade_reference(made: Bundle, part: Part, reference: str) -> None:
    """Take out what 3.0 ignores beside a reference."""
    schema = part.value
    advice = _MEANT if schema.get("nullable") is True else ""
    ignored = [name for name in schema if name not in _SILENT and not name.startswith("x-")]
    schema.clear()
    schema["$ref"] = reference
    if ignored:
        text = f"OpenAPI 3.0 ignores what stands beside $ref: {', '.join(ignored)}"
        made.note(part.pointer, text, advice)


def _only_allows_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("nullable") is True and schema.keys() <= _SAYS_NULLABLE


def _allow_null(schema: dict[str, Any]) -> None:
    """Let a schema take null too, an enum that forgets it included: that is what its author means.

    What stands inside stays where it is, for references lead there; only a composed one is moved, and what
    leads into it is found all the same (`References.at`).
    """
    kind = schema.get("type")
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
        schema[ADDED_NULL] = True
    if not any(name in schema for name in _COMPOSED):
        if isinstance(kind, str):
            schema["type"] = [kind, "null"]
        return
    if isinstance(schema.get("anyOf"), list) and not any(
        name in schema for name in ("allOf", "oneOf", "not")
    ):
        schema["anyOf"] = [*schema["anyOf"], {"type": "null"}]
        schema[ADDED_NULL] = True
        if isinstance(kind, str):
            schema["type"] = [kind, "null"]
        return
    inner = dict(schema)
    kept: dict[str, Any] = {name: inner.pop(name) for name in _BESIDE if name in inner}
    schema.clear()
    schema.update({"anyOf": [inner, {"type": "null"}], ADDED_NULL: True, **kept} if inner else kept)


def _clean(made: Bundle, part: Part) -> None:
    """Take out of a schema what would lead a validator astray, and what cannot be checked."""
    schema = part.value
    named = schema.get("$schema")
    if named is not None and not _is_known(named):
        made.note((*part.pointer, "$schema"), _UNKNOWN.format(named))
    for name in _NAMES:
        schema.pop(name, None)
    _clean_patterns(made, part)
    required = schema.get("required")
    if isinstance(required, list) and all(isinstance(name, str) for name in required):
        if len(set(required)) < len(required):
            made.note((*part.pointer, "required"), "required names a field twice")
            schema["required"] = list(dict.fromkeys(required))
    elif isinstance(required, bool):
        made.note((*part.pointer, "required"), "required is a list of fields in a schema; true says nothing")
        del schema["required"]


def _clean_patterns(made: Bundle, part: Part) -> None:
    """Write patterns in the form that every reader of the model takes, and take out those without one."""
    schema = part.value
    pattern = schema.get("pattern")
    literal = of_literal(pattern) if isinstance(pattern, str) else None
    if literal is not None and _CHANGING.isdisjoint(literal[1]):
        made.note((*part.pointer, "pattern"), _SLASHED.format(pattern), "leave them out")
        pattern = literal[0]
    elif literal is not None:
        made.note((*part.pointer, "pattern"), _FLAGGED.format(pattern), "write [Aa] for both cases")
        pattern = None
        del schema["pattern"]
    if isinstance(pattern, str):
        schema["pattern"] = usable(pattern)
        if schema["pattern"] is None:
            made.note((*part.pointer, "pattern"), _UNUSABLE.format(pattern))
            del schema["pattern"]
    patterns = schema.get("patternProperties")
    if not isinstance(patterns, dict):
        return
    for each in [each for each in patterns if usable(each) is None]:
        made.note((*part.pointer, "patternProperties", each), _UNUSABLE.format(each))
        del patterns[each]
        # Fields of that name may be there, and nobody knows which they are.
        schema["additionalProperties"] = True
    if any(usable(each) != each for each in patterns):
        schema["patternProperties"] = {usable(each): value for each, value in patterns.items()}


def _is_known(dialect: Any) -> bool:
    return isinstance(dialect, str) and dialect.rstrip("#").startswith(_DIALECTS)
