"""Finds the known word that a misspelt one may have meant."""

from __future__ import annotations

from collections.abc import Iterable

MOST_TYPOS = 2
"""How many letters a known word may differ from what was meant."""


def near(word: str, known: Iterable[str]) -> str:
    """Return a question after the known word that is nearest; empty where none may have been meant."""
    # A word of three letters that differs in two is another word.
    most = min(MOST_TYPOS, len(word) // 3)
    alike = [each for each in known if abs(len(each) - len(word)) <= most]
    found = min(((typos(word.lower(), each.lower()), each) for each in alike), default=(most + 1, ""))
    return f"Did you mean {found[1]}? " if found[0] <= most else ""


def typos(one: str, other: str) -> int:
    """Return how many letters must be added, left out, changed or swapped to make the other word."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, before, row = before, row, [place]
        for at, wanted in enumerate(other, 1):
            cost = min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != wanted))
            is_swap = place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == wanted
            row.append(min(cost, last[at - 2] + 1) if is_swap else cost)
    return row[-1]
