"""Reads a contract from its file; what is wrong with the document is an error with its line."""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from metermock.contract.contract import Contract, Operation
from metermock.contract.parameters import ABSENT, Parameter
from metermock.contract.reading.rule_reading import read_rules
from metermock.contract.response import Header, Response
from metermock.contract.schemas import UnknownReferenceError
from metermock.errors import ContractError
from metermock.source import read_source

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Pointer = tuple[str | int, ...]


def load_contract(path: Path | str) -> Contract:
    """The contract in a file; ContractError or RuleError for the first thing that is wrong with it."""
    contract, problems = examine(path)
    if problems:
        raise problems[0]
    return contract


def examine(path: Path | str) -> tuple[Contract, list[ContractError]]:
    """The contract in a file, and all that is wrong with its rules.

    Raises ContractError where the document itself is wrong, so that its rules cannot be read.
    """
    source = read_source(path, error=ContractError)
    document = source.document
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("3.1."):
        raise source.error(
            ("openapi",), f"is not OpenAPI 3.1: openapi is {version!r}", 'write openapi: "3.1.0"'
        )
    contract = Contract(source)
    _demand_valid(contract)
    _demand_references(contract, document, ())
    _demand_schemas(contract)
    contract.operations = tuple(_operations(contract))
    if not contract.operations:
        raise source.error(("paths",), "has no operations")
    return contract, list(read_rules(contract))


