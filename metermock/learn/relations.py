"""Relations that pairs of witnesses suggest: what a parameter leaves alone, pages, parts."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from metermock.contract import ABSENT, Exchange, Operation
from metermock.contract.cel import function_times as times
from metermock.contract.parameter import Parameter
from metermock.learn.conditions import asked, literal
from metermock.learn.cutting import of_cut_lists
from metermock.learn.names import LIMITS, OFFSETS, words_of
from metermock.learn.shapes import MISSING, Place, Shape, is_instant, value_at
from metermock.learn.terms import Scope

LEAST_PAIRS = 3
LEAST_ACCOUNTS = 2
MOVED, SHARE = 3, 0.02
"""By how much a number may move between two requests: by a few calls, or a small part."""
PAGING = frozenset({"pagination", "paging", "page", "cursor", "next", "prev", "previous", "links"})
OFTEN = 0.3
"""The part of the pairs in which a parameter that changes something changes it at least."""
LEAST_KINDS = 3
"""Values other than zero that a number needs, before it is believed that a parameter leaves it alone."""
MOST_VALUES = 10
MOST_PAGES = 5
LATER = 2
"""Seconds after which a reply is asked for again."""
SOON = 5
"""Seconds by which the instant in a reply and that of the reply may differ."""
LEAST_NEW, LONG = 5, 8
"""Replies that have to show another text each, and how long it is at least."""

Body = Any


@dataclass(frozen=True, slots=True)
class Related:
    """A relation that was learnt: its requests by name, and what must hold of their replies."""

    operation: Operation
    template: str
    message: str
    requests: Mapping[str, Any]
    rule: str
    when: str = ""
    instead_of: str = ""
    """The id of a relation that says more; where that one holds, this one is not needed."""

    @property
    def id(self) -> str:
        """The same whenever the same relation is learnt."""
        text = json.dumps([self.operation.id, self.requests, self.when, self.rule], sort_keys=True)
        return "LR-" + hashlib.sha256(text.encode()).hexdigest()[:6]


def related(scope: Scope) -> list[Related]:
    """The relations of one operation that its replies suggest."""
    found: list[Related] = []
    for parameter in scope.operation.parameters:
        values = [
            value for value in parameter.resolved.get("enum", ()) if isinstance(value, str | int | float)
        ]
        if parameter.types == {"boolean"}:
            values = [False, True]
        if parameter.location != "query" or not 1 < len(values) <= MOST_VALUES:
            continue
        found += _leaves_alone(scope, parameter, values)
        found += _parts(scope, parameter, values)
    return [*found, *_pages(scope), *_always_new(scope)]


def alike(scope: Scope, parameter: Parameter) -> list[tuple[str, dict[Any, Exchange]]]:
    """Each account with replies of one day that differ in nothing asked but one parameter, by its value."""
    groups: dict[str, tuple[str, dict[Any, Exchange]]] = {}
    for account, exchange in zip(scope.accounts, scope.exchanges, strict=True):
        rest = sorted((k, repr(v)) for k, v in exchange.parameters.items() if k != parameter.key)
        value = exchange.parameters.get(parameter.key, ABSENT)
        _, group = groups.setdefault(repr((account, rest, exchange.now[:10])), (account, {}))
        group.setdefault(value if isinstance(value, str | bool) else ABSENT, exchange)
    return list(groups.values())


def _paired(
    scope: Scope, parameter: Parameter, first: Any, then: Any
) -> list[tuple[str, Exchange, Exchange]]:
    """Replies to one account that differ in nothing asked but one parameter's value."""
    return [
        (account, group[first], group[then])
        for account, group in alike(scope, parameter)
        if first in group and then in group
    ]


