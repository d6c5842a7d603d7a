"""Chooses the rules that earn their place: those that notice lies which nothing else notices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from metermock.checker.audit.lies import Lie, lies_about, samples_of
from metermock.contract import Exchange, Operation
from metermock.contract.media import is_json
from metermock.learn.candidate import Candidate
from metermock.learn.lies import NOW, REQUEST, borrowed, of_amounts, out_of_place
from metermock.learn.trial import Compiled, environment

MOST_REPLIES = 6
"""Replies of an operation that lies are told about."""
MOST_OF_PLACE = 2
"""Lies of one kind about one place of one reply."""

LINKS = frozenset({"equal", "whole", "average", "duration", "ladder", "no gap", "flag"})
"""Templates of equations, and of flags, of which none follows from the others."""
PLAIN = frozenset({"sum", "sum of three", "remainder", "share", "product"})
"""The same, as long as no sum of a list stands in them: what that is equal to, another equation tells."""

Told = tuple[int, str, str, int]
"""A lie: the reply, the place, the kind, and which of several."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule that was learnt, with the lies that it notices, by place."""

    candidate: Candidate
    catches: tuple[str, ...]
    caught: int


def chosen(operation: Operation, found: Sequence[Compiled], exchanges: Sequence[Exchange]) -> list[Kept]:
    """The smallest set of rules that notices what all of them together notice, plain ones first.

    Lies that the schema or a written rule notices do not count, so that no rule follows from these.
    """
    left = set[Told]()
    caught: dict[int, set[Told]] = {index: set() for index in range(len(found))}
    for told, lie in _told(operation, _telling(found, exchanges), _further(found, exchanges)):
        readers = [index for index, each in enumerate(found) if _reads(each.candidate, lie.place)]
        if not readers or _is_noticed(operation, lie):
            continue
        seen = environment(lie.exchange)
        if seen is None:
            continue
        by = [index for index in readers if found[index].applies(seen) and not found[index].holds(seen)]
        for index in by:
            elements = _elements(told, found[index].candidate)
            caught[index] |= elements
            left |= elements
    linking = [index for index, each in enumerate(found) if caught[index] and _links(each.candidate)]
    kept: list[Kept] = []
    while left:
        best = max(caught, key=lambda index: _worth(found[index].candidate, len(caught[index] & left)))
        gain = caught.pop(best)
        if not gain & left:
            break
        left -= gain
        places = sorted({place for _, place, _, _ in gain})
        kept.append(Kept(found[best].candidate, tuple(places), len(gain)))
    chosen_ids = {each.candidate.id for each in kept}
    kept += [
        Kept(found[index].candidate, tuple(sorted(found[index].candidate.pointers)), 0)
        for index in linking
        if found[index].candidate.id not in chosen_ids
    ]
    return _needed(kept)


def _links(candidate: Candidate) -> bool:
    """Whether a rule ties two places together that a fault may change each by itself.

    A lie changes one value, a real fault many at once: whole columns, and what follows from them.
    """
    is_plain = candidate.template in PLAIN and "sum(" not in candidate.rule
    return (candidate.template in LINKS or is_plain) and "request" not in candidate.when


def _worth(candidate: Candidate, gain: int) -> tuple[bool, float, str]:
    """How soon a rule is chosen: by what it notices, and much more if it is short."""
    return gain > 0, gain**0.5 / (candidate.weight + 1), candidate.id


def _needed(kept: list[Kept]) -> list[Kept]:
    return sorted(kept, key=lambda each: (each.candidate.when != "", each.candidate.rule))


def _unlike(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """A few replies that differ in what was asked, the longest first."""
    ordered = sorted(exchanges, key=lambda each: -len(repr(each.body)))
    step = max(1, len(ordered) // MOST_REPLIES)
    return ordered[::step][:MOST_REPLIES]


def _telling(found: Sequence[Compiled], exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Replies of which each rule about some bodies alone applies to one, such as a list that is whole."""
    replies = _unlike(exchanges)
    for compiled in found:
        if compiled.when is None or "request" in compiled.candidate.when:
            continue
        if not any(_applies(compiled, each) for each in replies):
            replies += [each for each in exchanges if _applies(compiled, each)][:1]
    return replies


def _further(found: Sequence[Compiled], exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Replies to which the rules apply that apply under a condition only: one for each such rule."""
    places: dict[int, Exchange] = {}
    for compiled in found:
        if compiled.when is None or any(_applies(compiled, each) for each in places.values()):
            continue
        first = next((each for each in exchanges if _applies(compiled, each)), None)
        if first is not None:
            places[id(first)] = first
    return list(places.values())


def _applies(compiled: Compiled, exchange: Exchange) -> bool:
    seen = environment(exchange)
    return seen is not None and compiled.applies(seen)


def _is_noticed(operation: Operation, lie: Lie) -> bool:
    """Whether the schema or a written rule notices a lie."""
    response = operation.responses.find(lie.exchange.status)
    is_about_body = lie.place.startswith("/") and response is not None
    if is_about_body and response is not None:
        schema = next((each for media, each in response.content.items() if is_json(media)), True)
        # To tell what is wrong takes much longer than to tell that something is.
        if not operation.contract.schemas.validator(schema, closed=True).is_valid(lie.exchange.body):
            return True
        if not operation.rules:
            return False
    return bool(operation.judge(lie.exchange, brief=True).breaches)


def _elements(told: Told, candidate: Candidate) -> set[Told]:
    """What a rule gets for noticing a lie: of one about the whole reply, every place that the rule reads."""
    number, place, kind, index = told
    if place in (NOW, REQUEST):
        return {(number, pointer, f"{kind} {place}", index) for pointer in candidate.pointers}
    return {told}


def _told(
    operation: Operation, replies: Sequence[Exchange], further: Sequence[Exchange]
) -> Iterator[tuple[Told, Lie]]:
    samples: dict[str, Any] = {}
    for each in replies:
        samples.update(samples_of(each.body))
    for number, truth in enumerate(replies):
        counts: dict[tuple[str, str], int] = {}
        if truth.status not in operation.responses:
            continue
        for lie in chain(
            lies_about(operation, truth, samples),
            out_of_place(truth, replies),
            borrowed(truth, replies),
            of_amounts(truth),
        ):
            key = (lie.place, lie.kind)
            counts[key] = counts.get(key, 0) + 1
            if counts[key] <= MOST_OF_PLACE:
                yield (number, *key, counts[key]), lie
    for number, truth in enumerate(further, len(replies)):
        for index, lie in enumerate(out_of_place(truth, [*replies, *further])):
            yield (number, lie.place, lie.kind, index), lie


def _reads(candidate: Candidate, place: str) -> bool:
    """Whether a lie about a place may matter to a rule: it changes what the rule reads, or around it."""
    if place in (NOW, REQUEST):
        word = "now" if place == NOW else "request"
        return re.search(rf"\b{word}\b", f"{candidate.rule} {candidate.when}") is not None
    return any(
        each == place or each.startswith(place.rstrip("/") + "/") or place.startswith(each.rstrip("/") + "/")
        for each in candidate.pointers
    )
