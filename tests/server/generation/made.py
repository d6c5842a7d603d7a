"""Replies of a document in memory, made as the mock makes them, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.project import Service, open_words
from metermock.server.generation.handlers import completed
from metermock.server.generation.values.scene import TooDeepError
from metermock.server.handling import Request

COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
AMOUNT: dict[str, Any] = {"type": "number", "minimum": 0}
TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "empty", "huge")
"""Accounts of the default world, each in another state."""
SEEDS = (0, 7, 42)
HEADERS = {"ETag": {"schema": TEXT}, "X-Limit": {"schema": WHOLE}} | {
    f"X-{name}": {"schema": WHOLE}
    for name in ("Total-Count", "Total-Pages", "Page", "Next-Page", "Prev-Page")
}
"""The headers of each reply."""

Ask = Callable[..., Any]


def object_of(**fields: Any) -> dict[str, Any]:
    """The schema of an object that has all of its fields."""
    return {"type": "object", "required": list(fields), "properties": fields}


def rows_of(**fields: Any) -> dict[str, Any]:
    """The schema of a list of such objects."""
    return {"type": "array", "items": object_of(**fields)}


def query(**schemas: Any) -> list[dict[str, Any]]:
    """Parameters of a query."""
    return [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]


def filled(fill: Any, *given: Any) -> dict[str, Any] | str:
    """The fields that are made, in their order; what was raised for those that would never end."""
    made: dict[str, Any] = {}
    try:
        fill(made, *given)
    except TooDeepError:
        return f"too deep behind {list(made)}"
    return made


def asking(
    folder: Path, schema: Any, parameters: Sequence[Mapping[str, Any]] = (), *, path: str = "/usage"
) -> Ask:
    """What asks an operation, whose reply has a schema, as an account, and gives the body."""
    return asking_all(folder, {path: (schema, parameters)}, path)


def asking_all(
    folder: Path,
    paths: Mapping[str, tuple[Any, Sequence[Mapping[str, Any]]]],
    usual: str,
    *,
    seed: int = 0,
    shared: Mapping[str, Any] | None = None,
) -> Ask:
    """What asks an operation for each path; `path` names another than the usual one, `now` another clock.

    `shared` are schemas that others refer to.
    """
    service = service_of(folder, paths, seed=seed, shared=shared)

    def ask(
        account: str = "steady",
        *,
        path: str = usual,
        headers: bool = False,
        now: int = service.world.clock,
        **parameters: Any,
    ) -> Any:
        operation = service.contract.operation(path)
        given = {each.key: each.default for each in operation.parameters if each.default is not ABSENT}
        request = Request(
            operation=path,
            parameters={**given, **parameters},
            account=service.world.accounts[account],
            key=None,
            usage=None,
            now=now,
            settings=service.world.settings,
            world=service.world,
            headers={},
            link=lambda path: f"http://mock.example{path}",
        )
        reply = service.handlers.operations[path](request)
        response = operation.responses[200]
        accepts = service.contract.schemas.validator(response.content["application/json"], closed=False)
        assert accepts.is_valid(reply.body), reply.body
        return reply.headers if headers else reply.body

    return ask


def service_of(
    folder: Path,
    paths: Mapping[str, tuple[Any, Sequence[Mapping[str, Any]]]],
    *,
    seed: int = 0,
    shared: Mapping[str, Any] | None = None,
) -> Service:
    """A service that makes the replies of an operation for each path."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {path: {"get": _operation(path, *each)} for path, each in paths.items()},
        "components": {"schemas": dict(shared or {})},
    }
    file = folder / "made.json"
    file.write_text(json.dumps(document))
    project, (name,) = open_words([str(file)])
    read = project.load(name)
    seeded = replace(read, world=replace(read.world, seed=seed))
    return completed(seeded, dynamic=True, tells=False)


def _operation(path: str, schema: Any, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": path,
        "parameters": list(parameters),
        "responses": {"200": {"description": "ok", "content": content, "headers": HEADERS}},
    }
