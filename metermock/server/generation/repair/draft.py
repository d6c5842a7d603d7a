"""A reply under repair: what rules see of it, what was changed, and how to take that back."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from metermock.contract.cel import plain, syntax
from metermock.contract.cel.expressions import Environment, EvaluationError, Expression
from metermock.server.generation.repair.shapes import Shapes
from metermock.server.generation.values.scene import Scene

ABSENT = object()
"""Stands for a field that is not there, and for an expression that has no value."""

Place = tuple[str, ...]
"""A place in a reply from `body` or `headers` on, with ANY for each item of a list."""
ANY = "*"


def general(path: Iterable[str | int]) -> Place:
    """The place of a path, whichever items it leads through."""
    return tuple(ANY if isinstance(step, int) else step for step in path)


Way = Callable[[], bool]
"""A change that may make an expression true; it tells whether it could be made."""


@lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """An expression, compiled once."""
    return Expression(text)


class Draft:
    """A reply under repair.

    Each change is written down, so that a try that makes things worse is taken back.
    """

    def __init__(self, variables: Mapping[str, Any], shapes: Shapes, scene: Scene, key: int) -> None:
        self.variables = dict(variables)
        self.shapes = shapes
        self.scene = scene
        self.key = key
        self.changes: list[Callable[[], None]] = []
        """What takes each change back, the last one last."""
        self.written: list[tuple[str | int, ...]] = []
        """The place of each change."""
        self.fixed: set[tuple[str | int, ...]] = set()
        """Places that the request or the clock decides: they are written once."""
        self.moment = 0
        """Counts changes: what was evaluated at another moment is evaluated anew."""
        self._is_plain = plain.scope_of(self.variables) is not None
        self._seen: tuple[int, Environment] | None = None

    def environment(self, bound: Mapping[str, Any]) -> Environment:
        """What an expression sees now, with the variables of the macros around it."""
        if not bound:
            # One for all rules: what one of them has added up, the next need not.
            if self._seen is None or self._seen[0] != self.moment:
                self._seen = self.moment, self._made(self.variables)
            return self._seen[1]
        return self._made({**self.variables, **bound})

    def _made(self, variables: dict[str, Any]) -> Environment:
        return Environment(variables, {**variables, plain.MEMO: {}} if self._is_plain else None)

    def write(self, slot: Slot, value: Any) -> bool:
        """Change a field or an item; ABSENT takes a field out. False where it is fixed."""
        if slot.path in self.fixed:
            return False
        container, key = slot.container, slot.key
        old = slot.get()
        order = list(container) if value is ABSENT else None
        _set(container, key, value)

        def back() -> None:
            _set(container, key, old)
            if order is not None:
                fields = {name: container[name] for name in order}
                container.clear()
                container.update(fields)

        return self._note(slot, back)

    def rewrite(self, slot: Slot, values: list[Any]) -> bool:
        """Change the list at a place as a whole. False where its length is fixed."""
        rows = slot.get()
        if slot.path in self.fixed and len(rows) != len(values):
            return False
        old = list(rows)
        rows[:] = values
        return self._note(slot, partial(rows.__setitem__, slice(None), old))

    def at(self, path: Iterable[str | int]) -> Any:
        """What stands at a path that is there."""
        found: Any = self.variables
        for step in path:
            found = found[step]
        return found

    def fix(self, mark: int, wanted: Container[Place]) -> None:
        """Keep what was written since a mark at some places; what stands in rows may move with them."""
        self.fixed.update(path for path in self.written[mark:] if path in wanted)

    def _note(self, slot: Slot, back: Callable[[], None]) -> bool:
        self.changes.append(back)
        self.written.append(slot.path)
        self.moment += 1
        return True

    def put(self, slot: Slot, value: Any) -> bool:
        """Write a value into a place, in its schema's kind of number; False where the schema refuses it."""
        if slot.path[0] == "headers":
            value = value if isinstance(value, str) else str(value)
        else:
            shape = self.shapes.at(slot.path[1:])
            if shape is None or slot.path == ("body",):
                return False
            if isinstance(value, float) and (shape.is_whole or _was_whole(slot, value)):
                value = round(value)
            if not shape.accepts(value):
                return False
        old = slot.get()
        return (type(old) is type(value) and old == value) or self.write(slot, value)

    def undo(self, mark: int) -> None:
        """Take back every change since there were `mark` of them."""
        while len(self.changes) > mark:
            self.changes.pop()()
            self.written.pop()
            self.moment += 1


def _was_whole(slot: Slot, value: float) -> bool:
    """Whether an integer stands in a place, and the value is as good as one."""
    old = slot.get()
    return type(old) is int and value.is_integer()


def _set(container: Any, key: Any, value: Any) -> None:
    if value is ABSENT:
        del container[key]
    else:
        container[key] = value


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the reply that can be written."""

    container: Any
    key: Any
    path: tuple[str | int, ...]
    """From `body` or `headers` on."""

    def get(self) -> Any:
        """What stands there; ABSENT where nothing does."""
        try:
            return self.container[self.key]
        except (KeyError, IndexError, TypeError):
            return ABSENT


@dataclass(slots=True)
class At:
    """Where an expression is looked at: the draft, the text of the rule, the rows of the macros around it."""

    draft: Draft
    text: str
    cells: Mapping[str, Slot | Derived] = field(default_factory=dict)
    """What the variables of the macros around it stand for."""
    _moment: int = -1
    _environment: Environment | None = None

    @property
    def environment(self) -> Environment:
        """What expressions see here now."""
        if self._environment is None or self._moment != self.draft.moment:
            bound = {name: cell.get() for name, cell in self.cells.items()}
            self._environment = self.draft.environment(bound)
            self._moment = self.draft.moment
        return self._environment

    def row(self, name: str, cell: Slot | Derived) -> At:
        """The same with one more variable."""
        return At(self.draft, self.text, {**self.cells, name: cell})

    def source(self, node: syntax.Node) -> str:
        """The text of a part."""
        return self.text[node.start : node.end]

    def value(self, node: syntax.Node) -> Any:
        """What a part comes to; ABSENT where it has no value."""
        try:
            return expression(self.source(node)).value(self.environment)
        except (EvaluationError, ValueError):
            return ABSENT

    def holds(self, node: syntax.Node) -> bool:
        """Whether a part is true."""
        return self.value(node) is True


@dataclass(frozen=True, slots=True)
class Derived:
    """An item of a list that an expression makes."""

    node: syntax.Node
    at: At

    def get(self) -> Any:
        """What it comes to."""
        return self.at.value(self.node)


Cell = Slot | Derived
