"""Templates of lists: their order, what is there once, days and hours without a gap, and their length."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.conditions import SORTING, Condition, sorting_by
from metermock.learn.decimals import are_decimals
from metermock.learn.names import words_of
from metermock.learn.shapes import ROW, Place, Rows, is_date, is_instant
from metermock.learn.templates.keys import Key, keys_of
from metermock.learn.terms import Scope, Term

LEAST_ROWS = 20
LEAST_LISTS = 4
_RUNNING = frozenset({"cumulative", "running", "accumulated"})
_COUNTS = frozenset(
    {"count", "counts", "total", "requests", "calls", "events", "cumulative", "running", "sum"}
)
"""Words of numbers of which two in a row may be alike: nothing came in between."""
STEPS = {60: "minute", 3600: "hour"}
"""Seconds between instants that follow each other; where the clocks change a day is longer, or shorter."""


class Orders:
    """The lists of an operation, each with its columns."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.always = False
        """Whether the list that is looked at goes by a column whatever is asked."""
        self.keys: list[Key] = []
        """Those of that list."""

    def candidates(self) -> list[Candidate]:
        """What the lists suggest: a rule for always, else rules for some parameters."""
        found: list[Candidate] = []
        for rows in self.scope.shape.lists:
            self.keys = list(keys_of(self.scope, rows))
            self.always = self._goes_always(rows)
            for key in self.keys:
                found += self._of_key(rows, key)
        return found

    def _goes_always(self, rows: Rows) -> bool:
        """Whether some column of numbers is in order whatever is asked."""
        always = self.scope.conditions[0]
        return any(
            list(_in_order(self.scope, rows, each, _chosen(each.lists, always), always))
            for each in self.keys
            if "string" not in each.types and not each.is_partial
        )

    def _of_key(self, rows: Rows, key: Key) -> Iterator[Candidate]:
        ordered = False
        for template in (_in_order, _follows) if not key.is_made else (_in_order,):
            for condition in self.scope.conditions:
                chosen = _chosen(key.lists, condition)
                if not self._may_go(rows, key, condition) or not self._is_shown(key, condition):
                    continue
                several = list(template(self.scope, rows, key, chosen, condition))
                if template is _in_order and self._follows_another(rows, key, condition):
                    continue
                if not condition.text and "string" not in key.types and self._is_grown(rows, key):
                    several = []
                yield from several
                if several and key.is_partial:
                    yield from _nulls(self.scope, rows, key, condition)
                ordered = ordered or bool(several and not condition.text)
                if several and not condition.text:
                    break
        if key.types == {"string"} and not ordered and not key.field.guards:
            yield from self._once(rows, key, [one for one in key.lists if one])

    def _may_go(self, rows: Rows, key: Key, condition: Condition) -> bool:
        """Whether a list may go by a key under a condition by law."""
        if self.always and condition.text and "string" not in key.types:
            # A list that always goes by one column is not sorted by another on request.
            return False
        if SORTING.search(condition.words):
            return _is_meant(rows, key.field, condition)
        # Of rows that are left out nobody knows where they belong, unless they all stand at the end.
        return not key.is_partial or all(one == sorted(one, reverse=True) for one in key.shown)

    def _is_shown(self, key: Key, condition: Condition) -> bool:
        """Whether lists that are sorted on request show it, whatever the other parameter of sorting says.

        A list of equal values is in order either way: in one sense alone nobody knows of the other.
        """
        own = sorting_by(condition)
        telling = np.array([one is not None and len(set(one)) > 1 for one in key.lists])
        seen: dict[str, int] = {}
        for other in self.scope.conditions if own and ", " not in condition.words else ():
            name = sorting_by(other)
            if name not in ("", own) and ", " not in other.words:
                is_seen = bool((other.holds & condition.holds & telling).any())
                seen[name] = seen.get(name, 0) + is_seen
        return all(count > 1 for count in seen.values())

    def _follows_another(self, rows: Rows, key: Key, condition: Condition) -> bool:
        """Whether instants are in order because earlier ones are, such as the ends of short calls."""
        if SORTING.search(condition.words) or key.types != {"string"}:
            return False
        own = _chosen(key.lists, condition)
        for other in self.keys:
            if other is key or other.types != {"string"} or other.guards or other.is_partial:
                continue
            lists = _chosen(other.lists, condition)
            if _is_later(own, lists) and list(_in_order(self.scope, rows, other, lists, condition)):
                return True
        return False

    def _is_grown(self, rows: Rows, key: Key) -> bool:
        """Whether the list goes by time, so that a number goes with it only as long as it grows."""
        if _RUNNING & words_of(key.field.path[-1]):
            return False
        always = self.scope.conditions[0]
        return any(
            list(_in_order(self.scope, rows, each, _chosen(each.lists, always), always))
            for each in self.keys
            if each.types == {"string"} and not each.guards and not each.is_partial
        )

    def _once(self, rows: Rows, key: Key, lists: Sequence[list[Any]]) -> Iterator[Candidate]:
        several = [one for one in lists if len(one) > 1]
        # Two amounts are seldom the same, and may be.
        if _may_be_alike(several) or are_decimals([value for one in several for value in one]):
            return
        if sum(map(len, several)) < LEAST_ROWS or any(len(set(one)) < len(one) for one in several):
            return
        distinct = len({value for one in several for value in one})
        # Rows that take their values by chance from all that were seen would hardly all differ.
        chance = math.exp(-sum(len(one) * (len(one) - 1) / 2 / distinct for one in _different(several)))
        rule = f"unique({key.text})"
        message = f"no {key.field.name} is in {rows.place.name} twice"
        if chance < UNLIKELY:
            yield stated(self.scope, "once", message, rule, [_term(rows, key)], chance=chance)


