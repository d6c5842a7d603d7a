"""A small project whose handlers echo what they get, for tests of requests on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import Server

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
SCHEMES: dict[str, dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "Digest"},
    "hoba": {"type": "http", "scheme": "hoba"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
}


def parameter(name: str, place: str, schema: Any, **more: Any) -> dict[str, Any]:
    """A parameter of a document."""
    return {"name": name, "in": place, "required": place == "path", "schema": schema, **more}


FILTER = {"type": "object", "required": ["model"], "properties": {"model": TEXT, "days": NUMBER}}

HANDLER = """
from metermock import Refusal, Reply, Request

STATUSES = {
    "not_found": 404,
    "method_not_allowed": 405,
    "unauthenticated": 401,
    "forbidden": 403,
    "invalid": 400,
    "unknown_resource": 404,
    "rate_limited": 429,
    "internal": 500,
}
ODD = {"nan": float("nan"), "infinity": float("inf"), "null": None}


def echo(request):
    parameters = dict(request.parameters)
    odd = parameters.get("odd")
    if odd == "text":
        return "a,b"
    return {
        "who": request.account.name if request.account else None,
        "parameters": parameters,
        "body": request.body,
        "rows": [{"cost": ODD.get(odd, 1.5)}],
    }


def refuse(refusal, request):
    told = [each.message for each in refusal.violations]
    return Reply(STATUSES[refusal.reason], {"error": refusal.reason, "why": refusal.why, "told": told})
"""
WORLD: dict[str, Any] = {
    "clock": "2026-03-18T15:42:07Z",
    "plans": {"small": {"label": "Small", "facts": {}, "reads_per_minute": 1000}},
    "calls": {"dimensions": {"status": {"values": {"200": 95, "500": 5}}}},
    "shapes": {"flat": {"hours": [1] * 24, "weekdays": [1] * 7, "bursts": 0, "noise": 0}},
    "accounts": {
        name: {
            "about": name,
            "plan": "small",
            "zone": "UTC",
            "since": "2026-01-01T00:00:00Z",
            "keys": [{"id": f"key_{name}", "name": "main", "created": "2026-01-01T00:00:00Z"}],
            "traffic": [],
        }
        for name in ("ann", "bob")
    },
}


def project(
    folder: Path,
    operations: dict[str, dict[str, Any]],
    schemes: dict[str, dict[str, Any]],
    *,
    servers: list[dict[str, Any]] | None = None,
    security: list[dict[str, Any]] | None = None,
) -> str:
    """Write a project; `operations` are by method and path. Each account has a credential of each scheme."""
    paths: dict[str, Any] = {}
    names: list[str] = []
    for title, operation in operations.items():
        method, path = title.split()
        names.append(f"ask{len(names)}")
        replies = {code: {"description": code} for code in ("200", "400", "401", "404")}
        made = {"operationId": names[-1], "responses": replies, **operation}
        paths.setdefault(path, {})[method.lower()] = made
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Wired", "version": "1"},
        "servers": servers or [],
        "security": [{name: []} for name in schemes] if security is None else security,
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }
    credentials = [
        {
            "name": f"{who}-{name}",
            "account": who,
            "scheme": name,
            "value": f"{who}-{name}",
            "key": f"key_{who}",
        }
        for who in ("ann", "bob")
        for name in schemes
    ]
    for room in ("openapi", "handlers", "fixtures"):
        (folder / room).mkdir(exist_ok=True)
    (folder / "openapi" / "wired.openapi.yaml").write_text(json.dumps(document))
    aliases = "".join(f"{name} = echo\n" for name in names)
    (folder / "handlers" / "wired.py").write_text(HANDLER + aliases)
    (folder / "fixtures" / "wired.yaml").write_text(json.dumps({**WORLD, "credentials": credentials}))
    return str(folder)


def ask(server: Server, path: str, **headers: str) -> httpx.Response:
    """Ask with a key."""
    with server.client() as client:
        return client.get(path, headers={"X-Key": "ann-key", **headers})
