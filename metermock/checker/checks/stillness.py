"""Whether an account's data stand still, and how old replies may be, by what reads have shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from metermock.checker.checks.cached import seconds_cached
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request

SPAN = 5.0
"""Seconds of reads without a change, after which an account is taken to stand still."""
REPEATS = 8
"""Reads that found what an earlier read of the same request had found."""


@dataclass
class _Account:
    """What is known of one account; times are seconds of a clock that never goes back."""

    began: float
    replies: dict[Request, int] = field(default_factory=dict)
    repeats: int = 0
    has_moved: bool = False


class Stillness:
    """Notes each good reply, by account; one change of any reply says that the account moves, for good."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[str | None, _Account] = {}
        self._lock = threading.Lock()
        self.cached = 0.0
        """Seconds for which a gateway gives out a reply again, where a reply has said that one does."""

    def note(self, reply: Reply, digest: int) -> None:
        """Note a reply, and a digest of what it says: the replies of a whole check would fill the memory."""
        with self._lock:
            self.cached = max(self.cached, seconds_cached(reply.exchange.headers))
            account = self._accounts.setdefault(reply.request.account, _Account(self._clock()))
            before = account.replies.get(reply.request)
            account.replies[reply.request] = digest
            account.repeats += before == digest
            account.has_moved = account.has_moved or before not in {None, digest}

    def stands_still(self, account: str | None) -> bool:
        """Whether many reads over some seconds saw no change of the account's data."""
        with self._lock:
            known = self._accounts.get(account)
            return (
                known is not None
                and not known.has_moved
                and known.repeats >= REPEATS
                and self._clock() - known.began >= SPAN + self.cached
            )
