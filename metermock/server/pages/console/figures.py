"""What a reply says of use: limits with what is used of them, and rows by day. Found by names and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

USED = frozenset({"used", "usage", "consumed", "spent"})
LIMITS = frozenset({"limit", "quota", "allowance", "cap", "budget", "entitlement", "included", "allotment"})
LEFT = frozenset({"remaining", "remain", "left", "available", "unused"})
DONE = frozenset({"sent", "made", "processed", "delivered", "generated", "translated", "transcribed"})
"""Say how much is used where one limit stands beside them: `emails_sent`, `monthly_quota`."""
COUNTS = frozenset({"count", "total"})
"""Say how much is used only beside a limit of the same thing: `character_count`, `character_limit`."""
SAYS_LEFT = (frozenset({"remaining"}), frozenset({"left"}), frozenset({"available"}))
OF_RATES = frozenset({"rate", "minute", "second", "concurrent", "page", "per"})
"""Words of limits that say how fast one may ask, which is no matter of a month's use."""
OF_SHARES = frozenset({"percent", "percentage", "pct", "ratio", "share"})
USUAL = ("calls", "requests", "usage", "credits", "tokens", "units", "count", "total", "value", "amount")
"""How the column is called that says most of a row, the likeliest first."""
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?", re.DOTALL)
IDS = (frozenset({"id"}), frozenset({"uuid"}))
FEWEST_ROWS = 7
DEEPEST = 6

Number = int | float


@dataclass(frozen=True, slots=True)
class Meter:
    """A limit, and what is used of it; a limit of None is no limit."""

    name: str
    used: Number
    limit: Number | None

    @property
    def percent(self) -> float | None:
        """How much of the limit is used."""
        return 100 * self.used / self.limit if self.limit else None


@dataclass(frozen=True, slots=True)
class Rows:
    """A number by day, or by another time, ascending."""

    name: str
    times: tuple[str, ...]
    values: tuple[Number, ...]


def meters_of(body: Any) -> list[Meter]:
    """Return the limits of a reply, each with what is used of it."""
    return [meter for name, part in parts(body) for meter in meters_in(name, part)]


def rows_of(body: Any) -> Rows | None:
    """Return the first list of rows by time in a reply; None without one."""
    for name, part in parts(body):
        for key, value in part.items():
            if isinstance(value, list) and (found := rows_in(key or name, value)):
                return found
    return rows_in("", body) if isinstance(body, list) else None


def parts(body: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects of a reply with their names, the outer ones first; not those of lists."""
    if not isinstance(body, dict) or depth > DEEPEST:
        return
    yield name, body
    for key, value in body.items():
        yield from parts(value, key, depth + 1)


def meters_in(name: str, part: Mapping[str, Any]) -> Iterator[Meter]:
    """Yield the limits that are fields of one object."""
    fields = {key: words(key) for key in part}
    limits = [key for key, each in fields.items() if each & LIMITS and not (each | words(name)) & OF_RATES]
    for key in limits:
        limit = part[key]
        field = used_field(fields, key, part, is_only=len(limits) == 1)
        used = part[field] if field is not None else without_left(fields, key, part, is_only=len(limits) == 1)
        if used is None or not (limit is None or is_number(limit)) or contradicts(part, used, limit):
            continue
        title = key if fields[key] - LIMITS else f"{name} {key}"
        yield Meter(said(title), used, None if limit is None or limit < 0 else limit)


def without_left(
    fields: Mapping[str, frozenset[str]], limit: str, part: Mapping[str, Any], *, is_only: bool
) -> Number | None:
    """Return what is used where only what is left is said of the same thing; None where it is not."""
    left = [
        key for key, each in fields.items() if each & LEFT and not each & OF_SHARES and is_number(part[key])
    ]
    same = [key for key in left if fields[key] - LEFT == fields[limit] - LIMITS] or (left if is_only else [])
    if len(same) != 1 or not is_number(part[limit]):
        return None
    used: Number = part[limit] - part[same[0]]
    return used if part[limit] >= part[same[0]] >= 0 else None


def used_field(
    fields: Mapping[str, frozenset[str]], limit: str, part: Mapping[str, Any], *, is_only: bool
) -> str | None:
    """Return the field that says what is used of a limit: that of the same thing, else the only one."""
    thing = fields[limit] - LIMITS
    numbers = {key: each for key, each in fields.items() if key != limit and is_number(part[key])}
    using = [key for key, each in numbers.items() if each & USED and not each & OF_SHARES]
    # Beside `seats`, which is not this limit, `seats_used` is what is used of them.
    using = [
        key for key in using if fields[key] - USED == thing or fields[key] - USED not in numbers.values()
    ]
    same = [key for key in using if fields[key] - USED == thing]
    found = same or [
        key for key, each in numbers.items() if thing and each & COUNTS and each - COUNTS == thing
    ]
    using = found or (using or done(numbers) if is_only else [])
    return using[0] if len(using) == 1 else None


def done(numbers: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the number that says what was done: `emails_sent`, else the only `calls`."""
    free = {key: each for key, each in numbers.items() if not each & (LIMITS | LEFT | OF_SHARES | OF_RATES)}
    found = [key for key, each in free.items() if each & DONE]
    return found or [key for key, each in free.items() if len(each) == 1 and each & {*USUAL[:6]}]


def contradicts(part: Mapping[str, Any], used: Number, limit: Number | None) -> bool:
    """Tell whether what the object says remains is not what is left: then the two fields are no pair."""
    remaining = [value for key, value in part.items() if words(key) in SAYS_LEFT and is_number(value)]
    return bool(remaining) and limit is not None and abs(max(limit - used, 0) - max(remaining[0], 0)) > 1


def rows_in(name: str, rows: list[Any]) -> Rows | None:
    """Return the rows of a list that have a time and a number each; rows with an id are things, no days."""
    if len(rows) < FEWEST_ROWS or not all(isinstance(row, dict) for row in rows):
        return None
    if any(words(key) in IDS for key in rows[0]):
        return None
    times = [key for key in rows[0] if all(is_time(row.get(key)) for row in rows)]
    numbers = [key for key in rows[0] if all(is_number(row.get(key)) for row in rows)]
    if not times or not numbers or len({row[times[0]] for row in rows}) < len(rows):
        return None
    key = min(numbers, key=lambda each: (rank(each), numbers.index(each)))
    ordered = sorted(rows, key=lambda row: row[times[0]])
    values = tuple(row[key] for row in ordered)
    return Rows(said(key) or said(name), tuple(row[times[0]] for row in ordered), values)


def rank(name: str) -> int:
    """Return how likely a column is the one that says most, the likeliest first."""
    found = [index for index, each in enumerate(USUAL) if each in words(name)]
    return found[0] if found else len(USUAL)


def words(name: str) -> frozenset[str]:
    """Return the words of a field's name, in lower case."""
    return frozenset(said(name).split())


def said(name: str) -> str:
    """Write a field's name as words: `monthlyLimit` and `monthly_limit` are `monthly limit`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\W_]+", apart.lower())).strip()


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_time(value: Any) -> bool:
    """Tell whether a value is a date or an instant."""
    return isinstance(value, str) and DATE.fullmatch(value) is not None
