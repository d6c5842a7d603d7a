"""Reads YAML as plain JSON values, with the place of each; what JSON cannot hold is refused.

It takes the parser's events one by one: PyYAML's composer recurses in C, where deep nesting crashes Python.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple, NoReturn

import yaml

from metermock.errors import UnreadableError

MOST_NODES = 2_000_000
"""A document with more parts is an attack; aliases count each time they are used."""
MERGE = "<<\0"
"""The name of a merge key in its map; no key of a text can be it."""
DEEPEST = 100
"""A document that is nested deeper is an attack."""
TOO_DEEP = f"is nested deeper than {DEEPEST} levels"

_Loader = yaml.CSafeLoader | yaml.SafeLoader
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Place(NamedTuple):
    """The line and column of a part, from 1: of its key (or of the item), and of its own text."""

    line: int
    column: int
    text_line: int
    text_column: int
    style: str = ""
    text: str = ""


def read(
    text: str,
    places: dict[tuple[str, ...], Place] | None = None,
    *,
    notes: list[UnreadableError] | None = None,
) -> Any:
    """The document of a YAML text; `places` is filled with the place of each part, by pointer.

    With `notes` it is read as others have published it: keys that are no text, dates, merge keys and the
    tags of the core schema are read as what they mean, and noted there.
    """
    try:
        reader = _read(text, places, yaml.CSafeLoader, notes)
    except yaml.MarkedYAMLError as problem:
        raise _unreadable(text, problem) from None
    except yaml.YAMLError as problem:
        reason = str(problem).splitlines()[0]
        raise UnreadableError(f"is not YAML: {reason}") from None
    if not reader.documents:
        raise UnreadableError("is empty")
    return reader.root


def _read(
    text: str,
    places: dict[tuple[str, ...], Place] | None,
    loader: type[_Loader],
    notes: list[UnreadableError] | None = None,
) -> _Reader:
    reader = _Reader(places, notes)
    for event in yaml.parse(text, Loader=loader):
        reader.take(event)
    return reader


def _unreadable(text: str, problem: yaml.MarkedYAMLError) -> UnreadableError:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if "nesting" in (problem.problem or ""):
        return _too_deep(text, line, column)
    lines = text.splitlines()
    tab = 0 < line <= len(lines) and "\t" in lines[line - 1]
    advice = "indent with spaces, not with tabs" if tab else ""
    return UnreadableError(f"is not YAML: {problem.problem or problem.context}", line, column, advice)


def _too_deep(text: str, line: int, column: int) -> UnreadableError:
    """Our own error for nesting that PyYAML refuses, from 6.0.4 on, before it hands us any event.

    Its C parser looks ahead and stops at 1,000 levels; its Python parser, which is slow, has no limit, so our
    own speaks at the level that is too deep. Where it does not, the error stands where PyYAML's stood.
    """
    try:
        _read(text, None, yaml.SafeLoader, [])
    except UnreadableError as ours:
        return ours
    except yaml.YAMLError:
        pass
    return UnreadableError(TOO_DEEP, line, column)


class _Frame:
    """A list or map that is still open."""

    __slots__ = ("anchor", "key", "key_mark", "merged", "nodes_before", "path", "value")

    def __init__(self, value: Any, path: tuple[str, ...], anchor: str | None, nodes: int) -> None:
        self.value = value
        self.path = path
        self.anchor = anchor
        self.nodes_before = nodes
        self.key: str | None = None
        self.key_mark: Any = None
        self.merged: list[Any] = []


class _Reader:
    """Takes the parser's events one by one and builds plain values."""

    def __init__(
        self, places: dict[tuple[str, ...], Place] | None, notes: list[UnreadableError] | None = None
    ) -> None:
        self.root: Any = None
        self.documents = 0
        self._places = places
        self._notes = notes
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._begin(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                _fail(event, "holds a second document", "keep one document per file")

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._open[-1] if self._open else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._take_key(frame, event)
            return
        value = self._scalar(event)
        self._count(event, 1)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(event, value)

    def _take_key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        name = self._scalar(event)
        if name == "<<" and not event.style:
            self._odd(event, "merge", "has a merge key, `<<`", "write the members out: JSON has no merges")
            name = MERGE
        elif not isinstance(name, str):
            self._odd(event, "key", f"the key {event.value} is not text", f"quote it: '{event.value}'")
            name = event.value
        if name in frame.value:
            _fail(event, f"the key {name!r} is there twice", "keep one of them")
        frame.key = name
        frame.key_mark = event.start_mark

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        """The value of a text: by its form, unless quotes or a tag say that it is text."""
        text = event.value
        if event.tag:
            known = event.tag.removeprefix("tag:yaml.org,2002:")
            if self._notes is None or known not in ("str", "int", "float", "bool", "null"):
                _fail(event, f"has a tag, {event.tag!r}", "leave tags out: the document must also be JSON")
            return text if known == "str" else _plain(event, text)
        if event.style:
            return text
        if text and text[0] in "0123456789" and _DATE.fullmatch(text):
            self._odd(event, "date", f"{text} would be read as a date by some tools", f"quote it: '{text}'")
            return text
        return _plain(event, text)

    def _odd(self, event: yaml.Event, kind: str, problem: str, advice: str) -> None:
        """Note what JSON cannot hold where the text is read leniently, else refuse it."""
        if self._notes is None:
            _fail(event, problem, advice)
        mark: Any = event.start_mark
        self._notes.append(UnreadableError(problem, mark.line + 1, mark.column + 1, advice, kind=kind))

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag:
            _fail(event, f"has a tag, {event.tag!r}", "leave tags out: the document must also be JSON")
        self._count(event, 1)
        value: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(event, value)
        self._open.append(_Frame(value, path, event.anchor, self._nodes))
        if len(self._open) > DEEPEST:
            _fail(event, TOO_DEEP)

    def _end(self) -> None:
        frame = self._open.pop()
        for merged in frame.merged:
            # A member of its own, or of an earlier merge, wins.
            for each in merged if isinstance(merged, list) else [merged]:
                for name, value in each.items() if isinstance(each, dict) else ():
                    frame.value.setdefault(name, value)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, self._nodes - frame.nodes_before + 1)

    def _take_alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            _fail(event, f"the alias *{event.anchor} has no finished anchor before it")
        value, nodes = self._anchors[event.anchor]
        self._count(event, nodes)
        self._put(event, value)

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            _fail(event, f"has more than {MOST_NODES:,} parts once its aliases are followed")

    def _put(self, event: yaml.Event, value: Any) -> tuple[str, ...]:
        if not self._open:
            self.root = value
            return self._note((), event, event.start_mark)
        frame = self._open[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
            return self._note((*frame.path, str(len(frame.value) - 1)), event, event.start_mark)
        if frame.key is None:
            _fail(event, "has a key that is not text")
        path = self._note((*frame.path, frame.key), event, frame.key_mark)
        if frame.key == MERGE:
            frame.merged.append(value)
        else:
            frame.value[frame.key] = value
        frame.key = None
        return path

    def _note(self, path: tuple[str, ...], event: yaml.Event, mark: Any) -> tuple[str, ...]:
        if self._places is None:
            return ()
        own: Any = event.start_mark
        style, text = (event.style or "", event.value) if isinstance(event, yaml.ScalarEvent) else ("", "")
        self._places[path] = Place(mark.line + 1, mark.column + 1, own.line + 1, own.column + 1, style, text)
        return path


def _plain(event: yaml.ScalarEvent, text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return _number(event, text) if text[0] in "-+.0123456789" else text


def _number(event: yaml.ScalarEvent, text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = int(text) if _INTEGER.fullmatch(text) else float(text)
    except ValueError:
        number = math.inf
    if number in (math.inf, -math.inf):
        _fail(event, f"{text[:40]} is too large for a number", "quote it if it is text")
    return number


def _fail(event: yaml.Event, problem: str, advice: str = "") -> NoReturn:
    mark: Any = event.start_mark
    raise UnreadableError(problem, mark.line + 1, mark.column + 1, advice)
