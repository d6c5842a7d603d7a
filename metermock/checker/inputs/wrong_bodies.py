"""Request bodies that a contract refuses: no JSON, wrong or missing fields, another media type, nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metermock.checker.inputs.branches import Branch, branches
from metermock.checker.inputs.form_readings import is_form, is_refused_form
from metermock.checker.inputs.numbers import Bounds, beyond_storage
from metermock.checker.inputs.written_bodies import SentBody, written
from metermock.checker.inputs.wrong_texts import wrong_texts
from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.exchange import Breach, Level
from metermock.contract.json_types import ABSENT, types_of
from metermock.contract.media import is_json, matching
from metermock.contract.samples import Samples
from metermock.contract.schema_breaches import breaches_of
from metermock.contract.schemas import Schemas
from metermock.contract.sequences import EVENTS, text_of_items

_MOST = 40
"""Bad bodies of one operation."""
_FEW = 3
"""Bad values of one kind for one field."""
_DEEPEST = 3
_SAMPLES = 8
"""Values that are made of an alternative, in search of one that is plainly of it."""
_LARGEST = 200
"""Items of a list that is too long."""
_STRANGER = "metermock_unknown"
_ANOTHER_MEDIA = ("text/plain", "application/xml", "application/x-metermock")
# What no language turns into such a value: many take "5" for a number, and 5 for a text.
_OTHER_KINDS: Mapping[str, Any] = {
    "string": {"metermock": 1},
    "integer": "no number",
    "number": "no number",
    "boolean": "no boolean",
    "array": "no list",
    "object": "no object",
}


@dataclass(frozen=True, slots=True)
class RefusedBody:
    """A body that the request's schema refuses, and what is wrong with it."""

    body: SentBody
    about: str
    level: Level = "must"
    why: str = ""
    """What the schema has against it, in words."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    value: Any
    about: str
    level: Level = "must"


def refused_bodies(operation: Operation, good: SentBody) -> list[RefusedBody]:
    """Bad bodies, made of a good one by one change each; the compiled schema refuses all of them."""
    body = operation.body
    if body is None or good.media not in body.content:
        return []
    schema = body.content[good.media]
    return [
        *_unread(operation, good),
        *itertools.islice(_of_schema(operation, schema, good), _MOST),
    ]


def _unread(operation: Operation, good: SentBody) -> Iterator[RefusedBody]:
    """Bodies of which nobody can read a value."""
    body = operation.body
    if body is None:
        return
    if is_json(good.media):
        yield RefusedBody(replace(good, raw=b'{"metermock": ', value=ABSENT), "a body that is no JSON")
    elif good.media in body.sequences and good.media != EVENTS:
        cut = good.raw + text_of_items(good.media, [{}]).encode()[:-2]
        yield RefusedBody(replace(good, raw=cut, value=ABSENT), "a body whose last item is no JSON")
    if body.required and _refuses_nothing(operation, good):
        yield RefusedBody(replace(good, raw=b"", value=ABSENT), "an empty body")
    media = next((each for each in _ANOTHER_MEDIA if matching(each, body.content) is None), None)
    if media is not None and good.raw:
        # A server may read what it can; no contract says that it must look at the type first.
        yield RefusedBody(
            SentBody(good.raw, media, content_type=media), f"a body of the type {media}", "should"
        )


def _refuses_nothing(operation: Operation, good: SentBody) -> bool:
    """Whether no bytes are no value: an empty file, text or form may be a good one."""
    schema = operation.body.content[good.media] if operation.body else True
    validator = operation.contract.schemas.validator(schema, closed=False, is_request=True)
    is_list = operation.body is not None and good.media in operation.body.sequences
    nothing: Any = [] if is_list else {} if is_form(good.media) else ""
    return is_json(good.media) or not validator.is_valid(nothing)


def _of_schema(operation: Operation, schema: Any, good: SentBody) -> Iterator[RefusedBody]:
    """The good value with one thing changed, as far as the compiled schema refuses the change."""
    schemas = operation.contract.schemas
    validator = schemas.validator(schema, closed=False, is_request=True)
    # A form says an empty object by nothing at all: what is bad must not read as what is good.
    seen = {good.raw}
    for wrong in _Changes(schemas).of(schema, good.value, 0):
        body = written(operation, good.media, wrong.value)
        if body is None or body.raw in seen or validator.is_valid(wrong.value):
            continue
        is_text = is_form(good.media) and not wrong.about.startswith("without ")
        if is_text and not is_refused_form(operation, good.media, good.value, wrong.value):
            # What is wrong of its type may be a good text.
            continue
        seen.add(body.raw)
        yield RefusedBody(
            body, f"a body: {wrong.about}", wrong.level, _why(breaches_of(validator, wrong.value))
        )


def _why(breaches: Sequence[Breach]) -> str:
    """What is wrong with a body, where one thing is."""
    if len(breaches) != 1:
        return ""
    breach = breaches[0]
    place = f" at {breach.pointer}" if breach.pointer else ""
    return f"{breach.expected} is expected{place}, and {breach.received} came"


class _Changes:
    """Proposes values with one thing changed."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._samples = Samples(schemas)

    def of(self, schema: Any, good: Any, depth: int) -> Iterator[_Wrong]:
        """What may be wrong in the place of a good value; the guard decides."""
        forms = [self._of_form(whole, value, depth) for whole, value in self._forms(schema, good, depth)]
        for several in itertools.zip_longest(*forms):
            yield from (wrong for wrong in several if wrong is not None)
        beyond = [wrong for branch in branches(self._schemas, schema) for wrong in _of_branch(branch)]
        kinds = types_of(self._schemas, schema)
        others = [
            _Wrong(other, f"{_shown(other)} for a value of type {kind}")
            for kind, other in _OTHER_KINDS.items()
            if kind in kinds
        ]
        # In turn, so that a few of them are of both kinds.
        for pair in itertools.zip_longest(beyond, others):
            yield from (wrong for wrong in pair if wrong is not None)
        if "null" not in kinds:
            yield _Wrong(None, "null", "should")

    def _forms(self, schema: Any, good: Any, depth: int) -> list[tuple[Mapping[str, Any], Any]]:
        """The alternatives that take objects or lists, each with a good value of it, that of `good` first."""
        found = [each for each in branches(self._schemas, schema) if each.types & {"object", "array"}]
        if len(found) <= 1:
            return [(together(self._schemas, schema), good)]
        forms = []
        for each in found:
            samples = itertools.islice(self._samples.proposed(each.whole, depth + 1), _SAMPLES)
            value = next((value for value in (good, *samples) if _is_of(each.whole, value)), None)
            if value is not None:
                forms.append((each.whole, value))
        return sorted(forms, key=lambda each: each[1] is not good)

    def _of_form(self, whole: Mapping[str, Any], good: Any, depth: int) -> Iterator[_Wrong]:
        if isinstance(good, dict):
            yield from self._of_object(whole, good, depth)
        if isinstance(good, list):
            yield from self._of_list(whole, good, depth)

    def _of_object(self, whole: Mapping[str, Any], good: Mapping[str, Any], depth: int) -> Iterator[_Wrong]:
        for name in whole.get("required", ()):
            if name in good:
                others = {key: value for key, value in good.items() if key != name}
                yield _Wrong(others, f"without the field {name}")
        if depth < _DEEPEST:
            columns = [
                self._of_field(name, each, good, depth)
                for name, each in whole.get("properties", {}).items()
                if not self._samples.is_read_only(each)
            ]
            # In turn over the fields, so that each is wrong at least once.
            for row in itertools.zip_longest(*columns):
                yield from (wrong for wrong in row if wrong is not None)
        yield _Wrong({**good, _STRANGER: 1}, f"an unknown field {_STRANGER}")

    def _of_field(self, name: str, schema: Any, good: Mapping[str, Any], depth: int) -> Iterator[_Wrong]:
        value = good[name] if name in good else next(iter(self._samples.proposed(schema, depth + 1)), None)
        for wrong in self.of(schema, value, depth + 1):
            yield _Wrong({**good, name: wrong.value}, f"its field {name}: {wrong.about}", wrong.level)

    def _of_list(self, whole: Mapping[str, Any], good: list[Any], depth: int) -> Iterator[_Wrong]:
        item = good[0] if good else next(iter(self._samples.proposed(whole.get("items", {}), depth + 1)), 1)
        least, most = whole.get("minItems", 0), whole.get("maxItems", _LARGEST)
        if least:
            yield _Wrong([item] * (least - 1), "one item too few")
        if most < _LARGEST:
            yield _Wrong([item] * (most + 1), "one item too many")
        if whole.get("uniqueItems") is True:
            # Many read a set, and count an item that is there twice once.
            yield _Wrong([item, item], "the same item twice", "should")
        if depth < _DEEPEST and "items" in whole:
            # Of objects each field is tried, of others the type and the bounds.
            most_wrong = _FEW * (len(item) + 1) if isinstance(item, dict) else 2 * _FEW
            for wrong in itertools.islice(self.of(whole["items"], item, depth + 1), most_wrong):
                yield _Wrong([*good[:-1], wrong.value], f"an item: {wrong.about}", wrong.level)


