"""Numbers that say how many rows a list has: `member_count` beside `members`, `rejected` beside `errors`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.server.generation import names
from metermock.server.generation.facts import Facts, Step, numbers_of
from metermock.server.generation.scene import Scene

_MARKS = frozenset({"count", "counts", "total", "num", "number", "size", "n", "of"})
_FAULTS = frozenset({"error", "failure", "rejection", "invalid", "rejected", "failed", "failures"})
"""What a list is called that has a row for each thing that was refused."""
_REFUSED = frozenset({"rejected", "failed", "invalid", "errors", "failures", "errored"})
_TAKEN = frozenset(
    {"accepted", "succeeded", "imported", "processed", "inserted", "ingested", "created", "valid", "queued"}
    | {"successful", "success", "sent", "updated"}
)
_ALL = frozenset({"total", "received", "submitted", "all"})
_NOUNS = frozenset({"count", "rows", "records", "events", "items", "messages", "requests", "total"})


def countings(fields: Sequence[Facts], known: frozenset[str]) -> Iterator[Step]:
    """Numbers that are called after a list beside them, and those of a batch; `known` are others' sums."""
    lists = [each for each in fields if each.is_list]
    numbers = [each for each in numbers_of(fields) if each.is_integer and each.name not in known]
    for rows in lists:
        own = _things(rows.name)
        for number in numbers:
            words = names.words_of(number.name)
            if own and _MARKS & {*words} and _things(number.name) == own:
                yield _counted(rows, number)
    faults = [each for each in lists if _FAULTS & {*_things(each.name)} and len(_things(each.name)) == 1]
    if len(faults) == 1:
        yield from batch(numbers, faults[0])


def batch(numbers: Sequence[Facts], faults: Facts) -> Iterator[Step]:
    """What was accepted and rejected makes all of it, and what was rejected has a row of its own."""
    taken, refused, whole = (
        [each for each in numbers if _is_called(each.name, words)] for words in (_TAKEN, _REFUSED, _ALL)
    )
    if len(refused) != 1 or not taken:
        return
    yield _counted(faults, refused[0])
    if len(whole) == 1 and len(taken) == 1:
        yield _added(whole[0], taken[0], refused[0])


def is_batch(fields: Sequence[Facts]) -> bool:
    """Whether numbers say what came of a batch, so that a total beside them counts no rows."""
    numbers = [each for each in numbers_of(fields) if each.is_integer]
    several = [any(_is_called(each.name, words) for each in numbers) for words in (_TAKEN, _REFUSED)]
    return all(several) and any(each.is_list and _FAULTS & {*_things(each.name)} for each in fields)


def _things(name: str) -> tuple[str, ...]:
    """What a list or a number is of, in the singular."""
    return tuple(names.singular(word) for word in names.words_of(name) if word not in _MARKS)


def _is_called(name: str, words: frozenset[str]) -> bool:
    said = frozenset(names.words_of(name))
    return bool(said & words) and said <= words | _NOUNS


def _counted(rows: Facts, number: Facts) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed, page = made.get(rows.name), scene.page
        if not isinstance(listed, list) or made.get(number.name) is None:
            return {}
        is_paged = page is not None and len(page.numbers) == len(listed)
        return {number.name: page.total if page is not None and is_paged else len(listed)}

    return step


def _added(whole: Facts, taken: Facts, refused: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        some, others = made.get(taken.name), made.get(refused.name)
        if not isinstance(some, int) or not isinstance(others, int) or made.get(whole.name) is None:
            return {}
        return {whole.name: some + others}

    return step
