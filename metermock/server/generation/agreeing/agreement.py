"""Fields of one object that agree: used and remaining make the limit, totals are sums, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation.agreeing import breakdowns, keyed, parts, worth
from metermock.server.generation.agreeing.account_limits import Bound, limits_in
from metermock.server.generation.agreeing.averages import averages
from metermock.server.generation.agreeing.balances import balances
from metermock.server.generation.agreeing.bills import bills, line_of
from metermock.server.generation.agreeing.columns import (
    dealt,
    insides,
    settled,
    shared,
    sum_of,
    sums_beside,
    sums_of_days,
    sums_of_rows,
    total_of,
)
from metermock.server.generation.agreeing.complements import complements, means, wholes
from metermock.server.generation.agreeing.counted_rows import countings_of_rows, counts, counts_none
from metermock.server.generation.agreeing.counting import countings, of_pages
from metermock.server.generation.agreeing.decimals import frozen, in_form, thawed, usual
from metermock.server.generation.agreeing.durations import durations
from metermock.server.generation.agreeing.event_lists import event_lists
from metermock.server.generation.agreeing.facts import Facts, Step, needs_no_texts
from metermock.server.generation.agreeing.forecasts import forecasts
from metermock.server.generation.agreeing.fresh import fresh
from metermock.server.generation.agreeing.invoices import periods
from metermock.server.generation.agreeing.labels import labels
from metermock.server.generation.agreeing.levels import levels
from metermock.server.generation.agreeing.limit_rows import limit_rows
from metermock.server.generation.agreeing.limit_windows import limit_windows
from metermock.server.generation.agreeing.line_texts import described
from metermock.server.generation.agreeing.money_units import in_two_units
from metermock.server.generation.agreeing.monthly_bills import monthly
from metermock.server.generation.agreeing.ordering import days, order, spread
from metermock.server.generation.agreeing.overages import overages
from metermock.server.generation.agreeing.owners import owners
from metermock.server.generation.agreeing.parallel import parallel
from metermock.server.generation.agreeing.people import people
from metermock.server.generation.agreeing.places import places
from metermock.server.generation.agreeing.plan_periods import PERIODS, is_of_plan
from metermock.server.generation.agreeing.plans import plans
from metermock.server.generation.agreeing.progress import progress
from metermock.server.generation.agreeing.quotas import OVER, is_monthly, quota, quotas
from metermock.server.generation.agreeing.resets import resets
from metermock.server.generation.agreeing.shares import are_things, shares, tables
from metermock.server.generation.agreeing.shown_secrets import shown_secrets
from metermock.server.generation.agreeing.siblings import agreed, siblings
from metermock.server.generation.agreeing.sorted_flags import sorted_flags
from metermock.server.generation.agreeing.standing import standing
from metermock.server.generation.agreeing.stories import stories
from metermock.server.generation.agreeing.trailing import trailing
from metermock.server.generation.agreeing.units import NO_USE, Unit, counted, is_bill, is_used_up
from metermock.server.generation.agreeing.verdicts import verdicts
from metermock.server.generation.agreeing.wholes import add_up, sums, wholes_of
from metermock.server.generation.agreeing.windows import windows
from metermock.server.generation.values.scene import Past, Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.row_counts import names_rows


class Agreement:
    """Makes the fields of an object agree, as far as their schemas let them; those in `pinned` stay."""

    def __init__(
        self,
        fields: Sequence[Facts],
        pinned: frozenset[str] = frozenset(),
        *,
        owner: str | None = None,
        name: str = "",
        identity: str | None = None,
        last: Sequence[Step] = (),
    ) -> None:
        self.fields = fields
        self._name = name
        self.texts = {field.name: field for field in fields if field.has_decimals}
        """What is a number that is written as a text, or has some inside."""
        self._forms = [
            (field, None if field.decimals is None else in_form(field.decimals))
            for field in self.texts.values()
        ]
        self.agreed_inside: Mapping[str, frozenset[str]] = {}
        """Those of which all inside is in its form when they are made, each with the names in it."""
        self._accepts = {field.name: field.accepts for field in fields}
        self._accepts |= {field.name: partial(_accepts_frozen, field) for field in self.texts.values()}
        self._owned: Sequence[Step] = ()
        if owner is not None:
            self._owned = (*people(fields, owner), *places(fields, owner), *plans(fields, owner))
        self._dated = tuple(monthly(fields, name, owner, identity))
        self._labels = tuple(labels(fields))
        self._last = (*self._dated, *last)
        self._steps = (*self._dated, *self._labels, *_steps(fields, pinned, name), *self._owned, *self._last)
        # Replies that only read need none of these.
        self._begun = (*fresh(fields), *self._steps)
        self._pinned = pinned
        self.is_still = not self.texts and not self._steps
        """Whether it changes nothing in objects of which no history tells anything."""
        self._is_apart = all(map(needs_no_texts, self._steps))
        """Whether its steps look at no amount that is written as a text."""
        self._told: dict[frozenset[str], Sequence[Step]] = {}

    def accepts(self, name: str, value: Any) -> bool:
        """Whether a field takes a value."""
        return name in self._accepts and self._accepts[name](value)

    def settle(self, made: dict[str, Any], scene: Scene, said: frozenset[str]) -> None:
        """Change an object's fields where they contradict each other; what the request said stays."""
        if self._is_apart and scene.past is None and not (scene.event or scene.account == "empty"):
            self._write_usual(made, scene, said)
            if self._steps:
                self.settle_numbers(made, scene, said)
            return
        for field in self.texts.values():
            if field.name in made and field.name not in said:
                made[field.name] = thawed(made[field.name], field)
                if scene.is_empty and field.decimals is not None and is_used_up(field.name):
                    made[field.name] = 0
        self.settle_numbers(made, scene, said)
        for field in self.texts.values():
            if field.name in made:
                made[field.name] = frozen(made[field.name], field)

    def settling(self, scene: Scene) -> Callable[[dict[str, Any], Scene, frozenset[str]], None] | None:
        """What settles objects of a scene as `settle` does; None where nothing of them has to agree."""
        if self.is_still and scene.past is None:
            return None
        is_usual = self._is_apart and scene.past is None and not (scene.event or scene.account == "empty")
        return self._write_usual if is_usual and not self._steps else self.settle

    def _write_usual(self, made: dict[str, Any], scene: Scene, said: frozenset[str]) -> None:
        """Write amounts as they usually are; most are so already, and rows come here by the dozen."""
        for field, is_in_form in self._forms:
            name = field.name
            value = made.get(name)
            if value is None:
                continue
            if is_in_form is None:
                known = self.agreed_inside.get(name)
                if known is not None and name not in said and known.isdisjoint(scene.said):
                    continue
            elif isinstance(value, str) and is_in_form(value):
                continue
            made[name] = frozen(value, field) if name in said else usual(value, field)

    def settle_numbers(self, made: dict[str, Any], scene: Scene, said: frozenset[str]) -> None:
        """The same, of an object in which all amounts are numbers."""
        steps: Sequence[Step] = self._begun if scene.event else self._steps
        if not steps and scene.past is None:
            return
        kept = said | self._pinned if self._pinned else said
        if scene.past is not None:
            told = self._tell(made, scene, scene.past, kept)
            if told not in self._told:
                shares = _shares(self.fields, self._name)
                inner = _steps(self.fields, self._pinned | told, self._name)
                self._told[told] = (*self._dated, *self._labels, *shares, *inner, *self._owned, *self._last)
            kept, steps = kept | told, self._told[told]
        for step in steps:
            changes = step(made, scene)
            if changes and self._fit(changes, made, kept):
                made.update(changes)
                for name in [name for name, value in changes.items() if value is ABSENT]:
                    del made[name]

    def _fit(self, changes: Mapping[str, Any], made: Mapping[str, Any], kept: frozenset[str]) -> bool:
        """Whether an object can be changed so."""
        for name, value in changes.items():
            if name not in made:
                return False
            # What stays as it is needs no validator, which is the most of the work.
            if value == made[name]:
                continue
            if name in kept or not (value is ABSENT or self._accepts[name](value)):
                return False
        return True

    @cached_property
    def sums(self) -> frozenset[str]:
        """The numbers beside rows that count none of them: `total_rows` of tables, `rejected` of a batch."""
        return counts_none(self.fields)

    @cached_property
    def _countable(self) -> Sequence[tuple[Facts, Unit]]:
        """The numbers that other operations may tell, and neither a limit nor the days beside them do."""
        if names.has(self._name, NO_USE):
            return ()
        out = {field.name for group in quotas(self.fields) for field in group.values()}
        out |= of_pages(self.fields) | sums_of_days(self.fields)
        out |= {
            each.name
            for rows, each, _ in counts(self.fields)
            if names_rows(names.plain(each.name)) or any(names.plain(row.name) == "id" for row in rows.rows)
        }
        # What it costs to be above a limit follows from how far that is.
        out |= {field.name for field in self.fields if names.has(field.name, OVER)}
        return [(field, unit) for field, unit in counted(self.fields) if unit and field.name not in out]

    @cached_property
    def _has_limit(self) -> bool:
        groups = quotas(self.fields)
        return any({"limit", "used"} <= group.keys() and is_monthly(group, self._name) for group in groups)

    @cached_property
    def _is_of_plan(self) -> bool:
        return is_of_plan(self.fields, self._name)

    @cached_property
    def _has_days(self) -> bool:
        """Whether the days beside the numbers say of which time they are."""
        return any(True for _ in days(self.fields))

    @cached_property
    def _has_period(self) -> bool:
        return any(each.notation and names.has(each.name, PERIODS) for each in self.fields)

    def _is_of_month(self, scene: Scene) -> bool:
        """Whether the numbers are of this month: beside its limit, or its first and last day.

        Where a request asks for a span they are of that, unless they are the plan's.
        """
        if scene.span is not None and scene.span.is_said:
            return self._is_of_plan
        return self._has_limit or (self._has_period and not self._has_days)

    def _tell(self, made: dict[str, Any], scene: Scene, past: Past, kept: frozenset[str]) -> frozenset[str]:
        """Let numbers say what the history of the account says of them; the names of those that do."""
        told = set()
        around, span = self._name, scene.span
        if self._is_of_month(scene):
            around, span = "month", None
        for field, unit in self._countable:
            if field.name not in made or field.name in kept or made[field.name] is None:
                continue
            value = past.count(field, unit, around, span)
            if value is not None and self._accepts[field.name](value):
                made[field.name] = value
                told.add(field.name)
        add_up(made, self._wholes, told)
        for field, bound in self._planned:
            limit = past.limit(field, self._name, bound) if field.name not in kept else None
            if limit is not None and made.get(field.name) is not None and self._accepts[field.name](limit):
                made[field.name] = limit
                told.add(field.name)
        return frozenset(told)

    @cached_property
    def _planned(self) -> Sequence[tuple[Facts, Bound]]:
        return limits_in(self.fields, self._name)

    @cached_property
    def _wholes(self) -> Sequence[tuple[Facts, Sequence[Facts]]]:
        return wholes_of(self.fields)


