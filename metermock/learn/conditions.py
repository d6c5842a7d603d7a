"""Conditions: when a rule applies, told by the parameters of the request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from metermock.contract import Exchange, Operation
from metermock.contract.parameter import Parameter
from metermock.init.places import name_of
from metermock.learn.named_values import named

LEAST = 4
"""Samples that a condition needs."""
MOST_VALUES = 8
"""Values of a parameter that conditions tell apart."""
SORTING = re.compile(r"where \w*(sort|order|dir)", re.IGNORECASE)
HALF = "with "
"""How the words of a condition begin where one of several dates is given alone."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule applies: nothing for always; `holds` tells for every sample whether it does."""

    text: str
    words: str
    holds: Any


def conditions_of(operation: Operation, exchanges: Sequence[Exchange]) -> list[Condition]:
    """When rules may apply: always; without the optional parameters; where a parameter has a value; both."""
    found = [Condition("", "", np.ones(len(exchanges), dtype=bool))]
    optional = [
        parameter
        for parameter in operation.parameters
        if "[" not in asked(parameter.name)
        and 0 < sum(parameter.key in each.parameters for each in exchanges) < len(exchanges)
    ]
    bare = np.array([not any(one.key in each.parameters for one in optional) for each in exchanges])
    bare_text = " && ".join(f"!has({asked(one.name)})" for one in optional)
    bare_words = f"without {' and '.join(one.name for one in optional)}"
    if optional:
        found.append(Condition(bare_text, bare_words, bare))
        found += _of_dates(optional, exchanges)
    for parameter in operation.parameters:
        values = [each.parameters.get(parameter.key) for each in exchanges]
        distinct = named(parameter, dict.fromkeys(value for value in values if _is_choice(value)), exchanges)
        if not 1 < len(distinct) <= MOST_VALUES or "[" in asked(parameter.name):
            continue
        lacks = f"has({asked(parameter.name)}) && " if parameter in optional else ""
        for one in distinct:
            is_it = np.array([value == one for value in values])
            text, words = (
                f"{lacks}{asked(parameter.name)} == {literal(one)}",
                f"where {parameter.name} is {one}",
            )
            rest = [each for each in optional if each is not parameter]
            # What was seen with hardly any other parameter is told of requests without them alone.
            is_varied = all(
                sum(each.key in one.parameters for one, holds in zip(exchanges, is_it, strict=True) if holds)
                >= LEAST
                for each in rest
            )
            if is_varied or parameter in optional or SORTING.search(words):
                found.append(Condition(text, words, is_it))
            if optional and parameter not in optional:
                both = Condition(f"{text} && {bare_text}", f"{words}, {bare_words}", is_it & bare)
                found.append(both)
    found = [each for each in found if not _is_half_of_sorting(each, found)] + _sorted(found)
    return [each for each in found if int(each.holds.sum()) >= LEAST]


def _is_half_of_sorting(condition: Condition, found: Sequence[Condition]) -> bool:
    """Whether it says by what a list is sorted, and the replies show that in one sense alone, or the reverse.

    They say nothing of the other sense: then only what is told of both parameters is known.
    """
    own = sorting_by(condition)
    seen: dict[str, list[int]] = {}
    for other in found if own else ():
        name = sorting_by(other)
        if name not in ("", own) and ", " not in other.words:
            seen.setdefault(name, []).append(int((other.holds & condition.holds).sum()))
    return any(sum(count >= LEAST for count in counts) < len(counts) for counts in seen.values())


def sorting_by(condition: Condition) -> str:
    """The parameter that says how a list is sorted, of which a condition names a value; empty for others."""
    form = re.match(r"where (\S+) is ", condition.words)
    return form[1] if form is not None and SORTING.search(condition.words) else ""


def _sorted(found: Sequence[Condition]) -> list[Condition]:
    """Where two parameters together say how a list is sorted: by what, and in which sense."""
    plain = [each for each in found if SORTING.search(each.words) and "&&" not in each.text]
    return [
        Condition(f"{one.text} && {other.text}", f"{one.words}, {other.words}", one.holds & other.holds)
        for one, other in combinations(plain, 2)
        if one.text.partition(" ")[0] != other.text.partition(" ")[0]
    ]


def _of_dates(optional: Sequence[Parameter], exchanges: Sequence[Exchange]) -> Iterator[Condition]:
    """Where one of several optional dates is given, and no other one: half a range."""
    dates = [
        one
        for one in optional
        if any(re.match(r"\d{4}-\d\d-\d\d", str(each.parameters.get(one.key))) for each in exchanges)
    ]
    for one in dates if len(dates) > 1 else ():
        others = [each for each in dates if each is not one]
        lacks = " && ".join(f"!has({asked(each.name)})" for each in others)
        alone = np.array(
            [
                one.key in each.parameters and not any(other.key in each.parameters for other in others)
                for each in exchanges
            ]
        )
        words = f"{HALF}{one.name} alone"
        yield Condition(f"has({asked(one.name)}) && {lacks}", words, alone)


def _is_choice(value: Any) -> bool:
    """Whether it is a value that an author would name in a rule: no number, no date, no id."""
    if isinstance(value, bool):
        return True
    return (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,19}|[0-9]{1,3}[a-z]{1,7}", value) is not None
    )


def asked(name: str) -> str:
    """How a rule names a parameter."""
    return name_of("request", name) or f"request['{name}']"


def literal(value: Any) -> str:
    """A value in CEL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
        return f"'{escaped}'"
    return repr(value)
