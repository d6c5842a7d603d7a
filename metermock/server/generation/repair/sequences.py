"""Ways to make lists ordered, their items unlike, and texts match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from metermock.contract.cel import syntax
from metermock.contract.cel.plain_values import equal
from metermock.server.generation.repair.cells import as_slot, cells_of, is_number, slot_of
from metermock.server.generation.repair.draft import ABSENT, At, Slot, Way
from metermock.server.generation.repair.moments import is_moment, moment_of
from metermock.server.generation.repair.writing import ways_to, write_cells
from metermock.server.generation.values.letters import like
from metermock.server.generation.values.patterns import drawn
from metermock.server.generation.values.scene import TooDeepError, child
from metermock.server.generation.words import names

Ways = Iterator[Way]
_TRIES = 40
_STATUSES = (200, 404, 429, 500, 401, 201, 503)
"""What replies of a deployment mostly have."""


def _ordered(node: syntax.Invocation, at: At) -> Ways:
    rows, values = node.operands[0], at.value(node.operands[0])
    if not isinstance(values, list):
        return
    descends = node.name == "descending"
    yield partial(_sort_rows, rows, values, at, descends)
    if node.name == "strictly_ascending" or not _is_mapped(rows):
        yield partial(_sort_values, rows, at, descends)


def _is_mapped(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Invocation) and node.name == "map"


def _sort_rows(
    node: syntax.Node,
    values: list[Any],
    at: At,
    descends: bool,  # noqa: FBT001 - of a partial
) -> bool:
    """Put the rows themselves in the order of what is asked of them."""
    while isinstance(node, syntax.Invocation) and node.name in ("map", "column"):
        node = node.operands[0]
    slot = slot_of(node, at)
    rows = None if slot is None else slot.get()
    if slot is None or not isinstance(rows, list) or len(rows) != len(values):
        return False
    if not (all(map(is_number, values)) or all(isinstance(value, str) for value in values)):
        return False
    places = sorted(range(len(rows)), key=values.__getitem__, reverse=descends)
    return at.draft.rewrite(slot, [rows[place] for place in places])


def _sort_values(node: syntax.Node, at: At, descends: bool) -> bool:  # noqa: FBT001 - of a partial
    cells = cells_of(node, at)
    values = [cell.get() for cell in cells]
    if all(map(is_moment, values)):
        values.sort(key=moment_of, reverse=descends)
    elif all(map(is_number, values)) or all(isinstance(value, str) for value in values):
        values.sort(reverse=descends)
    else:
        return False
    return write_cells(cells, values, at)


def _unique(node: syntax.Invocation, at: At) -> Ways:
    yield partial(_renew_twins, node.operands[0], at)
    yield partial(_drop_twins, node.operands[0], at)


def _renew_twins(node: syntax.Node, at: At) -> bool:
    """Give each item that was there before another value."""
    seen: list[Any] = []
    for number, cell in enumerate(cells_of(node, at)):
        slot = as_slot(cell)
        value = cell.get()
        if slot is None:
            return False
        if _is_among(value, seen):
            value = _another(slot, seen, at, number)
            if value is ABSENT or not at.draft.put(slot, value):
                return False
        seen.append(value)
    return True


def _is_among(value: Any, seen: list[Any]) -> bool:
    return any(value == each and type(value) is type(each) for each in seen)


def _another(slot: Slot, seen: list[Any], at: At, number: int) -> Any:
    """A value for a place that is not there yet: an unused one of the schema's, or a new one."""
    shape = at.draft.shapes.at(slot.path[1:])
    if shape is None:
        return ABSENT
    old = slot.get()
    following: Iterable[Any] = range(old + 1, old + 1 + len(seen)) if type(old) is int else ()
    if isinstance(old, str) and not is_moment(old):
        following = _alike_texts(old, child(at.draft.key, number), len(seen))
    statuses = _STATUSES if is_status(slot) else ()
    for value in (*shape.whole.get("enum", ()), *statuses, *following):
        if not _is_among(value, seen) and shape.accepts(value):
            return value
    for index in range(_TRIES):
        key = child(at.draft.key, f"item {number} {index}")
        try:
            value = at.draft.shapes.fresh(slot.path[1:], at.draft.scene, key)
        except TooDeepError:
            return ABSENT
        if not _is_among(value, seen):
            return value
    return ABSENT


