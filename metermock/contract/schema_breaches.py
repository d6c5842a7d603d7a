"""The breaches of a value against its schema, one per cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import jsonschema_rs

from metermock import json_pointer
from metermock.contract.cel.function_error import as_text
from metermock.contract.cel.python_texts import literal
from metermock.contract.exchange import Breach, Level
from metermock.contract.hints import is_advice, is_choice, is_of_forbidden
from metermock.contract.schemas import Compiled
from metermock.contract.whole_doubles import Path, whole_doubles, with_halves

INTEGER_AS_FLOAT = "integer-as-float"
"""The rule of integers that are written as 25.0: a *should*, since JSON Schema lets them pass."""
UNDOCUMENTED_FIELD = "undocumented-field"
"""The rule of fields that no schema names: a *must* where the document forbids them, else a *should*."""
DISCRIMINATOR = "discriminator"
"""The rule of values that are not what their discriminator says: a *should*, since it is a hint."""
WRITE_ONLY = "write-only"
"""The rule of fields in a reply that are only for requests: a *should*, as in the specification."""
FORMAT = "format"
"""The rule of texts in a format that is only a note to readers: a *should*."""
_DEFINED = frozenset({"date", "date-time", "iana-timezone"})
"""The formats of texts that OpenAPI defines, and ours; JSON Schema makes each other one an annotation."""
_NO_OTHER = "no undocumented field"
_A_FIELD = "a field "
_NOT_SENT = "no field that is only for requests"
_SAYS = {
    "schema": "the body is valid against its schema",
    DISCRIMINATOR: "a value is of the schema that its discriminator selects",
    WRITE_ONLY: "a field that is only for requests is not sent",
    FORMAT: "a text is of its format",
}
"""What each rule wants, by its id."""
_CHOICES = ("oneOf", "anyOf")
_UNDECIDED = (
    jsonschema_rs.ValidationErrorKind.BacktrackLimitExceeded,
    jsonschema_rs.ValidationErrorKind.RegexEngineFailure,
)
"""The engine gave up over a pattern: nobody knows whether the text matches."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What is wrong with a value: where, what was expected, what came, and the rule that says so."""

    path: list[str | int]
    expected: str
    received: str
    rule: str


def breaches_of_closed(closed: Compiled, value: Any, written: Callable[[], Compiled]) -> list[Breach]:
    """The breaches of a value against a schema that was closed here; `written` gives it as it is written.

    What only the closed one refuses has fields that are not documented, and that nothing forbids, or is not
    as the document advises.
    """
    found = breaches_of(closed, value)
    if all(breach.rule in (INTEGER_AS_FLOAT, WRITE_ONLY, FORMAT) for breach in found):
        return found
    if _accepts(written(), value):
        return [_unnamed(breach, "should") if _is_unnamed(breach) else breach for breach in found]
    if any(breach.rule == DISCRIMINATOR for breach in found):
        found = breaches_of(closed, value, _decided(written(), value))
    forbidden = {_place(breach) for breach in breaches_of(written(), value) if breach.expected == _NO_OTHER}
    return [
        _unnamed(breach, "must" if _place(breach) in forbidden else "should")
        if breach.expected == _NO_OTHER
        else breach
        for breach in found
    ]


def _is_unnamed(breach: Breach) -> bool:
    return breach.rule == "schema" or breach.expected == _NO_OTHER


def _decided(written: Compiled, value: Any) -> Callable[[Cause], bool]:
    """Whether the schema as it is written refuses a value for a cause, or all forms around it."""
    errors = list(written.iter_errors(value))
    causes = {(tuple(cause.path), cause.expected) for error in errors for cause in _causes(error)}
    choices = {tuple(error.instance_path) for error in _within(errors) if error.kind.name in _CHOICES}

    def decides(cause: Cause) -> bool:
        path = tuple(cause.path)
        return (path, cause.expected) in causes or any(path[: len(each)] == each for each in choices)

    return decides


