"""Breakdowns: maps and lists whose entries share a number beside them: `by_model` of `total_tokens`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing import parts
from metermock.server.generation.agreeing.columns import NO_SUMS, dealt_among, is_part
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.money_units import scale_of
from metermock.server.generation.agreeing.ordering import days
from metermock.server.generation.agreeing.quotas import quotas
from metermock.server.generation.agreeing.units import COST, Unit, counted, is_whole, likeliness, unit_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import map_words, names
from metermock.server.generation.words.grains import UNITS
from metermock.server.generation.words.names import NOUNS
from metermock.server.generation.words.sizes import counted_times

_BY = frozenset({"by", "per", "breakdown", "split"})
_KINDS = frozenset({"breakdown", "split"})
_TOP = frozenset({"top", "largest", "biggest", "most", "busiest"})
"""Words of lists that show a part of all there is."""
_TOTALS = names.TOTAL | names.USED | {"totals", "summary", "overall"}
"""Objects in which totals are."""
_WELL = names.GOOD | names.WELL | {"delivered", "done"}
_COUNTED = names.MEASURES | {
    *("call", "request", "unit", "message", "email", "query", "operation", "image", "page", "hit"),
    *("thousand", "million", "1k"),
}
"""What stands behind `per` in prices and means, in the singular."""
_NO_PARTS = NO_SUMS | names.LIMITS | names.USED | names.LEFT | names.PERCENT | names.SHARE | names.TOTAL
"""Words of numbers that are no parts of a whole beside them."""
_TIMES = frozenset(UNITS) | {"today", "yesterday", "last", "previous"}
Settle = Callable[[dict[str, Any], Scene, frozenset[str]], None]
Wholes = Sequence[tuple[Facts, Sequence[Facts]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A number of each entry, and the number beside the entries that all of them make."""

    own: Facts
    """Of an entry that is a number itself it has the empty name."""
    whole: Facts
    around: str
    """The object that the whole is in; empty where it stands beside the entries."""
    entries: str = ""
    """What says of entries that are numbers what they count."""

    def total(self, made: Mapping[str, Any]) -> float | None:
        """What all entries make together; None where nothing says it."""
        inside = made.get(self.around) if self.around else made
        value = inside.get(self.whole.name) if isinstance(inside, dict) else None
        if not is_number(value):
            return None
        own, whole = scale_of(self.own.name or self.entries), scale_of(self.whole.name)
        return value if own == whole else round(value * own / whole, 6)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A map or a list whose entries share what stands beside it."""

    entries: Facts
    fields: Sequence[Facts]
    """Those of an entry."""
    columns: Sequence[Column]
    good: str = ""
    """The number of what went well, beside a map of what became of all; empty where none says it."""

    @property
    def pinned(self) -> frozenset[str]:
        """The fields of an entry that follow from the whole."""
        return frozenset(each.own.name for each in self.columns)


def breakdowns(fields: Sequence[Facts]) -> Iterator[Breakdown]:
    """The maps, and the lists beside other lists, whose entries share totals."""
    lists = [each for each in fields if each.is_list and each.rows]
    series = [rows.name for rows, _, _ in days(fields)]
    for each in map(_as_map, fields):
        if each.values is not None:
            inner = each.values.fields or [each.values]
        elif each.is_list and each.rows and each.name not in series and _is_part_of_several(each, lists):
            inner = each.rows
        else:
            continue
        if not any("limit" in group for group in quotas(inner)):
            columns = [*_columns(each, inner, fields)]
            if columns:
                yield Breakdown(each, inner, columns, _good_of(each, columns[0], fields))


def _as_map(field: Facts) -> Facts:
    """An object whose documented fields are parts of one number, as a map of them: `by_region: {eu, us}`."""
    numbers = field.fields
    if field.values is not None or len(numbers) < 2 or not names.has(field.name, _BY):  # noqa: PLR2004 - parts
        return field
    if not all(each.is_number and each.decimals is None for each in numbers):
        return field
    # Means, limits and calls beside tokens are no parts of one whole.
    units = [unit_of(each.name) for each in numbers]
    measures = {each for each in units if each and names.MEASURES & {*each}}
    if any(names.has(each.name, _NO_PARTS) for each in numbers) or (measures and len({*units}) > 1):
        return field
    accepts = [each.accepts for each in numbers]
    value = Facts(
        "",
        is_number=True,
        is_integer=all(each.is_integer for each in numbers),
        accepts=lambda value: all(takes(value) for takes in accepts),
    )
    return replace(field, values=value, fields=())


def _good_of(entries: Facts, column: Column, fields: Sequence[Facts]) -> str:
    if entries.values is None or column.around:
        return ""
    several = (some for whole, some in parts.outcomes(fields) if whole is column.whole)
    good = [each for each in next(several, ()) if parts.is_good(each.name)]
    return good[0].name if len(good) == 1 else ""


def _is_part_of_several(rows: Facts, lists: Sequence[Facts]) -> bool:
    """Whether a list breaks a whole down beside others; the total beside a single list is made of it."""
    return len(lists) > 1 and names.has(rows.name, _BY) and not names.has(rows.name, _TOP)


def _columns(entries: Facts, inner: Sequence[Facts], fields: Sequence[Facts]) -> Iterator[Column]:
    known = [("", field, unit) for field, unit in counted(fields)]
    for around in fields:
        if around.fields and names.has(around.name, _TOTALS):
            known += [(around.name, field, unit) for field, unit in counted(around.fields)]
    known = [each for each in known if each[2] and not names.has(each[1].name, NO_SUMS)]
    if entries.values is not None and not entries.values.fields:
        likeliest = _whole_of_numbers(entries, known)
        if likeliest is not None:
            yield Column(entries.values, likeliest[1], likeliest[0], entries.name)
        return
    for column, unit in counted(inner):
        alike = [each for each in known if each[2] == unit]
        if unit and alike and not names.has(column.name, NO_SUMS):
            place, beside, _ = min(alike, key=_preference)
            yield Column(column, beside, place)


def _preference(each: tuple[str, Facts, Unit]) -> tuple[bool, bool]:
    """What is called a total comes first, and what is of some shorter time last."""
    words = names.words_of(each[1].name)
    times = _TIMES.intersection(words) - counted_times(words)
    return bool(times), not names.has(each[1].name, names.TOTAL | names.USED)


def _whole_of_numbers(
    entries: Facts, known: Sequence[tuple[str, Facts, Unit]]
) -> tuple[str, Facts, Unit] | None:
    """The number that those of a map make: what its name counts, else the likeliest."""
    if entries.values is None or not entries.values.is_number:
        return None
    words = names.words_of(entries.name)
    counts = words
    for place, (before, after) in enumerate(pairwise(("", *words))):
        if after in _BY:
            # `cost_per_call` is a price, and no part of what all calls cost.
            if after == "per" and _COUNTED & {*map(names.singular, words[place + 1 :])}:
                return None
            counts = words[:place] if before else ()
            break
    else:
        if not map_words.speaks_of_keys(entries.name):
            return None
        counts = ()
    unit = unit_of(" ".join(counts)) if counts else ()
    if unit is None:
        return None
    wholes = [each for each in known if each[2] == unit] if unit else _likely(entries.values, known)
    if not wholes and names.has(entries.name, _KINDS) and unit != COST and not {*NOUNS} & {*unit}:
        # Of `status_breakdown` the word says by what it is told apart.
        wholes = _likely(entries.values, known)
    return min(wholes, key=lambda each: (*_preference(each), likeliness(each[2])), default=None)


def _likely(values: Facts, known: Sequence[tuple[str, Facts, Unit]]) -> Sequence[tuple[str, Facts, Unit]]:
    """What numbers of which nothing is said may count: money where they have digits, else calls."""
    costs = [each for each in known if each[2] == COST and not each[1].is_integer]
    if not values.is_integer and costs:
        return costs
    return [each for each in known if is_whole(each[2])]


def shared(each: Breakdown, settle: Settle, wholes: Wholes) -> Step:
    """Entries share the whole in the proportions that they have; then each of them agrees again."""
    name, is_map = each.entries.name, each.entries.values is not None
    is_bare = each.columns[0].own is each.entries.values
    leading = {part.name: whole.name for whole, several in wholes for part in several}

    def rows(made: dict[str, Any], scene: Scene, entries: Sequence[Any]) -> list[Any]:
        new = _rows(entries, each.columns, made, leading)
        for row in new:
            _rest(row, wholes)
            settle(row, scene.in_rows(), frozenset())
        return new

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        listed = made.get(name)
        if not listed:
            return {}
        if isinstance(listed, dict) and is_map:
            new = _numbers(listed, each, made) if is_bare else rows(made, scene, [*listed.values()])
            return {name: dict(zip(listed, new, strict=True))} if new else {}
        is_whole_list = isinstance(listed, list) and not is_part(scene)
        new = rows(made, scene, listed) if is_whole_list and not is_map else []
        return {name: new} if new else {}

    return step


def _numbers(listed: Mapping[str, Any], each: Breakdown, made: Mapping[str, Any]) -> list[Any]:
    """The numbers of a map, as they share their whole; none where they cannot."""
    column = each.columns[0]
    values = [value for value in listed.values() if is_number(value)]
    total = column.total(made)
    if total is None or total < 0 or len(values) < len(listed) or (column.own.is_integer and total % 1):
        return []
    well = [is_good(key) for key in listed]
    if map_words.tells_outcomes(each.entries.name) and any(well) and not all(well):
        told = _outcomes(total, made.get(each.good), values, well, column.own)
    else:
        told = dealt_among(total, values, column.own)
    return told if all(map(column.own.accepts, told)) else []


def _outcomes(
    total: float, good: Any, values: Sequence[float], well: Sequence[bool], column: Facts
) -> list[float]:
    """What became of all: as much went well as a number beside it says, else nearly all of it."""
    if not is_number(good) or not 0 <= good <= total:
        good = total - _round(total * (2 + int(values[0]) % 5) / 100, column)
    told: dict[bool, list[float]] = {}
    for is_well, whole in ((True, good), (False, total - good)):
        own = [value for value, each in zip(values, well, strict=True) if each is is_well]
        told[is_well] = dealt_among(whole, own, column)[::-1]
    return [told[is_well].pop() for is_well in well]


def _round(value: float, column: Facts) -> float:
    return int(value) if column.is_integer else round(value, 2)


def is_good(key: str) -> bool:
    """Whether a key stands for what went well: `200`, `2xx`, `succeeded`."""
    return names.has(key, _WELL) or (len(key) == len("200") and key[0] == "2")


def _rows(
    entries: Sequence[Any], columns: Sequence[Column], made: Mapping[str, Any], leading: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The objects of a breakdown, each column of which shares its whole; none where nothing is shared."""
    if not all(isinstance(row, dict) for row in entries):
        return []
    new = [{**row} for row in entries]
    for column in columns:
        name, total = column.own.name, column.total(made)
        # Parts of one number are dealt as that is, so that they stay parts of it in each row.
        weights = [row.get(leading.get(name, name), row.get(name)) for row in entries]
        numbers = [each for each in weights if is_number(each)]
        is_there = all(isinstance(row.get(name), int | float) for row in entries)
        if total is None or total < 0 or len(numbers) < len(entries) or not is_there:
            continue
        told = dealt_among(total, numbers, column.own)
        if all(map(column.own.accepts, told)):
            for row, value in zip(new, told, strict=True):
                row[name] = value
    return new


def _rest(row: dict[str, Any], wholes: Wholes) -> None:
    """Let the last part of a whole be what is left of it in a row: shares are cut to whole numbers."""
    for whole, several in wholes:
        values = [row.get(each.name) for each in (whole, *several)]
        if all(map(is_number, values)):
            rest = round(row[whole.name] - sum(row[each.name] for each in several[:-1]), 4)
            if rest >= 0 and abs(rest - row[several[-1].name]) <= len(several):
                row[several[-1].name] = int(rest) if several[-1].is_integer else rest


def splits(fields: Iterable[tuple[Facts, Sequence[Facts]]], pinned: frozenset[str]) -> Iterator[Step]:
    """Parts of a total that stands share it, where nothing else says how large they are."""
    for total, several in fields:
        if total.name in pinned and not pinned & {each.name for each in several}:
            yield _split(total, several)


def _split(total: Facts, several: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        whole = made.get(total.name)
        values = [made.get(each.name) for each in several]
        numbers = [each for each in values if is_number(each)]
        if not isinstance(whole, int | float) or whole < 0 or len(numbers) < len(several):
            return {}
        told = dealt_among(whole, numbers, several[0])
        return {each.name: value for each, value in zip(several, told, strict=True)}

    return step
