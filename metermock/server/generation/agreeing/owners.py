"""An organization beside its projects or members: what it has used is all that they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.columns import NO_SUMS, Settle
from metermock.server.generation.agreeing.facts import Facts, Step, as_figure, numbers_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.sizes import is_limit

_OWNERS = frozenset({"organization", "organisation", "org", "workspace", "company", "tenant", "account"})
_PARTS = frozenset({"project", "member", "team", "user", "workspace", "department", "seat"})
_NEVER = NO_SUMS | names.LIMITS | names.LEFT | names.PERCENT | names.SHARE | {"number", "balance", "score"}


def owners(fields: Sequence[Facts], settle_of: Any) -> Iterator[Step]:
    """Numbers of the only owner are no less than the sums of the same numbers of its parts' rows.

    `settle_of` gives what makes the owner agree again, where some of its numbers stand.
    """
    found = [each for each in fields if each.is_object and names.plain(each.name) in _OWNERS]
    parts = [each for each in fields if each.is_list and each.rows and _is_part(each.name)]
    if len(found) != 1 or not parts:
        return
    owner = found[0]
    pairs = [
        (own, rows, column)
        for own in numbers_of(owner.fields)
        for rows in parts
        for column in numbers_of(rows.rows)
        if _noun(own.name) == _noun(column.name) and _adds_up(own.name)
    ]
    if pairs:
        told = frozenset(own.name for own, _, _ in pairs)
        yield _raised(owner, pairs, settle_of(owner.fields, told))


def _is_part(name: str) -> bool:
    words = names.words_of(name)
    return bool(words) and names.singular(words[-1]) in _PARTS and words[0] != "top"


def _adds_up(name: str) -> bool:
    return not names.has(name, _NEVER) and not is_limit(name)


def _noun(name: str) -> tuple[str, ...]:
    return names.stem(name, names.TOTAL)


def _raised(owner: Facts, pairs: Sequence[tuple[Facts, Facts, Facts]], settle: Settle) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        inside = made.get(owner.name)
        if not isinstance(inside, dict):
            return {}
        changed = dict(inside)
        for own, rows, column in pairs:
            listed = made.get(rows.name)
            values = [row.get(column.name) for row in listed or () if isinstance(row, dict)]
            numbers = [value for value in values if is_number(value)]
            if is_number(changed.get(own.name)) and len(numbers) == len(values):
                changed[own.name] = max(changed[own.name], as_figure(own, sum(numbers)))
        if changed == inside:
            return {}
        settle(changed, scene, frozenset())
        return {owner.name: changed}

    return step
