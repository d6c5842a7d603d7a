"""What a made error need not say: fields that nothing in the request fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock.errors import Refusal, Violation
from metermock.server.generation.words import names

PLACES = frozenset(
    {"loc", "field", "path", "param", "parameter", "pointer", "source", "property", "location"}
)
"""Fields of a row that say which part of a request is wrong."""
INPUTS = frozenset({"input", "value", "rejected_value"})
"""Fields of a row that repeat what was sent."""
_CONTEXTS = frozenset({"ctx", "context", "meta", "metadata", "params"})
_OCCURRENCES = frozenset({"instance"})
_DEEPEST = 2


def leaner(told: Any, refusal: Refusal) -> Iterator[Any]:
    """The error without such fields, the leanest first.

    Lists of mistakes are left out where nothing was wrong in a place, or are empty; so are contexts, inputs
    and instances that would be made up.
    """
    for is_left_out in (True, False):
        lean = _lean(told, refusal, 0, is_left_out=is_left_out)
        if lean != told:
            yield lean


def place(wrong: Violation) -> list[str | int]:
    """Where a mistake is, as a list of steps: `["body", "lines", 0, "sku"]`, `["query", "limit"]`."""
    if not wrong.name.startswith("/"):
        # Of a whole body both are the same word.
        return list(dict.fromkeys((wrong.location, wrong.name)))
    steps = (step.replace("~1", "/").replace("~0", "~") for step in wrong.name[1:].split("/"))
    return [wrong.location, *(int(step) if step.isdecimal() else step for step in steps)]


def _lean(told: Any, refusal: Refusal, depth: int, *, is_left_out: bool) -> Any:
    if isinstance(told, list):
        return [_row(each, refusal) if isinstance(each, dict) else each for each in told]
    if not isinstance(told, dict) or depth > _DEEPEST:
        return told
    lean: dict[str, Any] = {}
    for name, value in told.items():
        if not refusal.violations and _are_mistakes(value):
            if not is_left_out:
                lean[name] = []
        elif names.plain(name) not in _OCCURRENCES:
            is_inner = isinstance(value, dict | list)
            lean[name] = _lean(value, refusal, depth + 1, is_left_out=is_left_out) if is_inner else value
    return lean


def _are_mistakes(value: Any) -> bool:
    """Whether it is a list of what is wrong in places of a request."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(each, dict) and PLACES & set(map(names.plain, each)) for each in value)


def _row(row: Mapping[str, Any], refusal: Refusal) -> dict[str, Any]:
    """A row without context, and without an input that nobody knows."""
    sent = [each.value for each in refusal.violations if each.value is not None]
    return {
        name: value
        for name, value in row.items()
        if not (names.plain(name) in _CONTEXTS or (names.plain(name) in INPUTS and value not in sent))
    }
