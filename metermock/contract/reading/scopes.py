"""The variables of a rule or relation, each with its type by the schemas."""

from __future__ import annotations

from collections.abc import Iterable

from metermock.contract.contract import Contract, Operation
from metermock.contract.reading.value_types import (
    ANYTHING,
    ListType,
    MapType,
    ScalarType,
    SchemaType,
    ValueType,
)
from metermock.contract.relations import RequestSpec

USUAL_HEADERS = (
    "date",
    "content-type",
    "content-length",
    "content-encoding",
    "cache-control",
    "etag",
    "vary",
    "server",
)
"""Response headers that no contract needs to document."""


def reply_scope(operation: Operation, statuses: frozenset[int] | None) -> dict[str, ValueType]:
    """The variables of a rule over replies with one of these statuses; None stands for every status."""
    documented = operation.responses
    named = documented.all if statuses is None else map(documented.judged, sorted(statuses))
    responses = [each for each in named if each is not None]
    schemas = [schema for response in responses for schema in response.content.values()]
    names = {name.lower() for response in responses for name in response.headers} | set(USUAL_HEADERS)
    return {
        "request": MapType(request_fields(operation)),
        "status": ScalarType("int"),
        "headers": MapType(dict.fromkeys(sorted(names), ScalarType("text"))),
        "body": SchemaType(operation.contract.schemas, schemas) if schemas else ANYTHING,
        "now": ScalarType("text"),
    }


def request_fields(operation: Operation) -> dict[str, ValueType]:
    """The fields of `request`."""
    fields: dict[str, ValueType] = {
        parameter.name: SchemaType(operation.contract.schemas, [parameter.schema])
        for parameter in operation.parameters
    }
    return {**fields, "headers": MapType({}, is_open=True)}


def relation_scope(contract: Contract, specs: Iterable[RequestSpec]) -> dict[str, ValueType]:
    """The variables of a relation: a reply, or a list of them, under the name of each request."""
    scope: dict[str, ValueType] = {}
    for spec in specs:
        reply = MapType(reply_scope(contract.operation(spec.operation), frozenset({200})))
        scope[spec.name] = ListType(reply) if spec.is_list else reply
    return scope
