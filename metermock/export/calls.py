"""Exports the calls behind a contract's numbers: a file for each account and day of UTC.

A partition is a pure function of world, seed, account and day; the last day ends with the clock.
So an export that was interrupted goes on where it was, and days can be made side by side.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from metermock.errors import UsageError
from metermock.export.call_files import CALL_FILES, demand_form
from metermock.export.folder import INDEX
from metermock.ledger.calendar import DAY, Window, instant_text
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World
from metermock.version import VERSION

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class CallExport:
    """Which calls are exported, and how."""

    contract: str
    world: World
    seed: int
    now: int
    form: str
    folder: Path
    accounts: Sequence[str]
    first: date | None = None
    last: date | None = None
    """The days of UTC that are exported, `last` too; None for the first and the last that there are."""
    is_resumed: bool = False


@dataclass(frozen=True, slots=True)
class Partition:
    """The calls of an account on a day, or on its part up to the clock."""

    account: str
    day: date
    window: Window

    @property
    def place(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.account}/{self.day.isoformat()}"


def export_calls(export: CallExport) -> dict[str, int]:
    """Write the partitions that are not there yet, in order; return how many calls each account has."""
    demand_form(export.form)
    index = _index(export)
    _demand_own(export, index)
    _write_index(export.folder, {**index, "complete": False})
    counts = {}
    for account in export.accounts:
        usage = export.world.usage(account, export.now)
        counts[account] = 0
        for partition in partitions(usage, account, export.first, export.last):
            counts[account] += usage.total(partition.window)["calls"]
            write_partition(usage, partition, export.form, export.folder)
        if sys.stderr.isatty():
            sys.stderr.write(f"{account}: {counts[account]:,} calls\n")
    days = {
        "from": export.first.isoformat() if export.first else None,
        "to": export.last.isoformat() if export.last else None,
    }
    _write_index(export.folder, {**index, **days, "calls": counts, "complete": True})
    return counts


def partitions(usage: Usage, account: str, first: date | None, last: date | None) -> Iterator[Partition]:
    """Yield the days on which an account has calls, in order."""
    begun = usage.first()
    if begun is None:
        return
    start = begun // DAY if first is None else max(begun // DAY, first.toordinal() - _EPOCH)
    end = usage.now // DAY if last is None else min(usage.now // DAY, last.toordinal() - _EPOCH)
    for day in range(start, end + 1):
        window = Window(day * DAY, min((day + 1) * DAY, usage.now + 1))
        if usage.total(window)["calls"]:
            yield Partition(account, date.fromordinal(day + _EPOCH), window)


def write_partition(usage: Usage, partition: Partition, form: str, folder: Path) -> None:
    """Write the calls of a partition, unless its file is there: that is written whole or not at all."""
    path = folder / f"{partition.place}.{form}"
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = CALL_FILES[form](unfinished, partition.account)
        try:
            for table in usage.tables(partition.window):
                file.add(table)
        finally:
            file.close()
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"Cannot write {path}: {error.strerror or error}") from None


def read_day(text: str | None, option: str) -> date | None:
    """Read `--from` or `--to`; UsageError for a text that is no date."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageError(f"{option} {text}: not a day.\n  Write it as 2026-03-08.") from None


def _index(export: CallExport) -> dict[str, Any]:
    """What all files of a folder have in common."""
    return {
        "made_by": "metermock export",
        "as": export.form,
        "contract": export.contract,
        "now": instant_text(export.now),
        "seed": export.seed,
        "version": VERSION,
        "world": hashlib.sha256(export.world.path.read_bytes()).hexdigest(),
    }


def _demand_own(export: CallExport, index: Mapping[str, Any]) -> None:
    """Raise UsageError for a folder with anything but the export that is resumed."""
    folder = export.folder
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        before = json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError):
        raise UsageError(
            f"{folder} is there, and no export has written it: nothing is overwritten.\n"
            "  Name another folder: -o FOLDER."
        ) from None
    if not export.is_resumed:
        raise UsageError(
            f"{folder} has an export already.\n  Add --resume to write what is missing, or remove the folder."
        )
    for name, value in index.items():
        if before.get(name) != value:
            raise UsageError(
                f"{folder} cannot be resumed: its {name} is {before.get(name)}, and now it is {value}.\n"
                "  Name another folder, or remove this one: -o FOLDER."
            )


def _write_index(folder: Path, index: Mapping[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{INDEX}.part"
        unfinished.write_bytes(json.dumps(index, indent=2, ensure_ascii=False).encode() + b"\n")
        unfinished.replace(folder / INDEX)
    except OSError as error:
        raise UsageError(f"Cannot write {folder}: {error.strerror}") from None
