"""The calls of an account as `metermock export` writes them, in DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock import Account, MockServers
from metermock.cli import main
from metermock.project import open_project

duckdb = pytest.importorskip("duckdb", reason="`make setup` installs duckdb")

INSTANTS = ("2026-03-18T15:42:07Z", "2026-03-01T00:00:30Z", "2025-12-31T23:59:59Z")
"""The world's clock, the beginning of a month, and the end of a year."""


class Calls:
    """A table `calls`, whose column `instant` is in seconds."""

    def __init__(self, contract: str, account: str, now: str, first: str, folder: Path) -> None:
        # A day more, so that a file is there; each query says which calls it means.
        first = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
        words = ["export", contract, "--as", "csv", "--accounts", account, "--now", now, "--from", first]
        assert main([*words, "-o", str(folder)]) == 0
        self.now = int(datetime.fromisoformat(now).timestamp())
        self.today = now[:10]
        self._database = duckdb.connect()
        self._database.execute(
            "CREATE TABLE calls AS"
            " SELECT * REPLACE (epoch(instant)::BIGINT AS instant) FROM read_csv($files)",
            {"files": f"{folder}/*/*.csv"},
        )

        # Rounded half up, in whole numbers; `scale` is a power of ten.
        self._database.execute(
            "CREATE MACRO ratio(n, d, scale) AS"
            " CASE WHEN d = 0 THEN 0.0 ELSE ((2 * n * scale + d) // (2 * d)) / scale END"
        )

    def run(self, statement: str, **values: Any) -> None:
        """Run a statement."""
        self._database.execute(statement, values)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query; `$name` in it is a value."""
        found: list[tuple[Any, ...]] = self._database.execute(query, values).fetchall()
        return found

    def row(self, query: str, **values: Any) -> tuple[Any, ...]:
        """The one row of a query."""
        (row,) = self.rows(query, **values)
        return row


def seconds(day: str) -> int:
    """The first instant of a day of UTC."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def account_of(contract: str, name: str) -> Account:
    """What the world states of an account: its plan and its keys, which no call tells."""
    account: Account = open_project().load_world(contract).accounts[name]
    return account


def asker(mock: MockServers, contract: str, account: str, now: str) -> Callable[[str], Any]:
    """A function that asks the mock as an account at an instant, for the JSON at a path."""
    url = mock(contract).url

    def ask(path: str) -> Any:
        with httpx.Client(trust_env=False, timeout=60) as client:
            reply = client.get(url + path, headers={"Prefer": f'account={account}, now="{now}"'})
        assert reply.status_code == 200, reply.text
        return reply.json()

    return ask
