"""Numbers of one thing in spans that end now: today, this week, the last 30 days, ever."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from metermock.ledger.calendar import DAY, HOUR
from metermock.server.generation.agreeing.columns import NO_SUMS
from metermock.server.generation.agreeing.facts import Facts, Step, as_figure, numbers_of
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.units import COST, unit_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS, Grain, Unit

_LENGTHS: Mapping[Unit, int] = {
    "minute": 60,
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "year": 365 * DAY,
}
"""Seconds of a span of so many units, and the order of spans of one."""
_EVER = frozenset({"lifetime", "ever", "alltime"})
_TODAY, _MONTH = frozenset({"today"}), frozenset({"mtd"})
_OTHERS = frozenset({"previous", "yesterday", "prior", "before", "ago"})
"""Words of spans that are over."""
_FILLERS = frozenset(
    {"this", "current", "last", "past", "trailing", "rolling", "the", "in", "so", "far", "to"}
)
_SPANS = frozenset({"minute", "hour", "hourly", "day", "daily", "week", "weekly", "month", "monthly"}) | {
    *("year", "yearly", "annual"),
}
"""Words of spans without a number."""
_MANY = len("1000")
_LONG = 365 * DAY
"""The span in which a thing has all that it ever had."""
_CLOCKS = 16
"""Clocks at which the begins of spans are remembered."""
_DATES = frozenset({"exp", "expiry", "expires", "expiration", "birth", "calendar", "fiscal", "start", "end"})
"""Words of parts of a date."""
_LEVELS = frozenset(
    {
        "retention",
        "churn",
        "return",
        "returns",
        "score",
        "rating",
        "rank",
        "uptime",
        "availability",
        "balance",
    }
    | {"growth", "load", "conversion", "ctr", "volatility", "sentiment", "position", "weight", "temperature"}
)
"""Words of numbers that a longer span may have less of."""
_AMOUNTS = frozenset(
    {"revenue", "sales", "volume", "income", "earnings", "hours", "minutes", "seconds", "gb", "mb", "tb"}
    | {"bytes", "kwh", "energy", "distance", "credits", "fees", "payments", "charged", "paid"}
)
"""Words of numbers with digits that add up over time, beside money."""
_PARTS: Mapping[int, tuple[int, int]] = {HOUR: (1, 2), DAY: (2, 9), 7 * DAY: (15, 40)}
"""How many hundredths of a longer span are in a shorter one, where the longer one is known."""


@dataclass(frozen=True, slots=True)
class Trailing:
    """A number that counts something from so long ago until now."""

    field: Facts
    seconds: float
    """The length of its span; infinite of all that there ever was."""
    unit: Unit | None
    """The unit of which the span is the current one, such as this month."""

    def begin(self, now: int) -> float:
        """The first second of the span."""
        if self.unit is not None:
            grain = Grain(self.unit)
            return grain.begin(grain.number(now))
        return now - self.seconds


def trailing(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Longer spans have no less than shorter ones, and a thing has no more than since it was made."""
    birth = birth_of(fields)
    for group in grouped(fields):
        stays = [each for each in group if each.field.name in pinned]
        if stays and len(stays) < len(group):
            yield _bounded(group, pinned)
        elif not stays and len(group) > 1:
            yield _ascending(group)
        if birth is not None and not stays and all(_is_count(each.field.name) for each in group):
            yield _since(group, birth)


def _adds_up(field: Facts) -> bool:
    """Whether a longer span has no less: true of whole numbers and of amounts, and not of means and rates."""
    if field.is_integer or names.has(field.name, _AMOUNTS | names.LIMITS | names.USED):
        return True
    return unit_of(field.name) == COST


def _is_count(name: str) -> bool:
    return not sizes.is_limit(name) and unit_of(" ".join(_split(name)[0])) is not None


def birth_of(fields: Sequence[Facts]) -> Facts | None:
    """The instant at which a thing was made; None where no field says it."""
    born = [each for each in fields if each.notation and names.plain(each.name) in _BORN]
    return born[0] if len(born) == 1 else None


_BORN = frozenset(
    {"created_at", "created", "created_on", "creation_date", "date_created", "creation_time"}
) | {
    *(
        "create_time",
        "created_time",
        "created_date",
        "registered_at",
        "signed_up_at",
        "first_seen",
        "first_seen_at",
    ),
    *("joined_at", "installed_at", "connected_at"),
}


