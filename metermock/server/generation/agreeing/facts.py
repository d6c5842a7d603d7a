"""What agreement between the fields of an object has to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from weakref import WeakSet

from metermock.contract.composing import together
from metermock.contract.json_types import ADDED_NULL, ALL, types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation.values import figures, texts
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.instants import Notation, notation_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import sizes

_FREE = (None, "email", "idn-email")
_BINDING = frozenset({"pattern", "example", "examples"})
Step = Callable[[dict[str, Any], Scene], Mapping[str, Any]]
"""What a rule of agreement would change in an object."""
_OF_NO_TEXTS: WeakSet[Step] = WeakSet()


@dataclass(frozen=True)
class Facts:
    """What agreement has to know about a field."""

    name: str
    is_number: bool = False
    is_integer: bool = False
    notation: Notation | None = None
    rows: Sequence[Facts] = ()
    """The fields of its rows, if it is a list of objects."""
    fields: Sequence[Facts] = ()
    """Its fields, if it is an object."""
    values: Facts | None = None
    """What is known of its values, if it is an object whose fields have names of their own."""
    is_list: bool = False
    is_object: bool = False
    is_free_text: bool = False
    """Whether it is any text, or any mail, of which the document shows none."""
    is_text: bool = False
    """The same, or null."""
    about: str = ""
    """What the description of a number says."""
    scale: int = 1
    """The number that a whole is, if it is a part of one: 1, or 100 of a percentage."""
    accepts: Callable[[Any], bool] = lambda _: True
    decimals: int | None = None
    """The digits behind the point of a number that is written as a text; None for what is none."""
    is_required: bool = True
    choices: Sequence[str] = ()
    """The texts that it is one of, where its schema lists them."""
    description: str = ""
    draw: Callable[[Scene, int], Any] | None = None
    """Makes another value of it than null, of a key, where a state may ask for one."""

    # Asked of each object of each reply, and found once.
    @cached_property
    def has_decimals(self) -> bool:
        """Whether it, or a field inside it, is a number that is written as a text."""
        return self.decimals is not None or bool(self.decimal_rows or self.decimal_fields)

    @cached_property
    def decimal_rows(self) -> Mapping[str, Facts]:
        """The fields of its rows that are, or have inside, such numbers."""
        return {each.name: each for each in self.rows if each.has_decimals}

    @cached_property
    def decimal_fields(self) -> Mapping[str, Facts]:
        """Its own fields that are, or have inside, such numbers."""
        return {each.name: each for each in self.fields if each.has_decimals}


def looking_at(step: Step, *fields: Facts) -> Step:
    """The step, noted as one that reads and changes these alone: fields, or columns of a list of rows."""
    if all(field.decimals is None for field in fields):
        _OF_NO_TEXTS.add(step)
    return step


def needs_no_texts(step: Step) -> bool:
    """Whether a step is known to need no amount as a number that is written as a text."""
    return step in _OF_NO_TEXTS


def numbers_of(fields: Sequence[Facts]) -> list[Facts]:
    """The fields that are numbers."""
    return [field for field in fields if field.is_number]


def rounded(value: float, field: Facts) -> int | float:
    """A number as a field of its kind has it: whole, or with four digits."""
    return int(value) if field.is_integer else round(value, 4)


def facts_of(
    schemas: Schemas,
    name: str,
    schema: Any,
    accepts: Callable[[Any], bool] | None = None,
    depth: int = 0,
    *,
    is_required: bool = True,
) -> Facts:
    """What agreement has to know about a field of this name and schema."""
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    types = types_of(schemas, schema)
    if ADDED_NULL in whole:
        # Validators that read `nullable` to the letter refuse null here.
        accepts = partial(_but_null, accepts or Acceptance(schemas, schema, closed=False))
    if types == ALL or (("const" in whole or "enum" in whole) and not _lists_limits(name, whole)):
        free = accepts or (lambda _: True)
        return Facts(name, accepts=free, choices=_choices_of(whole), is_required=is_required)
    is_number = bool(types & {"integer", "number"}) and not types & {"string", "object", "array"}
    notation = None if types & {"object", "array"} else notation_of(name, whole, types - {"null"})
    digits = texts.decimals_of(name, whole) if types - {"null"} == {"string"} and notation is None else None
    is_number = (is_number and notation is None) or digits is not None
    is_text = types - {"null"} == {"string"} and whole.get("format") in _FREE and _BINDING.isdisjoint(whole)
    return Facts(
        name,
        is_number=is_number,
        is_integer=digits == 0 or (is_number and digits is None and figures.is_whole(name, whole, types)),
        decimals=digits,
        notation=notation,
        rows=_rows_of(schemas, whole, depth) if "array" in types else (),
        fields=_fields_of(schemas, whole, depth) if "object" in types else (),
        values=_values_of(schemas, whole, depth) if "object" in types else None,
        is_list="array" in types,
        is_object="object" in types,
        is_free_text=types == {"string"} and is_text,
        is_text=is_text,
        about=str(whole.get("description", "")) if is_number else "",
        scale=figures.scale_of(name, whole, types),
        accepts=accepts or Acceptance(schemas, schema, closed=False),
        is_required=is_required,
        description=str(whole.get("description", "")),
    )


def _but_null(accepts: Callable[[Any], bool], value: Any) -> bool:
    return value is not None and accepts(value)


def _choices_of(whole: Mapping[str, Any]) -> Sequence[str]:
    listed = whole.get("enum")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else ()


def _lists_limits(name: str, whole: Mapping[str, Any]) -> bool:
    """Whether a field is one of the limits that a schema lists, and bounds what is used all the same."""
    listed = [whole["const"]] if "const" in whole else whole["enum"]
    are_numbers = all(isinstance(each, int | float | None) and not isinstance(each, bool) for each in listed)
    return are_numbers and sizes.is_limit(name)


def _rows_of(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Sequence[Facts]:
    """The fields of a list's rows, and of lists in them."""
    items = whole.get("items")
    if depth >= 2 or not isinstance(items, dict):  # noqa: PLR2004 - rows, and lists in rows
        return ()
    fields = together(schemas, items).get("properties", {})
    return [facts_of(schemas, each, part, depth=depth + 1) for each, part in fields.items()]


def _fields_of(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Sequence[Facts]:
    if depth:
        return ()
    fields = whole.get("properties", {})
    return [facts_of(schemas, each, part, depth=depth + 2) for each, part in fields.items()]


def _values_of(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Facts | None:
    """What is known of the values of a map, and of the fields in them."""
    if depth or whole.get("properties"):
        return None
    patterns = whole.get("patternProperties")
    values = next(iter(patterns.values())) if patterns else whole.get("additionalProperties")
    if not isinstance(values, dict) or not values:
        return None
    found = facts_of(schemas, "", values, depth=2)
    inner = together(schemas, values).get("properties", {}) if found.is_object else {}
    fields = [facts_of(schemas, each, part, depth=2) for each, part in inner.items()]
    return replace(found, fields=fields)


def as_figure(field: Facts, value: float) -> float:
    """A number that was reckoned as a field has it: whole where its type is, else with two decimals."""
    return int(value) if field.is_integer else round(value, 2)
