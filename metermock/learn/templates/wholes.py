"""Templates of wholes: how much of a list is shown, and what adds up where all of it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from metermock.learn.candidate import LEAST_TUPLES, UNLIKELY, Candidate, chance_of_equation, stated
from metermock.learn.conditions import Condition
from metermock.learn.names import LIMITS, OFFSETS, words_of
from metermock.learn.shapes import Place, Rows, value_at
from metermock.learn.terms import Scope, Term, column

LEAST_PAGES = 3
CLOSE = 1e-6
_AVERAGES = frozenset({"avg", "average", "mean"})
_PEAKS = frozenset({"peak", "max", "maximum", "highest", "slowest", "largest"})


class Wholes:
    """The lists of an operation beside the counts of what they are lists of."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.counts = [
            term
            for term in scope.numbers
            if term.pointers and term.is_integer and term.weight == 1 and not term.guards
        ]
        self.tried = 0

    def candidates(self) -> list[Candidate]:
        """What is said of how much is shown, and of what is shown whole."""
        found: list[Candidate] = []
        for rows in self.scope.shape.lists:
            size = _size(self.scope, rows)
            if size is None or rows.place.guards:
                continue
            for count in self.counts:
                shown = [*self._pages(size, count), *self._first_ones(size, count)]
                found += shown
                if shown:
                    found += self._of_all(rows, size, count)
            found += self._of(rows, Condition("", "", np.ones(len(self.scope.exchanges), dtype=bool)))
        return found

    def _pages(self, size: Term, count: Term) -> Iterator[Candidate]:
        """Pages by limit and offset: as many rows as are left, and whether more follow."""
        limit, offset = (_parameter(self.scope, names) for names in (LIMITS, OFFSETS))
        if limit is None or offset is None:
            return
        n, s, k, o = (column(each) for each in (count, size, limit, offset))
        left = np.clip(n - o, 0, k)
        short = {*zip(n[left < k].tolist(), s[left < k].tolist(), strict=True)}
        if len(short) < LEAST_PAGES or len({*n.tolist()}) < LEAST_PAGES or not np.array_equal(left, s):
            return
        rule = f"{size.text} == clamp({count.text} - {offset.text}, 0, {limit.text})"
        message = f"{size.name} is what is left of {count.name}, or {limit.name}"
        yield stated(self.scope, "page", message, rule, (size, count), chance=0.0, weight=2)
        for more in self.scope.terms:
            is_told = more.types == {"boolean"} and more.pointers and set(more.values) == {True, False}
            if is_told and list(more.values) == (o + k < n).tolist():
                rule = f"{more.text} == ({offset.text} + {limit.text} < {count.text})"
                message = f"{more.name} says whether rows follow"
                yield stated(self.scope, "page", message, rule, (more, count), chance=0.0, weight=2)

    def _first_ones(self, size: Term, count: Term) -> Iterator[Candidate]:
        """A list of the first so many, or of all where there are not so many."""
        s, n = column(size), column(count)
        if np.isnan(s).any() or np.isnan(n).any() or not len(s):
            return
        most = int(s.max())
        pairs = {*zip(s.tolist(), n.tolist(), strict=True)}
        full = {pair for pair in pairs if pair[1] > most}
        few = {pair for pair in pairs if 0 < pair[1] < most}
        self.tried += 1
        if len(full) < LEAST_TUPLES - 1 or not few or not np.array_equal(s, np.minimum(n, most)):
            return
        if (most + 1.0) ** -len(full | few) * self.tried >= UNLIKELY:
            return
        rule = f"{size.text} == min([{most}, {count.text}])"
        message = f"{size.name} is {count.name}, at most {most}"
        yield stated(self.scope, "first ones", message, rule, (size, count), chance=0.0, weight=1)

    def _of_all(self, rows: Rows, size: Term, count: Term) -> list[Candidate]:
        holds = column(size) == column(count)
        text = f"{size.text} == {count.text}"
        return self._of(rows, Condition(text, f"where {rows.place.name} is whole", holds))

    def _of(self, rows: Rows, condition: Condition) -> list[Candidate]:
        """What the columns of a list make of the reply's numbers: sums, averages, peaks."""
        lists = [
            value_at(each.body, rows.place.path) if holds else None
            for each, holds in zip(self.scope.exchanges, condition.holds, strict=True)
        ]
        fields = [each for each in rows.fields if len(each.path) == 1 and each.types <= _NUMBERS]
        columns = {each.path[0]: [_values(one, each.path[0]) for one in lists] for each in fields}
        found: list[Candidate] = []
        for number in self.scope.numbers:
            if not number.pointers or number.weight > 1 or number.is_outer:
                continue
            words = words_of(number.name.rpartition(".")[2])
            for each in fields:
                if words & _AVERAGES:
                    found += self._average(rows, each, number, columns, condition)
                elif condition.text:
                    is_peak = bool(words & _PEAKS)
                    if is_peak == bool(words_of(each.path[0]) & _PEAKS):
                        found += self._total(rows, each, number, columns, condition, is_peak=is_peak)
        return found

    def _total(
        self,
        rows: Rows,
        field: Place,
        number: Term,
        columns: dict[str, list[Any]],
        condition: Condition,
        *,
        is_peak: bool,
    ) -> Iterator[Candidate]:
        take = max if is_peak else sum
        made = [None if not one else take(one) for one in columns[field.path[0]]]
        is_alike = bool(words_of(field.path[0]) & words_of(number.name))
        chance = self._chance(number, made, CLOSE)
        if chance is None or not is_alike or chance >= UNLIKELY:
            return
        text = f"column({rows.place.text}, '{field.path[0]}')"
        word, said = ("max", "the largest") if is_peak else ("sum", "the sum of")
        rule = f"near({number.text}, {word}({text}), 0.0001)"
        if number.is_integer and field.types == {"integer"}:
            rule = f"{number.text} == {word}({text})"
        message = f"{number.name} is {said} {rows.place.name}.{field.path[0]}"
        terms = [number, _term(rows, [field])]
        yield stated(self.scope, "whole", message, rule, terms, chance=chance, condition=condition)

    def _average(
        self, rows: Rows, field: Place, number: Term, columns: dict[str, list[Any]], condition: Condition
    ) -> Iterator[Candidate]:
        """A mean of a column: of all rows alike, or weighted by another column."""
        own = columns[field.path[0]]
        weights = [name for name in columns if name != field.path[0]]
        for weight in (None, *weights):
            made = [_mean(one, columns[weight][index] if weight else None) for index, one in enumerate(own)]
            digits = _decimals(number)
            # What is shown of each row is rounded, so that the mean of it may be off by as much again.
            tolerance = (1 if not weight else 2) * 10.0**-digits + CLOSE
            chance = self._chance(number, made, tolerance)
            if chance is None or chance >= UNLIKELY:
                continue
            own_text = f"column({rows.place.text}, '{field.path[0]}')"
            mean = f"ratio(sum({own_text}), size({rows.place.text}))"
            words = f"the average of {rows.place.name}.{field.path[0]}"
            if weight:
                product = f"double(row.{weight}) * double(row.{field.path[0]})"
                whole = f"sum(column({rows.place.text}, '{weight}'))"
                mean = f"ratio(sum({rows.place.text}.map(row, {product})), {whole})"
                words += f", weighted by {weight}"
            rule = (
                f"near({number.text}, {mean}, {tolerance - CLOSE:.{digits}f}1)"
                if digits
                else (f"near({number.text}, {mean}, {tolerance:.1f})")
            )
            terms = [number, _term(rows, [field])]
            # What was never seen might be left out of the mean, or weigh in it.
            unseen = [name for name, its in columns.items() if _is_nothing(its)] if weight else []
            nothing = [f"sum(column({rows.place.text}, '{name}')) == 0" for name in unseen]
            told = replace(condition, text=" && ".join(filter(None, (condition.text, *nothing))))
            message = f"{number.name} is {words}"
            message += f", where {' and '.join(unseen)} of each is 0" if unseen else ""
            yield stated(self.scope, "average", message, rule, terms, chance=chance, condition=told, weight=2)
            return

    def _chance(self, number: Term, made: Sequence[Any], tolerance: float) -> float | None:
        """How likely a number is what was made of a list by chance; None where it is not that."""
        x = column(number)
        y = np.array([np.nan if each is None else float(each) for each in made])
        known = ~(np.isnan(x) | np.isnan(y))
        if not known.any() or (np.abs(x - y)[known] > tolerance).any():
            return None
        tuples = {pair for pair in zip(x[known].tolist(), y[known].tolist(), strict=True) if all(pair)}
        self.tried += 1
        if len(tuples) == LEAST_TUPLES - 1:
            # Two that are exactly alike, of hundreds that they might be.
            spread = min(1000.0, float(x[known].max() - x[known].min()) / max(tolerance, 0.5) + 1)
            return spread**-2 * 10 if spread > _WIDE else 1.0
        return chance_of_equation(x[known] / max(tolerance, 1.0), [y[known]]) * max(self.tried, 1)


