"""Time zones and local days, from the pinned time zone data and nothing else."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@functools.cache
def zone_names() -> frozenset[str]:
    """Every zone and link name of the pinned data; names are case-sensitive."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


@functools.cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name, or KeyError; the operating system's own data is never read."""
    if name not in zone_names():
        raise KeyError(name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def first_instant(day: date, zone_name: str) -> datetime:
    """The first instant of a local day, in UTC: of two midnights the first, of none the next instant."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone(zone_name))
    found = local.astimezone(UTC)
    if found.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _after_gap(local, found)


def _after_gap(local: datetime, late: datetime) -> datetime:
    early, wanted = late - 2 * DAY, local.replace(tzinfo=None)
    while late - early > SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        before = middle.astimezone(local.tzinfo).replace(tzinfo=None) < wanted
        early, late = (middle, late) if before else (early, middle)
    return late
