"""Templates of windows: dates and instants that follow from now, in UTC or in a zone of the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from metermock.contract.cel import function_times as times
from metermock.learn.candidate import Candidate, stated
from metermock.learn.conditions import Condition
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import Scope, Term
from metermock.learn.zones import date_of
from metermock.timezones import zone_names

LEAST = 4
USUAL = frozenset({1, 0, -1, -6, -7, -13, -14, -29, -30, -59, -60, -89, -90, -364, -365})
"""Days from today that windows begin or end at."""
_UTC = "'UTC'"
SOON = 5
"""Seconds by which an instant of a reply and its Date may differ."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A date that follows from today; `family` is what it is of: anchors of several families may coincide.

    `also` is the same in another zone, where nobody can tell which of the two it is.
    """

    text: str
    words: str
    family: str
    dates: tuple[str, ...]
    also: str = ""


class Windows:
    """The dates and instants of an operation's replies, beside today and the weeks and months around it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.terms = [term for term in scope.texts if term.pointers and not term.is_outer]
        self.anchors: dict[str, list[Anchor]] = {}
        """By zone, made when they are first asked for."""
        self.elsewhere: dict[str, list[Anchor]] = {}
        self.named = f"'{scope.local.zone}'" if scope.local.zone else ""

    def candidates(self) -> list[Candidate]:
        """Windows that one anchor alone explains."""
        found: list[Candidate] = []
        zones = self._zones()
        for term in self.terms:
            given = [value for value in term.values if value is not None]
            if all(is_date(value) for value in given):
                found += self._of_dates(term, zones)
            elif all(is_instant(value) for value in given):
                found += self._of_instants(term, zones)
            elif all(re.fullmatch(r"\d{4}-\d\d", value) for value in given):
                found += self._of_months(term, zones)
        return found

    def _of_months(self, term: Term, zones: list[tuple[str, tuple[str, ...]]]) -> Iterator[Candidate]:
        for condition in self._tried(term):
            fits = self._fits(condition, zones, lambda i, day: term.values[i] in (None, day[:7]))
            this = [anchor for anchor in fits if _kind(anchor) == "month"]
            several = list(self._only(term, condition, this, "{term} == substring({date}, 0, 7)", "is of"))
            if several:
                self.explained.append(condition)
            yield from several

    def _zones(self) -> list[tuple[str, tuple[str, ...]]]:
        """UTC, and every parameter or field that names zones, with its value for each sample."""
        found = [(_UTC, ("UTC",) * len(self.scope.exchanges))]
        # A field that says a parameter back is no further zone.
        for term in sorted(self.scope.texts, key=lambda each: bool(each.pointers)):
            known = set(term.values)
            is_zone = not term.guards and None not in known and len(known) > 1 and known <= zone_names()
            if is_zone and all(term.values != values for _, values in found):
                found.append((term.text, term.values))
        if self.named and len(found) == 1:
            found.append((self.named, (self.scope.local.zone,) * len(self.scope.exchanges)))
        return found

    def _of_dates(self, term: Term, zones: list[tuple[str, tuple[str, ...]]]) -> Iterator[Candidate]:
        for condition in self._tried(term):
            fits = self._fits(condition, zones, lambda index, day: term.values[index] in (None, day))
            several = list(self._only(term, condition, fits, "{term} == {date}", "is"))
            if several:
                self.explained.append(condition)
            yield from several

    def _of_instants(self, term: Term, zones: list[tuple[str, tuple[str, ...]]]) -> Iterator[Candidate]:
        near = [
            abs(_second(value) - _second(exchange.now))
            for value, exchange in zip(term.values, self.scope.exchanges, strict=True)
            if value is not None
        ]
        if len(near) >= LEAST and max(near) <= SOON:
            rule = f"near(seconds({term.text}), seconds(now), {6 * SOON})"
            yield stated(
                self.scope, "now", f"{term.name} is the instant of the reply", rule, [term], chance=0.0
            )
            return
        for condition in self._tried(term):
            if _is_unclear(condition, zones):
                continue
            for zone, names in zones:
                for form, words, shift in _FORMS:

                    def is_it(
                        index: int, day: str, shift: int = shift, names: tuple[str, ...] = names
                    ) -> bool:
                        value = term.values[index]
                        return value is None or _second(value) == _midnight(day, names[index]) + shift

                    fits = self._fits(condition, [(zone, names)], is_it)
                    text = form.replace("{zone}", zone)
                    several = list(self._only(term, condition, fits, text, words))
                    if several:
                        self.explained.append(condition)
                    yield from several

    def _tried(self, term: Term) -> Iterator[Condition]:
        """The conditions that enough samples fulfil, those left out that are part of an explained one."""
        self.explained: list[Condition] = []
        known = np.array([value is not None for value in term.values])
        for condition in self.scope.conditions:
            if (condition.holds & known).sum() >= LEAST and not any(
                (one.holds >= condition.holds).all() for one in self.explained
            ):
                yield condition

    def _fits(
        self,
        condition: Condition,
        zones: list[tuple[str, tuple[str, ...]]],
        is_it: Callable[[int, str], bool],
    ) -> list[Anchor]:
        """The anchors that explain every sample of a condition.

        On a Sunday `until` is today and the week's last day. What is today whatever is asked is no week's end
        where a month's is not explained likewise; where all are, nobody can tell.
        """
        found = self._explaining(condition, zones, is_it)
        always = self._explaining(self.scope.conditions[0], zones, is_it) if found else []
        plain = [anchor for anchor in always if _is_plain(anchor)]
        named = [each for each in self.scope.conditions if each.text and self._speaks(each, zones)]
        if not plain or len({anchor.family for anchor in always}) == 1 or len(named) == 1:
            return found
        explained = [
            any(_is_named(anchor, each.words) for anchor in self._explaining(each, zones, is_it))
            for each in named
        ]
        if named and (all(explained) or condition.text):
            return []
        return plain if named else found

    def _speaks(self, condition: Condition, zones: list[tuple[str, tuple[str, ...]]]) -> bool:
        """Whether a condition names what a window may be, such as a week."""
        return any(_is_named(anchor, condition.words) for zone, _ in zones for anchor in self.anchors[zone])

    def _explaining(
        self,
        condition: Condition,
        zones: list[tuple[str, tuple[str, ...]]],
        is_it: Callable[[int, str], bool],
    ) -> list[Anchor]:
        found = []
        chosen = [index for index, holds in enumerate(condition.holds) if holds]
        for zone, names in zones:
            if zone not in self.anchors:
                pairs = zip(self.scope.exchanges, names, strict=True)
                self.anchors[zone] = _anchors(zone, tuple(_today(each.now, name) for each, name in pairs))
            found += [
                anchor
                for anchor in self.anchors[zone]
                if all(is_it(index, anchor.dates[index]) for index in chosen)
                and not (zone == _UTC and self._is_anywhere(anchor, is_it, chosen))
            ]
        return _in_either(found, self.named)

    def _is_anywhere(self, anchor: Anchor, is_it: Callable[[int, str], bool], chosen: list[int]) -> bool:
        """Whether a clock that no rule can name explains a date as well as UTC does."""
        for clock in self.scope.local.others:
            if str(clock) not in self.elsewhere:
                today = tuple(date_of(each.now, clock) for each in self.scope.exchanges)
                self.elsewhere[str(clock)] = _anchors(str(clock), today)
            index = [each.family for each in self.anchors[_UTC]].index(anchor.family)
            dates = self.elsewhere[str(clock)][index].dates
            if all(is_it(index, dates[index]) for index in chosen):
                return True
        return False

    def _only(
        self, term: Term, condition: Condition, fits: list[Anchor], form: str, words: str
    ) -> Iterator[Candidate]:
        """A rule where anchors of one family fit: others that coincide today will be other dates tomorrow."""
        said = f"{condition.words} {term.name}"
        named = [anchor for anchor in fits if _is_named(anchor, said)]
        fits = named or fits
        if len({anchor.family for anchor in fits}) != 1:
            return
        anchor = fits[0]
        # What a week ends with is no month's end, though both may be tomorrow.
        if {"week": "month", "month": "week"}.get(_calendar(anchor), "-") in said.lower():
            return
        form = form.replace("{term}", term.text)
        rule = " || ".join(form.replace("{date}", each) for each in (anchor.text, anchor.also) if each)
        message = f"{term.name} {words} {anchor.words}"
        yield stated(self.scope, "window", message, rule, [term], chance=0.0, condition=condition, weight=3)


