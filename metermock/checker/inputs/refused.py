"""Parameters that a contract refuses: wrong types, unknown values, one beyond each bound, empty, repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.checker.deployment.statuses import INVALID
from metermock.checker.inputs.allowed import candidates, is_date, text_of
from metermock.contract import Operation, Parameter
from metermock.contract.exchange import Level
from metermock.contract.json_types import ABSENT

_LONG = 2_000
"""Long for a value, and short enough for any proxy."""
_SHORT = 60
"""Characters of a query that are worth showing."""
_NO_INTEGERS = ("abc", "1.5", "9223372036854775808", "NaN", "true")
_UNUSUAL_INTEGERS = ("+5", " 5", "1_0", "٣", "1e2", "0x10")
"""No contract says how an integer is written; languages read these, so a deployment may."""
_NO_DAYS = (
    "yesterday",
    "2026-02-30",
    "2027-02-29",
    "2026-13-01",
    "01/03/2026",
    "2026/03/01",
    "20260301",
    "2026-W10-1",
    "2026-3-1",
    "2026-03-01x",
    "2026-03-01T25:00:00Z",
    "2026-03-01T10:61:00Z",
    "1772323200",
)
_SPAN = re.compile(r"(\d+)([a-z]+)")
_FAMILIES = (
    {"second", "minute", "hour", "day", "week", "month", "quarter", "year"},
    {"hourly", "daily", "weekly", "monthly", "yearly"},
    {"asc", "desc", "ascending", "descending"},
)
"""Words that mean the same kind of thing: who knows some of them may know the others."""
_COUNTS = (0, 1, 7, 14, 31, 45, 100, 365)
_NO_BOOLEANS = ("yes", "1", "0", "True", "FALSE", "null")


@dataclass(frozen=True, slots=True)
class RefusedQuery:
    """A query that must be refused, and what is wrong with it.

    `raw` is sent byte for byte.
    """

    parameter: str
    raw: str
    about: str
    level: Level = "must"

    @property
    def shown(self) -> str:
        """What is wrong, with the query that shows it where that is short."""
        return f"{self.about} ({self.raw})" if len(self.raw) <= _SHORT else self.about


def refused_queries(operation: Operation) -> Iterator[RefusedQuery]:
    """Every query that an operation must refuse, parameter by parameter."""
    for parameter in operation.parameters:
        if parameter.location == "query":
            yield from _of(parameter)


def invalid_status(operation: Operation) -> int | None:
    """The documented status for invalid parameters; None where there is none."""
    return next((status for status in INVALID if status in operation.responses), None)


def _of(parameter: Parameter) -> Iterator[RefusedQuery]:
    name = _quoted(parameter.name)
    yield RefusedQuery(parameter.name, f"{name}=", "empty")
    wrong = list(_wrong_values(parameter))
    if wrong:
        # Of a text that may be anything, a deployment may as well say that it knows no such thing.
        yield RefusedQuery(parameter.name, f"{name}=%00", "a NUL")
        yield RefusedQuery(parameter.name, f"{name}=%FF%FE", "bytes that are no UTF-8")
    for text, about in wrong:
        yield RefusedQuery(parameter.name, f"{name}={_quoted(text)}", about)
    if "integer" in parameter.types:
        for text in _UNUSUAL_INTEGERS:
            yield RefusedQuery(parameter.name, f"{name}={_quoted(text)}", "an unusual integer", "should")
    allowed = _allowed_text(parameter)
    if allowed is not None and wrong:
        # Of a repeated parameter the last one counts.
        yield RefusedQuery(
            parameter.name, f"{name}={_quoted(allowed)}&{name}={_quoted(wrong[0][0])}", "valid, then invalid"
        )


def _wrong_values(parameter: Parameter) -> Iterator[tuple[str, str]]:
    schema = parameter.resolved
    if "enum" in schema:
        yield from _no_member([str(value) for value in schema["enum"]])
    elif "boolean" in parameter.types:
        yield from ((text, "no boolean") for text in _NO_BOOLEANS)
    elif "integer" in parameter.types:
        # The third is one beyond 64 bits, where some parsers wrap around.
        yield from ((text, "no integer") for text in _NO_INTEGERS)
        yield from _beyond(schema)
    elif schema.get("format") == "iana-timezone":
        yield from (
            (text, "no zone") for text in ("Mars/Olympus", "utc", "europe/berlin", "+02:00", "UTC ", "EST5")
        )
        yield "../etc/passwd", "a path, no zone"
        yield "Z" * _LONG, f"{_LONG:,} characters"
    elif is_date(parameter):
        yield from ((text, "no day") for text in _NO_DAYS)
        yield "2" * _LONG, f"{_LONG:,} characters"
    elif schema.get("format") == "uuid":
        yield "not-a-uuid", "no UUID"
        yield "x" * _LONG, f"{_LONG:,} characters"


def _no_member(members: list[str]) -> Iterator[tuple[str, str]]:
    yield "no-such-value", "an unknown value"
    yield "x" * _LONG, f"{_LONG:,} characters"
    # Case, blanks, a letter more or less: a server that trims or folds takes them.
    near = dict.fromkeys(
        text
        for member in members
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
    yield from ((text, "nearly a value") for text in near)
    yield ",".join(members[:2]), "two values at once"
    yield from ((text, "a value elsewhere") for text in _elsewhere(members))


def _elsewhere(members: list[str]) -> Iterator[str]:
    """What other APIs of the kind know: `all`, words of the same kind, other spans of time."""
    # Who knows `7d` and `30d` may compute any number of days.
    spans = [match for member in members if (match := _SPAN.fullmatch(member))]
    units = dict.fromkeys(span[2] for span in spans)
    kin = (word for family in _FAMILIES if family & set(members) for word in sorted(family))
    words = ["all", "null", *kin, *(f"{count}{unit}" for unit in units for count in _COUNTS)]
    yield from (text for text in words if text not in members)


def _beyond(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "minimum" in schema:
        yield str(schema["minimum"] - 1), "one below the lowest"
        yield str(schema["minimum"] - 1000), "far below the lowest"
    if "maximum" in schema:
        yield str(schema["maximum"] + 1), "one above the highest"
        yield str(schema["maximum"] * 1000), "far above the highest"


def _allowed_text(parameter: Parameter) -> str | None:
    if parameter.default is not ABSENT:
        return text_of(parameter.default)
    return next((text_of(value) for value in candidates(parameter)), None)


def _quoted(text: str) -> str:
    return "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "-._~/") else f"%{byte:02X}"
        for byte in text.encode()
    )
