"""Functions that make the fields of one type of object, a few statements for each field.

What a schema says of its fields is decided once, when the function is made: which of them are there, what
each is picked from, and what tells its key. It is made as Python's own syntax tree: no text of a document is
ever read as Python. `Object.fill` says the same field by field; tests/server/generation/test_unrolled.py
holds both against each other.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.server.generation.nodes import Lazy, Node, Number, Text, choices_of
from metermock.server.generation.scene import MASK, STEP, TooDeepError, mixed

Fill = Callable[..., None]
"""Fills an object; it takes what `_ARGUMENTS` names, in that order."""
_ARGUMENTS = ("made", "scene", "of_reply", "key", "of_account", "depth", "main")
"""The object, its scene and that of what a reply is about, its key and its account's, its depth."""
_KEY = """
bits = KEY ^ SALT
product = bits * (bits ^ STEP)
"""
_OWN = "(product ^ product >> 64) & MASK"
# What a field's value is made by. Names in capitals stand for what is put in; the texts themselves are these.
_ONLY = "made[NAME] = VALUE"
_PICKED = f"made[NAME] = VALUES[({_OWN}) * COUNT >> 64]"
_DRAWN = f"made[NAME] = DRAW({_OWN})"
_NUMBER = f"made[NAME] = DRAW(scene, mixed(({_OWN}) ^ scene.asked) if scene.asked else {_OWN})"
_LIMIT = f"made[NAME] = DRAW(scene, {_OWN})"
_MADE = f"made[NAME] = NODE.make(scene, {_OWN}, depth + 1)"
_MAIN = f"made[NAME] = NODE.make(of_reply, {_OWN}, depth + 1, main=main)"
_TRIED = """
try:
    WORK
except TooDeepError:
    pass
"""
_UNLESS_SPARSE = """
if not scene.sparse:
    WORK
"""
_UNLESS_DEEP = """
if not (scene.sparse or depth >= scene.deep):
    WORK
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field that is made by its key."""

    name: str
    node: Node
    salt: int
    is_required: bool
    is_deep: bool
    is_fact: bool
    is_main: bool


def unrolled(fields: Sequence[Drawn]) -> Fill:
    """What makes all of these fields; its nodes are there already, or lazy ones."""
    writer = _Writer()
    body = [statement for field in fields for statement in writer.field(field)] or [ast.Pass()]
    arguments = ast.arguments([], [ast.arg(each) for each in _ARGUMENTS], None, [], [], None, [])
    function = ast.FunctionDef("fill", arguments, body, [], None, None)
    tree = ast.fix_missing_locations(ast.Module([function], []))
    exec(compile(tree, "<fields>", "exec"), writer.names)  # noqa: S102 - a tree that was made here
    made: Fill = writer.names["fill"]
    return made


class _Writer:
    """Writes the statements of fields, and keeps what they name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__builtins__": {}, "TooDeepError": TooDeepError, "mixed": mixed}

    def field(self, field: Drawn) -> list[ast.stmt]:
        """The statements of one field."""
        made, needs_key, can_fail = self._value(field)
        if needs_key:
            key = ast.Name("of_account" if field.is_fact else "key", ast.Load())
            made = [*_written(_KEY, KEY=key, SALT=ast.Constant(field.salt)), *made]
        if field.is_required:
            return made
        if can_fail:
            made = _around(_TRIED, made)
        return _around(_UNLESS_DEEP if field.is_deep else _UNLESS_SPARSE, made)

    def _value(self, field: Drawn) -> tuple[list[ast.stmt], bool, bool]:
        """What makes a value; whether it needs the field's key, and whether it may never end."""
        node = field.node.node if isinstance(field.node, Lazy) else field.node
        name = ast.Constant(field.name)
        choices = choices_of(node)
        if choices is not None and len(choices) == 1:
            return _written(_ONLY, NAME=name, VALUE=self._named(choices[0])), False, False
        if choices:
            count = ast.Constant(len(choices))
            return _written(_PICKED, NAME=name, VALUES=self._named(choices), COUNT=count), True, False
        if isinstance(node, Text):
            return _written(_DRAWN, NAME=name, DRAW=self._named(node.draw)), True, False
        if isinstance(node, Number):
            drawn = _LIMIT if node.is_limit else _NUMBER
            return _written(drawn, NAME=name, DRAW=self._named(node.draw)), True, False
        return _written(_MAIN if field.is_main else _MADE, NAME=name, NODE=self._named(node)), True, True

    def _named(self, value: Any) -> ast.expr:
        """A name of the function's own for a value."""
        name = f"value{len(self.names)}"
        self.names[name] = value
        return ast.Name(name, ast.Load())


@functools.cache
def _parsed(text: str) -> Sequence[ast.stmt]:
    return ast.parse(text).body


def _written(text: str, **put_in: ast.expr) -> list[ast.stmt]:
    """Statements of one of the texts above, with something in the place of its names in capitals."""
    constants: dict[str, ast.expr] = {"MASK": ast.Constant(MASK), "STEP": ast.Constant(STEP)}
    return [_with(each, {**constants, **put_in}) for each in _parsed(text)]


def _around(text: str, work: list[ast.stmt]) -> list[ast.stmt]:
    (around,) = _written(text)
    around.body = work  # type: ignore[attr-defined]  # `if` and `try` have one
    return [around]


def _with(node: Any, put_in: Mapping[str, ast.expr]) -> Any:
    """A copy of a part of a tree, with other parts in the place of some names."""
    if isinstance(node, list):
        return [_with(each, put_in) for each in node]
    if not isinstance(node, ast.AST):
        return node
    if isinstance(node, ast.Name) and node.id in put_in:
        return put_in[node.id]
    return type(node)(**{name: _with(value, put_in) for name, value in _parts(node)})


def _parts(node: ast.AST) -> Iterator[tuple[str, Any]]:
    return ast.iter_fields(node)
