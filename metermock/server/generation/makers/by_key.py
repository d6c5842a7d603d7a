"""Values inside of an object, written into the function that makes its fields.

Lists of texts and of small objects, and maps of them, are most of a reply. Where a scene is that of a row and
leaves nothing out, what is inside has the same scene; so its statements stand in one function, and nothing is
called for each list, row and map. `ROOM` finds where that is so. Any other node is asked as ever.
tests/server/generation/test_by_key.py holds both against each other.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from metermock.ledger import dice
from metermock.server.generation.makers.drawn import Drawn
from metermock.server.generation.makers.label_maps import NUMBER, RUNS, Labels
from metermock.server.generation.makers.lists import FEW, SIZE, TRIES, List
from metermock.server.generation.makers.maps import Map
from metermock.server.generation.makers.nodes import (
    NULLS,
    Flag,
    Instant,
    Lazy,
    Number,
    OrNull,
    Text,
    choices_of,
)
from metermock.server.generation.makers.statements import OWN, PARTED, Names, around, valued, written
from metermock.server.generation.values.figures import SKEW, Skewed
from metermock.server.generation.values.scene import DEEP, first_salts

NAMES = {"len": len, "thing": dice.key, "nothing": frozenset()}
"""What the statements here name."""
ROOM = """
if (
    scene.sparse or scene.home or scene.asked or scene.event or scene.page is not None
    or scene.rows is not None or scene.past is not None or scene.account == "empty"
):
    room = 0
else:
    room = scene.deep - depth
"""
"""The levels below an object in which lists and maps are as full as they can be, and have its own scene."""
# Names in capitals stand for what is put in.
_PICKED = "VALUES[(OWN) % PRIME % COUNT]"
_DRAWN = "DRAW(OWN)"
_FLAG = "((OWN ^ CHANCE) % PRIME % OF == 0) is IS_RARE"
_NUMBER = "DRAW(scene, OWN ^ scene.asked)"
_SKEWED = (
    "LEAST + WIDTH * ((1 + (THIS := OWN ^ scene.asked) % PRIME % 1000) * (1 + (THIS ^ SKEW) % PRIME % 1000))"
    " // 1000000"
)
"""`Skewed`, without a call of it."""
_OF_PARTS = "(NUMBER) / PARTS"
_UNLESS_EMPTY = "0 if scene.account == 'empty' else NUMBER"
_LIMIT = "DRAW(scene, OWN)"
_INSTANT = "WRITTEN(DRAW(scene.now, OWN, scene.home != 0))"
_ASKED = "NODE.make(scene, OWN, depth + LEVEL)"
_THIS = "THIS = OWN"
_IS = "MADE = VALUE"
_IF_ROOM = """
if room >= LEVEL:
    WORK
"""
_IF_ROOM_OR_ASKED = """
if room >= LEVEL:
    WORK
else:
    ASKED
"""
_UNLESS_NULL = """
MADE = None
if not NODE.is_null(scene, THIS, main=False):
    WORK
"""
_UNLESS_NULL_BY_CHANCE = f"""
MADE = None
if (THIS ^ CHANCE) % PRIME % {NULLS}:
    WORK
"""
_EMPTY_LIST, _EMPTY_MAP = "MADE = []", "MADE = {}"
_ROW = "MADE.append(VALUE)"
_FEW = f"COUNT = {FEW[0]} + (THIS ^ SIZE) % PRIME % {FEW[1] - FEW[0] + 1}"
_AT_MOST = "COUNT = MOST if COUNT > MOST else COUNT"
_AT_LEAST = "COUNT = LEAST if COUNT < LEAST else COUNT"
_TWO_OR_THREE = "COUNT = 2 + (THIS ^ SIZE) % PRIME % 2"
_PICKED_NAME = "NAME, PART = NAMES[(OWN) % PRIME % OF]"
_DRAWN_NAME = "NAME, PART = DRAW(OWN)"
_UNLESS_THERE = """
if NAME in MADE:
    continue
