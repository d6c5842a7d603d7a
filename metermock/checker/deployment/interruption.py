"""SIGINT, SIGTERM and SIGHUP end a check or learning early, so that what it has learnt is still reported."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from metermock.errors import StoppedAtStart

_SIGNALS = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]


@dataclass
class Interruption:
    """Whether a signal has asked for the end; forked children have a copy, and get the signal too."""

    number: int = 0
    process: int = field(default_factory=os.getpid)
    """The one that a second signal ends."""
    children: Callable[[], Iterable[int]] = tuple
    """The processes that get the signal too."""
    _is_starting: bool = False
    """Whether nothing is learnt yet that could be lost, so that a signal need not wait."""
    is_over: bool = False
    """Whether what a signal asked to end has ended: it says nothing of what is started since."""

    @property
    def is_asked(self) -> bool:
        """Whether a signal asks what runs now to end."""
        return self.number != 0 and not self.is_over

    @property
    def reason(self) -> str:
        """Why the check ends, for a verdict; empty where nothing asked for it."""
        return f"interrupted by {signal.Signals(self.number).name}" if self.number else ""

    @property
    def exit_code(self) -> int:
        """What a shell expects of a command that a signal ended: 130, 143 or 129."""
        return 128 + self.number

    def note(self, number: int, _: FrameType | None) -> None:
        """Take a signal; the second one ends the process at once."""
        # Nothing here may wait: a signal can come while this thread holds any lock.
        if self.number and os.getpid() == self.process:
            os._exit(128 + number)
        self.number = number
        for child in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)
        if self._is_starting:
            raise StoppedAtStart

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Let a signal raise StoppedAtStart at once, one that has come already too.

        For what takes long before the first request. Nothing may begin in it that nobody would end.
        """
        self._is_starting = True
        try:
            if self.is_asked:
                raise StoppedAtStart
            yield
        finally:
            self._is_starting = False


current = Interruption()
"""What asks the check that runs to end; nothing does outside of `interruptible`."""


@contextlib.contextmanager
def interruptible() -> Iterator[Interruption]:
    """Take these signals while a check runs; outside of the main thread nobody can.

    Inside of another one it is the same, which still knows what has come.
    """
    if threading.current_thread() is not threading.main_thread() or _is_taken():
        yield current
        return
    current.number, current.process, current.is_over = 0, os.getpid(), False
    before = {number: signal.signal(number, current.note) for number in _SIGNALS}
    try:
        yield current
    finally:
        current.is_over = True
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_taken() -> bool:
    return all(signal.getsignal(number) == current.note for number in _SIGNALS)


def leave(code: int) -> None:
    """End the process where requests are still under way: Python would wait for their replies."""
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
