"""Numbers at the bounds of a schema: those that it accepts, and those just beyond."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_NEAR = 6
_FAR = 120
"""How far values go where a bound is missing, in steps."""
_BEYOND = 1000
_STORES = {"int32": 2**31, "int64": 2**63}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a schema says about a number; a bound that is missing is None."""

    low: Fraction | None
    high: Fraction | None
    low_is_out: bool
    high_is_out: bool
    step: Fraction | None
    """The distance between two values; None where there is always one between."""

    @classmethod
    def of(cls, whole: Mapping[str, Any], *, is_integer: bool) -> Bounds:
        """The bounds in a schema's keywords, of which an exclusive one may be the tighter."""
        low, low_is_out = _tighter(whole.get("minimum"), whole.get("exclusiveMinimum"), sign=1)
        high, high_is_out = _tighter(whole.get("maximum"), whole.get("exclusiveMaximum"), sign=-1)
        # Through text: 0.1 means a tenth, and not the double that is nearest to it.
        step = Fraction(str(whole["multipleOf"])) if whole.get("multipleOf") else None
        return cls(low, high, low_is_out, high_is_out, step or (Fraction(1) if is_integer else None))

    @property
    def are_known(self) -> bool:
        """Whether there is a bound: what has none may be a number that only names something."""
        return self.low is not None or self.high is not None

    def accepted(self) -> list[float]:
        """Both bounds, their neighbours, and some between."""
        if self.step is None:
            return sorted({_plain(value) for value in self._between() if self._holds(value)})
        first, last = self._ends(self.step)
        far = (first, first + self.step, min(first + _NEAR * self.step, last), last - self.step, last)
        return sorted({_plain(value) for value in far if first <= value <= last})

    def _ends(self, step: Fraction) -> tuple[Fraction, Fraction]:
        first = None if self.low is None else math.ceil(self.low / step) * step
        last = None if self.high is None else math.floor(self.high / step) * step
        if first is not None and self.low_is_out and first == self.low:
            first += step
        if last is not None and self.high_is_out and last == self.high:
            last -= step
        if first is None:
            first = Fraction(0) if last is None or last >= 0 else last - _FAR * step
        return first, first + _FAR * step if last is None else last

    def _between(self) -> Iterator[Fraction]:
        low = self.low if self.low is not None else min(Fraction(0), self.high or Fraction(0))
        high = self.high if self.high is not None else low + _FAR
        inside = min((high - low) / 4, Fraction(1, 2))
        yield from (low, high, low + inside, high - inside, (low + high) / 2)
        yield from (low + 1, low + _NEAR)

    def _holds(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_is_out)
        below = self.high is None or value < self.high or (value == self.high and not self.high_is_out)
        return above and below

    def missed(self) -> Iterator[tuple[float, str]]:
        """Numbers that are not accepted, each with what is wrong."""
        if self.low is not None:
            if self.low_is_out:
                yield _plain(self.low), "the lowest, which is excluded"
            yield _plain(self.low - 1), "one below the lowest"
            yield _plain(self.low - _BEYOND), "far below the lowest"
        if self.high is not None:
            if self.high_is_out:
                yield _plain(self.high), "the highest, which is excluded"
            yield _plain(self.high + 1), "one above the highest"
            yield _plain(max(self.high * _BEYOND, self.high + _BEYOND)), "far above the highest"
        if self.step not in (None, 1) and self.step is not None:
            first = self._ends(self.step)[0]
            part = Fraction(1) if self.step.denominator == 1 else self.step / 2
            yield _plain(first + part), f"not a multiple of {_plain(self.step)}"


def beyond_storage(whole: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    """The first number that the format of an unbounded integer cannot store."""
    size = _STORES.get(whole.get("format", ""))
    if size is not None and "maximum" not in whole and "exclusiveMaximum" not in whole:
        yield size, f"one above {whole['format']}"


def _tighter(inclusive: Any, exclusive: Any, *, sign: int) -> tuple[Fraction | None, bool]:
    """The bound that holds, and whether it is itself left out; `sign` is 1 for a lower bound."""
    found = [(Fraction(str(each)), out) for each, out in ((inclusive, False), (exclusive, True)) if _is(each)]
    return max(found, key=lambda pair: (sign * pair[0], pair[1]), default=(None, False))


def _is(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)
