"""Faults that any deployment can have: status, headers, freshness, repeatability, mixed-up accounts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from deployments.deployment import Deployment
from deployments.parts import Ask, RefusedError, Reply
from deployments.register import fault

ALL = "onepin essarion zkscore onceonly glyphnet"


@fault(ALL, "status", "X", "finish")
def head_with_body(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """HEAD is answered with the whole body."""
    reply.body_on_head = True


@fault(ALL, "headers", "X", "finish")
def no_allow(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """405 comes without Allow."""
    reply.headers.pop("Allow", None)


@fault(ALL, "status", "X", "route")
def any_method(plain: Deployment, ask: Ask) -> None:
    """POST, PUT and DELETE read the usage just like GET."""
    if ask.path not in plain.operations:
        raise RefusedError("not_found", "There is nothing here.")


@fault(ALL, "status", "X", "finish")
def other_method_404(plain: Deployment, ask: Ask, reply: Reply) -> None:
    """Another method on a known path is 404."""
    if reply.status == 405:
        missing = plain.refusal(ask, RefusedError("not_found", "There is nothing here."))
        reply.status, reply.body = 404, missing.body
        del reply.headers["Allow"]


@fault(ALL, "media type", "X", "finish")
def json_as_text(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Good replies call themselves text/plain."""
    if reply.status == 200:
        reply.headers["Content-Type"] = "text/plain; charset=utf-8"


@fault(ALL, "media type", "X-5", "finish")
def errors_as_html(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Refusals are web pages."""
    if reply.status in {401, 403}:
        reply.headers["Content-Type"] = "text/html"
        reply.body = "<html><body><h1>Not allowed</h1></body></html>"


@fault("onepin zkscore", "media type", "X", "finish")
def no_media_type(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Replies have no Content-Type."""
    reply.headers["Content-Type"] = ""


@fault("essarion glyphnet", "media type", "X-5", "finish")
def problem_json(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Refusals are problem+json, another media type and another shape."""
    if reply.status in {401, 403}:
        reply.headers["Content-Type"] = "application/problem+json"
        reply.body = {"type": "about:blank", "title": "Not allowed", "status": reply.status}


@fault(ALL, "freshness", "X", "horizon")
def stale_cache(_plain: Deployment, ask: Ask) -> int:
    """Numbers are up to three minutes old."""
    return ask.now - 60 - ask.now % 120


@fault("onepin essarion zkscore", "freshness", "X", "horizon")
def five_minutes_late(_plain: Deployment, ask: Ask) -> int:
    """Numbers are always five minutes old."""
    return ask.now - 300


@fault("onepin essarion zkscore glyphnet", "freshness", "X", "operate")
def cached_reply(plain: Deployment, ask: Ask) -> Any:
    """Whole replies are kept for two minutes, timestamps and all."""
    place = (ask.account, ask.path, json.dumps(ask.parameters, default=str))
    if place not in plain.memory or plain.memory[place][0] < ask.now - 120:
        plain.memory[place] = (ask.now, json.dumps(type(plain).operate(plain, ask)))
    return json.loads(plain.memory[place][1])


@fault(ALL, "another account", "X", "operate", sometimes=True)
def cache_without_account(plain: Deployment, ask: Ask) -> Any:
    """The cache forgets whose reply it keeps: the same request within five seconds gets it."""
    place = (ask.path, json.dumps(ask.parameters, default=str))
    if place not in plain.memory or plain.memory[place][0] < ask.now - 5:
        plain.memory[place] = (ask.now, json.dumps(type(plain).operate(plain, ask)))
    return json.loads(plain.memory[place][1])


def counter(plain: Deployment, body: Any) -> tuple[Any, str]:
    """Find a counter in the body of each contract."""
    places: dict[str, Any] = {
        "onepin": lambda: (
            (body["data"], "total_credits")
            if "total_credits" in body["data"]
            else (body["data"]["characters"], "total")
        ),
        "essarion": lambda: (body["summary"], "tokens_in"),
        "zkscore": lambda: (body["usage"], "dataTransferred"),
        "onceonly": lambda: (body.get("make", body), "requests_total_month"),
        "glyphnet": lambda: (body["breakdown"], "verify"),
    }
    found: tuple[Any, str] = places[plain.contract]()
    return found


@fault(ALL, "shape", "X-2")
def counter_as_float(plain: Deployment, _ask: Ask, body: Any) -> None:
    """A counter is written as 25.0."""
    if not isinstance(body.get("data"), list):
        holder, name = counter(plain, body)
        holder[name] = float(holder[name])


@fault(ALL, "shape", "X-2", sometimes=True)
def large_counter_as_text(plain: Deployment, _ask: Ask, body: Any) -> None:
    """A counter above a thousand is written as text."""
    if not isinstance(body.get("data"), list):
        holder, name = counter(plain, body)
        holder[name] = str(holder[name]) if holder[name] > 1000 else holder[name]


@fault(ALL, "repeatability", "X-1", sometimes=True)
def two_nodes(plain: Deployment, _ask: Ask, body: Any) -> None:
    """Every second read comes from a node that counts a hundredth less; small numbers look alike."""
    plain.memory["reads"] = plain.memory.get("reads", 0) + 1
    if plain.memory["reads"] % 2 and not isinstance(body.get("data"), list):
        holder, name = counter(plain, body)
        holder[name] -= holder[name] // 100


@fault(ALL, "shape", "X", sometimes=True)
def debug_field(_plain: Deployment, ask: Ask, body: Any) -> None:
    """One account's replies carry a field that nobody documented."""
    if ask.account == "steady":
        body["debug"] = {"node": 7}


@fault(ALL, "shape", "X-5", "finish")
def errors_as_message(_plain: Deployment, _ask: Ask, reply: Reply) -> None:
    """Refused credentials are told in another shape."""
    if reply.status in {401, 403}:
        reply.body = {"message": "Not allowed.", "status": reply.status}


@fault("onepin zkscore glyphnet", "freshness", "X", "answer")
def slow_data_clock(plain: Deployment, ask: Ask) -> Reply:
    """Numbers and timestamps lie ten minutes behind Date."""
    return type(plain).answer(plain, replace(ask, now=ask.now - 600))
