"""What a document says against itself: harmless to whoever reads it, and a mistake of its author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metermock.contract.contract import Contract
from metermock.contract.discriminators import Discriminators
from metermock.contract.families import Families
from metermock.contract.reading.bundle import Bundle, Problem
from metermock.contract.reading.structure import Part
from metermock.contract.schema_breaches import breaches_of
from metermock.contract.schemas import Schemas, UnknownReferenceError
from metermock.errors import ContractError

_LONGEST = 80
"""Characters of a value that is shown."""
_SHOWN = 3
"""Values of a field that are shown."""
_RANGES = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_OPEN_RANGES = (
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)


def contradictions(contract: Contract, made: Bundle) -> list[ContractError]:
    """Parameters that are listed twice, bounds without a value between them, bad defaults and mappings."""
    found: list[Problem] = []
    discriminators = Discriminators(contract.schemas, Families(contract.schemas))
    for part in made.parts():
        if not isinstance(part.value, dict):
            continue
        if part.kind in ("operation", "path item"):
            found += _twice(contract.schemas, part)
        elif part.kind == "schema":
            found += _bounds(part)
            found += _mapping(contract.schemas, part)
            found += _unselected(discriminators, part)
            found += _default(contract.schemas, part)
    return [made.located(problem) for problem in found]


def _twice(schemas: Schemas, part: Part) -> Iterator[Problem]:
    """The parameters that another one of the list has the name and the place of."""
    seen: set[tuple[str, str]] = set()
    listed = part.value.get("parameters")
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        try:
            found = schemas.follow(entry)
        except UnknownReferenceError:
            continue
        if not isinstance(found, dict):
            continue
        name, place = str(found.get("name")), str(found.get("in"))
        key = (name.lower() if place == "header" else name, place)
        if key in seen:
            text = f"the {place} parameter {name!r} is listed twice"
            yield Problem((*part.pointer, "parameters", index), text, "the last one counts: leave one out")
        seen.add(key)


def _bounds(part: Part) -> Iterator[Problem]:
    for ranges, is_open in ((_RANGES, False), (_OPEN_RANGES, True)):
        for low, high in ranges:
            lowest, highest = _number(part.value.get(low)), _number(part.value.get(high))
            if lowest is None or highest is None or lowest < highest or (lowest == highest and not is_open):
                continue
            text = f"no value fits between {low} {lowest} and {high} {highest}"
            yield Problem((*part.pointer, low), text)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mapping(schemas: Schemas, part: Part) -> Iterator[Problem]:
    """The values of a discriminator that lead to no schema."""
    discriminator = part.value.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for name, value in mapping.items() if isinstance(mapping, dict) else ():
        # A URL is followed only where that is wanted.
        if not isinstance(value, str) or "://" in value:
            continue
        try:
            schemas.at(value if value.startswith("#") else f"#/components/schemas/{value}")
        except UnknownReferenceError:
            where = (*part.pointer, "discriminator", "mapping", name)
            yield Problem(where, f"the mapping of {name!r} names no schema: {value!r}")


def _unselected(discriminators: Discriminators, part: Part) -> Iterator[Problem]:
    """The choices whose own values of the discriminator's field do not select them."""
    for name, values in discriminators.unselected(part.value):
        field = part.value["discriminator"]["propertyName"]
        shown = " or ".join(map(repr, values[:_SHOWN])) + (" …" if len(values) > _SHOWN else "")
        text = f"no value of {field!r} selects {name!r}, which allows {shown} there"
        advice = f"add a mapping of {values[0]!r}" if len(values) == 1 else "add a mapping"
        yield Problem((*part.pointer, "discriminator"), text, advice)


def _default(schemas: Schemas, part: Part) -> Iterator[Problem]:
    # A null stands for no default in many documents.
    value = part.value.get("default")
    if value is None:
        return
    try:
        validators = [schemas.validator(part.value, closed=False, is_request=each) for each in (False, True)]
        if any(validator.is_valid(value) for validator in validators):
            return
        why = next((breach.expected for breach in breaches_of(validators[0], value)), "another value")
    except (ValueError, LookupError, TypeError, RecursionError):
        # What is wrong with the schema itself has been told.
        return
    text = repr(value) if len(repr(value)) <= _LONGEST else f"{repr(value)[:_LONGEST]}…"
    yield Problem((*part.pointer, "default"), f"the default {text} is not valid: expected {why}")