def _leaves_alone(scope: Scope, parameter: Parameter, values: Sequence[Any]) -> Iterator[Related]:
    """What stands in a reply, whatever value a parameter has: by objects, the outermost first.

    Data that move show more changes than the parameter makes; so what changes for quiet accounts, or much and
    often, is believed first, all that changes else.
    """
    pairs = [pair for one, other in pairwise(values) for pair in _paired(scope, parameter, one, other)]
    if len(pairs) < LEAST_PAIRS or len({name for name, _, _ in pairs}) < LEAST_ACCOUNTS:
        return
    is_whole, few = False, frozenset[str]()
    for path in [(), *sorted({place.path[:1] for place in scope.shape.scalars if len(place.path) > 1})]:
        if path and is_whole and path[0] not in few:
            # That nothing of it changes is said of the whole reply.
            continue
        bodies = [(name, value_at(x.body, path), value_at(y.body, path)) for name, x, y in pairs]
        if not all(isinstance(x, dict) and isinstance(y, dict) for _, x, y in bodies):
            continue
        unseen = _never_seen(bodies)
        unseen |= _hardly_varied(bodies) | _of_page(bodies)
        sides = [(each, value_at(each.body, path)) for _, *both in pairs for each in both]
        unseen |= of_cut_lists(scope.operation, sides) | _of_now(sides)
        every = _changed(bodies) | unseen
        least = _changed(_quietest(bodies)) | _changed_much(bodies)
        least = least | unseen if least else least
        if path and _is_mostly(bodies, least or every):
            # Where nearly all counts of an object change, the others stay by luck of the data.
            continue
        told = [least, every] if least and least < every else [every]
        made = [
            list(_left_alone(scope, parameter, pairwise(values), path, each))
            for each in told
            if _is_varied(bodies, each)
        ]
        if not made:
            continue
        for index, one in enumerate(made[-1]):
            stronger = made[0][index : index + 1] if len(made) > 1 else []
            yield from stronger
            yield replace(one, instead_of=stronger[0].id) if stronger else one
        if not path:
            is_whole, few = True, told[0]


def _changed(bodies: Sequence[tuple[str, Body, Body]]) -> frozenset[str]:
    """The members of an object that differ in some of the pairs."""
    return frozenset(
        name for _, x, y in bodies for name in (*x, *y) if x.get(name, MISSING) != y.get(name, MISSING)
    )


def _never_seen(bodies: Sequence[tuple[str, Body, Body]]) -> frozenset[str]:
    """The members of an object that hardly any account has something in, so that nobody knows of them."""
    shown: dict[str, set[str]] = defaultdict(set)
    for account, *pair in bodies:
        for each in pair:
            for name, value in each.items():
                shown[name] |= set() if value in (None, [], {}) else {account}
    return frozenset(name for name, accounts in shown.items() if len(accounts) <= LEAST_ACCOUNTS)


def _hardly_varied(bodies: Sequence[tuple[str, Body, Body]]) -> frozenset[str]:
    """The members that have so few values where others change that they may be alike by chance."""
    differing = [
        (x, y) for _, x, y in bodies if any(_is_other(x[name], y[name]) for name in x.keys() & y.keys())
    ]
    shown: dict[str, set[str]] = defaultdict(set)
    for x, y in differing:
        for name in x.keys() & y.keys():
            if isinstance(x[name], int | float | list | dict) and not isinstance(x[name], bool):
                shown[name] |= {repr(x[name])} if _counts_much(x[name]) else set()
    return frozenset(name for name, values in shown.items() if len(values) < LEAST_KINDS)


def _is_mostly(bodies: Sequence[tuple[str, Body, Body]], changed: frozenset[str]) -> bool:
    """Whether these members are at least half of an object's numbers."""
    numbers = {name for _, x, _ in bodies for name, value in x.items() if _counts_much(value)}
    return 2 * len(numbers & changed) >= len(numbers)