_NUMBERS = frozenset({"integer", "number"})
_WIDE = 500


def _size(scope: Scope, rows: Rows) -> Term | None:
    text = f"size({rows.place.text})"
    return next((term for term in scope.numbers if term.text == text), None)


def _parameter(scope: Scope, names: Sequence[str]) -> Term | None:
    return next(
        (
            term
            for term in scope.numbers
            if not term.pointers and not term.guards and term.text.removeprefix("request.") in names
        ),
        None,
    )


def _values(rows: Any, name: str) -> list[float] | None:
    if not isinstance(rows, list):
        return None
    values: list[Any] = [row.get(name) if isinstance(row, dict) else None for row in rows]
    is_known = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    return values if is_known else None


def _is_nothing(lists: Sequence[Any]) -> bool:
    """Whether a column is zero in every row of every list."""
    rows = [value for one in lists for value in one or ()]
    return bool(rows) and not any(rows)


def _mean(values: list[float] | None, weights: list[float] | None) -> float | None:
    if not values:
        return None
    if weights is None:
        return sum(values) / len(values)
    total = sum(weights)
    return sum(x * w for x, w in zip(values, weights, strict=True)) / total if total else None


def _decimals(number: Term) -> int:
    """With how many decimals a number is shown."""
    x = column(number)
    known = x[~np.isnan(x)]
    return next((d for d in range(4) if (np.abs(known - np.round(known, d)) < CLOSE).all()), 4)


def _term(rows: Rows, fields: Sequence[Place]) -> Term:
    """The columns as one term, which guards say that every row has."""
    guards = [*rows.place.guards, f"size({rows.place.text}) > 0"]
    for each in fields:
        guards += [
            f"{rows.place.text}.all(row, {guard})" for guard in each.guards if guard.startswith("has(")
        ]
    pointers = frozenset({rows.place.pointer, *(each.pointer for each in fields)})
    return Term("", "", (), _NUMBERS, tuple(guards), pointers, 2)