def _accepts_frozen(field: Facts, value: Any) -> bool:
    return field.accepts(frozen(value, field))


def _steps(fields: Sequence[Facts], pinned: frozenset[str], name: str) -> Iterator[Step]:
    groups = list(quotas(fields))
    used = pinned | {group["used"].name for group in groups if {"limit", "used"} <= group.keys()}
    rows = list(sums_of_rows(fields))
    known = used | sums_beside(fields)
    bills_of = [*bills(fields)]
    yield from windows(fields, name)
    is_own = is_of_plan(fields, name)
    yield from (quota(group, name, is_of_plan=is_own) for group in groups)
    yield from map(agreed, siblings(fields))
    for each in rows:
        if each.is_used or each.total.name in used:
            rest = Agreement(each.rows.rows, frozenset({each.column.name}))
            yield shared(each, rest.settle_numbers)
    added = [each for each in rows if not each.is_used and each.total.name not in used]
    yield from map(total_of, added)
    for around, totals in insides(added):
        yield settled(around, Agreement(around.fields, totals).settle_numbers)
    is_use = not names.has(name, NO_USE)
    sized = [*worth.sizes(fields, known)] if is_use else []
    # What goes well and badly makes all calls, before they say how much they take.
    yield from parts.made(fields, known) if sized else ()
    yield from sized
    yield from (sum_of(total, each) for total, each in sums(fields) if total.name not in known)
    yield from keyed.splits(sums(fields), known)
    yield from breakdowns.steps(fields, known)
    yield from chain(parts.steps(fields, known), complements(fields, known))
    yield from worth.costs(fields, known | wholes(fields)) if is_use and not bills_of else ()
    yield from bills_of
    yield from overages(fields)
    yield from in_two_units(fields, pinned)
    yield from limit_rows(fields)
    for broken in keyed.breakdowns(fields):
        rest = Agreement(broken.fields, broken.pinned)
        yield keyed.shared(broken, rest.settle_numbers, wholes_of(broken.fields))
    yield from shares(fields)
    yield from owners(fields, lambda inner, told: Agreement(inner, told).settle_numbers)
    yield from forecasts(fields)
    yield from countings_of_rows(fields)
    yield from countings(fields, known)
    yield from balances(fields)
    yield from parallel(fields)
    yield from verdicts(fields)
    yield from sorted_flags(fields)
    yield from chain(spread(fields), levels(fields), means(fields))
    is_priced = is_use and not bills_of
    yield from _in_time(fields, known, name, is_priced=is_priced, has_sums=bool(bills_of))
    yield from averages(fields)
    yield from shown_secrets(fields)


