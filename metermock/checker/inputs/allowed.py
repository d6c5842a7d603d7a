"""Requests that a contract allows: every value, every bound, and the combinations that matter."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from metermock.checker.deployment.statuses import SUCCESS
from metermock.contract import Operation, Parameter
from metermock.contract.json_types import ABSENT

ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Abidjan",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/St_Johns",
    "US/Eastern",
    "Etc/GMT+5",
)
"""Whole, half and quarter hours, the edges of the date line, DST in both hemispheres, a link name, a sign."""

WHOLE = 48
"""Up to so many combinations of closed values all are sent; beyond, every pair of values is."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FAR = 6
_TRIES = 20
_SHORT = 120

Values = dict[str, Any]


def candidates(parameter: Parameter, *, seen: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """The values worth asking for, by the parameter's schema; `seen` are known from replies."""
    schema = parameter.resolved
    # Null stands for no value, and cannot go into a query.
    if "enum" in schema:
        return tuple(value for value in schema["enum"] if value is not None)
    if "boolean" in parameter.types:
        return (True, False)
    if "integer" in parameter.types:
        return tuple(_bounds(schema, parameter.default))
    if schema.get("format") == "iana-timezone":
        return ZONES
    return seen


def _bounds(schema: Mapping[str, Any], default: Any) -> list[int]:
    low, high = schema.get("minimum", 0), schema.get("maximum", schema.get("minimum", 0) + _SHORT)
    found = [low, low + 1, min(low + _FAR, high), high - 1, high]
    if default is not ABSENT:
        found.append(default)
    return sorted({value for value in found if low <= value <= high})


def is_closed(parameter: Parameter) -> bool:
    """Whether the parameter has few values, so that combinations of it can be asked."""
    return "enum" in parameter.resolved or "boolean" in parameter.types


def singles(operation: Operation) -> Iterator[Values]:
    """Each value of each closed query parameter alone, except defaults; the names take turns."""
    closed = [p for p in operation.parameters if p.location == "query" and is_closed(p)]
    rows = [[{p.name: value} for value in candidates(p) if value != p.default] for p in closed]
    # In turn over the names, so that the first few cover each parameter once.
    for several in itertools.zip_longest(*rows):
        yield from (values for values in several if values)


def example_values(operation: Operation, *, without: str = "") -> Values:
    """The parameters of the documented good request that has most of them.

    Texts that may be anything are left out: only the deployment knows which of them are good.
    """
    good = [example.parameters for example in operation.examples if example.status in SUCCESS]
    general = {parameter.name for parameter in operation.parameters if _is_general(parameter)} - {without}
    usable = [{name: value for name, value in given.items() if name in general} for given in good]
    return max(usable, key=len, default={})


def _is_general(parameter: Parameter) -> bool:
    return is_date(parameter) or bool(candidates(parameter))


def is_date(parameter: Parameter) -> bool:
    """Whether the parameter takes days: its format, or its examples, say so."""
    if parameter.resolved.get("format") in {"date", "date-time"}:
        return True
    texts = [value for value in parameter.examples.values() if isinstance(value, str)]
    return "string" in parameter.types and bool(texts) and all(map(_DATE.match, texts))


def combinations(
    operation: Operation, seen: Mapping[str, tuple[Any, ...]], now: str, seed: int
) -> list[Values]:
    """The parameter values to send to an operation, the fewest first, without repetition.

    `seen` are values by parameter name that replies showed, such as identifiers. `now` is the
    deployment's clock.
    """
    dates = [parameter for parameter in operation.parameters if is_date(parameter)]
    open_to = [p for p in operation.parameters if p.location in {"query", "header"} and p not in dates]
    values = {p.name: candidates(p, seen=seen.get(p.name, ())) for p in open_to}
    closed = {p.name: values[p.name] for p in open_to if is_closed(p)}
    found: list[Values] = [{}]
    found += [{name: value} for name, several in values.items() for value in several]
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    found += _crossed(closed, dice)
    found += _mixed(values, closed, dice)
    for days in _ranges([p.name for p in dates], now):
        found.append(days)
        found += [{**days, name: value} for name, several in closed.items() for value in several]
    return _distinct(found)


def _crossed(closed: Mapping[str, tuple[Any, ...]], dice: random.Random) -> Iterator[Values]:
    """All combinations where they are few; else of the two with most, and every pair of values."""
    # Combinations multiply: beyond this, all of them would take too long.
    if math.prod(map(len, closed.values())) <= WHOLE:
        yield from (dict(zip(closed, row, strict=True)) for row in itertools.product(*closed.values()))
        return
    widest = sorted(closed, key=lambda name: -len(closed[name]))[:2]
    yield from (
        dict(zip(widest, row, strict=True)) for row in itertools.product(*(closed[n] for n in widest))
    )
    # Every pair of values has to be asked together at least once: most faults need two parameters at most.
    left = {
        frozenset(((one, a), (other, b)))
        for one, other in itertools.combinations(closed, 2)
        for a in closed[one]
        for b in closed[other]
    }
    while left:
        # Built around a pair that is still missing, so that each request covers one at least; of some
        # random fillings the one that covers most is taken.
        start = dict(min(left, key=lambda pair: sorted(map(repr, pair))))
        rows = [{name: start.get(name, dice.choice(closed[name])) for name in closed} for _ in range(_TRIES)]
        best = max(rows, key=lambda row: len(left & _pairs(row)))
        left -= _pairs(best)
        yield best


def _pairs(row: Values) -> set[frozenset[tuple[str, Any]]]:
    return {frozenset(pair) for pair in itertools.combinations(row.items(), 2)}


def _mixed(
    values: Mapping[str, tuple[Any, ...]], closed: Mapping[str, tuple[Any, ...]], dice: random.Random
) -> Iterator[Values]:
    """Each open value among drawn closed ones."""
    for name, several in values.items():
        if name in closed:
            continue
        for value in several:
            for _ in range(3):
                yield {name: value, **{other: dice.choice(options) for other, options in closed.items()}}


def _ranges(names: list[str], now: str) -> Iterator[Values]:
    """Days around the clock, months, a leap day; with two parameters, the first is never after the second."""
    if not names:
        return
    today = datetime.fromisoformat(now).astimezone(UTC).date()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    # The last leap day that is not after this year.
    leap = date(today.year - today.year % 4, 2, 29)
    spans = [
        (today, today),
        (today - timedelta(days=1), today),
        (today - timedelta(days=today.weekday()), today),
        (month, today),
        (before, month - timedelta(days=1)),
        (month - timedelta(days=2), month + timedelta(days=1)),
        (leap, leap),
        (leap - timedelta(days=1), leap + timedelta(days=1)),
        (today, today + timedelta(days=3)),
    ]
    if len(names) == 1:
        yield from ({names[0]: day.isoformat()} for span in spans for day in span)
        return
    first, second = names[:2]
    yield from ({first: a.isoformat(), second: b.isoformat()} for a, b in spans)
    yield from ({first: a.isoformat()} for a, _ in spans if a <= today)
    yield from ({second: b.isoformat()} for _, b in spans if b <= today)
    yesterday = today - timedelta(days=1)
    yield {first: f"{yesterday.isoformat()}T22:30:00-05:00", second: today.isoformat()}
    yield {first: f"{yesterday.isoformat()}T10:00:00Z", second: f"{yesterday.isoformat()}T10:00:00Z"}


def _distinct(found: list[Values]) -> list[Values]:
    kept: dict[tuple[tuple[str, Any], ...], Values] = {}
    for values in found:
        kept.setdefault(tuple(sorted((name, repr(value)) for name, value in values.items())), values)
    return list(kept.values())


def text_of(value: Any) -> str:
    """How a value goes over the wire."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
