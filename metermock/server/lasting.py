"""What outlives an application when another takes its place: counts, and the mistakes in files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metermock.server.counts import Counts, MemoryCounts
from metermock.server.mistakes import Mistakes
from metermock.server.settings import Settings
from metermock.server.storage import is_in_memory

if TYPE_CHECKING:  # `limits` is slow to import, and only servers that count in a storage need it
    from metermock.server.rates import Rates


@dataclass(frozen=True)
class Lasting:
    """Counts of requests, and the mistakes that stand."""

    rates: Rates | None
    counts: Counts | None
    mistakes: Mistakes = field(default_factory=Mistakes)


def lasting_of(settings: Settings) -> Lasting:
    """Make what lasts as long as the server."""
    storage = storage_of(settings)
    return Lasting(storage if settings.rate_limits else None, counts_of(settings, storage))


def storage_of(settings: Settings) -> Rates | None:
    """Return the storage of counts; None where nothing but the memory of this process is needed."""
    if not settings.rate_limits and is_in_memory(settings.rate_limit_storage):
        return None
    from metermock.server.rates import Rates  # noqa: PLC0415 - only needed where limits are enforced

    return Rates(settings.rate_limit_storage)


def counts_of(settings: Settings, storage: Rates | None) -> Counts | None:
    """Return what counts the requests of a session; None where several processes have nothing in common."""
    if storage is not None and not is_in_memory(settings.rate_limit_storage):
        return storage
    return MemoryCounts() if settings.workers == 1 else None
