"""Ctrl-C while a command is imported, and where Python makes another error of it.

It is read before all else: it imports no more than that takes.
"""

from __future__ import annotations

import os
import signal

INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a command that the user has ended: 128 and the signal's number, as shells count."""


def ends_at_once(*, now: bool) -> None:
    """Have Ctrl-C end the process at once, or raise KeyboardInterrupt again, as it does by itself.

    Where it is ignored, as in what a shell starts in the background, it goes on to be.
    """
    usual = signal.default_int_handler
    if signal.getsignal(signal.SIGINT) is (usual if now else end):
        signal.signal(signal.SIGINT, end if now else usual)


def end(*_: object) -> None:
    """End the process: nothing is begun that would have to be ended in order."""
    os._exit(INTERRUPTED)


def is_ctrl_c(error: BaseException | None) -> bool:
    """Tell whether an error is Ctrl-C: where a class is made, as in imports, Python makes another of it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error is not None
