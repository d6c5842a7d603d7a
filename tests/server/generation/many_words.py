"""Documents of collections, in several words, and what asks them without a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.project import open_words
from metermock.server.generation.handlers import completed
from metermock.server.handling import Request
from tests.server.generation.made import COUNT, INSTANT, TEXT, object_of

SEEDS = (1, 7, 42)
MAYBE_INSTANT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
FLAG: dict[str, Any] = {"type": "boolean"}


@dataclass(frozen=True)
class Words:
    """How one API calls its things, and their fields."""

    things: str
    rows: str
    total: str
    born: str
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    amount: str
    flag: str
    whose: str
    ends: tuple[str, ...]
    """Instants that follow the first one, in their order."""
    offset: str


MAILS = Words(
    things="messages",
    rows="data",
    total="total",
    born="created_at",
    states=("queued", "sent", "delivered", "failed"),
    kinds=("sms", "email", "push"),
    amount="price_cents",
    flag="is_test",
    whose="customer_id",
    ends=("sent_at", "delivered_at"),
    offset="offset",
)
JOBS = Words(
    things="jobs",
    rows="items",
    total="totalCount",
    born="createdAt",
    states=("PENDING", "RUNNING", "COMPLETED", "FAILED"),
    kinds=("small", "large"),
    amount="durationMs",
    flag="urgent",
    whose="projectId",
    ends=("startedAt", "completedAt"),
    offset="skip",
)
ORDERS = Words(
    things="orders",
    rows="results",
    total="count",
    born="placed_at",
    states=("new", "paid", "shipped", "cancelled"),
    kinds=("web", "shop"),
    amount="quantity",
    flag="gift",
    whose="buyer",
    ends=("shipped_at", "cancelled_at"),
    offset="offset",
)
ALL = (MAILS, JOBS, ORDERS)


def document(words: Words) -> dict[str, Any]:
    """A document with a list of things, one of them, and what makes one."""
    fields = {
        "id": TEXT,
        "status": {"type": "string", "enum": list(words.states)},
        "type": {"type": "string", "enum": list(words.kinds)},
        words.whose: TEXT,
        words.amount: COUNT,
        words.flag: FLAG,
        "tags": {"type": "array", "items": TEXT},
        words.born: INSTANT,
        "updated_at": INSTANT,
        **dict.fromkeys(words.ends, MAYBE_INSTANT),
    }
    thing = object_of(**fields)
    listed = object_of(**{words.rows: {"type": "array", "items": thing}, words.total: COUNT})
    query: dict[str, Any] = {
        "status": fields["status"],
        "type[]": {"type": "array", "items": fields["type"]},
        words.whose: TEXT,
        f"min_{words.amount}": COUNT,
        f"max_{words.amount}": COUNT,
        words.flag: FLAG,
        "since": INSTANT,
        "until": INSTANT,
        "sort": TEXT,
        "limit": COUNT,
        words.offset: COUNT,
    }
    body = {"type": "object", "properties": {each: fields[each] for each in ("status", "tags", words.whose)}}
    collection = {"get": _operation("list", listed, query), "post": _operation("make", thing, {}, 201, body)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            f"/{words.things}": collection,
            f"/{words.things}/{{id}}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                "get": _operation("one", thing, {}),
            },
        },
    }


def _operation(
    name: str, schema: Any, query: Mapping[str, Any], status: int = 200, body: Any = None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": name,
        "parameters": [{"name": each, "in": "query", "schema": schema} for each, schema in query.items()],
        "responses": {
            str(status): {"description": "ok", "content": {"application/json": {"schema": schema}}}
        },
    }
    return made | (
        {"requestBody": {"content": {"application/json": {"schema": body}}}} if body is not None else {}
    )


def asker(folder: Path, document: Mapping[str, Any], seed: int = 1) -> Callable[..., Any]:
    """What asks an operation of a document, and gives a body that its schema accepts."""
    file = folder / "collections.json"
    file.write_text(json.dumps(document))
    project, (name,) = open_words([str(file)])
    loaded = project.load(name)
    service = completed(replace(loaded, world=replace(loaded.world, seed=seed)), tells=False)

    def ask(
        operation_id: str,
        account: str = "steady",
        *,
        body: Any = None,
        now: int | None = None,
        **parameters: Any,
    ) -> Any:
        operation = service.contract.operation(operation_id)
        given = {each.key: each.default for each in operation.parameters if each.default is not ABSENT}
        reply = service.handlers.operations[operation_id](
            Request(
                operation=operation_id,
                parameters={**given, **parameters},
                account=service.world.accounts[account],
                key=None,
                usage=None,
                now=service.world.clock if now is None else now,
                settings=service.world.settings,
                world=service.world,
                headers={},
                body=body,
            )
        )
        accepts = service.contract.schemas.validator(
            operation.responses[reply.status].content["application/json"], closed=False
        )
        assert accepts.is_valid(reply.body), reply.body
        return reply.body

    return ask
