"""The places in a reply that expressions speak of, so that they can be written."""

from __future__ import annotations

from typing import Any

from metermock.contract.cel import syntax
from metermock.server.generation.repair.draft import ABSENT, At, Cell, Derived, Slot


def slot_of(node: syntax.Node, at: At) -> Slot | None:
    """The place that a part of an expression names; None for any other expression."""
    match node:
        case syntax.Name(name=name):
            return _named(name, at)
        case syntax.Member(operand=operand, name=name):
            return inside(_cell(operand, at), name)
        case syntax.Index(operand=operand, key=key):
            return _item(operand, at.value(key), at)
        case syntax.Choice():
            return slot_of(branch(node, at), at)
        case _:
            return None


def branch(node: syntax.Choice, at: At) -> syntax.Node:
    """The side of a choice that is taken now."""
    return node.yes if at.holds(node.test) else node.no


def inside(cell: Cell | None, name: str) -> Slot | None:
    """A field of what a cell holds."""
    slot = as_slot(cell)
    if slot is None:
        return None
    holder = slot.get()
    return Slot(holder, name, (*slot.path, name)) if isinstance(holder, dict) else None


def as_slot(cell: Cell | None) -> Slot | None:
    """The place of a cell, if it has one."""
    return slot_of(cell.node, cell.at) if isinstance(cell, Derived) else cell


def cells_of(node: syntax.Node, at: At) -> list[Cell]:
    """The items of a list, each with its place; nothing where it is no list that is known here."""
    match node:
        case syntax.ListOf(items=items):
            return [Derived(item, at) for item in items]
        case syntax.Choice():
            return cells_of(branch(node, at), at)
        case syntax.Invocation():
            return _made(node, at)
        case syntax.Name(name=name) if isinstance(cell := at.cells.get(name), Derived):
            return cells_of(cell.node, cell.at)
    slot = slot_of(node, at)
    rows = None if slot is None else slot.get()
    if slot is None or not isinstance(rows, list):
        return []
    return [Slot(rows, index, (*slot.path, index)) for index in range(len(rows))]


def _named(name: str, at: At) -> Slot | None:
    if name in at.cells:
        return as_slot(at.cells[name])
    if name in ("body", "headers"):
        return Slot(at.draft.variables, name, (name,))
    return None


def _cell(node: syntax.Node, at: At) -> Cell | None:
    if isinstance(node, syntax.Name) and node.name in at.cells:
        return at.cells[node.name]
    return slot_of(node, at)


def _item(operand: syntax.Node, key: Any, at: At) -> Slot | None:
    if isinstance(key, str):
        return inside(_cell(operand, at), key)
    if not isinstance(key, int) or isinstance(key, bool):
        return None
    cells = cells_of(operand, at)
    return as_slot(cells[key]) if 0 <= key < len(cells) else None


def _made(node: syntax.Invocation, at: At) -> list[Cell]:
    """The items of a list that a function makes."""
    operands = node.operands
    match node.name:
        case "column":
            name = at.value(operands[1])
            found = [inside(cell, name) for cell in cells_of(operands[0], at)]
            return [cell for cell in found if cell is not None]
        case "concat" if isinstance(operands[0], syntax.ListOf):
            return [cell for part in operands[0].items for cell in cells_of(part, at)]
        case "where" | "between" | "during" | "last" | "first":
            return _some(operands[0], at.value(node), at)
        case "filter" | "map" if isinstance(node.target, syntax.Node):
            return _of_rows(node, node.target, at)
    return []


def _of_rows(node: syntax.Invocation, target: syntax.Node, at: At) -> list[Cell]:
    """The rows that a test keeps, or what becomes of each row."""
    variable, *parts = node.arguments
    if not isinstance(variable, syntax.Name) or len(parts) != 1:
        return []
    rows = [(cell, at.row(variable.name, cell)) for cell in cells_of(target, at)]
    if node.name == "map":
        return [Derived(parts[0], row) for _, row in rows]
    return [cell for cell, row in rows if row.holds(parts[0])]


def _some(rows: syntax.Node, chosen: Any, at: At) -> list[Cell]:
    """The cells of those rows that a function gave: it gives the same objects."""
    if not isinstance(chosen, list):
        return []
    cells = cells_of(rows, at)
    wanted = {id(each) for each in chosen if isinstance(each, dict)}
    if wanted:
        return [cell for cell in cells if id(cell.get()) in wanted]
    values = [cell.get() for cell in cells]
    for first in range(len(values) - len(chosen) + 1):
        if values[first : first + len(chosen)] == chosen:
            return cells[first : first + len(chosen)]
    return []


def numbers_in(cells: list[Cell]) -> list[Any]:
    """The values of cells if all are numbers, else nothing."""
    values = [cell.get() for cell in cells]
    return values if all(is_number(value) for value in values) else []


def is_number(value: Any) -> bool:
    """Whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value is not ABSENT
