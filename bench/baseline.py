"""What the mock is measured against: a Starlette route that answers prebuilt objects with orjson.

It routes, and serialises one of the objects handed to it. It checks no credential, validates nothing and
counts nothing.
"""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_bodies = itertools.cycle(json.loads(Path(os.environ["BENCH_BODIES"]).read_text(encoding="utf-8")))


async def answer(_request: Request) -> Response:
    """Answer with the next prebuilt object."""
    return Response(orjson.dumps(next(_bodies)), media_type="application/json")


app = Starlette(routes=[Route("/{path:path}", answer)])
