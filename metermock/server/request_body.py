"""The body of a request: read by its media type, and held to its schema."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs
from starlette.types import Receive

from metermock import json_pointer
from metermock.contract import Operation
from metermock.contract.hints import is_choice, is_of_forbidden
from metermock.contract.json_types import ABSENT, ValueReader
from metermock.contract.media import is_json, is_xml, matching, plain
from metermock.contract.response import Body
from metermock.contract.schemas import Compiled
from metermock.contract.sequences import items_of
from metermock.errors import Violation
from metermock.server.body_error import BodyError
from metermock.server.choice_faults import told
from metermock.server.coded_bodies import decoded, is_unread
from metermock.server.form_body import FormReader, is_file, is_form
from metermock.server.json_text import CHARSET, json_of
from metermock.server.xml_body import XmlReader

LARGEST = 4 * 1024 * 1024
"""Bytes of a body that are read."""
MOST_FAULTS = 50
"""Faults of one body that are told."""
LONGEST = 400
"""Characters of a message."""
_OF_TEXT = re.compile(r"\b(?:xml|yaml|csv|jsonl|ndjson|json-seq|graphql|javascript)\Z")
_CHARSETS = re.compile(
    r"utf-?(8|16|32)(-?[lb]e)?|(us-)?ascii|latin-?1|iso-8859-\d+|windows-125\d", re.IGNORECASE
)
"""Charsets of texts; Python has others that are slow, or no charsets."""
_OF_CLOSED = frozenset({"additionalProperties", "unevaluatedProperties", "unevaluatedItems"})
"""What only a schema that was closed here may have against a value."""
_OF_BYTES = ("image/", "audio/", "video/", "font/")

Read = tuple[Any, tuple[Violation, ...]]


async def receive_body(receive: Receive) -> bytes | None:
    """Receive a request's body; None for one that is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= LARGEST:
            parts.append(part)
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts) if size <= LARGEST else None


class BodyReader:
    """Reads the bodies of one operation."""

    def __init__(self, operation: Operation, body: Body) -> None:
        self.schemas = operation.contract.schemas
        self.body = body
        self.codings = codings_of(operation)
        self.validator = functools.lru_cache(maxsize=None)(self.compiled)
        self.is_advised = functools.lru_cache(maxsize=None)(self.has_discriminator)
        self.form = functools.lru_cache(maxsize=None)(self.form_reader)
        self.reader = functools.lru_cache(maxsize=None)(self.value_reader)
        self.xml = functools.lru_cache(maxsize=None)(self.xml_reader)

    # What a media type needs is made when its first body comes. -------------------------------------------

    def compiled(self, media: str) -> Compiled:
        """Compile the schema of a media type."""
        return self.of_schema(self.body.content[media])

    def of_schema(self, schema: Any) -> Compiled:
        """Compile a schema as that of a request."""
        return self.schemas.validator(schema, closed=False, is_request=True)

    def has_discriminator(self, media: str) -> bool:
        """Tell whether a discriminator says which form a value of a media type has."""
        return self.schemas.reaches(self.body.content[media], "discriminator")

    def form_reader(self, media: str) -> FormReader:
        """Return what reads a form of a media type."""
        return FormReader(self.schemas, self.body, media, self.of_schema)

    def value_reader(self, media: str) -> ValueReader:
        """Return what reads a text of a media type."""
        return ValueReader(self.schemas, self.body.content[media], self.of_schema)

    def xml_reader(self, media: str) -> XmlReader:
        """Return what reads XML of a media type."""
        return XmlReader(self.schemas, self.body.content[media], self.of_schema)

    # ------------------------------------------------------------------------------------------------------

    def read(self, raw: bytes | None, headers: Mapping[str, str]) -> Read:
        """Return a body's value for a handler, and what is wrong with it."""
        sent, codings = headers.get("content-type", ""), headers.get("content-encoding")
        try:
            if raw and codings and not self.keeps_coded(codings, sent):
                raw = decoded(raw, codings, LARGEST)
            media = self.media(raw, sent)
            if raw is None or media is None or not (raw or self.body.required):
                return None, ()
            value, judged = self.values(raw, media, sent or media)
        except BodyError as error:
            return None, (wrong(str(error), error.kind, error.place),)
        return value, self.faults(media, judged) if judged is not ABSENT else ()

    def keeps_coded(self, codings: str, sent: str) -> bool:
        """Return whether bytes are taken as they are: in a documented coding that is not read here."""
        documented = self.codings is not None and self.codings(codings)
        if not documented or not is_unread(codings) or is_json(sent):
            return False
        media = self.media(b"-", sent)
        return media is not None and not (
            media in self.body.sequences
            or is_form(media)
            or is_xml(plain(sent))
            or is_text(sent or media, self.reader(media))
        )

    def values(self, raw: bytes, media: str, sent: str) -> tuple[Any, Any]:
        """Return a body's value, and the value that its schema judges; ABSENT for what it cannot judge."""
        if is_json(sent):
            value = json_of(raw, sent)
            return value, value
        if media in self.body.sequences:
            items = items_in(raw, sent)
            return items, items
        reader = self.reader(media)
        if is_form(media) and (reader.is_untyped or "map" in reader.forms):
            form = self.form(media).read(raw, sent)
            return form.value, form.judged
        if is_xml(plain(sent)) and "text" not in reader.forms:
            return self.of_xml(raw, media, sent)
        return self.of_text(reader, raw, sent)

    def of_text(self, reader: ValueReader, raw: bytes, sent: str) -> tuple[Any, Any]:
        """Return what a text or bytes say, and what their schema judges of it."""
        is_judged = not reader.is_untyped and "text" in reader.forms
        if not is_text(sent, reader):
            return raw, raw.decode("latin-1") if is_judged else ABSENT
        text = text_of(raw, sent)
        if not is_judged:
            return text, ABSENT
        value = reader.read(text)
        if value is ABSENT:
            raise BodyError(f"{text[:80]!r} is not of type {' or '.join(sorted(reader.types))}", "type")
        return value, value

    def of_xml(self, raw: bytes, media: str, sent: str) -> tuple[Any, Any]:
        """Return what XML says, which is judged where the document says how it is written."""
        charset = charset_of(sent)
        known = raw if charset is None else text_of(raw, sent).encode()
        value = self.xml(media).read(known, charset and "utf-8")
        return value, value if self.xml(media).is_documented else ABSENT

    def media(self, raw: bytes | None, sent: str) -> str | None:
        """Return the documented media type of a body, None for none; BodyError where it fits none."""
        if raw is None:
            raise BodyError(f"the body has more than {LARGEST} bytes", "size")
        if not raw and self.body.required and not may_be_empty(sent):
            raise BodyError("the body is required", "missing")
        media = matching(sent, self.body.content) if sent else next(iter(self.body.content), None)
        if (raw or self.body.required) and media is None:
            known = ", ".join(self.body.content)
            raise BodyError(f"the body is {sent[:80]!r}; the operation takes {known}", "media-type")
        return media

    def faults(self, media: str, value: Any) -> tuple[Violation, ...]:
        """Return what is wrong with a value by its schema."""
        validator = self.validator(media)
        if validator.is_valid(value):
            return ()
        chosen = functools.cache(functools.partial(self.chosen, media, value))
        faults = told(validator.iter_errors(value), chosen)
        return tuple(
            wrong(each.message, each.kind, json_pointer.text_of(each.place[validator.depth :]))
            for each in itertools.islice(faults, MOST_FAULTS)
        )

    def chosen(self, media: str, value: Any) -> list[jsonschema_rs.ValidationError]:
        """Return what the schemas that discriminators select have against a value."""
        if not self.is_advised(media):
            return []
        # Only of replies is it written what a discriminator advises.
        advised = self.schemas.validator(self.body.content[media], closed=True)
        return [
            error
            for error in advised.iter_errors(value)
            if is_choice(error) and error.kind.name not in _OF_CLOSED and not is_of_forbidden(error)
        ]