@functools.cache
def _meta_validator() -> jsonschema_rs.Draft202012Validator:
    # Found without importing its package, which takes longer than all else at start.
    spec = importlib.util.find_spec("openapi_spec_validator")
    folder = Path(str(((spec and spec.submodule_search_locations) or [""])[0]))
    schema = json.loads((folder / "resources/schemas/v3.1/schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema)


def _demand_valid(contract: Contract) -> None:
    validator = _meta_validator()
    if validator.is_valid(contract.document):
        return
    # The deepest error is the cause; those above it only say that their part is invalid.
    error = max(validator.iter_errors(contract.document), key=lambda each: len(each.instance_path))
    where = tuple(error.instance_path)
    raise contract.source.error(where, f"is not valid OpenAPI 3.1: {_message(error)}")


def _demand_references(contract: Contract, value: Any, pointer: Pointer) -> None:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            try:
                contract.schemas.at(reference)
            except UnknownReferenceError as problem:
                raise contract.source.error((*pointer, "$ref"), str(problem)) from None
        for name, each in value.items():
            if name not in ("example", "examples", "default", "const", "enum") or pointer[-1:] == (
                "properties",
            ):
                _demand_references(contract, each, (*pointer, name))
            elif name == "examples" and isinstance(each, dict):
                _demand_example_references(contract, each, (*pointer, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _demand_references(contract, each, (*pointer, index))


def _demand_example_references(contract: Contract, examples: Mapping[str, Any], pointer: Pointer) -> None:
    for name, each in examples.items():
        if isinstance(each, dict) and "$ref" in each:
            _demand_references(contract, {"$ref": each["$ref"]}, (*pointer, name))


def _demand_schemas(contract: Contract) -> None:
    """Every schema must be one; OpenAPI's own schema does not look inside."""
    for pointer, schema in _schemas(contract.document, ()):
        if not jsonschema_rs.meta.is_valid(schema):
            try:
                jsonschema_rs.meta.validate(schema)
            except jsonschema_rs.ValidationError as error:
                where = (*pointer, *error.instance_path)
                raise contract.source.error(where, f"is no JSON Schema: {_told(error)}") from None


def _schemas(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    """The outermost schemas of a document, and where they stand."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _schemas(each, (*pointer, index))
    elif isinstance(value, dict):
        for name, each in value.items():
            here = (*pointer, name)
            if name == "schema" or pointer == ("components", "schemas"):
                yield here, each
            elif name not in ("example", "examples") and not name.startswith("x-"):
                yield from _schemas(each, here)


def _told(error: jsonschema_rs.ValidationError) -> str:
    if error.instance_path and error.instance_path[-1] == "type":
        kinds = "array, boolean, integer, null, number, object, string"
        return f"{json.dumps(error.instance)} is not a type; there are {kinds}"
    return _message(error)


def _message(error: jsonschema_rs.ValidationError) -> str:
    return error.message if len(error.message) < 300 else f"breaks {error.kind.name}"  # noqa: PLR2004 - a message


def _operations(contract: Contract) -> Iterator[Operation]:
    seen: dict[str, str] = {}
    for path, written in contract.document.get("paths", {}).items():
        item = contract.schemas.follow(written)
        for method in METHODS:
            if method in item:
                operation = _operation(contract, path, method, item)
                if operation.id.lower() in seen:
                    problem = f"the operationId {operation.id!r} is taken by {seen[operation.id.lower()]}"
                    raise contract.source.error((*operation.pointer, "operationId"), problem)
                seen[operation.id.lower()] = f"{operation.method} {path}"
                yield operation


def _operation(contract: Contract, path: str, method: str, item: Mapping[str, Any]) -> Operation:
    document, pointer = item[method], ("paths", path, method)
    if not isinstance(document.get("operationId"), str):
        raise contract.source.error(pointer, f"{method.upper()} {path} has no operationId")
    listed = [(("paths", path), item.get("parameters", ())), (pointer, document.get("parameters", ()))]
    parameters = {}
    for where, entries in listed:
        for index, entry in enumerate(entries):
            parameter = _parameter(contract, entry, (*where, "parameters", index))
            parameters[parameter.name, parameter.location] = parameter
    responses = {}
    for code, entry in document.get("responses", {}).items():
        if not code.isdecimal():
            problem = f"the response {code!r} is no status"
            raise contract.source.error(
                (*pointer, "responses", code), problem, "give every status its own response"
            )
        responses[int(code)] = _response(contract, int(code), entry, (*pointer, "responses", code))
    return Operation(
        contract,
        document,
        path=path,
        method=method,
        parameters=tuple(parameters.values()),
        responses=responses,
    )


def _parameter(contract: Contract, entry: Any, pointer: Pointer) -> Parameter:
    entry = contract.schemas.follow(entry)
    schema = entry.get("schema")
    if schema is None:
        problem = f"the parameter {entry['name']} has no schema"
        raise contract.source.error(pointer, problem, "parameters with content are not supported")
    if entry["in"] == "cookie":
        problem = f"the cookie parameter {entry['name']} is not read"
        raise contract.source.error(
            pointer, problem, "make it a security scheme, a header or a query parameter"
        )
    types = _types(contract, schema)
    return Parameter(
        name=entry["name"],
        location=entry["in"],
        required=bool(entry.get("required", False)),
        schema=schema,
        types=frozenset(types - {"null"}) or frozenset({"string"}),
        nullable="null" in types,
        default=_default(contract, schema),
        examples=_examples(contract, entry),
        pointer=pointer,
        resolved={**contract.schemas.follow(schema), **schema},
    )


def _default(contract: Contract, schema: Any) -> Any:
    while isinstance(schema, dict):
        if "default" in schema:
            return schema["default"]
        if "$ref" not in schema:
            break
        schema = contract.schemas.at(schema["$ref"])
    return ABSENT


def _types(contract: Contract, schema: Any) -> set[str]:
    schema = contract.schemas.follow(schema) if isinstance(schema, dict) and "type" not in schema else schema
    if not isinstance(schema, dict):
        return set()
    named = schema.get("type", [])
    found = {named} if isinstance(named, str) else set(named)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        found |= _types(contract, part)
    return found


def _examples(contract: Contract, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `examples`, by name; a single `example` is named like that."""
    named = {
        name: contract.schemas.follow(each)["value"]
        for name, each in entry.get("examples", {}).items()
        if "value" in contract.schemas.follow(each)
    }
    return named if named or "example" not in entry else {"example": entry["example"]}


def _response(contract: Contract, status: int, entry: Any, pointer: Pointer) -> Response:
    entry = contract.schemas.follow(entry)
    headers = {
        name: _header(contract, name, contract.schemas.follow(header))
        for name, header in entry.get("headers", {}).items()
        if name.lower() != "content-type"  # OpenAPI ignores it here
    }
    content = entry.get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    return Response(
        status=status,
        headers=headers,
        content={
            media.partition(";")[0].strip().lower(): each.get("schema", True)
            for media, each in content.items()
        },
        examples=_examples(contract, first),
        notes={name: contract.schemas.follow(each) for name, each in first.get("examples", {}).items()},
        pointer=pointer,
    )


def _header(contract: Contract, name: str, header: Mapping[str, Any]) -> Header:
    schema = header.get("schema", {})
    types = _types(contract, schema) - {"null"}
    example = next(iter(_examples(contract, header).values()), None)
    return Header(name, bool(header.get("required", False)), schema, frozenset(types or {"string"}), example)
