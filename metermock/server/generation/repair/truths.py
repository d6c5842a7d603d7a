"""Ways to make a rule true: its parts, its rows, its comparisons and its functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from metermock.contract.cel import syntax
from metermock.contract.cel.function_values import half_up
from metermock.server.generation.repair import sequences
from metermock.server.generation.repair.cells import (
    as_slot,
    branch,
    cells_of,
    inside,
    is_number,
    slot_of,
)
from metermock.server.generation.repair.draft import ABSENT, At, Cell, Slot, Way
from metermock.server.generation.repair.leading import order
from metermock.server.generation.repair.writing import ways_to, write_cell
from metermock.server.generation.values.scene import TooDeepError, child

Ways = Iterator[Way]
TURNS = 3
"""How many ways a part of a whole is tried in, each of them first once."""
_TRIES = 8


def ways(node: syntax.Node, at: At, *, wanted: bool = True) -> Ways:
    """Ways to make an expression true, or false; the likeliest first."""
    match node:
        case syntax.Unary(sign="!", operand=operand):
            yield from ways(operand, at, wanted=not wanted)
        case syntax.Binary(sign="&&" | "||"):
            yield from _joined(node, at, wanted=wanted)
        case syntax.Binary():
            yield from _compared(node, at, wanted=wanted)
        case syntax.Choice():
            yield from ways(branch(node, at), at, wanted=wanted)
        case syntax.Invocation(name=name) if wanted and name in _MADE_TRUE:
            yield from _MADE_TRUE[name](node, at)
        case syntax.Invocation(name="has"):
            yield from _has(node, at, wanted=wanted)
        case syntax.Invocation(name="exists", target=target) if target is not None:
            yield from _all(node, at, wanted=wanted)
        case _:
            slot = slot_of(node, at)
            if slot is not None:
                yield partial(at.draft.put, slot, wanted)


def settle(node: syntax.Node, at: At, turn: int = 0, *, wanted: bool = True) -> bool:
    """Make a part true in the first way that works, beginning with another at each turn."""
    if at.value(node) is wanted:
        return True
    found = []
    for number, way in enumerate(ways(node, at, wanted=wanted)):
        if number >= _TRIES:
            break
        found.append(way)
    turn = turn % len(found) if found else 0
    mark = len(at.draft.changes)
    for way in (*found[turn:], *found[:turn]):
        if way() and at.value(node) is wanted:
            return True
        at.draft.undo(mark)
    return False


def _joined(node: syntax.Binary, at: At, *, wanted: bool) -> Ways:
    if (node.sign == "&&") is wanted:
        for turn in range(TURNS):
            yield partial(_both, node, at, turn, wanted)
        return
    for part in (node.right, node.left):
        yield from ways(part, at, wanted=wanted)


def _both(node: syntax.Binary, at: At, turn: int, wanted: bool) -> bool:  # noqa: FBT001 - of a partial
    done = [settle(part, at, turn, wanted=wanted) for part in (node.left, node.right)]
    return all(done)


def _compared(node: syntax.Binary, at: At, *, wanted: bool) -> Ways:
    sign = node.sign if wanted else _OPPOSITES.get(node.sign, "")
    left, right = at.value(node.left), at.value(node.right)
    if sign == "==":
        yield from _equal(node, at)
    elif sign == "!=":
        yield from _unequal(node, at)
    elif sign == "in" and isinstance(right, list):
        yield from _within(node, at, left, right)
    elif sign in ("<", "<=", ">", ">="):
        yield from _bounded(node, at, sign)


_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": ""}


def _equal(node: syntax.Binary, at: At) -> Ways:
    left, right = at.value(node.left), at.value(node.right)
    if isinstance(left, bool) or isinstance(right, bool):
        for side, other in ((node.left, right), (node.right, left)):
            if isinstance(other, bool):
                yield from ways(side, at, wanted=other)
        return
    for side, other in order(node.left, node.right, at):
        yield from ways_to(side, at, at.value(other))


def _unequal(node: syntax.Binary, at: At) -> Ways:
    for side, other in order(node.left, node.right, at):
        slot = slot_of(side, at)
        if slot is not None:
            yield partial(renew, slot, at, partial(_is_other, at.value(other)))


def _is_other(old: Any, made: Any) -> bool:
    return bool(made != old)


def renew(slot: Slot, at: At, is_fitting: Callable[[Any], bool]) -> bool:
    """Put another value into a place, as its schema makes them."""
    if slot.path[0] != "body":
        return False
    for number in range(_TRIES):
        try:
            value = at.draft.shapes.fresh(slot.path[1:], at.draft.scene, child(at.draft.key, f"try {number}"))
        except TooDeepError:
            return False
        if is_fitting(value) and at.draft.put(slot, value):
            return True
    return False


def _within(node: syntax.Binary, at: At, left: Any, right: list[Any]) -> Ways:
    if is_number(left) and all(map(is_number, right)):
        right = sorted(right, key=lambda each: abs(each - left))
    for value in right[:_TRIES]:
        yield from ways_to(node.left, at, value)
    if isinstance(left, dict):
        yield from sequences.add(node.right, at, left)
    for cell in cells_of(node.right, at)[:1]:
        yield partial(write_cell, cell, left, at)


def _bounded(node: syntax.Binary, at: At, sign: str) -> Ways:
    """One side is moved to the other, or just past it."""
    left, right = at.value(node.left), at.value(node.right)
    if ABSENT in (left, right):
        return
    step = 0 if sign in ("<=", ">=") else 1
    is_below = sign in ("<", "<=")
    for side, other in order(node.left, node.right, at):
        bound = right if other is node.right else left
        shift = step if (side is node.right) is is_below else -step
        if is_number(bound):
            yield from ways_to(side, at, bound + shift)
        elif not step:
            yield from ways_to(side, at, bound)


def _all(node: syntax.Invocation, at: At, *, wanted: bool = True) -> Ways:
    """Every row is made to hold; for `exists` the row that holds most of it."""
    variable, test = node.arguments
    target = node.target
    if not isinstance(variable, syntax.Name) or target is None:
        return
    for turn in range(TURNS):
        if (node.name == "all") is wanted:
            yield partial(_every, test, variable.name, target, at, turn, wanted)
    if (node.name == "exists") is wanted:
        yield from _any(test, variable.name, target, at, wanted=wanted)


def _every(  # noqa: PLR0917 - of a partial
    test: syntax.Node,
    name: str,
    target: syntax.Node,
    at: At,
    turn: int,
    wanted: bool,  # noqa: FBT001 - of a partial
) -> bool:
    done = [settle(test, at.row(name, cell), turn, wanted=wanted) for cell in cells_of(target, at)]
    return all(done)


def _any(test: syntax.Node, name: str, target: syntax.Node, at: At, *, wanted: bool) -> Ways:
    rows = [at.row(name, cell) for cell in cells_of(target, at)]
    parts = list(conjuncts(test))
    rows.sort(key=lambda row: -sum(row.holds(part) for part in parts))
    for row in rows[:TURNS]:
        for turn in range(2):
            yield partial(settle, test, row, turn, wanted=wanted)


def conjuncts(node: syntax.Node) -> Iterator[syntax.Node]:
    """The parts that `&&` joins."""
    if isinstance(node, syntax.Binary) and node.sign == "&&":
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def _near(node: syntax.Invocation, at: At) -> Ways:
    left, right, tolerance = node.operands
    margin = at.value(tolerance)
    for side, other in order(left, right, at):
        value = at.value(other)
        if is_number(value) and is_number(margin):
            yield from ways_to(side, at, _readable(value, margin))
            yield from ways_to(side, at, value)


def _readable(value: float, margin: float) -> int | float:
    """The number of fewest digits, at least two of them, that is near enough."""
    if isinstance(value, int):
        return value
    found = (half_up(value, digits) for digits in range(2, 9))
    return next((each for each in found if abs(each - value) <= margin), value)


def _has(node: syntax.Invocation, at: At, *, wanted: bool) -> Ways:
    (member,) = node.arguments
    if not isinstance(member, syntax.Member):
        return
    holder = slot_of(member.operand, at)
    slot = inside(holder, member.name)
    if slot is None or slot.path[0] != "body":
        return
    if wanted:
        yield partial(renew, slot, at, lambda _: True)
    elif not at.draft.shapes.requires(slot.path[1:]):
        yield partial(_leave_out, slot, at)


def _leave_out(slot: Slot, at: At) -> bool:
    return at.draft.write(slot, ABSENT)


def _whole(cell: Cell, at: At) -> bool:
    value = cell.get()
    slot = as_slot(cell)
    is_count = type(value) is int and value >= 0
    return is_count or (slot is not None and is_number(value) and at.draft.put(slot, max(round(value), 0)))


def _counts(node: syntax.Invocation, at: At) -> Ways:
    yield lambda: all(_whole(cell, at) for cell in cells_of(node.operands[0], at))


def _is_int(node: syntax.Invocation, at: At) -> Ways:
    slot = slot_of(node.operands[0], at)
    if slot is not None:
        yield partial(_whole, slot, at)


_MADE_TRUE: Mapping[str, Callable[[syntax.Invocation, At], Ways]] = {
    "all": functools.partial(_all, wanted=True),
    "exists": functools.partial(_all, wanted=True),
    "near": _near,
    "counts": _counts,
    "is_int": _is_int,
    **sequences.MADE_TRUE,
}