def _within(errors: Iterable[jsonschema_rs.ValidationError]) -> Iterator[jsonschema_rs.ValidationError]:
    """Errors, and those of the forms that they tell of."""
    for error in errors:
        yield error
        for branch in getattr(error.kind, "context", []):
            yield from _within(branch)


def missing_field(breach: Breach) -> str:
    """The name of the field that is missing; empty where something else is wrong."""
    is_schema = breach.rule in ("schema", DISCRIMINATOR) and breach.expected.startswith(_A_FIELD)
    return str(literal(breach.expected.removeprefix(_A_FIELD))) if is_schema else ""


def is_undocumented_field(breach: Breach) -> bool:
    """Whether a breach stands at a field that no schema names; not where the whole object fits no form."""
    return breach.rule == UNDOCUMENTED_FIELD and breach.expected == _NO_OTHER


def _never(_cause: Cause) -> bool:
    return False


def _place(breach: Breach) -> str:
    return json_pointer.starred(breach.pointer)


def _accepts(validator: Compiled, value: Any) -> bool:
    try:
        return validator.is_valid(value)
    except (ValueError, RecursionError):
        return False


def _unnamed(breach: Breach, level: Level) -> Breach:
    """The breach as one of the rule of undocumented fields."""
    wanted = breach.expected if breach.expected == _NO_OTHER else f"{breach.expected}, and no other field"
    return replace(
        breach, rule=UNDOCUMENTED_FIELD, level=level, expected=wanted, message="every field is documented"
    )


def breaches_of(validator: Compiled, value: Any, decides: Callable[[Cause], bool] = _never) -> list[Breach]:
    """The breaches of a value; those of many rows against one part of the schema are one.

    Where `decides` says so, what a discriminator is about is a breach of the schema.
    """
    found: dict[tuple[str, ...], tuple[Breach, int]] = {}
    try:
        errors = [] if validator.is_valid(value) else list(validator.iter_errors(value))
    except (ValueError, RecursionError) as problem:
        return [_breach("", "JSON", str(problem), "the body can be validated")]
    causes = [cause for error in _telling(errors) for cause in _causes(error)]
    seen: set[tuple[tuple[str | int, ...], str]] = set()
    for cause in causes:
        rule = "schema" if cause.rule == DISCRIMINATOR and decides(cause) else cause.rule
        place = tuple(cause.path)
        if (place, cause.expected) in seen:
            continue
        seen.add((place, cause.expected))
        path = cause.path[validator.depth :]
        # Rows are counted together: an index in a path becomes `*`.
        key = (*("*" if isinstance(token, int) else str(token) for token in path), cause.expected, rule)
        breach, count = found.get(key, (None, 0))
        found[key] = (breach or _of_cause(replace(cause, path=path, rule=rule)), count + 1)
    breaches = [_counted(breach, count) for breach, count in found.values()]
    return breaches + _written_as_doubles(validator, value)


def _telling(errors: list[jsonschema_rs.ValidationError]) -> list[jsonschema_rs.ValidationError]:
    """The errors without those that follow from others, and what is only advised at the end.

    A part of an `allOf` or `anyOf` that fails tells nothing of its fields, so all of them count as
    unevaluated: such an error is left out where another one stands at the same value or inside it. So is
    one of several forms where a discriminator has chosen one of them.
    """
    known = sorted((each for each in errors if not isinstance(each.kind, _UNDECIDED)), key=is_advice)
    chosen = [each for each in known if is_choice(each)]
    plainly_chosen = [each for each in chosen if each.kind.name not in _CHOICES]
    left = [
        each
        for each in known
        if each.kind.name not in _CHOICES
        or not _stands_within(each, plainly_chosen if is_advice(each) else chosen)
    ]
    advised = [each for each in left if each.kind.name != "unevaluatedProperties"]
    # What is only advised takes no field from those that the other parts know.
    plain = [each for each in known if each.kind.name != "unevaluatedProperties" and not is_advice(each)]
    return [
        each
        for each in left
        if each.kind.name != "unevaluatedProperties"
        or not _stands_within(each, advised if is_advice(each) else plain)
    ]


