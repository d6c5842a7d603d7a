"""The lies that a reply can be turned into, each with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from metermock import json_pointer
from metermock.checker.audit import alterations
from metermock.checker.audit.alterations import ADDED, FILLED, NULLED, OF_SHAPE, REMOVED, RENAMED
from metermock.contract import Exchange, Operation, Response
from metermock.contract.reading.value_types import ANYTHING, SchemaType, ValueType

Change = tuple[str, str, Any]
"""The place, the kind of change, and the whole body with it."""

STRANGER = "metermock_unknown"
_UNDOCUMENTED = 418
_MEDIA = "content-type"


@dataclass(frozen=True, slots=True)
class Lie:
    """A reply with one thing changed.

    `place` is a JSON pointer with `*` for rows, `headers/<name>`, or `status`; `kind` says what became of
    what stood there.
    """

    place: str
    kind: str
    exchange: Exchange


def lies_about(operation: Operation, truth: Exchange, samples: Mapping[str, Any]) -> Iterator[Lie]:
    """Every lie about a reply; `samples` has values by place, for where the reply has null."""
    response = operation.responses[truth.status]
    for place, kind, body in _Body(operation, response, samples).changes(truth.body):
        yield Lie(place, kind, replace(truth, body=body))
    for name in [header.name.lower() for header in response.headers.values()] + [_MEDIA]:
        yield from _about_header(truth, name)
    for status in [*operation.responses, _UNDOCUMENTED]:
        if status != truth.status:
            yield Lie("status", str(status), replace(truth, status=status))


def _about_header(truth: Exchange, name: str) -> Iterator[Lie]:
    if name not in truth.headers:
        return
    place, value = f"headers/{name}", truth.headers[name]
    others = {each: text for each, text in truth.headers.items() if each != name}
    yield Lie(place, REMOVED, replace(truth, headers=others))
    changes = [("changed", "text/html")] if name == _MEDIA else alterations.of_header(value)
    for kind, text in changes:
        yield Lie(place, kind, replace(truth, headers={**others, name: text}))


class _Body:
    """Changes a body at every place, as deep as it goes."""

    def __init__(self, operation: Operation, response: Response, samples: Mapping[str, Any]) -> None:
        schemas = operation.contract.schemas
        self._type = SchemaType(schemas, list(response.content.values())[:1])
        self._samples = samples

    def changes(self, body: Any) -> Iterator[Change]:
        yield from self._of(body, (), self._type)

    def _of(self, value: Any, path: json_pointer.Path, value_type: ValueType) -> Iterator[Change]:
        if isinstance(value, dict):
            yield from self._of_map(value, path, value_type)
        elif isinstance(value, list):
            for kind, rows in alterations.of_list(value):
                yield place_of(path), kind, rows
            for index in alterations.sampled(value):
                for place, kind, row in self._of(value[index], (*path, index), value_type.item()):
                    # What a schema alone sees, it sees in one row as in another.
                    if index == 0 or kind not in OF_SHAPE:
                        yield place, kind, [*value[:index], row, *value[index + 1 :]]
        else:
            for kind, other in alterations.of_value(value, whole=value_type.is_only("int")):
                yield place_of(path), kind, other

    def _of_map(
        self, value: dict[str, Any], path: json_pointer.Path, value_type: ValueType
    ) -> Iterator[Change]:
        yield place_of(path), ADDED, {**value, STRANGER: 1}
        for name, member in value.items():
            here = (*path, name)
            place = place_of(here)
            others = {each: value[each] for each in value if each != name}
            yield place, REMOVED, others
            yield place, RENAMED, {**others, name + "_": member}
            if member is not None:
                yield place, NULLED, {**value, name: None}
            # Null may be right where nothing happened; a value from another row shows whether that is held
            # to anything.
            elif place in self._samples:
                yield place, FILLED, {**value, name: self._samples[place]}
            for inner, kind, other in self._of(member, here, value_type.field(name) or ANYTHING):
                yield inner, kind, {**value, name: other}


def place_of(path: json_pointer.Path) -> str:
    """A path as a JSON pointer, with `*` for rows."""
    return json_pointer.text_of(["*" if isinstance(token, int) else token for token in path]) or "/"


def samples_of(value: Any, path: json_pointer.Path = ()) -> Iterator[tuple[str, Any]]:
    """The places of a body, each with a value that stands there."""
    if value is not None:
        yield place_of(path), value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from samples_of(member, (*path, name))
    elif isinstance(value, list):
        for index in alterations.sampled(value):
            yield from samples_of(value[index], (*path, index))
