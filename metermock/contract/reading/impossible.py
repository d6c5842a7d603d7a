"""Schemas that no value fits by an oversight of their author, read as they are meant, with a note.

By the letter every reply that has such a value is wrong, whoever sends it, and every request is refused.
Where some value fits, the schema stays as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from metermock.contract.containment import Containment
from metermock.contract.json_types import ABSENT, number_of, types_of
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.clashing_formats import mend_clashing_format
from metermock.contract.reading.structure import Part
from metermock.contract.reading.unmade_patterns import tell_unmade_pattern
from metermock.contract.schemas import Schemas, UnknownReferenceError

_SEVERAL = 2
_TEXTS = {"true": True, "false": False}
_ADVICE_ENUM = "write its values as the type has them, or the type that they have"
_ADVICE_NULL = "write {type: 'null'} among the kinds"
_ADVICE_TYPE = "leave it out, or write a kind of that type"
_ADVICE_KINDS = "write anyOf, or let a required field with one value, such as a type, tell the kinds apart"


def mend_impossible(made: Bundle, parts: Sequence[Part]) -> None:
    """Read each schema that nothing fits, and whose author's mind is plain, as one that something fits."""
    schemas = Schemas(made.document)
    containment = Containment(schemas)
    named = {
        pointer[: index + 1]
        for _, pointer in made.references
        for index, step in enumerate(pointer)
        if step == "oneOf"
    }
    for part in parts:
        if part.kind != "schema" or not isinstance(part.value, dict):
            continue
        try:
            _mend_enum(made, schemas, part)
            _mend_type_of_kinds(made, schemas, part)
            mend_clashing_format(made, schemas, part)
            tell_unmade_pattern(made, part)
            # What a reference names stays where it is.
            if (*part.pointer, "oneOf") not in named and "anyOf" not in part.value:
                _mend_choice(made, containment, part)
        except (UnknownReferenceError, TypeError, AttributeError):
            # What leads nowhere, or has not the form of a schema, is told elsewhere.
            continue


def _mend_enum(made: Bundle, schemas: Schemas, part: Part) -> None:
    """Read an enum without a value of its type as of that type, where each value can be, else as of any."""
    listed, kind = part.value.get("enum"), part.value.get("type")
    kinds = [kind] if isinstance(kind, str) else kind
    if not isinstance(listed, list) or not isinstance(kinds, list):
        return
    values, wanted = [each for each in listed if each is not None], {*kinds} - {"null"}
    if not values or not wanted or types_of(schemas, {"type": [*wanted], "enum": values}):
        return
    where, named = (*part.pointer, "enum"), " or ".join(sorted(wanted))
    text = f"no value of the enum is of the type {named}"
    read = [each if each is None else _as_one_of(wanted, each) for each in listed]
    if wanted == {"array"}:
        made.note(where, f"{text}; it is read as that of the items", "write it in items")
        _move_into_items(part.value)
    elif ABSENT in read:
        made.note(where, f"{text}; the type is passed over", _ADVICE_ENUM)
        del part.value["type"]
    else:
        made.note(where, f"{text}; they are read as {named}", _ADVICE_ENUM)
        part.value["enum"] = read


def _mend_type_of_kinds(made: Bundle, schemas: Schemas, part: Part) -> None:
    """Pass a type over that none of the kinds beside it has; null is then another kind."""
    kind = part.value.get("type")
    named = [kind] if isinstance(kind, str) else kind
    choice = next((each for each in ("oneOf", "anyOf") if isinstance(part.value.get(each), list)), None)
    if choice is None or not isinstance(named, list) or not part.value[choice]:
        return
    its = types_of(schemas, {choice: part.value[choice]})
    if not its or its & types_of(schemas, {"type": named}):
        return
    text = f"no kind of its {choice} is of the type {' or '.join(map(str, named))}"
    if "null" in named:
        made.note((*part.pointer, "type"), f"{text}; null is read as another kind", _ADVICE_NULL)
        part.value[choice] = [*part.value[choice], {"type": "null"}]
    else:
        made.note((*part.pointer, "type"), f"{text}; the type is passed over", _ADVICE_TYPE)
    del part.value["type"]


def _move_into_items(schema: dict[str, Any]) -> None:
    """Make the enum of a list that of its items; a reference among them gets it beside."""
    values, items = schema.pop("enum"), schema.get("items")
    if not isinstance(items, dict):
        schema["items"] = {"enum": values}
    elif "$ref" in items or "enum" in items:
        schema["items"] = {"allOf": [items, {"enum": values}]}
    else:
        items["enum"] = values


def _as_one_of(kinds: set[str], value: Any) -> Any:
    """A value as one of several types, as it would be with or without quotes; ABSENT where it is none."""
    if isinstance(value, bool | int | float):
        return json.dumps(value) if "string" in kinds else ABSENT
    if not isinstance(value, str):
        return ABSENT
    if kinds & {"integer", "number"}:
        return number_of(value, whole="number" not in kinds)
    return _TEXTS.get(value.lower(), ABSENT) if "boolean" in kinds else ABSENT


def _mend_choice(made: Bundle, containment: Containment, part: Part) -> None:
    """Read a `oneOf` of which no kind has a value of its own as `anyOf`."""
    kinds = part.value.get("oneOf")
    if not isinstance(kinds, list) or len(kinds) < _SEVERAL:
        return
    first = _around(containment, kinds, 0)
    if first is None or any(_around(containment, kinds, each) is None for each in range(1, len(kinds))):
        return
    text = "exactly one of its kinds must fit, and no value is of one alone, since each is within another"
    shown = f"{_name(kinds[0], 0)} within {_name(kinds[first], first)}"
    made.note((*part.pointer, "oneOf"), f"{text} ({shown}); it is read as anyOf", _ADVICE_KINDS)
    part.value["anyOf"] = part.value.pop("oneOf")


def _around(containment: Containment, kinds: Sequence[Any], number: int) -> int | None:
    """Another kind that has all values of one; None where no such one is known."""
    others = (each for each in range(len(kinds)) if each != number)
    return next((each for each in others if containment.within(kinds[number], kinds[each])), None)


def _name(kind: Any, number: int) -> str:
    reference = kind.get("$ref") if isinstance(kind, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else f"kind {number + 1}"
