"""What a series of many columns costs."""

from __future__ import annotations

from pathlib import Path

from tests.server.generation.made import COUNT, DATE, asking_all, object_of, rows_of
from tests.work import calls_of

NAMES = ("calls", "emails", "tokens", "credits", "characters", "messages", "searches", "images")


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
