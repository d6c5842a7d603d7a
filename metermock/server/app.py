"""Builds the mock's ASGI application from its settings."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from metermock.contract.reading.unmade_patterns import is_unmade_pattern
from metermock.counts import count_of
from metermock.project import Service
from metermock.server.access_log import conceal_keys
from metermock.server.lasting import Lasting, lasting_of
from metermock.server.lean_connexion import lean_connexion
from metermock.server.reader import Reader
from metermock.server.settings import Settings

if TYPE_CHECKING:  # it imports connexion, which is done below
    from metermock.server.dispatcher import Dispatcher


_FEW = 3
"""Patterns without a text that the log names at start."""
SELDOM = (2_000, 10, 1_000)
"""Objects that wait for a collection, and how many collections of the young wait for one of the older."""


def create_app(settings: Settings) -> Dispatcher:
    """Make the application of a process that does nothing else."""
    start_logging(settings)
    return first_app(load_services(settings), settings, lasting_of(settings))


def start_logging(settings: Settings) -> None:
    """Log to stderr, as the settings want it."""
    logging.basicConfig(format="metermock: %(message)s", level=logging.WARNING)
    logging.getLogger("metermock").setLevel(logging.DEBUG if settings.verbose else logging.INFO)


def first_app(services: list[Service], settings: Settings, lasting: Lasting) -> Dispatcher:
    """Make the first application of a process that does nothing else."""
    if settings.tells_left_out:
        tell_left_out(services, limited=settings.rate_limits)
    conceal_keys(service.contract for service in services)
    app = assembled(services, settings, lasting)
    if settings.tells_left_out:
        app.on_start = partial(tell_unkept, services, settings)
    # Beside long work in another thread, the clients' thread gets its turn soon.
    sys.setswitchinterval(0.001)
    collect_seldom()
    return app


def collect_seldom() -> None:
    """Let no garbage collection delay many replies.

    What was loaded lives as long as the process: frozen, it is not walked again. What is kept of replies has
    no cycles, is bounded, and grows with each new request. A collection of all of it took 50 to 80 ms, and
    the usual thresholds asked for one every few thousand requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def load_services(settings: Settings) -> list[Service]:
    """Load the contracts, with the handlers and the world of each."""
    return Reader(settings).start()


def assembled(services: list[Service], settings: Settings, lasting: Lasting | None = None) -> Dispatcher:
    """Make one application of the contracts."""
    with lean_connexion(), warnings.catch_warnings():
        # connexion imports what jsonschema has deprecated; in some tests a warning is an error.
        warnings.simplefilter("ignore", DeprecationWarning)
        from metermock.server.assemble import assemble  # noqa: PLC0415 - only here connexion is imported lean

    return assemble(services, settings, lasting)


def tell_left_out(services: Iterable[Service], *, limited: bool) -> None:
    """Say which operations of a document cannot be served, and why, and where no limit can be enforced."""
    for service in services:
        if limited and not any(
            account.plan and account.plan.reads_per_minute for account in service.world.accounts.values()
        ):
            logging.getLogger("metermock").warning(
                "%s: --rate-limits documented limits nothing: no plan of its world has reads_per_minute, and "
                "a limit that a document names in words is not read",
                service.name,
            )
        tell_unmade(service)
        for left_out in service.contract.left_out:
            logging.getLogger("metermock").warning(
                "%s: %s is left out: %s", service.name, left_out.title, left_out.problem
            )


def tell_unmade(service: Service) -> None:
    """Say for which patterns no text was found when the document was read: made replies cannot have one."""
    if all(each.id in service.handlers.operations for each in service.contract.operations):
        return
    found = [note for note in service.contract.notes if is_unmade_pattern(note)]
    for note in found[:_FEW]:
        logging.getLogger("metermock").warning(
            "%s: %s:%s: %s: a reply that needs it is a 500. %s.",
            *(service.name, note.path, note.line, note.problem, note.advice.capitalize()),
        )
    if len(found) > _FEW:
        logging.getLogger("metermock").warning(
            "%s: and no text was found for %s; metermock lint lists them",
            service.name,
            count_of(len(found) - _FEW, "more pattern"),
        )


def tell_unkept(
    services: list[Service], settings: Settings, stands: Callable[[Service], bool] = bool
) -> None:
    """Begin to try made replies in a thread, which says which rules they do not keep for every request.

    `stands` tells whether a contract is still served as it was read; of others nothing is said.
    """
    has_rules = [
        service
        for service in services
        if any(
            each.rules and each.id not in service.handlers.operations for each in service.contract.operations
        )
    ]
    if not has_rules:
        return
    from metermock.server.generation.trial import tell  # noqa: PLC0415 - few servers make replies with rules

    work = partial(tell, has_rules, settings.now, dynamic=settings.dynamic, stands=stands)
    threading.Thread(target=work, name="trial", daemon=True).start()
