"""A number beside a list counts its rows, where it is called after what the operation lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, SEEDS, TEXT, asking_all, object_of, query, rows_of

ROWS = rows_of(id=TEXT, name=TEXT)


@pytest.mark.parametrize(
    ("path", "name", "rows"),
    [
        ("/keys", "key_count", "data"),
        ("/v1/audit-logs", "logCount", "items"),
        ("/stations/nearby", "total_stations", "results"),
    ],
)
def test_a_count_of_what_the_path_lists_counts_the_rows(
    tmp_path: Path, path: str, name: str, rows: str
) -> None:
    """Also where the list has a name that says nothing."""
    for seed in SEEDS:
        body = asking_all(tmp_path, {path: (object_of(**{name: COUNT, rows: ROWS}), ())}, path, seed=seed)()
        assert body[name] == len(body[rows]) > 0


def test_of_a_page_all_rows_are_counted(tmp_path: Path) -> None:
    """As many as a client finds which asks for all pages."""
    schema = object_of(key_count=COUNT, data=ROWS)
    ask = asking_all(tmp_path, {"/keys": (schema, query(limit=COUNT, offset=COUNT))}, "/keys")
    count = ask(limit=2)["key_count"]
    assert count > 2
    assert len(ask(limit=count + 5)["data"]) == count


@pytest.mark.parametrize("name", ["scan_count", "error_count", "unread_key_count"])
def test_other_counts_are_of_something_else(tmp_path: Path, name: str) -> None:
    """What an operation is not about is counted elsewhere, and so is a part of it."""
    found: list[dict[str, Any]] = [
        asking_all(tmp_path, {"/keys": (object_of(**{name: COUNT, "data": ROWS}), ())}, "/keys", seed=seed)()
        for seed in range(6)
    ]
    assert any(body[name] != len(body["data"]) for body in found)
