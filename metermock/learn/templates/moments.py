"""Templates of moments: dates of the reply that follow from a parameter, or end with today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import Condition
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import Scope, Term
from metermock.learn.zones import date_of

LEAST_DATES = 3
_WITHOUT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+")


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a parameter tells a date: where it does, and which date that is in UTC."""

    guard: str
    text: str
    is_it: Callable[[str], bool]
    date: Callable[[str], str]


_FORMS = (
    _Form("length({}) == 10", "{}", is_date, lambda text: text),
    _Form(
        "{}.matches('T.*(Z|[+-][0-9]{{2}}:[0-9]{{2}})$')",
        "local_date({}, 'UTC')",
        is_instant,
        lambda text: times.local_date(text, "UTC"),
    ),
    _Form(
        "{}.matches('T[0-9:.]+$')",
        "substring({}, 0, 10)",
        lambda text: _WITHOUT.fullmatch(text) is not None and is_date(text[:10]),
        lambda text: text[:10],
    ),
)


class Moments:
    """The dates of the replies beside those of the requests."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.days = [day for term in scope.texts if term.pointers for day in _days(term)]

    def candidates(self) -> list[Candidate]:
        """What follows from a parameter, and what ends with a period or today, whichever is earlier."""
        parameters = [term for term in self.scope.texts if not term.pointers and _is_mixed(term)]
        found = [each for one in parameters for day in self.days for each in self._said(one, day)]
        return found + list(self._cut())

    def _said(self, parameter: Term, day: Term) -> Iterator[Candidate]:
        """A date that is the parameter's, in each of the forms that it has; or the first of its month."""
        for condition in self._tried():
            for words, wanted, text in (
                ("", lambda date: date, "{}"),
                ("the first of the month of ", times.month_start, "month_start({})"),
            ):
                agreed = [self._agree(parameter, day, form, condition, wanted) for form in _FORMS]
                # Dates are told most; a form that is told once or twice is believed beside them.
                if agreed[0] < LEAST_DATES or any(count < 0 for count in agreed):
                    continue
                for form, count in zip(_FORMS, agreed, strict=True):
                    if count:
                        yield self._stated(parameter, day, form, condition, (words, text))
                return

    def _tried(self) -> list[Condition]:
        return [each for each in self.scope.conditions if not each.words.startswith("where")]

    def _agree(
        self, parameter: Term, day: Term, form: _Form, condition: Condition, wanted: Callable[[str], str]
    ) -> int:
        """In how many values they agree where the parameter has this form; -1 where they do not always."""
        seen: set[str] = set()
        for asked, shown, holds in zip(parameter.values, day.values, condition.holds, strict=True):
            if not holds or asked is None or shown is None or not form.is_it(asked):
                continue
            if wanted(form.date(asked)) != shown:
                return -1
            seen.add(asked)
        return len(seen)

    def _stated(
        self, parameter: Term, day: Term, form: _Form, condition: Condition, told: tuple[str, str]
    ) -> Candidate:
        words, text = told
        guard = form.guard.format(parameter.text)
        own = f"has({parameter.text})" if parameter.guards and "has(" not in condition.text else ""
        when = " && ".join(filter(None, (condition.text, own, guard)))
        date = text.format(form.text.format(parameter.text))
        if day.text.startswith("last(") and not self._is_ahead(parameter, form, condition):
            # Rows of days to come were not asked for: they may be there, or not.
            when = f"{when} && {date} < local_date(now, 'UTC')"
        form_words = "the date of " if form is not _FORMS[0] and not words else ""
        return stated(
            self.scope,
            "moment",
            f"{day.name} is {words}{form_words}{parameter.name}",
            f"{day.text} == {date}",
            (day,),
            chance=0.0,
            condition=Condition(when, condition.words, condition.holds),
            weight=2,
        )

    def _is_ahead(self, parameter: Term, form: _Form, condition: Condition) -> bool:
        """Whether some request named a day to come."""
        asked = zip(parameter.values, condition.holds, self.scope.exchanges, strict=True)
        return any(
            holds and value is not None and form.is_it(value) and form.date(value) > each.now[:10]
            for value, holds, each in asked
        )

    def _cut(self) -> Iterator[Candidate]:
        """The last row of a list that ends with a period or today, whichever is earlier."""
        zones = self._zones()
        days = [[times.local_date(each.now, zone) for each in self.scope.exchanges] for zone in zones]
        for last in self.days:
            for end in self.days:
                if not last.text.startswith("last(") or end.text.startswith("last("):
                    continue
                fits = [zone for zone, today in zip(zones, days, strict=True) if _is_cut(last, end, today)]
                if not fits:
                    continue
                ends = [f"min([{end.text}, local_date(now, '{zone}')])" for zone in fits]
                rule = " || ".join(f"{last.text} == {each}" for each in ends)
                message = f"{last.name} is {end.name} or today in {' or '.join(fits)}, whichever is earlier"
                yield stated(self.scope, "moment", message, rule, (last, end), chance=0.0, weight=1)

    def _zones(self) -> list[str]:
        """Those in which today may be told; none where it may be that of a clock which has no name."""
        now = [each.now for each in self.scope.exchanges]
        if any(all(date_of(each, clock) == each[:10] for each in now) for clock in self.scope.local.others):
            return []
        return [zone for zone in ("UTC", self.scope.local.zone) if zone]


def _is_cut(last: Term, end: Term, today: list[str]) -> bool:
    """Whether the last row is of the end or of today, as rows of several ends show."""
    rows = [
        (a, b, day)
        for a, b, day in zip(last.values, end.values, today, strict=True)
        if a is not None and b is not None
    ]
    early = {a for a, b, day in rows if b < day}
    ahead = {b for _, b, day in rows if b > day}
    return len(early) >= LEAST_DATES - 1 and bool(ahead) and all(a == min(b, day) for a, b, day in rows)


def _is_mixed(term: Term) -> bool:
    known = [value for value in term.values if value is not None]
    forms = [any(form.is_it(value) for form in _FORMS) for value in known]
    return bool(known) and all(forms) and any(is_date(value) for value in known)


def _days(term: Term) -> Iterator[Term]:
    """A date as it is; an instant in UTC as its date."""
    known = [value for value in term.values if value is not None]
    if term.is_outer or not known:
        return
    if all(map(is_date, known)):
        yield term
    elif all(is_instant(value) and value.endswith("Z") for value in known):
        values = tuple(None if value is None else value[:10] for value in term.values)
        yield Term(
            f"substring({term.text}, 0, 10)",
            f"the date of {term.name}",
            values,
            term.types,
            term.guards,
            term.pointers,
            term.weight,
        )
