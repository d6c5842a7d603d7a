"""Functions that make the fields of one type of object, a few statements for each field.

What a schema says of its fields is decided once, when the function is made: which of them are there, what
each is picked from, and what tells its key. It is made as Python's own syntax tree: no text of a document is
ever read as Python. `Object.fill` says the same field by field; tests/server/generation/test_unrolled.py
holds both against each other.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from metermock.server.generation.makers.by_key import NAMES, ROOM, ByKey
from metermock.server.generation.makers.drawn import Drawn
from metermock.server.generation.makers.nodes import choices_of
from metermock.server.generation.makers.statements import OWN, Names, around, valued, written
from metermock.server.generation.values.scene import TooDeepError

Fill = Callable[..., None]
"""Fills an object; it takes what `_ARGUMENTS` names, in that order."""
_ARGUMENTS = ("made", "scene", "of_reply", "key", "of_account", "depth", "main")
"""The object, its scene and that of what a reply is about, its key and its account's, its depth."""
# Names in capitals stand for what is put in; the texts themselves are these.
_PUT = "made[NAME] = VALUE"
_MADE = "NODE.make(scene, OWN, depth + 1)"
_MAIN = "NODE.make(of_reply, OWN, depth + 1, main=main)"
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


_IF_ROOM = """
if room >= 1:
    try:
        WORK
    except TooDeepError:
        AGAIN
else:
    OTHERWISE
"""


def unrolled(fields: Sequence[Drawn]) -> Fill:
    """What makes all of these fields; its nodes are there already, or lazy ones."""
    writer = _Writer()
    body = [statement for field in fields for statement in writer.field(field)] or [ast.Pass()]
    body = [*written(ROOM), *body] if writer.asks_room else body
    arguments = ast.arguments([], [ast.arg(each) for each in _ARGUMENTS], None, [], [], None, [])
    function = ast.FunctionDef("fill", arguments, body, [], None, None)
    tree = ast.fix_missing_locations(ast.Module([function], []))
    exec(compile(tree, "<fields>", "exec"), writer.names.values)  # noqa: S102 - a tree that was made here
    made: Fill = writer.names.values["fill"]
    return made


class _Writer:
    """Writes the statements of fields, and keeps what they name."""

    def __init__(self) -> None:
        self.names = Names(TooDeepError=TooDeepError, **NAMES)
        self._by_key = ByKey(self.names)
        self.asks_room = False
        """Whether a field is made by its key alone where there is room for all of its levels."""

    def field(self, field: Drawn) -> list[ast.stmt]:
        """The statements of one field."""
        key = ast.Name("of_account" if field.is_fact else "key", ast.Load())
        own = valued(OWN, KEY=key, SALT=ast.Constant(field.salt))
        choices = choices_of(field.node)
        if choices is not None and len(choices) == 1:
            return self._unless_left_out(field, self._put(field, self.names.of(choices[0])))
        # Of what a reply is about more is asked: it may be a page of a list, and is never null by chance.
        plain = None if field.is_main and choices is None else self._by_key.plain(field.node, own)
        if plain is not None:
            return self._unless_left_out(field, [*plain.before, *self._put(field, plain.value)])
        asked = valued(_MAIN if field.is_main else _MADE, NODE=self.names.of(field.node), OWN=own)
        made = self._put(field, asked)
        if not field.is_required:
            made = around(_TRIED, made)
        composed = None if field.is_main else self._by_key.composed(field.node, own)
        if composed is None:
            return self._unless_left_out(field, made)
        self.asks_room = True
        work = [*composed.before, *self._put(field, composed.value)]
        return written(_IF_ROOM, WORK=work, AGAIN=made, OTHERWISE=self._unless_left_out(field, made))

    def _put(self, field: Drawn, value: ast.expr) -> list[ast.stmt]:
        return written(_PUT, NAME=ast.Constant(field.name), VALUE=value)

    def _unless_left_out(self, field: Drawn, made: list[ast.stmt]) -> list[ast.stmt]:
        if field.is_required:
            return made
        return around(_UNLESS_DEEP if field.is_deep else _UNLESS_SPARSE, made)
