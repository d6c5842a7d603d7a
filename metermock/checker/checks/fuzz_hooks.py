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
from hypothesis.internal.conjecture import providers
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.cli import EventHandler, ExecutionContext, handler
from schemathesis.core.result import Ok
from schemathesis.engine.events import EngineEvent, PhaseFinished

from metermock.checker.inputs.values import ZONES
from metermock.contract.styles import IGNORED_HEADERS

_RECORD = Path(os.environ["METERMOCK_FUZZ_RECORD"])
_MOST = int(os.environ.get("METERMOCK_FUZZ_MOST", "0"))
_KNOWN: dict[str, dict[str, str | int]] = json.loads(
    Path(os.environ["METERMOCK_FUZZ_KNOWN"]).read_text(encoding="utf-8")
)
"""Values of path parameters that were answered, by operation."""
_LOCK = threading.Lock()
_recorded = itertools.count(1)
_asked: dict[str, int] = {}

# Hypothesis draws texts and numbers that stand in the source of local packages, which metermock is in a
# checkout, and not where a wheel is installed: the same seed has to give the same requests in both.
vars(providers)["is_local_module_file"] = lambda _: False

schemathesis.openapi.format("iana-timezone", st.sampled_from(ZONES))


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Let every other request ask for a thing that is there: made-up names get nothing but 404.

    No header is made up for a parameter that the specification tells readers to ignore: it means what HTTP
    says, and a made-up `Accept` gets a 406.
    """
    for name in [each for each in case.headers if each.lower() in IGNORED_HEADERS]:
        del case.headers[name]
    operation = case.operation.definition.raw.get("operationId", "")
    if operation in _KNOWN:
        _asked[operation] = _asked.get(operation, 0) + 1
        if _asked[operation] % 2:
            case.path_parameters = {**(case.path_parameters or {}), **_KNOWN[operation]}


@schemathesis.check
def metermock_record(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Append the exchange to the record, a line of JSON each."""
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    reply = {
        "status": response.status_code,
        "headers": headers,
        "started": time.time() - response.elapsed,
        "elapsed": response.elapsed,
        "reason": response.message,
        "version": response.http_version,
        "body": _base64(response.content),
    }
    operation = case.operation.definition.raw.get("operationId")
    with _LOCK:
        _append({"operation": operation, **_request(response.request), **reply})
        if next(_recorded) == _MOST:
            # At once, since schemathesis would send the next request before it looks whether to end.
            os._exit(0)


@handler()
class Probes(EventHandler[ExecutionContext]):
    """Records the requests by which schemathesis sees first what the server bears."""

    def handle_event(self, _context: ExecutionContext, event: EngineEvent) -> None:
        """Append them once all are sent."""
        payload = getattr(event, "payload", None)
        probes = payload.ok().probes if isinstance(event, PhaseFinished) and isinstance(payload, Ok) else ()
        ended = time.time()
        lines = []
        for probe in reversed(probes):
            if probe.request is not None:
                line = _of_probe(probe)
                # They went out one after the other.
                ended -= line["elapsed"]
                lines.append({**line, "started": ended})
        with _LOCK:
            for line in reversed(lines):
                _append(line)


def _of_probe(probe: Any) -> dict[str, Any]:
    """A line for a probe; its status is 0 where no reply came."""
    response = probe.response
    reply = {
        "status": response.status_code if response is not None else 0,
        "headers": list(response.headers.items()) if response is not None else [],
        "elapsed": response.elapsed.total_seconds() if response is not None else 0.0,
        "reason": response.reason or "" if response is not None else "",
        "version": "1.1",
        "body": _base64(response.content if response is not None else b""),
    }
    return {"operation": None, "probe": True, **_request(probe.request), **reply}


def _request(request: Any) -> dict[str, Any]:
    body = request.body or b""
    return {
        "method": request.method,
        "url": request.url,
        "sent": list(request.headers.items()),
        "sent_body": _base64(body if isinstance(body, bytes) else str(body).encode()),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _append(line: dict[str, Any]) -> None:
    with _RECORD.open("a", encoding="utf-8") as record:
        record.write(json.dumps(line) + "\n")
