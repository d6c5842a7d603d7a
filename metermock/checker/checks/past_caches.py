"""Asks past a cache that says nothing of itself: by another spelling of the same request."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from metermock.checker.checks.expectation import successes
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.gateway import is_limited
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.contract import Operation
from metermock.errors import MetermockError, NoReplyError


class LimitedError(MetermockError):
    """A limit was in the way of a reply past caches, however long it was waited out."""


@dataclass
class PastCaches:
    """Sends requests in spellings that no cache has a reply for, and remembers what that has mended.

    Two requests that mean the same are two entries of a cache, each of which goes on to show another
    instant. Empty pairs at the end of a query (`?days=7&&`) mean nothing to a server and another address to
    a cache, unless that sorts queries before it looks them up.
    """

    client: Client
    _mended: dict[tuple[str, str], None] = field(default_factory=dict)
    """The rules and operations that were broken, and not where the same was asked past caches."""
    _broken: set[tuple[str, str]] = field(default_factory=set)
    """Those that were broken past caches too, of which a finding tells."""
    _numbers: dict[str, itertools.count[int]] = field(default_factory=dict)
    """By the address: a number for all of them would make the last ones too long for a server."""

    def mend(self, rule: str, operation: str) -> None:
        """Take note that nothing is said of a rule, which was not broken past caches."""
        self._mended[rule, operation] = None

    def confirm(self, rule: str, operation: str) -> None:
        """Take note that a rule was broken past caches too, or that nobody could tell."""
        self._broken.add((rule, operation))

    def ask(self, operation: Operation, request: Request) -> Reply | None:
        """The reply past caches, judged by nobody; None where that cannot be had.

        A deployment may refuse such a query, and only GET is cached. LimitedError if a documented limit does
        not end: that says nothing.
        """
        if request.method != "GET":
            return None
        number = next(self._numbers.setdefault(request.full_url, itertools.count(1)))
        spelled = replace(request, raw_query=request.query_text + "&" * number)
        try:
            reply = self.client.send(operation, spelled)
        except NoReplyError:
            return None
        if is_limited(operation, reply):
            raise LimitedError
        return reply if reply.status in successes(operation) else None

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each rule of which nothing is said for that reason."""
        return tuple(
            f"{rule} of {operation}: replies differed, and not for sure when asked past caches: the data "
            "moved, a cache answers that says nothing of itself (no Age, no X-Cache), or the server reads "
            "empty pairs at the end of a query as something else"
            for rule, operation in self._mended
            if (rule, operation) not in self._broken
        )
