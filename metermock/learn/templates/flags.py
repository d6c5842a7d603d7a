"""Templates of flags: a switch or a state that says what numbers say, or that something else is null."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from metermock.learn.candidate import UNLIKELY, Candidate, stated
from metermock.learn.conditions import literal
from metermock.learn.names import words_of
from metermock.learn.shapes import is_date, is_instant
from metermock.learn.terms import Scope, Term, column

LEAST = 3
"""Samples that are needed on each side."""
LEAST_OF_STATE = 8
"""Samples of a state of which is told what most samples have."""
LEAST_NAMED = 2
"""Accounts on each side, where the names say what a flag is of."""
MOST_STATES = 8
MOST_NUMBERS = 30
_STATES = frozenset({"status", "state", "phase", "outcome", "result", "stage"})
_BEYOND = frozenset(
    {"over", "exceeded", "exceeds", "exhausted", "depleted", "overdrawn", "overage", "above"}
    | {"capped", "limited", "throttled", "blocked"}
)
_LIMITS = frozenset({"limit", "quota", "cap", "allowance", "included", "budget", "granted", "ceiling"})
_AT_ALL = frozenset({"has", "any", "empty", "idle", "active"})
"""Words of flags that say whether something is there at all."""
_EVENTS = frozenset({"requests", "calls", "events", "count", "total", "runs", "messages", "rows"})
_USED = frozenset({"used", "usage", "consumed", "spent", "current", "count", "requests", "calls"})
_LEFT = frozenset({"remaining", "left", "balance", "available"})


@dataclass(frozen=True, slots=True)
class _Flag:
    """Something that is true or false of a sample; None where it is not there."""

    term: Term
    text: str
    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """What may be there or not, or true or false: `there` is the text that it is."""

    term: Term
    there: str
    gone: str
    is_there: str
    shown: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison of two numbers: `sign` is what their difference has, 0 where they are equal."""

    terms: tuple[Term, ...]
    low: str
    high: str
    words: str
    sign: Any
    is_named: bool = False
    is_next: bool = False
    """Whether only a count and the next one tell that no other number is meant."""


