"""Names are compared by their words, whatever letters they are written in."""

from __future__ import annotations

import pytest

from metermock.contract.words import plain


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("createdAt", "created_at"),
        ("HTTPServer2", "http_server_2"),
        ("状態", "状態"),
        ("名前ID", "名前_id"),
        ("номер_счёта", "номер_счёта"),
    ],
)
def test_letters_of_any_script_make_words(name: str, words: str) -> None:
    """Names in two scripts, or without a letter of ASCII, are not alike."""
    assert plain(name) == words
