"""What the variables of a rule or relation look like, by the schemas."""

from __future__ import annotations

from collections.abc import Iterable

from metermock.contract.contract import Contract, Operation
from metermock.contract.reading.shapes import ANYTHING, ListShape, MapShape, SchemaShape, Shape, Simple
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


def reply_scope(operation: Operation, statuses: frozenset[int] | None) -> dict[str, Shape]:
    """The variables of a rule over replies with one of these statuses; None means any."""
    responses = [each for each in operation.responses.values() if statuses is None or each.status in statuses]
    schemas = [schema for response in responses for schema in response.content.values()]
    names = {name.lower() for response in responses for name in response.headers} | set(USUAL_HEADERS)
    return {
        "request": MapShape(request_fields(operation)),
        "status": Simple("int"),
        "headers": MapShape(dict.fromkeys(sorted(names), Simple("text"))),
        "body": SchemaShape(operation.contract.schemas, schemas) if schemas else ANYTHING,
        "now": Simple("text"),
    }


def request_fields(operation: Operation) -> dict[str, Shape]:
    """The fields of `request`."""
    fields: dict[str, Shape] = {
        parameter.name: SchemaShape(operation.contract.schemas, [parameter.schema])
        for parameter in operation.parameters
    }
    return {**fields, "headers": MapShape({}, is_open=True)}


def relation_scope(contract: Contract, specs: Iterable[RequestSpec]) -> dict[str, Shape]:
    """The variables of a relation: a reply, or a list of them, under the name of each request."""
    scope: dict[str, Shape] = {}
    for spec in specs:
        reply = MapShape(reply_scope(contract.operation(spec.operation), frozenset({200})))
        scope[spec.name] = ListShape(reply) if spec.is_list else reply
    return scope
