"""No text shows a secret: each of its spellings is replaced by its name.

How much of a text can be a secret depends on how long the secret is:

- one of 8 characters and more is found anywhere, and so is one of 4 to 7 that mixes letters with others;
- a word or a number of 4 to 7 is found where it stands alone;
- one of 1 to 3 is found where a request carries it, in a header or in the query: it would be in every text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from metermock.checker.deployment.many_secrets import ManySecrets
from metermock.checker.deployment.secret import Secret, beginning
from metermock.checker.deployment.spellings import placed, readings, spelled
from metermock.contract.wire_text import quoted

_SHORTEST = 4
_LONG = 8
_CUT = 8
"""How much of a secret a text may end with by chance."""
_ELLIPSIS = "…"
_AUTHORIZATION = re.compile(
    r"(basic|bearer|digest|token|apikey|key|hoba|hawk|negotiate|dpop|vapid)\s+(.*\S)\s*", re.IGNORECASE
)
_NEAR = 80
_NAME = re.compile(r"\$\{?\w*\Z")
_Known = tuple[tuple[str, tuple[str, ...]], ...]
"""A secret's shell expression and all its values, for each secret."""


def conceal(text: str, secrets: Iterable[Secret], *, carried: bool = False) -> str:
    """`text` with each secret replaced by its name.

    `carried` says that it is the value of a header or a parameter, in which a short secret is hidden too.
    """
    return concealment(secrets).conceal(text, carried=carried)


def concealment(secrets: Iterable[Secret]) -> Concealment:
    """What hides these secrets, with all the values that they have by now."""
    secrets = [each for each in secrets if each.shell]
    hidden = _concealment(tuple((each.shell, each.values) for each in secrets))
    many = tuple((each.many, each.shell) for each in secrets if each.many is not None)
    return replace(hidden, many=many) if many else hidden


@dataclass(frozen=True, slots=True)
class _Needle:
    """What a reading is searched for."""

    text: str
    shell: str
    is_word: bool
    least: int
    """How much of it tells it, where a text is cut."""


@dataclass(frozen=True, slots=True)
class Concealment:
    """Secrets, ready to be found."""

    exact: dict[str, str]
    """What a shell has to put in the place of some spellings, so that a command still works."""
    whole: dict[str, str]
    """The secrets themselves: one that is cut or in other capitals has a name of its own."""
    short: dict[str, str]
    """Spellings that are too short to be looked for everywhere, and what they are of."""
    needles: tuple[_Needle, ...]
    many: tuple[tuple[ManySecrets, str], ...] = ()
    """More secrets than can be looked for one by one, and what they are called."""

    def conceal(self, text: str, *, carried: bool = False) -> str:
        """`text` with each secret replaced by its name."""
        shown: list[str] = []
        at = 0
        for start, end, shell in _apart(self._found(text, carried=carried)):
            # Without quotes, so that what was JSON before is JSON still.
            named = self.whole.get(text[start:end], shell)
            shown += (text[at:start], re.sub(r"[\"'\\]", "", named))
            at = end
        return "".join((*shown, text[at:]))

    def pieces(self, text: str, *, carried: bool = False) -> Iterator[tuple[str, str]]:
        """The text in pieces: (literal, "") or (spelling, what a shell makes the spelling of)."""
        at = 0
        for start, end, shell in _apart(self._found(text, carried=carried)):
            yield text[at:start], ""
            spelling = text[start:end]
            yield spelling, self.exact.get(spelling, shell)
            at = end
        yield text[at:], ""

    def _found(self, text: str, *, carried: bool) -> Iterator[tuple[int, int, str]]:
        for value, shell in self.short.items() if carried else ():
            for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
                yield *match.span(), shell
        # Most texts have none, and need no places.
        if not (self.needles or self.many) or not any(map(self._may_be_in, readings(text))):
            return
        for reading in placed(text):
            ends = _ends(reading.text)
            for needle in self.needles:
                for start, end in (*_whole(needle, reading.text), *_cut_off(needle, reading.text, ends)):
                    yield reading.starts[start], reading.ends[end - 1], needle.shell
            for secrets, shell in self.many:
                for start, end in secrets.places(reading.text):
                    yield reading.starts[start], reading.ends[end - 1], shell

    def _may_be_in(self, reading: str) -> bool:
        return (
            any(needle.text in reading for needle in self.needles)
            or any(secrets.may_be_in(reading) for secrets, _ in self.many)
            or any(_ends_with(needle, reading, end) for end in _ends(reading) for needle in self.needles)
        )


