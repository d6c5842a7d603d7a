"""Two parts that make a whole, `active` and `inactive`, and what a mean makes of a count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_PAIRS: Sequence[tuple[str, str, tuple[int, int]]] = (
    ("active", "inactive", (55, 90)),
    ("enabled", "disabled", (70, 95)),
    ("verified", "unverified", (70, 95)),
    ("online", "offline", (60, 95)),
    ("used", "free", (20, 80)),
    ("hits", "misses", (60, 95)),
    ("hit", "miss", (60, 95)),
    ("in", "out", (20, 60)),
    ("inbound", "outbound", (20, 60)),
    ("incoming", "outgoing", (20, 60)),
    ("ingress", "egress", (20, 60)),
    ("received", "sent", (20, 60)),
    ("download", "upload", (60, 90)),
    ("downloaded", "uploaded", (60, 90)),
    ("returning", "new", (40, 75)),
    ("read", "unread", (50, 90)),
    ("resolved", "unresolved", (60, 90)),
    ("paid", "unpaid", (60, 95)),
    ("matched", "unmatched", (70, 95)),
)
"""The words of the parts, and how many hundredths of the whole the first one is where it is none yet."""
_LOOKUPS = frozenset({"requests", "lookups", "queries", "reads", "total", "count"})
_MEANS = frozenset({"avg", "average", "mean"})
_SUMS = frozenset({"sum", "total"})
_COUNTS = frozenset({"count", "samples", "n"})


def complements(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """The parts of such pairs make the whole beside them; those in `pinned` stay."""
    for first, second, whole, share in _pairs(fields):
        one, other = (second, first) if second.name in pinned else (first, second)
        # The part that stays comes first.
        if other.name not in pinned:
            yield _made(one, other, whole, share, stays=one.name in pinned)


def wholes(fields: Sequence[Facts]) -> frozenset[str]:
    """What such parts make, by its name: a `total` of hits and misses is no price of hits."""
    return frozenset(whole.name for _, _, whole, _ in _pairs(fields))


def _pairs(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts, tuple[int, int]]]:
    for one, other, share in _PAIRS:
        for first in numbers_of(fields):
            stem = _stem(first.name, one)
            second = None if stem is None else _called(fields, stem, other)
            whole = None if stem is None or second is None else _whole(fields, stem, (first, second), one)
            if second is not None and whole is not None:
                yield first, second, whole, share


def _stem(name: str, word: str) -> tuple[str, ...] | None:
    """A name without the word of its part; None for a name without it."""
    words = names.words_of(name)
    at = [place for place, each in enumerate(words) if each == word]
    is_end = bool(at) and at[0] in (0, len(words) - 1)
    return tuple(each for each in words if each != word) if is_end else None


def _called(fields: Sequence[Facts], stem: tuple[str, ...], word: str) -> Facts | None:
    return next((each for each in numbers_of(fields) if _stem(each.name, word) == stem), None)


def _whole(
    fields: Sequence[Facts], stem: tuple[str, ...], parts: tuple[Facts, Facts], word: str
) -> Facts | None:
    """The number of all of them; None where there is none, or another part of it."""
    alike = [each for each in numbers_of(fields) if each not in parts]
    if not stem and word in ("hits", "hit"):
        return next((each for each in alike if names.plain(each.name) in _LOOKUPS), None)
    found = [each for each in alike if names.has(each.name, names.TOTAL) and names.bare(each.name) == stem]
    found = found or [each for each in alike if stem and names.words_of(each.name) == stem]
    others = [
        each for each in alike if each not in found and len(stem) and {*stem} < {*names.bare(each.name)}
    ]
    if not stem:
        # Beside a bare total any number may be a part.
        rates = names.SHARE | names.PERCENT
        others = [each for each in alike if each not in found and not names.has(each.name, rates)]
    return found[0] if len(found) == 1 and not others else None


def _made(first: Facts, second: Facts, whole: Facts, share: tuple[int, int], *, stays: bool) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        part, rest, total = (made.get(each.name) for each in (first, second, whole))
        if not (is_number(part) and is_number(rest) and is_number(total)) or total < 0:
            return {}
        if part > total or part < 0:
            if stays:
                return {}
            part = rounded(total * (share[0] + int(part) % (share[1] - share[0])) / 100, first)
        return {first.name: part, second.name: rounded(total - part, second)}

    return step


def means(fields: Sequence[Facts]) -> Iterator[Step]:
    """`sum` is `mean` times `count`, where all three stand alone; `total` beside a list is of its rows."""
    out = "total" if any(each.is_list for each in fields) else ""
    plain = {plain: each for each in numbers_of(fields) if (plain := names.plain(each.name)) != out}
    total, mean, count = (
        next((each for name, each in plain.items() if name in known), None)
        for known in (_SUMS, _MEANS, _COUNTS)
    )
    if total is not None and mean is not None and count is not None:
        yield _multiplied(total, mean, count)


def _multiplied(total: Facts, mean: Facts, count: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        one, many = made.get(mean.name), made.get(count.name)
        if not (is_number(one) and is_number(many) and is_number(made.get(total.name))):
            return {}
        return {total.name: rounded(one * many, total)}

    return step
