"""Which side of an equation follows from the other."""

from __future__ import annotations

from metermock.contract.cel import syntax
from metermock.server.generation.repair.cells import slot_of
from metermock.server.generation.repair.draft import At, Slot
from metermock.server.generation.words import names

_FOLLOWING = (
    names.TOTAL
    | names.LEFT
    | names.PERCENT
    | names.SHARE
    | {"average", "avg", "mean", "rate", "peak", "count", "size", "has", "more", "label", "unit", "per"}
)
_LEADING = names.LIMITS | {"id", "key", "plan", "name"}
_FOLLOWS, _PLAIN, _LEADS, _ARITHMETIC, _MANY, _FIXED = range(6)


def order(left: syntax.Node, right: syntax.Node, at: At) -> tuple[tuple[syntax.Node, syntax.Node], ...]:
    """The sides of an equation, each with the other: first the one that is computed of the other."""
    pairs = ((left, right), (right, left))
    found = [(rank(side, at), index) for index, (side, _) in enumerate(pairs)]
    return tuple(pairs[index] for rated, index in sorted(found) if rated != _FIXED)


def rank(node: syntax.Node, at: At) -> int:
    """How much leads: less is computed first."""
    if not _names(node) & {"body", "headers", *at.cells}:
        return _FIXED
    slot = slot_of(node, at)
    if slot is not None:
        return _of_slot(slot)
    match node:
        case syntax.Invocation(name="size" | "sum" | "max" | "min" | "avg" | "map" | "column" | "filter"):
            return _MANY
        case syntax.Invocation() if node.operands:
            return max(rank(node.operands[0], at), _PLAIN)
        case syntax.Choice() | syntax.Index():
            return _MANY
        case _:
            return _ARITHMETIC


def _of_slot(slot: Slot) -> int:
    words = set(names.words_of(str(slot.path[-1])))
    if words & _LEADING:
        return _LEADS
    return _FOLLOWS if words & _FOLLOWING or slot.path[0] == "headers" else _PLAIN


def _names(node: syntax.Node) -> set[str]:
    found = {node.name} if isinstance(node, syntax.Name) else set()
    for part in syntax.children(node):
        found |= _names(part)
    return found
