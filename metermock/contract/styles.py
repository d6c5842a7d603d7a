"""How parameters stand on the wire: `style` and `explode` of OpenAPI, read into texts and written from texts.

Nothing here knows types: a primitive is a text, an array a list of texts, an object a map of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["text", "list", "map"]
Pairs = list[tuple[str, str]]

DEFAULT_STYLES: Mapping[str, str] = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
STYLES: Mapping[str, tuple[str, ...]] = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "cookie": ("form", "cookie"),
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
}
"""By place; the first is not always the default."""
DEEPEST = 20
"""Brackets of one key that are read; more of them are an attack."""
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass(frozen=True, slots=True)
class Style:
    """The style of one parameter: its name, whether its parts stand apart, and the form of its value.

    `members` are the names of an object's fields, where an exploded form has to know them.
    """

    name: str
    style: str
    explode: bool
    form: Form
    members: frozenset[str] = frozenset()
    is_open: bool = False
    """Whether an object takes other fields than its members."""

    # Queries and cookies -----------------------------------------------------------------------------

    @property
    def is_spread(self) -> bool:
        """Whether the parts of the value are pairs of the query by themselves."""
        return self.form != "text" and (self.explode or self.style == "deepObject")

    def of_query(self, pairs: Pairs, known: frozenset[str]) -> Any:
        """The raw value in a query's pairs; None without one. `known` are the names of other parameters."""
        if self.style == "deepObject" and self.form == "map":
            return _nested(self.name, pairs)
        given = [text for name, text in pairs if name == self.name]
        if self.form == "map" and self.explode:
            found = {name: text for name, text in pairs if self._is_member(name, known)}
            return found or None
        if not given:
            return None
        if self.form == "text":
            return given[-1]
        if self.form == "list" and self.explode:
            return given
        return self._split(given[-1], _DELIMITERS.get(self.style, ","))

    def _is_member(self, name: str, known: frozenset[str]) -> bool:
        return name in self.members or (self.is_open and name not in known)

    def owns(self, name: str, known: frozenset[str]) -> bool:
        """Whether a pair of a query belongs to this parameter; `known` are the names of other ones."""
        if self.style == "deepObject" and self.form == "map":
            return name.startswith(f"{self.name}[")
        if self.form == "map" and self.explode:
            return self._is_member(name, known)
        return name == self.name

    def to_query(self, raw: Any) -> Pairs:
        """The pairs of a query that say a raw value."""
        if self.form == "text":
            return [(self.name, raw)]
        if self.style == "deepObject" and self.form == "map":
            return list(_flat(self.name, raw))
        if self.form == "list" and self.explode:
            return [(self.name, text) for text in raw]
        if self.form == "map" and self.explode:
            return list(raw.items())
        return [(self.name, _DELIMITERS.get(self.style, ",").join(_listed(raw)))]

    # Paths and headers -------------------------------------------------------------------------------

    def of_text(self, text: str) -> Any:
        """The raw value in a path, a header or a cookie; None for what does not begin as the style does."""
        if self.style == "label":
            return self._split(text[1:], "." if self.explode else ",") if text[:1] == "." else None
        if self.style == "matrix":
            return self._of_matrix(text)
        return self._split(text, ",")

    def to_text(self, raw: Any) -> str:
        """The text of a path's segment, a header or a cookie that says a raw value."""
        if self.style == "matrix":
            return self._to_matrix(raw)
        between = "." if self.style == "label" and self.explode else ","
        if self.form == "map" and self.explode:
            text = between.join(f"{name}={value}" for name, value in raw.items())
        else:
            text = raw if self.form == "text" else between.join(_listed(raw))
        return f".{text}" if self.style == "label" else text

    def _of_matrix(self, text: str) -> Any:
        if text[:1] != ";":
            return None
        pairs = [part.partition("=")[::2] for part in text[1:].split(";")]
        if self.form == "map" and self.explode:
            return dict(pairs)
        given = [value for name, value in pairs if name == self.name]
        if not given:
            return None
        return given if self.form == "list" and self.explode else self._split(given[-1], ",")

    def _to_matrix(self, raw: Any) -> str:
        if self.form == "map" and self.explode:
            return "".join(f";{name}={value}" for name, value in raw.items())
        if self.form == "list" and self.explode:
            return "".join(f";{self.name}={value}" for value in raw)
        return f";{self.name}={raw if self.form == 'text' else ','.join(_listed(raw))}"

    def _split(self, text: str, between: str) -> Any:
        if self.form == "text":
            return text
        items = text.split(between)
        if self.form == "list":
            return items
        if self.explode and self.style != "form":
            return dict(item.partition("=")[::2] for item in items)
        return dict(zip(items[::2], items[1::2], strict=False))


def without_spaces(text: str, style: Style) -> str:
    """A header's text without the white space that may stand around the items of a list (RFC 9110, 5.6.1)."""
    return text if style.form == "text" else re.sub(r"[ \t]*,[ \t]*", ",", text.strip())


def _listed(raw: Mapping[str, str] | Iterable[str]) -> list[str]:
    if isinstance(raw, Mapping):
        return [text for pair in raw.items() for text in pair]
    return list(raw)


def _nested(name: str, pairs: Pairs) -> dict[str, Any] | None:
    """`filter[a]=1&filter[b][c]=2` as a map of maps; a key that is there several times has a list."""
    found: dict[str, Any] = {}
    for key, text in pairs:
        if not (key.startswith(f"{name}[") and key.endswith("]")):
            continue
        path = key[len(name) + 1 : -1].split("][")
        if len(path) > DEEPEST:
            continue
        is_list = len(path) > 1 and path[-1] == ""
        inner = found
        for token in path[: -2 if is_list else -1]:
            step = inner.setdefault(token, {})
            inner = step if isinstance(step, dict) else {}
        last = path[-2] if is_list else path[-1]
        before = inner.get(last)
        if before is None:
            inner[last] = [text] if is_list else text
        else:
            inner[last] = [*(before if isinstance(before, list) else [before]), text]
    return found or None


def _flat(name: str, raw: Any) -> Iterable[tuple[str, str]]:
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from _flat(f"{name}[{key}]", value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _flat(name, value)
    else:
        yield name, raw
