"""What is wrong with one expression, collected while it is checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from metermock.contract.cel import syntax
from metermock.contract.cel.function import Kind
from metermock.contract.reading.value_types import ValueType, in_words, with_article


class Problem(NamedTuple):
    """What is wrong with an expression; `at` is the offset in its text."""

    at: int
    problem: str
    advice: str = ""


class Problems:
    """The problems of one expression, in the order in which they are found."""

    def __init__(self, expression: str) -> None:
        self._text = expression
        self.found: list[Problem] = []

    def add(self, at: int, problem: str, advice: str = "") -> None:
        """Add one at an offset."""
        self.found.append(Problem(at, problem, advice))

    def want(self, node: syntax.Node, found: ValueType, kinds: tuple[Kind, ...], who: str) -> bool:
        """Whether a part may have one of these kinds, or there are none to have; else that is a problem."""
        # A value that may be null is let pass: `when` may see to it that it is not.
        known = found.kinds - {"null"}
        is_wrong = bool(kinds and known and known.isdisjoint(kinds))
        if is_wrong:
            wanted = " or ".join(with_article(kind) for kind in kinds if kind != "number")
            self.add(node.start, f"{who} wants {wanted}, and {self.source(node)} is {in_words(found)}")
        return not is_wrong

    def source(self, node: syntax.Node) -> str:
        """The text of a part, on one line."""
        return " ".join(self._text[node.start : node.end].split())


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean 'total'?`, or what there is to choose from."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are: {', '.join(names[:20])}" if names else ""
