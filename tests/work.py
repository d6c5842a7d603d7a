"""How much work a piece of code does, counted: the same on every machine, however busy it is."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps_of(work: Callable[[], object]) -> int:
    """How many lines of Python `work` runs in this thread, each turn of a loop counted."""
    run = 0

    def seen(_: FrameType, event: str, __: Any) -> Any:
        nonlocal run
        run += event == "line"
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        work()
    finally:
        sys.settrace(before)
    return run


def calls_of(work: Callable[[], object]) -> int:
    """How many functions of Python `work` calls in this thread, itself left out."""
    run = -1

    def seen(_: FrameType, event: str, __: Any) -> None:
        nonlocal run
        run += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return run
