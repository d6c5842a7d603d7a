"""Series whose steps are pairs of an instant and a number: `[[1773792000, 12.5], …]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import is_number, types_of
from metermock.contract.schemas import Schemas
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.makers.series import Series
from metermock.server.generation.values.acceptance import Acceptance
from metermock.server.generation.values.instants import Notation, notation_of, text_in
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import Grain

_TELLS = re.compile(r"(?i)\b(time ?stamps?|unix|epoch|times?|dates?|instants?|seconds since)\b")
_MILLIS = re.compile(r"(?i)\b(ms|millis|milliseconds?)\b")
_NAMES = frozenset(
    {"datapoints", "data_points", "timeseries", "time_series", "samples", "history", "prices", "market_caps"}
    | {"total_volumes", "sparkline"}
)
"""What lists of such pairs are called where nothing else says so."""
_PLACES = frozenset({"coordinates", "coordinate", "position", "polygon", "bbox", "bounds", "location"})
"""Lists of pairs that are places, or other ends of a span."""
_ERA, _MILLENNIA = 1_000_000_000, 100_000_000_000
"""Numbers from which on one is an instant in seconds, and in milliseconds."""
_TWO = 2


def pairs_in(schemas: Schemas, name: str, whole: Mapping[str, Any], items: Node) -> Pairs | None:
    """What makes a list whose items are pairs of an instant and a number; None for any other list."""
    rest = whole.get("items")
    item = together(schemas, rest) if isinstance(rest, dict) else {}
    if "prefixItems" in whole or not item or types_of(schemas, rest) - {"null"} != {"array"}:
        return None
    parts = item.get("prefixItems") or [item.get("items")] * _TWO
    if len(parts) != _TWO or not all(isinstance(each, dict) for each in parts):
        return None
    if item.get("minItems", _TWO) > _TWO or item.get("maxItems", _TWO) != _TWO:
        return None
    first, second = (together(schemas, each) for each in parts)
    if not types_of(schemas, parts[1]) & {"integer", "number"} or names.plain(name) in _PLACES:
        return None
    notation = _notation(schemas, name, (whole, item, first, second), parts[0])
    if notation is None:
        return None
    most, takes = whole.get("maxItems"), Acceptance(schemas, rest, closed=False)
    bounds = int(whole.get("minItems", 0)), None if most is None else int(most)
    return Pairs(items, name, notation, takes, bounds)


def _notation(schemas: Schemas, name: str, said: tuple[Mapping[str, Any], ...], part: Any) -> Notation | None:
    """How the first of a pair writes an instant; None for what is none."""
    whole, item, first, _ = said
    types = types_of(schemas, part) - {"null"}
    if types == {"string"}:
        return notation_of("time", first, types)
    text = " ".join(str(each.get(key, "")) for each in said for key in ("title", "description"))
    shown = _shown(whole) or _shown({"example": [_any(item)]}) or first.get("example")
    if is_number(shown) and shown >= _ERA:
        return "milliseconds" if shown >= _MILLENNIA else "seconds"
    if not types & {"integer", "number"} or not (_TELLS.search(text) or names.plain(name) in _NAMES):
        return None
    return "milliseconds" if _MILLIS.search(text) else "seconds"


def _any(whole: Mapping[str, Any]) -> Any:
    several = whole.get("examples")
    return whole.get("example", several[0] if isinstance(several, list) and several else None)


def _shown(whole: Mapping[str, Any]) -> Any:
    """The first number of the first pair of an example."""
    value = _any(whole)
    for _ in range(_TWO):
        value = value[0] if isinstance(value, list) and value else None
    return value


class Pairs(Series):
    """A list of such pairs, one for each step of time."""

    def __init__(
        self, items: Node, name: str, notation: Notation, takes: Acceptance, bounds: tuple[int, int | None]
    ) -> None:
        begin = Facts("timestamp", notation=notation)
        super().__init__(items, name, (), begin, None, low=bounds[0], high=bounds[1])
        self._takes = takes

    def _row(self, grain: Grain, number: int, scene: Scene, key: int, depth: int, *, is_main: bool) -> Any:
        row = super()._row(grain, number, scene, key, depth, is_main=is_main)
        if not isinstance(row, list) or not row:
            return row
        pair = [text_in(grain.where, grain.begin(number), self.notation), row[-1]]
        return pair if self._takes(pair) else row
