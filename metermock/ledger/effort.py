"""How much work the ledger may do at once where others wait for the same thread.

A server answers all its clients in one thread. There it forbids long work: what all queries of a reply take
together is counted, the next one that would take too long raises TooLongError before it begins, and the
server asks again in another thread. What was worked out and kept until then is found there.
"""

from __future__ import annotations

import threading

MOST = 150_000
"""Minutes of streams that are worked on together where long work is forbidden; they take about 10 ms."""

_here = threading.local()


class TooLongError(BaseException):
    """A query would take too long here.

    It passes through handlers, as the end of a thread would: they may catch every Exception.
    """


class NoLongWork:
    """Long work is forbidden in this thread for the time of a `with` block."""

    def __enter__(self) -> None:
        _here.left = MOST

    def __exit__(self, *_: object) -> None:
        _here.left = None


def begin(minutes: int) -> None:
    """Called before so many minutes of streams are worked on; TooLongError where that is too much.

    What was begun before, inside the same block, counts too.
    """
    left: int | None = getattr(_here, "left", None)
    if left is None:
        return
    if minutes > left:
        raise TooLongError
    _here.left = left - minutes


def begin_long() -> None:
    """Called before work that takes long in any case; TooLongError where that is forbidden."""
    begin(MOST + 1)