def _in_time(
    fields: Sequence[Facts], known: frozenset[str], name: str, *, is_priced: bool, has_sums: bool
) -> Iterator[Step]:
    """What follows of when things happen, and of how long they take."""
    yield from stories(fields)
    yield from chain(progress(fields), standing(fields))
    yield from order(fields)
    yield from event_lists(fields)
    lengths = [*durations(fields)]
    yield from lengths
    # What a ride costs follows from how long it is.
    yield from worth.costs(fields, known | wholes(fields)) if lengths and is_priced else ()
    yield from periods(fields, name, has_sums=has_sums)
    yield from described(fields)
    yield from limit_windows(fields, name)
    yield from resets(fields, name)
    yield from trailing(fields, known)


def _shares(fields: Sequence[Facts], name: str) -> Iterator[Step]:
    """The rows of a list that is no series share what the history says, each of their columns."""
    for rows in tables(fields):
        is_own = are_things(rows.rows) or (line_of(rows.rows) is not None and is_bill(fields))
        columns = [] if is_own else [each for each in counted(rows.rows) if each[1]]
        if columns:
            yield dealt(rows, columns, name, partial(_settle_beside, {}, rows.rows))


def _settle_beside(
    known: dict[frozenset[str], Agreement],
    fields: Sequence[Facts],
    row: dict[str, Any],
    scene: Scene,
    told: frozenset[str],
) -> None:
    """Let a row follow those of its numbers that are told, which are the same in most replies."""
    if told not in known:
        known[told] = Agreement(fields, told)
    known[told].settle_numbers(row, scene, frozenset())
