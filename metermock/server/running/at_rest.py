"""Work that nobody waits for yet, done while the process is at rest."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

FIRST = 0.5
"""Seconds at rest before the work begins, or goes on after clients were busy."""
BETWEEN = 0.02
"""Seconds between two steps, in which clients show whether they are there."""
BUSY = 0.05
"""The share of a processor above which the process is not at rest: a few hundred requests a second."""
MOST_BUSY = 60
"""How often it may be found busy before the work is left to whoever needs it."""

logger = logging.getLogger("metermock")


def begin_at_rest(steps: Iterator[None]) -> None:
    """Begin to take steps in a thread that ends with the process."""
    threading.Thread(target=take_at_rest, args=(steps,), name="at-rest", daemon=True).start()


def take_at_rest(
    steps: Iterator[None],
    used: Callable[[], float] = time.process_time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Take one step whenever the process was at rest for a while, until there are none.

    `used` tells the seconds of processor time that the process has taken so far.
    """
    pause, busy = FIRST, 0
    while busy < MOST_BUSY:
        before = used()
        sleep(pause)
        if used() - before > max(BUSY * pause, 0.005):
            pause, busy = FIRST, busy + 1
            continue
        try:
            next(steps)
        except StopIteration:
            return
        except Exception as problem:  # noqa: BLE001 - whoever needs the work meets the problem then
            logger.debug("work at rest has ended: %s", problem)
            return
        pause = BETWEEN
