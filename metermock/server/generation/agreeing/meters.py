"""What the operations of a document count together, so that one history of an account makes all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing import parts
from metermock.server.generation.agreeing.account_limits import MONTHLY, Bound, bound_of, limits_in
from metermock.server.generation.agreeing.buckets import Nested, nested
from metermock.server.generation.agreeing.facts import Facts, facts_of
from metermock.server.generation.agreeing.keyed import breakdowns
from metermock.server.generation.agreeing.limit_rows import units_in
from metermock.server.generation.agreeing.ordering import days
from metermock.server.generation.agreeing.quotas import is_monthly, quotas
from metermock.server.generation.agreeing.siblings import siblings
from metermock.server.generation.agreeing.units import (
    COST,
    GOOD,
    MAILS,
    NO_USE,
    SENT,
    Unit,
    counted,
    is_part,
    is_whole,
    likeliness,
    unit_among,
    unit_of,
    unit_of_group,
)
from metermock.server.generation.agreeing.wholes import sums
from metermock.server.generation.asked.spans import Spans
from metermock.server.generation.asked.things import Things, last_word, things_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import Grain

_DEEPEST = 3
"""Objects inside each other in which numbers are looked for."""
_ABOUT = frozenset(
    {"usage", "usages", "quota", "quotas", "limit", "limits", "credit", "credits", "billing", "cost", "costs"}
    | {"spend", "stat", "stats", "statistics", "analytics", "metric", "metrics", "consumption", "meter"}
    | {"meters", "plan", "subscription", "report", "reports", "activity", "account", "summary", "overview"}
    | {"dashboard", "breakdown", "timeseries", "series", "history", "daily", "hourly", "monthly", "today"}
    | {"organization", "organisation", "org", "workspace", "company", "tenant", "entitlements", "whoami"}
    | {"traffic", "volume", "calls", "requests", "tokens", "month", "insights", "counts", "totals", "me"}
)
"""Words of the paths and ids of operations whose numbers may be an account's use."""


class Steps(Protocol):
    """A list of steps of time."""

    def steps(self, scene: Scene) -> tuple[Grain, range]:
        """The steps of the whole list."""


class Answering(Protocol):
    """What makes the replies of an operation."""

    operation: Operation

    def usual_body(self, scene: Scene) -> Any:
        """The body of the usual reply; None where it has none that is JSON."""

    def usual_schema(self) -> Any:
        """Its schema; None where it has none that is JSON."""

    def usual_series(self) -> Steps | None:
        """The series that it is about, if it is about one."""

    def naming(self) -> Sequence[str]:
        """The parameters that say whose reply it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply says how much of something is used."""

    replies: Answering
    path: Sequence[str]
    """The fields that lead to the object."""
    column: tuple[str, Facts, Nested | None] | None = None
    """The list, its column, and the objects inside of its steps that have it, of a series."""
    group: Mapping[str, Facts] = field(default_factory=dict)
    """What speaks of a limit of the month."""
    is_spanned: bool = False
    """Whether a request may say of which time its numbers are."""
    total: Facts | None = None
    """The number, where it is one of a time that a request may choose."""


