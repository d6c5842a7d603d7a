"""The codes of an error: each says what this error is, and is no other error's where the document lets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.errors import Refusal
from metermock.server.generation.words import names
from metermock.server.generation.words.error_codes import codes_of, is_of_another

CODES = ("code", "error_code", "type", "key", "slug")
_NEUTRAL = frozenset({"error", "err", "fail", "failed", "failure", "problem", "about:blank"})
"""What says no more than that something went wrong."""
_DEEPEST = 2

Path = tuple[str, ...]
Accepts = Callable[[Any], bool]


def with_codes(told: Any, refusal: Refusal, code: str, accepts: Accepts) -> Any:
    """An error under the codes of its schema; another error's code is left out where it can be."""
    codes = [code, *codes_of(refusal.reason)]
    for path, value in list(_fields(told, CODES)):
        if not isinstance(value, str) or value in codes or _is_address(value):
            continue
        fitting = next(filter(accepts, (_with(told, path, each) for each in codes)), None)
        if fitting is not None:
            told = fitting
        elif is_of_another(value, refusal.reason):
            lean = _with(told, path, ABSENT)
            told = lean if accepts(lean) else told
    return told


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a borrowed error may say: nothing of the error that lends its form."""

    refusal: Refusal
    said: Iterable[Any]
    status: int
    accepts: Accepts

    def of(self, told: Any, example: Any) -> Any:
        """The error without others' codes and the example's sentences; `ABSENT` where it needs them."""
        said = {each for each in self.said if isinstance(each, str)}
        codes = {*said, *codes_of(self.refusal.reason), *_NEUTRAL, self.status}
        for path, value in list(_fields(told, CODES)):
            if isinstance(value, str | int) and value not in codes:
                told = self._with(told, path, *([self.status] if isinstance(value, int) else []), ABSENT)
        for path, value in list(_fields(told)) if example is not None else ():
            if isinstance(value, str) and " " in value and value not in said and value == _at(example, path):
                told = self._with(told, path, ABSENT)
        if told is ABSENT:
            return ABSENT
        speaks = any(value in said for _, value in _fields(told))
        is_listed = bool(self.refusal.violations) and told != example
        return told if (speaks or is_listed) and self.accepts(told) else ABSENT

    def _with(self, told: Any, path: Path, *values: Any) -> Any:
        """The error with the first of such values that it can have at a place; `ABSENT` for none."""
        if told is ABSENT:
            return ABSENT
        return next(filter(self.accepts, (_with(told, path, value) for value in values)), ABSENT)


def _fields(told: Any, wanted: Iterable[str] = (), path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The fields of such names, or all, of an object and of those inside it."""
    if not isinstance(told, dict) or len(path) > _DEEPEST:
        return
    for name, value in told.items():
        if isinstance(value, dict):
            yield from _fields(value, wanted, (*path, name))
        elif not isinstance(value, list) and (not wanted or names.plain(name) in wanted):
            yield (*path, name), value


def _with(told: Any, path: Path, value: Any) -> Any:
    """A copy with a value at a place; without the place where it is `ABSENT`."""
    name, *rest = path
    if rest:
        return {**told, name: _with(told[name], tuple(rest), value)}
    if value is ABSENT:
        return {each: one for each, one in told.items() if each != name}
    return {**told, name: value}


def _at(told: Any, path: Path) -> Any:
    for name in path:
        told = told.get(name) if isinstance(told, dict) else None
    return told


def _is_address(value: str) -> bool:
    return "/" in value or ":" in value