@lru_cache(maxsize=32)
def _concealment(known: _Known) -> Concealment:
    exact: dict[str, str] = {}
    whole: dict[str, str] = {}
    needles: dict[str, _Needle] = {}
    short: dict[str, str] = {}
    # A value that several secrets have goes by the first one's name: those of the accounts come first.
    for shell, values in known:
        encoded = f"$(printf %s \"{shell}\" | base64 | tr -d '\\n')"
        for value in filter(None, values):
            exact.setdefault(value, shell)
            whole.setdefault(value, shell)
            whole.setdefault(_base64(value), shell)
            exact.setdefault(quoted(value, safe="/:,@"), shell)
            exact.setdefault(_base64(value), encoded)
            if len(_told_by(value)) < _SHORTEST:
                short = {value: shell, _base64(value): shell} | short
    # The parts of a value only where they are no value by themselves.
    for take in (lambda value: (value,), parts):
        for shell, values in known:
            for value in filter(None, values):
                for part in take(value):
                    for needle in _needles(part, shell):
                        needles.setdefault(needle.text, needle)
    return Concealment(exact, whole, short, tuple(needles.values()))


def parts(value: str) -> tuple[str, ...]:
    """What is a secret by itself within one: what stands behind `Bearer`, a password, each cookie."""
    behind = _AUTHORIZATION.fullmatch(value.strip())
    if behind and behind[1].lower() == "basic":
        try:
            named = base64.b64decode(behind[2], validate=True).decode()
        except ValueError:
            named = ""
        return (behind[2], named, named.partition(":")[2])
    if behind:
        return (behind[2],)
    pairs = [pair.partition("=") for pair in value.split("; ")]
    if all(re.fullmatch(r"[\w.-]+", name) and held for name, _, held in pairs):
        return tuple(held for _, _, held in pairs)
    return (value.partition(":")[2],)


def _told_by(value: str) -> str:
    """What is secret about a value: `Bearer x` is as short as `x`."""
    behind = _AUTHORIZATION.fullmatch(value.strip())
    return behind[2] if behind else value.strip()


def _needles(value: str, shell: str) -> Iterator[_Needle]:
    core = _told_by(value)
    if len(core) < _SHORTEST:
        return
    is_word = len(core) < _LONG and (core.isalpha() or not re.search(r"[^\W\d_]", core))
    least = max(_CUT, len(beginning(value)) + _SHORTEST)
    for text in spelled(value):
        # Base64 is a spelling that no word has by chance.
        yield _Needle(text, shell, is_word and len(text) <= len(value), least)


def _whole(needle: _Needle, text: str) -> Iterator[tuple[int, int]]:
    size = len(needle.text)
    start = text.find(needle.text)
    while start >= 0:
        end = start + size
        if not needle.is_word or _stands_alone(text, start, end):
            yield start, end
        start = text.find(needle.text, start + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return False
    # The name of a variable may have the word in it, and stands for a secret already.
    return not _NAME.search(text[max(0, start - _NEAR) : start])


def _cut_off(needle: _Needle, text: str, ends: list[int]) -> Iterator[tuple[int, int]]:
    """The beginning of a secret at the end of a text that was cut."""
    for end in ends:
        size = _ends_with(needle, text, end)
        if size:
            yield end - size, end


def _ends(text: str) -> list[int]:
    """Where a text may have been cut."""
    return [*(match.start() for match in re.finditer(_ELLIPSIS, text)), len(text)]


def _ends_with(needle: _Needle, text: str, end: int) -> int:
    """How many of the needle's first letters stand before that place; 0 where they are too few to tell."""
    first = needle.text[: needle.least]
    start = text.find(first, max(0, end - len(needle.text)), end)
    while start >= 0:
        if needle.text.startswith(text[start:end]):
            return end - start
        start = text.find(first, start + 1, end)
    return 0


def _apart(found: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The places one after the other; of those that overlap the longest gives the name to all."""
    group: list[tuple[int, int, str]] = []
    for one in sorted(set(found)):
        if group and one[0] >= max(end for _, end, _ in group):
            yield _united(group)
            group = []
        group.append(one)
    if group:
        yield _united(group)


def _united(group: list[tuple[int, int, str]]) -> tuple[int, int, str]:
    longest = max(group, key=lambda one: one[1] - one[0])
    return min(one[0] for one in group), max(one[1] for one in group), longest[2]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()