@dataclass
class Meter:
    """What is counted of the accounts whose replies have the same parameters."""

    limits: dict[Unit, Place] = field(default_factory=dict)
    series: dict[Unit, Place] = field(default_factory=dict)
    wholes: dict[Unit, tuple[Unit, ...]] = field(default_factory=dict)
    """What is the sum of which others, as the fields of one object tell."""
    told: dict[Unit, set[tuple[str, str]]] = field(default_factory=dict)
    """The operations that speak of it, each with the kind of place."""
    totals: dict[Unit, Place] = field(default_factory=dict)
    """Where the time may be chosen of which it is told."""
    plans: dict[Unit, Place] = field(default_factory=dict)
    """Where no more than the limit of a month is told."""
    bounds: dict[Bound, Place] = field(default_factory=dict)
    """Where limits of other times, and those of things that are there or not, are told."""
    bounding: dict[Bound, set[tuple[str, Sequence[str]]]] = field(default_factory=dict)
    """The objects that tell of each of them."""
    histories: dict[Any, Any] = field(default_factory=dict)
    """Those of the accounts that asked lately."""
    main: Unit = ()
    """What is meant where no name says what is counted; empty where there is no such thing."""

    def add_rows(self, place: Place, rows: Facts, *, is_series: bool) -> None:
        """Take the columns of a list: of a series, or of what shares the same whole."""
        for column, unit in counted(rows.rows):
            if is_series:
                self.series.setdefault(unit, replace(place, column=(rows.name, column, None)))
            elif place.is_spanned and not _are_things(rows.rows):
                self.totals.setdefault(unit, replace(place, column=(rows.name, column, None)))
            if is_series or unit:
                self._note(unit, place, "rows")
        self.wholes.update(wholes(rows.rows))

    def add_limited(self, place: Place, rows: Facts) -> None:
        """Take what rows limit, one thing each."""
        for unit, group in units_in(rows.rows):
            self._note(unit, place, "limit")
            if bound := bound_of(group["limit"].name):
                self.bounding.setdefault(bound, set()).add((place.replies.operation.id, tuple(place.path)))

    def add_nested(self, place: Place, rows: Facts, found: Nested) -> None:
        """Take the numbers inside of the steps of a series."""
        for column, unit in found.columns:
            self.series.setdefault(unit, replace(place, column=(rows.name, column, found)))
            self._note(unit, place, "rows")
        self.wholes.update(wholes(found.fields))

    def take_limits(self, place: Place, fields: Sequence[Facts]) -> None:
        """Take the limits of an object, of all times."""
        around = place.path[-1] if place.path else ""
        for group in (*quotas(fields), *siblings(fields)):
            if {"limit", "used"} <= group.keys() and is_monthly(group, around):
                self.add_limit(place, group)
                if unit_of_group(group, around):
                    continue
            if "limit" in group and (bound := bound_of(group["limit"].name, around)):
                self.add_bound(place, bound, group)
        for limit, bound in limits_in(fields, around):
            if bound == MONTHLY:
                self.add_plan(place, limit)
            else:
                self.add_bound(place, bound, {"limit": limit})

    def add_limit(self, place: Place, group: Mapping[str, Facts]) -> None:
        """Take the fields that speak of the limit of a month."""
        unit = unit_of_group(group, place.path[-1] if place.path else "")
        self.limits.setdefault(unit, replace(place, group=group))
        self._note(unit, place, "limit")

    def add_plan(self, place: Place, limit: Facts) -> None:
        """Take the limit of a month, where the use is told elsewhere."""
        unit = unit_of_group({"limit": limit}, place.path[-1] if place.path else "")
        if unit != COST:
            self.plans.setdefault(unit, replace(place, group={"limit": limit}))
            self._note(unit, place, "plan")

    def add_bound(self, place: Place, bound: Bound, group: Mapping[str, Facts]) -> None:
        """Take a limit of another time, or of things; where it says how much is used, for all others."""
        known = self.bounds.get(bound)
        if known is None or ("used" in group and "used" not in known.group):
            self.bounds[bound] = replace(place, group=group)
        self.bounding.setdefault(bound, set()).add((place.replies.operation.id, tuple(place.path)))

    def add_totals(self, place: Place, fields: Sequence[Facts]) -> None:
        """Take the numbers of an object."""
        self.wholes.update(wholes(fields))
        for total, unit in () if names.has(" ".join(place.path), NO_USE) else counted(fields):
            if place.is_spanned:
                self.totals.setdefault(unit, replace(place, total=total))
            if unit:
                self._note(unit, place, "rows")

    def _note(self, unit: Unit, place: Place, kind: str) -> None:
        self.told.setdefault(unit, set()).add((place.replies.operation.id, kind))

    def end(self) -> None:
        """Say what nameless numbers count, when all of them are known."""
        for unit, place in self.plans.items():
            self.limits.setdefault(unit, place)
        named = [unit for unit in self.limits if unit and unit != COST]
        columns = sorted((unit for unit in self.series if is_whole(unit)), key=likeliness)
        if len(named) == 1:
            self.main = named[0]
        elif columns and not named:
            self.main = columns[0]
        elif () in self.totals or (() in self.limits and (() in self.series or self.limits[()].is_spanned)):
            self.main = ("use",)
        for places in (self.limits, self.series, self.totals):
            own = places.pop((), None)
            if own is not None and self.main:
                places.setdefault(self.main, own)
        loose = self.told.pop((), set())
        if self.main:
            self.told.setdefault(self.main, set()).update(loose)
        if self.main in MAILS:
            self._name_sent()
        # These two are all tokens, whether or not a field says so.
        if {("prompt", "token"), ("completion", "token")} <= self.told.keys():
            self.wholes.setdefault(("token",), (("prompt", "token"), ("completion", "token")))

    def _name_sent(self) -> None:
        """Let what is sent be the messages that the others count."""
        self.told.setdefault(self.main, set()).update(self.told.pop(SENT, set()))
        for places in (self.series, self.totals):
            if SENT in places:
                places.setdefault(self.main, places.pop(SENT))

    def resolved(self, unit: Unit | None) -> Unit:
        """The unit that a name means; empty for none that is told in several places."""
        if unit is None:
            return ()
        if not unit or (len(unit) == 1 and is_part(unit)):
            unit = (*unit, *self.main) if self.main else ()
        if unit == SENT and self.main in MAILS:
            unit = self.main
        return unit if unit and self.is_shared(unit) else ()

    def whole_of(self, unit: Unit) -> Unit:
        """What a unit is a part of, or itself."""
        return next((each for each, parts in self.wholes.items() if unit in parts), unit)

    def is_shared(self, unit: Unit) -> bool:
        """Whether a unit is spoken of in two places, and one of them tells how much it may be.

        Or in one, where nothing else tells how much it is of the time that a request chooses.
        """
        whole = self.whole_of(unit)
        several = {unit, whole, *self.wholes.get(whole, ())}
        if not any(each in self.limits or each in self.series for each in several):
            return not several.isdisjoint(self.totals)
        if any(each in self.limits and self.limits[each].is_spanned for each in several):
            return True
        return len(set().union(*(self.told.get(each, set()) for each in several))) > 1

    @cached_property
    def is_by_month(self) -> bool:
        """Whether a limit of the month stands where a request may choose a time: unasked, it is the month."""
        return any(place.is_spanned and "used" in place.group for place in self.limits.values())

    @property
    def tells(self) -> bool:
        """Whether anything is told in two places, or of a time that a request chooses."""
        return any(map(self.is_shared, self.told)) or any(len(each) > 1 for each in self.bounding.values())


