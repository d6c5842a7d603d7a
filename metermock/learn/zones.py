"""The time zones that an API names or shows: at most hours its days are those of UTC too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from metermock import timezones
from metermock.contract import Contract, Exchange
from metermock.learn.shapes import is_instant

_NAMED = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+)+\b", re.ASCII)
FURTHEST = (-12, 14)
"""The hours by which clocks of the world differ from UTC."""


@dataclass(frozen=True, slots=True)
class Local:
    """Whose days an API's may be, where they are not UTC's.

    `zone` is the one zone that it names, in a reply or in its document. `others` are clocks that a rule
    cannot name: offsets of instants, or zones of which nobody knows whose they are.
    """

    zone: str = ""
    others: tuple[tzinfo, ...] = ()


UNKNOWN = Local()


def local_of(contract: Contract, exchanges: Sequence[Exchange]) -> Local:
    """What the replies show of zones, and the document's texts; nothing where requests name the zone."""
    if any(_is_zone(value) for each in exchanges for value in each.parameters.values()):
        return UNKNOWN
    texts = {text for each in exchanges for text in _texts(each.body)}
    named = {text for text in texts if _is_zone(text) and _NAMED.fullmatch(text)}
    written = {name for text in _texts(contract.document) for name in _NAMED.findall(text)}
    named = named or {name for name in written if _is_zone(name)}
    if len(named) == 1:
        return Local(next(iter(named)))
    offsets = {datetime.fromisoformat(text).utcoffset() for text in texts if is_instant(text)}
    clocks: list[tzinfo] = [timezones.zone(name) for name in sorted(named)]
    clocks += [timezone(offset) for offset in sorted(filter(None, offsets))]
    return Local("", tuple(clocks))


def date_of(now: str, clock: tzinfo) -> str:
    """The date that a clock shows at an instant."""
    return datetime.fromisoformat(now).astimezone(clock).date().isoformat()


def alike(instants: Sequence[str]) -> tuple[int, int]:
    """The hours before and after UTC of the clocks that showed UTC's date at each of some instants."""
    least, most = FURTHEST
    hours = [
        hour
        for hour in range(least, most + 1)
        if all(date_of(now, timezone(timedelta(hours=hour))) == now[:10] for now in instants)
    ]
    return min(hours), max(hours)


def _is_zone(value: Any) -> bool:
    return isinstance(value, str) and value in timezones.zone_names()


def _texts(value: Any) -> Iterator[str]:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
