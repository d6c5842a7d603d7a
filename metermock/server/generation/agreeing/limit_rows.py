"""Lists with a row for each thing that a plan limits: `metric: minutes`, its limit and what is used of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from metermock.contract.json_types import is_number
from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.quotas import quotas, values_in
from metermock.server.generation.agreeing.units import Unit, unit_of
from metermock.server.generation.values import figures
from metermock.server.generation.values.figures import NumberMaker
from metermock.server.generation.values.flows import month_of
from metermock.server.generation.values.scene import Past, Scene
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UTC

LABELS = frozenset(
    {"metric", "resource", "feature", "meter", "dimension", "kind", "type", "name", "category", "product"}
    | {"service", "key", "quota", "limit", "item", "counter", "measure"}
)
"""Words of the field that says what a row limits."""
_THINGS = frozenset({"id", "uuid"})
_MOST = 16
"""Rows of one list at most; a longer list of values is one of models or countries."""
_ROUND = (10, 20, 25, 50, 100)
"""The first digits of limits, in tenths."""
_FULL, _NEAR, _OVER = 90, 99, 102
"""Hundredths of its limit that an account uses in a month at most, and those of the other situations."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The fields of rows that are of one limit each, and what each value of their label limits."""

    label: str
    group: Mapping[str, Facts]
    named: Mapping[str, Mapping[str, Facts]]
    """The limit and the use as fields that say of what they are: `minutes_limit`."""
    limits: Mapping[str, NumberMaker]


def limited(rows: Sequence[Facts]) -> Limited | None:
    """What rows say of limits, of which a list has one for each value of a label; None for other rows."""
    labels = [each for each in rows if each.choices and names.has(each.name, LABELS)]
    groups = [group for group in quotas(rows) if "limit" in group and group.keys() & {"used", "left"}]
    is_of_things = any(names.plain(each.name) in _THINGS for each in rows)
    if len(labels) != 1 or len(groups) != 1 or is_of_things or len(labels[0].choices) > _MOST:
        return None
    group, named, limits = groups[0], {}, {}
    for value in labels[0].choices:
        limit, used = group["limit"], group.get("used", group["limit"])
        named[value] = {
            "limit": replace(limit, name=f"{value}_limit"),
            "used": replace(used, name=f"{value}_used"),
        }
        schema = {"type": "integer" if limit.is_integer else "number", "minimum": 0}
        # `sms_per_hour` is the limit itself, and of the size of one of an hour.
        name = value if sizes.is_limit(value) else f"{value}_limit"
        limits[value] = figures.maker(name, schema, integer=limit.is_integer)
    return Limited(labels[0].name, group, named, limits)


def units_in(rows: Sequence[Facts]) -> Iterator[tuple[Unit, Mapping[str, Facts]]]:
    """What each row of such a list counts, with its fields."""
    found = limited(rows)
    for each in found.named.values() if found is not None else ():
        unit = unit_of(each["used"].name)
        if unit:
            yield unit, each


def limit_rows(fields: Sequence[Facts]) -> Iterator[Step]:
    """Rows say of their limits what other operations say of them, or one that fits what is used."""
    for field in fields:
        found = limited(field.rows) if field.is_list and field.rows else None
        if found is not None:
            yield partial(_told, field.name, found)


def _told(name: str, found: Limited, made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
    listed = made.get(name)
    if scene.past is None or not isinstance(listed, list):
        return {}
    rows = [_row(row, found, scene, scene.past) for row in listed]
    return {name: rows} if any(new is not row for new, row in zip(rows, listed, strict=True)) else {}


def _row(row: Any, found: Limited, scene: Scene, past: Past) -> Any:
    named = found.named.get(str(row.get(found.label))) if isinstance(row, dict) else None
    told = past.quota(named, "", None, is_whole=True) if named is not None else None
    if named is None or told is None:
        return row
    limit, used = told
    own = row.get(found.group["limit"].name)
    if used is None:
        used = row.get(found.group["used"].name) if "used" in found.group else None
    if not is_number(used) or not is_number(own):
        return row
    if limit is None:
        limit = _fitting(scene, own, used, past.column(named["used"], unit_of(named["used"].name)))
    column = found.group["limit"]
    changes = {column.name: int(limit) if column.is_integer else limit} | values_in(found.group, limit, used)
    accepts = {field.name: field.accepts for field in found.group.values()}
    fits = all(each in row and accepts[each](value) for each, value in changes.items())
    return {**row, **changes} if fits else row


def _fitting(scene: Scene, own: float, used: float, count: Callable[[int, int], float] | None) -> float:
    """A limit of what is used and is limited nowhere else, as the situation of the account has it."""
    if scene.account in ("near-limit", "over-limit"):
        is_over = scene.account == "over-limit"
        exact = used * 100 / (_OVER if is_over else _NEAR)
        step: int = 10 ** max(len(str(int(exact))) - 2, 0)
        limit: float = int(exact / step) * step if is_over else -int(-exact // step) * step
        return limit or own
    begin, _ = month_of(scene.now // DAY)
    before = count(month_edge(begin, -1, UTC), begin) if count is not None else 0
    # Months are between 85 and 115 hundredths of the usual one.
    most = max(used, before * 1.36) * 100 / _FULL
    if most <= own <= 4 * most or not most:
        return own
    power: int = 10 ** max(len(str(int(most))) - 1, 0)
    return next(power * each // 10 for each in _ROUND if power * each >= most * 10)