def codings_of(operation: Operation) -> Callable[[str], bool] | None:
    """Return what tells whether a coding is documented for bodies; None where the document names none."""
    for each in operation.parameters:
        if each.location == "header" and each.name.lower() == "content-encoding":
            return operation.contract.schemas.validator(each.schema, closed=False, is_request=True).is_valid
    return None


def items_in(raw: bytes, sent: str) -> list[Any]:
    """Return the items of a sequence; BodyError where one cannot be read."""
    text = text_of(raw, sent)
    try:
        return items_of(plain(sent), text) or []
    except ValueError as error:
        raise BodyError(f"an item of the body is not JSON: {error}", "json") from None


def wrong(message: str, kind: str, place: str = "") -> Violation:
    """Return what is wrong with a body, or with the part of it at a place."""
    if len(message) > LONGEST:
        # The validator repeats the whole value.
        message = f"{message[: LONGEST // 2]}…{message[-LONGEST // 2 :]}"
    return Violation("body", place or "body", f"{place}: {message}" if place else message, kind)


def may_be_empty(sent: str) -> bool:
    """Whether no bytes of a media type are a value: an empty text, file or form."""
    return bool(sent) and not is_json(sent) and not plain(sent).startswith("multipart/")


def is_text(media: str, reader: ValueReader) -> bool:
    """Whether a body is a text: by its media type, else where its schema is that of a text."""
    name = plain(media)
    if name.startswith("text/") or _OF_TEXT.search(name):
        return True
    if name == "application/octet-stream" or name.startswith(_OF_BYTES):
        return False
    return not reader.is_untyped and not is_file(reader)


def text_of(raw: bytes, media: str) -> str:
    """Return the text of a body; BodyError where it is not in the charset that its media type says."""
    name = charset_of(media) or "utf-8"
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise BodyError(f"the body is not {name.upper()}: byte {error.start}", "encoding") from None
    except LookupError:
        raise BodyError(
            f"the body is said to be {name}, which does not exist; send UTF-8", "encoding"
        ) from None


def charset_of(media: str) -> str | None:
    """Return the charset that a media type says, None for none; BodyError for one that is not read."""
    charset = CHARSET.search(media)
    if charset is None:
        return None
    if not _CHARSETS.fullmatch(charset[1]):
        raise BodyError(
            f"the body is said to be {charset[1][:80]}, which is not read; send UTF-8", "encoding"
        )
    return charset[1]
