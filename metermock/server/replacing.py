"""Puts the application of what was read again in the place of the one before."""

from __future__ import annotations

import asyncio
import gc
import logging

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
from metermock.server.renewal import Renewal, tell
from metermock.server.signals import on_hangup

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
    tell_left_out(services)
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
    replacing = Replacing(current, reader, lasting)
    renewal.start()
    return current