def _is_of(whole: Mapping[str, Any], value: Any) -> bool:
    """Whether an object or list is of an alternative, as far as its fields and their names tell."""
    if not isinstance(value, dict):
        return isinstance(value, list) and "properties" not in whole
    fields = whole.get("properties", {})
    told = {name: each for name, each in fields.items() if isinstance(each, dict) and name in value}
    return value.keys() >= set(whole.get("required", ())) and all(
        value[name] == each.get("const", value[name]) and value[name] in each.get("enum", [value[name]])
        for name, each in told.items()
    )


def _of_branch(branch: Branch) -> Iterator[_Wrong]:
    """Values beyond the keywords of one alternative."""
    if branch.is_number:
        is_integer = "number" not in branch.types
        bounds = Bounds.of(branch.whole, is_integer=is_integer)
        for value, about in (*bounds.missed(), *beyond_storage(branch.whole)):
            yield _Wrong(value, f"{value}, {about}")
        if is_integer:
            yield _Wrong(1.5, "1.5 for an integer")
    elif branch.members is not None and not all(isinstance(each, str) for each in branch.members):
        yield _Wrong("no-such-value", "an unknown value")
    elif branch.members is not None or branch.is_text:
        told = (wrong for wrong in wrong_texts(branch, takes_dates=False) if wrong.doubt in ("", "format"))
        for each in itertools.islice(told, _FEW):
            level: Level = "should" if each.doubt else "must"
            yield _Wrong(each.raw, f"{_shown(each.raw)}, {each.about}", level)


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - a line of a report
