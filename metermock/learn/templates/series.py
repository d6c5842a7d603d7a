"""Templates of series: marks of a scale that are as far apart as a number of the reply says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from metermock.learn.candidate import Candidate, stated
from metermock.learn.shapes import Rows
from metermock.learn.templates.keys import Key, keys_of
from metermock.learn.terms import Scope, Term

LEAST, LEAST_MARKS = 3, 3
"""Lists that show a distance, and how many marks each of them has."""
LEAST_DISTANCES = 2


class Series:
    """The lists of an operation that have instants as numbers, or the marks of another scale."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.distances = [
            term
            for term in scope.numbers
            if term.is_integer and term.weight == 1 and not term.guards and None not in term.values
        ]

    def candidates(self) -> list[Candidate]:
        """What says how far apart the marks are."""
        return [
            each
            for rows in self.scope.shape.lists
            for key in keys_of(self.scope, rows)
            if key.types == {"integer"} and not key.is_partial
            for each in self._of(rows, key)
        ]

    def _of(self, rows: Rows, key: Key) -> Iterator[Candidate]:
        found: list[set[int]] = [{y - x for x, y in pairwise(one or ())} for one in key.lists]
        long = [len(one or ()) >= LEAST_MARKS for one in key.lists]
        if sum(long) < LEAST or any(len(steps) > 1 for steps in found):
            return
        for distance in self.distances:
            pairs = {(value, *steps) for steps, value in zip(found, distance.values, strict=True) if steps}
            if len(pairs) < LEAST_DISTANCES or any(value != step or value < 1 for value, step in pairs):
                continue
            text = rows.place.text
            first, field = f"{text}[0]", "" if key.field is rows.place else f".{key.field.path[-1]}"
            last = f"last({text}, 1)[0]{field}"
            far = f"{last} - {first}{field} == (size({text}) - 1) * {distance.text}"
            rule = f"{text}.all(mark, (mark{field} - {first}{field}) % {distance.text} == 0) && {far}"
            message = f"{rows.place.name} are {distance.name} apart"
            if field:
                message = f"the {key.field.name} of {rows.place.name} are {distance.name} apart"
            guards = (*rows.place.guards, *key.guards, f"size({text}) > 0", f"{distance.text} > 0")
            pointers = frozenset({rows.place.pointer, key.field.pointer})
            marks = Term(text, key.field.name, (), key.types, guards, pointers, 2)
            yield stated(self.scope, "no gap", message, rule, (marks, distance), chance=0.0)
            return
