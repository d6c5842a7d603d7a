"""Texts of a pattern: drawn from it once, and varied for each value."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator, Sequence

import jsonschema_rs

from metermock.contract.pattern_texts import UNDRAWABLE, matching
from metermock.contract.patterns import usable
from metermock.ledger import dice
from metermock.server.generation.values.letters import letters, like, variant, variants_of
from metermock.server.generation.values.scene import PRIME, salt

_DRAWS, _DRAWN = 60, 12
"""Texts of a pattern that are drawn, and how many of them are kept."""
_FREE = 20
"""Of those that are drawn, the ones that may be long."""
_OFTEN = 16
"""How often something is repeated where a pattern has no bound for it, and the text has another repeat."""
_LETTERS = 6_000
"""Letters of all of them, from which on they are drawn short: repeats of repeats make thousands for each."""
_NONE: tuple[int, dict[int, str | None]] = 0, {}
_SALTS = tuple(map(salt, ("like", *range(1, 12))))
"""What tells the keys of the variants of a text."""


class _Short(random.Random):
    """Of the repeats of a text that have no bound, only the first may be long.

    Else a word of a slug inside a repeat of words, each of them up to a hundred times, would make thousands
    of letters.
    """

    def __init__(self, seed: int, longest: int = _OFTEN) -> None:
        super().__init__(seed)
        self._longest = longest
        self._bound: int | None = None
        self.has_repeated = False
        """Whether a repeat without bound has been drawn for this text."""

    def begin(self, bound: int | None = None) -> None:
        """Begin a text; with a bound for its first repeat, each later one is half as often at most."""
        self.has_repeated, self._bound = False, bound

    def randint(self, a: int, b: int) -> int:
        """How often something is repeated."""
        if self._bound is not None and b - a > _OFTEN:
            b, self._bound = a + self._bound, self._bound // 2
            return super().randint(a, b)
        is_open = b - a > self._longest
        is_later, self.has_repeated = is_open and self.has_repeated, self.has_repeated or is_open
        return super().randint(a, a + self._longest if is_later else b)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; one that the engine of the validator cannot read is everywhere.

    Python's own engine may take hours for a repeat inside of a repeat, as many patterns for URLs have.
    """
    validator = _validator(pattern)
    return validator is None or validator.is_valid(text)


@functools.lru_cache(maxsize=1024)
def _validator(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    known = usable(pattern)
    return None if known is None else jsonschema_rs.Draft202012Validator({"pattern": known})


@functools.lru_cache(maxsize=1024)
def drawn(pattern: str, low: int, high: int | None) -> tuple[str, ...]:
    """Texts that a pattern matches whole, of the lengths that are allowed; none where none is found."""
    found: list[str] = []
    for text in _texts(pattern, low):
        whole = text
        if len(text) < low and not pattern.endswith("$"):
            whole += letters(dice.key(text), low - len(text))
        if high is None or len(whole) <= high:
            found.append(whole)
    # What repeats without bound is drawn too long: the shorter texts are the likelier ones.
    found = sorted(dict.fromkeys(found), key=len)
    fitting = [text for text in found if len(text) >= low and matches(pattern, text)][:_DRAWN]
    if not fitting:
        last = matching(pattern, low, high, plain=False)
        fitting = [] if last is None or not matches(pattern, last) else [last]
    return tuple(fitting)


def _texts(pattern: str, low: int) -> Iterator[str]:
    """Texts that a pattern matches whole; none of one that `rstr` does not understand."""
    from metermock.server.generation.values.drawing import Drawing  # noqa: PLC0415 - few documents have patterns

    dealer = _Short(dice.key("pattern", pattern), max(_OFTEN, low))
    left = _LETTERS
    try:
        drawing = Drawing(pattern, dealer)
        for number in range(_DRAWS):
            is_short = left <= 0 or (number >= _FREE and low <= _OFTEN)
            dealer.begin(_OFTEN if is_short else None)
            text = drawing.text()
            left -= len(text)
            yield text
    except UNDRAWABLE:
        return


class _Varied:
    """Other texts of the shapes of some, those that a pattern takes; each is made once."""

    def __init__(self, fits: Callable[[str], bool]) -> None:
        self.fits = fits
        self.few: dict[str, tuple[int, dict[int, str | None]]] = {}
        """How many texts have the shape of one, and those that were made, by their numbers."""

    def make(self, one: str, key: int) -> str | None:
        """Another text of the shape of one; None where the pattern does not take it."""
        if one not in self.few:
            self.few[one] = variants_of(one), {}
        count, texts = self.few[one]
        if not count:
            text = like(one, key)
            return text if self.fits(text) else None
        number = key % PRIME % count
        if number not in texts:
            # Made of the number alone, whichever key comes first.
            text = variant(one, number)
            texts[number] = text if self.fits(text) else None
        return texts[number]


def patterned(pattern: str, low: int, high: int | None, shown: Sequence[str]) -> Callable[[int], str]:
    """Texts of a pattern: others of the example's shape where the pattern takes them, else drawn ones."""

    def fits(text: str) -> bool:
        return low <= len(text) <= (len(text) if high is None else high) and matches(pattern, text)

    varied = _Varied(fits)
    few = varied.few
    # Letters that an alphabet leaves out, as those of ULIDs do, are not in every variant.
    salts = _SALTS if shown else _SALTS[:1]
    first = salts[0]

    def made(key: int) -> str:
        known = shown or drawn(pattern, low, high)
        if not known:
            return ("a" * max(low, 1))[:high]
        one = known[0] if len(known) == 1 else known[key % PRIME % len(known)]
        count, texts = few.get(one, _NONE)
        if count:
            # Most often it was made before: then it is found without another call.
            text = texts.get((key ^ first) % PRIME % count)
            if text is not None:
                return text
        for part in salts:
            text = varied.make(one, key ^ part)
            if text is not None:
                return text
        again = _drawn_again(pattern, key, len(one))
        longest = len(one) if shown else len(one) + _OFTEN
        return again if len(again) <= longest and fits(again) else one

    return made


def _drawn_again(pattern: str, key: int, longest: int) -> str:
    """A text of the pattern for this key alone: a dozen would be ids of several things at once.

    What has no bound is repeated no more often than a text of the wanted length has letters.
    """
    from metermock.server.generation.values.drawing import Drawing  # noqa: PLC0415 - few documents have patterns

    dealer = _Short(key)
    dealer.begin(min(longest, _OFTEN))
    try:
        return Drawing(pattern, dealer).text()
    except UNDRAWABLE:
        return ""
