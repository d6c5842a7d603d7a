"""Checks several targets at once, each in a process of its own: judging costs processor time."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from metermock.checker.deployment.interruption import current
from metermock.checker.deployment.target import Target
from metermock.checker.findings.verdict import Verdict

_work: dict[str, tuple[Callable[[Target], Verdict], Sequence[Target]]] = {}
"""What forked children find in their copy of this process: contracts cannot be sent to them."""


def in_parallel(check: Callable[[Target], Verdict], targets: Sequence[Target]) -> list[Verdict]:
    """The verdict on each target, several at a time; one after another where processes cannot fork."""
    cores = os.cpu_count() or 1
    if len(targets) < 2 or cores < 2 or "fork" not in multiprocessing.get_all_start_methods():  # noqa: PLR2004
        return [check(target) for target in targets]
    # Set before the pool forks, so that each child has it.
    _work["current"] = (check, targets)
    current.children = _children
    try:
        context = multiprocessing.get_context("fork")
        # A check also waits, for replies and for clocks.
        with ProcessPoolExecutor(min(2 * cores + 1, len(targets)), mp_context=context) as pool:
            # The last are the largest, so they go first.
            jobs = {index: pool.submit(_one, index) for index in reversed(range(len(targets)))}
            verdicts = [jobs[index].result() for index in range(len(targets))]
            if current.is_asked:
                # Their last requests are under way, and nobody wants the replies any more.
                for child in multiprocessing.active_children():
                    child.kill()
            return verdicts
    finally:
        del _work["current"]
        current.children = tuple


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


def _one(index: int) -> Verdict:
    check, targets = _work["current"]
    return check(targets[index])
