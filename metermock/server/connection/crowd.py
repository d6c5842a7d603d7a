"""How many connections a process keeps, and which of them makes room for another.

Each connection is an open file. Where a process may open no more, the system refuses its next client without
a word, and its own files too: a time zone, a page.
"""

from __future__ import annotations

import logging
import select
import sys
from collections import OrderedDict
from typing import Protocol

if sys.platform != "win32":
    import resource

logger = logging.getLogger("metermock")

MOST = 4096
"""Connections of a process, where its files allow more: each may hold what it has begun to send."""
OTHER_FILES = 64
"""Files that a process has open beside its connections, or may come to need."""
LONGEST_REST = 1.0
"""Seconds for which a connection without a request is left alone, however many others come."""
LOOKED_AGAIN = 0.25
"""Seconds after which it is looked again for one that can make room: each look goes through all of them."""

BUSY = "All connections that this server keeps are busy."


def most_connections() -> int:
    """Return how many connections a process keeps, by its limit of open files (`ulimit -n`)."""
    if sys.platform == "win32":
        return MOST
    return connections_of(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def connections_of(files: int) -> int:
    """Return how many connections are kept where so many files may be open; -1 stands for any number."""
    return MOST if files < 0 else min(MOST, files - min(OTHER_FILES, files // 2))


class Member(Protocol):
    """A connection of the crowd."""

    def rests(self, now: float) -> bool:
        """Tell whether nothing of it is due, and no request has begun for LONGEST_REST seconds."""

    def leave(self) -> None:
        """End it."""


class Crowd:
    """The connections of one server in one process."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most_connections() if most is None else most
        self.members: OrderedDict[Member, None] = OrderedDict()
        """Those that were looked at longest ago come first."""
        self.look_at = 0.0
        """When it is looked again for one that rests, by the clock of the loop."""
        self.is_told = False

    def admits(self, member: Member, now: float) -> bool:
        """Take a connection in, if need be in the place of one that rests; tell whether it is in."""
        if len(self.members) >= self.most and not self.make_room(now):
            return False
        self.members[member] = None
        return True

    def forget(self, member: Member) -> None:
        """Take a connection out that has ended."""
        self.members.pop(member, None)

    def make_room(self, now: float) -> bool:
        """End a connection that rests; tell whether there is one."""
        self.tell()
        if now < self.look_at:
            return False
        for _ in range(len(self.members)):
            member, _ = self.members.popitem(last=False)
            if member.rests(now):
                member.leave()
                return True
            self.members[member] = None
        self.look_at = now + LOOKED_AGAIN
        return False

    def tell(self) -> None:
        """Say once what becomes of the connections that are too many."""
        if not self.is_told:
            self.is_told = True
            logger.warning(
                "A process has %d connections, the most that it keeps: by the limit of open files "
                "(`ulimit -n`), and never over %d.\n  For each further one, one that waits without a request "
                "is closed; where none does, the new one is answered 503. This is told once.",
                self.most,
                MOST,
            )


def has_unread(file: int) -> bool:
    """Tell whether bytes have come on a connection that are not read yet."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return any(event & select.POLLIN for _, event in poll.poll(0))