def _stands_within(
    error: jsonschema_rs.ValidationError, others: Iterable[jsonschema_rs.ValidationError]
) -> bool:
    """Whether another error stands at the same value or inside it."""
    at = tuple(error.instance_path)
    return any(tuple(each.instance_path)[: len(at)] == at for each in others)


def _of_cause(cause: Cause) -> Breach:
    level: Level = "must" if cause.rule == "schema" else "should"
    return Breach(
        cause.rule, level, json_pointer.text_of(cause.path), cause.expected, cause.received, _SAYS[cause.rule]
    )


def _breach(pointer: str, expected: str, received: str, message: str) -> Breach:
    return Breach("schema", "must", pointer, expected, received, message)


def _counted(breach: Breach, count: int) -> Breach:
    if count == 1:
        return breach
    received = f"{breach.received} (and {count - 1} more such)"
    return Breach(breach.rule, breach.level, breach.pointer, breach.expected, received, breach.message)


def _causes(error: jsonschema_rs.ValidationError) -> Iterator[Cause]:
    """The causes of an error; of a value or null, what is wrong with the value."""
    kind, path, instance = error.kind, list(error.instance_path), cast("Any", error.instance)
    rule = _rule(error)
    details = kind.as_dict()
    fitting = sum(not branch for branch in getattr(kind, "context", ()))
    if kind.name in _CHOICES and fitting > 1:
        # What the other forms have against the value is nothing that is wrong with it.
        yield Cause(path, _expectation(kind), f"{_received(error)}, which fits {fitting} of them", rule)
        return
    if kind.name in _CHOICES and instance is not None:
        branches = [
            [each for each in _telling(branch) if not _is_null(each)]
            for branch in getattr(kind, "context", [])
        ]
        # Of "null or an object" the object is meant: the reader wants to know what is wrong with that.
        told = [branch for branch in branches if branch]
        meant = told[0] if len(told) == 1 else _meant(told, len(path))
        if meant:
            for each in meant:
                yield from _causes(each)
            return
        if told and all(_rule(each) == FORMAT for branch in told for each in branch):
            wanted = " or ".join(_expectation(branch[0].kind) for branch in told)
            yield Cause(path, wanted, _received(error), FORMAT)
            return
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        for name in details["unexpected"]:
            yield Cause([*path, name], _NO_OTHER, as_text(instance[name]), rule)
    elif kind.name == "required":
        there = ", ".join(sorted(instance)) or "no fields"
        yield Cause(path, f"{_A_FIELD}{details['property']!r}", f"none among {there}", rule)
    else:
        yield Cause(path, _NOT_SENT if rule == WRITE_ONLY else _expectation(kind), _received(error), rule)


def _rule(error: jsonschema_rs.ValidationError) -> str:
    if is_of_forbidden(error):
        return WRITE_ONLY
    if error.kind.name == "format" and error.kind.as_dict()["format"] not in _DEFINED:
        return FORMAT
    return DISCRIMINATOR if is_advice(error) else "schema"


def _meant(
    branches: list[list[jsonschema_rs.ValidationError]], depth: int
) -> list[jsonschema_rs.ValidationError]:
    """The one branch that a value is of, by its JSON type, its fixed fields and the fields that it has.

    Empty where none or several of them may be meant.
    """
    for tells in (_is_of_other_type, _is_of_other_kind, _has_other_fields):
        left = [branch for branch in branches if not any(tells(each, depth) for each in branch)]
        if len(left) == 1:
            return left[0]
        branches = left or branches
    return []


