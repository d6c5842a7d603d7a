"""Puts services together into one application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from metermock.project import Service
from metermock.server.answer import Answer
from metermock.server.clock import Clock
from metermock.server.dispatcher import Dispatcher, mount
from metermock.server.generation.choices import Choices
from metermock.server.generation.handlers import completed
from metermock.server.lasting import Lasting, lasting_of
from metermock.server.pages.docs import docs_pages
from metermock.server.pages.document import Document
from metermock.server.pages.lazy import Lazy
from metermock.server.pages.sign_in import sign_in_hint, sign_in_pages
from metermock.server.pages.start import start_pages
from metermock.server.request import HttpRequest
from metermock.server.seeds import Seeds
from metermock.server.settings import Settings
from metermock.server.site import Site


def assemble(services: list[Service], settings: Settings, lasting: Lasting | None = None) -> Dispatcher:
    """Make the application that serves all of the services; it takes over what lasts."""
    lasting = lasting_of(settings) if lasting is None else lasting

    def make(service: Service) -> Site:
        return Site(
            completed(service, dynamic=settings.dynamic),
            clock_of(service, settings),
            Choices(service, dynamic=settings.dynamic),
            strict=settings.strict,
            rates=lasting.rates,
            counts=lasting.counts,
            is_alone=settings.root,
        )

    def seeds_of(service: Service, site: Site) -> Seeds:
        return Seeds(site, lambda seed: make(replace(service, world=service.another_world(seed))))

    sites = [make(service) for service in services]
    mounts = [
        mount(site, seeds_of(service, site), pages_of(site), sign_in_hint(site))
        for service, site in zip(services, sites, strict=True)
    ]
    console = Lazy(sites, lasting.mistakes, preferences=settings.preferences)
    pages = start_pages(sites, console, root=settings.root, preferences=settings.preferences)
    app = Dispatcher(mounts, pages, sites[0].clock, root=settings.root, preferences=settings.preferences)
    console.ask = app.ask
    app.console = console
    return app


def pages_of(site: Site) -> dict[str, Callable[[HttpRequest], Answer]]:
    """Return the mock's own pages about a contract, by path inside it."""
    return {**Document(site.contract).pages(), **docs_pages(site), **sign_in_pages(site)}


def clock_of(service: Service, settings: Settings) -> Clock:
    """Return a contract's clock: running, frozen by an option, or frozen where its world says."""
    if settings.live:
        return Clock(None)
    return Clock(service.world.clock if settings.now is None else settings.now)
