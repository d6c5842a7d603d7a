"""Ways to make an expression come to a value: what it is made of is written, back to a place in the reply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.contract.cel import syntax
from metermock.contract.cel.function_error import FunctionError
from metermock.contract.cel.plain_values import equal
from metermock.server.generation.repair.cells import branch, cells_of, is_number, numbers_in, slot_of
from metermock.server.generation.repair.draft import ABSENT, At, Cell, Slot, Way
from metermock.server.generation.repair.inverses import inverse
from metermock.server.generation.repair.listing import resize, share_out
from metermock.server.generation.repair.moments import slide, zone_of

Ways = Iterator[Way]
_THROUGH = frozenset({"double", "int", "round", "string", "clamp", "dyn"})
"""Functions that give what they are given, as far as a repair is concerned."""

_ALIKE = 1e-6
"""How far apart numbers may be, by their size, that are equal to a rule."""
_SINGLE = 4
"""How many rows are tried one by one to make a sum come out."""


def write_cell(cell: Cell, value: Any, at: At) -> bool:
    """Write an item of a list."""
    if isinstance(cell, Slot):
        return at.draft.put(cell, value)
    return first_of(cell.node, cell.at, value)


def write_cells(cells: Sequence[Cell], values: Sequence[Any], at: At) -> bool:
    """Write the items of a list, each by itself."""
    return len(cells) == len(values) and all(
        write_cell(cell, value, at) for cell, value in zip(cells, values, strict=True)
    )


def first_of(node: syntax.Node, at: At, value: Any) -> bool:
    """Make an expression come to a value in the first way that works."""
    mark = len(at.draft.changes)
    if same(at.value(node), value):
        return True
    for way in ways_to(node, at, value):
        if way() and same(at.value(node), value):
            return True
        at.draft.undo(mark)
    return False


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal to a rule; numbers nearly so."""
    if is_number(one) and is_number(other):
        return bool(abs(one - other) <= _ALIKE * max(1.0, abs(one)))
    if one is ABSENT or other is ABSENT:
        return False
    try:
        return bool(equal(one, other))
    except Exception:  # noqa: BLE001 - what plain Python cannot compare is not equal here
        return False


def ways_to(node: syntax.Node, at: At, value: Any) -> Ways:
    """Ways to make an expression come to a value."""
    if value is ABSENT:
        return
    slot = slot_of(node, at)
    if slot is not None:
        yield from _place(node, slot, at, value)
        return
    match node:
        case syntax.Unary(sign="-", operand=operand) if is_number(value):
            yield from ways_to(operand, at, -value)
        case syntax.Binary():
            yield from _arithmetic(node, at, value)
        case syntax.Choice():
            yield from ways_to(branch(node, at), at, value)
        case syntax.Index(operand=syntax.MapOf(entries=entries), key=key):
            for name in (name for name, held in entries if same(at.value(held), value)):
                yield from ways_to(key, at, at.value(name))
        case syntax.ListOf() if isinstance(value, list):
            yield partial(_each, node, at, value)
        case syntax.Invocation():
            yield from _function(node, at, value)


def _place(node: syntax.Node, slot: Slot, at: At, value: Any) -> Ways:
    """Ways to write a place: a list item by item, a row of a series with the rows around it."""
    if isinstance(slot.get(), list) and isinstance(value, list):
        yield partial(_each, node, at, value)
    if isinstance(node, syntax.Member) and not isinstance(node.operand, syntax.Name):
        yield partial(slide, at.draft, slot, value, zone_of(at))
    yield partial(at.draft.put, slot, value)


def _each(node: syntax.Node, at: At, values: list[Any]) -> bool:
    """Write the items of a list, each by itself."""
    return write_cells(cells_of(node, at), values, at)


def _arithmetic(node: syntax.Binary, at: At, wanted: Any) -> Ways:
    left, right = at.value(node.left), at.value(node.right)
    if isinstance(wanted, str) and node.sign == "+":
        yield from _joined(node, at, wanted)
        return
    if not (is_number(wanted) and is_number(left) and is_number(right)):
        return
    for part, other in ((node.left, node.right), (node.right, node.left)):
        value = _operand(node.sign, wanted, at.value(other), at.value(part), is_left=part is node.left)
        if value is not None:
            yield from ways_to(part, at, value)
    if node.sign == "+":
        yield partial(_share, node, at, wanted)


def _operand(sign: str, wanted: Any, other: Any, own: Any, *, is_left: bool) -> Any:
    """What one operand must be, so that the operation gives what is wanted."""
    found: Any = None
    match sign:
        case "+":
            found = wanted - other
        case "-":
            found = wanted + other if is_left else other - wanted
        case "*" if other:
            found = wanted / other
        case "/" if is_left:
            found = wanted * other
        case "/" if wanted:
            found = other / wanted
        case "%" if is_left and other:
            found = own - own % other + wanted
        case _:
            return None
    is_whole = all(isinstance(each, int) for each in (wanted, other, own))
    return round(found) if is_whole and isinstance(found, float) else found


