"""A contract or a world as read from its file: the document, and where each of its parts stands."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from metermock.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NODES = 2_000_000
"""More parts than this, aliases counted each time they are used, is an attack and no document."""
DEEPEST = 200
"""Deeper nesting than this is an attack and no document."""

Pointer = tuple[str | int, ...]


class Source:
    """A YAML or JSON file as read: its bytes, its document, and the line of every part."""

    def __init__(self, path: Path, text: bytes, document: Any, error: type[SourceError]) -> None:
        self.path = path
        self.text = text
        self.document = document
        self._error = error

    def line(self, pointer: Sequence[str | int]) -> tuple[int, int]:
        """Line and column, from 1, of the key or item that `pointer` names.

        Where the document lacks it, its nearest parent is meant.
        """
        node, key = self._find(pointer)
        mark = (key or node).start_mark
        return mark.line + 1, mark.column + 1

    def text_place(self, pointer: Sequence[str | int], offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset` inside the text that `pointer` names.

        Escapes and folded lines are not followed: then it is the place where the text begins.
        """
        node, _ = self._find(pointer)
        mark = node.start_mark
        lines = self.text.decode("utf-8-sig").splitlines()
        before = str(node.value)[:offset]
        if node.style in ("|", ">"):
            row = mark.line + 1 + (before.count("\n") if node.style == "|" else 0)
            indent = len(lines[row]) - len(lines[row].lstrip()) if row < len(lines) else 0
            within = len(before) - before.rfind("\n") - 1
            return (row + 1, indent + within + 1) if node.style == "|" else (row + 1, indent + 1)
        shift = offset + (node.style is not None)
        line = lines[mark.line][mark.column : mark.column + shift + 1] if mark.line < len(lines) else ""
        direct = line[int(node.style is not None) :].startswith(before) and "\n" not in before
        return mark.line + 1, mark.column + 1 + (shift if direct else 0)

    def error(self, pointer: Sequence[str | int], problem: str, advice: str = "") -> SourceError:
        """The error that says what is wrong with the part that `pointer` names, ready to raise."""
        line, column = self.line(pointer)
        return self._error(self.path, problem, line, column, advice)

    @functools.cached_property
    def _root(self) -> yaml.Node:
        # JSON is YAML, so one composer knows the lines of both.
        return yaml.compose(self.text.decode("utf-8-sig"), Loader=_Loader)

    def _find(self, pointer: Sequence[str | int]) -> tuple[yaml.Node, yaml.Node | None]:
        node, key = self._root, None
        for token in pointer:
            step = _child(node, token)
            if step is None:
                break
            key, node = step
        return node, key


def read_source(path: Path | str, *, error: type[SourceError] = SourceError) -> Source:
    """A file's document: JSON where the name ends in `.json`, else YAML 1.2 without dates, tags and merges.

    Raises `error`, with line and column, for a file that is missing, is not UTF-8, does not parse,
    repeats a key, or holds what JSON cannot.
    """
    path = Path(path)
    try:
        text = path.read_bytes()
    except OSError as problem:
        raise error(path, f"cannot be read: {problem.strerror or problem}") from None
    decoded = _decode(path, text, error)
    read = _read_json if path.suffix.lower() == ".json" else _read_yaml
    return Source(path, text, read(path, decoded, error), error)


def _decode(path: Path, text: bytes, error: type[SourceError]) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = text.count(b"\n", 0, problem.start) + 1
        column = problem.start - text.rfind(b"\n", 0, problem.start)
        message = f"is not UTF-8: byte 0x{text[problem.start]:02x}"
        raise error(path, message, line, column, "save the file as UTF-8") from None


class _RepeatedKeyError(ValueError):
    """A JSON object names a key twice."""


def _read_json(path: Path, text: str, error: type[SourceError]) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as problem:
        raise error(path, f"is not JSON: {problem.msg}", problem.lineno, problem.colno) from None
    except (ValueError, RecursionError) as problem:
        raise error(path, f"is not usable JSON: {problem}") from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the key {twice!r} is there twice"
        raise _RepeatedKeyError(message)
    return members


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)


