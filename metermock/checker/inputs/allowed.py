"""Requests that a contract allows: every value, every bound, and the combinations that matter."""

from __future__ import annotations

import functools
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from metermock.checker.deployment.statuses import REFUSAL, SUCCESS, TOO_MANY_REQUESTS
from metermock.checker.inputs.branches import Branch, branches
from metermock.checker.inputs.cursors import takes_cursor
from metermock.checker.inputs.dates import is_date, is_month, ranges, single_dates
from metermock.checker.inputs.guard import are_good, is_good, is_ours, typed, why_fixed
from metermock.checker.inputs.pairwise import beside, crossed, distinct, identity, mixed
from metermock.checker.inputs.values import Good, good_values
from metermock.contract import NamedExample, Operation, Parameter
from metermock.contract.json_types import ABSENT, is_number

Values = dict[str, Any]
"""Values by the keys of parameters."""
Seen = Mapping[str, Sequence[Any]]
"""Values that a deployment knows, by parameter: replies showed them, or the user gave them."""

_NAMES_A_THING = re.compile(r"(?:^|[^A-Za-z])[iI][dD]s?\]?\Z|[a-z]I[dD]s?\Z")
"""Names of numbers that stand for a thing, such as `project_id` and `meterIds`."""


MOST_MEMBERS = 12
"""Members of a longer enum that are sent: the first, the last, and some between."""


# One parameter ---------------------------------------------------------------------------------------


def candidates(
    parameter: Parameter, *, seen: Sequence[Any] = (), operation: Operation | None = None
) -> tuple[Any, ...]:
    """The values worth asking for, by the parameter's schema; `seen` are known from replies or the user.

    Each is accepted by the schema, and read as such a value again. Dates are not among them, since they
    depend on a deployment's clock (`combinations`). `operation` tells which named examples lead to a
    refusal; without it only an example without a name counts.
    """
    return tuple(good.value for good in _found(parameter, seen, operation))


def sure(
    parameter: Parameter, *, seen: Sequence[Any] = (), operation: Operation | None = None
) -> tuple[Any, ...]:
    """The candidates that every deployment has to know: without those that may name what is not there."""
    return tuple(good.value for good in _found(parameter, seen, operation) if good.is_known)


def is_made(
    parameter: Parameter, value: Any, *, seen: Sequence[Any] = (), operation: Operation | None = None
) -> bool:
    """Whether a deployment may not know a value, so that a documented refusal of it is no finding.

    It is right by the schema, or an example of a thing: only seen values surely name one.
    """
    if is_date(parameter) and not is_month(parameter):
        return False
    known = {identity(each) for each in sure(parameter, seen=seen, operation=operation)}
    return identity(value) not in known


def any_made(operation: Operation, values: Mapping[str, Any], seen: Seen) -> bool:
    """Whether one of these values is only made."""
    return any(
        is_made(each, values[each.key], seen=seen.get(each.key, ()), operation=operation)
        for each in operation.parameters
        if each.key in values
    )


def names_thing(parameter: Parameter) -> bool:
    """Whether it is the id of a thing in a path; a date and a member of an enum name none."""
    return parameter.location == "path" and not is_closed(parameter) and not is_date(parameter)


def is_open(parameter: Parameter) -> bool:
    """Whether its schema takes any text, so that only a deployment knows which of them are good."""
    return not parameter.media and any(
        branch.is_open or _has_open_parts(parameter, branch) for branch in _branches(parameter)
    )


def _has_open_parts(parameter: Parameter, branch: Branch) -> bool:
    """Whether it is a list of any texts, or an object with any."""
    whole = branch.whole
    part = whole.get("items") if "array" in branch.types else whole.get("additionalProperties")
    schemas = parameter.reader.schemas
    return isinstance(part, dict) and any(each.is_open for each in branches(schemas, part))


def is_closed(parameter: Parameter) -> bool:
    """Whether the parameter has few values, so that combinations of it can be asked."""
    found = _branches(parameter)
    return bool(found) and all(branch.is_closed for branch in found)


def _branches(parameter: Parameter) -> list[Branch]:
    return branches(parameter.reader.schemas, parameter.schema)