def _in_either(found: list[Anchor], named: str) -> list[Anchor]:
    """Anchors, with those that are the same in UTC and in a named zone as one."""
    of_zone = {_kind(each): each for each in found if each.family.startswith(f"{named} ")}
    merged = [
        replace(each, words=f"{each.words} or {named[1:-1]}", also=of_zone[_kind(each)].text)
        for each in found
        if each.family.startswith(f"{_UTC} ") and _kind(each) in of_zone
    ]
    known = {_kind(each) for each in merged}
    return [*merged, *(each for each in found if _kind(each) not in known)]


def _kind(anchor: Anchor) -> str:
    """What an anchor is, in any zone."""
    return anchor.family.partition(" ")[2]


def _is_unclear(condition: Condition, zones: list[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether some zone was always UTC, so that nobody can tell the two apart."""
    return any(
        {name for name, holds in zip(names, condition.holds, strict=True) if holds} == {"UTC"}
        for _, names in zones[1:]
    )


_FORMS = (
    ("seconds({term}) == seconds(midnight({date}, {zone}))", "is the midnight of", 0),
    ("seconds({term}) == seconds(midnight(add_days({date}, 1), {zone})) - 1", "is the last second of", 86399),
)


def _anchors(zone: str, today: tuple[str, ...]) -> list[Anchor]:
    """Dates from today, as they are in a zone."""
    now = f"local_date(now, {zone})"
    where = f"in {zone.strip(_UTC[0]).rpartition('.')[2]}"
    add, week, month = times.add_days, times.week_start, times.month_start
    found = [
        Anchor(
            f"add_days({now}, {days})" if days else now,
            f"{_words_of(days)} {where}",
            f"{zone} {days}",
            tuple(add(day, days) for day in today),
        )
        for days in sorted(USUAL, key=abs)
    ]
    weeks = tuple(week(day) for day in today)
    months = tuple(month(day) for day in today)
    nexts = tuple(times.add_months(day, 1) for day in months)
    this_week, this_month = f"week_start({now})", f"month_start({now})"
    next_month = f"add_months({this_month}, 1)"
    sundays, mondays = (tuple(add(day, days) for day in weeks) for days in (6, 7))
    last = tuple(add(day, -1) for day in nexts)
    return [
        *found,
        Anchor(this_week, f"the week's Monday {where}", f"{zone} week", weeks),
        Anchor(f"add_days({this_week}, 6)", f"the week's Sunday {where}", f"{zone} week's end", sundays),
        Anchor(f"add_days({this_week}, 7)", f"the next Monday {where}", f"{zone} week's next", mondays),
        Anchor(this_month, f"the month's first {where}", f"{zone} month", months),
        Anchor(f"add_days({next_month}, -1)", f"the month's last day {where}", f"{zone} month's end", last),
        Anchor(next_month, f"the next month's first {where}", f"{zone} month's next", nexts),
    ]


def _is_plain(anchor: Anchor) -> bool:
    """Whether it is a number of days from today, of no calendar."""
    return _calendar(anchor).lstrip("-").isdecimal()


def _words_of(days: int) -> str:
    if abs(days) < 2:  # noqa: PLR2004 - they have names
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    return f"{abs(days)} days {'after' if days > 0 else 'before'} today"


def _is_named(anchor: Anchor, words: str) -> bool:
    """Whether words such as `where period is week`, or `30d`, speak of the anchor."""
    name = _kind(anchor)
    if name.lstrip("-").isdecimal():
        numbers = {int(each) for each in re.findall(r"(\d+) ?d", words)}
        is_today = re.search(r"\b(day|today|daily)\b", words.replace("_", " ")) is not None
        return int(name) == 0 if is_today else -int(name) in {n - 1 for n in numbers}
    return _calendar(anchor) in re.sub(r"[^a-z]", " ", words.lower()).replace("ly", "").split()


def _calendar(anchor: Anchor) -> str:
    """Whether it is of a `week` or a `month`; else a number of days."""
    return _kind(anchor).partition("'")[0]


def _today(now: str, zone: str) -> str:
    return times.local_date(now, zone)


def _second(instant: str) -> int:
    return times.seconds(instant)


def _midnight(day: str, zone: str) -> int:
    return times.seconds(times.midnight(day, zone))
