"""A documented response, and the named examples that pair an input with a reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from metermock.contract.json_types import ABSENT, ValueReader
from metermock.contract.media import is_json, matching
from metermock.contract.parameter import Parameter
from metermock.contract.styles import Style, without_spaces

BODILESS = frozenset({204, 205, 304})
"""Statuses whose replies have no body, whatever a document says of one."""
_NAMELESS = "example"
"""What a single `example` is called, of a parameter and of a response alike."""
_FIRST_REFUSAL = 400


@dataclass(frozen=True, slots=True)
class Header:
    """A documented response header; `example` is None where the document has no example."""

    name: str
    required: bool
    schema: Any
    reader: ValueReader
    style: Style
    example: Any
    media: str = ""
    """The media type of its value, where it has `content` instead of a schema."""
    description: str = ""

    def read(self, text: str) -> Any:
        """The value of its text; ABSENT where it has none of the types."""
        return self.reader.first_of(self.style.all_of_text(without_spaces(text, self.style)))


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response.

    `code` is the status as the document has it: `200`, `4XX` or `default`. `headers` are by the name as
    written. `content` gives a schema per media type, as `media.by_media` spells it, and `shown` its examples
    by name; `notes` are those of the first media type as written, with what stands beside the value.
    """

    code: str
    headers: Mapping[str, Header]
    content: Mapping[str, Any]
    shown: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, Mapping[str, Any]]
    pointer: tuple[str | int, ...]
    sequences: frozenset[str] = frozenset()
    """The media types whose schema is of the list of their items."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """The media types with the parameters that the document writes: `application/x+json; version=2`."""

    @property
    def examples(self) -> Mapping[str, Any]:
        """The examples of the first media type, by name."""
        return next(iter(self.shown.values()), {})

    @property
    def status(self) -> int | None:
        """The one status that it is for; None for a range and for `default`."""
        return int(self.code) if self.code.isdecimal() else None

    def media(self, content_type: str) -> str | None:
        """The documented media type that a Content-Type fits best; None where it fits none."""
        return matching(content_type, self.content)

    @property
    def has_json(self) -> bool:
        """Whether a JSON body is documented."""
        return any(is_json(media) for media in self.content)


class Responses(Mapping[int, Response]):
    """The documented responses of an operation: a map of those for one status, and the ranges beside it."""

    def __init__(self, responses: Iterable[Response] = ()) -> None:
        self.all = tuple(responses)
        self._exact = {each.status: each for each in self.all if each.status is not None}
        self._others = {each.code.upper(): each for each in self.all if each.status is None}

    def __getitem__(self, status: int) -> Response:
        return self._exact[status]

    def __iter__(self) -> Iterator[int]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)

    def find(self, status: int) -> Response | None:
        """What is documented of a status, the most exact first: itself, its range, or `default`."""
        for_range = self._others.get(f"{status // 100}XX")
        return self._exact.get(status) or for_range or self._others.get("DEFAULT")

    def judged(self, status: int) -> Response | None:
        """What is documented of a status that a rule names.

        `default` is of errors where a success has its own response.
        """
        found = self.find(status)
        is_rest = found is not None and found.code.upper() == "DEFAULT"
        is_good = status // 100 == 2  # noqa: PLR2004 - 2xx
        return None if is_rest and is_good and any(each.code[:1] == "2" for each in self.all) else found

    def has_range(self, code: str) -> bool:
        """Whether `2XX`, `default` or another range has a response of its own."""
        return code.upper() in self._others

    @property
    def has_good(self) -> bool:
        """Whether some response is, or may be, one to a good request: a success, a redirect, or `default`."""
        return any(each.code[:1] in {"2", "3"} or each.code.upper() == "DEFAULT" for each in self.all)

    @property
    def documented(self) -> str:
        """The statuses as the document has them."""
        return ", ".join(each.code for each in self.all)


@dataclass(frozen=True, slots=True)
class Body:
    """A documented request body: a schema, and examples by name, per media type."""

    required: bool
    content: Mapping[str, Any]
    examples: Mapping[str, Mapping[str, Any]]
    pointer: tuple[str | int, ...]
    encodings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    part_headers: Mapping[str, Mapping[str, Mapping[str, Header]]] = field(default_factory=dict)
    """By media type and field: the headers that the part of a multipart body has."""
    sequences: frozenset[str] = frozenset()
    """The media types whose schema is of the list of their items."""


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
    """The examples of each response for one status, in the document's order."""
    parameters = tuple(parameters)
    for response in responses:
        if response.status is None:
            continue
        for name, body in response.examples.items():
            # What a document shows of a parameter without a name is good input, which leads to no refusal.
            is_apart = name == _NAMELESS and response.status >= _FIRST_REFUSAL
            found = {} if is_apart else {each.key: each.given(name) for each in parameters}
            given = {key: value for key, value in found.items() if value is not ABSENT}
            notes = response.notes.get(name, {})
            pointer = (*response.pointer, "content", next(iter(response.content)), "examples", name)
            yield NamedExample(name, given, response.status, body, notes, pointer)