def _found(parameter: Parameter, seen: Sequence[Any], operation: Operation | None) -> list[Good]:
    if is_date(parameter):
        found = [Good(value, is_known=True) for value in seen]
    else:
        told = (Good(typed(parameter, each), is_known=True, is_shown=True) for each in seen)
        found = [*_by_schema(parameter), *told]
        # Where the document says which replies show its values, no other is known to be there.
        if "x-values-from" in parameter.document:
            found = [good for good in found if good.is_known]
        else:
            found = _with_shown(parameter, found, operation)
    unique: dict[str, Good] = {}
    for good in found:
        key = identity(good.value)
        other = unique.get(key, good)
        unique[key] = Good(good.value, good.is_known or other.is_known, good.is_shown or other.is_shown)
    kept = [good for good in unique.values() if is_good(parameter, good.value)]
    is_numeric = all(is_number(good.value) for good in kept) and not is_closed(parameter)
    return sorted(kept, key=lambda good: good.value) if is_numeric else kept


def _by_schema(parameter: Parameter) -> list[Good]:
    found = good_values(parameter.reader.schemas, parameter.schema)
    if is_closed(parameter):
        # Even a listed value of a path may name what an account does not have.
        return [Good(good.value, parameter.location != "path", is_shown=True) for good in found]
    if _names_a_thing(parameter):
        return [Good(good.value, good.is_known and not is_number(good.value)) for good in found]
    return list(found)


def _names_a_thing(parameter: Parameter) -> bool:
    if parameter.location == "path" or takes_cursor(parameter):
        return True
    return _NAMES_A_THING.search(parameter.name) is not None


def _with_shown(parameter: Parameter, found: list[Good], operation: Operation | None) -> list[Good]:
    """The values with the default and the examples, as far as they tell anything new."""
    if is_closed(parameter):
        return found
    default = parameter.default
    shown: list[Good] = []
    if default is not ABSENT and default is not None:
        shown.append(Good(typed(parameter, default), is_known=True, is_shown=True))
        # A default says that a number counts something, so that any other number does too.
        found = [Good(good.value, good.is_known or is_number(good.value)) for good in found]
    numbers = [good.value for good in found if is_number(good.value) and good.is_known]
    is_known = not _names_a_thing(parameter)
    examples = (typed(parameter, each) for each in _examples(parameter, operation))
    # An example between numbers that are sent anyway shows nothing more.
    shown += [
        Good(value, is_known, is_shown=True)
        for value in examples
        if not (is_number(value) and numbers and min(numbers) <= value <= max(numbers))
    ]
    return [*shown, *found]


def _examples(parameter: Parameter, operation: Operation | None) -> list[Any]:
    """The examples that may stand in a good request."""
    if operation is None:
        return [value for name, value in parameter.examples.items() if name == "example"]
    refused = _refused_names(operation)
    return [value for name, value in parameter.examples.items() if name not in refused]


@functools.lru_cache(maxsize=4096)
def _refused_names(operation: Operation) -> frozenset[str]:
    """The names of the examples that lead to a refusal, and to nothing else."""
    good = {example.name for example in operation.examples if example.status in SUCCESS}
    return frozenset(example.name for example in operation.examples if example.notes) - good


@functools.lru_cache(maxsize=4096)
def refused_examples(operation: Operation) -> tuple[NamedExample, ...]:
    """The examples whose name pairs an input with one refusal, and with no other reply.

    An example without a name, or with a name that several replies have, tells nothing about an input; nor
    does one of a failure, which no input is there to cause.
    """
    replies: dict[str, set[int]] = {}
    for example in operation.examples:
        replies.setdefault(example.name, set()).add(example.status)
    return tuple(
        example
        for example in operation.examples
        # What is written as `example`, and not under `examples`, has no name, and no notes.
        if example.parameters and example.notes and len(replies[example.name]) == 1
        if example.status in REFUSAL and example.status != TOO_MANY_REQUESTS
    )


# One operation ---------------------------------------------------------------------------------------


def singles(operation: Operation) -> Iterator[Values]:
    """Each value of each closed query parameter alone, except defaults; the names take turns."""
    closed = [p for p in _varied(operation) if p.location == "query" and is_closed(p)]
    rows = [[{p.key: value} for value in _few(candidates(p), p, 0) if value != p.default] for p in closed]
    # In turn over the names, so that the first few cover each parameter once.
    for several in itertools.zip_longest(*rows):
        yield from (values for values in several if values)


def example_values(operation: Operation, *, without: str = "") -> Values:
    """The parameters of the documented good request that has most of them.

    Texts that may be anything are left out: only the deployment knows which of them are good.
    """
    good = [example.parameters for example in operation.examples if example.status in SUCCESS]
    general = {
        each.key: each
        for each in _varied(operation)
        if each.key != without and (is_date(each) or candidates(each, operation=operation))
    }
    usable = [
        {key: value for key, value in given.items() if key in general and is_good(general[key], value)}
        for given in good
    ]
    return max(usable, key=len, default={})


