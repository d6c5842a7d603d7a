"""Texts without a meaning: ids, UUIDs, and others of the shape of one that is shown."""

from __future__ import annotations

import math
import re
import uuid

from metermock.ledger import dice
from metermock.remembered import remembered

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = tuple(first + second for second in _ALPHABET for first in _ALPHABET)
_TWO = len(_PAIRS)
_SIX = _TWO**3
_DOZEN = 12
"""Letters that are taken from the bits of one draw."""
_FEW = 1_000
"""Texts of one shape that are worth being kept."""


def letters(key: int, length: int) -> str:
    """Small letters and digits."""
    made = "".join([_dozen(dice.draw(key, index)) for index in range(0, length, _DOZEN)])
    return made[:length]


def _dozen(bits: int) -> str:
    """The last twelve digits of a number to the base 36, the last first."""
    # In pairs, and halved first: small integers are divided faster.
    high, low = divmod(bits, _SIX)
    return (
        f"{_PAIRS[low % _TWO]}{_PAIRS[low // _TWO % _TWO]}{_PAIRS[low // _TWO // _TWO]}"
        f"{_PAIRS[high % _TWO]}{_PAIRS[high // _TWO % _TWO]}{_PAIRS[high // _TWO // _TWO % _TWO]}"
    )


def hexadecimal(key: int, length: int) -> str:
    """Hexadecimal digits."""
    return "".join(f"{dice.draw(key, index):016x}" for index in range(-(-length // 16)))[:length]


def uuid_of(key: int) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=dice.draw(key, 1) << 64 | dice.draw(key, 2), version=4))


def like(shown: str, key: int) -> str:
    """Another text of an example's shape: what stands before the last separator stays, the rest is drawn."""
    shape = _shape_of(shown)
    if shape is None:
        return uuid_of(key)
    kept, alphabets = shape
    made = [kept]
    bits = 0
    for index, alphabet in enumerate(alphabets):
        if index % _DOZEN == 0:
            bits = dice.draw(key, index)
        bits, rest = divmod(bits, len(alphabet))
        made.append(alphabet[rest])
    return "".join(made)


def variant(shown: str, number: int) -> str:
    """The text of a number below `variants_of` an example."""
    shape = _shape_of(shown)
    if shape is None:
        return shown
    kept, alphabets = shape
    made = [kept]
    for alphabet in alphabets:
        number, rest = divmod(number, len(alphabet))
        made.append(alphabet[rest])
    return "".join(made)


@remembered(4096)
def variants_of(shown: str) -> int:
    """How many texts of an example's shape there are, where a number says which; nought for more of them."""
    shape = _shape_of(shown)
    if shape is None or len(shape[1]) > _DOZEN:
        return 0
    count = math.prod(map(len, shape[1]))
    return count if count <= _FEW else 0


@remembered(4096)
def _shape_of(shown: str) -> tuple[str, tuple[str, ...]] | None:
    """What stays of an example, and of which letters each of the others is one; None for a UUID."""
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", shown):
        return None
    head = re.match(r"(?:.*[_\-:/.])?", shown)
    kept = head[0] if head and len(head[0]) < len(shown) else ""
    rest = shown[len(kept) :]
    if re.fullmatch(r"[0-9a-f]{6,}", rest) is not None and not rest.isdecimal():
        return kept, ("0123456789abcdef",) * len(rest)
    return kept, tuple(
        _alphabet_of(character, is_first=index == 0) or character for index, character in enumerate(rest)
    )


def _alphabet_of(character: str, *, is_first: bool) -> str:
    if character.isdecimal() and character.isascii():
        return "123456789" if is_first else "0123456789"
    if character.isascii() and character.islower():
        return "abcdefghijklmnopqrstuvwxyz"
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if character.isascii() and character.isupper() else ""
