"""Reads preferences where a request may write them: base URL, query, `Prefer` and `X-Metermock`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.errors import PreferenceError
from metermock.server.preferences.keys import FAULTS, KEYS
from metermock.server.preferences.nearest import near
from metermock.server.preferences.preferences import Preferences
from metermock.server.preferences.syntax import ListSyntaxError, Pair, echoed, pairs_of_header, pairs_of_url

URL, QUERY, PREFER, OWN = "the base URL", "the query", "Prefer", "X-Metermock"
REGISTERED = frozenset({"respond-async", "return", "wait", "handling", "depth-noroot", "safe"})
"""The preferences that IANA registers: in `Prefer` they are the vendor's."""
MOST_PROBLEMS = 8
"""How many problems are told of one request."""


@dataclass(frozen=True, slots=True)
class Written:
    """The texts of a request's preferences as they arrived; None where a place has none."""

    url: str | None = None
    query: tuple[Pair, ...] = ()
    prefer: str | None = None
    own: str | None = None
    prefer_is_vendors: bool = False
    """Whether the document itself has a `Prefer` header, whose other values mean something to the vendor."""


def read(written: Written) -> Preferences:
    """Read preferences; PreferenceError for what is unknown or unreadable.

    Of a key in several places the nearer one counts: X-Metermock, then Prefer, the query, the base URL.
    """
    taken = Taken({}, {}, {})
    for place, pairs in places(written, taken):
        here: dict[str, str] = {}
        for pair in pairs:
            if here.setdefault(pair.name, pair.value) == pair.value:
                taken.take(place, pair)
            elif pair.name in KEYS:
                twice = f"{echoed(here[pair.name])} and {echoed(pair.value)}"
                taken.note(place, pair.name, f"{pair.name} is there twice, {twice}. Keep one.")
    problems = [*taken.problems.values(), *contradictions(taken.values)]
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems[MOST_PROBLEMS:] = [f"{more} more {'is' if more == 1 else 'are'} wrong."]
    if problems:
        raise PreferenceError(problems)
    return Preferences(**taken.values, texts=taken.texts)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from all places: what is wrong, the values, and their texts."""

    problems: dict[tuple[str, str], str]
    """By place and key: the first one of each is told."""
    values: dict[str, Any]
    texts: dict[str, str]

    def note(self, place: str, name: str, problem: str) -> None:
        """Note what is wrong with a key in a place."""
        self.problems.setdefault((place, name), f"{place}: {problem}".strip())

    def take(self, place: str, pair: Pair) -> None:
        """Take a value, in the place of one from farther away."""
        key = KEYS.get(pair.name)
        if key is None:
            # The rest of a list without quotes: one mistake, however many numbers it has.
            is_rest = pair.name.isdecimal()
            advice = "Put a value with commas in double quotes." if is_rest else near(pair.name, KEYS)
            problem = f"there is no preference {echoed(pair.name)}. {advice}"
            self.note(place, "" if is_rest else pair.name, problem)
            return
        try:
            self.values[pair.name] = key.read(pair.value)
        except ValueError as error:
            advice = near(pair.value, FAULTS) if pair.name == "fault" else ""
            takes, *wrong = error.args
            shown = wrong[0] if wrong else echoed(pair.value)
            self.note(place, pair.name, f"{pair.name} takes {takes}, not {shown}. {advice}")
        self.texts[pair.name] = pair.value


def contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what cannot be met together."""
    if ("sequence" in values) != ("session" in values):
        yield 'sequence and session go together: sequence="429,200", session=NAME.'
    both = [key for key in ("code", "example") if key in values and "sequence" in values]
    if both:
        yield f"sequence chooses the status; {' and '.join(both)} cannot be preferred beside it."


def places(written: Written, taken: Taken) -> Iterable[tuple[str, list[Pair]]]:
    """Yield each place with its pairs, the farthest first; note what is no list of preferences."""
    is_vendors = written.prefer_is_vendors
    if written.url is not None:
        yield URL, listed(URL, written.url, pairs_of_url, taken)
    yield QUERY, [*written.query]
    if written.prefer is not None:
        pairs = listed(PREFER, written.prefer, pairs_of_header, None if is_vendors else taken)
        yield PREFER, ours(pairs, is_vendors=is_vendors)
    if written.own is not None:
        yield OWN, listed(OWN, written.own, pairs_of_header, taken)


def listed(
    place: str, text: str, pairs_of: Callable[[str], Iterable[Pair]], taken: Taken | None
) -> list[Pair]:
    """Return the pairs of a text; none where it is no list, which is noted in what was taken."""
    try:
        return [*pairs_of(text)]
    except ListSyntaxError as fault:
        if taken is not None:
            advice = "Write KEY=VALUE, texts in double quotes."
            taken.note(place, "", f"{echoed(str(fault))} cannot be read. {advice}")
        return []


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
