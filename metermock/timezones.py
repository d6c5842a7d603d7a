"""Time zones from the pinned `tzdata` package, never from the operating system: the same everywhere.

The ledger and the contracts share this data, and nothing that is reckoned with it. Each finds local days in
its own way, so that a mistake in one does not hide from the other.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@cache
def zone_names() -> frozenset[str]:
    """The names of all zones and links, as they are spelled."""
    return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of a name, case-sensitive; KeyError for any other."""
    if name not in zone_names():
        raise KeyError(f"there is no time zone {name!r}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
