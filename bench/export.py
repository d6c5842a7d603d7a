"""Writing the calls behind the numbers: an account of ten million calls a month, in each form.

Each export is a process of its own: its processor time, and its highest memory. What a billion calls cost is
computed from the largest export, since a day's file costs the same however many there are; what every process
pays before its first file is measured beside it, with an export of one quiet day.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TEN_MILLION, _HUNDRED_MILLION, _ONE_DAY = "2026-02-16", "2025-05-13", "2026-03-15"
"""First days: the clock of the world is 2026-03-18."""
_BILLION = 1_000_000_000


@dataclass(frozen=True)
class _Cost:
    """An export's calls, its seconds of processor, its highest memory and what it wrote, in MiB."""

    calls: int
    seconds: float
    memory: float
    disk: float

    @property
    def speed(self) -> float:
        """Calls in a second of processor."""
        return self.calls / self.seconds


def report() -> Iterator[str]:
    """The table: ten million calls by form, a hundred million as Parquet; and a billion computed."""
    yield "| `--as` | calls | seconds of processor | calls a second of processor | peak of memory | on disk |"
    yield "|---|---|---|---|---|---|"
    for form in ("csv", "ndjson", "parquet"):
        yield _row(form, _measured(form, _TEN_MILLION))
    largest = _measured("parquet", _HUNDRED_MILLION)
    yield _row("parquet", largest)
    before = _measured("parquet", _ONE_DAY, account="quiet").seconds
    yield ""
    yield (
        f"A billion calls as Parquet, computed: {_BILLION / largest.speed / 60:.0f} minutes of processor and"
        f" {largest.disk * _BILLION / largest.calls / 1024:.1f} GiB; {before:.1f} s of each process are spent"
        " before its first file."
    )


def _row(form: str, cost: _Cost) -> str:
    return (
        f"| `{form}` | {cost.calls:,} | {cost.seconds:.1f} | {round(cost.speed, -4):,.0f} |"
        f" {cost.memory:.0f} MiB | {cost.disk:.0f} MiB |"
    )


def _measured(form: str, first: str, *, account: str = "huge") -> _Cost:
    """The cost of exporting an account's calls from a day on."""
    command = [str(Path(sys.executable).with_name("metermock")), "export", "glyphnet", "--as", form, "--json"]
    with tempfile.TemporaryDirectory() as folder:
        options = ["--accounts", account, "--from", first, "-o", f"{folder}/calls"]
        running = subprocess.Popen([*command, *options], stdout=subprocess.PIPE)
        assert running.stdout is not None
        said = json.loads(running.stdout.read())
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, running.args)
        written = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    seconds = usage.ru_utime + usage.ru_stime
    return _Cost(sum(said["calls"].values()), seconds, usage.ru_maxrss / 1024, written / 2**20)