def _varied(operation: Operation) -> list[Parameter]:
    return [parameter for parameter in operation.parameters if is_ours(operation, parameter)]


def combinations(
    operation: Operation, seen: Seen, now: str, seed: int, near: date | None = None
) -> list[Values]:
    """The parameter values to send to an operation, the fewest first, without repetition.

    `seen` are values by parameter that replies showed, such as identifiers. `now` is the deployment's
    clock, and `near` the last day that replies show. Parameters that an operation cannot be without, and
    that do not vary here, are left out.
    """
    varied = _varied(operation)
    dates = [each for each in varied if is_date(each) and single_dates(each, now)]
    values = {
        each.key: _few(_worth_asking(operation, each, seen), each, seed)
        for each in varied
        if each.location != "path" and each not in dates
    }
    closed = {each.key: values[each.key] for each in varied if each.key in values and is_closed(each)}
    closed = {key: several for key, several in closed.items() if several}
    found: list[Values] = [{}]
    found += [{key: value} for key, several in values.items() for value in several]
    found += _paths(operation, seen, now, near)
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    found += crossed(closed, dice)
    found += mixed(values, closed, dice)
    found += beside(ranges([each for each in dates if each.location != "path"], now, near), closed)
    return [row for row in distinct(found) if are_good(operation, row)]


def _worth_asking(operation: Operation, parameter: Parameter, seen: Seen) -> tuple[Any, ...]:
    return candidates(parameter, seen=seen.get(parameter.key, ()), operation=operation)


def _is_sampled(values: Sequence[Any], parameter: Parameter) -> bool:
    """Whether a parameter lists more members than are worth a request each."""
    return len(values) > MOST_MEMBERS and parameter.location != "path" and is_closed(parameter)


def _few(values: tuple[Any, ...], parameter: Parameter, seed: int) -> tuple[Any, ...]:
    """The values, or a sample of many members: each of 180 currencies tells no more than some of them."""
    if not _is_sampled(values, parameter):
        return values
    dice = random.Random(f"{seed} {parameter.key}")  # noqa: S311 - repeatable on purpose
    between = sorted(dice.sample(range(1, len(values) - 1), MOST_MEMBERS - 2))
    return (values[0], *(values[index] for index in between), values[-1])


def _paths(operation: Operation, seen: Seen, now: str, near: date | None) -> Iterator[Values]:
    """Each value of each path parameter alone that the document or a reply shows; others name nothing."""
    for parameter in _varied(operation):
        if parameter.location == "path":
            shown: Sequence[Any] = _shown(operation, parameter, seen)
            if is_date(parameter):
                shown = [*shown, *single_dates(parameter, now, near)]
            yield from ({parameter.key: value} for value in shown)


def _shown(operation: Operation, parameter: Parameter, seen: Seen) -> list[Any]:
    found = _found(parameter, seen.get(parameter.key, ()), operation)
    return [good.value for good in found if good.is_shown]


# What is not varied ----------------------------------------------------------------------------------

_CLOCK = "2026-03-18T12:00:00Z"
"""Any clock: which dates there are depends on it, and whether there are any does not."""
UNTOLD = "it names a thing, and no example or configured value tells which there are"
"""Why the parameter of a path is not varied that has no value of its own."""


def unvaried(operation: Operation, seen: Seen | None = None) -> list[tuple[str, str]]:
    """The parameters that are not sent with two good values, or with few of many, each with the reason."""
    given = seen or {}
    reasons = ((each.key, _why_unvaried(operation, each, given)) for each in operation.parameters)
    return [(key, reason) for key, reason in reasons if reason]


def _why_unvaried(operation: Operation, parameter: Parameter, seen: Seen) -> str:
    fixed = why_fixed(operation, parameter)
    if fixed or (is_date(parameter) and single_dates(parameter, _CLOCK)):
        return fixed
    choose = _shown if parameter.location == "path" else _worth_asking
    found = choose(operation, parameter, seen)
    if len(found) > 1:
        return f"{MOST_MEMBERS} of its {len(found)} values" if _is_sampled(found, parameter) else ""
    if found:
        return "its schema has one value only" if is_closed(parameter) else "only one good value is known"
    if parameter.location == "path":
        return UNTOLD
    if is_open(parameter):
        return "any text, and no example, default or configured value"
    return "no value is known that its schema accepts"
