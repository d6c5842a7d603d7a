"""From witnesses to rules, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from metermock.contract import Exchange, Operation
from metermock.learn.across import across
from metermock.learn.candidate import Candidate
from metermock.learn.choice import Kept, chosen
from metermock.learn.coarser import coarser
from metermock.learn.filters import filtered
from metermock.learn.paging import by_cursor
from metermock.learn.relations import Related, related
from metermock.learn.rising import rising
from metermock.learn.telling import too_few
from metermock.learn.templates.bounds import Bounds
from metermock.learn.templates.buckets import Buckets
from metermock.learn.templates.columns import Columns
from metermock.learn.templates.durations import Durations
from metermock.learn.templates.flags import Flags
from metermock.learn.templates.forms import Forms
from metermock.learn.templates.given import Given
from metermock.learn.templates.ladders import Ladders
from metermock.learn.templates.lengths import Lengths
from metermock.learn.templates.moments import Moments
from metermock.learn.templates.nothing import Nothing
from metermock.learn.templates.numbers import Numbers
from metermock.learn.templates.orders import Orders
from metermock.learn.templates.pages import Pages
from metermock.learn.templates.parts import Parts
from metermock.learn.templates.plans import Plans
from metermock.learn.templates.presence import Presence
from metermock.learn.templates.products import Products
from metermock.learn.templates.rates import Rates
from metermock.learn.templates.series import Series
from metermock.learn.templates.shares import Shares
from metermock.learn.templates.tables import Tables
from metermock.learn.templates.texts import Texts
from metermock.learn.templates.ties import Ties
from metermock.learn.templates.trailing import Trailing
from metermock.learn.templates.wholes import Wholes
from metermock.learn.templates.windows import Windows
from metermock.learn.terms import Scope, narrowed, reply_scope, row_scopes
from metermock.learn.trial import proven
from metermock.learn.witness import Witnesses
from metermock.learn.zones import Local, alike, local_of

LEAST = 5
"""Replies below which nothing is learnt of an operation."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The rules of an operation, with the replies that they were learnt from, and of how many accounts."""

    operation: Operation
    rules: tuple[Kept, ...]
    replies: tuple[Exchange, ...]
    accounts: int
    tried: int
    relations: tuple[Related, ...] = ()
    names: tuple[str, ...] = ()
    """The account of each reply."""

    @property
    def ids(self) -> set[str]:
        """Those of its rules and relations."""
        return {one.candidate.id for one in self.rules} | {one.id for one in self.relations}

    def only(self, ids: set[str] | frozenset[str]) -> Learned:
        """The same with those rules and relations alone that have one of these ids."""
        return replace(
            self,
            rules=tuple(one for one in self.rules if one.candidate.id in ids),
            relations=tuple(one for one in self.relations if one.id in ids),
        )


def learned(
    operations: Iterable[Operation], witnesses: Witnesses, progress: Callable[[str], None]
) -> tuple[list[Learned], list[str]]:
    """The rules of each operation, and those that showed too little, in lines."""
    found: list[Learned] = []
    lines: list[str] = []
    scopes: list[Scope] = []
    operations = list(operations)
    seen = [each.exchange for each in witnesses.all]
    local = local_of(operations[0].contract, seen) if operations else Local()
    for operation in operations:
        its = witnesses.of(operation)
        if len(its) < LEAST:
            lines += too_few(operation, its, witnesses, LEAST)
            continue
        progress(f"learning {operation.id} from {len(its)} replies")
        scope = replace(reply_scope(operation, its), local=local)
        scopes.append(scope)
        candidates = candidates_of(scope)
        compiled = proven(operation, candidates, scope.exchanges)
        rules = chosen(operation, compiled, scope.exchanges)
        accounts = len(set(scope.accounts))
        tried = len(candidates)
        found.append(
            Learned(
                operation,
                tuple(rules),
                scope.exchanges,
                accounts,
                tried,
                (*related(scope), *rising(scope), *by_cursor(scope), *filtered(scope), *coarser(scope)),
                tuple(scope.accounts),
            )
        )
    more = across(scopes)
    found = [
        replace(each, relations=(*each.relations, *(one for one in more if one.operation is each.operation)))
        for each in found
    ]
    return found, [*lines, *([] if local.zone else _hours(found, [each.now for each in seen]))]


