"""Sequential media types: what the items of a text are."""

from __future__ import annotations

from typing import Any

import pytest

from metermock.contract.sequences import items_of

SSE = "text/event-stream"


@pytest.mark.parametrize(
    ("media", "text", "items"),
    [
        ("application/jsonl", '{"a": 1}\n\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        ("application/x-ndjson", "1\r\n2\r\n", [1, 2]),
        ("application/json-seq", '\x1e{"a":\n1}\n\x1e2\n', [{"a": 1}, 2]),
        (SSE, "data: 1\ndata:2\n\n", [{"data": "1\n2"}]),
        (SSE, "\ufeffid: 7\r\nevent: a\r\ndata\r\n\r\n", [{"id": "7", "event": "a", "data": ""}]),
        (SSE, ": hello\n\nretry: 3\n\nretry: 3\ndata: 1\n\n", [{"retry": 3, "data": "1"}]),
        (SSE, "data: 1\n\ndata: cut off", [{"data": "1"}]),
        ("text/csv", "a,b", None),
        ("application/jsonl", "", []),
    ],
)
def test_a_text_is_cut_into_its_items(media: str, text: str, items: list[Any] | None) -> None:
    """By lines, by record separators, and by blank lines; other media types are no sequences."""
    assert items_of(media, text) == items


def test_an_item_that_is_no_json_is_an_error() -> None:
    """The reply is wrong, and no item is passed over."""
    with pytest.raises(ValueError, match="Expecting"):
        items_of("application/jsonl", '{"a": 1}\n{"a"\n')
