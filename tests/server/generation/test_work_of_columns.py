"""What a series of many columns costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.server.generation.made import COUNT, DATE, asking_all, object_of, rows_of
from tests.work import calls_of

NAMES = ("calls", "emails", "tokens", "credits", "characters", "messages", "searches", "images")

SHEET = (
    *("at_bats", "balls", "walks", "doubles", "triples", "singles", "homers", "runs", "steals", "outs"),
    *("pitches", "strikes", "saves", "wins", "losses", "games", "innings", "hits", "errors", "bunts"),
    *("swings", "throws", "catches", "plays", "assists", "fouls", "fields", "tags", "leads", "slides"),
)


def test_a_series_is_made_once_for_all_of_its_columns(tmp_path: Path) -> None:
    """The first reply takes more work with more columns, and not each time that for all of them."""

    def first(count: int) -> int:
        folder = tmp_path / str(count)
        folder.mkdir()
        counts = dict.fromkeys(NAMES[:count], COUNT)
        paths = {"/usage/daily": object_of(rows=rows_of(date=DATE, **counts)), "/usage": object_of(**counts)}
        each = {path: (schema, ()) for path, schema in paths.items()}
        return calls_of(asking_all(folder, each, "/usage/daily"))

    assert first(8) < 2 * first(4)


def test_columns_that_may_be_null_are_settled_once(tmp_path: Path) -> None:
    """The first reply takes about the same work: not each choice of nulls has an agreement to find."""

    def first(kind: dict[str, Any]) -> int:
        folder = tmp_path / str(kind["type"])
        folder.mkdir()
        counts = dict.fromkeys(SHEET, kind)
        row = {"type": "object", "required": ["date"], "properties": {"date": DATE, **counts}}
        rows = object_of(rows={"type": "array", "items": row})
        each = {"/usage/daily": (rows, ()), "/usage": (object_of(**counts), ())}
        return calls_of(asking_all(folder, each, "/usage/daily"))

    assert first({"type": ["number", "null"]}) < 2 * first({"type": "number"})
