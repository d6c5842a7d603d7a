"""Numbers that say how many rows a list has: `member_count` beside `members`, `rejected` beside `errors`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from metermock.contract.page_names import MORE
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_MARKS = frozenset({"count", "counts", "total", "num", "number", "n", "of"})
_FAULTS = frozenset({"error", "failure", "rejection", "invalid", "rejected", "failed", "failures"})
"""What a list is called that has a row for each thing that was refused."""
_REFUSED = frozenset({"rejected", "failed", "invalid", "errors", "failures", "errored"})
_TAKEN = frozenset(
    {"accepted", "succeeded", "imported", "processed", "inserted", "ingested", "created", "valid", "queued"}
    | {"successful", "success", "sent", "updated"}
)
_ALL = frozenset({"total", "received", "submitted", "all"})
_OTHERS = frozenset(
    {"skipped", "ignored", "duplicate", "duplicates", "deduplicated", "dropped", "unchanged", "filtered"}
    | {"quarantined", "conflicts", "retried", "cancelled", "canceled"}
)
"""What else may have come of the things of a batch."""
_EMBEDDED = "_embedded"
_BARE = frozenset({"total", "count"})
_OF_PAGES = frozenset(
    {"page", "page_size", "per_page", "offset", "total_pages", "page_count", "has_more", "next_cursor"}
    | {"next_page", "current_page", "last_page", "next_page_token", "has_next", "next_offset"}
)
"""What says which page of a list a reply is."""
_GENERIC = frozenset({"data", "items", "results", "rows", "records", "entries", "list", "values", "content"})
"""What lists are called whose operation says of what they are."""
_NOUNS = frozenset({"count", "rows", "records", "events", "items", "messages", "total"})


def of_pages(fields: Sequence[Facts]) -> frozenset[str]:
    """A bare total that counts rows, since fields beside it say which page of the only list a reply is."""
    plain = {names.plain(each.name) for each in fields}
    if plain.isdisjoint(_OF_PAGES) or sum(each.is_list for each in fields) != 1:
        return frozenset()
    return frozenset(each.name for each in fields if each.is_integer and names.plain(each.name) in _BARE)


def countings(fields: Sequence[Facts], known: frozenset[str]) -> Iterator[Step]:
    """Numbers that are called after a list beside them, and those of a batch; `known` are others' sums."""
    lists = [each for each in fields if each.is_list]
    numbers = [each for each in numbers_of(fields) if each.is_integer and each.name not in known]
    yield from _called_after(lists, numbers)
    if len(lists) == 1 and names.plain(lists[0].name) in _GENERIC:
        # `key_count` beside `data` counts the keys of `/keys`.
        own = [each for each in numbers if _says_how_many(each.name) and len(_things(each.name)) == 1]
        yield from (_counted_of(lists[0], each) for each in own if len(own) == 1)
    for around in fields:
        if around.name == _EMBEDDED:
            # HAL: what is beside the object of the lists counts each of them.
            yield from _called_after([each for each in around.fields if each.is_list], numbers, around)
    if len(lists) == 1:
        yield from (_whole(each) for each in fields if names.plain(each.name) in MORE)
    faults = [each for each in lists if _is_of_faults(each)]
    if len(faults) == 1:
        yield from batch(numbers, faults[0])


def _called_after(
    lists: Sequence[Facts], numbers: Sequence[Facts], around: Facts | None = None
) -> Iterator[Step]:
    for rows in lists:
        own = _things(rows.name)
        for number in numbers:
            if own and _things(number.name) == own and _says_how_many(number.name):
                yield _counted(rows, number, around)


def _counted_of(rows: Facts, number: Facts) -> Step:
    """A number that counts the rows, where it is called after what the operation is about."""
    (thing,) = _things(number.name)
    step = _counted(rows, number)

    def told(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        return step(made, scene) if thing in scene.about else {}

    return told


def _says_how_many(name: str) -> bool:
    """Whether a name says how many things there are: `invoice_number` and `order_total` do not."""
    words = names.words_of(name)
    if words[-1] == "total":
        return any(names.singular(word) != word for word in words)
    is_number_of = any(pair == ("number", "of") for pair in pairwise(words))
    return is_number_of or words[0] in {"num", "n", "total"} or words[-1] in {"count", "counts"}


def _is_of_faults(rows: Facts) -> bool:
    """Whether a list has a row for each thing that was refused; rows with counts are kinds of them."""
    things = _things(rows.name)
    counts = {"count", "total", "occurrences", "times", "n"}
    is_by_kind = any(each.is_number and counts & {*names.words_of(each.name)} for each in rows.rows)
    return len(things) == 1 and bool(_FAULTS & {*things}) and not is_by_kind


def batch(numbers: Sequence[Facts], faults: Facts) -> Iterator[Step]:
    """What was accepted, rejected and skipped makes all of it, and what was rejected has a row of its own."""
    taken, refused, whole = (
        [each for each in numbers if _is_called(each.name, words)] for words in (_TAKEN, _REFUSED, _ALL)
    )
    if len(refused) != 1 or not taken:
        return
    yield _counted(faults, refused[0])
    if len(whole) == 1 and len(taken) == 1:
        others = [each for each in numbers if _is_called(each.name, _OTHERS)]
        yield _added(whole[0], (taken[0], refused[0], *others))


def is_batch(fields: Sequence[Facts]) -> bool:
    """Whether numbers say what came of a batch, so that a total beside them counts no rows."""
    numbers = [each for each in numbers_of(fields) if each.is_integer]
    several = [any(_is_called(each.name, words) for each in numbers) for words in (_TAKEN, _REFUSED)]
    return all(several) and any(each.is_list and _is_of_faults(each) for each in fields)


def _things(name: str) -> tuple[str, ...]:
    """What a list or a number is of, in the singular."""
    return tuple(names.singular(word) for word in names.words_of(name) if word not in _MARKS)


def _is_called(name: str, words: frozenset[str]) -> bool:
    said = frozenset(names.words_of(name))
    return bool(said & words) and said <= words | _NOUNS


def _counted(rows: Facts, number: Facts, around: Facts | None = None) -> Step:
    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        inner, page = made if around is None else made.get(around.name), scene.page
        listed = inner.get(rows.name) if isinstance(inner, dict) else None
        if not isinstance(listed, list) or made.get(number.name) is None:
            return {}
        is_paged = page is not None and len(page.numbers) == len(listed)
        return {number.name: page.total if page is not None and is_paged else len(listed)}

    return step


def _whole(more: Facts) -> Step:
    """A list that no request cuts has all of its rows: there is no more of it."""

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        return {more.name: False} if scene.page is None and made.get(more.name) is True else {}

    return step


def _added(whole: Facts, several: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [made.get(each.name) for each in several]
        numbers = [each for each in values if isinstance(each, int)]
        if len(numbers) < len(several) or made.get(whole.name) is None:
            return {}
        return {whole.name: sum(numbers)}

    return step
