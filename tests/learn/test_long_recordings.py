"""Long recordings, which are read in pieces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.learn.long_recordings import entries_in_pieces

ENTRIES: list[Any] = [
    {"request": {"url": f"https://a.example/{number}"}, "comment": '"entries": [] ä 😀', "n": number}
    for number in range(30)
]


def read(folder: Path, text: str, size: int) -> list[Any] | None:
    """The entries of a recording, with so many bytes at once."""
    path = folder / "long.har"
    path.write_bytes(text.encode())
    return entries_in_pieces(path, lambda value: {**value, "seen": True}, size)


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
@pytest.mark.parametrize("indent", [None, 2])
def test_pieces_make_the_whole(tmp_path: Path, size: int, indent: int | None) -> None:
    """Wherever a piece ends, inside a letter too, the entries are the same."""
    document = {"log": {"comment": 'an "entries": [ of its own', "entries": ENTRIES, "pages": []}}
    text = "\ufeff" + json.dumps(document, indent=indent, ensure_ascii=False)

    found = read(tmp_path, text, size)

    assert found is not None
    assert [each["n"] for each in found] == list(range(30))
    assert all(each["seen"] and each["request"]["seen"] for each in found)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"log": {"entries": ENTRIES}})[:-20],
        json.dumps({"entries": [1, 2]}),
        json.dumps({"log": {"entries": []}}),
        json.dumps({"log": {}}),
        "[" * 100_000,
    ],
    ids=["cut", "numbers", "empty", "none", "deep"],
)
def test_what_is_no_list_of_requests_is_left_to_others(tmp_path: Path, text: str) -> None:
    """They say what is wrong with it."""
    assert read(tmp_path, text, 4096) is None


def test_a_huge_entry_is_not_read_anew_with_each_piece(tmp_path: Path) -> None:
    """However many pieces it has, all that is read of it is a few times its length."""
    rows = [{"n": number} for number in range(2000)]
    path = tmp_path / "long.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": {}, "rows": rows}]}}), "utf-8")
    objects = 0

    def counted(value: dict[str, Any]) -> dict[str, Any]:
        nonlocal objects
        objects += 1
        return value

    found = entries_in_pieces(path, counted, 64)

    assert found == [{"request": {}, "rows": rows}]
    assert objects < 4 * len(rows)
