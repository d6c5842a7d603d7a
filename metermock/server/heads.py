"""What is known of requests by their heads: all but the query.

Clients send the same path and headers again and again, with another query each time. From path and headers
follow the contract, the operation, the account and the preferences; so what was found for one request holds
for the next. Only what the query says is left to be read, and nothing of it has to be waited for.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Scope

from metermock.ledger.cache import HELD, Cache, next_token
from metermock.ledger.effort import NoLongWork, TooLongError
from metermock.remembered import Latest
from metermock.server.answer import Answer
from metermock.server.headers import held
from metermock.server.request import HttpRequest, Sent
from metermock.server.site import Site

LARGEST = 4 << 20
"""Bytes of all heads that are kept."""
PATH_PARAMS = "path_params"
HERE = NoLongWork()
"""Long work is left to the way on which it is waited for."""

Name = tuple[object, ...]
"""Method, path, path as it was spelled, headers."""


class Head:
    """What is known of the requests of one head."""

    __slots__ = ("finish", "known", "respond", "token")

    def __init__(self, known: HttpRequest, respond: Callable[[HttpRequest], Answer], site: Site) -> None:
        self.known = known
        self.respond = respond
        self.finish = site.finish
        self.token = next_token()

    def answer(self, scope: Scope) -> HttpRequest | None:
        """Return the answered request, with what is to be sent; None where that takes long, or fails."""
        if PATH_PARAMS in self.known.scope:
            scope[PATH_PARAMS] = self.known.scope[PATH_PARAMS]
        return answered(self.known.with_query_of(scope), self.respond, self.finish)


class Heads:
    """Keeps heads, up to a number of bytes; one is kept when it comes for the second time."""

    def __init__(self, limit: int = LARGEST) -> None:
        self.kept = Cache(limit)
        self.find: Callable[[Name], Head | None] = self.kept.get
        """What is known of a head, without a call more: each request asks."""
        self.latest = Latest()

    def keep(self, name: Name, http: HttpRequest, site: Site) -> None:
        """Keep what is known by a request that was answered, if it is the same for every query."""
        if http.respond is None or http.method != "GET" or not self.latest.again(name):
            return
        scope = {key: value for key, value in http.scope.items() if key == PATH_PARAMS}
        known = http.with_query_of({**scope, "query_string": b""})
        size = 4 * HELD + held(http.scope["headers"]) + 2 * len(http.path)
        self.kept.put(name, Head(known, http.respond, site), size)


def answered(
    http: HttpRequest,
    respond: Callable[[HttpRequest], Answer | None],
    finish: Callable[[HttpRequest, Answer], Sent],
) -> HttpRequest | None:
    """Return a request with what is to be sent for it; None where that takes long, or fails."""
    try:
        with HERE:
            answer = respond(http)
        if answer is None:
            return None
        finish(http, answer)
    except (TooLongError, Exception):  # noqa: BLE001 - the usual way meets it again, and words it
        return None
    return http


def name_of(scope: Scope) -> Name:
    """Return what stands for the head of a request, before its contract is known."""
    return scope["method"], scope["path"], scope.get("raw_path"), *scope["headers"]
