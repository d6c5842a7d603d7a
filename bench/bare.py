"""What HTTP alone costs: an ASGI application that sends prebuilt bytes, and reads nothing of a request."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import orjson
from starlette.types import Receive, Scope, Send

_bodies = itertools.cycle(
    [orjson.dumps(body) for body in json.loads(Path(os.environ["BENCH_BODIES"]).read_text(encoding="utf-8"))]
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the next prebuilt bytes."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = next(_bodies)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