def _alike_texts(text: str, key: int, count: int) -> Iterator[str]:
    """Texts of the same shape; of one that ends with a number the next numbers."""
    digits = re.search(r"[0-9]{1,15}\Z", text)
    if digits is None:
        yield from (like(text, child(key, index)) for index in range(_TRIES))
        return
    for index in range(1, count + 2):
        yield text[: digits.start()] + str(int(digits[0]) + index).zfill(len(digits[0]))


def is_status(slot: Slot) -> bool:
    """Whether a place holds a status of HTTP."""
    return "status" in names.words_of(str(slot.path[-1])) and type(slot.get()) is int


def _drop_twins(node: syntax.Node, at: At) -> bool:
    """Take out each row whose value was there before."""
    if not isinstance(node, syntax.Invocation) or node.name != "column":
        return False
    slot = slot_of(node.operands[0], at)
    rows, values = (None if slot is None else slot.get()), at.value(node)
    if slot is None or not isinstance(rows, list) or len(values) != len(rows):
        return False
    kept = [row for index, row in enumerate(rows) if not _is_among(values[index], values[:index])]
    shape = at.draft.shapes.at(slot.path[1:])
    if shape is None or len(kept) < shape.whole.get("minItems", 0):
        return False
    return at.draft.rewrite(slot, kept)


def _matches(node: syntax.Invocation, at: At) -> Ways:
    text, pattern = at.value(node.operands[0]), at.value(node.operands[1])
    if not isinstance(pattern, str):
        return
    if is_moment(text) and len(text) > len("2026-03-18"):
        for time in ("T00:00:00Z", "T23:59:59Z"):
            yield from ways_to(node.operands[0], at, text[:10] + time)
    for value in drawn(pattern, 0, None):
        yield from ways_to(node.operands[0], at, value)


def _starts(node: syntax.Invocation, at: At) -> Ways:
    text, part = at.value(node.operands[0]), at.value(node.operands[1])
    if isinstance(text, str) and isinstance(part, str):
        joined = part + text if node.name == "startsWith" else text + part
        if node.name == "startsWith" and is_moment(text):
            joined = part + text[len(part) :]
        yield from ways_to(node.operands[0], at, joined)
        yield from ways_to(node.operands[0], at, part)


def add(node: syntax.Node, at: At, row: Mapping[str, Any]) -> Ways:
    """Ways to have a row in a list: it replaces one that is like it, or is added."""
    for cell in cells_of(node, at):
        slot = as_slot(cell)
        if slot is not None and _is_like(slot.get(), row):
            yield partial(at.draft.put, slot, dict(row))
    slot = slot_of(node, at)
    rows = None if slot is None else slot.get()
    if slot is not None and isinstance(rows, list):
        yield partial(_append, slot, dict(row), at)


def _is_like(held: Any, row: Mapping[str, Any]) -> bool:
    return isinstance(held, dict) and any(
        name in held and not isinstance(value, bool) and _alike(held[name], value)
        for name, value in row.items()
    )


def _alike(one: Any, other: Any) -> bool:
    try:
        return equal(one, other)
    except Exception:  # noqa: BLE001 - what cannot be compared is unlike
        return False


def _append(slot: Slot, row: Any, at: At) -> bool:
    return at.draft.rewrite(slot, [*slot.get(), row])


MADE_TRUE: Mapping[str, Callable[[syntax.Invocation, At], Ways]] = {
    "ascending": _ordered,
    "descending": _ordered,
    "strictly_ascending": _ordered,
    "unique": _unique,
    "matches": _matches,
    "startsWith": _starts,
    "endsWith": _starts,
    "contains": _starts,
}