def _in_order(
    scope: Scope, rows: Rows, key: Key, lists: Sequence[list[Any]], condition: Condition
) -> Iterator[Candidate]:
    chance = math.prod(1 / math.factorial(min(len(set(one)), 100)) for one in _different(lists))
    is_told = all(is_date(x) or is_instant(x) or not isinstance(x, str) for one in lists for x in one)
    # Names and ids may go upwards because of how they are made.
    is_number = not any(isinstance(x, str) for one in lists for x in one)
    # So may numbers that follow another one, unless the request says how they are sorted.
    is_asked = not condition.text or not is_number or re.search("sort|order", condition.words, re.IGNORECASE)
    if chance >= UNLIKELY / 100 or not is_told or not is_asked:
        return
    is_sorted = SORTING.search(condition.words) is not None and is_number
    is_counted = is_number and _COUNTS & words_of(key.field.path[-1])
    for name, kept, words in _ORDERS[1:] if is_sorted or is_counted or _may_be_alike(lists) else _ORDERS:
        if all(kept(x, y) for one in lists for x, y in pairwise(one)):
            rule = f"{name}({key.text})"
            message = f"{rows.place.name} goes by {key.field.name}, {words}"
            if key.is_partial:
                message += ", where it is not null"
            terms = [_term(rows, key)]
            yield stated(scope, "order", message, rule, terms, chance=chance, condition=condition)
            return


def _nulls(scope: Scope, rows: Rows, key: Key, condition: Condition) -> Iterator[Candidate]:
    """On which end the rows stand in which the key is null."""
    mixed = {
        tuple(one)
        for one, holds in zip(key.shown, condition.holds, strict=True)
        if holds and len(set(one)) > 1
    }
    chance = math.prod(1 / math.comb(len(one), sum(one)) for one in mixed)
    filled = f"size({rows.place.text}.filter({ROW}, {key.field.text} != null))"
    for end, part, is_last in (("last", "first", True), ("first", "last", False)):
        if chance < UNLIKELY and all(list(one) == sorted(one, reverse=is_last) for one in mixed):
            rule = f"{part}({rows.place.text}, {filled}).all({ROW}, {key.field.text} != null)"
            message = f"the rows of {rows.place.name} without {key.field.name} come {end}"
            terms = [_term(rows, key)]
            yield stated(scope, "order", message, rule, terms, chance=chance, condition=condition)


_ORDERS: tuple[tuple[str, Callable[[Any, Any], bool], str], ...] = (
    ("strictly_ascending", lambda x, y: x < y, "upwards, none twice"),
    ("ascending", lambda x, y: x <= y, "upwards"),
    ("descending", lambda x, y: x >= y, "downwards"),
)


