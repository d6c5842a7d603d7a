"""Relations of granularity: a coarse bucket is the sum of the fine ones in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from metermock.contract.parameter import Parameter
from metermock.learn.names import LIMITS, OFFSETS, STEPS, lengths_of, steps_of, words_of
from metermock.learn.relations import LEAST_ACCOUNTS, Related, of
from metermock.learn.shapes import Place, Rows, is_instant, value_at
from metermock.learn.terms import Scope

WEEK, MONTH = 604800, 2592000
"""Seconds of steps that calendars cut; a month is taken for thirty days where lengths are compared."""
_STEPS = {**STEPS, "week": WEEK, "weekly": WEEK, "1w": WEEK, "month": MONTH, "monthly": MONTH}
_NOT_ADDED = frozenset(
    {"average", "avg", "mean", "peak", "max", "min", "rate", "percent", "share", "per", "limit", "latency"}
    | {"cumulative", "balance", "remaining", "active", "unique", "distinct", "stored"}
)
"""Words of numbers that no bucket adds up: means, peaks, and what is there at an instant."""


def coarser(scope: Scope) -> list[Related]:
    """What a coarse step says of a fine one, for each list of buckets."""
    parameters = [each for each in scope.operation.parameters if each.location == "query"]
    found: list[Related] = []
    for step in parameters:
        steps = steps_of(step, _STEPS)
        if len(steps) > 1:
            span = next((each for each in parameters if each is not step and lengths_of(each)), None)
            for rows in scope.shape.lists:
                found += _of_list(scope, rows, (step, steps), span)
    return found


def _of_list(
    scope: Scope, rows: Rows, step: tuple[Parameter, dict[str, int]], span: Parameter | None
) -> Iterator[Related]:
    begins = next((each for each in rows.fields if _begins(scope, rows, each)), None)
    added = [each.path[0] for each in rows.fields if _is_added(each)]
    if begins is None or not added or rows.place.guards:
        return
    ordered = sorted(step[1].items(), key=lambda each: each[1])
    for (fine, width), (coarse, length) in pairwise(ordered):
        most = _most_rows(scope)
        longest = _longest(span, length, width * most if most else None) if span is not None else ""
        if longest is None or not _is_shown(scope, rows, step[0], coarse):
            continue
        around = {**_first_page(scope), **({span.name: longest} if span is not None else {})}
        requests = {"fine": {**around, step[0].name: fine}, "coarse": {**around, step[0].name: coarse}}
        name = begins.path[0]
        inside = f"during({of('fine', rows.place)}, '{name}', c.{name}, {_end(f'c.{name}', length)})"
        names = f"[{', '.join(repr(each) for each in added)}]"
        same = f"pick(c, {names}) == sums({inside}, {names})"
        message = f"in {rows.place.name} a {coarse} is the sum of what the {fine} rows in it hold"
        whole = f"{of('coarse', rows.place)}.all(c, {same})"
        full = Related(scope.operation, "coarser", message, requests, whole)
        yield full
        # The first and the last may hold a part of what the window cuts.
        times = f"column({of('coarse', rows.place)}, '{name}')"
        inner = f"c.{name} == min({times}) || c.{name} == max({times})"
        rule = f"{of('coarse', rows.place)}.all(c, {inner} || {same})"
        yield Related(scope.operation, "coarser", f"{message}, but at the ends", requests, rule, "", full.id)


def _begins(scope: Scope, rows: Rows, field: Place) -> bool:
    """Whether a field is the instant at which a bucket begins, in UTC."""
    if len(field.path) != 1 or field.guards or field.types != {"string"}:
        return False
    values = [
        value_at(row, field.path)
        for each in scope.exchanges[:30]
        if isinstance(its := value_at(each.body, rows.place.path), list)
        for row in its
    ]
    is_end = bool({"end", "ends", "until", "to"} & words_of(field.path[0]))
    return bool(values) and not is_end and all(is_instant(value) and value.endswith("Z") for value in values)


def _is_added(field: Place) -> bool:
    plain = field.types == {"integer"} and len(field.path) == 1 and not field.guards
    return plain and not _NOT_ADDED & words_of(field.path[0])


def _is_shown(scope: Scope, rows: Rows, step: Parameter, value: str) -> bool:
    """Whether several accounts have rows with that step."""
    who = {
        name
        for name, each in zip(scope.accounts, scope.exchanges, strict=True)
        if each.parameters.get(step.key) == value and value_at(each.body, rows.place.path)
    }
    return len(who) >= LEAST_ACCOUNTS


def _most_rows(scope: Scope) -> int | None:
    """How many rows a page has at most; None where there are no pages."""
    limits = [each for each in scope.operation.parameters if each.name in LIMITS]
    found = [each.resolved.get("maximum", each.default) for each in limits]
    return next((most for most in found if isinstance(most, int)), None)


def _longest(span: Parameter, least: int, most: int | None) -> str | None:
    """The longest window whose fine rows fit on a page, and that holds a coarse one."""
    fitting = {
        name: seconds
        for name, seconds in lengths_of(span).items()
        if seconds >= least and (most is None or seconds < most)
    }
    return max(fitting, key=lambda name: fitting[name], default=None)


def _first_page(scope: Scope) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in scope.operation.parameters:
        if each.name in LIMITS and isinstance(each.resolved.get("maximum"), int):
            found[each.name] = each.resolved["maximum"]
        elif each.name in OFFSETS:
            found[each.name] = 0
        elif re.fullmatch("cursor|page_?token", each.name, re.IGNORECASE):
            found[each.name] = None
    return found


def _end(begin: str, length: int) -> str:
    """Where a coarse bucket ends, in CEL."""
    if length == MONTH:
        return f"midnight(add_months(local_date({begin}, 'UTC'), 1), 'UTC')"
    return f"instant(seconds({begin}) + {length})"
