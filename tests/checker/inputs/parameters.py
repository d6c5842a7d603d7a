"""Operations of small documents, made of their parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from metermock.checker.inputs.refused import RefusedInput, refused_inputs
from metermock.contract import Operation, Parameter
from tests.contract.reading.documents import document, read

NOW = "2026-03-18T15:42:07Z"
REFUSAL = {"400": {"description": "invalid"}}


def query(schema: Any, name: str = "p", **parts: Any) -> dict[str, Any]:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, **parts}


def operation_of(folder: Path, *parameters: Any, path: str = "/usage", **parts: Any) -> Operation:
    """The operation that has these parameters; `parts` are put over its document."""
    responses = {"200": {"description": "ok"}, **REFUSAL}
    operation = {"operationId": "getUsage", "parameters": list(parameters), "responses": responses}
    return read(folder, document(**{"paths": {path: {"get": operation}}, **parts})).operations[0]


def parameter_of(folder: Path, schema: Any, **parts: Any) -> Parameter:
    """The only parameter, in the query, of an operation."""
    return operation_of(folder, query(schema, **parts)).parameters[0]


def raws(operation: Operation, level: str | None = None) -> list[str]:
    """What is sent as bad, of one level or of both."""
    return [bad.raw for bad in refused_inputs(operation) if level in (None, bad.level)]


def bad(operation: Operation, about: str) -> RefusedInput:
    """The first bad input of which this is wrong."""
    return next(each for each in refused_inputs(operation) if each.about == about)