class Meters:
    """What the operations of a document count, looked for when it is first needed."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._watched: Callable[[], Iterable[Answering]] = tuple
        self._found: dict[tuple[str, ...], Meter] | None = None
        self._of: dict[tuple[str, tuple[str, ...]], Meter | None] = {}
        self._things: Things | None = None

    def watch(self, replies: Callable[[], Iterable[Answering]]) -> None:
        """Take the operations of a document, whose replies may say what is used."""
        self._watched, self._found, self._of, self._things = replies, None, {}, None

    def of(self, operation: Operation, naming: Sequence[str]) -> Meter | None:
        """What is counted of whom an operation speaks; None where its name does not speak of use."""
        name = operation.id, tuple(naming)
        if name not in self._of:
            self._of[name] = self._look_for(operation, naming)
        return self._of[name]

    def is_of_account(self, operation: Operation, naming: Sequence[str], kind: str) -> bool:
        """Whether what an operation answers with is the account itself, and not one of several."""
        if naming or operation.method.upper() != "GET":
            return False
        if self._things is None:
            self._things = things_of(self._schemas, self._watched())
        return kind not in self._things.kinds and last_word(operation.path) not in self._things.names

    def _look_for(self, operation: Operation, naming: Sequence[str]) -> Meter | None:
        if not speaks_of_use(operation):
            return None
        if self._found is None:
            # Whole before another thread, such as the one at rest, can see it.
            self._found = self._all()
        found = self._found.get(tuple(naming))
        return found if found is not None and found.tells else None

    def _all(self) -> dict[tuple[str, ...], Meter]:
        meters: dict[tuple[str, ...], Meter] = {}
        for replies in self._watched():
            if speaks_of_use(replies.operation):
                self._look(replies, meters.setdefault(tuple(replies.naming()), Meter()))
        for meter in meters.values():
            meter.end()
        return meters

    def _look(self, replies: Answering, meter: Meter) -> None:
        is_spanned = Spans(replies.operation).chooses
        shared: set[Sequence[str]] = set()
        """The objects whose numbers are parts of one beside them, and follow it."""
        for path, fields, properties in self._objects(replies.usual_schema(), (), 0):
            here = Place(replies, path, is_spanned=is_spanned)
            series = [rows for rows, _, _ in days(fields)]
            for rows in (each for each in fields if each.is_list and each.rows):
                is_series = any(rows is each for each in series)
                meter.add_rows(here, rows, is_series=is_series)
                meter.add_limited(here, rows)
                listed = together(self._schemas, properties[rows.name]) if is_series else {}
                for found in nested(self._schemas, listed.get("items")):
                    meter.add_nested(here, rows, found)
            meter.take_limits(here, fields)
            shared |= {(*path, each.entries.name) for each in breakdowns(fields)}
            if path not in shared:
                meter.add_totals(here, fields)

    def _objects(
        self, schema: Any, path: tuple[str, ...], depth: int
    ) -> Iterator[tuple[tuple[str, ...], Sequence[Facts], Mapping[str, Any]]]:
        whole = together(self._schemas, schema) if isinstance(schema, dict) else {}
        properties = {"": schema} if not depth and "items" in whole else whole.get("properties")
        if not isinstance(properties, dict) or depth > _DEEPEST:
            return
        yield path, [facts_of(self._schemas, name, each) for name, each in properties.items()], properties
        for name, each in properties.items() if "" not in properties else ():
            yield from self._objects(each, (*path, name), depth + 1)


def _are_things(fields: Sequence[Facts]) -> bool:
    """Whether rows are things of their own, whose numbers do not depend on the span that is asked for."""
    return any(each.notation is not None or names.plain(each.name) in ("id", "uuid") for each in fields)


def speaks_of_use(operation: Operation) -> bool:
    """Whether the numbers of an operation's replies may be what an account has used, by its path and id."""
    return operation.method.upper() == "GET" and names.has(f"{operation.path} {operation.id}", _ABOUT)


def wholes(fields: Sequence[Facts]) -> Mapping[Unit, tuple[Unit, ...]]:
    """What is the sum of which others: calls of good and bad ones, tokens of those of prompts and replies."""
    found: dict[Unit, tuple[Unit, ...]] = {}
    roles = parts.roles(fields)
    for whole, several in (*sums(fields), *parts.outcomes(fields)):
        unit = unit_of(whole.name)
        units = [unit_among(part.name, roles) for part in several]
        if not unit or None in units:
            continue
        named = [(each[0], *unit) if is_part(each) else each for each in units if each is not None]
        # Of outcomes the good ones are what is left without the others.
        named.sort(key=lambda each: each[0] == GOOD)
        if len({unit, *named}) == len(named) + 1:
            found[unit] = tuple(named)
    return found