def _is_of_other_type(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    return error.kind.name == "type" and len(error.instance_path) == depth


def _is_of_other_kind(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    """Whether a field with one value, or few, has another: such a field tells kinds of objects apart."""
    return error.kind.name in ("const", "enum") and len(error.instance_path) == depth + 1


def _has_other_fields(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    names = ("required", "additionalProperties", "unevaluatedProperties")
    return error.kind.name in names and len(error.instance_path) == depth


def _is_null(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "type" and error.message.endswith('is not of type "null"')


def _expectation(kind: jsonschema_rs.ValidationErrorKind) -> str:
    """What a keyword of the schema wants; the same for every value that breaks it."""
    if kind.name in _CHOICES:
        return f"{'exactly' if kind.name == 'oneOf' else 'at least'} one of the forms under {kind.name}"
    details = kind.as_dict()
    if kind.name == "type":
        return "type " + " or ".join(details["types"])
    if kind.name == "enum":
        return "one of " + ", ".join(as_text(option) for option in details["options"])
    template = _WANTED.get(kind.name)
    return template.format(*map(_bound, details.values())) if template else f"to satisfy {kind.name}"


def _bound(value: Any) -> str:
    """A keyword's value; a bound of 0.0, as some frameworks write it, is 0."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return as_text(int(value) if is_whole else value)


def _received(error: jsonschema_rs.ValidationError) -> str:
    """What came; of a list that is too short or too long, its length first."""
    value = cast("Any", error.instance)
    if error.kind.name in ("minItems", "maxItems"):
        return f"{len(value)} of them: {as_text(value)}"
    return as_text(value)


_EXACT = 2**53
"""Below it a double is the integer that it says."""
_WANTED = {
    "const": "{}",
    "contains": "a list with an item that fits `contains`",
    "dependentRequired": "the fields that belong together",
    "exclusiveMaximum": "less than {}",
    "exclusiveMinimum": "more than {}",
    "format": "a {}",
    "maxItems": "at most {} in the list",
    "maxLength": "at most {} characters",
    "maxProperties": "at most {} fields",
    "maximum": "at most {}",
    "minItems": "at least {} in the list",
    "minLength": "at least {} characters",
    "minProperties": "at least {} fields",
    "minimum": "at least {}",
    "multipleOf": "a multiple of {}",
    "pattern": "a match of {}",
    "uniqueItems": "no item twice",
}
"""By keyword; `{}` is its value."""


def _written_as_doubles(validator: Compiled, value: Any) -> list[Breach]:
    """Integers written as 25.0, which JSON Schema takes for integers, and many clients do not.

    Each is changed to 25.5 in a copy: where the schema then wants an integer, the 25.0 was a breach.
    """
    places = whole_doubles(value)
    if not places:
        return []
    try:
        altered = with_halves(value, places)
    except RecursionError:
        return []
    if validator.is_valid(altered):
        return []
    found: dict[tuple[str, ...], tuple[Breach, int]] = {}
    for error in validator.iter_errors(altered):
        for path in _doubled(error, places, validator.depth):
            key = tuple("*" if isinstance(token, int) else str(token) for token in path)
            breach, count = found.get(key, (None, 0))
            fresh = Breach(
                INTEGER_AS_FLOAT,
                "should",
                json_pointer.text_of(path),
                "an integer, such as 25",
                f"{places[path]!r}",
                "an integer is written without a fraction",
            )
            found[key] = (breach or fresh, count + 1)
    return [_counted(breach, count) for breach, count in found.values()]


def _doubled(
    error: jsonschema_rs.ValidationError, places: Mapping[Path, float], depth: int
) -> Iterator[Path]:
    path = tuple(error.instance_path)[depth:]
    if error.kind.name == "type" and path in places and "integer" in error.message:
        yield path
    elif error.kind.name in _CHOICES:
        for branch in getattr(error.kind, "context", []):
            for each in branch:
                yield from _doubled(each, places, depth)
