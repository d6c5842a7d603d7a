"""Loaded by schemathesis in its own process: draws values that the formats allow, and records every reply.

Nothing is judged here, so that no change of schemathesis can change a verdict.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, CheckContext, HookContext, Response

from metermock.checker.inputs.values import ZONES

_RECORD = Path(os.environ["METERMOCK_FUZZ_RECORD"])
_MOST = int(os.environ.get("METERMOCK_FUZZ_MOST", "0"))
_KNOWN: dict[str, dict[str, str | int]] = json.loads(
    Path(os.environ["METERMOCK_FUZZ_KNOWN"]).read_text(encoding="utf-8")
)
"""Values of path parameters that were answered, by operation."""
_LOCK = threading.Lock()
_recorded = itertools.count(1)
_asked: dict[str, int] = {}

schemathesis.openapi.format("iana-timezone", st.sampled_from(ZONES))


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Let every other request ask for a thing that is there: made-up names get nothing but 404."""
    operation = case.operation.definition.raw.get("operationId", "")
    if operation in _KNOWN:
        _asked[operation] = _asked.get(operation, 0) + 1
        if _asked[operation] % 2:
            case.path_parameters = {**(case.path_parameters or {}), **_KNOWN[operation]}


@schemathesis.check
def metermock_record(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Append the exchange to the record, a line of JSON each."""
    request = response.request
    body = request.body or b""
    line = {
        "operation": case.operation.definition.raw.get("operationId"),
        "method": request.method,
        "url": request.url,
        "sent": list(request.headers.items()),
        "sent_body": base64.b64encode(body if isinstance(body, bytes) else str(body).encode()).decode(
            "ascii"
        ),
        "status": response.status_code,
        "headers": [(name, value) for name, values in response.headers.items() for value in values],
        "started": time.time() - response.elapsed,
        "elapsed": response.elapsed,
        "reason": response.message,
        "version": response.http_version,
        "body": base64.b64encode(response.content).decode("ascii"),
    }
    with _LOCK, _RECORD.open("a", encoding="utf-8") as record:
        record.write(json.dumps(line) + "\n")
        record.flush()
        if next(_recorded) == _MOST:
            # At once, since schemathesis would send the next request before it looks whether to end.
            os._exit(0)
