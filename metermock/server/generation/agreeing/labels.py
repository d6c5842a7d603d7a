"""Lists of numbers with labels have each label once: one row for each model, each service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.units import counted
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_THINGS = frozenset({"id", "uuid"})
_OF_LABELS = frozenset({"id", "code", "key", "slug", "name"})
_BESIDE = frozenset({"label", "display_name", "description", "unit", "color", "icon"})
"""Texts that say more of what another label names."""


def labels(fields: Sequence[Facts]) -> Iterator[Step]:
    """Rows of numbers that have all labels of one before them are left out."""
    for rows in fields:
        told = labels_of(rows.rows) if rows.is_list else ()
        if told:
            yield partial(_once, rows.name, told)


def labels_of(rows: Sequence[Facts]) -> Sequence[str]:
    """The fields that tell rows of numbers apart; none of other rows."""
    told = [each for each in rows if not each.is_number]
    is_plain = not any(each.is_list or each.is_object or each.notation for each in told)
    return [each.name for each in _leading(told)] if told and is_plain and _are_shares(rows) else ()


def firsts(told: Sequence[str], listed: Sequence[Any]) -> Sequence[int]:
    """The numbers of the rows that stay: of each label the first."""
    known: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(listed):
        if not isinstance(row, dict):
            return range(len(listed))
        known.setdefault(tuple(str(row.get(each)) for each in told), number)
    return [*known.values()]


def _leading(told: Sequence[Facts]) -> Sequence[Facts]:
    """The labels that tell rows apart: where a schema lists the cities, `city_name` follows from `city`."""
    listed = [each for each in told if each.choices]
    if len(listed) != 1:
        return told
    own = frozenset(names.words_of(listed[0].name)) - _OF_LABELS
    follows = [own & {*names.words_of(each.name)} or names.plain(each.name) in _BESIDE for each in told]
    return listed if all(follows) else told


def _are_shares(rows: Sequence[Facts]) -> bool:
    """Whether rows have numbers that add up, and no ids of their own."""
    is_counted = any(True for _ in counted(rows))
    return is_counted and not any(names.plain(each.name) in _THINGS for each in rows)


def _once(name: str, told: Sequence[str], made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
    listed = made.get(name)
    # The rows of a page are counted beside it.
    if not isinstance(listed, list) or scene.page is not None:
        return {}
    numbers = firsts(told, listed)
    return {name: [listed[number] for number in numbers]} if len(numbers) < len(listed) else {}
