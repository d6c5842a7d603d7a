"""Numbers that are written as texts, of the size that they would have as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock.server.generation.values import figures, texts
from metermock.server.generation.values.figures import NumberMaker
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.patterns import matches
from metermock.server.generation.values.scene import Scene


class Amount:
    """A number that is a text, such as "12.40"."""

    def __init__(self, draw: NumberMaker, digits: int, plain: TextMaker, whole: Mapping[str, Any]) -> None:
        self.draw = draw
        self.digits = digits
        self.plain = plain
        """Makes texts for where the schema takes no such number."""
        self._pattern = whole.get("pattern")
        self._least, self._most = whole.get("minLength", 0), whole.get("maxLength")

    def make(self, scene: Scene, key: int, _depth: int, *, main: bool = False) -> str:
        """A text."""
        del main
        text = f"{self.draw(scene, key):.{self.digits}f}"
        return text if self._takes(text) else self.plain(key)

    def _takes(self, text: str) -> bool:
        if len(text) < self._least or (self._most is not None and len(text) > self._most):
            return False
        return self._pattern is None or matches(self._pattern, text)


def amount_of(name: str, owner: str, whole: Mapping[str, Any]) -> Amount | None:
    """What makes texts that are numbers by the name of their field; None for others, and for examples."""
    digits = texts.decimals_of(name, whole)
    if digits is None or "example" in whole or "examples" in whole or texts.is_id(name):
        return None
    about = {"description": whole.get("description", "")}
    draw = figures.maker(name, about, integer=digits == 0)
    return Amount(draw, digits, texts.maker(name, owner, whole), whole)
