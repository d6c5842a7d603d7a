"""Patterns as sets of texts: whether several of them have a text together, and which."""

from __future__ import annotations

import importlib
import random
import re
import string
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from metermock.contract.python_patterns import for_python

# Python's own reader of patterns has no public name.
_PARSER: Any = importlib.import_module("re._parser")
_FIRST, _LAST = 32, 126
"""The characters that texts are made of: those of ASCII that can be printed."""
_ANY = (1 << (_LAST - _FIRST + 1)) - 1
_MOST_STATES = 4_000
_MOST_MEETINGS = 12_000
_LONG, _LONG_PLAIN = 60, 12
"""Characters behind which a text takes the shortest way to its end."""
_PLAIN = sum(1 << (ord(each) - _FIRST) for each in string.ascii_letters + string.digits)
_ENDS_IN = 3
"""One text of so many ends where it may."""
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_BEGINS = frozenset({"AT_BEGINNING", "AT_BEGINNING_STRING"})
_ENDS = frozenset({"AT_END", "AT_END_STRING"})
_LOOKS = frozenset({"ASSERT", "ASSERT_NOT"})
_AHEAD = 1

States = frozenset[int]


class UnreadableError(Exception):
    """A pattern is no set of texts that can be looked through: it looks around, or is too large."""


class Language:
    """The texts in which a pattern is found, as a machine that reads them; `others` are those without it.

    UnreadableError for a pattern that looks around or is too large. One that `looks_past` passes over what
    has to stand around: it has other texts too.
    """

    def __init__(
        self, pattern: str | Sequence[Any], *, others: bool = False, looks_past: bool = False
    ) -> None:
        self.others = others
        self._looks_past = looks_past
        self._moves: list[list[tuple[int, int]]] = []
        """From each state, by which characters it goes on, and to which state."""
        self._free: list[list[tuple[str, int]]] = []
        """From each state, where it goes on without a character: always, or at the begin or end alone."""
        self._steps: dict[tuple[States, int], States] = {}
        pieces = _parsed(pattern) if isinstance(pattern, str) else pattern
        # A pattern is found anywhere in a text, unless it says otherwise.
        start, self._end = self._state(), self._state()
        self._moves[start].append((_ANY, start))
        self._moves[self._end].append((_ANY, self._end))
        self._link(self._sequence(pieces, start), self._end)
        self.start = self._closed({start}, "begin")

    @cached_property
    def sets(self) -> set[int]:
        """The sets of characters that it tells from others."""
        return {characters for moves in self._moves for characters, _ in moves}

    def step(self, states: States, character: int) -> States:
        """The states behind a character, which is given as a bit."""
        key = states, character
        found = self._steps.get(key)
        if found is None:
            after = {to for each in states for characters, to in self._moves[each] if characters & character}
            found = self._steps[key] = self._closed(after, "")
        return found

    def ends(self, states: States) -> bool:
        """Whether a text may end in these states."""
        return (self._end in self._closed(states, "end")) is not self.others

    def goes_on(self, states: States) -> bool:
        """Whether some text may end behind these states."""
        return self.others or bool(states)

    def _closed(self, states: Iterable[int], where: str) -> States:
        found, waiting = set(states), list(states)
        while waiting:
            for kind, to in self._free[waiting.pop()]:
                if kind in ("", where) and to not in found:
                    found.add(to)
                    waiting.append(to)
        return frozenset(found)

    def _state(self) -> int:
        if len(self._moves) > _MOST_STATES:
            raise UnreadableError
        self._moves.append([])
        self._free.append([])
        return len(self._moves) - 1

    def _link(self, begin: int, end: int, kind: str = "") -> None:
        self._free[begin].append((kind, end))

    def _sequence(self, pieces: Iterable[Any], begin: int) -> int:
        for operation, value in pieces:
            begin = self._piece(str(operation), value, begin)
        return begin

    def _piece(self, operation: str, value: Any, begin: int) -> int:
        """Read one piece of a pattern from a state on; give the state behind it."""
        if operation in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, pieces = value
            return self._repeat(least, most, pieces, begin)
        if operation == "SUBPATTERN" and not value[1] and not value[2]:
            return self._sequence(value[3], begin)
        end = self._state()
        if operation == "BRANCH":
            for way in value[1]:
                first = self._state()
                self._link(begin, first)
                self._link(self._sequence(way, first), end)
        elif operation == "AT" and str(value) in _BEGINS | _ENDS:
            self._link(begin, end, "begin" if str(value) in _BEGINS else "end")
        elif self._looks_past and operation in {"AT", *_LOOKS}:
            self._link(begin, end)
        else:
            self._moves[begin].append((_characters(operation, value), end))
        return end

    def _repeat(self, least: int, most: Any, pieces: Any, begin: int) -> int:
        for _ in range(least):
            begin = self._sequence(pieces, begin)
        end = self._state()
        self._link(begin, end)
        if most is _PARSER.MAXREPEAT:
            first = self._state()
            self._link(begin, first)
            self._link(self._sequence(pieces, first), first)
            self._link(first, end)
            return end
        for _ in range(least, most):
            begin = self._sequence(pieces, begin)
            self._link(begin, end)
        return end


def languages_of(pattern: str) -> list[Language]:
    """The languages whose common texts are those in which a pattern is found.

    What it looks for ahead at the beginning, as passwords have it, is a language of its own.
    """
    first, *pieces = _parsed(pattern) or [None]
    if first is None or str(first[0]) != "AT" or str(first[1]) not in _BEGINS:
        return [Language(pattern)]
    looks = []
    while pieces and str(pieces[0][0]) in _LOOKS and pieces[0][1][0] == _AHEAD:
        looks.append(pieces.pop(0))
    ahead = [Language([first, *look], others=str(kind) == "ASSERT_NOT") for kind, (_, look) in looks]
    return [Language([first, *pieces]), *ahead]


