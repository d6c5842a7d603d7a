"""A contract or a world as read from its file: the document, and the line of each of its parts."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from metermock import json_reader, noted_files, yaml_reader
from metermock.errors import SourceError, UnreadableError
from metermock.yaml_reader import Place

Pointer = tuple[str | int, ...]


class Source:
    """A YAML or JSON file as read: its bytes, its document, and the line of every part."""

    def __init__(
        self,
        path: Path | str,
        text: bytes,
        document: Any,
        error: type[SourceError],
        *,
        is_json: bool = False,
        notes: Sequence[UnreadableError] = (),
    ) -> None:
        self.path = path
        self.further: tuple[Path, ...] = ()
        """The overlays that were applied to it besides the one that lies beside it."""
        self.document = document
        self.is_json = is_json
        self._text = text
        self._error = error
        self._notes = notes

    @property
    def text(self) -> bytes:
        """The file as it is written."""
        return self._text

    @property
    def digest(self) -> str:
        """The SHA-256 of all that the document was read from."""
        return hashlib.sha256(self.text).hexdigest()

    @property
    def notes(self) -> list[SourceError]:
        """What was read leniently: one note of a kind, at the first place."""
        first: dict[str, UnreadableError] = {}
        count: dict[str, int] = {}
        for note in self._notes:
            first.setdefault(note.kind, note)
            count[note.kind] = count.get(note.kind, 0) + 1
        return [
            self._error(self.path, _several(note.problem, count[kind]), note.line, note.column, note.advice)
            for kind, note in first.items()
        ]

    def origin(self, pointer: Pointer) -> tuple[Source, Pointer]:
        """The file that a part was written in, and the part's pointer there."""
        return self, pointer

    def line(self, pointer: Sequence[str | int]) -> tuple[int, int]:
        """Line and column, from 1, of the key or item that `pointer` names.

        If the document does not have it, that of its nearest parent.
        """
        place = self._place(pointer)
        return place.line, place.column

    def line_inside(self, pointer: Sequence[str | int], offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset` inside the text that `pointer` names.

        If the text is written with escapes, those of the place where it begins.
        """
        place = self._place(pointer)
        lines = self.text.decode("utf-8-sig").splitlines()
        before = place.text[:offset]
        if place.style in ("|", ">"):
            return _in_block(lines, place, offset)
        start = place.text_column - 1 + bool(place.style)
        shown = lines[place.text_line - 1][start : start + offset] == before
        return place.text_line, start + 1 + (offset if shown else 0)

    def error(self, pointer: Sequence[str | int], problem: str, advice: str = "") -> SourceError:
        """The error about the part that `pointer` names, to be raised."""
        line, column = self.line(pointer)
        return self._error(self.path, problem, line, column, advice)

    @functools.cached_property
    def _places(self) -> dict[tuple[str, ...], Place]:
        # Only errors need them.
        places: dict[tuple[str, ...], Place] = {}
        yaml_reader.read(self.text.decode("utf-8-sig"), places, notes=[])
        return places

    @functools.cached_property
    def _json_places(self) -> json_reader.Places:
        return json_reader.Places(self.text.decode("utf-8-sig"))

    def _place(self, pointer: Sequence[str | int]) -> Place:
        path = tuple(str(token) for token in pointer)
        if self.is_json:
            return self._json_place(path)
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def _json_place(self, path: tuple[str, ...]) -> Place:
        places = self._json_places
        while (found := places.find(path)) is None:
            path = path[:-1]
        key, value = found
        text = places.text_at(value)
        style = "" if text is None else '"'
        return Place(*places.line(key), *places.line(value), style, text or "")


def read_source(
    path: Path | str, *, error: type[SourceError] = SourceError, is_lenient: bool = False
) -> Source:
    """A file's document: JSON, or YAML 1.2 that JSON can hold.

    Raises `error`, with line and column, for a file that is missing, is not UTF-8, does not parse or
    repeats a key. Dates, tags, merge keys and keys that are not text are errors too, or with `is_lenient`
    notes of the source.
    """
    path = Path(path)
    noted_files.note(path)
    try:
        text = path.read_bytes()
    except OSError as problem:
        raise error(path, f"cannot be read: {problem.strerror or problem}") from None
    return source_of(path, text, error=error, is_lenient=is_lenient)


def source_of(
    path: Path | str, text: bytes, *, error: type[SourceError] = SourceError, is_lenient: bool = False
) -> Source:
    """The document in a text that stands at a path or URL; see `read_source`."""
    decoded = _decode(path, text, error)
    # What a URL ends with says nothing about what came.
    is_json = str(path).lower().endswith(".json") and "://" not in str(path)
    if is_json or decoded.lstrip()[:1] == "{":
        try:
            return Source(path, text, json_reader.read(decoded), error, is_json=True)
        except UnreadableError as problem:
            # A map in braces may be YAML all the same.
            if is_json:
                raise error(path, problem.problem, problem.line, problem.column) from None
    notes: list[UnreadableError] = []
    document = _read_yaml(path, decoded, error, notes if is_lenient else None)
    return Source(path, text, document, error, notes=notes)


def apart(value: Any) -> Any:
    """A copy of a JSON value, in which parts that aliases share are apart."""
    if isinstance(value, dict):
        return {name: apart(each) for name, each in value.items()}
    if isinstance(value, list):
        return [apart(each) for each in value]
    return value


def _several(problem: str, count: int) -> str:
    return problem if count == 1 else f"{problem} ({count:,} such places)"


def _in_block(lines: list[str], place: Place, offset: int) -> tuple[int, int]:
    """The line and column in a literal or folded block; its lines are joined by one character each."""
    for row in range(place.text_line, len(lines)):
        indent = len(lines[row]) - len(lines[row].lstrip())
        content = lines[row][indent:].rstrip() if place.style == ">" else lines[row][indent:]
        if offset <= len(content):
            return row + 1, indent + offset + 1
        offset -= len(content) + 1
    return place.line, place.column


def _decode(path: Path | str, text: bytes, error: type[SourceError]) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = text.count(b"\n", 0, problem.start) + 1
        column = problem.start - text.rfind(b"\n", 0, problem.start)
        message = f"is not UTF-8: byte 0x{text[problem.start]:02x}"
        raise error(path, message, line, column, "save the file as UTF-8") from None


def _read_yaml(
    path: Path | str, text: str, error: type[SourceError], notes: list[UnreadableError] | None
) -> Any:
    try:
        return yaml_reader.read(text, notes=notes)
    except UnreadableError as problem:
        raise error(path, problem.problem, problem.line, problem.column, problem.advice) from None
