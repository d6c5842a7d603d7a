"""Random numbers that are a function of what they are for.

A key names a purpose; a counter picks one number of its sequence. Nothing is drawn in turn, so any number can
be had without those before it. Integers only, so the numbers are the same on every Python, platform and
version of a library (tests/ledger/test_dice.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from metermock.ledger.arrays import Bits, Integers

_MASK = (1 << 64) - 1  # Python's integers do not wrap at 64 bits; numpy's do
# The constants of splitmix64. Its state is a plain sum, seed + n * step, so the n-th number needs no other.
# The step is odd and the mixing can be undone, so no two counters of a key share a number.
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def key(*purpose: object) -> int:
    """64 bits that stand for a purpose, such as `("day", 7, "steady")`."""
    # A list: a generator takes a third longer.
    text = "\x1f".join([f"{type(part).__name__}:{part}" for part in purpose])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


Begun = Callable[[str], int]
"""Gives the `key` of a purpose whose last part is a text."""


def begun(*purpose: object) -> Begun:
    """What gives the keys of purposes that begin with these parts, which are hashed once."""
    text = "".join([f"{type(part).__name__}:{part}\x1f" for part in purpose])
    start = blake2b(f"{text}str:".encode(), digest_size=8)

    def key_of(last: str) -> int:
        whole = start.copy()
        whole.update(last.encode())
        return int.from_bytes(whole.digest(), "little")

    return key_of


def ended(*purpose: object) -> Callable[[int], int]:
    """What gives the `key` of a whole number and these parts behind it, which are written once."""
    rest = "".join([f"\x1f{type(part).__name__}:{part}" for part in purpose])

    def key_of(first: int) -> int:
        return int.from_bytes(blake2b(f"int:{first}{rest}".encode(), digest_size=8).digest(), "little")

    return key_of


def draw(purpose: int, counter: int) -> int:
    """The 64 random bits at `counter` of a key's sequence (splitmix64)."""
    bits = (purpose + counter * _STEP) & _MASK
    bits = ((bits ^ (bits >> 30)) * _FIRST) & _MASK
    bits = ((bits ^ (bits >> 27)) * _SECOND) & _MASK
    return bits ^ (bits >> 31)


def draws(purpose: int, counters: Integers) -> Bits:
    """`draw` for many counters at once."""
    bits = counters.astype(np.uint64)
    bits *= np.uint64(_STEP)
    bits += np.uint64(purpose)
    _mix(bits)
    return finished(bits)


def runs(purpose: int, starts: Integers, length: int) -> Bits:
    """`draws` for so many counters from each start on, one row each, without the last step.

    The 31 highest bits are those of `draws`; `finished` takes the last step.
    """
    # A table of weights draws millions. What the counters of a row add to its first is the same in each row.
    firsts = starts.astype(np.uint64)
    firsts *= np.uint64(_STEP)
    firsts += np.uint64(purpose & _MASK)
    bits = firsts[:, None] + _steps(length)
    _mix(bits)
    return bits


@lru_cache(maxsize=32)
def _steps(length: int) -> Bits:
    return np.arange(length, dtype=np.uint64) * np.uint64(_STEP)


def _mix(bits: Bits) -> None:
    """Mix the bits of states, all but the last step."""
    # In place: each array that is made on the way takes as long as a step.
    other = np.right_shift(bits, np.uint64(30))
    bits ^= other
    bits *= np.uint64(_FIRST)
    np.right_shift(bits, np.uint64(27), out=other)
    bits ^= other
    bits *= np.uint64(_SECOND)


def finished(bits: Bits) -> Bits:
    """The bits after the last step, which changes none of the 31 highest."""
    bits ^= bits >> np.uint64(31)
    return bits


def below(limit: int, bits: int) -> int:
    """A number in [0, limit) from 64 random bits."""
    # The bits are a fraction of 2**64. No number is drawn again, so one use takes one counter; the chances of
    # two results differ by 2**-64 at most.
    return (bits * limit) >> 64


def words(purpose: int, counters: Integers) -> Integers:
    """32 random bits for each counter, as non-negative int64 that arithmetic can use."""
    return (draws(purpose, counters) >> np.uint64(32)).astype(np.int64)
