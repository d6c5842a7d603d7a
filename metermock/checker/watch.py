"""Work in a thread of its own, watched from the main one: it gives signs of life, and a signal ends it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Protocol, TypeVar

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.interruption import current
from metermock.checker.findings.verdict import Verdict

HEARTBEAT = 10.0
"""Seconds between two signs of life."""
_TICK = 0.1
"""Seconds after which a signal is noticed."""
_GRACE = 0.5
"""Seconds that requests under way get to end, when a signal ends the check."""


Result = TypeVar("Result")


class Job(Protocol):
    """What is watched."""

    client: Client

    def run(self) -> Verdict:
        """Check everything."""

    def stop(self) -> None:
        """Let all threads of the check end as soon as they can."""

    def verdict(self, reason: str, *, untested: bool) -> Verdict:
        """The verdict by what is known now."""


def watched(job: Job, heartbeat: Callable[[int, float], None]) -> Verdict:
    """The verdict of a check; what it knows so far, where a signal ends it."""
    found = until_signal(job.run, job.stop, job.client, heartbeat)
    return job.verdict(current.reason, untested=True) if found is None else found


def until_signal(
    run: Callable[[], Result],
    stop: Callable[[], None],
    client: Client,
    heartbeat: Callable[[int, float], None],
) -> Result | None:
    """What `run` gives, which asks by this client; None where a signal ended it, after `stop`."""
    done: Future[Result] = Future()

    def work() -> None:
        try:
            done.set_result(run())
        except BaseException as problem:  # noqa: BLE001 - raised where the result is asked for
            done.set_exception(problem)

    # No pool's thread: Python would wait for it at its end, however long a reply takes.
    threading.Thread(target=work, daemon=True).start()
    beats = 0
    try:
        while not current.is_asked:
            with contextlib.suppress(TimeoutError):
                return done.result(timeout=_TICK)
            if client.seconds >= (beats + 1) * HEARTBEAT:
                beats += 1
                heartbeat(client.requests, client.seconds)
    finally:
        stop()
    wait([done], timeout=_GRACE)
    return None