def _follows(
    scope: Scope, rows: Rows, key: Key, lists: Sequence[list[Any]], condition: Condition
) -> Iterator[Candidate]:
    """Days, or instants a step apart, without a gap."""
    several = [one for one in lists if len(one) > 1]
    if len(several) < LEAST_LISTS or sum(map(len, several)) < LEAST_ROWS:
        return
    place, name = rows.place.text, key.field.path[0]
    first, final = f"{place}[0].{name}", f"last({place}, 1)[0].{name}"
    filled = Condition(
        " && ".join(filter(None, (condition.text, f"size({place}) > 0"))),
        condition.words or "",
        condition.holds,
    )
    if all(is_date(value) for one in several for value in one):
        if all(_days(x, y) == 1 for one in several for x, y in pairwise(one)):
            rule = f"days_between({first}, {final}) == size({place}) - 1"
            message = f"no day is missing in {rows.place.name}"
            yield _without_gap(scope, rows, key, (message, rule), filled)
    elif all(is_instant(value) for one in several for value in one):
        steps = {_seconds(x, y) for one in several for x, y in pairwise(one)}
        step = next(iter(steps)) if len(steps) == 1 else 0
        if step in STEPS:
            rule = f"seconds({final}) - seconds({first}) == (size({place}) - 1) * {step}"
            message = f"no {STEPS[step]} is missing in {rows.place.name}"
            yield _without_gap(scope, rows, key, (message, rule), filled)


def _is_meant(rows: Rows, field: Place, condition: Condition) -> bool:
    """Whether a column is the one that the request names to sort by, if any column has that name."""
    asked = words_of(condition.words)
    names = {each.path[-1]: words_of(each.path[-1]) for each in rows.fields}
    further = {name: len(words - asked) for name, words in names.items() if words & asked}
    return not further or further.get(field.path[-1]) == min(further.values())


def _without_gap(
    scope: Scope, rows: Rows, key: Key, told: tuple[str, str], condition: Condition
) -> Candidate:
    message, rule = told
    said = f"{condition.words}: {message}" if condition.words else message
    plain = Condition(condition.text, "", condition.holds)
    terms = [_term(rows, key)]
    # The words of the condition are in the message already.
    made = stated(scope, "no gap", said, rule, terms, chance=0.0, condition=plain, weight=2)
    return Candidate(
        made.operation, made.template, said, made.rule, made.when, made.pointers, made.weight, made.chance
    )


def _term(rows: Rows, key: Key) -> Term:
    pointers = frozenset({key.field.pointer, rows.place.pointer or "/"})
    return Term(key.text, key.field.name, (), key.types, (*rows.place.guards, *key.guards), pointers)


def _chosen(lists: Sequence[list[Any] | None], condition: Condition) -> list[list[Any]]:
    return [one for one, holds in zip(lists, condition.holds, strict=True) if holds and one is not None]


def _different(lists: Sequence[list[Any]]) -> list[list[Any]]:
    """Each list once: to see the same again proves nothing."""
    return [list(one) for one in {tuple(each) for each in lists}]


def _may_be_alike(lists: Sequence[list[Any]]) -> bool:
    """Whether these are instants at which something happened: two things may happen in one second."""
    values = [value for one in lists for value in one]
    return all(map(is_instant, values)) and any(value[17:19] != "00" for value in values)


def _is_later(own: Sequence[list[Any]], other: Sequence[list[Any]]) -> bool:
    """Whether instants follow others of the same row, and are not where the next row begins."""
    pairs = [pair for one, two in zip(own, other, strict=False) for pair in zip(one, two, strict=False)]
    if not pairs or not all(is_instant(each) for pair in pairs for each in pair):
        return False
    touching = sum(
        end == begin
        for one, two in zip(own, other, strict=False)
        for end, begin in zip(one, two[1:], strict=False)
    )
    return (
        all(_seconds(begin, end) >= 0 for end, begin in pairs) and own != other and 2 * touching < len(pairs)
    )


def _days(earlier: str, later: str) -> int:
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return 0


def _seconds(earlier: str, later: str) -> int:
    try:
        return int((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds())
    except ValueError:
        return 0
