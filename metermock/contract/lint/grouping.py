"""Problems of one kind together: the first few of them, and how many more there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from metermock.errors import ContractError

FEW = 3
"""Problems of one kind that are printed; the others are counted."""
_OPERATION = re.compile(r"^\S+: (?=the example)")
_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|[\[{].*[\]}]|/\S+|\d+")
"""What differs between problems of one kind: names, values, places and numbers."""
_OF = re.compile(r"(?<= of )\S+")


def grouped(problems: Iterable[ContractError]) -> Iterator[tuple[list[ContractError], int]]:
    """The first problems of each kind, and how many more there are, in the order of the document."""
    kinds: dict[tuple[str, str], list[ContractError]] = {}
    for problem in problems:
        kinds.setdefault(kind_of(problem), []).append(problem)
    for several in kinds.values():
        first = list(islice(several, FEW))
        yield first, len(several) - len(first)


def kind_of(problem: ContractError) -> tuple[str, str]:
    """What is wrong, and what would be right, without what is particular to the place."""
    wanted = next((line for line in problem.advice.splitlines() if line.startswith("expected: ")), "")
    text = _PARTICULAR.sub("*", _OF.sub("*", _OPERATION.sub("", problem.problem)))
    # A format is named in quotes: it is no value, and tells one kind from another.
    return text, wanted if wanted.startswith("expected: a ") else _PARTICULAR.sub("*", wanted)
