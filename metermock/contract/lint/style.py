"""The style of documents that generators, linters and people all read alike.

The rules were found by generating clients with ten tools and compiling the clients.
"""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from metermock.contract.contract import Contract
from metermock.contract.json_types import types_of
from metermock.errors import ContractError

Pointer = tuple[str | int, ...]
Found = tuple[Pointer, str]

_TAKEN = {name.lower() for name in dir(builtins)} | {
    "map",
    "tuple",
    "error",
    "const",
    "open",
    "object",
    "list",
    "set",
}
_CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_FORBIDDEN = ("title", "readOnly", "$defs", "writeOnly", "nullable")
_SCHEMA_MAPS = ("properties", "patternProperties")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


def style_problems(contract: Contract) -> list[ContractError]:
    """The places where a document breaks the style, each with its line."""
    found = [problem for rule in RULES for problem in rule(contract)]
    problems = []
    for pointer, problem in found:
        source, place = contract.place(pointer)
        line, column = source.line(place)
        problems.append(ContractError(source.path, problem, line, column))
    return problems


def plain_yaml(contract: Contract) -> Iterator[Found]:
    """YAML 1.1 readers and YAML 1.2 readers read the document alike, and JSON can hold it."""
    if str(contract.path).lower().endswith(".json"):
        return
    try:
        same = json.loads(json.dumps(yaml.safe_load(contract.text))) == contract.source.document
    except (yaml.YAMLError, TypeError):
        same = False
    if not same:
        yield (
            (),
            "old YAML readers read this differently: quote statuses, dates, versions, on, off, yes and no",
        )


def one_version(contract: Contract) -> Iterator[Found]:
    """The document is OpenAPI 3.1.0."""
    if contract.source.document["openapi"] != "3.1.0":
        yield ("openapi",), "openapi is not 3.1.0"


def local_references(contract: Contract) -> Iterator[Found]:
    """References are local, and have one form."""
    for pointer, value in walk(contract.source.document, ()):
        reference = value.get("$ref")
        if isinstance(reference, str) and not re.fullmatch(r"#/components/\w+/[\w.-]+", reference):
            yield (*pointer, "$ref"), f"{reference} is not #/components/<kind>/<Name>"


def component_names(contract: Contract) -> Iterator[Found]:
    """Names of components are PascalCase, unique over all kinds, and not names of built-ins."""
    seen: dict[str, str] = {}
    components = contract.source.document.get("components", {})
    for kind in ("schemas", "parameters", "responses"):
        for name in components.get(kind, {}):
            pointer = ("components", kind, name)
            if not _PASCAL.fullmatch(name):
                yield pointer, f"{name} is not PascalCase"
            if name.lower() in _TAKEN:
                yield pointer, f"{name} is the name of a built-in in some language"
            if name.lower() in seen:
                yield pointer, f"{name} is also the name of one of the {seen[name.lower()]}"
            seen[name.lower()] = kind


def schema_form(contract: Contract) -> Iterator[Found]:
    """Keywords that generators fail on are left out; objects and enums are named components."""
    for pointer, schema in schemas(contract):
        for name in _FORBIDDEN:
            if name in schema:
                yield (*pointer, name), f"{name} is left out of schemas"
        for name in ("example", "examples"):
            if name in schema:
                yield (*pointer, name), "examples belong to media types and parameters, not to schemas"
        if "default" in schema and "$ref" in schema:
            yield (*pointer, "default"), "a default stands beside a $ref: put it into a named schema"
        yield from _types(pointer, schema)
        inline = len(pointer) != 3 or pointer[:2] != ("components", "schemas")  # noqa: PLR2004 - components/schemas/Name
        if inline and ("properties" in schema or "enum" in schema):
            yield pointer, "an object or enum is written inline: name it under components/schemas"


def _types(pointer: Pointer, schema: dict[str, Any]) -> Iterator[Found]:
    named = schema.get("type")
    if isinstance(named, list) and (len(named) != 2 or "null" not in named):  # noqa: PLR2004 - a type and null
        yield (*pointer, "type"), "a list of types other than one type and 'null'"
    single = named if isinstance(named, str) else next((each for each in named or () if each != "null"), None)
    if None in schema.get("enum", ()):
        yield (*pointer, "enum"), "null stands in an enum"
    if single == "integer" and "format" not in schema and "enum" not in schema and "const" not in schema:
        yield pointer, "an integer without format: int64 or int32"
    if single == "number" and "format" not in schema:
        yield pointer, "a number without format: double"
    values = schema.get("enum", ())
    if "x-enum-varnames" not in schema and any(str(value)[:1].isdigit() for value in values):
        yield (*pointer, "enum"), "values that begin with a digit want x-enum-varnames"
    if isinstance(schema.get("required"), list):
        for name in schema["required"]:
            if "properties" in schema and name not in schema["properties"]:
                yield (*pointer, "required"), f"{name} is required and not described"