def _share(node: syntax.Node, at: At, wanted: Any) -> bool:
    """Give each summand its part of a sum."""
    parts: list[syntax.Node] = []
    left = [node]
    while left:
        each = left.pop()
        if isinstance(each, syntax.Binary) and each.sign == "+":
            left += [each.right, each.left]
        else:
            parts.append(each)
    slots = [slot_of(part, at) for part in parts]
    rest = sum(at.value(part) for part, slot in zip(parts, slots, strict=True) if slot is None)
    known: list[Cell] = [slot for slot in slots if slot is not None]
    values = numbers_in(known)
    if not values:
        return False
    shares = share_out(values, wanted - rest)
    return write_cells(known, shares, at)


def _joined(node: syntax.Binary, at: At, wanted: str) -> Ways:
    """Texts that are put together: what is left of the wanted one goes to the other."""
    left, right = at.value(node.left), at.value(node.right)
    if isinstance(right, str) and wanted.endswith(right):
        yield from ways_to(node.left, at, wanted[: len(wanted) - len(right)])
    if isinstance(left, str) and wanted.startswith(left):
        yield from ways_to(node.right, at, wanted[len(left) :])


def _function(node: syntax.Invocation, at: At, value: Any) -> Ways:
    """A function's argument is made what the function gives the value for."""
    if node.name in _LISTS:
        yield from _LISTS[node.name](node, at, value)
        return
    if node.name in _THROUGH:
        yield from ways_to(node.operands[0], at, value)
        return
    try:
        found = list(inverse(node, at, value))
    except (FunctionError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return
    for part, wanted in found:
        yield from ways_to(part, at, wanted)


def _size(node: syntax.Invocation, at: At, value: Any) -> Ways:
    slot = slot_of(node.operands[0], at)
    if slot is not None and isinstance(slot.get(), list) and isinstance(value, int):
        yield partial(resize, slot, value, at)


def _sum(node: syntax.Invocation, at: At, value: Any) -> Ways:
    if is_number(value):
        yield partial(_share_rows, node.operands[0], at, value)
        for place in range(_SINGLE):
            yield partial(_shift_row, node.operands[0], at, value, place)


def _share_rows(rows: syntax.Node, at: At, total: Any) -> bool:
    """Give each row its part of a sum."""
    cells = cells_of(rows, at)
    values = numbers_in(cells)
    return bool(values) and write_cells(cells, share_out(values, total), at)


def _shift_row(rows: syntax.Node, at: At, total: Any, place: int) -> bool:
    """Change one row so that a sum comes out: the greatest, or the next ones."""
    cells = cells_of(rows, at)
    values = numbers_in(cells)
    if place >= len(values):
        return False
    index = sorted(range(len(values)), key=lambda each: -values[each])[place]
    return write_cell(cells[index], values[index] + total - sum(values), at)


def _extreme(node: syntax.Invocation, at: At, value: Any) -> Ways:
    """Of the items, one becomes the wanted extreme, and those beyond it too."""
    values = at.value(node.operands[0])
    if not isinstance(values, list) or any(type(each) is not type(value) for each in values):
        return
    is_max = node.name == "max"
    order = sorted(range(len(values)), key=values.__getitem__, reverse=is_max)
    for edge in order[:_SINGLE]:
        crossing = [i for i, each in enumerate(values) if (each > value if is_max else each < value)]
        yield partial(_write_some, node.operands[0], at, {edge, *crossing}, value)


def _write_some(rows: syntax.Node, at: At, places: Iterable[int], value: Any) -> bool:
    cells = cells_of(rows, at)
    return all(place < len(cells) and write_cell(cells[place], value, at) for place in sorted(places))


def _mean(node: syntax.Invocation, at: At, value: Any) -> Ways:
    def way() -> bool:
        cells = cells_of(node.operands[0], at)
        values = numbers_in(cells)
        shares = share_out(values, value * len(values)) if values and is_number(value) else []
        return bool(values) and write_cells(cells, shares, at)

    yield way


def _column(node: syntax.Invocation, at: At, value: Any) -> Ways:
    if isinstance(value, list):
        yield partial(_each, node, at, value)


_LISTS: Mapping[str, Callable[[syntax.Invocation, At, Any], Ways]] = {
    "size": _size,
    "sum": _sum,
    "max": _extreme,
    "min": _extreme,
    "avg": _mean,
    **dict.fromkeys(("column", "map", "filter", "where", "between", "last", "first"), _column),
}
