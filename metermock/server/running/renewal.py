"""Reads contracts again while they are served: when it is asked to, and with `--watch` when files change.

Files are looked at in turns. The messages of the system do not come from network folders and some mounts of
containers, and a look at a hundred files takes less than a millisecond.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from metermock.noted_files import Stamp
from metermock.server.mistakes import PROJECT
from metermock.server.reader import News, Reader

logger = logging.getLogger("metermock")

TURN = 0.25
"""Seconds between two looks at the files.

What has changed is read when two looks find it alike: many programs write a file in several steps.
"""


class Renewal:
    """Reads again in a thread, one time after the other."""

    def __init__(self, reader: Reader, take: Callable[[News], None], *, watch: bool) -> None:
        """`take` puts what was read in place."""
        self.reader = reader
        self.take = take
        self.watch = watch
        self.asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.latest: Mapping[Path, Stamp] = {}

    def ask(self) -> None:
        """Have everything read again; a handler of a signal may call this."""
        self.asked.put(None)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self.run, name="renewal", daemon=True).start()

    def run(self) -> None:
        """Wait and read, as long as the process lives."""
        while True:
            try:
                self.asked.get(timeout=TURN if self.watch else None)
            except queue.Empty:
                if self.is_due():
                    self.renew(everything=False)
            else:
                while not self.asked.empty():
                    self.asked.get()
                self.renew(everything=True)

    def is_due(self) -> bool:
        """Look at the files; tell whether some have changed, and are as they were at the last look."""
        now = self.reader.look()
        is_settled, self.latest = now == self.latest, now
        return is_settled and now != self.reader.noted()

    def renew(self, *, everything: bool) -> None:
        """Read again, and have it taken; nothing ends the thread."""
        try:
            self.take(self.reader.again(everything=everything))
        except Exception as error:
            logger.exception("reading again failed: %s", type(error).__name__, exc_info=error)


def tell(news: News) -> None:
    """Say what was read again, and what is wrong."""
    for name, mistake in news.mistakes.items():
        subject = "The mock" if name == PROJECT else name
        logger.error("%s\n  %s goes on as it was read before.", mistake, subject)
    if news.mended:
        logger.info("mended: %s", ", ".join(name or "the project" for name in news.mended))
    if news.read:
        logger.info("read again: %s", ", ".join(news.read))
    if news.gone:
        logger.info("served no longer: %s", ", ".join(news.gone))
