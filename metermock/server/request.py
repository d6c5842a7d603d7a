"""An HTTP request to the mock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import Message, Scope

from metermock.contract.wire_text import pairs_of
from metermock.errors import Violation
from metermock.server.answer import Answer
from metermock.server.grant import Grant
from metermock.server.handling import Reads
from metermock.server.headers import RequestHeaders
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferences.syntax import Pair

Sent = tuple[Message, Message]
"""A reply as it was sent: its start and its body."""

SCOPE_KEY = "metermock.request"
CONNECTION = "metermock.connection"
"""Under these two keys a scope has its request, and the connection that it came on."""
SEEDED = "site"
"""The key of a request's context under which the site of the seed is that it prefers."""
TRIED = "metermock.tried"
"""A scope has this key where it is known that its request cannot be answered at once."""
SLASH = "\ufdd0"
"""Stands for a slash inside a segment of a path: Unicode has promised never to give it a meaning."""


def _segments(raw: bytes) -> str:
    """A path whose segments are decoded one by one, so that the router splits it where the client did."""
    decoded = (unquote_to_bytes(segment).decode("utf-8", "replace") for segment in raw.split(b"/"))
    return "/".join(segment.replace("/", SLASH) for segment in decoded)


class HttpRequest:
    """A request as it arrived, and what is found out about it on its way: contract, grant, parameters."""

    __slots__ = (
        "applied",
        "base",
        "body",
        "body_faults",
        "context",
        "depends_on_body",
        "grant",
        "headers",
        "in_query",
        "is_chosen",
        "method",
        "now",
        "parameters",
        "path",
        "preferences",
        "prefix",
        "query_string",
        "reads",
        "respond",
        "scope",
        "sent",
    )

    def __init__(self, scope: Scope, now: int) -> None:
        self.scope = scope
        self.now = now
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        """The path inside the contract, once the dispatcher has found the contract.

        A slash that a segment has in itself, `%2F` on the wire, is SLASH here.
        """
        self.query_string: str = scope["query_string"].decode("latin-1")
        """The query as it was sent, without the preferences in it."""
        raw = scope.get("raw_path") or b""
        if b"%2f" in raw or b"%2F" in raw:
            # A copy: the access log is to show the path that came.
            self.path = _segments(raw)
            self.scope = {**scope, "path": self.path}
        self.prefix = ""
        """What stands before `path` in the request."""
        self.headers = RequestHeaders(scope["headers"])
        self.grant: Grant | None = None
        self.reads: Reads | None = None
        self.parameters: dict[str, Any] = {}
        self.body: Any = None
        """The value of the body, and what is wrong with it, where the operation takes one."""
        self.body_faults: tuple[Violation, ...] = ()
        self.depends_on_body = False
        self.base = ""
        """The preferences in front of the path, as they were spelled; links begin with them."""
        self.in_query: tuple[Pair, ...] = ()
        """The preferences that stood in the query."""
        self.preferences: Preferences | None = None
        self.applied: dict[str, str] = {}
        """What was done of the preferences, by key."""
        self.is_chosen = False
        """Whether its reply is the one that it prefers, whatever was asked."""
        self.sent: Sent | None = None
        """What was sent for it, once it has been answered."""
        self.context: dict[str, Any] = {}
        """What connexion's security found: `token_info` holds the grant."""
        self.respond: Callable[[HttpRequest], Answer] | None = None
        """What answered it, where the same does so for every query; see `Heads`."""

    def with_query_of(self, scope: Scope) -> HttpRequest:
        """Return a request that differs from this one in its query alone, before it is answered.

        All that was found out by the path and the headers is taken over, the headers themselves too.
        """
        made = HttpRequest.__new__(HttpRequest)
        made.scope = scope
        made.now, made.method, made.path, made.prefix = self.now, self.method, self.path, self.prefix
        made.query_string = scope["query_string"].decode("latin-1")
        made.headers, made.grant, made.respond = self.headers, self.grant, self.respond
        made.reads = made.preferences = made.sent = made.body = None
        made.parameters, made.applied, made.context = {}, {}, {}
        made.body_faults = ()
        made.depends_on_body = made.is_chosen = False
        made.base = ""
        made.in_query = ()
        return made

    def enter(self, prefix: str) -> None:
        """Take a prefix off the path."""
        self.prefix = prefix
        self.path = self.path[len(prefix) :]

    def apply(self, *names: str) -> None:
        """Note preferences that were met."""
        texts = self.preferences.texts if self.preferences is not None else {}
        self.applied.update((name, texts[name]) for name in names if name in texts)

    def path_values(self) -> list[str]:
        """Return the texts of the path's parameters, in their order, with their own slashes."""
        return [value.replace(SLASH, "/") for value in self.scope["path_params"].values()]

    def wire_path(self) -> str:
        """Return the path inside the contract as it was spelled, percent-encoded."""
        raw: bytes = self.scope.get("raw_path") or b""
        # A prefix is spelled in as many segments as it has, however they are encoded.
        return "/" + "/".join(raw.decode("latin-1").split("/")[1 + self.prefix.count("/") :])

    def query(self) -> list[tuple[str, str]]:
        """Return the query's pairs, decoded; bytes that are not UTF-8 become lone surrogates."""
        return pairs_of(self.query_string)
