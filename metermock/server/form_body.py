"""Forms: the pairs of a urlencoded body, or the parts of a multipart one, read as an object of its schema."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metermock import json_pointer
from metermock.contract.json_types import ABSENT, Given, ValueReader
from metermock.contract.media import is_json, matching, plain
from metermock.contract.response import Body
from metermock.contract.schemas import Compiled, Schemas
from metermock.contract.styles import Style
from metermock.contract.wire_text import Pairs, pairs_of
from metermock.server.body_error import BodyError
from metermock.server.handling import File
from metermock.server.json_text import json_of
from metermock.server.multipart import MOST_PARTS, Part, parts_of

URLENCODED = "application/x-www-form-urlencoded"
_STYLED = ("style", "explode", "allowReserved")
"""With one of these an encoding says how a value is split into pairs, and its contentType does not count."""
_NOT_TEXT = ("array", "object")


def is_form(media: str) -> bool:
    """Whether a media type is a form, whose value is an object."""
    return plain(media) == URLENCODED or plain(media).startswith("multipart/")


@dataclass(frozen=True, slots=True)
class Sent(Given):
    """A file among the values: its schema judges the bytes as one character each."""

    file: File


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says: `judged` is for its schema, `value` for a handler, with files in their places."""

    judged: Any
    value: Any


class FormReader:
    """Reads the forms of one media type of an operation."""

    def __init__(self, schemas: Schemas, body: Body, media: str, compiled: Callable[[Any], Compiled]) -> None:
        self.is_multipart = plain(media).startswith("multipart/")
        self.encodings = body.encodings.get(media, {})
        self.part_headers = body.part_headers.get(media, {})
        self.reader = ValueReader(schemas, body.content[media], compiled)
        self.known = frozenset(self.reader.members)
        self.field = functools.lru_cache(maxsize=len(self.known) or 1)(self.made)
        self.styled = [self.field(name) for name in self.reader.members if self.field(name).style is not None]

    def made(self, name: str) -> FieldReader:
        """Return what reads the field of a name."""
        return FieldReader(name, self.reader.field(name), self.encodings.get(name, {}))

    def read(self, raw: bytes, content_type: str) -> Form:
        """Return what a body says; BodyError for one that cannot be read."""
        pairs, parts = ([], parts_of(raw, content_type)) if self.is_multipart else (form_pairs(raw), [])
        raws = {**self.from_pairs(pairs), **self.from_parts(parts)}
        judged = self.reader.read(raws)
        if judged is ABSENT:
            path, types, text = next(self.reader.unread(raws), ((), self.reader.types, ""))
            wanted = " or ".join(sorted(types)) or "any type that is allowed"
            raise BodyError(f"{text[:80]!r} is not of type {wanted}", "type", json_pointer.text_of(path))
        return Form(judged, handed(judged, raws))

    def from_pairs(self, pairs: Pairs) -> dict[str, Any]:
        """Return the raw values of a form's fields."""
        found: dict[str, Any] = {}
        taken: set[str] = set()
        for each in self.styled:
            style = each.style
            raws = style.all_of_query(pairs, self.known) if style else []
            if raws:
                accepts = each.reader.accepts
                found[each.name] = next((raw for raw in raws if accepts(each.reader.read(raw))), raws[0])
                taken.update(name for name, _ in pairs if style and style.owns(name, self.known))
        given: dict[str, list[Any]] = {}
        for name, text in pairs:
            if name not in taken:
                given.setdefault(name, []).append(text)
        return found | {name: self.field(name).of_texts(texts) for name, texts in given.items()}

    def from_parts(self, parts: list[Part]) -> dict[str, Any]:
        """Return the raw values of the parts, by name."""
        given: dict[str, list[Any]] = {}
        for part in parts:
            self.hold_to_headers(part)
            given.setdefault(part.name, []).append(self.field(part.name).of_part(part))
        return {name: self.field(name).together(values) for name, values in given.items()}

    def hold_to_headers(self, part: Part) -> None:
        """Raise BodyError for a part without a header that its encoding demands, or with a wrong one."""
        for name, header in self.part_headers.get(part.name, {}).items():
            text = part.headers.get(name.lower())
            if text is None and header.required:
                raise self.field(part.name).error(f"its header {name} is required", "missing")
            if text is not None and not header.media:
                value = header.read(text)
                if value is ABSENT or not header.reader.accepts(value):
                    message = f"its header {name} is {text[:80]!r}, which is not as documented"
                    raise self.field(part.name).error(message, "header")


