"""Good values of a schema, kind by kind: the guard of whoever asks for them has the last word."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from metermock.checker.inputs.branches import Branch, branches
from metermock.checker.inputs.numbers import Bounds
from metermock.contract.json_types import alternatives
from metermock.contract.samples import texts
from metermock.contract.schemas import Schemas

ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Abidjan",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/St_Johns",
    "US/Eastern",
    "Etc/GMT+5",
)
"""Whole, half and quarter hours, the edges of the date line, DST in both hemispheres, a link name, a sign."""

_DEEPEST = 3
_FEW = 3
"""Texts that are made of one schema, and values of one field of an object."""
_ITEMS = 8
_LONGEST = 1_000
"""Characters of a text, which has to fit into a URL."""
_LARGEST = 20
"""Items of a list, for the same reason."""


class Good(NamedTuple):
    """A value; where it is not known, it may name a thing that a deployment does not have.

    `is_shown` is whether the document or a reply shows it as a value of its parameter.
    """

    value: Any
    is_known: bool
    is_shown: bool = False


def good_values(schemas: Schemas, schema: Any, depth: int = 0) -> Iterator[Good]:
    """Values that a schema accepts, as far as its keywords tell; a text that may be anything has none."""
    for branch in branches(schemas, schema):
        yield from _of(schemas, branch, depth)


def _of(schemas: Schemas, branch: Branch, depth: int) -> Iterator[Good]:
    if branch.members is not None:
        yield from (Good(value, is_known=True) for value in branch.members)
        return
    if "boolean" in branch.types:
        yield from (Good(value, is_known=True) for value in (True, False))
    if branch.is_number:
        bounds = Bounds.of(branch.whole, is_integer="number" not in branch.types)
        yield from (Good(value, bounds.are_known) for value in bounds.accepted())
    if branch.whole.get("format") == "iana-timezone":
        yield from (Good(zone, is_known=True) for zone in ZONES)
    elif branch.is_text and not branch.is_open:
        made = (text for text in texts(branch.whole) if len(text) <= _LONGEST)
        yield from (Good(text, is_known=False) for text in itertools.islice(made, _FEW))
    if depth < _DEEPEST and "array" in branch.types:
        yield from _lists(schemas, branch.whole, depth)
    if depth < _DEEPEST and "object" in branch.types:
        yield from _objects(schemas, branch.whole, depth)


def shown_and_good(schemas: Schemas, schema: Any, depth: int) -> list[Good]:
    """The values that a schema shows itself, example and default, then those that its keywords tell."""
    shown = [
        Good(value, is_known=True)
        for part in alternatives(schemas, schema)
        for value in (
            *([part["default"]] if "default" in part else []),
            *([part["example"]] if "example" in part else []),
            *(part["examples"] if isinstance(part.get("examples"), list) else []),
        )
        if value is not None
    ]
    found: list[Good] = []
    for good in (*shown, *good_values(schemas, schema, depth)):
        if all(type(good.value) is not type(each.value) or good.value != each.value for each in found):
            found.append(good)
    return found


# Lists -----------------------------------------------------------------------------------------------


def _lists(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Iterator[Good]:
    """None, one, several items, and as few and as many as are allowed."""
    items = shown_and_good(schemas, whole.get("items", {}), depth + 1)[:_ITEMS]
    least, most = whole.get("minItems", 0), whole.get("maxItems", _LARGEST)
    if least == 0:
        yield Good([], is_known=True)
    if whole.get("prefixItems"):
        yield from _tuples(schemas, whole["prefixItems"], depth)
        return
    if not items:
        return
    if least <= 1:
        yield from (Good([each.value], each.is_known) for each in items)
    sizes = (least, 2, len(items), most if "maxItems" in whole else 2)
    for size in dict.fromkeys(sizes):
        if 1 < size <= min(most, _LARGEST) and size >= least:
            yield _listed(items, size, is_set=whole.get("uniqueItems") is True)


def _listed(items: list[Good], size: int, *, is_set: bool) -> Good:
    return _row(items[:size] if is_set else list(itertools.islice(itertools.cycle(items), size)))


def _tuples(schemas: Schemas, places: list[Any], depth: int) -> Iterator[Good]:
    """The first value of each place, and each other value of one place beside the first of the others."""
    columns = [shown_and_good(schemas, each, depth + 1)[:_FEW] for each in places]
    if not all(columns):
        return
    first = [column[0] for column in columns]
    yield _row(first)
    for index, column in enumerate(columns):
        yield from (_row([*first[:index], good, *first[index + 1 :]]) for good in column[1:])


def _row(items: list[Good]) -> Good:
    return Good([each.value for each in items], all(each.is_known for each in items))


# Objects ---------------------------------------------------------------------------------------------


def _objects(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Iterator[Good]:
    """The required fields only, all fields, and each value of a field beside those that are required."""
    fields = {
        name: shown_and_good(schemas, each, depth + 1) for name, each in whole.get("properties", {}).items()
    }
    required = list(whole.get("required", ()))
    if any(not fields.get(name) for name in required):
        # A field that may be any text, and that nobody gives an example of.
        return
    first = {name: values[0] for name, values in fields.items() if values}
    needed = {name: first[name] for name in required}
    if needed:
        yield _together(needed)
    if first:
        yield _together(first)
    for name, values in fields.items():
        for value in values[:_FEW]:
            yield _together({**needed, name: value})


def _together(fields: Mapping[str, Good]) -> Good:
    value = {name: each.value for name, each in fields.items()}
    return Good(value, all(each.is_known for each in fields.values()))
