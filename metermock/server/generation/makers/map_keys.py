"""The keys of objects whose fields have names of their own: days, codes, models, or what a document shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain, pairwise
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.samples import Samples
from metermock.contract.schemas import Schemas
from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation.makers.label_maps import Labels
from metermock.server.generation.makers.lists import bounded
from metermock.server.generation.makers.maps import Map
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.values import texts
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.patterns import matches
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import (
    DEEPEST,
    Picker,
    Scene,
    TooDeepError,
    child,
    parted,
    pick,
    salt,
)
from metermock.server.generation.words import map_words, names
from metermock.server.generation.words.grains import UTC

_KEYED = re.compile(
    r"(?i)\b(?:keyed by|keys are|keyed on|map of|by its|by their) (?:the |each |an? )?([a-z]+)"
)
"""Where a description says what keys are."""
_BY = frozenset({"by", "per"})
_TIMES: Mapping[str, str] = {
    **dict.fromkeys(("date", "dates", "day", "days", "daily"), "day"),
    **dict.fromkeys(("month", "months", "monthly"), "month"),
}
_WRITTEN: Mapping[str, str] = {
    "day": "2026-03-18",
    "month": "2026-03",
    "midnight": "2026-03-18T00:00:00Z",
}
"""What a key looks like that stands for a step of time."""
_USUAL = 7
"""Days, or months, of an object that has one field for each."""
_MONTH = len("2026-03")
_DRAWS = 16
_MOST = 1000
"""Numbers behind the names of one object."""


class Dated:
    """An object with a field for each of the last days or months; a day has the same value at every clock."""

    def __init__(self, values: Node, unit: str, *, low: int, high: int | None) -> None:
        self.values = values
        self.unit = unit
        """`month`, `day`, or `midnight` for days that are written as instants."""
        self.low = low
        self.high = high

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> dict[str, Any]:
        """The fields in the order of time, the last of them today's."""
        del main
        if depth > DEEPEST:
            raise TooDeepError
        is_short = scene.sparse or scene.is_empty or depth > scene.deep
        count = 0 if is_short else _USUAL
        count = bounded(count, self.low, self.high)
        days = [self._written(scene.now, back) for back in reversed(range(count))]
        key = parted(key)
        return {day: self.values.make(scene, key ^ salt(day), depth + 1) for day in days}

    def _written(self, now: int, back: int) -> str:
        if self.unit == "month":
            return str(written(month_edge(now, -back, UTC), "date"))[:_MONTH]
        midnight = now // DAY * DAY - back * DAY
        return str(written(midnight, "date-time" if self.unit == "midnight" else "date"))


class Outcomes(Map):
    """An object with a field for each way in which something ended, most often the good one."""

    leading = ""

    def led_by(self, leading: str) -> Outcomes:
        """The same, with a field of this name wherever it has any."""
        self.leading = leading
        return self

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> dict[str, Any]:
        """Two or three fields, among them the good one."""
        made = super().make(scene, key, depth, main=main)
        if not made or self.leading in made:
            return made
        first, *others = made
        return {self.leading: made[first], **{name: made[name] for name in others}}


def map_of(
    schemas: Schemas, whole: Mapping[str, Any], name: str, owner: str, values: Node, *, pattern: str | None
) -> Node:
    """The node of an object whose fields have the names that its own name, or its document, suggests.

    An empty `name` is that of an object of which nobody says what its fields are.
    """
    high = whole.get("maxProperties")
    most = None if high is None else int(high)
    low = max(int(whole.get("minProperties", 0)) - len(whole.get("properties", {})), 0)
    keys = whole.get("propertyNames")
    rules = together(schemas, keys) if isinstance(keys, dict) else {}
    if pattern is not None:
        rules = {"pattern": pattern, **rules}
    if rules.get("enum") == []:
        # No name is allowed: the empty object alone is.
        return Map(values, str, 0, 0)
    unit = _unit(whole, rules, name)
    if unit is not None and _takes(rules, _WRITTEN[unit]):
        return Dated(values, unit, low=low, high=most)
    kind = map_words.kind_of(name, _key_word(whole, name), is_counted=_is_counted(schemas, whole))
    found = _drawn(whole, rules, _pool(kind, name), owner)
    is_labels = found is None and not isinstance(keys, dict) and _are_texts(whole)
    drawn = found or Picker(pool("meta_key" if is_labels else "slug"))
    further = partial(_further, schemas, True if keys is None else keys, drawn, pattern)
    if isinstance(keys, dict):
        drawn = _taken(schemas, keys, drawn)
    leading = map_words.LEADING.get(kind, "") if map_words.tells_outcomes(name) else ""
    if leading in getattr(drawn, "values", ()):
        return Outcomes(values, drawn, low, most, further).led_by(leading)
    return (Labels if is_labels else Map)(values, drawn, low, most, further)


