"""Enforced rate limits: the plan's reads per minute, counted per credential over a sliding minute.

They use the machine's clock, not the mock's: a frozen minute would never end.
"""

from __future__ import annotations

import logging
import math
import time
from functools import lru_cache

from limits import RateLimitItemPerMinute
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from metermock.errors import Refused, StorageDownError, UsageError
from metermock.server.grant import Grant

logger = logging.getLogger("metermock")

MEMORY = "memory://"

item = lru_cache(maxsize=None)(RateLimitItemPerMinute)


class Rates:
    """Counts reads in a storage: `memory://` or `redis://host:port/db`."""

    def __init__(self, storage: str) -> None:
        advice = f"Give {MEMORY} (one process) or redis://HOST:PORT/DB."
        if not storage.startswith(("memory", "redis")):
            raise UsageError(f"--rate-limit-storage {storage} cannot be used.\n  {advice}")
        try:
            self.storage = storage_from_string("async+" + storage, **options(storage))
        except (ConfigurationError, ValueError) as error:
            raise UsageError(f"--rate-limit-storage {storage} cannot be used: {error}\n  {advice}") from None
        self.limiter = MovingWindowRateLimiter(self.storage)

    async def count(self, contract: str, grant: Grant) -> None:
        """Count a read; Refused (rate_limited) above the limit, StorageDownError if the storage is down."""
        plan = grant.account.plan
        if plan is None or not plan.reads_per_minute:
            return
        limit = item(plan.reads_per_minute)
        names = ("metermock", contract, grant.credential.name)
        try:
            if await self.limiter.hit(limit, *names):
                return
            window = await self.limiter.get_window_stats(limit, *names)
        except Exception as error:
            raise StorageDownError(f"{type(error).__name__}: {error}") from error
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise Refused("rate_limited", facts={"retry_after": wait, "limit": plan.reads_per_minute})

    async def reachable(self) -> bool:
        """Tell whether the storage answers."""
        checked = self.storage.check()
        return bool(checked if isinstance(checked, bool) else await checked)


def options(storage: str) -> dict[str, str | float]:
    """Return how `limits` connects to a storage: with the client that metermock depends on, and a timeout."""
    if storage.startswith("memory"):
        return {}
    return {"implementation": "redispy", "socket_connect_timeout": 2.0, "socket_timeout": 2.0}
