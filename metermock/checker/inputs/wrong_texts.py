"""Texts that a kind of value cannot be: other words, other numbers, broken formats."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from metermock.checker.inputs.branches import Branch
from metermock.checker.inputs.numbers import Bounds, beyond_storage
from metermock.contract.parameter import text_of
from metermock.contract.samples import texts

Doubt = Literal["", "spelling", "unusual", "format"]
"""Whether a deployment may have a reason to take a value: no contract says how a truth or a day is spelled,
nor how an integer may be written that languages read in several ways; most formats are only annotations."""

LONG = 2_000
"""Long for a value, and short enough for any proxy."""
_LONGEST = 4_000
_MEMBERS = 8
"""Values of an enum that are tried with a letter more or less."""
_BROKEN = 4
"""Texts that break a pattern."""
_NO_INTEGERS = ("abc", "1.5", "9223372036854775808", "NaN", "true")
_UNUSUAL_INTEGERS = ("+5", " 5", "1_0", "٣", "1e2", "0x10")
"""No contract says how an integer is written; languages read these, so a deployment may."""
IMPOSSIBLE_DAYS = ("2026-02-30", "2027-02-29")
_DAYS: tuple[tuple[str, Doubt], ...] = (
    ("yesterday", ""),
    (IMPOSSIBLE_DAYS[0], ""),
    (IMPOSSIBLE_DAYS[1], ""),
    ("2026-13-01", ""),
    ("01/03/2026", "spelling"),
    ("2026/03/01", "spelling"),
    ("20260301", "spelling"),
    ("2026-W10-1", "spelling"),
    ("2026-3-1", "spelling"),
    ("2026-03-01x", ""),
    ("2026-03-01T25:00:00Z", ""),
    ("2026-03-01T10:61:00Z", ""),
    ("1772323200", "spelling"),
)
_OF_THE_OTHER_FORMAT = {
    "date-time": ("2026-03-01", "2026-03-01T12:00:00"),
    "date": ("2026-03-01T12:00:00Z",),
}
_ZONES = ("Mars/Olympus", "utc", "europe/berlin", "+02:00", "UTC ", "EST5")
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "uuid": ("not-a-uuid",),
    "email": ("nobody", "@example.com"),
    "idn-email": ("nobody",),
    "hostname": ("-example-.com", "a..b"),
    "ipv4": ("256.0.0.1", "192.0.2", "2001:db8::1"),
    "ipv6": ("2001:db8::g", "192.0.2.1"),
    "uri": ("//", "no uri", "http://[x"),
    "iri": ("no iri", "http://[x"),
    "uri-reference": ("http://[x", "\\"),
    "time": ("25:00:00Z", "noon"),
    "duration": ("1 day", "P"),
    "json-pointer": ("a", "/~2"),
    "regex": ("(", "["),
}
_SPAN = re.compile(r"(\d+)([a-z]+)")
_FAMILIES = (
    {"second", "minute", "hour", "day", "week", "month", "quarter", "year"},
    {"hourly", "daily", "weekly", "monthly", "yearly"},
    {"asc", "desc", "ascending", "descending"},
)
"""Words that mean the same kind of thing: who knows some of them may know the others."""
_COUNTS = (0, 1, 7, 14, 31, 45, 100, 365)
_BOOLEANS: tuple[tuple[str, Doubt], ...] = (
    ("yes", "spelling"),
    ("1", "spelling"),
    ("0", "spelling"),
    ("True", "spelling"),
    ("FALSE", "spelling"),
    ("null", ""),
)


class Wrong(NamedTuple):
    """A raw value that a schema should refuse: a text, or a list or a map of them; and what is wrong."""

    raw: Any
    about: str
    doubt: Doubt = ""


def wrong_texts(branch: Branch, *, takes_dates: bool) -> Iterator[Wrong]:
    """What is wrong for one alternative of a schema; another one may accept it."""
    whole = branch.whole
    if branch.members is not None:
        yield from _no_member(branch.members)
    elif "boolean" in branch.types:
        yield from (Wrong(text, "no boolean", doubt) for text, doubt in _BOOLEANS)
    elif branch.is_number:
        yield from _no_number(branch)
    elif whole.get("format") == "iana-timezone":
        yield from (Wrong(text, "no zone") for text in _ZONES)
        yield Wrong("../etc/passwd", "a path, no zone")
        yield Wrong("Z" * LONG, f"{LONG:,} characters")
    elif takes_dates or whole.get("format") in _OF_THE_OTHER_FORMAT:
        yield from _no_day(whole)
    elif branch.is_text:
        yield from _no_text(whole)


# Members ---------------------------------------------------------------------------------------------


def _no_member(values: tuple[Any, ...]) -> Iterator[Wrong]:
    members = [text_of(value) for value in values]
    yield Wrong("no-such-value", "an unknown value")
    yield Wrong("x" * LONG, f"{LONG:,} characters")
    if all(isinstance(value, str) for value in values):
        yield from (Wrong(text, "nearly a value") for text in _near(members))
        yield Wrong(",".join(members[:2]), "two values at once")
        yield from (Wrong(text, "a value elsewhere") for text in _elsewhere(members))
        return
    for value, text in itertools.islice(zip(values, members, strict=True), _MEMBERS):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield Wrong(text.upper(), "nearly a value", "spelling")
            continue
        yield from (Wrong(text_of(other), "nearly a value") for other in (value - 1, value + 1))
        yield Wrong(f" {text}", "an unusual number", "unusual")


def _near(members: list[str]) -> Iterator[str]:
    """Case, blanks, a letter more or less: a server that trims or folds takes them."""
    found = dict.fromkeys(
        text
        for member in members[:_MEMBERS]
        for text in (
            member.upper(),
            member.capitalize(),
            f"{member} ",
            f" {member}",
            f"{member}x",
            member[:-1],
        )
        if text and text not in members
    )
    yield from found


def _elsewhere(members: list[str]) -> Iterator[str]:
    """What other APIs of the kind know: `all`, words of the same kind, other spans of time."""
    # Who knows `7d` and `30d` may compute any number of days.
    spans = [match for member in members if (match := _SPAN.fullmatch(member))]
    units = dict.fromkeys(span[2] for span in spans)
    kin = (word for family in _FAMILIES if family & set(members) for word in sorted(family))
    words = ["all", "null", *kin, *(f"{count}{unit}" for unit in units for count in _COUNTS)]
    yield from (text for text in words if text not in members)


# Numbers, days, texts --------------------------------------------------------------------------------


def _no_number(branch: Branch) -> Iterator[Wrong]:
    is_integer = "number" not in branch.types
    kind = "integer" if is_integer else "number"
    # The third is one beyond 64 bits, where some parsers wrap around.
    yield from (Wrong(text, f"no {kind}") for text in _NO_INTEGERS)
    for value, about in Bounds.of(branch.whole, is_integer=is_integer).missed():
        yield Wrong(text_of(value), about)
    for value, about in beyond_storage(branch.whole):
        yield Wrong(text_of(value), about)
    yield from (Wrong(text, f"an unusual {kind}", "unusual") for text in _UNUSUAL_INTEGERS)


def _no_day(whole: Mapping[str, Any]) -> Iterator[Wrong]:
    # A pattern says how a day is spelled; a format is often read with more patience.
    is_spelled = "pattern" in whole
    yield from (Wrong(text, "no day", "" if is_spelled else doubt) for text, doubt in _DAYS)
    for text in _OF_THE_OTHER_FORMAT.get(whole.get("format", ""), ()):
        yield Wrong(text, f"no {whole['format']}", "spelling")
    yield Wrong("2" * LONG, f"{LONG:,} characters")


def _no_text(whole: Mapping[str, Any]) -> Iterator[Wrong]:
    named = whole.get("format", "")
    kind = named.upper() if named == "uuid" else named
    broken = _FORMATS.get(named, ())
    yield from (Wrong(text, f"no {kind}", "format") for text in broken)
    if broken:
        yield Wrong("x" * LONG, f"{LONG:,} characters", "format")
    yield from _of_other_length(whole)
    if "pattern" in whole:
        yield from (Wrong(text, "not of the documented form") for text in _unlike_the_pattern(whole))


def _of_other_length(whole: Mapping[str, Any]) -> Iterator[Wrong]:
    least, most = whole.get("minLength", 0), whole.get("maxLength")
    fitting = next(texts(whole), "")
    if 1 < least <= _LONGEST:
        yield Wrong((fitting * least or "a" * least)[: least - 1], "one character too short")
    if most is not None and most < _LONGEST:
        text = (fitting * (most + 1) or "a" * (most + 1))[: most + 1]
        yield Wrong(text, "one character too long")


def _unlike_the_pattern(whole: Mapping[str, Any]) -> Iterator[str]:
    fitting = next(texts(whole), "")
    found = ("no such value!", f"{fitting}!", f"!{fitting}", fitting.swapcase(), fitting[:-1], "!")
    yield from (text for text in dict.fromkeys(found) if text and text != fitting)
