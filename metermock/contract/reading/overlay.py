"""An Overlay as read: an ordered list of changes of a document (Overlay Specification 1.0 and 1.1)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonpath

from metermock.contract.reading.structure import Pointer
from metermock.errors import ContractError, SourceError
from metermock.source import Source, read_source

_VERSION = re.compile(r"1\.[01]\.\d+")
_KEYS = ("overlay", "info", "extends", "actions")
_ACTION_KEYS = {
    "1.0": ("target", "description", "update", "remove"),
    "1.1": ("target", "description", "update", "copy", "remove"),
}
_QUERIES = jsonpath.JSONPathEnvironment(strict=True)


@dataclass(frozen=True, slots=True)
class Query:
    """A JSONPath (RFC 9535), and where it stands in the overlay."""

    text: str
    pointer: Pointer
    compiled: Any

    def select(self, source: Source, document: Any) -> list[tuple[Pointer, Any]]:
        """The parts of a document that it selects, each once, in their order."""
        found: dict[Pointer, Any] = {}
        try:
            for match in self.compiled.finditer(document):
                found.setdefault(tuple(match.parts), match.obj)
        except (jsonpath.JSONPathError, RecursionError) as problem:
            raise source.error(self.pointer, f"{self.text} cannot be applied: {_reason(problem)}") from None
        return list(found.items())


@dataclass(frozen=True, slots=True)
class Action:
    """One change: what `target` selects is removed, or gets `update` or what `copy` selects."""

    pointer: Pointer
    target: Query
    is_removal: bool
    has_update: bool
    update: Any
    copy: Query | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay's file and its actions."""

    source: Source
    version: str
    """`1.0` or `1.1`."""
    extends: str
    """The document that it names; empty where it names none."""
    actions: tuple[Action, ...]


def read_overlay(path: Path) -> Overlay:
    """The overlay in a file; ContractError, with the line, for what the specification does not allow."""
    return _Form(read_source(path, error=ContractError, is_lenient=True)).overlay()


class _Form:
    """Holds an overlay's file to the form that the specification gives it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._version = ""

    def overlay(self) -> Overlay:
        document = self._source.document
        if not isinstance(document, dict) or "overlay" not in document:
            advice = "an overlay begins with `overlay: 1.1.0`"
            raise self._source.error((), "is no Overlay: it has no field overlay", advice)
        version = document["overlay"]
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise self._source.error(
                ("overlay",), f"overlay is {version!r}", "metermock applies Overlays 1.0.x and 1.1.x"
            )
        self._version = version[:3]
        self._demand_known(document, _KEYS, ())
        self._demand_info(document.get("info"))
        extends = document.get("extends", "")
        if not isinstance(extends, str):
            raise self._source.error(("extends",), "extends is no text: it names a document")
        return Overlay(self._source, self._version, extends, self._actions(document.get("actions")))

    def _demand_known(self, value: dict[str, Any], known: tuple[str, ...], at: Pointer) -> None:
        for name in value:
            if name in known or name.startswith("x-"):
                continue
            if name == "copy":
                raise self._source.error((*at, name), "copy came with Overlay 1.1", "write overlay: 1.1.0")
            near = difflib.get_close_matches(name, known, 1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise self._source.error((*at, name), f"{name!r} is no field that an Overlay has here", advice)

    def _demand_info(self, info: Any) -> None:
        for name in ("title", "version"):
            if not isinstance(info, dict) or not isinstance(info.get(name), str):
                raise self._source.error(
                    ("info", name), f"info has no {name}", "an overlay has a title and a version, as texts"
                )

    def _actions(self, listed: Any) -> tuple[Action, ...]:
        if not isinstance(listed, list) or not listed:
            raise self._source.error(("actions",), "actions is no list with an action in it")
        return tuple(self._action(entry, ("actions", index)) for index, entry in enumerate(listed))

    def _action(self, entry: Any, at: Pointer) -> Action:
        if not isinstance(entry, dict):
            raise self._source.error(at, "an action is a map with a target")
        self._demand_known(entry, _ACTION_KEYS[self._version], at)
        is_removal = entry.get("remove", False)
        if not isinstance(is_removal, bool):
            raise self._source.error((*at, "remove"), "remove is true or false")
        if "update" in entry and "copy" in entry and not is_removal:
            raise self._source.error((*at, "copy"), "an action has either update or copy")
        if not is_removal and "update" not in entry and "copy" not in entry:
            what = "update, copy or remove" if self._version != "1.0" else "update or remove"
            raise self._source.error(at, "the action changes nothing", f"give it {what}")
        target = self._query(entry, "target", at)
        copy = self._query(entry, "copy", at) if "copy" in entry else None
        return Action(at, target, is_removal, "update" in entry, entry.get("update"), copy)

    def _query(self, entry: dict[str, Any], name: str, at: Pointer) -> Query:
        text, pointer = entry.get(name), (*at, name)
        if not isinstance(text, str):
            problem = f"{name} is no text" if name in entry else f"the action has no {name}"
            raise self._source.error(pointer, problem, "write a JSONPath: $.paths['/usage'].get")
        try:
            return Query(text, pointer, _QUERIES.compile(text))
        except jsonpath.JSONPathError as problem:
            raise self._not_json_path(text, pointer, problem) from None
        except RecursionError:
            raise self._source.error(pointer, f"the {name} is nested too deep to be read") from None

    def _not_json_path(self, text: str, pointer: Pointer, problem: jsonpath.JSONPathError) -> SourceError:
        where = f" at character {problem.token.index + 1}" if problem.token is not None else ""
        advice = "begin it with $" if not text.startswith("$") else "names with /, - or . stand in ['…']"
        return self._source.error(pointer, f"{text} is no JSONPath{where}: {_reason(problem)}", advice)


def _reason(problem: Exception) -> str:
    # Its text is several lines long, and cannot be made for an empty query.
    return str(problem.args[0]) if problem.args else type(problem).__name__
