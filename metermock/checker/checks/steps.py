"""What a check asks, in steps, so that the most telling ones can come first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from metermock.contract import Operation


@dataclass(eq=False, slots=True)
class Step:
    """Something to ask that lets a rule run; it is taken once, in whichever round.

    `requests` is how many it sends where nothing is wrong.
    """

    rule: str
    run: Callable[[], object]
    requests: int = 1
    is_taken: bool = False

    def take(self) -> None:
        """Ask it, unless that has been done."""
        if not self.is_taken:
            self.is_taken = True
            self.run()


class Source:
    """The steps of one kind for an operation, about these rules; they are made as they are needed."""

    def __init__(self, operation: Operation, kind: str, rules: Iterable[str], steps: Iterable[Step]) -> None:
        self.operation = operation
        self.kind = kind
        self.rules = frozenset(rules)
        self._coming = iter(steps)
        self._passed: deque[Step] = deque()
        """Steps that were looked at and not taken then."""

    def ahead(self) -> Iterator[Step]:
        """The steps that are not taken, in their order, without taking them."""
        yield from [step for step in self._passed if not step.is_taken]
        # Whoever stops looking must not close what is still to come.
        while (step := next(self._coming, None)) is not None:
            self._passed.append(step)
            yield step

    def take(self) -> bool:
        """Take the next step; false where none is left."""
        while (step := self._next()) is not None:
            if not step.is_taken:
                step.take()
                return True
        return False

    def _next(self) -> Step | None:
        return self._passed.popleft() if self._passed else next(self._coming, None)


def outstanding(sources: Iterable[Source]) -> int:
    """About how many requests these sources have still to send."""
    return sum(step.requests for source in sources for step in source.ahead())


def take_all(steps: Iterable[Step]) -> None:
    """Take steps one after the other."""
    for step in steps:
        step.take()


def in_turns(sources: Iterable[Source], workers: int, go_on: Callable[[], bool] = lambda: True) -> bool:
    """Take the steps of all sources, one of each source after the other, several at a time.

    It ends where there are no more, or where `go_on` is false, and tells whether all were taken. The first
    error ends it too, and is raised.
    """
    waiting = deque(sources)
    failed = threading.Event()

    def work() -> None:
        while waiting and not failed.is_set() and go_on():
            try:
                source = waiting.popleft()
            except IndexError:
                return
            try:
                if source.take():
                    waiting.append(source)
            except BaseException:
                failed.set()
                raise

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for job in [pool.submit(work) for _ in range(max(workers, 1))]:
            job.result()
    return not waiting
