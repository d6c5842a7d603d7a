"""The parts of a multipart body."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from metermock.server.body_error import BodyError

MOST_PARTS = 1000
"""Parts of one body, and pairs of a form; more of them are an attack."""

# A client's mistake is told to the client; the library would print it on standard error too.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


@dataclass(slots=True)
class Part:
    """One part: its content as bytes, and its headers with names in lower case."""

    content: bytearray = field(default_factory=bytearray)
    headers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    file_name: str | None = None
    """None for a part that is said to be no file."""

    @property
    def media(self) -> str:
        """Its Content-Type; empty where it says none."""
        return self.headers.get("content-type", "")


def parts_of(raw: bytes, content_type: str) -> list[Part]:
    """Return the parts of a body; BodyError where they cannot be told apart, or one has no name."""
    # It is imported when the first such body comes: few contracts have any.
    from python_multipart.exceptions import FormParserError  # noqa: PLC0415 - see above
    from python_multipart.multipart import MultipartParser, parse_options_header  # noqa: PLC0415 - see above

    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise BodyError("the body is multipart, and its Content-Type has no boundary", "form")
    taken = _Taken()
    try:
        parser = MultipartParser(boundary, taken.callbacks())
        parser.write(raw)
        parser.finalize()
    except FormParserError as error:
        raise BodyError(f"the body is no multipart body: {error}", "form") from None
    if not taken.is_complete:
        raise BodyError("the body is no multipart body: its last boundary is missing", "form")
    for number, part in enumerate(taken.parts, 1):
        # As bytes: the library writes a text as Latin-1, which not every name is.
        _, options = parse_options_header(part.headers.get("content-disposition", "").encode())
        part.name = _decoded(options.get(b"name", b""))
        if not part.name:
            message = f'part {number} has no name; write Content-Disposition: form-data; name="…" in its head'
            raise BodyError(message, "form")
        file_name = options.get(b"filename")
        part.file_name = None if file_name is None else _decoded(file_name)
    return taken.parts


class _Taken:
    """What the parser has found so far."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.is_complete = False
        self._header, self._value = bytearray(), bytearray()

    def callbacks(self) -> Any:
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self.parts[-1].content.extend(data[start:end]),
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise BodyError(f"the body has more than {MOST_PARTS} parts", "size")
        self.parts.append(Part())

    def _end_header(self) -> None:
        self.parts[-1].headers[_decoded(self._header).lower()] = _decoded(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _end(self) -> None:
        self.is_complete = True


def _decoded(text: bytes | bytearray) -> str:
    """Return a header's text: UTF-8, as browsers write it, else Latin-1."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
