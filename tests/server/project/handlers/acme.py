"""An invented vendor's usage API, some faults included."""

from __future__ import annotations

from typing import Any

from metermock import Refusal, Refused, Reply, Request, Window

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


def authorize(request: Request) -> None:
    """Keep other sites out."""
    if request.headers.get("x-site-id", "main") != "main":
        raise Refused("forbidden", "another site")


def always(request: Request) -> dict[str, str]:
    """Name the request on every reply."""
    return {"X-Request-Id": request.id}


def get_usage(request: Request) -> dict[str, Any] | Reply:
    """Count the calls of the last days."""
    fault, days = request.parameters["fault"], request.parameters["days"]
    if fault == "raise":
        raise RuntimeError("a secret of the handler")
    assert request.account is not None
    assert request.usage is not None
    calls = request.usage.total(Window.trailing(request.now, days * 86_400))["calls"]
    body: dict[str, Any] = {
        "account": request.account.name,
        "days": days,
        "note": request.parameters.get("note"),
        "calls": calls,
        "good": calls + 1 if fault == "lie" else calls,
        "bad": 0,
    }
    if fault == "stray":
        body["extra"] = True
    return Reply(200, body, {"X-Note": "a\r\nb"}) if fault == "rewrite" else body


def get_site_usage(request: Request) -> dict[str, Any]:
    """Count the calls of a site; there is one."""
    if request.parameters["site"] != "main":
        raise Refused("unknown_resource", facts={"name": "site", "value": request.parameters["site"]})
    assert request.usage is not None
    calls = request.usage.total(Window.trailing(request.now, 86_400))["calls"]
    return {"site": "main", "calls": calls}


def get_status(_request: Request) -> dict[str, bool]:
    """Be up."""
    return {"up": True}


def refuse(refusal: Refusal, _request: Request) -> Reply:
    """Write every error in the same shape."""
    body: dict[str, Any] = {"error": refusal.reason, "why": refusal.why}
    if refusal.violations:
        body["fields"] = [f"{violation.name}: {violation.kind}" for violation in refusal.violations]
    headers = {}
    if refusal.reason == "method_not_allowed":
        headers["Allow"] = refusal.facts["allow"]
    if refusal.reason == "rate_limited":
        headers["Retry-After"] = str(refusal.facts["retry_after"])
    return Reply(STATUSES[refusal.reason], body, headers)
