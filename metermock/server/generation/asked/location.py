"""Where the reply to a request that makes something says that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from metermock.contract import Operation
from metermock.contract.response import Response
from metermock.ledger import dice
from metermock.server.generation.asked.cursors import IDS
from metermock.server.generation.asked.page_links import PageLinks
from metermock.server.generation.asked.responses import usual
from metermock.server.generation.words import names
from metermock.server.handling import Reply, Request


class Location:
    """Says where the things are that an operation makes."""

    def __init__(self, operation: Operation, links: PageLinks) -> None:
        self._operation = operation
        self._links = links

    @cached_property
    def _things(self) -> str | None:
        """The path below which the things lie; None where it is the operation's own, or unknown.

        `POST /usage/exports` makes what `GET /exports/{id}` shows, where both replies have one schema.
        """
        found = set()
        made = _schemas_of(self._operation)
        for each in self._operation.contract.operations:
            above, _, last = each.path.rpartition("/")
            if each.method.lower() != "get" or not last.startswith("{"):
                continue
            if above == self._operation.path.rstrip("/"):
                return None
            if "{" not in above and any("$ref" in one and one in _schemas_of(each) for one in made):
                found.add(above)
        return found.pop() if len(found) == 1 else None

    def __call__(self, reply: Reply, request: Request, response: Response, key: int) -> Reply:
        """The reply with a documented `Location` below a path of the contract, at the id that the body tells.

        A documented example of it stays. It is a path, or a URL where its schema takes no path.
        """
        name = next((each for each in reply.headers if each.lower() == "location"), None)
        header = response.headers.get(name) if name is not None else None
        if name is None or header is None or header.example is not None:
            return reply
        thing = _id_of(reply.body)
        last = f"{dice.draw(key, 1):x}" if thing is None else quote(str(thing), safe="")
        path = self._things or self._links.path(request).rstrip("/")
        url = request.link(f"{path}/{last}")
        texts = (urlsplit(url).path, url)
        text = next((each for each in texts if header.reader.accepts(each)), reply.headers[name])
        return replace(reply, headers={**reply.headers, name: text})


def _schemas_of(operation: Operation) -> Sequence[dict[str, Any]]:
    """The schemas of an operation's usual reply."""
    response = usual(operation)
    return [each for each in (response.content if response else {}).values() if isinstance(each, dict)]


def _id_of(body: Any) -> str | int | None:
    """The id of what was made: that of the body, or of the one object that the body wraps."""
    if not isinstance(body, dict):
        return None
    ids = [value for name, value in body.items() if names.plain(name) in IDS]
    if ids and isinstance(ids[0], str | int):
        return ids[0]
    inner = [each for each in body.values() if isinstance(each, dict)]
    return _id_of(inner[0]) if len(inner) == 1 else None
