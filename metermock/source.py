"""A contract or a world as read from its file: the document, and the line of each of its parts."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from metermock import yaml_reader
from metermock.errors import SourceError, UnreadableError
from metermock.yaml_reader import Place


class Source:
    """A YAML or JSON file as read: its bytes, its document, and the line of every part."""

    def __init__(self, path: Path, text: bytes, document: Any, error: type[SourceError]) -> None:
        self.path = path
        self.text = text
        self.document = document
        self._error = error

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
        # JSON is YAML, so one reader knows the lines of both. Only errors need them.
        places: dict[tuple[str, ...], Place] = {}
        yaml_reader.read(self.text.decode("utf-8-sig"), places)
        return places

    def _place(self, pointer: Sequence[str | int]) -> Place:
        path = tuple(str(token) for token in pointer)
        while path not in self._places:
            path = path[:-1]
        return self._places[path]


def read_source(path: Path | str, *, error: type[SourceError] = SourceError) -> Source:
    """A file's document: JSON where the name ends in `.json`, else YAML 1.2 that JSON can hold.

    Raises `error`, with line and column, for a file that is missing, is not UTF-8, does not parse,
    repeats a key, or has dates, tags, merge keys, or keys that are not text.
    """
    path = Path(path)
    try:
        text = path.read_bytes()
    except OSError as problem:
        raise error(path, f"cannot be read: {problem.strerror or problem}") from None
    decoded = _decode(path, text, error)
    read = _read_json if path.suffix.lower() == ".json" else _read_yaml
    return Source(path, text, read(path, decoded, error), error)


def _in_block(lines: list[str], place: Place, offset: int) -> tuple[int, int]:
    """The line and column in a literal or folded block; its lines are joined by one character each."""
    for row in range(place.text_line, len(lines)):
        indent = len(lines[row]) - len(lines[row].lstrip())
        content = lines[row][indent:].rstrip() if place.style == ">" else lines[row][indent:]
        if offset <= len(content):
            return row + 1, indent + offset + 1
        offset -= len(content) + 1
    return place.line, place.column


def _decode(path: Path, text: bytes, error: type[SourceError]) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = text.count(b"\n", 0, problem.start) + 1
        column = problem.start - text.rfind(b"\n", 0, problem.start)
        message = f"is not UTF-8: byte 0x{text[problem.start]:02x}"
        raise error(path, message, line, column, "save the file as UTF-8") from None


def _read_yaml(path: Path, text: str, error: type[SourceError]) -> Any:
    try:
        return yaml_reader.read(text)
    except UnreadableError as problem:
        raise error(path, problem.problem, problem.line, problem.column, problem.advice) from None


def _read_json(path: Path, text: str, error: type[SourceError]) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    except json.JSONDecodeError as problem:
        raise error(path, f"is not JSON: {problem.msg}", problem.lineno, problem.colno) from None
    except (ValueError, RecursionError) as problem:
        raise error(path, f"is not usable JSON: {problem}") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the key {twice!r} is there twice"
        raise ValueError(message)
    return members


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)
