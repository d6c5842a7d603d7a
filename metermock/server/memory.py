"""What was sent for requests, so that the same request under the same frozen clock is answered from memory.

A reply follows from the contract, the seed, the clock, and of the request from its method, its target and the
headers that were read while it was answered. A server has one contract, seed and clock for a target. So under
a target stand the names of the headers that were ever read for it, and under the target and their values
stands the reply: two requests that agree in these have one reply.
"""

from __future__ import annotations

from collections.abc import Hashable

from starlette.types import Scope

from metermock.ledger.cache import HELD, Cache
from metermock.remembered import Latest
from metermock.server.headers import ALL_HEADERS, held
from metermock.server.request import HttpRequest, Sent

READING = frozenset(("GET", "HEAD"))
LARGEST = 32 << 20
"""Bytes of all replies that are kept."""
SERVER_ERROR = 500

Target = tuple[str, str, bytes, bytes]
"""Method, path, path as it was spelled, query."""


class Memory:
    """Keeps replies that may be sent again, up to a number of bytes; the longest unused go first.

    A reply is kept when the same request comes for the second time. Most come once, and to keep those would
    cost every request more than it saves a few.
    """

    def __init__(self, limit: int = LARGEST) -> None:
        self.kept = Cache(limit)
        self.latest = Latest()

    def find(self, target: Target, scope: Scope) -> Sent | None:
        """Return what was sent for the same request, if it is known."""
        names = self.kept.get(target)
        if names is None:
            return None
        sent: Sent | None = self.kept.get((target, *pairs(scope, names[0])))
        return sent

    def keep(self, target: Target, http: HttpRequest, sight: Hashable = None) -> None:
        """Keep what was sent for a request, unless the next reply to it may be another.

        `sight` stands for the request where something shorter than its headers does.
        """
        sent = http.sent
        if sent is None or sent[0]["status"] >= SERVER_ERROR:
            return
        if http.method not in READING or http.depends_on_body:
            return
        if sight is not None and not self.latest.again(sight):
            return
        names = http.headers.looked_for
        if sight is None and not self.latest.again((target, *http.headers.sent(names))):
            return
        before = self.kept.get(target)
        if before is not None and names is not ALL_HEADERS:
            names = ALL_HEADERS if before[0] is ALL_HEADERS else names | before[0]
        if before is None or before[0] != names:
            self.kept.put(target, (names,), 4 * HELD + len(target[1]) + len(target[2]) + len(target[3]))
        values = pairs(http.scope, names)
        size = held(values) + held(sent[0]["headers"]) + len(sent[1]["body"])
        self.kept.put((target, *values), sent, 6 * HELD + size)


def target_of(scope: Scope) -> Target:
    """Return what a request asks for, before its contract is known."""
    return scope["method"], scope["path"], scope.get("raw_path") or b"", scope["query_string"]


def pairs(scope: Scope, names: frozenset[bytes] | None) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request that have these names, as they were sent."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return headers if names is ALL_HEADERS else [pair for pair in headers if pair[0] in names]