def operations(contract: Contract) -> Iterator[Found]:
    """Operations have a camelCase id, one declared tag, summary and description."""
    declared = {tag["name"] for tag in contract.source.document.get("tags", ())}
    for operation in contract.operations:
        document = operation.document
        if not _CAMEL.fullmatch(operation.id):
            yield (*operation.pointer, "operationId"), f"{operation.id} is not camelCase"
        for name in ("summary", "description"):
            if not document.get(name):
                yield operation.pointer, f"{operation.id} has no {name}"
        tags = document.get("tags", ())
        if len(tags) != 1 or tags[0] not in declared:
            yield operation.pointer, f"{operation.id} wants exactly one tag, declared under tags"


def parameters(contract: Contract) -> Iterator[Found]:
    """Parameters have a description, an example, and a common form."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            entry = _at(contract, parameter.pointer)
            if not entry.get("description"):
                yield parameter.pointer, f"the parameter {parameter.name} has no description"
            if not parameter.examples:
                yield parameter.pointer, f"the parameter {parameter.name} has no example"
            if entry.get("style") == "deepObject" or entry.get("explode") is False:
                yield parameter.pointer, f"the parameter {parameter.name} has an unusual form"
            if "null" in types_of(contract.schemas, parameter.schema):
                problem = f"the schema of the parameter {parameter.name} allows null: see x-absent"
                yield (*parameter.pointer, "schema"), problem


def responses(contract: Contract) -> Iterator[Found]:
    """Responses have a description, a schema, and named examples; headers a schema and an example."""
    for operation in contract.operations:
        for response in operation.responses.values():
            if not response.content:
                yield response.pointer, f"{operation.id} {response.status} has no content"
            elif any(schema is True for schema in response.content.values()):
                yield response.pointer, f"{operation.id} {response.status} has no schema"
            elif not response.examples or set(response.examples) == {"example"}:
                yield response.pointer, f"{operation.id} {response.status} has no named examples"
            for header in response.headers.values():
                if not header.schema or header.example is None:
                    problem = f"the header {header.name} of {response.status} wants a schema and an example"
                    yield (*response.pointer, "headers", header.name), problem


def security(contract: Contract) -> Iterator[Found]:
    """Security schemes are declared, and their bearer format is one word."""
    schemes = contract.security_schemes
    for name, scheme in schemes.items():
        if not _CAMEL.fullmatch(name):
            yield ("components", "securitySchemes", name), f"{name} is not camelCase"
        if " " in scheme.get("bearerFormat", ""):
            yield ("components", "securitySchemes", name, "bearerFormat"), "bearerFormat is prose"
    for operation in contract.operations:
        for alternative in operation.security:
            for name in alternative:
                if name not in schemes:
                    yield (
                        operation.pointer,
                        f"{operation.id} wants a security scheme {name!r} that is not declared",
                    )


def used_components(contract: Contract) -> Iterator[Found]:
    """Every component is used."""
    text = contract.text.decode("utf-8-sig")
    for kind, entries in contract.source.document.get("components", {}).items():
        for name in entries if kind != "securitySchemes" else ():
            if not re.search(rf"#/components/{kind}/{re.escape(name)}(?![\w.-])", text):
                yield ("components", kind, name), f"{name} is not used"


RULES: tuple[Callable[[Contract], Iterator[Found]], ...] = (
    plain_yaml,
    one_version,
    local_references,
    component_names,
    schema_form,
    operations,
    parameters,
    responses,
    security,
    used_components,
)


def walk(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every object of a document with its pointer, without those inside the values of examples."""
    if isinstance(value, dict):
        yield pointer, value
        for name, each in value.items():
            if name != "value":
                yield from walk(each, (*pointer, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from walk(each, (*pointer, index))


def schemas(contract: Contract) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every schema of a document with its pointer, nested schemas included."""
    for name, schema in contract.source.document.get("components", {}).get("schemas", {}).items():
        yield from _inside(schema, ("components", "schemas", name))
    for pointer, value in walk(contract.source.document, ()):
        if (
            "schema" in value
            and pointer[:2] != ("components", "schemas")
            and isinstance(value["schema"], dict)
        ):
            yield from _inside(value["schema"], (*pointer, "schema"))


def _inside(schema: Any, pointer: Pointer) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for name in _SCHEMA_MAPS:
        for key, each in schema.get(name, {}).items():
            yield from _inside(each, (*pointer, name, key))
    for name in _SCHEMA_LISTS:
        for index, each in enumerate(schema.get(name, ())):
            yield from _inside(each, (*pointer, name, index))
    for name in ("items", "additionalProperties"):
        yield from _inside(schema.get(name), (*pointer, name))


def _at(contract: Contract, pointer: Pointer) -> dict[str, Any]:
    value: Any = contract.source.document
    for token in pointer:
        value = value[token]
    found: dict[str, Any] = contract.schemas.follow(value)
    return found
