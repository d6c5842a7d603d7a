"""JSON, strictly read, and the places of its parts."""

from __future__ import annotations

import pytest

from metermock.errors import UnreadableError
from metermock.json_reader import Places, read


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ('{"a": 1,\n "b": [1, 2}', "is not JSON", (2, 12)),
        ('{"a": 1,\n "b": {"c": 1,\n  "c": 2}}', "the key 'c' is there twice", (3, 3)),
        ('{"a": NaN}', "NaN is no JSON number", (0, 0)),
        ("[" * 100_000, "is not", (0, 0)),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text: str, problem: str, place: tuple[int, int]) -> None:
    """Line and column count from 1; they are 0 where nobody knows them."""
    with pytest.raises(UnreadableError, match=problem) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [((), (1, 1)), (("a",), (1, 2)), (("b/c", "1", "é"), (2, 14)), (("emoji",), (3, 2))],
)
def test_a_part_is_found_by_its_path(path: tuple[str, ...], place: tuple[int, int]) -> None:
    """Keys with escapes, items of lists, and the whole; what is not there is not found."""
    places = Places('{"a": 1,\n "b/c": [0, {"\\u00e9": "x"}],\n "emoji": "\\ud83d\\ude00"}')
    found = places.find(path)
    assert found is not None
    assert places.line(found[0]) == place
    assert places.find((*path, "nothing")) is None
