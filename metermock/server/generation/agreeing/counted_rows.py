"""Fields that count the rows of the list beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.server.generation.agreeing.bills import billed
from metermock.server.generation.agreeing.columns import sums_beside
from metermock.server.generation.agreeing.counting import is_batch
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.row_counts import counts_rows


def countings_of_rows(fields: Sequence[Facts]) -> Iterator[Step]:
    """The steps that count rows."""
    return (_count(rows, field, is_whole=is_whole) for rows, field, is_whole in counts(fields))


def counts(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, bool]]:
    """A list, the field that counts its rows, and whether it counts those of other pages too.

    `count` is the number of rows, `total_count` of all that there are.
    """
    lists = [field for field in fields if field.is_list]
    if len(lists) != 1 or is_batch(fields):
        return
    added = billed(fields) | sums_beside(fields)
    counting = [
        field
        for field in fields
        if field.is_integer and counts_rows(names.plain(field.name)) and field.name not in added
    ]
    for field in counting:
        is_whole = names.has(field.name, names.TOTAL) or len(counting) == 1
        yield lists[0], field, is_whole


def counts_none(fields: Sequence[Facts]) -> frozenset[str]:
    """The numbers beside a list that count no rows of it: sums of them, and what came of a batch."""
    several = (each.name for each in fields if each.is_integer) if is_batch(fields) else ()
    return sums_beside(fields) | frozenset(several)


def _count(rows: Facts, field: Facts, *, is_whole: bool) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list):
            return {}
        page = scene.page
        return {field.name: page.total if is_whole and page is not None else len(listed)}

    return step