def _quietest(bodies: Sequence[tuple[str, Body, Body]]) -> list[tuple[str, Body, Body]]:
    """The pairs of the accounts with numbers in them that change least: two of them at least."""
    by_name: dict[str, list[tuple[str, Body, Body]]] = defaultdict(list)
    for each in bodies:
        if _counts_much(each[1]) and _counts_much(each[2]):
            by_name[each[0]].append(each)
    ordered = sorted(by_name.values(), key=lambda its: len(_changed(its)))
    return [each for its in ordered[: max(LEAST_PAIRS, len(ordered) // 2)] for each in its]


def _of_page(bodies: Sequence[tuple[str, Body, Body]]) -> frozenset[str]:
    """The members that say where in a list a reply is: they follow from rows that are not shown."""
    return frozenset(name for _, x, _ in bodies for name in x if PAGING & words_of(name))


def _of_now(sides: Sequence[tuple[Exchange, Body]]) -> frozenset[str]:
    """The members that are the instant of the reply: whatever is asked, they differ in the next second."""
    return frozenset(
        name
        for name, value in sides[0][1].items()
        if is_instant(value) and all(_is_now(each.get(name), exchange.now) for exchange, each in sides)
    )


def _is_now(value: Any, now: str) -> bool:
    return is_instant(value) and abs(times.seconds(value) - times.seconds(now)) <= SOON


def _changed_much(bodies: Sequence[tuple[str, Body, Body]]) -> frozenset[str]:
    """The members that differ more, and more often, than data do that move between two requests."""
    found = set()
    for name in _changed(bodies):
        its = [(x.get(name, MISSING), y.get(name, MISSING)) for _, x, y in bodies]
        # Two zeros are alike whatever the parameter does.
        told = [pair for pair in its if pair[0] != pair[1] or _counts_much(pair[0])]
        if sum(_is_other(x, y) for x, y in told) > OFTEN * len(told):
            found.add(name)
    return frozenset(found)


def _is_other(x: Any, y: Any) -> bool:
    """Whether two values differ by more than a few calls in between would make of them."""
    if isinstance(x, bool) or isinstance(y, bool):
        return x is not y
    if isinstance(x, int | float) and isinstance(y, int | float):
        return abs(x - y) > max(MOVED, SHARE * max(abs(x), abs(y)))
    if isinstance(x, dict) and isinstance(y, dict):
        return x.keys() != y.keys() or any(_is_other(x[name], y[name]) for name in x)
    if isinstance(x, list) and isinstance(y, list):
        return len(x) != len(y) or any(map(_is_other, x, y))
    return bool(x != y) and not (is_instant(x) and is_instant(y))


def _is_varied(bodies: Sequence[tuple[str, Body, Body]], changed: frozenset[str]) -> bool:
    """Whether something changes, and something that could differ does not."""
    names = {name for _, x, y in bodies for name in (*x, *y)}
    kinds = {repr(x[name]) for _, x, _ in bodies for name in names - changed if _counts_much(x.get(name))}
    return bool(changed) and len(kinds) > LEAST_ACCOUNTS


def _left_alone(
    scope: Scope,
    parameter: Parameter,
    pairs: Iterable[tuple[Any, Any]],
    path: tuple[str, ...],
    changed: frozenset[str],
) -> Iterator[Related]:
    place = ".".join(("body", *path))
    listed = f"[{', '.join(map(literal, sorted(changed)))}]"
    what = f"of {'.'.join(path)} " if path else ""
    for one, other in list(pairs)[:2]:
        message = f"{parameter.name} {one} and {other} change nothing {what}but {', '.join(sorted(changed))}"
        requests = {"one": {parameter.name: one}, "other": {parameter.name: other}}
        rule = f"omit(one.{place}, {listed}) == omit(other.{place}, {listed})"
        yield Related(scope.operation, "leaves alone", message, requests, rule)


def _counts_much(value: Any) -> bool:
    """Whether a value has a number in it that is not zero."""
    if isinstance(value, dict):
        return any(map(_counts_much, value.values()))
    if isinstance(value, list):
        return any(map(_counts_much, value[:3]))
    return isinstance(value, int | float) and not isinstance(value, bool) and value != 0


def _parts(scope: Scope, parameter: Parameter, values: Sequence[Any]) -> Iterator[Related]:
    """Counts that the values of a filter make up together."""
    if parameter.required or parameter.default is not ABSENT:
        return
    groups: dict[str, dict[Any, Exchange]] = defaultdict(dict)
    for account, exchange in zip(scope.accounts, scope.exchanges, strict=True):
        if not exchange.parameters.keys() - {parameter.key}:
            groups[account].setdefault(exchange.parameters.get(parameter.key), exchange)
    whole = [group for group in groups.values() if {None, *values} <= group.keys()]
    for place in plain(scope.shape):
        sums = {
            (value_at(group[None].body, place.path), _total([group[each] for each in values], place))
            for group in whole
        }
        if len({x for x, y in sums if x and x == y}) < LEAST_ACCOUNTS or any(x != y for x, y in sums):
            continue
        listed = ", ".join(f"{{{literal(parameter.name)}: {literal(each)}}}" for each in values)
        message = f"{place.name} is the sum over every {parameter.name}"
        requests = {"all": {}, "parts": {"each": f"[{listed}]"}}
        rule = f"sum(parts.map(p, {of('p', place)})) == {of('all', place)}"
        yield Related(scope.operation, "parts", message, requests, rule)


def _total(exchanges: Sequence[Exchange], place: Place) -> Any:
    values = [value_at(each.body, place.path) for each in exchanges]
    return sum(values) if all(isinstance(value, int) for value in values) else None


def _pages(scope: Scope) -> Iterator[Related]:
    """Pages by limit and offset, put together, are the list."""
    names = {parameter.name for parameter in scope.operation.parameters}
    limit, offset = (next((each for each in known if each in names), None) for known in (LIMITS, OFFSETS))
    lists = [rows.place for rows in scope.shape.lists if not rows.place.guards]
    if limit is None or offset is None:
        return
    parameter = next(each for each in scope.operation.parameters if each.name == limit)
    for place in lists:
        sizes = _cut(scope, place, parameter.key)
        most = parameter.resolved.get("maximum", max(sizes, default=0))
        page = max(most // MOST_PAGES, 1)
        if max(sizes, default=0) < 2 or not isinstance(most, int) or page == most:  # noqa: PLR2004 - two pages
            continue
        step = f"{asked(offset)} + {page} < {most} && size({place.text}) == {page}"
        follow = f"{step} ? {{{literal(offset)}: {asked(offset)} + {page}}} : null"
        requests = {
            "whole": {limit: most, offset: 0},
            "pages": {limit: page, offset: 0, "follow": follow},
        }
        rule = f"concat(pages.map(p, {of('p', place)})) == {of('whole', place)}"
        message = f"the pages of {place.name} put together are the list"
        yield Related(scope.operation, "pages", message, requests, rule)


def _cut(scope: Scope, place: Place, key: str) -> list[int]:
    """How many rows a list has in each reply; nothing where the parameter does not cut it."""
    shown = [
        (len(rows), each.parameters.get(key))
        for each in scope.exchanges
        if isinstance(rows := value_at(each.body, place.path), list)
    ]
    is_cut = any(size == most for size, most in shown) and len({size for size, _ in shown}) > LEAST_ACCOUNTS
    within = all(isinstance(most, int) and size <= most for size, most in shown)
    return [size for size, _ in shown] if is_cut and within else []


def _always_new(scope: Scope) -> Iterator[Related]:
    """Headers that are another text in every reply, such as the id of a request."""
    for term in scope.texts:
        (pointer, *more) = term.pointers or {""}
        texts = [value for value in term.values if value is not None]
        is_new = len(texts) >= LEAST_NEW and len(set(texts)) == len(texts) and min(map(len, texts)) >= LONG
        if more or not pointer.startswith("headers/") or not is_new or any(map(is_instant, texts)):
            continue
        name = pointer.removeprefix("headers/")
        asked = ("one", "two", "three")
        there = [f"{literal(name)} in {each}.headers" for each in asked]
        # A clock that stands still, as a mock's may, shows the same reply again.
        goes_on = "(!('date' in one.headers) || one.headers['date'] != three.headers['date'])"
        rule = f"unique([{', '.join(f'{each}.headers[{literal(name)}]' for each in asked)}])"
        message = f"{term.name} is another one in every reply"
        requests = {"one": {}, "two": {}, "three": {"later": LATER}}
        when = " && ".join([*there, goes_on])
        yield Related(scope.operation, "always new", message, requests, rule, when)


def plain(shape: Shape) -> list[Place]:
    """The integers of a reply that are always there."""
    return [place for place in shape.scalars if place.types == {"integer"} and not place.guards]


def of(name: str, place: Place) -> str:
    """A place of the reply to a relation's request, by the request's name."""
    return f"{name}.{place.text}"