def _are_texts(whole: Mapping[str, Any]) -> bool:
    """Whether the fields of an object may be any texts."""
    values = whole.get("additionalProperties", whole.get("unevaluatedProperties", True))
    if not isinstance(values, dict) or not values or "patternProperties" in whole:
        return "patternProperties" not in whole
    is_plain = values.keys() <= {"type", "title", "description", "nullable"}
    return is_plain and values.get("type") == "string"


def _taken(schemas: Schemas, keys: Any, drawn: TextMaker) -> TextMaker:
    """Draws keys that the document takes, as far as any are known."""
    takes = Acceptance(schemas, keys, closed=False)
    said = cache(lambda: tuple(_said(schemas, keys)))

    def draw(key: int) -> str:
        first = drawn(key)
        if takes(first):
            return first
        others = (drawn(child(key, number)) for number in range(_DRAWS))
        return next((each for each in others if takes(each)), pick(key, said() or (first,)))

    return draw


def _said(schemas: Schemas, keys: Any) -> list[str]:
    """Texts that a schema of keys accepts."""
    found = Samples(schemas).accepted(keys, is_request=False) if isinstance(keys, dict) else []
    return [each for each in found if isinstance(each, str)]


def _further(schemas: Schemas, keys: Any, drawn: TextMaker, pattern: str | None) -> Iterator[str]:
    """Names that the document takes beside those that are drawn: what it says, and these with a number."""
    takes = Acceptance(schemas, keys, closed=False)
    bases = dict.fromkeys(drawn(salt(number)) for number in range(_DRAWS))
    numbered = (f"{base}{mark}{number}" for number in range(2, _MOST) for mark in ("_", "") for base in bases)
    for name in chain(_said(schemas, keys), numbered):
        if (pattern is None or matches(pattern, name)) and takes(name):
            yield name


def _unit(whole: Mapping[str, Any], rules: Mapping[str, Any], name: str) -> str | None:
    """The steps of time that keys stand for; None where they stand for something else."""
    if rules.get("format") in ("date", "date-time"):
        return "day" if rules["format"] == "date" else "midnight"
    shown = _shown(whole)
    if shown:
        forms = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d"}
        return next(
            (unit for unit, form in forms.items() if all(re.fullmatch(form, each) for each in shown)), None
        )
    is_of_limits = not names.LIMITS.isdisjoint(map(names.singular, names.words_of(name)))
    words = [] if is_of_limits else [each for each in names.words_of(name) if each in map_words.SEVERAL]
    return next((_TIMES[word] for word in (_key_word(whole, name), *words) if word in _TIMES), None)


def _is_counted(schemas: Schemas, whole: Mapping[str, Any]) -> bool:
    """Whether the values of an object are numbers."""
    patterns = whole.get("patternProperties")
    values = next(iter(patterns.values())) if patterns else whole.get("additionalProperties")
    types = types_of(schemas, values) if isinstance(values, dict) else frozenset()
    return bool(types & {"integer", "number"}) and not types & {"string", "object", "array"}


def _pool(kind: str, name: str) -> Sequence[str]:
    """Keys of a kind; of what only counts what went wrong, the codes of errors."""
    if kind in map_words.LEADING and names.has(name, frozenset(map_words.BAD)):
        return [code for code in pool("status_code") if code[0] in "45"]
    return pool(kind) if kind else ()


def _key_word(whole: Mapping[str, Any], name: str) -> str:
    """The word that says what keys are: behind `by`, or in the description; empty where none does."""
    words = names.words_of(name)
    by = [after for before, after in pairwise(words) if before in _BY]
    told = _KEYED.search(str(whole.get("description", "")))
    return by[0] if by else told[1].lower() if told else ""


def _drawn(
    whole: Mapping[str, Any], rules: Mapping[str, Any], usual: Sequence[str], owner: str
) -> TextMaker | None:
    """What makes keys, of the usual ones if nothing says others; None where nothing says which."""
    if isinstance(rules.get("enum"), list):
        return Picker(tuple(rules["enum"]))
    shown = [each for each in _shown(whole) if _takes(rules, each)]
    if shown:
        return Picker(tuple(shown))
    known = [each for each in usual if _takes(rules, each)]
    if known:
        return Picker(tuple(dict.fromkeys(known)))
    return texts.maker("" if "pattern" in rules else "key", owner, rules) if rules else None


def _shown(whole: Mapping[str, Any]) -> list[str]:
    shown = whole.get("example")
    return [*shown] if isinstance(shown, dict) else []


def _takes(rules: Mapping[str, Any], key: str) -> bool:
    """Whether a pattern and lengths for keys take one."""
    pattern, high = rules.get("pattern"), rules.get("maxLength")
    fits = rules.get("minLength", 0) <= len(key) and (high is None or len(key) <= high)
    return fits and (not isinstance(pattern, str) or matches(pattern, key))
