"""Asks past a cache that says nothing of itself: by another spelling of the same request."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from metermock.checker.checks.expectation import successes
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.contract import Operation
from metermock.errors import NoReplyError


@dataclass
class PastCaches:
    """Sends requests in spellings that no cache has a reply for, and remembers what that has mended.

    Two requests that mean the same are two entries of a cache, each of which goes on to show another
    instant. Empty pairs at the end of a query (`?days=7&&`) mean nothing to a server and another address to
    a cache, unless that sorts queries before it looks them up.
    """

    client: Client
    mended: dict[tuple[str, str], None] = field(default_factory=dict)
    """The rules and operations that were broken, and not where the same was asked past caches."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def ask(self, operation: Operation, request: Request) -> Reply | None:
        """The reply past caches, judged by nobody; None where that cannot be had.

        A deployment may refuse such a query, and only GET is cached.
        """
        if request.method != "GET":
            return None
        spelled = replace(request, raw_query=request.query_text + "&" * next(self._numbers))
        try:
            reply = self.client.send(operation, spelled)
        except NoReplyError:
            return None
        return reply if reply.status in successes(operation) else None

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each rule of which nothing is said for that reason."""
        return tuple(
            f"{rule} of {operation}: replies differed, and not for sure when asked past caches: the data "
            "moved, or a cache answers that says nothing of itself (no Age, no X-Cache)"
            for rule, operation in self.mended
        )
