"""Puts the application of what was read again in the place of the one before."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from metermock.ledger.cache import ANSWERS, TABLES
from metermock.server.access_log import conceal_keys
from metermock.server.app import (
    assembled,
    collect_seldom,
    first_app,
    start_logging,
    tell_left_out,
    tell_unkept,
)
from metermock.server.current import Current
from metermock.server.lasting import Lasting, lasting_of
from metermock.server.mistakes import PROJECT
from metermock.server.reader import News, Reader, text_of
from metermock.server.running.at_rest import begin_at_rest
from metermock.server.running.renewal import Renewal, tell
from metermock.server.running.signals import on_hangup

if TYPE_CHECKING:  # it imports connexion, which the application imports in its own way
    from metermock.server.dispatcher import WorksAhead

logger = logging.getLogger("metermock")


class Replacing:
    """Replaces the application of a process, in one assignment, once the other is whole."""

    def __init__(self, current: Current, reader: Reader, lasting: Lasting) -> None:
        self.current = current
        self.reader = reader
        self.lasting = lasting

    def take(self, news: News) -> News:
        """Put what was read in place; what cannot be put together is a mistake too."""
        mistakes = self.reader.mistakes
        if news.is_another:
            try:
                self.put()
            except Exception as error:
                logger.debug("putting the application together failed", exc_info=error)
                wrong = {PROJECT: f"the contracts cannot be put together: {text_of(error)}"}
                mistakes |= wrong
                news = News(mistakes={**news.mistakes, **wrong})
        self.lasting.mistakes.told = mistakes
        return news

    def put(self) -> None:
        """Make an application of the services, and let it answer from now on."""
        services, settings = self.reader.services, self.reader.served
        conceal_keys(service.contract for service in services)
        app = assembled(services, settings, self.lasting)
        asyncio.run(app.build())
        self.current.app = app
        # These hold the worlds of before, which nobody asks any more.
        ANSWERS.clear()
        TABLES.clear()
        # What was loaded before was taken out of the collections; its turn has come.
        gc.unfreeze()
        collect_seldom()

    def take_and_tell(self, news: News) -> None:
        """Put what was read in place, and say so, and which operations and rules cannot be kept."""
        tell_read(self.reader, self.take(news))


def tell_read(reader: Reader, news: News) -> None:
    """Say what was read again, and of that which operations and rules cannot be kept."""
    tell(news)
    services = [each for each in reader.services if each.name in news.read]
    tell_left_out(services, limited=reader.settings.rate_limits)
    tell_unkept(services, reader.settings, reader.stands)


def renewed_app(reader: Reader, *, watch: bool) -> Current:
    """Make the application of a process that serves alone, and reads again; raises what is wrong."""
    settings = reader.settings
    start_logging(settings)
    lasting = lasting_of(settings)

    def take(news: News) -> None:
        replacing.take_and_tell(news)

    renewal = Renewal(reader, take, watch=watch)
    on_hangup(renewal.ask)
    current = Current(first_app(reader.start(), settings, lasting))
    told = current.app.on_start
    current.app.on_start = partial(begin_ahead, current, told, is_terminal=sys.stdout.isatty())
    replacing = Replacing(current, reader, lasting)
    renewal.start()
    return current


def begin_ahead(
    current: Current,
    told: Callable[[], None] | None,
    begin: Callable[[Iterator[None]], None] = begin_at_rest,
    *,
    is_terminal: bool,
) -> None:
    """Have the console's figures worked out beside the clients, where somebody is there to look at them.

    In a terminal that is at the start, elsewhere once a browser has opened a page. `told` is done first.
    """
    if told is not None:
        told()
    app = current.app
    if app.console is None:
        return
    if is_terminal:
        begin(ahead(current, app.console))
    else:
        app.console.on_look = partial(begin, ahead(current, app.console))


def ahead(current: Current, console: WorksAhead) -> Iterator[None]:
    """Work out what pages show, until another application takes the place of this one."""
    app = current.app
    for step in console.ahead():
        yield step
        if current.app is not app:
            return
