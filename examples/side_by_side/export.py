"""Write the calls behind a contract's numbers in several processes: a month of an account is a task of Dask.

    python export.py glyphnet --accounts huge steady --from 2026-01 --to 2026-03 -o lake

Each task is a `metermock export` into a folder of its own: `lake/huge-2026-01/huge/2026-01-01.parquet`.
A file depends on nothing but world, seed, account and day, so all files together are those that a single
export writes. On a cluster, leave `scheduler` and `num_workers` out below, and make a
`dask.distributed.Client` before.
"""

from __future__ import annotations

import argparse
import calendar
import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from dask.base import compute
from dask.delayed import delayed

from metermock.cli import main as metermock


def months(first: str, last: str) -> Iterator[tuple[str, str]]:
    """Yield first and last day of each month, as `--from` and `--to` want them; both months as 2026-01."""
    for index in range(_index(first), _index(last) + 1):
        year, month = index // 12, index % 12 + 1
        yield f"{year}-{month:02}-01", f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"


def _index(month: str) -> int:
    """The number of a month, counted from the year 0."""
    year, number = map(int, month.split("-"))
    return year * 12 + number - 1


def export(contract: str, form: str, account: str, days: tuple[str, str], folder: Path) -> Path:
    """Write an account's month, or what is missing of it after an interruption."""
    first, last = days
    place = folder / f"{account}-{first[:7]}"
    what = [contract, "--as", form, "--accounts", account, "--from", first, "--to", last]
    with contextlib.redirect_stdout(io.StringIO()):
        code = metermock(["export", *what, "--resume", "-o", str(place)])
    if code:
        raise RuntimeError(f"{place}: metermock export ended with {code}")
    return place


def main() -> None:
    """Read the command line, and let Dask make the tasks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("contract")
    parser.add_argument("--accounts", nargs="+", required=True, metavar="NAME")
    parser.add_argument("--from", dest="first", required=True, metavar="MONTH", help="such as 2026-01")
    parser.add_argument("--to", dest="last", required=True, metavar="MONTH", help="the last month")
    parser.add_argument("--as", dest="form", default="parquet", choices=("csv", "ndjson", "parquet"))
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args()
    tasks = [
        delayed(export)(options.contract, options.form, account, days, options.output)
        for account in options.accounts
        for days in months(options.first, options.last)
    ]
    for place in compute(*tasks, scheduler="processes", num_workers=options.processes):
        sys.stdout.write(f"{place}\n")


if __name__ == "__main__":
    main()
