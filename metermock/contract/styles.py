"""How parameters stand on the wire: `style` and `explode` of OpenAPI, read into texts, and written from them.

Nothing here knows types: a primitive is a text, an array a list of texts, an object a map of texts. A text
may have several readings: `a,b` is a list, and a text too where the schema allows both. The schema decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from metermock.contract.wire_text import Pairs, WireText, joined, pieces

Form = Literal["text", "list", "map"]
Raw = Any
"""A text, a list of raws, or a map of raws."""

DEFAULT_STYLES: Mapping[str, str] = {
    "query": "form",
    "cookie": "form",
    "path": "simple",
    "header": "simple",
    "querystring": "form",
}
STYLES: Mapping[str, tuple[str, ...]] = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "cookie": ("form", "cookie"),
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
    "querystring": ("form",),
}
"""By place; the first is not always the default."""
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that the specification tells readers to ignore."""
DEEPEST = 20
"""Brackets of one key that are read; more of them are an attack."""
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass(frozen=True, slots=True)
class Style:
    """The style of one parameter: its name, whether its parts stand apart, and the form of its value.

    `members` are the names of an object's fields, where an exploded form has to know them. `forms` are all
    that the schema allows, where it allows several.
    """

    name: str
    style: str
    explode: bool
    form: Form
    members: frozenset[str] = frozenset()
    is_open: bool = False
    """Whether an object takes other fields than its members."""
    forms: frozenset[Form] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether its value is always one text."""
        return self.form == "text"

    @property
    def _is_deep(self) -> bool:
        return self.style == "deepObject" and not self.is_plain

    @property
    def takes_any_name(self) -> bool:
        """Whether it takes pairs under any name: those that no other parameter has."""
        return self.is_open and self._is_spread_map

    @property
    def _is_spread_map(self) -> bool:
        return self.explode and self._takes("map") and not self._is_deep

    @property
    def says_empty_by_nothing(self) -> bool:
        """Whether an object without fields is written as no pair at all, so that it cannot be missing."""
        return self._is_spread_map or (self._is_deep and self._takes("map"))

    def _takes(self, form: Form) -> bool:
        return form == self.form or form in self.forms

    # Queries and cookies -----------------------------------------------------------------------------

    def of_query(self, pairs: Pairs, known: frozenset[str]) -> Raw:
        """The likeliest raw value in a query's pairs; None without one. `known` as for `all_of_query`."""
        return next(iter(self.all_of_query(pairs, known)), None)

    def all_of_query(self, pairs: Pairs, known: frozenset[str]) -> list[Raw]:
        """The raw values that a query's pairs may say, the likeliest first; none where it has none.

        `known` are the names of parameters: their pairs are no fields of this one.
        """
        given = [text for name, text in pairs if name == self.name]
        if self.is_plain:
            return given[-1:]
        found: list[Raw] = []
        if self._is_deep:
            nested = _nested(self.name, [pair for pair in pairs if self._is_nested(pair[0], known)])
            found += [] if nested is None else [nested]
        elif self._is_spread_map:
            fields = _gathered(pair for pair in pairs if self._is_member(pair[0], known))
            found += [fields] if fields else []
        if not given:
            return found
        if not (self.explode or self._is_deep):
            return [*found, *self._split(given[-1], _DELIMITERS.get(self.style, ","))]
        if self._takes("list"):
            return [*found, [str(text) for text in given]]
        return [*found, str(given[-1])] if self._takes("text") else found

    def owns(self, name: str, known: frozenset[str]) -> bool:
        """Whether a pair of a query belongs to this parameter; `known` are the names of parameters."""
        if name == self.name:
            return self.form != "map" or self._takes("text") or not (self.explode or self._is_deep)
        if self._is_deep:
            return self._is_nested(name, known)
        return self._is_spread_map and self._is_member(name, known)

    def _is_member(self, name: str, known: frozenset[str]) -> bool:
        return name in self.members or (self.is_open and name not in known)

    def _is_nested(self, name: str, known: frozenset[str]) -> bool:
        return name.startswith(f"{self.name}[") and name.endswith("]") and name not in known

    def to_query(self, raw: Raw) -> Pairs:
        """The pairs of a query that say a raw value; none where the style cannot say it: an empty list."""
        if isinstance(raw, str):
            return [(self.name, raw)]
        if self._is_deep:
            is_list = isinstance(raw, list) and all(isinstance(each, str) for each in raw)
            return list(_flat(f"{self.name}[]" if is_list else self.name, raw))
        if self.explode and isinstance(raw, Mapping):
            return [pair for name, value in raw.items() for pair in _flat(name, value)]
        if self.explode:
            return [(self.name, _one(each)) for each in raw]
        listed = _listed(raw)
        delimiter = _DELIMITERS.get(self.style, ",")
        text = joined(listed, delimiter) if delimiter == "," else delimiter.join(listed)
        return [(self.name, text)] if listed else []

    # Paths and headers -------------------------------------------------------------------------------

    def of_text(self, text: str) -> Raw:
        """The likeliest raw value in a path or a header; None for what does not begin as the style does."""
        return next(iter(self.all_of_text(text)), None)

    def all_of_text(self, text: str) -> list[Raw]:
        """The raw values that a path's segment or a header may say, the likeliest first."""
        if self.style == "matrix":
            return self._of_matrix(text)
        if self.style != "label":
            return self._split(text, ",")
        if text[:1] != ".":
            return []
        rest = _without_first(text)
        # OpenAPI 3.0 puts dots between the items of a label, exploded or not; RFC 6570 and 3.1 do not.
        return self._split(rest, "." if self.explode else ",") + (
            self._split(rest, ".") if "." in rest and not self.explode and not self.is_plain else []
        )

    def to_text(self, raw: Raw) -> str:
        """The text of a path's segment or a header that says a raw value."""
        if self.style == "matrix":
            return self._to_matrix(raw)
        between = "." if self.style == "label" and self.explode else ","
        return _with_first("." if self.style == "label" else "", self._joined(raw, between))

    def _joined(self, raw: Raw, between: str) -> str:
        if isinstance(raw, str):
            return raw
        if isinstance(raw, Mapping) and self.explode:
            return joined((f"{name}={_one(value)}" for name, value in raw.items()), between)
        return joined(_listed(raw), between, ";" if self.style == "matrix" else "")

    def _of_matrix(self, text: str) -> list[Raw]:
        if text[:1] != ";":
            return []
        pairs = [_pair(piece) for piece in pieces(_without_first(text), ";")]
        if self.form == "map" and self.explode:
            return [dict(pairs)]
        given = [value for name, value in pairs if name == self.name]
        if not given:
            return []
        return [given] if self.form == "list" and self.explode else self._split(given[-1], ",")

    def _to_matrix(self, raw: Raw) -> str:
        if isinstance(raw, Mapping) and self.explode:
            parts = [f"{name}={_one(value)}" for name, value in raw.items()]
        elif not isinstance(raw, str) and self.explode:
            parts = [f"{self.name}={_one(value)}" for value in raw]
        else:
            text = joined([raw], ";") if isinstance(raw, str) else self._joined(raw, ",")
            return _with_first(f";{self.name}=", text)
        return _with_first(";", joined(parts, ";"))

    def _split(self, text: str, between: str) -> list[Raw]:
        """The readings of a text whose parts stand together."""
        if self.is_plain:
            return [text]
        split = [[str(piece) for piece in pieces(text, between)]]
        # A client that does not know styles encodes the delimiter too.
        if len(split[0]) == 1 and isinstance(text, WireText) and between in text:
            split.append(text.split(between))
        found: list[Raw] = []
        for items in split:
            found += [items] if self._takes("list") else []
            found += self._map_of(items) if self._takes("map") else []
        if not self._takes("text") and found:
            return found
        is_one = len(split) == 1 and len(split[0]) == 1
        return [str(text), *found] if is_one else [*found, str(text)]

    def _map_of(self, items: list[str]) -> list[Raw]:
        if self.explode and self.style in ("simple", "label"):
            pairs = [item.partition("=") for item in items]
            return [{name: value for name, _, value in pairs}] if all(each[1] for each in pairs) else []
        return [dict(zip(items[::2], items[1::2], strict=True))] if len(items) % 2 == 0 else []


