"""Small documents, written to disk from what they are about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from metermock.contract import Contract, examine

OK = {"200": {"description": "ok"}}


def document(*, version: str = "3.1.0", schema: Any = None, **parts: Any) -> dict[str, Any]:
    """A document with `GET /usage`, whose reply has a schema; `parts` are put over it."""
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "getUsage", "responses": {"200": {"description": "ok", **content}}}
    written = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/usage": {"get": operation}},
    }
    return {**written, **parts}


def read(folder: Path, written: Any, **others: Any) -> Contract:
    """The contract of a document; other files, by name, stand beside it (`a_yaml` for `a.yaml`)."""
    for name, value in others.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(value if isinstance(value, str) else json.dumps(value))
    path = folder / "api.json"
    path.write_text(json.dumps(written))
    contract, problems = examine(path)
    assert problems == []
    return contract


def accepts(contract: Contract, value: Any, *, closed: bool = True) -> bool:
    """Whether the reply of the first operation may be a value."""
    schema = next(iter(contract.operations[0].responses.all[0].content.values()))
    return contract.schemas.validator(schema, closed=closed).is_valid(value)
