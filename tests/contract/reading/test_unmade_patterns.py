"""Patterns that look around, and for which no text is found, are told where a document is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.reading.documents import document, read

FAR = "^z(?=.*x{40})(?=.*y{40})[a-z]{90}(?<=q)$"
"""A pattern that no text has which is drawn by chance."""


def noted(folder: Path, **more: Any) -> list[str]:
    """What is noted of a text with these keywords."""
    return [str(note) for note in read(folder, document(schema={"type": "string", **more})).notes]


@pytest.mark.parametrize(
    "keywords",
    [{"pattern": FAR}, {"pattern": "^(?!a)a+$"}, {"pattern": "^(?=.*[0-9])[a-z0-9]+$", "maxLength": 0}],
    ids=["found by nobody", "has none", "too long"],
)
def test_a_pattern_without_a_known_text_is_told(tmp_path: Path, keywords: dict[str, Any]) -> None:
    """The note has the pattern, the place and what helps."""
    (said,) = noted(tmp_path, **keywords)
    text = f"no text was found for the pattern {keywords['pattern']!r}, so what has to have one is not made"
    assert text in said
    assert said.endswith("give it an example")


@pytest.mark.parametrize(
    "keywords",
    [
        {"pattern": FAR, "example": "z" + "x" * 40 + "y" * 40 + "a" * 9 + "q"},
        {"pattern": "^(?=.*[0-9])(?=.*[A-Z])[A-Za-z0-9]{8,}$"},
        {"pattern": "^[a-z]{2,}(?<!x)$"},
        {"pattern": "^(?!aws:)[a-z:]{1,128}$"},
        {"pattern": "^a{3}$", "maxLength": 2},
    ],
    ids=["with an example", "ahead", "behind", "not ahead", "looks nowhere"],
)
def test_a_pattern_with_a_known_text_is_not_told(tmp_path: Path, keywords: dict[str, Any]) -> None:
    """An author's example counts, and so does a text that is found."""
    assert noted(tmp_path, **keywords) == []
