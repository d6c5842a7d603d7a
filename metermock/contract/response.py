"""A documented response, and the named examples that pair an input with a reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract.parameters import Parameter


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header; `example` is None where the document has no example."""

    name: str
    required: bool
    schema: dict[str, Any]
    types: frozenset[str]
    example: Any


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response.

    `headers` are by the name as written. `content` gives a schema per media type (lower-case, without
    parameters). `examples` are the values of the first media type, by name; `notes` are those examples
    as written, with what stands beside the value.
    """

    status: int
    headers: Mapping[str, Header]
    content: Mapping[str, Any]
    examples: Mapping[str, Any]
    notes: Mapping[str, Mapping[str, Any]]
    pointer: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NamedExample:
    """A reply that the document shows, with the input of the same name that leads to it.

    `parameters` holds only those parameters that have an example of this name. `notes` is the example as
    written: `x-now` there is the instant that it speaks of, `x-headers` its response headers where they
    differ from their own examples.
    """

    name: str
    parameters: Mapping[str, Any]
    status: int
    body: Any
    notes: Mapping[str, Any]
    pointer: tuple[str | int, ...]


def named_examples(responses: Iterable[Response], parameters: Iterable[Parameter]) -> Iterator[NamedExample]:
    """The examples of each response, in the document's order."""
    parameters = tuple(parameters)
    for response in responses:
        for name, body in response.examples.items():
            given = {each.name: each.examples[name] for each in parameters if name in each.examples}
            notes = response.notes.get(name, {})
            pointer = (*response.pointer, "content", next(iter(response.content)), "examples", name)
            yield NamedExample(name, given, response.status, body, notes, pointer)