def _hours(found: Iterable[Learned], instants: Sequence[str]) -> Iterator[str]:
    """In a line which zones the days may be of that are told to be UTC's, as far as the hours show."""
    if any("local_date(now, 'UTC')" in one.candidate.rule for each in found for one in each.rules):
        before, after = alike(instants)
        if before or after:
            yield (
                f"days are told in UTC; at the hours of these replies every zone from UTC{before:+} to "
                f"UTC{after:+} had the same date: learn again at another hour to tell them apart"
            )


def candidates_of(scope: Scope) -> list[Candidate]:
    """What every template makes of an operation's replies, and of the rows of their lists."""
    found: list[Candidate] = [
        *_of_both(scope),
        *Orders(scope).candidates(),
        *Lengths(scope).candidates(),
        *Windows(scope).candidates(),
        *Moments(scope).candidates(),
        *Plans(scope).candidates(),
        *Presence(scope).candidates(),
        *Wholes(scope).candidates(),
        *Pages(scope).candidates(),
        *Series(scope).candidates(),
        *Trailing(scope).candidates(),
        *Ties(scope).candidates(),
        *Rates(scope).candidates(),
        *Parts(scope).candidates(),
        *Given(scope).candidates(),
        *Tables(scope).candidates(),
        *Buckets(scope).candidates(),
    ]
    found += without_options(scope, {each.rule for each in found})
    inside = [candidate for rows in row_scopes(scope) for candidate in _of_both(rows)]
    return [each for each in found if not _is_of_one_row(each, inside)] + inside


def without_options(scope: Scope, known: set[str]) -> list[Candidate]:
    """The arithmetic that holds without the optional parameters alone, such as a filter by key."""
    bare = next((each for each in scope.conditions if each.words.startswith("without")), None)
    if bare is None:
        return []
    data = Columns(narrowed(scope, bare))
    return [
        replace(
            each,
            when=" && ".join(filter(None, (bare.text, each.when))),
            message=f"{bare.words}: {each.message}",
            weight=each.weight + 2,
        )
        for each in (*Numbers(data).candidates(), *Shares(data).candidates())
        if each.template != "equal" and each.rule not in known
    ]


def _is_of_one_row(candidate: Candidate, inside: Sequence[Candidate]) -> bool:
    """Whether it says of the first or last row what is said of every row."""
    form = re.fullmatch(
        r"(?:last\((?P<ends>body[.\w]+), 1\)|(?P<begins>body[.\w]+))\[0\](?P<rest>\.\w+ == .+)",
        candidate.rule,
    )
    if form is None:
        return False
    place = form["ends"] or form["begins"]
    return any(each.rule == f"{place}.all(row, row{form['rest']})" for each in inside)


def _of_both(scope: Scope) -> list[Candidate]:
    """What the templates make that look at replies and at rows alike."""
    data = Columns(scope)
    # Equations come first: they tell which numbers are the same.
    numbers = Numbers(data).candidates()
    products = Products(data).candidates()
    # An amount that is a share of another, rounded, tells the share less exactly than itself.
    made = [each.pointers for each in products]
    return [
        *numbers,
        *products,
        *(each for each in Shares(data).candidates() if each.pointers not in made),
        *Bounds(data).candidates(),
        *Ladders(data).candidates(),
        *Durations(data).candidates(),
        *Texts(scope).candidates(),
        *Nothing(scope).candidates(),
        *Forms(scope).candidates(),
        *Flags(scope).candidates(),
    ]


def ids_of(found: Sequence[Learned]) -> set[str]:
    """The ids of all rules and relations."""
    return set().union(*(each.ids for each in found))
