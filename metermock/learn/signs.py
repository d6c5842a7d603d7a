"""Signs of life on the error output: every stage on a terminal, elsewhere a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from metermock.checker.watch import HEARTBEAT


class Signs:
    """Names the stages of a run, and counts its requests while they go out."""

    def __init__(self, *, is_quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_quiet = is_quiet
        self._clock = clock
        self._started = self._last = clock()

    def __call__(self, stage: str) -> None:
        """Name a stage; where no terminal shows it, only ten seconds after the last line."""
        if sys.stderr.isatty() or self._clock() - self._last >= HEARTBEAT:
            self.say(f"  {stage} …")

    def beat(self, before: int, requests: int, _: float) -> None:
        """Say how many requests went out by now, with those that had gone `before` this part of the run."""
        self.say(f"  {before + requests:,} requests in {self._clock() - self._started:.0f} s")

    def say(self, line: str) -> None:
        """Write a line, unless nothing is to be said."""
        self._last = self._clock()
        if not self._is_quiet:
            sys.stderr.write(f"{line}\n")
