"""Fields of objects in a query, each as a parameter of its own: `page[limit]`, `filter[plan]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.json_types import ABSENT, types_of
from metermock.contract.parameter import Parameter
from metermock.contract.styles import Style
from metermock.server.generation.words import names

_SPANS = frozenset({"window", "range", "period", "interval", "timeframe", "span", "time", "date", "dates"})
"""What an object is called whose fields say their own times: `window[from]` is a `from`."""


def parameters_of(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters of an operation; of an object in the query its fields, where the document names them."""
    taken = {each.key for each in operation.parameters}
    found = [(parameter, [*_fields(operation, parameter, taken)]) for parameter in operation.parameters]
    return tuple(each for parameter, fields in found for each in fields or (parameter,))


def spread(parameters: Mapping[str, Any], fields: Mapping[tuple[str, str], str]) -> Mapping[str, Any]:
    """The values of a request by the keys of all these parameters; `fields` are those of objects."""
    if not fields:
        return parameters
    inner = {
        key: parameters[outer][name]
        for (outer, name), key in fields.items()
        if isinstance(parameters.get(outer), dict) and name in parameters[outer]
    }
    return {**parameters, **inner} if inner else parameters


def fields_of(operation: Operation) -> Mapping[tuple[str, str], str]:
    """The keys of such fields, by the key of their object and their own name in it."""
    taken = {each.key for each in operation.parameters}
    return {
        (parameter.key, name): key
        for parameter in operation.parameters
        for name, key, _ in _keys(operation, parameter, taken)
    }


def _fields(operation: Operation, parameter: Parameter, taken: set[str]) -> Iterator[Parameter]:
    schemas = operation.contract.schemas
    for name, key, schema in _keys(operation, parameter, taken):
        wire = (
            name
            if parameter.style.style == "form" or parameter.location == "querystring"
            else f"{parameter.name}[{name}]"
        )
        whole = together(schemas, schema)
        types = types_of(schemas, schema) - {"null"}
        yield replace(
            parameter,
            # What stands for the whole query is as good as the parameters in it.
            location="query",
            media="",
            name=key,
            key=key,
            style=Style(wire, "form", explode=True, form="text"),
            required=False,
            schema=schema,
            types=types,
            resolved=whole,
            default=whole.get("default", ABSENT),
            examples={},
            invalid_examples={},
        )


def _keys(operation: Operation, parameter: Parameter, taken: set[str]) -> Iterator[tuple[str, str, Any]]:
    """The name of each field, its key as a parameter, and its schema."""
    if parameter.location not in ("query", "querystring") or "object" not in parameter.types:
        return
    properties = together(operation.contract.schemas, parameter.schema).get("properties")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        is_whole = parameter.location == "querystring"
        is_own = is_whole or parameter.style.style == "form" or set(names.words_of(parameter.name)) <= _SPANS
        yield name, name if is_own and name not in taken else f"{parameter.name}[{name}]", schema