class Flags:
    """The booleans and states of the samples, beside what may be null and the numbers."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        own = [term for term in scope.terms if term.pointers and not term.is_outer and term.weight == 1]
        self.own = own
        plain = [term for term in own if not term.guards]
        self.switches = [
            _Flag(term, term.text, term.name, term.values)
            for term in plain
            if term.types == {"boolean"} and {True, False} <= set(term.values)
        ]
        self.states = [term for term in plain if _is_state(term)]
        self.samples = _samples(scope, own)

    def candidates(self) -> list[Candidate]:
        """What the flags say, and the states."""
        found = list(self._switches())
        for state in self.states:
            found += self._of_state(state)
        for flag in (*self.switches, *self._of_states()):
            found += self._of_numbers(flag)
        return found

    def _sides(self) -> Iterator[_Side]:
        """What may be null or left out, and switches."""
        for term in self.own:
            if len(term.guards) == 1 and None in term.values and any(v is not None for v in term.values):
                shown = tuple(value is not None for value in term.values)
                gone = "null" if "null" in term.guards[0] else "left out"
                yield _Side(term.always, term.guards[0], gone, "there", shown)
        for flag in self.switches:
            yield _Side(flag.term, flag.text, "false", "true", flag.values)

    def _switches(self) -> Iterator[Candidate]:
        """Switches that are on exactly where something is there, or is not."""
        for number, flag in enumerate(self.switches):
            for side in self._sides():
                known = [each.term for each in self.switches[: number + 1]]
                chance = self._chance(side)
                if side.term in known or chance >= UNLIKELY:
                    # Of two switches the first one tells it.
                    continue
                for turned in (False, True):
                    if all(
                        value == (shown != turned)
                        for value, shown in zip(flag.values, side.shown, strict=True)
                    ):
                        when = "true" if turned else "false"
                        message = f"{side.term.name} is {side.gone} exactly where {flag.name} is {when}"
                        rule = f"{flag.text} == {'!' if turned else ''}({side.there})"
                        terms = flag.term, side.term
                        yield stated(self.scope, "flag", message, rule, terms, chance=chance)

    def _of_state(self, state: Term) -> Iterator[Candidate]:
        """The states in which something is null, and those in which it is not: of others nothing is known."""
        seen: dict[str, set[Any]] = defaultdict(set)
        for key, value in zip(self.samples, state.values, strict=True):
            seen[value].add(key)
        for side in self._sides():
            by: dict[str, set[bool]] = defaultdict(set)
            for value, is_there in zip(state.values, side.shown, strict=True):
                by[value].add(is_there)
            if any(len(each) > 1 for each in by.values()):
                continue
            known = {
                value: each
                for value, (each,) in by.items()
                if len(seen[value]) >= (LEAST if each is self._rarer(side) else LEAST_OF_STATE)
            }
            gone, there = ([value for value in known if known[value] is which] for which in (False, True))
            chance = self._chance(side) * 2 ** len(known)
            if not gone or not there or chance >= UNLIKELY:
                continue
            words = [" or ".join(sorted(each)) for each in (gone, there)]
            message = (
                f"{side.term.name} is {side.gone} where {state.name} is {words[0]}, "
                f"and {side.is_there} where it is {words[1]}"
            )
            has_none, has_it = (_one_of(state.text, each) for each in (gone, there))
            rule = f"({has_none} ? !({side.there}) : !({has_it}) || ({side.there}))"
            yield stated(self.scope, "flag", message, rule, (state, side.term), chance=chance)

    def _rarer(self, side: _Side) -> bool:
        """Which side fewer samples are on: that they are so few is what proves the rule, not one state."""
        shown = dict(zip(self.samples, side.shown, strict=True)).values()
        return 2 * sum(shown) < len(shown)

    def _of_states(self) -> Iterator[_Flag]:
        for state in self.states:
            for value in sorted(set(state.values)):
                yield _Flag(
                    state,
                    f"({state.text} == {literal(value)})",
                    f"{state.name} {value}",
                    tuple(each == value for each in state.values),
                )

    def _of_numbers(self, flag: _Flag) -> Iterator[Candidate]:
        """The comparison that a flag tells: the one that its name means, or the only one that explains it."""
        tests = list(self._tests(flag))
        wanted = np.array([math.nan if value is None else float(value) for value in flag.values])
        found = []
        for test in tests:
            for above in (True, False):
                told = _explained(test, wanted, above=above)
                if told is not None:
                    found.append((test, *told))
        believed = [each for each in found if self._chance_of(flag, each[0], len(tests)) < UNLIKELY]
        named = [each for each in found if each[0].is_named]
        if named and self._is_shown(flag):
            # Use beside its limit says more than what is left of it.
            believed = [each for each in named if len(each[0].terms) > 1] or named
        # Of several that explain it nobody knows which is meant.
        if len(believed) == 1:
            ((test, rule, words),) = believed
            message = f"{flag.name} says whether {words}"
            text = rule.format(flag.text)
            yield stated(self.scope, "flag", message, text, (flag.term, *test.terms), chance=0.0)

    def _tests(self, flag: _Flag) -> Iterator[_Test]:
        numbers = [
            term
            for term in self.scope.numbers
            if not term.is_outer
            and term.weight <= 1
            and (not term.pointers or not term.guards or term.guards == (f"{term.text} != null",))
            and len({value for value in term.values if value is not None}) > 1
        ][:MOST_NUMBERS]
        own = words_of(flag.name.replace(".", " "))
        beyond, at_all = bool(_BEYOND & own), bool(_AT_ALL & own)
        columns = [column(term) for term in numbers]
        for index, one in enumerate(numbers):
            words = words_of(one.name.rpartition(".")[2])
            if one.pointers:
                zero = "0" if one.is_integer else "0.0"
                is_named = (beyond and bool((_LEFT | _BEYOND) & words)) or (at_all and bool(_EVENTS & words))
                yield _Test(
                    (one,), one.text, zero, f"{one.name} is {{}} 0", np.sign(columns[index]), is_named
                )
                if one.is_integer and {1, 2} <= set(one.values) and 0 not in one.values:
                    words_ = f"{one.name} is {{}} 1"
                    yield _Test((one,), one.text, "1", words_, np.sign(columns[index] - 1), is_next=True)
            for number, other in enumerate(numbers[index + 1 :], index + 1):
                if not (one.pointers or other.pointers):
                    continue
                theirs = words_of(other.name.rpartition(".")[2])
                is_named = beyond and any(
                    a & _LIMITS and not a & (_LEFT | _BEYOND) and b & _USED
                    for a, b in ((words, theirs), (theirs, words))
                )
                a, b = (one.as_double, other.as_double)
                if one.is_integer and other.is_integer:
                    a, b = one.text, other.text
                sign = np.sign(columns[index] - columns[number])
                yield _Test((one, other), a, b, f"{one.name} is {{}} {other.name}", sign, is_named)

    def _chance_of(self, flag: _Flag, test: _Test, tried: int) -> float:
        """How likely a comparison explains a flag by chance; a row, and an account's numbers, count once."""
        sides: dict[tuple[Any, ...], bool] = {}
        for index, value in enumerate(flag.values):
            operands = tuple(term.values[index] for term in test.terms)
            if None not in operands:
                sides[self.samples[index], operands] = value
        return _of_sides(list(sides.values())) * 2 * tried * max(len(self.switches) + len(self.states), 1)

    def _is_shown(self, flag: _Flag) -> bool:
        """Whether several accounts show a flag on each side."""
        return all(
            len({who for who, value in zip(self.scope.accounts, flag.values, strict=True) if value is side})
            >= LEAST_NAMED
            for side in (True, False)
        )

    def _chance(self, side: _Side) -> float:
        """How likely a flag says by chance where something is: each sample once."""
        shown = {
            (key, value): is_there
            for key, value, is_there in zip(self.samples, side.term.values, side.shown, strict=True)
        }
        return _of_sides(list(shown.values())) * max(len(self.own), 1) ** 2


