"""What is wrong with a value that may have several forms: what the form that is meant misses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import jsonschema_rs

from metermock.contract.parameter_faults import one_of, plainly

Error = jsonschema_rs.ValidationError
_CHOICES = ("anyOf", "oneOf")
_FIXED = ("const", "enum")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a part of a value: in words, the keyword, and the place of the part."""

    message: str
    kind: str
    place: tuple[str | int, ...]


def told(errors: Iterable[Error], chosen: Callable[[], Sequence[Error]]) -> Iterator[Fault]:
    """What errors tell; `chosen` gives those of the schemas that discriminators select."""
    for error in errors:
        if error.kind.name not in _CHOICES:
            yield Fault(plainly(error), str(error.kind.name), tuple(error.instance_path))
            continue
        meant = _selected(error, chosen()) or _meant(error)
        faults = [each for each in meant if isinstance(each, Fault)]
        inner = told([each for each in meant if not isinstance(each, Fault)], chosen)
        unknown = Fault(error.message, str(error.kind.name), tuple(error.instance_path))
        yield from dict.fromkeys([*faults, *inner] or [unknown])


def _selected(error: Error, chosen: Sequence[Error]) -> Sequence[Error]:
    """What the form that a discriminator selects has against a value; nothing where none is known."""
    at = error.instance_path
    advised = [each for each in chosen if each.instance_path[: len(at)] == at]
    forms = [[each for each in form if _has(advised, each)] for form in _forms(error)]
    most = max(map(len, forms), default=0)
    found = [form for form, own in zip(_forms(error), forms, strict=True) if most and len(own) == most]
    if len(found) == 1:
        return found[0]
    return [each for each in advised if each.kind.name == "enum" and each.instance_path[:-1] == at]


def _forms(error: Error) -> list[list[Error]]:
    """What each of several forms has against a value."""
    return list(getattr(error.kind, "context", ()))


def _meant(error: Error) -> Sequence[Error | Fault]:
    """What the one form that a value is of has against it; nothing where several may be meant."""
    at = error.instance_path
    forms = _forms(error)
    if any(not form for form in forms):
        return []
    left = [form for form in forms if not any(_is_of_other_form(each, at) for each in form)]
    unknown = _unknown(left, at)
    if unknown is not None:
        return [unknown]
    left = [form for form in left if not _fixed(form, at)] or left
    if len(left) < 2:  # noqa: PLR2004 - nothing to choose
        return left[0] if left else []
    shared = [each for each in left[0] if all(_has(form, each) for form in left[1:])]
    least = sorted((sum(map(_weight, form)), index) for index, form in enumerate(left))
    return shared or (left[least[0][1]] if least[0][0] < least[1][0] else [])


def _is_of_other_form(error: Error, at: Sequence[str | int]) -> bool:
    """Whether a form is of another type, or takes nothing, as those that stand for what takes too long."""
    return error.kind.name in {"type", "falseSchema"} and error.instance_path == at


def _unknown(forms: Sequence[list[Error]], at: Sequence[str | int]) -> Fault | None:
    """A field that tells the forms apart, with a value that none of them has."""
    fixed = [_fixed(form, at) for form in forms]
    for name, error in fixed[0].items() if len(fixed) > 1 else ():
        if all(name in each for each in fixed):
            values = {json.dumps(value): value for each in fixed for value in _values(each[name])}
            return Fault(one_of(error.instance, [*values.values()]), "enum", tuple(error.instance_path))
    return None


def _fixed(form: Sequence[Error], at: Sequence[str | int]) -> dict[str | int, Error]:
    """The fields of a value with another text than a form has, by name."""
    return {
        each.instance_path[-1]: each
        for each in form
        if each.kind.name in _FIXED and each.instance_path[:-1] == at and isinstance(each.instance, str)
    }


def _values(error: Error) -> list[Any]:
    details = error.kind.as_dict()
    return [*details["options"]] if error.kind.name == "enum" else [details["expected_value"]]


def _has(form: Sequence[Error], error: Error) -> bool:
    return any(each.message == error.message and each.instance_path == error.instance_path for each in form)


def _weight(error: Error) -> int:
    """How many fields an error is of."""
    return len(cast("Sequence[str]", error.kind.as_dict().get("unexpected", ("",))))