def _parsed(pattern: str) -> list[Any]:
    try:
        parsed = _PARSER.parse(for_python(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise UnreadableError from error
    if parsed.state.flags & re.IGNORECASE:
        raise UnreadableError
    return list(parsed)


def _characters(operation: str, value: Any) -> int:
    """The characters that one piece of a pattern takes, a bit for each."""
    if operation == "LITERAL":
        return 1 << (value - _FIRST) if _FIRST <= value <= _LAST else 0
    if operation == "NOT_LITERAL":
        return _ANY & ~_characters("LITERAL", value)
    if operation == "ANY":
        return _ANY
    if operation == "RANGE":
        low, high = max(value[0], _FIRST), min(value[1], _LAST)
        return (1 << (high - _FIRST + 1)) - (1 << (low - _FIRST)) if low <= high else 0
    if operation == "CATEGORY":
        takes = re.compile(_CATEGORIES[str(value)]).match
        return sum(1 << (each - _FIRST) for each in range(_FIRST, _LAST + 1) if takes(chr(each)))
    if operation != "IN":
        raise UnreadableError
    listed = [(str(kind), each) for kind, each in value]
    found = 0
    for kind, each in listed:
        found |= 0 if kind == "NEGATE" else _characters(kind, each)
    return _ANY & ~found if listed and listed[0][0] == "NEGATE" else found


Meeting = tuple[tuple[States, ...], int]
"""The states of several machines that have read one text, and its length as far as it counts."""


class Common:
    """The texts of printable ASCII that several languages have together, within bounds of their length.

    UnreadableError where they are too many to look through.
    """

    def __init__(self, languages: Sequence[Language], low: int = 0, high: int | None = None) -> None:
        self._languages = languages
        self._low, self._high = low, high
        self._start: Meeting = tuple(each.start for each in languages), 0
        self._ways: dict[Meeting, list[tuple[int, Meeting]]] = {}
        self._left: dict[Meeting, int] = {}
        """How many characters are missing at least; nothing for what leads to no end."""
        self._explore(list(_classes({each for language in languages for each in language.sets})))

    @property
    def is_empty(self) -> bool:
        """Whether they have no text together."""
        return self._start not in self._left

    def draw(self, key: int, *, plain: bool = False) -> str:
        """One of the texts, by a key; there must be some. A plain one is short, and of letters and digits."""
        long = _LONG_PLAIN if plain else _LONG
        dealer = random.Random(key)  # noqa: S311 - the same text for the same key
        at, found = self._start, ""
        while True:
            ways = [(characters, to) for characters, to in self._ways[at] if to in self._left]
            if not self._left[at] and (not ways or len(found) > long or not dealer.randrange(_ENDS_IN)):
                return found
            if len(found) > long:
                nearest = min(self._left[to] for _, to in ways)
                ways = [(characters, to) for characters, to in ways if self._left[to] == nearest]
            if plain:
                ways = [(each & _PLAIN, to) for each, to in ways if each & _PLAIN] or ways
            number = dealer.randrange(sum(characters.bit_count() for characters, _ in ways))
            for characters, to in ways:
                if number < characters.bit_count():
                    found, at = found + _nth(characters, number), to
                    break
                number -= characters.bit_count()

    def _explore(self, classes: Sequence[int]) -> None:
        ends: list[Meeting] = []
        before: dict[Meeting, list[Meeting]] = {}
        waiting = deque([self._start])
        self._ways[self._start] = []
        while waiting:
            at = waiting.popleft()
            if self._is_end(at):
                ends.append(at)
            for characters, to in self._after(at, classes):
                self._ways[at].append((characters, to))
                before.setdefault(to, []).append(at)
                if to not in self._ways:
                    if len(self._ways) > _MOST_MEETINGS:
                        raise UnreadableError
                    self._ways[to] = []
                    waiting.append(to)
        self._left = dict.fromkeys(ends, 0)
        queue = deque(ends)
        while queue:
            to = queue.popleft()
            for at in before.get(to, ()):
                if at not in self._left:
                    self._left[at] = self._left[to] + 1
                    queue.append(at)

    def _is_end(self, at: Meeting) -> bool:
        pairs = zip(self._languages, at[0], strict=True)
        return at[1] >= self._low and all(language.ends(states) for language, states in pairs)

    def _after(self, at: Meeting, classes: Sequence[int]) -> Iterator[tuple[int, Meeting]]:
        length = at[1] + 1
        if self._high is not None and length > self._high:
            return
        if self._high is None:
            length = min(length, self._low)
        for characters in classes:
            one = characters & -characters
            states = tuple(
                language.step(each, one) for language, each in zip(self._languages, at[0], strict=True)
            )
            if all(map(Language.goes_on, self._languages, states)):
                yield characters, (states, length)


def _classes(sets: Iterable[int]) -> Iterator[int]:
    """The characters, in the largest groups of which every set has all or none."""
    groups = [_ANY]
    for each in sorted(sets):
        parts = ((group & each, group & ~each) for group in groups)
        groups = [part for pair in parts for part in pair if part]
    yield from sorted(groups)


def _nth(characters: int, number: int) -> str:
    for _ in range(number):
        characters &= characters - 1
    return chr((characters & -characters).bit_length() - 1 + _FIRST)
