"""Faults of the plain glyphnet's headers and credentials."""

from __future__ import annotations

from deployments.glyphnet import KEYS, Glyphnet
from deployments.parts import (
    Ask,
    RefusedError,
    Reply,
    instant,
)
from deployments.register import fault

GL = "glyphnet"


@fault(GL, "headers", "GL-7", "finish")
def month_in_headers(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """X-RateLimit-Remaining is what is left of the month."""
    if reply.status == 200:
        reply.headers["X-RateLimit-Remaining"] = str(reply.body["remaining"])


@fault(GL, "headers", "GL-7", "finish", sometimes=True)
def free_limit_in_headers(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """X-RateLimit-Limit is the free plan's."""
    reply.headers["X-RateLimit-Limit"] = "60"


@fault(GL, "headers", "header", "finish")
def errors_without_limits(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """Refusals carry no X-RateLimit headers."""
    if reply.status != 200:
        reply.headers = {name: text for name, text in reply.headers.items() if not name.startswith("X-Rate")}


@fault(GL, "headers", "GL-7", "finish")
def reset_as_instant(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """X-RateLimit-Reset is a date-time."""
    reply.headers["X-RateLimit-Reset"] = instant(int(reply.headers["X-RateLimit-Reset"]))


@fault(GL, "credentials", "GL-12", "permit")
def scope_unread(_plain: Glyphnet, _scopes: tuple[str, ...]) -> None:
    """A key without usage:read is let in."""


@fault(GL, "credentials", "GL-12", "finish")
def scope_as_401(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """A key without usage:read is 401."""
    if reply.status == 403:
        reply.status = 401


@fault(GL, "shape", "GL-12", "finish")
def scopes_on_top(_plain: Glyphnet, _ask: Ask, reply: Reply) -> None:
    """The 403's fields stand beside the error instead of under details."""
    if reply.status == 403 and "details" in reply.body:
        reply.body |= reply.body.pop("details")


@fault(GL, "credentials", "X-5", "keys")
def bearer_enters(_plain: Glyphnet, ask: Ask) -> list[str]:
    """A key is also taken out of Authorization."""
    return ask.every("x-api-key") or [(ask.header("authorization") or "").removeprefix("Bearer ")]


@fault(GL, "credentials", "GL-12", "finish", sometimes=True)
def empty_key_is_invalid(_plain: Glyphnet, ask: Ask, reply: Reply) -> None:
    """An empty key is invalid_api_key."""
    if reply.status == 401 and ask.header("x-api-key") == "":
        reply.body["error"] = "invalid_api_key"


@fault(GL, "credentials", "common", "recognise", sometimes=True)
def refused_test_keys(plain: Glyphnet, ask: Ask) -> None:
    """Test keys are refused."""
    if (ask.header("x-api-key") or "").startswith("gn_test_"):
        raise RefusedError("invalid_api_key", "This key is not valid.")
    Glyphnet.recognise(plain, ask)


@fault(GL, "another account", "isolation", "recognise", sometimes=True)
def other_account_for_test_keys(plain: Glyphnet, ask: Ask) -> None:
    """Test keys see a demonstration account."""
    Glyphnet.recognise(plain, ask)
    if (ask.header("x-api-key") or "").startswith("gn_test_") and ask.header("x-api-key") in KEYS:
        ask.account = "still"
