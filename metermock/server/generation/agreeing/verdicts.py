"""Errors beside the word that all went well: there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_WELL = frozenset({"success", "ok", "successful", "succeeded", "is_success", "is_ok", "is_successful"})
_ERRORS = frozenset(
    {"error", "errors", "error_message", "error_messages", "error_code", "error_codes", "error_type"}
    | {"error_msg", "error_details", "error_detail", "error_description", "error_reason", "failure_reason"}
)


_CODES = frozenset({"code", "status", "number", "line", "index", "position"})
"""Numbers that an error may have."""


def verdicts(fields: Sequence[Facts]) -> Iterator[Step]:
    """A reply that says `success` says true, and has no error beside it; a row that failed keeps its own."""
    said = next((each for each in fields if names.plain(each.name) in _WELL), None)
    if said is None:
        return
    yield _well(said)
    yield from (_none(said, each) for each in fields if names.plain(each.name) in _ERRORS)


def _well(said: Facts) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        return {said.name: True} if scene.home and made.get(said.name) is False else {}

    return step


def _none(said: Facts, error: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        value = made.get(error.name)
        if made.get(said.name) is not True or not value or isinstance(value, bool | int | float):
            return {}
        if _has_figures(value):
            return {}
        empty = [type(value)()] if isinstance(value, list) else []
        absent = [] if error.is_required else [ABSENT]
        wanted = [*empty, None, *absent, type(value)()]
        found = [each for each in wanted if each is ABSENT or error.accepts(each)]
        return {error.name: found[0]} if found else {}

    return step


def _has_figures(value: Any) -> bool:
    """Whether errors are statistics of calls that failed, and not what went wrong with this one."""
    row = value[0] if isinstance(value, list) else value
    if not isinstance(row, dict):
        return False
    return any(
        isinstance(each, int | float) and not isinstance(each, bool) and not names.has(name, _CODES)
        for name, each in row.items()
    )