def without_spaces(text: str, style: Style) -> str:
    """A header's text without the white space that may stand around the items of a list (RFC 9110, 5.6.1)."""
    return text if style.is_plain else re.sub(r"[ \t]*,[ \t]*", ",", text.strip())


def _without_first(text: str) -> str:
    return WireText.of(text.wire[1:]) if isinstance(text, WireText) else text[1:]


def _with_first(first: str, text: str) -> str:
    return WireText.of(first + text.wire) if isinstance(text, WireText) else first + text


def _pair(piece: str) -> tuple[str, str]:
    """Name and value of a piece, by the first `=` that is no part of either."""
    name, *rest = pieces(piece, "=")
    if isinstance(piece, WireText):
        return str(name), WireText.of(piece.wire.partition("=")[2])
    return name, "=".join(rest)


def _listed(raw: Raw) -> list[str]:
    if isinstance(raw, Mapping):
        return [_one(part) for pair in raw.items() for part in pair]
    return [_one(each) for each in raw]


def _one(raw: Raw) -> str:
    """A part of a value as one text; where it is a list or a map, which few styles can say, as JSON."""
    return raw if isinstance(raw, str) else json.dumps(raw)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Raw]:
    """Pairs as a map; a name that is there several times has a list."""
    found: dict[str, Raw] = {}
    for name, text in pairs:
        _add(found, name, str(text))
    return found


def _add(found: dict[str, Raw], name: str, text: str) -> None:
    before = found.get(name)
    if before is None:
        found[name] = text
    else:
        found[name] = [*(before if isinstance(before, list) else [before]), text]


def _nested(name: str, pairs: Pairs) -> Raw:
    """`filter[a]=1&filter[b][c]=2` as a map of maps, `expand[]=a` as a list; None without a pair.

    A key that is there several times has a list. A list by numbers is a map: its schema tells what it is.
    """
    found: dict[str, Raw] = {}
    for key, text in pairs:
        path = key[len(name) + 1 : -1].split("][")
        if len(path) > DEEPEST:
            continue
        if path == [""]:
            before = found.get("")
            found[""] = [*(before if isinstance(before, list) else []), str(text)]
            continue
        is_list = len(path) > 1 and path[-1] == ""
        inner = found
        for token in path[: -2 if is_list else -1]:
            step = inner.setdefault(token, {})
            inner = step if isinstance(step, dict) else {}
        last = path[-2] if is_list else path[-1]
        if is_list and last not in inner:
            inner[last] = [str(text)]
        else:
            _add(inner, last, str(text))
    return found[""] if set(found) == {""} else found or None


def _flat(name: str, raw: Raw) -> Iterable[tuple[str, str]]:
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from _flat(f"{name}[{key}]", value)
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            # A list of objects needs numbers: without them nobody knows where one ends.
            yield from _flat(name if isinstance(value, str) else f"{name}[{index}]", value)
    else:
        yield name, raw
