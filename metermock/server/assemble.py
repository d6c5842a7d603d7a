"""Puts services together into one application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from metermock.project import Service
from metermock.server.answer import Answer
from metermock.server.clock import Clock
from metermock.server.counts import Counts, MemoryCounts
from metermock.server.dispatcher import Dispatcher, mount
from metermock.server.generation.choices import Choices
from metermock.server.generation.handlers import completed
from metermock.server.pages.docs import docs_pages
from metermock.server.pages.document import Document
from metermock.server.pages.lazy import Lazy
from metermock.server.pages.sign_in import sign_in_hint, sign_in_pages
from metermock.server.pages.start import start_pages
from metermock.server.request import HttpRequest
from metermock.server.seeds import Seeds
from metermock.server.settings import Settings
from metermock.server.site import Site
from metermock.server.storage import is_in_memory

if TYPE_CHECKING:  # `limits` is slow to import, and only servers that count in a storage need it
    from metermock.server.rates import Rates


def assemble(services: list[Service], settings: Settings) -> Dispatcher:
    """Make the application that serves all of the services."""
    storage = storage_of(settings)
    counts = counts_of(settings, storage)

    def make(service: Service) -> Site:
        return Site(
            completed(service, dynamic=settings.dynamic),
            clock_of(service, settings),
            Choices(service, dynamic=settings.dynamic),
            strict=settings.strict,
            rates=storage if settings.rate_limits else None,
            counts=counts,
        )

    def seeds_of(service: Service, site: Site) -> Seeds:
        return Seeds(site, lambda seed: make(replace(service, world=service.another_world(seed))))

    sites = [make(service) for service in services]
    mounts = [
        mount(site, seeds_of(service, site), pages_of(site), sign_in_hint(site))
        for service, site in zip(services, sites, strict=True)
    ]
    console = Lazy(sites, preferences=settings.preferences)
    pages = start_pages(sites, console, root=settings.root, preferences=settings.preferences)
    app = Dispatcher(mounts, pages, sites[0].clock, root=settings.root, preferences=settings.preferences)
    console.ask = app.ask
    return app


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


def pages_of(site: Site) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return the mock's own pages about a contract, by path inside it."""
    return {**Document(site.contract).pages(), **docs_pages(site), **sign_in_pages(site)}


def clock_of(service: Service, settings: Settings) -> Clock:
    """Return a contract's clock: running, frozen by an option, or frozen where its world says."""
    if settings.live:
        return Clock(None)
    return Clock(service.world.clock if settings.now is None else settings.now)
