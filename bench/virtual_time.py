"""Time that passes only where everybody waits: a check of minutes takes the processor time of its requests.

One thread runs at a time. Where it waits, whoever is ready goes on; where nobody is, the clock jumps to the
next moment that somebody waits for. So the same seed gives the same order of requests on any machine.
"""

from __future__ import annotations

import _thread
import concurrent.futures
import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import TracebackType
from typing import Any, NoReturn


class Strand:
    """A thread of the simulation; it runs while it holds the baton."""

    def __init__(self) -> None:
        self.baton = _thread.allocate_lock()
        self.baton.acquire()
        self.waits = 0
        """How often it has waited or gone on: what was to wake it from an earlier wait does nothing."""
        self.is_notified = False


Waiters = deque[tuple[Strand, int]]


class World:
    """The clock, who is ready, and who waits until when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.epoch = 0.0
        """The Unix time at which the clock showed 0."""
        self._ready = deque[Strand]()
        self._timed: list[tuple[float, int, Strand, int]] = []
        self._number = itertools.count()
        self._strands: dict[int, Strand] = {_thread.get_ident(): Strand()}

    def wait(self, seconds: float | None = None, waiters: Waiters | None = None) -> bool:
        """Let others run until so much time has passed, or one of `waiters` is notified; whether it was."""
        me = self._strands[_thread.get_ident()]
        me.waits, me.is_notified = me.waits + 1, False
        if waiters is not None:
            waiters.append((me, me.waits))
        if seconds is not None:
            heapq.heappush(self._timed, (self.now + max(seconds, 0.0), next(self._number), me, me.waits))
        following = self._next()
        if following is not me:
            following.baton.release()
            me.baton.acquire()
        return me.is_notified

    def notify(self, waiters: Waiters) -> bool:
        """Make the first of those that still wait ready; whether there was one."""
        while waiters:
            strand, waits = waiters.popleft()
            if strand.waits == waits:
                strand.waits, strand.is_notified = waits + 1, True
                self._ready.append(strand)
                return True
        return False

    def start(self, work: Callable[[], None]) -> None:
        """Run something in a thread of its own, once others wait."""
        strand = Strand()

        def run() -> None:
            strand.baton.acquire()
            self._strands[_thread.get_ident()] = strand
            try:
                work()
            finally:
                del self._strands[_thread.get_ident()]
                self._next().baton.release()

        _thread.start_new_thread(run, ())
        self._ready.append(strand)

    def _next(self) -> Strand:
        if self._ready:
            return self._ready.popleft()
        while self._timed:
            when, _, strand, waits = heapq.heappop(self._timed)
            if strand.waits == waits:
                self.now = max(self.now, when)
                strand.waits += 1
                return strand
        raise RuntimeError("everybody waits for somebody else")


world = World()


class Lock:
    """A lock that may be held while time passes."""

    def __init__(self) -> None:
        self._owner: int | None = None
        self._depth = 0
        self._waiters: Waiters = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 -- as Python's own
        """Take it, once nobody has it; timeouts are for nobody here."""
        assert timeout < 0, "no lock is waited for with a timeout"
        while self._owner is not None and not self._is_mine():
            if not blocking:
                return False
            world.wait(waiters=self._waiters)
        self._owner = _thread.get_ident()
        self._depth += 1
        return True

    def release(self) -> None:
        """Give it to whoever waits."""
        self._depth -= 1
        if not self._depth:
            self._owner = None
            world.notify(self._waiters)

    def locked(self) -> bool:
        """Whether somebody has it."""
        return self._owner is not None

    def release_wholly(self) -> int:
        """Give it away, however often it was taken."""
        depth, self._depth = self._depth, 1
        self.release()
        return depth

    def take_back(self, depth: int) -> None:
        """Take it as often as before."""
        self.acquire()
        self._depth = depth

    def _is_mine(self) -> bool:
        return False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    """The same for a thread that takes it again."""

    def _is_mine(self) -> bool:
        return self._owner == _thread.get_ident()


class Condition:
    """What `threading.Event`, queues and futures wait by."""

    def __init__(self, lock: Lock | None = None) -> None:
        self._lock = RLock() if lock is None else lock
        self._waiters: Waiters = deque()
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was notified within so many seconds."""
        depth = self._lock.release_wholly()
        try:
            return world.wait(timeout, self._waiters)
        finally:
            self._lock.take_back(depth)

    def notify(self, number: int = 1) -> None:
        """Wake so many."""
        while number and world.notify(self._waiters):
            number -= 1

    def notify_all(self) -> None:
        """Wake all."""
        while world.notify(self._waiters):
            pass

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Pool(Executor):
    """A pool of threads; none waits for work, each ends where there is none."""

    def __init__(self, max_workers: int) -> None:
        self._most = max_workers
        self._running = 0
        self._jobs = deque[tuple[Future[Any], Callable[[], Any]]]()
        self._ended: Waiters = deque()

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Have something done."""
        future: Future[Any] = Future()
        self._jobs.append((future, lambda: work(*given, **named)))
        if self._running < self._most:
            self._running += 1
            world.start(self._work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as Python's own
        """Wait until all is done."""
        while cancel_futures and self._jobs:
            self._jobs.popleft()[0].cancel()
        while wait and self._running:
            world.wait(waiters=self._ended)

    def _work(self) -> None:
        while self._jobs:
            future, work = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                found = work()
            except BaseException as problem:  # noqa: BLE001 -- raised where the result is asked for
                future.set_exception(problem)
            else:
                future.set_result(found)
        self._running -= 1
        world.notify(self._ended)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()


def _no_thread(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("a thread that is not of the simulation")


def install() -> None:
    """Let this process live by the clock of the world, before whatever uses a clock is imported."""
    # Its threads and locks are those of Python itself: it is imported before, and never used.
    assert concurrent.futures.ThreadPoolExecutor.__module__ == "concurrent.futures.thread"
    names: dict[Any, dict[str, Any]] = {
        threading: {"Lock": Lock, "RLock": RLock, "Condition": Condition},
        concurrent.futures: {"ThreadPoolExecutor": Pool},
        time: {
            "monotonic": lambda: world.now,
            "time": lambda: world.epoch + world.now,
            "sleep": lambda seconds: world.wait(seconds) and None,
        },
    }
    for module, values in names.items():
        for name, value in values.items():
            setattr(module, name, value)
    threading.Thread.start = _no_thread  # type: ignore[method-assign]
