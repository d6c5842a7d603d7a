"""Texts drawn from patterns are of a length that a person would give them."""

from __future__ import annotations

import re

import pytest

from metermock.server.generation.patterns import drawn


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        r"^/projects/(me|[a-z0-9]+(-[a-z0-9]+)*)$",
        r"^([a-z]+\.)*[a-z]+(/[a-z]+)*$",
    ],
)
def test_repeats_inside_of_repeats_make_no_thousands_of_letters(pattern: str) -> None:
    """A slug has short words: repeats without bound do not multiply."""
    texts = drawn(pattern, 0, None)

    assert len(texts) > 3
    assert all(re.fullmatch(pattern, text) for text in texts)
    assert max(map(len, texts)) <= 150


def test_a_text_may_be_as_long_as_it_must() -> None:
    """The least length is reached by the later repeats too."""
    texts = drawn(r"^[a-z]{2}-[a-z]+-[a-z]+$", 150, None)

    assert texts
    assert all(len(text) >= 150 for text in texts)
