"""A file of calls, by form: CSV, lines of JSON, or Parquet. Tables are added to it one after another."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import orjson

from metermock.errors import UsageError
from metermock.ledger.queries.table import CallTable, Coded

OWN = ("account", "number", "instant")
"""The columns of every call; a dimension or measure of such a name gets an underscore behind it."""


class CallFile(Protocol):
    """A file that is being written."""

    def add(self, table: CallTable) -> None:
        """Write the calls of a table behind those before."""

    def close(self) -> None:
        """End the file."""


class CsvFile:
    """CSV with a head; instants in UTC as RFC 3339."""

    def __init__(self, path: Path, account: str) -> None:
        self._account = account
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._has_head = False

    def add(self, table: CallTable) -> None:
        """Write the calls of a table behind those before."""
        columns = _lists(self._account, table)
        if not self._has_head:
            self._writer.writerow(columns)
            self._has_head = True
        self._writer.writerows(zip(*columns.values(), strict=True))

    def close(self) -> None:
        """End the file."""
        self._file.close()


class JsonLines:
    """An object per line; instants in UTC as RFC 3339."""

    def __init__(self, path: Path, account: str) -> None:
        self._account = account
        self._file = path.open("wb")

    def add(self, table: CallTable) -> None:
        """Write the calls of a table behind those before."""
        columns = _lists(self._account, table)
        names = list(columns)
        rows = zip(*columns.values(), strict=True)
        self._file.writelines(
            orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for row in rows
        )

    def close(self) -> None:
        """End the file."""
        self._file.close()


class ParquetFile:
    """Parquet: texts by dictionary, instants as timestamps of UTC, numbers of 64 bits."""

    def __init__(self, path: Path, account: str) -> None:
        self._path = path
        self._account = account
        self._writer: Any = None

    def add(self, table: CallTable) -> None:
        """Write the calls of a table behind those before."""
        import pyarrow as pa  # noqa: PLC0415 - an extra, which other forms do without
        from pyarrow import parquet  # noqa: PLC0415 - see above

        count = len(table.numbers)
        coded = {"account": Coded((self._account,), np.zeros(count, dtype=np.int64))}
        coded |= {_free(name): column for name, column in table.dimensions.items()}
        columns = {
            name: pa.DictionaryArray.from_arrays(
                pa.array(column.codes.astype(np.int32)), pa.array(column.values)
            )
            for name, column in coded.items()
        }
        plain = {"number": table.numbers} | {_free(name): each for name, each in table.measures.items()}
        columns |= {name: pa.array(numbers, pa.int64()) for name, numbers in plain.items()}
        instants = (table.instants * 1_000_000).astype("datetime64[us]")
        columns["instant"] = pa.array(instants, pa.timestamp("us", tz="UTC"))
        made = pa.table({name: columns[name] for name in _names(table)})
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self._path, made.schema, compression="zstd")
        self._writer.write_table(made)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()


CALL_FILES: Mapping[str, Callable[[Path, str], CallFile]] = {
    "csv": CsvFile,
    "ndjson": JsonLines,
    "parquet": ParquetFile,
}


def demand_form(form: str) -> None:
    """Raise UsageError where what a form needs is not installed."""
    if form == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise UsageError(
            "--as parquet: pyarrow is not installed.\n"
            '  Install it with `pip install "metermock[table]"`, or choose csv or ndjson.'
        )


def _free(name: str) -> str:
    return f"{name}_" if name in OWN else name


def _names(table: CallTable) -> list[str]:
    """The columns in their order."""
    return [*OWN, *(_free(name) for name in (*table.dimensions, *table.measures))]


def _lists(account: str, table: CallTable) -> dict[str, list[Any]]:
    """The columns of a table as lists, by their names."""
    instants = np.datetime_as_string(table.instants.astype("datetime64[s]"), timezone="UTC").tolist()
    columns = {"account": [account] * len(instants), "number": table.numbers.tolist(), "instant": instants}
    for name, coded in table.dimensions.items():
        columns[_free(name)] = np.array(coded.values, dtype=object)[coded.codes].tolist()
    for name, numbers in table.measures.items():
        columns[_free(name)] = numbers.tolist()
    return columns
