"""Work that is done while a server is at rest."""

from __future__ import annotations

from collections.abc import Iterator

from metermock import asgi_app
from metermock.server.running.at_rest import BETWEEN, FIRST, MOST_BUSY, take_at_rest
from tests.work import steps_of


class Process:
    """A process that uses what a test says in each pause."""

    def __init__(self, *uses: float, usual: float = 0.0) -> None:
        self.uses, self.usual, self.total = list(uses), usual, 0.0
        self.pauses: list[float] = []

    def used(self) -> float:
        """The processor time so far, in seconds."""
        return self.total

    def sleep(self, seconds: float) -> None:
        """Pause."""
        self.pauses.append(seconds)
        self.total += self.uses.pop(0) if self.uses else self.usual


def steps(process: Process, taken: list[int]) -> Iterator[None]:
    """Three steps that use the processor themselves, which is no sign of clients."""
    for number in range(3):
        process.total += 0.3
        taken.append(number)
        yield


def test_the_work_begins_after_a_pause_at_rest_and_goes_on_soon() -> None:
    """Each step is taken after a pause in which nothing was done."""
    process, taken = Process(), list[int]()
    take_at_rest(steps(process, taken), process.used, process.sleep)

    assert taken == [0, 1, 2]
    assert process.pauses == [FIRST, BETWEEN, BETWEEN, BETWEEN]


def test_clients_go_before_the_work() -> None:
    """While the process is busy no step is taken; afterwards it has to be at rest as long again."""
    process, taken = Process(0.5, 0.5, 0.0, 0.015), list[int]()
    take_at_rest(steps(process, taken), process.used, process.sleep)

    assert taken == [0, 1, 2]
    assert process.pauses == [FIRST, FIRST, FIRST, BETWEEN, FIRST, BETWEEN, BETWEEN]


def test_a_server_that_is_always_busy_leaves_the_work() -> None:
    """After much load the work is left to whoever needs it."""
    process, taken = Process(usual=0.5), list[int]()
    take_at_rest(steps(process, taken), process.used, process.sleep)

    assert taken == []
    assert len(process.pauses) == MOST_BUSY


def test_what_fails_is_left() -> None:
    """A step that fails ends the work, and nothing else."""

    def failing() -> Iterator[None]:
        yield
        raise ZeroDivisionError

    process = Process()
    take_at_rest(failing(), process.used, process.sleep)

    assert len(process.pauses) == 2


def test_the_first_look_waits_for_little_once_the_work_is_done() -> None:
    """What the start page shows of a contract was worked out: another round takes a tenth of the time."""
    app = asgi_app("zkscore")
    console = app.console
    assert console is not None
    rounds = [steps_of(lambda: list(console.ahead())) for _ in range(2)]

    assert len(list(console.ahead())) > 5
    assert rounds[1] < rounds[0] / 10