def _explained(test: _Test, wanted: Any, *, above: bool) -> tuple[str, str] | None:
    """The rule with a place for the flag, and in words what it says, if one number decides it by the other.

    `above` tells whether the flag is true above, or below. None where it does not decide it.
    """
    known = ~(np.isnan(test.sign) | np.isnan(wanted))
    sign, flag = test.sign[known] * (1 if above else -1), wanted[known]
    if len(set(flag.tolist())) < len("01") or (flag[sign > 0] == 0).any() or (flag[sign < 0] == 1).any():
        return None
    equal = set(flag[sign == 0].tolist())
    if len(equal) > 1 or not (sign != 0).any() or (test.is_next and not equal):
        return None
    operator, words = _COMPARED[above, equal == {1.0}]
    if not above and len(test.terms) == 1 and equal == {1.0} and not (sign > 0).any():
        # Of a count that is never below zero nobody knows what it would say there.
        operator, words = "==", ""
    rule = f"{{}} == ({test.low} {operator} {test.high})"
    return rule if equal else f"{test.low} == {test.high} || {rule}", test.words.format(words).replace(
        "  ", " "
    )


_COMPARED = {
    (True, False): (">", "above"),
    (True, True): (">=", "at least"),
    (False, False): ("<", "below"),
    (False, True): ("<=", "at most"),
}


def _of_sides(values: Sequence[bool]) -> float:
    """How likely so many samples fall to two sides as they do, if chance chose which."""
    count = sum(values)
    if min(count, len(values) - count) < LEAST:
        return 1.0
    return 1 / math.comb(len(values), count)


def _samples(scope: Scope, own: Sequence[Term]) -> list[Any]:
    """What tells one sample from another: a row by what stands in it, a reply by its account and its path."""
    if scope.rows is not None:
        return list(zip(*(term.values for term in own), strict=True))
    keys = [each.key for each in scope.operation.parameters if each.location == "path"]
    return [
        (account, *(each.parameters.get(key) for key in keys))
        for account, each in zip(scope.accounts, scope.exchanges, strict=True)
    ]


def _is_state(term: Term) -> bool:
    values = set(term.values)
    return (
        term.is_text
        and bool(_STATES & words_of(term.name.rpartition(".")[2]))
        and None not in values
        and 1 < len(values) <= MOST_STATES
        and not any(is_date(each) or is_instant(each) for each in values)
    )


def _one_of(text: str, values: Sequence[str]) -> str:
    if len(values) == 1:
        return f"{text} == {literal(values[0])}"
    return f"{text} in [{', '.join(map(literal, sorted(values)))}]"
