"""SIGHUP: has the files read again, unless it says that the terminal is gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""Windows has no such signal."""


def on_hangup(ask: Callable[[], None]) -> None:
    """Have `ask` called for each SIGHUP; when the terminal of this process was closed, end it.

    A process that ignores the signal, as under `nohup`, goes on to ignore it.
    """
    if HANGUP is None or signal.getsignal(HANGUP) == signal.SIG_IGN:
        return
    had_terminal = has_terminal()

    def hung_up(*_: object) -> None:
        if had_terminal and not has_terminal():
            signal.raise_signal(signal.SIGTERM)
        else:
            ask()

    signal.signal(HANGUP, hung_up)


def has_terminal() -> bool:
    """Tell whether this process has a terminal that can be opened."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
