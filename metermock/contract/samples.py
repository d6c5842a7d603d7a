"""Values that a schema accepts, made from the schema alone.

What is made is only a proposal: whoever asks for values gets those that the compiled schema accepts, so a
keyword that is not looked at here costs proposals and never truth.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metermock.contract.composing import together
from metermock.contract.format_texts import drawing, keeping
from metermock.contract.json_types import types_of
from metermock.contract.pattern_texts import matching
from metermock.contract.schemas import Schemas

FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("2026-03-01", "2024-02-29"),
    "date-time": ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00+02:00"),
    "time": ("12:00:00Z",),
    "duration": ("P1D", "PT1H"),
    "uuid": ("3fa85f64-5717-4562-b3fc-2c963f66afa6",),
    "email": ("ada@example.com",),
    "idn-email": ("ada@example.com",),
    "hostname": ("api.example.com",),
    "idn-hostname": ("api.example.com",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://example.com/a",),
    "url": ("https://example.com/a",),
    "iri": ("https://example.com/a",),
    "uri-reference": ("/a",),
    "iri-reference": ("/a",),
    "uri-template": ("/a/{b}",),
    "json-pointer": ("/a",),
    "relative-json-pointer": ("0",),
    "regex": ("a+",),
    "byte": ("bWV0ZXI=",),
    "iana-timezone": ("UTC", "Europe/Berlin"),
    "password": ("correct horse",),
}
DEEPEST = 6
"""Levels of objects and lists that are made; a schema may go on for ever."""
MOST = 12
"""Values that are proposed of one schema."""
_STEP = 1
_FAR = 120
_CHOICES = ("anyOf", "oneOf")


class Samples:
    """Proposes values of the schemas of one document."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def accepted(self, schema: Any, *, is_request: bool = True) -> list[Any]:
        """Values that the schema accepts, the most telling first; none where nobody knows one."""
        validator = self._schemas.validator(schema, closed=False, is_request=is_request)
        found: list[Any] = []
        for value in itertools.islice(self.proposed(schema), 4 * MOST):
            if value not in found and validator.is_valid(value):
                found.append(value)
            if len(found) == MOST:
                break
        return found

    def beside(self, schema: Any, example: Any) -> Iterator[Any]:
        """The example with one field changed to what the field's schema may accept; else what is accepted."""
        if not isinstance(example, dict):
            yield from self.accepted(schema)
            return
        fields = together(self._schemas, schema).get("properties", {})
        columns = [
            [{**example, name: value} for value in itertools.islice(self.proposed(each, 1), MOST)]
            for name, each in fields.items()
            if not self.is_read_only(each)
        ]
        # In turn over the fields, so that few values change many of them.
        for row in itertools.zip_longest(*columns):
            yield from (value for value in row if value is not None and value != example)

    def proposed(self, schema: Any, depth: int = 0) -> Iterator[Any]:
        """What a schema may accept: what it names itself, then what its types and bounds suggest."""
        if not isinstance(schema, dict):
            yield from ("a", 1) if schema is not False else ()
            return
        whole = together(self._schemas, schema)
        yield from _named(whole)
        if "enum" in whole:
            return
        for choice in _CHOICES:
            rest = {name: value for name, value in whole.items() if name not in _CHOICES}
            for part in whole.get(choice, ()):
                parts = [part, rest, *_discriminated(whole, part)]
                yield from itertools.islice(self.proposed({"allOf": parts}, depth), 3)
        if any(choice in whole for choice in _CHOICES):
            return
        yield from self._by_type(whole, types_of(self._schemas, whole), depth)

    def _by_type(self, whole: Mapping[str, Any], types: Iterable[str], depth: int) -> Iterator[Any]:
        for kind in ("string", "integer", "number", "boolean", "array", "object", "null"):
            if kind not in types:
                continue
            if kind == "string":
                yield from texts(whole)
            elif kind in ("integer", "number"):
                yield from numbers(whole, whole_only=kind == "integer")
            elif kind == "boolean":
                yield from (True, False)
            elif kind == "array":
                yield from self._lists(whole, depth)
            elif kind == "object":
                yield from self._objects(whole, depth)
            else:
                yield None

    def _lists(self, whole: Mapping[str, Any], depth: int) -> Iterator[list[Any]]:
        least, most = whole.get("minItems", 0), whole.get("maxItems", whole.get("minItems", 0) + 3)
        first = [next(self.proposed(each, depth + 1), None) for each in whole.get("prefixItems", ())]
        items: list[Any] = []
        if depth < DEEPEST and whole.get("items", {}) is not False:
            items = list(itertools.islice(self.proposed(whole.get("items", {}), depth + 1), MOST))
        for size in dict.fromkeys((max(least, 1), least, min(2, most), most)):
            wanted = max(size - len(first), 0)
            others = (
                items if whole.get("uniqueItems") else list(itertools.islice(itertools.cycle(items), wanted))
            )
            if items or not wanted:
                yield [*first[:size], *others[:wanted]]

    def _objects(self, whole: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        fields = whole.get("properties", {})
        required = list(whole.get("required", ()))
        if depth >= DEEPEST:
            yield {}
            return
        shown = {name: each for name, each in fields.items() if not self.is_read_only(each)}
        made = {name: next(self.proposed(each, depth + 1), None) for name, each in shown.items()}
        for name in required:
            if name not in fields:
                others = whole.get("additionalProperties", {})
                made[name] = next(self.proposed(others, depth + 1), None)
        yield made
        yield {name: made[name] for name in required if name in made}
        for name, each in shown.items():
            for value in itertools.islice(self.proposed(each, depth + 1), 1, 3):
                yield {**made, name: value}

    def is_read_only(self, schema: Any) -> bool:
        """Whether a field of this schema is the deployment's own: it may ignore what requests say of it."""
        followed = self._schemas.follow(schema)
        return isinstance(followed, dict) and followed.get("readOnly") is True


def _discriminated(whole: Mapping[str, Any], part: Any) -> list[dict[str, Any]]:
    """What a discriminator's mapping says of the values of one alternative."""
    discriminator = whole.get("discriminator")
    if not isinstance(discriminator, dict) or not isinstance(part, dict):
        return []
    mapping = discriminator.get("mapping")
    names = [
        name
        for name, reference in (mapping if isinstance(mapping, dict) else {}).items()
        if reference == part.get("$ref", "")
    ]
    return [{"properties": {discriminator.get("propertyName"): {"enum": names}}}] if names else []


def _named(whole: Mapping[str, Any]) -> Iterator[Any]:
    """The values that a schema names: examples, default, constant, members."""
    if "example" in whole:
        yield whole["example"]
    if isinstance(whole.get("examples"), list):
        yield from whole["examples"]
    for name in ("default", "const"):
        if name in whole:
            yield whole[name]
    yield from whole.get("enum", ())


def numbers(whole: Mapping[str, Any], *, whole_only: bool) -> Iterator[Any]:
    """Numbers at the bounds and between them; without bounds, small ones."""
    step = whole.get("multipleOf", _STEP)
    low, high = whole.get("minimum"), whole.get("maximum")
    if "exclusiveMinimum" in whole:
        low = max(whole["exclusiveMinimum"] + (step if whole_only or step != _STEP else 0.5), low or -(2**63))
    if "exclusiveMaximum" in whole:
        high = min(whole["exclusiveMaximum"] - (step if whole_only or step != _STEP else 0.5), high or 2**63)
    if low is None:
        low = min(0, high) if high is not None else 0
    if high is None:
        high = low + _FAR * step
    first, last = -(-low // step) * step, high // step * step
    found = (first, first + step, first + 6 * step, last - step, last)
    for value in dict.fromkeys(found):
        if low <= value <= high:
            yield int(value) if float(value).is_integer() else value
    if not whole_only and step == _STEP and low < high:
        yield (low + high) / 2


def texts(whole: Mapping[str, Any]) -> Iterator[str]:
    """Texts of the format or pattern, or of the lengths that are allowed."""
    if "format" in whole and whole["format"] in FORMATS:
        yield from FORMATS[whole["format"]]
        yield from _narrowed(whole)
    if "pattern" in whole:
        low, high = whole.get("minLength", 0), whole.get("maxLength")
        found = matching(whole["pattern"], low, high)
        yield from () if found is None else (found,)
    least, most = whole.get("minLength", 0), whole.get("maxLength")
    longest = least + 8 if most is None else most
    sizes = (max(least, 1), max(least, 3), least, longest)
    for size in dict.fromkeys(min(size, longest) for size in sizes):
        yield "abcdefghij"[:size] if size <= 10 else "a" * min(size, 4_000)  # noqa: PLR2004 - the text's own length


def _narrowed(whole: Mapping[str, Any]) -> Iterator[str]:
    """Texts of a format that keep what stands beside it, where its usual ones do not."""
    pattern, low, high = whole.get("pattern"), whole.get("minLength", 0), whole.get("maxLength")
    if not isinstance(pattern, str) and not low and high is None:
        return
    form, pattern = whole["format"], pattern if isinstance(pattern, str) else None
    if not any(map(keeping(form, pattern, low, high), FORMATS[form])):
        draw = drawing(form, pattern, low, high)
        yield from () if draw is None else dict.fromkeys((draw(0), draw(1)))