def grouped(fields: Sequence[Facts]) -> Iterator[Sequence[Trailing]]:
    """Numbers of one thing in spans that end now, the shortest first."""
    found: dict[tuple[str, ...], list[Trailing]] = {}
    whole: dict[tuple[str, ...], Facts] = {}
    for field in numbers_of(fields):
        if names.has(field.name, NO_SUMS | _OTHERS | _DATES | _LEVELS | names.LEFT) or not _adds_up(field):
            continue
        words, span = _split(field.name)
        if span is not None and words:
            found.setdefault(words, []).append(Trailing(field, *span))
        elif names.has(field.name, names.TOTAL):
            whole.setdefault(tuple(word for word in words if word not in names.TOTAL), field)
    for words, group in found.items():
        if words in whole:
            group.append(Trailing(whole[words], math.inf, None))
        lengths = {each.seconds for each in group}
        if len(lengths) == len(group):
            yield sorted(group, key=lambda each: each.seconds)


def _split(name: str) -> tuple[tuple[str, ...], tuple[float, Unit | None] | None]:
    """What a number counts, and its span; None for one whose name says none."""
    words = names.words_of(name)
    said = frozenset(words)
    if said & _EVER or ("all", "time") in pairwise(words):
        out = {*_EVER, "all", "time", *names.TOTAL}
        return tuple(names.singular(word) for word in words if word not in out), (math.inf, None)
    number = next((int(word) for word in words if word.isdecimal() and len(word) < _MANY), None)
    units = [UNITS[word] for word in words if word in UNITS]
    rest = tuple(
        names.singular(word)
        for word in words
        if word not in _FILLERS | UNITS.keys() | _TODAY | _MONTH and not word.isdecimal()
    )
    if number is not None and len(units) == 1:
        return rest, (number * _LENGTHS[units[0]], None)
    if said & _TODAY and not units:
        return rest, (DAY, "day")
    if said & _MONTH and not units:
        return rest, (30 * DAY, "month")
    # `gpu_minutes` are what is counted, and no span.
    is_span = len(units) == 1 and number is None and bool(said & _SPANS)
    return rest, (_LENGTHS[units[0]], units[0]) if is_span else None


def _numbers(made: Mapping[str, Any], group: Sequence[Trailing]) -> list[tuple[Trailing, float]]:
    return [
        (each, value)
        for each in group
        if isinstance(value := made.get(each.field.name), int | float) and not isinstance(value, bool)
    ]


def _ascending(group: Sequence[Trailing]) -> Step:
    several = [each.field.name for each in group]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        there = [name for name in several if isinstance(made.get(name), int | float)]
        values = [made[name] for name in there]
        ordered = sorted(values)
        return {} if values == ordered else dict(zip(there, ordered, strict=True))

    return step


def _bounded(group: Sequence[Trailing], pinned: frozenset[str]) -> Step:
    """What is known of one span bounds the others: of shorter ones from above, of longer ones from below."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        there = _numbers(made, group)
        changes: dict[str, Any] = {}
        most = math.inf
        for each, value in reversed(there):
            if each.field.name in pinned:
                most = value
            elif value > most:
                changes[each.field.name] = as_figure(each.field, most * _part(value, each.seconds))
        least = 0.0
        for each, value in there:
            if each.field.name in pinned:
                least = max(least, value)
            elif changes.get(each.field.name, value) < least:
                changes[each.field.name] = as_figure(each.field, least)
            else:
                least = max(least, changes.get(each.field.name, value))
        return changes

    return step


def _part(value: float, seconds: float) -> float:
    low, high = _PARTS.get(int(seconds), (40, 60)) if math.isfinite(seconds) else (100, 100)
    return (low + int(value) % (high - low + 1)) / 100


def _since(group: Sequence[Trailing], birth: Facts) -> Step:
    """A thing that is younger than a span has of it what it has ever had."""
    born_at, notation = birth.name, birth.notation or "date-time"

    @functools.lru_cache(maxsize=_CLOCKS)
    def begins(now: int) -> Sequence[tuple[str, float, Facts]]:
        return [(each.field.name, each.begin(now), each.field) for each in group]

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        born = instant_of(made.get(born_at), notation)
        if born is None:
            return {}
        older: float = 0
        had: float | None = None
        changes: dict[str, Any] = {}
        for name, begin, field in begins(scene.now):
            value = made.get(name)
            if not isinstance(value, int | float):
                continue
            if begin >= born:
                older = max(older, value)
                continue
            if had is None:
                span = scene.now - begin if begin > -math.inf else _LONG
                had = max(as_figure(field, value * min((scene.now - born) / span, 1)), older)
            changes[name] = had
        return changes

    return step
