"""Functions of one text that remember what they gave: clients send the same few texts again and again.

`functools.lru_cache` bounds how many it keeps, and not how long they are: a client that sends names of
megabytes, another one each time, would fill the memory with them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

LONGEST = 256
"""Characters of a text that is kept."""


class Latest:
    """Tells what comes for the second time; it holds no more of anything than a number."""

    def __init__(self, size: int = 1 << 14) -> None:
        self.numbers = array("q", bytes(8 * size))
        """Hashes of what came last, each in a place that follows from it."""
        self.size = size

    def again(self, what: Hashable) -> bool:
        """Tell whether something came before, and not too many others since."""
        number = hash(what)
        place = number % self.size
        if self.numbers[place] == number:
            return True
        self.numbers[place] = number
        return False


class _Known(dict[Any, Any]):
    """What a function gave, by what it was asked for; where there is no more room, the older half goes."""

    def __init__(self, function: Callable[[Any], Any], most: int) -> None:
        super().__init__()
        self.function = function
        self.most = most

    def __missing__(self, asked: Any) -> Any:
        made = self.function(asked)
        if is_short(asked):
            if len(self) >= self.most:
                for old in list(islice(self, self.most // 2)):
                    self.pop(old, None)
            self[asked] = made
        return made


def is_short(asked: Any) -> bool:
    """Whether what a function is asked for holds no long text."""
    if isinstance(asked, tuple):
        return all(map(is_short, asked))
    return not isinstance(asked, str) or len(asked) <= LONGEST


def remembered(most: int) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Have a function of one text, or of a tuple, remember what it gave for so many; long texts excepted.

    A look-up costs no call of Python's.
    """

    def decorate(function: Callable[[K], V]) -> Callable[[K], V]:
        return _Known(function, most).__getitem__

    return decorate


def short(text: str) -> str:
    """What stands for a text where it is kept: the text, or its digest where it is long."""
    return text if len(text) <= LONGEST else blake2b(text.encode("utf-8", "surrogatepass")).hexdigest()
