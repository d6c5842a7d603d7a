"""Which places of a reply an expression reads, so that it is judged anew only where one of them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metermock.contract.cel import syntax
from metermock.server.generation.repair.draft import ANY, Place

_ROWS = frozenset({"last", "first", "filter", "where", "between", "during", "sort"})
"""Functions that give items of their first operand."""
_BY_NAME = frozenset({"column", "where", "between", "during"})
"""Functions that read a field of each row, whose name is the second operand."""
COUNT = "#"
"""Stands behind the place of a list for how many items it has, and in which order."""
_ROOTS = frozenset({"body", "headers"})
_Bound = Mapping[str, Place | None]


def places_of(node: syntax.Node) -> frozenset[Place]:
    """The places that an expression reads, without those inside them."""
    return frozenset(_reads(node, {}))


def is_touched(read: Place, written: Place) -> bool:
    """Whether a change of one place may change what stands at another."""
    return all(one in (other, ANY) for one, other in zip(read, written, strict=False))


def _reads(node: syntax.Node, bound: _Bound) -> Iterator[Place]:
    place = _place(node, bound)
    if place is not None:
        yield place
        # The key of an index may be a place of its own.
        while isinstance(node, syntax.Member | syntax.Index):
            if isinstance(node, syntax.Index):
                yield from _reads(node.key, bound)
            node = node.operand
        return
    if isinstance(node, syntax.Invocation):
        yield from _of_call(node, bound)
        return
    for part in syntax.children(node):
        yield from _reads(part, bound)


def _place(node: syntax.Node, bound: _Bound) -> Place | None:
    match node:
        case syntax.Name(name=name):
            return (name,) if name in _ROOTS and name not in bound else bound.get(name)
        case syntax.Member(operand=operand, name=name):
            around = _place(operand, bound)
            return None if around is None else (*around, name)
        case syntax.Index(operand=operand):
            return _item(operand, bound)
        case _:
            return None


def _item(node: syntax.Node, bound: _Bound) -> Place | None:
    """The place of each item of a list; None where the items stand in several places, or in none."""
    place = _place(node, bound)
    if place is not None:
        return (*place, ANY)
    if not isinstance(node, syntax.Invocation) or not node.operands:
        return None
    if node.name in _ROWS:
        return _item(node.operands[0], bound)
    rows = _item(node.operands[0], bound) if node.name == "column" else None
    field = node.operands[1] if rows is not None else None
    return (*rows, field.value) if rows is not None and isinstance(field, syntax.Literal) else None


def _of_call(node: syntax.Invocation, bound: _Bound) -> Iterator[Place]:
    operands = node.operands
    item = _item(operands[0], bound) if operands else None
    if item is None:
        for part in operands[:1]:
            yield from _reads(part, bound)
    else:
        yield from _source(node, item, bound)
    inner = dict(bound)
    rest = operands[1:]
    if node.name in syntax.MACROS and node.target is not None and isinstance(rest[0], syntax.Name):
        inner[rest[0].name] = item
        rest = rest[1:]
    for part in rest:
        yield from _reads(part, inner)


def _source(node: syntax.Invocation, item: Place, bound: _Bound) -> Iterator[Place]:
    """What is read of the list that a function is called on, whose items have a place."""
    rows = node.operands[0]
    if node.name == "size":
        yield from _listed(rows, bound)
    elif node.name in _BY_NAME and isinstance(node.operands[1], syntax.Literal):
        yield from _listed(rows, bound)
        yield (*item, node.operands[1].value)
    elif node.name in syntax.MACROS or node.name in _ROWS:
        yield from _listed(rows, bound)
    elif _place(rows, bound) is not None:
        yield from _reads(rows, bound)
    else:
        yield from _listed(rows, bound)
        yield item


def _listed(rows: syntax.Node, bound: _Bound) -> Iterator[Place]:
    """What decides which items a list has."""
    place = _place(rows, bound)
    if place is not None:
        yield (*place, COUNT)
    else:
        yield from _reads(rows, bound)
