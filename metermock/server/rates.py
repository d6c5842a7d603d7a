"""Enforced rate limits: the plan's reads per minute, counted per credential over a sliding minute.

They use the machine's clock, not the mock's: a frozen minute would never end.
"""

from __future__ import annotations

import logging
import math
import time
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from limits import RateLimitItemPerMinute
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from metermock.errors import StorageDownError, UsageError
from metermock.server.grant import Grant
from metermock.server.handling import Reads
from metermock.server.storage import concealed, is_in_memory

logger = logging.getLogger("metermock")

MEMORY = "memory://"

item = lru_cache(maxsize=None)(RateLimitItemPerMinute)


class Rates:
    """Counts reads in a storage: `memory://` or `redis://host:port/db`.

    A connection that is broken, since the storage was restarted, is made anew once.
    """

    def __init__(self, storage: str) -> None:
        advice = f"Give {MEMORY} (one process) or redis://HOST:PORT/DB."
        if not storage.startswith(("memory", "redis")):
            # What is no address at all may be a password by mistake.
            shown = concealed(storage) if "//" in storage else "***"
            raise UsageError(f"--rate-limit-storage {shown} cannot be used.\n  {advice}")
        try:
            self.storage = storage_from_string("async+" + storage, **options(storage))
        except (ConfigurationError, ValueError) as error:
            why = concealed(f"{storage} cannot be used: {error}", storage)
            raise UsageError(f"--rate-limit-storage {why}\n  {advice}") from None
        self.address = storage
        self.limiter = MovingWindowRateLimiter(self.storage)

    async def count(self, contract: str, grant: Grant) -> Reads | None:
        """Count a read, and return those of its minute; None where the plan has no limit.

        StorageDownError if the storage is down. Above the limit there are more reads than it allows.
        """
        plan = grant.account.plan
        if plan is None or not plan.reads_per_minute:
            return None
        limit = item(plan.reads_per_minute)
        names = ("metermock", contract, grant.credential.name)
        try:
            let_in = await self.limiter.hit(limit, *names)
            window = await self.limiter.get_window_stats(limit, *names)
        except Exception as error:
            raise self.down(error) from error
        wait = max(1, math.ceil(window.reset_time - time.time()))
        used = plan.reads_per_minute - window.remaining if let_in else plan.reads_per_minute
        return Reads(plan.reads_per_minute, used, wait, let_in=let_in)

    async def next(self, name: tuple[str, ...], seconds: int) -> int:
        """Count one more under a name, and return the count; it begins anew after so many seconds.

        StorageDownError if the storage is down.
        """
        key = f"metermock:{blake2b(repr(name).encode(), digest_size=16).hexdigest()}"
        try:
            counted = self.storage.incr(key, seconds)
            return counted if isinstance(counted, int) else await counted
        except Exception as error:
            raise self.down(error) from error

    def down(self, error: Exception) -> StorageDownError:
        """Say that the storage is down, without its password."""
        return StorageDownError(concealed(f"{type(error).__name__}: {error}", self.address))

    async def reachable(self) -> bool:
        """Tell whether the storage answers."""
        checked = self.storage.check()
        return bool(checked if isinstance(checked, bool) else await checked)


def options(storage: str) -> dict[str, Any]:
    """Return how `limits` connects to a storage: with the client that metermock depends on, and a timeout."""
    if is_in_memory(storage):
        return {}
    from redis.asyncio.retry import Retry  # noqa: PLC0415 - only needed where Redis counts
    from redis.backoff import NoBackoff  # noqa: PLC0415 - see above
    from redis.exceptions import ConnectionError as LostError  # noqa: PLC0415 - see above

    again = {"retry": Retry(NoBackoff(), 1), "retry_on_error": [LostError]}
    return {"implementation": "redispy", "socket_connect_timeout": 2.0, "socket_timeout": 2.0, **again}
