"""Where the reply to a request that makes something says that it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from metermock.contract.response import Response
from metermock.ledger import dice
from metermock.server.generation import names
from metermock.server.generation.cursors import IDS
from metermock.server.handling import Reply, Request


def located(reply: Reply, path: str, request: Request, response: Response, key: int) -> Reply:
    """The reply with a documented `Location` below a path of the contract, at the id that the body tells.

    A documented example of it stays. It is a path, or a URL where its schema takes no path.
    """
    name = next((each for each in reply.headers if each.lower() == "location"), None)
    header = response.headers.get(name) if name is not None else None
    if name is None or header is None or header.example is not None:
        return reply
    thing = _id_of(reply.body)
    last = f"{dice.draw(key, 1):x}" if thing is None else quote(str(thing), safe="")
    url = request.link(f"{path}/{last}")
    texts = (urlsplit(url).path, url)
    text = next((each for each in texts if header.reader.accepts(each)), reply.headers[name])
    return replace(reply, headers={**reply.headers, name: text})


def _id_of(body: Any) -> str | int | None:
    """The id of what was made: that of the body, or of the one object that the body wraps."""
    if not isinstance(body, dict):
        return None
    ids = [value for name, value in body.items() if names.plain(name) in IDS]
    if ids and isinstance(ids[0], str | int):
        return ids[0]
    inner = [each for each in body.values() if isinstance(each, dict)]
    return _id_of(inner[0]) if len(inner) == 1 else None
