"""Reads preferences where a request may write them: in its base URL, in `Prefer` and in `X-Metermock`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.errors import PreferenceError
from metermock.server.preferences.keys import FAULTS, KEYS, near
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferences.syntax import ListSyntaxError, Pair, pairs_of_header, pairs_of_url

URL, PREFER, OWN = "the base URL", "Prefer", "X-Metermock"
REGISTERED = frozenset({"respond-async", "return", "wait", "handling", "depth-noroot", "safe"})
"""The preferences that IANA registers: in `Prefer` they are the vendor's."""


@dataclass(frozen=True, slots=True)
class Written:
    """The texts of a request's preferences as they arrived; None where a place has none."""

    url: str | None = None
    prefer: str | None = None
    own: str | None = None
    prefer_is_vendors: bool = False
    """Whether the document itself has a `Prefer` header, whose other values mean something to the vendor."""


def read(written: Written) -> Preferences:
    """Read preferences; PreferenceError for what is unknown or unreadable.

    Of a key in several places the nearer one counts: X-Metermock before Prefer, and both before the base URL.
    """
    taken = Taken([], {}, {})
    for place, pairs in places(written, taken.problems):
        here: dict[str, str] = {}
        for pair in pairs:
            if here.setdefault(pair.name, pair.value) != pair.value:
                twice = f"{here[pair.name]} and {pair.value}"
                taken.problems.append(f"{place}: {pair.name} is there twice, {twice}. Keep one.")
            else:
                taken.take(place, pair)
    problems = [*taken.problems, *contradictions(taken.values)]
    if problems:
        raise PreferenceError(problems)
    return Preferences(**taken.values, texts=taken.texts)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from all places: what is wrong, the values, and their texts."""

    problems: list[str]
    values: dict[str, Any]
    texts: dict[str, str]

    def take(self, place: str, pair: Pair) -> None:
        """Take a value, in the place of one from farther away."""
        key = KEYS.get(pair.name)
        if key is None:
            is_rest = pair.name.isdecimal()
            advice = "Put a value with commas in double quotes." if is_rest else near(pair.name, KEYS)
            self.problems.append(f"{place}: there is no preference {pair.name!r}. {advice}".strip())
            return
        try:
            self.values[pair.name] = key.read(pair.value)
        except ValueError as error:
            advice = near(pair.value, FAULTS) if pair.name == "fault" else ""
            problem = f"{place}: {pair.name} takes {error}, not {pair.value!r}. {advice}"
            self.problems.append(problem.strip())
        self.texts[pair.name] = pair.value


def contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what cannot be met together."""
    if ("sequence" in values) != ("session" in values):
        yield 'sequence and session go together: sequence="429,200", session=NAME.'
    both = [key for key in ("code", "example") if key in values and "sequence" in values]
    if both:
        yield f"sequence chooses the status; {' and '.join(both)} cannot be preferred beside it."


def places(written: Written, problems: list[str]) -> Iterable[tuple[str, list[Pair]]]:
    """Yield each place with its pairs, the farthest first; note what is no list of preferences."""
    for place, text in ((URL, written.url), (PREFER, written.prefer), (OWN, written.own)):
        if text is None:
            continue
        try:
            pairs = list(pairs_of_url(text) if place == URL else pairs_of_header(text))
        except ListSyntaxError as fault:
            if place == PREFER and written.prefer_is_vendors:
                continue
            problems.append(
                f"{place}: {str(fault)!r} cannot be read. Write KEY=VALUE, texts in double quotes."
            )
            continue
        yield place, ours(pairs, is_vendors=written.prefer_is_vendors) if place == PREFER else pairs


def ours(pairs: list[Pair], *, is_vendors: bool) -> list[Pair]:
    """Return the pairs of `Prefer` that are for the mock.

    A registered name and a name with a dot, such as `odata.maxpagesize`, are the vendor's, with those of
    their parameters that the mock does not know.
    """
    kept: list[Pair] = []
    passes = is_vendors
    for pair in pairs:
        if pair.begins:
            passes = is_vendors or pair.name in REGISTERED or "." in pair.name
        if pair.name in KEYS or not passes:
            kept.append(pair)
    return kept