class _Loader(yaml.CSafeLoader):
    """Plain scalars mean what YAML 1.2 says: `on`, `no` and `12:30` are text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own interface


def _resolve(kind: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), list(first))  # type: ignore[no-untyped-call]


_resolve("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("int", r"^[-+]?[0-9]+$", "-+0123456789")
_resolve("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789")
_resolve("null", r"^(?:~|null|Null|NULL|)$", "~nN\0")
_Loader.yaml_implicit_resolvers[""] = _Loader.yaml_implicit_resolvers["~"]
_resolve("timestamp", r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?$", "0123456789")
_resolve("merge", r"^<<$", "<")


def _read_yaml(path: Path, text: str, error: type[SourceError]) -> Any:
    _refuse_deep(path, text, error)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as problem:
        raise _syntax_error(path, text, problem, error) from None
    except yaml.YAMLError as problem:
        raise error(path, f"is not YAML: {problem}") from None
    if root is None:
        raise error(path, "is empty")
    return _Builder(path, error).build(root, 0)


def _refuse_deep(path: Path, text: str, error: type[SourceError]) -> None:
    # The composer recurses in C: brackets by the thousand would end the process instead of raising.
    if text.count("[") + text.count("{") + text.count("- ") < DEEPEST:
        return
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    dashes = max((line.count("- ") for line in text.splitlines()), default=0)
    if deepest > DEEPEST * 5 or dashes > DEEPEST * 5:
        raise error(path, f"is nested deeper than {DEEPEST} levels")


def _syntax_error(path: Path, text: str, problem: yaml.MarkedYAMLError, error: type[SourceError]) -> SourceError:
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    lines = text.splitlines()
    tab = 0 < line <= len(lines) and "\t" in lines[line - 1]
    advice = "indent with spaces, not with tabs" if tab else ""
    return error(path, f"is not YAML: {problem.problem or problem.context}", line, column, advice)


class _Builder:
    """Makes plain values of YAML nodes, and refuses what JSON cannot hold."""

    def __init__(self, path: Path, error: type[SourceError]) -> None:
        self._path = path
        self._error = error
        self._nodes = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            self._fail(node, "is too large once its aliases are followed, or nested too deep")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._fail(node, f"has a tag, {node.tag!r}", "leave tags out: the document must also be JSON")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        return [self.build(item, depth + 1) for item in node.value]

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, value in node.value:
            name = self._key(key)
            if name in members:
                self._fail(key, f"the key {name!r} is there twice", "keep one of them")
            members[name] = self.build(value, depth + 1)
        return members

    def _key(self, key: yaml.Node) -> str:
        if key.tag == "tag:yaml.org,2002:str":
            return str(key.value)
        if key.tag == "tag:yaml.org,2002:merge":
            self._fail(key, "has a merge key, `<<`", "write the members out: JSON has no merges")
        if isinstance(key, yaml.ScalarNode):
            self._fail(key, f"the key {key.value} is not text", f"quote it: '{key.value}'")
        return self._fail(key, "has a key that is not text")

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind == "str":
            return node.value
        if kind == "timestamp":
            self._fail(node, f"{node.value} would be read as a date by some tools", f"quote it: '{node.value}'")
        read = _SCALARS.get(kind)
        if read is None:
            return self._fail(node, f"has a tag, {node.tag!r}", "leave tags out: the document must also be JSON")
        try:
            return read(node.value)
        except ValueError:
            return self._fail(node, f"{node.value[:40]!r} cannot be read as {kind}", "quote it if it is text")

    def _fail(self, node: yaml.Node, problem: str, advice: str = "") -> NoReturn:
        mark = node.start_mark
        raise self._error(self._path, problem, mark.line + 1, mark.column + 1, advice)


_SCALARS = {
    "bool": lambda text: text.lower() == "true",
    "int": int,
    "float": float,
    "null": lambda _: None,
}


def _child(node: yaml.Node, token: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(token)), None)
    if isinstance(node, yaml.SequenceNode) and str(token).isdecimal() and int(token) < len(node.value):
        return None, node.value[int(token)]
    return None