"""
_SET = "MADE[NAME] = VALUE"
_UNTIL_FULL = """
if len(MADE) == COUNT:
    break
"""
_EACH = """
for PART in TABLE[COUNT]:
    WORK
"""
_LABELLED = """
for NAME, PART, KNOWN, SEVERAL in RUNS[THIS % PRIME % NUMBER][COUNT]:
    MADE[NAME] = KNOWN[(THIS ^ PART) % PRIME % SEVERAL]
"""
_THING = "KEY = thing('thing', scene.seed, KIND, scene.account, ID)"
_SETTLED = "SETTLE(MADE, scene, nothing)"
_MOST_FIELDS = 3
_LARGEST = 60
"""Nodes of one value: its statements stand in the function of each type that it is in."""
_MANY = 64
"""Items for which the salts stand in a table."""


@runtime_checkable
class OfFields(Protocol):
    """An object whose fields are made one by one, in their order, and then agree."""

    drawn: Sequence[Drawn]
    identity: Any
    kind: str
    agreement: Any

    @property
    def is_only_of_fields(self) -> bool:
        """Whether that is all, and nothing is left out of it sooner than out of what is around it."""


class Value(NamedTuple):
    """What makes a value: statements, and then an expression."""

    before: list[ast.stmt]
    value: ast.expr


class ByKey:
    """Writes what makes the value of a node, by the expression of its key."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._inside: list[Any] = []
        """The nodes around the one that is written."""
        self._nodes = 0

    def plain(self, node: Any, own: ast.expr) -> Value | None:
        """What makes a value without levels, in any scene of which nothing is asked; None for another."""
        node = node.node if isinstance(node, Lazy) else node
        simple = self._simple(node, own)
        if simple is not None:
            return Value([], simple)
        if type(node) is not OrNull or node.is_last_resort or node.is_deep:
            return None
        this = self._name("key")
        inner = self.plain(node.node, this)
        return None if inner is None else self._or_null(node, own, this, inner)

    def composed(self, node: Any, own: ast.expr) -> Value | None:
        """What makes a list, a map or an object at the first level, where there is room for one level."""
        node = node.node if isinstance(node, Lazy) else node
        self._nodes = 0
        return self._composed(node, own, 1, known=1)

    def _value(self, node: Any, own: ast.expr, level: int, known: int) -> Value:
        """What makes a value at a level below the object; room for `known` levels is known."""
        node = node.node if isinstance(node, Lazy) else node
        self._nodes += 1
        plain = self.plain(node, own)
        if plain is not None:
            return plain
        if node not in self._inside and len(self._inside) < DEEP and self._nodes <= _LARGEST:
            self._inside.append(node)
            found = self._composed(node, own, level, known)
            self._inside.pop()
            if found is not None:
                return found
        return Value([], self._asked(node, own, level))

    def _asked(self, node: Any, own: ast.expr, level: int) -> ast.expr:
        """What asks the node itself."""
        return valued(_ASKED, NODE=self._names.of(node), OWN=own, LEVEL=ast.Constant(level))

    def _simple(self, node: Any, own: ast.expr) -> ast.expr | None:
        """What makes a value that has no other values inside, of one expression."""
        choices = choices_of(node)
        if choices is not None and len(choices) == 1:
            return self._names.of(choices[0])
        if choices:
            count = ast.Constant(len(choices))
            return valued(_PICKED, VALUES=self._names.of(choices), OWN=own, COUNT=count)
        return self._drawn(node, own)

    def _drawn(self, node: Any, own: ast.expr) -> ast.expr | None:
        """The same of what is drawn anew for each key."""
        if type(node) is Text:
            return valued(_DRAWN, DRAW=self._names.of(node.draw), OWN=own)
        if type(node) is Flag and not node.only:
            return valued(_FLAG, OWN=own, OF=ast.Constant(node.of), IS_RARE=ast.Constant(node.is_rare))
        if type(node) is Number and type(node.draw) is Skewed and not node.is_limit:
            return self._skewed(node.draw, own)
        if type(node) is Number:
            return valued(_LIMIT if node.is_limit else _NUMBER, DRAW=self._names.of(node.draw), OWN=own)
        if type(node) is Instant:
            makers = {"WRITTEN": self._names.of(node.written), "DRAW": self._names.of(node.draw)}
            return valued(_INSTANT, OWN=own, **makers)
        return None

    def _skewed(self, draw: Skewed, own: ast.expr) -> ast.expr:
        known = {"LEAST": draw.least, "WIDTH": draw.width, "SKEW": SKEW}
        constants = {name: ast.Constant(value) for name, value in known.items()}
        number = valued(_SKEWED, OWN=own, THIS=self._name("this"), **constants)
        if draw.parts != 1:
            number = valued(_OF_PARTS, NUMBER=number, PARTS=ast.Constant(draw.parts))
        return valued(_UNLESS_EMPTY, NUMBER=number) if draw.begins_with_nought else number

    def _composed(self, node: Any, own: ast.expr, level: int, known: int) -> Value | None:
        if type(node) is OrNull and not node.is_last_resort:
            if known < level and node.is_deep:
                # What goes too deep is null.
                return None
            this = self._name("key")
            return self._or_null(node, own, this, self._value(node.node, this, level, known))
        if type(node) is List and not (node.first or node.unique or node.low > _MANY):
            return self._if_room(node, own, level, known)
        if type(node) in (Map, Labels) and not (node.low or node.high == 0):
            return self._if_room(node, own, level, known)
        if isinstance(node, OfFields) and node.is_only_of_fields:
            return self._object(node, own, level, known)
        return None

    def _or_null(self, node: OrNull, own: ast.expr, this: ast.expr, inner: Value) -> Value:
        made = self._name("made")
        work = [*inner.before, *written(_IS, MADE=made, VALUE=inner.value)]
        if node.is_by_chance:
            unless = around(_UNLESS_NULL_BY_CHANCE, work, THIS=this, MADE=made)
        else:
            unless = around(_UNLESS_NULL, work, THIS=this, MADE=made, NODE=self._names.of(node))
        return Value([*written(_THIS, THIS=this, OWN=own), *unless], made)

    def _if_room(self, node: List | Map, own: ast.expr, level: int, known: int) -> Value:
        """What makes a list or a map; without room for it, it is asked whether it is empty."""
        this, made = self._name("key"), self._name("made")
        inside = self._map if isinstance(node, Map) else self._list
        work = [*written(PARTED, THIS=this, OWN=own), *inside(node, this, made, level)]
        if known < level:
            asked = written(_IS, MADE=made, VALUE=self._asked(node, own, level))
            work = around(_IF_ROOM_OR_ASKED, work, LEVEL=ast.Constant(level), ASKED=asked)
        return Value(work, made)

    def _list(self, node: Any, this: ast.expr, made: ast.expr, level: int) -> list[ast.stmt]:
        count, part = self._name("count"), self._name("part")
        before = written(_FEW, COUNT=count, THIS=this, SIZE=ast.Constant(SIZE))
        if node.high is not None and node.high < FEW[1]:
            before += written(_AT_MOST, COUNT=count, MOST=ast.Constant(node.high))
        if node.low > FEW[0]:
            before += written(_AT_LEAST, COUNT=count, LEAST=ast.Constant(node.low))
        item = self._value(node.items, _key(this, part), level + 1, level)
        work = [*item.before, *written(_ROW, MADE=made, VALUE=item.value)]
        table = self._names.of(_salts(max(FEW[1], node.low)))
        before += written(_EMPTY_LIST, MADE=made)
        return before + around(_EACH, work, PART=part, TABLE=table, COUNT=count)

    def _map(self, node: Any, this: ast.expr, made: ast.expr, level: int) -> list[ast.stmt]:
        count, part, name, number = map(self._name, ("count", "part", "name", "number"))
        before = written(_TWO_OR_THREE, COUNT=count, THIS=this, SIZE=ast.Constant(SIZE))
        if node.high is not None and node.high < _MOST_FIELDS:
            before += written(_AT_MOST, COUNT=count, MOST=ast.Constant(node.high))
        if type(node) is Labels:
            return [*before, *written(_EMPTY_MAP, MADE=made), *self._labels(this, made, count)]
        own = _key(this, number)
        if node.names:
            known = {"NAMES": self._names.of(node.names), "OF": ast.Constant(len(node.names))}
            naming = written(_PICKED_NAME, NAME=name, PART=part, OWN=own, **known)
        else:
            naming = written(_DRAWN_NAME, NAME=name, PART=part, OWN=own, DRAW=self._names.of(node.drawn))
        value = self._value(node.values, _key(this, part), level + 1, level)
        work = [
            *naming,
            *written(_UNLESS_THERE, NAME=name, MADE=made),
            *value.before,
            *written(_SET, MADE=made, NAME=name, VALUE=value.value),
            *written(_UNTIL_FULL, MADE=made, COUNT=count),
        ]
        table = self._names.of(_salts(_MOST_FIELDS + TRIES)[TRIES:])
        before += written(_EMPTY_MAP, MADE=made)
        return before + around(_EACH, work, PART=number, TABLE=table, COUNT=count)

    def _labels(self, this: ast.expr, made: ast.expr, count: ast.expr) -> list[ast.stmt]:
        each = {part: self._name(part.lower()) for part in ("NAME", "PART", "KNOWN", "SEVERAL")}
        known = {"RUNS": self._names.of(RUNS), "NUMBER": ast.Constant(NUMBER)}
        return written(_LABELLED, THIS=this, MADE=made, COUNT=count, **known, **each)

    def _object(self, node: OfFields, own: ast.expr, level: int, known: int) -> Value:
        this, made = self._name("key"), self._name("made")
        identity = node.identity
        if identity is None:
            before = [*written(PARTED, THIS=this, OWN=own), *written(_EMPTY_MAP, MADE=made)]
        else:
            before = [*written(_THIS, THIS=this, OWN=own), *written(_EMPTY_MAP, MADE=made)]
            part, one = _key(this, ast.Constant(identity.salt)), self._name("id")
            found = self._value(identity.node, part, level + 1, known)
            before += [*found.before, *written(_IS, MADE=one, VALUE=found.value)]
            before += written(_SET, MADE=made, NAME=ast.Constant(identity.name), VALUE=one)
            before += written(_THING, KEY=this, KIND=ast.Constant(node.kind), ID=one)
        for field in node.drawn:
            is_optional = field.is_deep and not field.is_required
            inner = max(known, level + 1) if is_optional else known
            value = self._value(field.node, _key(this, ast.Constant(field.salt)), level + 1, inner)
            put = written(_SET, MADE=made, NAME=ast.Constant(field.name), VALUE=value.value)
            work = [*value.before, *put]
            before += around(_IF_ROOM, work, LEVEL=ast.Constant(inner)) if inner > known else work
        if not node.agreement.is_still:
            before += written(_SETTLED, MADE=made, SETTLE=self._names.of(node.agreement.settle))
        return Value(before, made)

    def _name(self, begin: str) -> ast.Name:
        return ast.Name(self._names.free(begin), ast.Load())


def _key(whole: ast.expr, part: ast.expr) -> ast.expr:
    """The key of a part."""
    return valued(OWN, KEY=whole, SALT=part)


def _salts(most: int) -> Sequence[Sequence[int]]:
    """The salts of so many parts, by how many there are."""
    return tuple(tuple(first_salts(number)) for number in range(most + 1))
