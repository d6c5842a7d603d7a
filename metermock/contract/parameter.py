"""A parameter as its document has it: its value to texts and pairs of the wire, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract.cookies import OF_COOKIES, cookies_of, of_cookies
from metermock.contract.json_types import ABSENT, ValueReader, json_value
from metermock.contract.media import is_json
from metermock.contract.styles import Style
from metermock.contract.wire_text import Pairs, quoted, whole_text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `default` is ABSENT where the schema has no default.

    `types` are the JSON types that its schema allows, null left out. `absent` are the texts of a header that
    leave it out. `examples` are by name; so are `invalid_examples`, which the schema refuses. `key` is its
    name among the values: its own, or with its place before it where another place has the name too.
    """

    name: str
    location: str
    required: bool
    schema: Any
    types: frozenset[str]
    absent: frozenset[str]
    default: Any
    examples: Mapping[str, Any]
    invalid_examples: Mapping[str, Any]
    pointer: tuple[str | int, ...]
    resolved: Mapping[str, Any]
    """The schema with what its `$ref` names taken in."""
    style: Style
    reader: ValueReader
    document: Mapping[str, Any]
    """The parameter as the document has it, its extensions too."""
    media: str = ""
    """The media type of its value, where it has `content` instead of a schema."""
    key: str = ""

    def pairs(self, value: Any) -> Pairs:
        """The pairs of a query that say a value; none where leaving it out says it, as with null."""
        if self.location == "querystring":
            return [(json.dumps(value) if is_json(self.media) else text_of(value), "")]
        if self.media:
            return [(self.name, json.dumps(value))]
        return [] if value is None else self.style.to_query(written(value))

    def text(self, value: Any) -> str:
        """The text of a path's segment or a header that says a value."""
        return json.dumps(value) if self.media else self.style.to_text(written(value))

    def given(self, name: str) -> Any:
        """The value of its example of that name, valid or not; ABSENT without one."""
        return self.examples.get(name, self.invalid_examples.get(name, ABSENT))

    def cookie(self, value: Any) -> str:
        """The part of a Cookie header that says a value."""
        pairs = self.pairs(value)
        if self.style.style == "cookie":
            return "; ".join(f"{name}={text}" for name, text in pairs)
        return "&".join(f"{name}={quoted(text, OF_COOKIES)}" for name, text in pairs)

    def read_pairs(self, pairs: Pairs, known: frozenset[str] = frozenset()) -> Any:
        """The value that pairs of a query say; ABSENT for none. `known` are the names of parameters."""
        if self.location == "querystring":
            return self.read_raws([whole_text(pairs)])
        return self.read_raws(self.style.all_of_query(pairs, known))

    def read_cookie(self, header: str) -> Any:
        """The value that a Cookie header says; ABSENT for none."""
        return self.read_raws(of_cookies(self.style, cookies_of(header), frozenset()))

    def owns(self, name: str) -> bool:
        """Whether a pair of a query by that name surely belongs to this parameter."""
        return self.style.owns(name, frozenset({name}))

    def read_text(self, text: str) -> Any:
        """The value that a path's segment or a header says; ABSENT for none."""
        return self.read_raws(self.style.all_of_text(text))

    def read_raws(self, raws: list[Any]) -> Any:
        """The first value that the schema accepts, else the first of all; ABSENT where there is no value."""
        if is_json(self.media):
            return self.value_of(raws[0]) if raws else ABSENT
        return self.reader.first_of(raws)

    def value_of(self, raw: Any) -> Any:
        """The value that a raw value stands for; ABSENT where it has none of the types, or is no JSON."""
        if self.media and is_json(self.media):
            return json_value(raw)
        return self.reader.read(raw)


def text_of(value: Any) -> str:
    """How a primitive goes over the wire."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def written(value: Any) -> Any:
    """A value with texts for its primitives, as styles write it; null is left out (RFC 6570, 2.3)."""
    if isinstance(value, Mapping):
        return {name: written(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [written(each) for each in value if each is not None]
    return text_of(value)
