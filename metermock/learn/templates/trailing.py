"""Templates of trailing windows: a count of the last so many days or hours, beside rows that have a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import Condition
from metermock.learn.shapes import Place, Rows, is_date, is_instant, value_at
from metermock.learn.terms import Scope, Term

DAY = 86400
LEAST_VALUES = 3
SLACK = 60
"""Seconds at either end of a window in which a call may be counted or not."""


class Trailing:
    """The counts of an operation that are called after a span of time, such as last_7d."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.spans = [
            (term, seconds)
            for term in scope.numbers
            if term.pointers
            and term.is_integer
            and term.weight == 1
            and not term.is_outer
            and (seconds := _span(term.name.rpartition(".")[2]))
        ]

    def candidates(self) -> list[Candidate]:
        """What the rows say of these counts: daily ones bound them, single ones are counted in them."""
        found: list[Candidate] = []
        for term, seconds in self.spans:
            for rows in self.scope.shape.lists:
                for field in rows.fields:
                    if len(field.path) == 1 and field.types == {"string"} and not field.guards:
                        found += self._of_days(term, seconds, rows, field)
                        found += self._of_events(term, seconds, rows, field)
        return found

    def _of_days(self, term: Term, seconds: int, rows: Rows, day: Place) -> Iterator[Candidate]:
        """The last days of a list hold as much, and with one more day before them no less."""
        days = seconds // DAY
        lists = [_listed(rows, each.body) for each in self.scope.exchanges]
        if seconds % DAY or not _all_values(lists, day.path[0], is_date):
            return
        for counted in rows.fields:
            if counted.types != {"integer"} or len(counted.path) != 1 or counted.guards:
                continue
            name, seen = counted.path[0], set[tuple[int, int, int]]()
            for value, one in zip(term.values, lists, strict=True):
                if value is None or len(one) <= days:
                    continue
                low = sum(row[name] for row in one[-days:])
                high = low + one[-days - 1][name]
                if not low <= value <= high:
                    break
                seen.add((low, value, high))
            else:
                if len([each for each in seen if all(each)]) < LEAST_VALUES:
                    continue
                shown = f"last({rows.place.text}, {{}}), '{name}'"
                low_text, high_text = (f"sum(column({shown.format(count)}))" for count in (days, days + 1))
                yield stated(
                    self.scope,
                    "trailing",
                    f"{term.name} is at least {days} days of {rows.place.name}, and at most {days + 1}",
                    f"{low_text} <= {term.text} && {term.text} <= {high_text}",
                    (term, _term(rows, (counted, day))),
                    chance=0.0,
                    condition=Condition(f"size({rows.place.text}) > {days}", "", None),
                )

    def _of_events(self, term: Term, seconds: int, rows: Rows, at: Place) -> Iterator[Candidate]:
        """The rows of a window are counted; and no others, where the list goes back further."""
        lists = [_listed(rows, each.body) for each in self.scope.exchanges]
        name = at.path[0]
        if not _all_values(lists, name, is_instant):
            return
        least, exact = set[tuple[int, int]](), set[tuple[int, int]]()
        for value, one, exchange in zip(term.values, lists, self.scope.exchanges, strict=True):
            if value is None:
                continue
            begin = times.seconds(exchange.now) - seconds
            moments = [times.seconds(row[name]) for row in one]
            inside, around = (sum(moment > begin + slack for moment in moments) for slack in (SLACK, -SLACK))
            if inside > value:
                return
            least.add((inside, value))
            if moments and min(moments) <= begin - SLACK:
                if value > around:
                    return
                exact.add((around, value))
        place, text = rows.place.text, f"seconds(row.{name}) > seconds(now) - {seconds}"
        what = f"the rows of {rows.place.name} that are newer"
        terms = (term, _term(rows, (at,)))
        if len([each for each in least if all(each)]) >= LEAST_VALUES:
            rule = f"size({place}.filter(row, {text} + {SLACK})) <= {term.text}"
            yield stated(self.scope, "trailing", f"{term.name} counts {what}", rule, terms, chance=0.0)
        if len(exact) >= LEAST_VALUES:
            rule = f"{term.text} <= size({place}.filter(row, {text} - {SLACK}))"
            when = f"{place}.exists(row, seconds(row.{name}) <= seconds(now) - {seconds} - {SLACK})"
            reach = Condition(when, f"where {rows.place.name} goes back further", None)
            message = f"{term.name} counts nothing but {what}"
            yield stated(self.scope, "trailing", message, rule, terms, chance=0.0, condition=reach, weight=1)


def _span(name: str) -> int:
    """The seconds that a name such as last_24h or past7Days speaks of; 0 where it speaks of none."""
    found = re.search(
        r"(?:last|past|previous|trailing)_?(\d{1,3})_?(h|d|hours?|days?)(?![a-z])", name, re.IGNORECASE
    )
    if found is None:
        return 0
    return int(found[1]) * (DAY if found[2][0].lower() == "d" else 3600)


def _listed(rows: Rows, body: Any) -> list[Any]:
    value = value_at(body, rows.place.path)
    return value if isinstance(value, list) else []


def _all_values(lists: list[list[Any]], name: str, is_it: Any) -> bool:
    values = [row.get(name) for one in lists for row in one if isinstance(row, dict)]
    return bool(values) and all(map(is_it, values))


def _term(rows: Rows, fields: tuple[Place, ...]) -> Term:
    pointers = frozenset({rows.place.pointer, *(each.pointer for each in fields)})
    return Term("", "", (), frozenset(), rows.place.guards, pointers, 3)