class FieldReader:
    """Reads one field of a form."""

    def __init__(self, name: str, reader: ValueReader, encoding: Mapping[str, Any]) -> None:
        self.name = name
        self.reader = reader
        self.is_list = "list" in reader.forms
        self.item = reader.item(0) if self.is_list else reader
        styled = any(each in encoding for each in _STYLED)
        self.documented = () if styled else _listed(str(encoding.get("contentType", "")))
        self.is_whole_json = self.is_list and any(is_json(media) for media in self.documented)
        """Whether its list is one JSON text, and not one text for each item."""
        self.style = _style(name, reader, encoding) if styled else None
        self.is_json = is_only_json(self.item) or any(is_json(media) for media in self.documented)
        self.is_file = is_file(self.item)

    def of_texts(self, texts: list[str]) -> Any:
        """Return the raw value of the texts that a form has under its name."""
        return self.together([self.of_text(text) for text in texts])

    def of_text(self, text: str) -> Any:
        """Return the raw value of one text."""
        return Given(self.json(text.encode(), "")) if self.is_json else text

    def together(self, values: list[Any]) -> Any:
        """Return the raw value of all that stands under its name."""
        if len(values) > 1 or (self.is_list and not self.is_whole_json):
            return values
        return values[0]

    def of_part(self, part: Part) -> Any:
        """Return the raw value of a part; BodyError where it is not of a documented media type."""
        if self.documented and part.media and matching(part.media, self.documented) is None:
            known = ", ".join(self.documented)
            raise self.error(f"the part is {part.media[:80]!r}; the operation takes {known}", "media-type")
        content = bytes(part.content)
        is_open = self.item.is_untyped and (part.file_name is not None or _is_bytes(part.media))
        if self.is_file or (is_open and not self.is_json):
            file = File(content, part.file_name or "", part.media, part.headers)
            return Sent(content.decode("latin-1"), file)
        if self.is_json or (is_json(part.media) and self.item.is_untyped):
            return Given(self.json(content, part.media))
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise self.error(f"the part is not UTF-8: byte {error.start}", "encoding") from None

    def json(self, raw: bytes, media: str) -> Any:
        """Return the value of a JSON text; BodyError for what is none."""
        try:
            return json_of(raw, media)
        except BodyError as error:
            raise self.error(str(error).removeprefix("the body "), error.kind) from None

    def error(self, message: str, kind: str) -> BodyError:
        """Return an error about this field."""
        return BodyError(message, kind, json_pointer.text_of((self.name,)))


def is_only_json(reader: ValueReader) -> bool:
    """Whether a value is always an array or an object, which are JSON where no style splits them."""
    return not reader.is_untyped and not (reader.types - {"null", *_NOT_TEXT}) and bool(reader.types)


def is_file(reader: ValueReader) -> bool:
    """Whether a schema says that a value is the bytes of a file."""
    parts = reader.alternatives
    return any(
        part.get("format") == "binary" or ("contentMediaType" in part and "contentEncoding" not in part)
        for part in parts
    )


def handed(judged: Any, raws: Mapping[str, Any]) -> Any:
    """Return the value with each file in the place of the text that was judged."""
    if not isinstance(judged, dict):
        return judged
    found = dict(judged)
    for name, raw in raws.items():
        if isinstance(raw, Sent):
            found[name] = raw.file
        elif isinstance(raw, list) and any(isinstance(each, Sent) for each in raw):
            files = [each.file if isinstance(each, Sent) else each for each in raw]
            found[name] = files if isinstance(judged.get(name), list) else files[-1]
    return found


def form_pairs(raw: bytes) -> Pairs:
    """Return the pairs of a urlencoded form; BodyError for too many, and for what is not UTF-8."""
    pairs = pairs_of(raw.decode(errors="surrogateescape"))
    if len(pairs) > MOST_PARTS:
        raise BodyError(f"the body has more than {MOST_PARTS} pairs", "size")
    for name, text in pairs:
        try:
            f"{name}{text}".encode()
        except UnicodeEncodeError:
            shown = name[:80].encode("ascii", "backslashreplace").decode()
            raise BodyError("the text is not UTF-8", "encoding", json_pointer.text_of((shown,))) from None
    return pairs


def _style(name: str, reader: ValueReader, encoding: Mapping[str, Any]) -> Style:
    style = str(encoding.get("style", "form"))
    explode = encoding.get("explode")
    return Style(
        name,
        style,
        explode if isinstance(explode, bool) else style in ("form", "deepObject"),
        reader.form,
        frozenset(reader.members),
        is_open=reader.is_open,
        forms=reader.forms,
    )


def _listed(content_type: str) -> tuple[str, ...]:
    return tuple(plain(each) for each in content_type.split(",") if each.strip())


def _is_bytes(media: str) -> bool:
    return bool(media) and not media.startswith("text/") and not is_json(media)
