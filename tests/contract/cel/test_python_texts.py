from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from metermock.contract.cel.python_texts import literal, statements

TEXT = "[1, 'a', [2, [3, ['b']]], {'x': [1, 2]}]"


class Circle:
    """Garbage that only the collector finds, and that lets other threads run while it goes."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        for _ in range(200):
            pass


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that take turns, and a collector that runs, at nearly each step."""
    often, limits = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20, 2, 2)
    try:
        yield
    finally:
        sys.setswitchinterval(often)
        gc.set_threshold(*limits)


@pytest.mark.usefixtures("hasty")
def test_threads_read_texts_at_once() -> None:
    """Python's own reader raises SystemError in some of so many calls, where nobody waits for another."""

    def read(number: int) -> object:
        Circle()
        return literal(TEXT) if number % 2 else len(statements("x = [1, [2]]"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(4_000)))
    assert found == [1, [1, "a", [2, [3, ["b"]]], {"x": [1, 2]}]] * 2_000
