"""Fields of one object that agree: used and remaining make the limit, totals are sums, and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import ABSENT
from metermock.server.generation import names, parts
from metermock.server.generation.bills import billed, bills
from metermock.server.generation.columns import NO_SUMS, shared, sums_of_rows, total_of
from metermock.server.generation.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.fresh import fresh
from metermock.server.generation.ordering import order, spread
from metermock.server.generation.people import people
from metermock.server.generation.quotas import quota, quotas
from metermock.server.generation.scene import Scene
from metermock.server.generation.stories import stories
from metermock.server.generation.windows import windows

COUNTS = frozenset(
    {"count", "total", "total_count", "totalcount", "total_items", "total_results", "length"}
    | {"total_records", "num_results", "result_count", "item_count", "total_size", "total_elements"}
)


class Agreement:
    """Makes the fields of an object agree, as far as their schemas let them; those in `pinned` stay."""

    def __init__(
        self, fields: Sequence[Facts], pinned: frozenset[str] = frozenset(), *, owner: str | None = None
    ) -> None:
        self._accepts = {field.name: field.accepts for field in fields}
        self._steps = (*_steps(fields, pinned), *(people(fields, owner) if owner is not None else ()))
        # Replies that only read need none of these.
        self._begun = (*fresh(fields), *self._steps)
        self._pinned = pinned

    def settle(self, made: dict[str, Any], scene: Scene, said: frozenset[str]) -> None:
        """Change an object's fields where they contradict each other; what the request said stays."""
        if not self._steps:
            return
        kept = said | self._pinned if self._pinned else said
        for step in self._begun if scene.event else self._steps:
            changes = step(made, scene)
            if changes and self._fit(changes, made, kept):
                made.update(changes)
                for name in [name for name, value in changes.items() if value is ABSENT]:
                    del made[name]

    def _fit(self, changes: Mapping[str, Any], made: Mapping[str, Any], kept: frozenset[str]) -> bool:
        """Whether an object can be changed so."""
        for name, value in changes.items():
            if name not in made:
                return False
            # What stays as it is needs no validator, which is the most of the work.
            if value == made[name]:
                continue
            if name in kept or not (value is ABSENT or self._accepts[name](value)):
                return False
        return True


def _steps(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    groups = list(quotas(fields))
    used = pinned | {group["used"].name for group in groups if {"limit", "used"} <= group.keys()}
    rows = list(sums_of_rows(fields))
    known = used | {each.total.name for each in rows if each.around is None}
    yield from windows(fields)
    yield from map(quota, groups)
    for each in rows:
        if each.is_used or each.total.name in used:
            rest = Agreement(each.rows.rows, frozenset({each.column.name}))
            yield shared(each, rest.settle)
    yield from (total_of(each) for each in rows if not each.is_used and each.total.name not in used)
    yield from (_sum(total, each) for total, each in sums(fields) if total.name not in known)
    yield from parts.steps(fields, known)
    yield from bills(fields)
    yield from _counts(fields)
    yield from spread(fields)
    yield from stories(fields)
    yield from order(fields)


def sums(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Sequence[Facts]]]:
    """`total_tokens` is `prompt_tokens` + `completion_tokens`; `total` is `succeeded` + `failed`."""
    numbers = numbers_of(fields)
    out = (
        names.LIMITS | names.LEFT | names.PERCENT | names.SHARE | NO_SUMS | frozenset({"cached", "reasoning"})
    )
    for total in numbers:
        words = frozenset(names.words_of(total.name))
        if not words & names.TOTAL or words & out:
            continue
        noun = names.stem(total.name, names.TOTAL)
        parts = []
        for field in numbers:
            own = names.words_of(field.name)
            if field is total or out & frozenset(own) or names.TOTAL & frozenset(own):
                continue
            is_outcome = bool(names.OUTCOMES & frozenset(own))
            is_same = bool(noun) and names.stem(field.name, names.OUTCOMES)[-len(noun) :] == noun
            if (is_outcome and (not noun or is_same or len(own) == 1)) or (is_same and len(own) > len(noun)):
                parts.append(field)
        outcomes = [field for field in parts if names.has(field.name, names.OUTCOMES)]
        chosen = outcomes if len(outcomes) > 1 else [field for field in parts if field not in outcomes]
        if len(chosen) > 1:
            yield total, chosen


def _sum(total: Facts, parts: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [value for field in parts if isinstance(value := made.get(field.name), int | float)]
        return {total.name: rounded(sum(values), total)} if len(values) == len(parts) else {}

    return step


def _counts(fields: Sequence[Facts]) -> Iterator[Step]:
    return (_count(rows, field, is_whole=is_whole) for rows, field, is_whole in counts(fields))


def counts(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, bool]]:
    """A list, the field that counts its rows, and whether it counts those of other pages too.

    `count` is the number of rows, `total_count` of all that there are.
    """
    lists = [field for field in fields if field.is_list]
    if len(lists) != 1:
        return
    added = billed(fields) | {each.total.name for each in sums_of_rows(fields) if each.around is None}
    counting = [
        field
        for field in fields
        if field.is_integer and names.plain(field.name) in COUNTS and field.name not in added
    ]
    for field in counting:
        is_whole = names.has(field.name, names.TOTAL) or len(counting) == 1
        yield lists[0], field, is_whole


def _count(rows: Facts, field: Facts, *, is_whole: bool) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list):
            return {}
        page = scene.page
        return {field.name: page.total if is_whole and page is not None else len(listed)}

    return step
