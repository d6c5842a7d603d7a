"""One operation of a small document, and what it reads of a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from metermock.contract import Operation, load_contract
from metermock.contract.wire_text import pairs_of

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
LIST = {"type": "array", "items": TEXT}
NUMBERS = {"type": "array", "items": NUMBER}


def operation_of(folder: Path, *parameters: dict[str, Any], path: str = "/usage", **more: Any) -> Operation:
    """The one operation of a document with these parameters."""
    reply = {"200": {"description": "Usage."}}
    operation = {"operationId": "getUsage", "parameters": list(parameters), "responses": reply, **more}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Wire", "version": "1"},
        "paths": {path: {"get": operation}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}},
    }
    file = folder / "wire.openapi.json"
    file.write_text(json.dumps(document))
    return load_contract(file).operation("getUsage")


def read(operation: Operation, query: str = "", **headers: str) -> dict[str, Any]:
    """The values of a request that is good."""
    values, violations = operation.read(pairs_of(query), headers)
    assert violations == ()
    return values
