"""What is used of a limit, what is left of it, and the part that it is: fields that speak of one limit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from metermock.contract import page_names
from metermock.contract.json_types import is_number
from metermock.ledger import dice
from metermock.remembered import remembered
from metermock.server.generation.agreeing.capacities import capacity, is_kept, is_most, is_of_things, peaks
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.parts import has_state
from metermock.server.generation.agreeing.plan_periods import is_granted, tells_of_plan
from metermock.server.generation.values.flows import Course
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS

OVER = frozenset({"overage", "overages", "exceeded", "excess"})
MONEY = frozenset({"cost", "costs", "charge", "charges", "amount", "fee", "fees", "price", "rate"}) | {
    *("usd", "eur", "gbp", "cents"),
}
"""Words of what it costs to be above a limit."""
DONE = frozenset(
    {"sent", "made", "processed", "delivered", "generated", "created", "transcribed", "translated", "burned"}
    | {"performed", "executed", "issued", "recorded", "billed", "stored", "scanned", "rendered", "completed"}
    | {"taken", "filled", "claimed", "allocated"}
)
"""What was done with what a limit counts: `emails_sent` of `emails_limit`."""
_ALIKE = {"request": "call", "hit": "call", "char": "character", "mail": "email"}
_NEVER = frozenset(
    {"id", "rate", "avg", "average", "mean", "min", "max", "median", "price", "reset", "resets", "seconds"}
    | {"window", "ttl", "day", "days", "hours", "ms", "year", "month", "version", "number", "page", "offset"}
    | {"latency", "duration", "score", "rank", "retry", "code", "priority", "expires", "discount", "tax"}
    | {"forecast", "forecasted", "projected", "estimated", "expected", "previous", "prior"}
)
"""Numbers that nothing is used up by."""
_BESIDE = frozenset({"per", "hard", "soft", "api", "this", "month", "so", "far", "max", "maximum"})
"""Words that do not say what is counted."""
_ROLES = names.LIMITS | names.USED | names.LEFT | names.PERCENT | names.SHARE | names.TOTAL | OVER
_OF_PAGES = (
    page_names.MORE
    | page_names.OFFSETS
    | page_names.NUMBERS
    | frozenset({"next", "next_cursor", "total_pages"})
)
_THINGS = ("id", "name", "key", "key_id", "label", "metric", "resource", "feature", "type")
"""The fields by which rows with limits of their own are told apart."""
_WHOLES = frozenset({"amount", "initial_amount", "original_amount", "initial", "initial_balance"})
"""What a grant of credits is called, of which so much is used and so much is left."""
_BUDGETS = frozenset({"budget"})
_SPENT = frozenset({"spend", "spending", "cost", "costs"})
"""What a budget bounds: `current_spend` of `budget_amount`."""
_UNITS = (sizes.OWNED | names.MEASURES | frozenset(names.NOUNS) | {"hour", "mail"}) - {
    *("total", "count", "unit", "sent", "cost", "spend"),
}
"""Nouns of which one is not used up by another."""
_LISTED = frozenset({"count", "total", "total_count", "total_items", "total_results"})

_UNLIMITED = 40_000
"""What an account without a limit uses in a month."""

_LONG = frozenset({"day", "week", "month", "year"})
"""Times of limits that say so by `per`; those of shorter ones hold back, and are not used up."""
Group = dict[str, Facts]
Told = tuple[float | None, float | None] | None
"""The limit and what is used of it, as other operations tell them; None where none does."""


def quotas(fields: Sequence[Facts]) -> Iterator[Mapping[str, Facts]]:
    """Fields that speak of one limit, by role: `limit`, `used`, `left`, `percent`, `over`, `hard`."""
    peak = peaks(fields)
    numbers = [field for field in numbers_of(fields) if field.name not in peak]
    if any(names.has(field.name, names.LIMITS) for field in numbers):
        # Beside a limit that is called so, `requests_per_month` is what the plan says.
        numbers = [field for field in numbers if not _is_rate(field.name)]
    periods = {period_in(field.name) for field in numbers if role_in(field.name) in ("limit", "used", "left")}
    usual = "month" if "month" in periods else ""
    grouped: dict[tuple[str, ...], Group] = {}
    for field in numbers:
        role = role_in(field.name)
        if role:
            # What is used of a day is no part of a month's limit, where there are both.
            period = (period_in(field.name) or usual) if len(periods - {""}) > 1 else ""
            grouped.setdefault((period, *stem_of(field.name)), {}).setdefault(role, field)
    for (_, *stem), group in grouped.items():
        _complete(group, tuple(stem), fields)
    whole = {stem: group for stem, group in grouped.items() if _is_whole(group)}
    groups = list(whole.values())
    is_bare = not any(map(any, whole))
    if not groups:
        one = _joined(grouped)
        groups = [one] if _is_whole(one) else []
    loose = {
        role: field
        for stem, group in grouped.items()
        if len(group) == 1 and (is_bare or not any(stem) or "percent" in group)
        for role, field in group.items()
    }
    for group in groups:
        yield {**loose, **group} if len(groups) == 1 else group


def _joined(grouped: Mapping[tuple[str, ...], Group]) -> Group:
    """What several names say of one limit: seats are not used of minutes, whatever is used of a `quota`."""
    of_limit = (_unit(stem) for (_, *stem), group in grouped.items() if "limit" in group)
    unit = next(of_limit, "") or next((unit for _, *stem in grouped if (unit := _unit(stem))), "")
    one: Group = {}
    for (_, *stem), group in grouped.items():
        if _unit(stem) in ("", unit) or not unit:
            for role, field in group.items():
                one.setdefault(role, field)
    return one


def _unit(stem: Sequence[str]) -> str:
    """The noun that says in which unit something is counted; empty where none does."""
    last = names.singular(stem[-1]) if stem else ""
    return last if last in _UNITS else ""


def _is_rate(name: str) -> bool:
    return sizes.is_limit(name) and not names.has(name, names.LIMITS) and not is_most(name)


def _is_whole(group: Group) -> bool:
    return len(group) > 1 and not group.keys() <= {"limit", "hard"}


def role_in(name: str) -> str:
    """What a number is to its limit, by its name; empty for one that has none."""
    words = frozenset(names.words_of(name))
    if words & (names.PERCENT | names.SHARE):
        is_other = words & names.OUTCOMES or words & {"cache", "cached", "hit", "tax", "discount"}
        return "" if is_other else "percent"
    if words & OVER:
        # What it costs to be above a limit follows from how far that is, and what each costs does not.
        return "" if words & MONEY or "per" in words else "over"
    if words & names.LEFT:
        return "left"
    if words & (names.USED - {"usage"}):
        return "used"
    if words & names.LIMITS or is_most(name) or (period_in(name) in _LONG and sizes.is_limit(name)):
        return "hard" if "hard" in words else "limit"
    return "used" if words & names.USED else ""


def period_in(name: str) -> str:
    """The period that a number is of; empty where its name says none."""
    words = names.words_of(name)
    if "today" in words:
        return "day"
    metered = sizes.counted_times(words)
    return next(
        (UNITS[word] for word in words if word in UNITS and word not in metered and len(word) > 1), ""
    )


def stem_of(name: str, roles: frozenset[str] = _ROLES) -> tuple[str, ...]:
    """What a name counts, alike for words that mean the same."""
    found = names.stem(name, roles | _BESIDE)
    return tuple(_ALIKE.get(word, word) for word in found)


def _complete(group: Group, stem: tuple[str, ...], fields: Sequence[Facts]) -> None:
    """Find what a limit bounds where no name says `used`, and the limit where a total is one."""
    if "hard" in group and "limit" not in group:
        group["limit"] = group["hard"]
    if "limit" in group and is_most(group["limit"].name):
        group.setdefault("hard", group["limit"])
    if {"used", "left"} <= group.keys() and "limit" not in group:
        totals = [
            each
            for each in numbers_of(fields)
            if names.has(each.name, names.TOTAL) and not role_in(each.name) and stem_of(each.name) == stem
        ] or [each for each in numbers_of(fields) if names.plain(each.name) in _WHOLES and not stem]
        group.update({"limit": totals[0]} if len(totals) == 1 else {})
        if len(totals) == 1 and names.plain(totals[0].name) in _WHOLES:
            # More than a grant cannot be used of it.
            group["hard"] = totals[0]
    whole = capacity(group, stem, fields, stem_of) if "limit" not in group else None
    if whole is not None:
        # More cannot be used than there is.
        group["limit"] = group["hard"] = whole
    if "limit" in group and "used" not in group:
        counted = _counted(stem, fields, group["limit"])
        group.update({"used": counted} if counted is not None else {})


def _counted(stem: tuple[str, ...], fields: Sequence[Facts], limit: Facts) -> Facts | None:
    """The number that a limit bounds: `emails_sent` of `emails_limit`, `calls` of `quota`."""
    plain = {names.plain(each.name) for each in fields}
    is_bare = names.plain(limit.name) == "limit"
    if plain & _OF_PAGES and (is_bare or is_most(limit.name)):
        return None
    if is_bare and plain & _LISTED and any(each.is_list for each in fields):
        return None
    own = period_in(limit.name) or "month"
    free = [
        field
        for field in numbers_of(fields)
        if not role_in(field.name)
        and not names.has(field.name, (_NEVER - {own}) | names.OUTCOMES | OVER)
        and not sizes.is_limit(field.name)
    ]
    # A month's limit is not used up by what came today, where a number is of the month.
    free = [each for each in free if period_in(each.name) in ("", own)] or free
    free.sort(key=lambda each: period_in(each.name) != own)
    stems = {field.name: stem_of(field.name, _ROLES | DONE) for field in free}
    for fits in (lambda own: own == stem, lambda own: bool(own) and _ends_alike(own, stem)):
        found = [field for field in free if stem and fits(stems[field.name])]
        if found:
            # Of rides the cancelled ones are used too.
            return min(found, key=lambda each: (not names.has(each.name, names.TOTAL), has_state(each.name)))
    if names.has(limit.name, _BUDGETS):
        money = [field for field in free if names.has(field.name, _SPENT)]
        return money[0] if len(money) == 1 else None
    if stem:
        return None
    known = [field for field in free if set(stem_of(field.name, frozenset())) & {*names.NOUNS, "total"}]
    return min(known, key=_likeliness, default=None) if known else free[0] if len(free) == 1 else None


def _ends_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and long[-len(short) :] == short


def _likeliness(field: Facts) -> int:
    words = {names.singular(word) for word in names.words_of(field.name)}
    return min((place for place, noun in enumerate(names.NOUNS) if noun in words), default=len(names.NOUNS))


_PARTS = {
    "near-limit": (90, 99),
    "over-limit": (102, 118),
    "empty": (0, 0),
    "quiet": (1, 4),
    "unlimited": (1, 5),
}
"""How many hundredths of limits of other times than a month accounts have used; others up to four fifths."""
_OTHER_TIMES = frozenset({"minute", "hour", "day", "week", "year"})


def quota(group: Mapping[str, Facts], around: str = "", *, is_of_plan: bool = False) -> Step:
    """`used` + `remaining` = `limit`, and the percentage follows.

    What is used is of the span that is asked for, but `is_of_plan` is of this month.
    """
    is_fixed = is_of_plan or is_granted(group)

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        values = {role: made.get(field.name) for role, field in group.items()}
        limit, used, left = (values.get(role) for role in ("limit", "used", "left"))
        span = None if is_fixed or scene.span is None or not scene.span.is_said else scene.span
        is_whole = is_fixed or tells_of_plan(scene.about)
        told = scene.past.quota(group, around, span, is_whole=is_whole) if scene.past is not None else None
        if "limit" in group and (limit is None or (is_number(limit) and limit < 0)):
            return _unlimited(group, made, scene, told) if group["limit"].name in made else {}
        changes: dict[str, Any] = {}
        if is_number(limit) and limit:
            hard = values.get("hard")
            own = _fitting(group, told)
            limit = limit if own is None else own[0]
            changes[group["limit"].name] = limit
            if is_number(hard) and "hard" in group and group["hard"] is not group["limit"]:
                hard = max(hard, 2 * limit)
                changes[group["hard"].name] = hard
            used = own[1] if own is not None else None
            used = _used(group, (limit, hard), scene, made, around) if used is None else used
            return changes | values_in(group, limit, used)
        if is_number(used) and is_number(left) and "limit" not in group:
            limit = used + left
        if is_number(limit) and limit and is_number(used):
            changes |= _share(group, used / limit)
        return changes

    return step


def _fitting(group: Mapping[str, Facts], told: Told) -> tuple[float, float | None] | None:
    """The limit that other operations tell, and the use if they do, where the fields take both."""
    if told is None or told[0] is None or not group["limit"].accepts(told[0]):
        return None
    is_taken = told[1] is None or "used" not in group or group["used"].accepts(told[1])
    return (told[0], told[1]) if is_taken else None


def _used(
    group: Mapping[str, Facts], limits: tuple[float, Any], scene: Scene, made: Mapping[str, Any], around: str
) -> float:
    """What an account has used of a limit, as its situation says; the second of the limits is a hard one."""
    limit, hard = limits
    is_whole = all(group[role].is_integer for role in ("used", "left") if role in group)
    parts = 1 if is_whole else 100
    if is_monthly(group, around):
        used: float = course_of(group, int(limit * parts), scene, made).used / parts
    else:
        low, high = _PARTS.get(scene.account, (20, 80))
        draw = dice.key("quota", scene.seed, scene.account, _named(group, made))
        used = limit * (low + draw % (high - low + 1)) / 100
    used = int(used) if is_whole else round(used, 2)
    if is_whole and not used and not scene.is_empty and time_of(group, around) == "always":
        # Whoever has anything is there, if nobody else is.
        used = 1
    if scene.account == "near-limit" and is_whole:
        used = max(min(used, math.floor(limit * 0.99)), math.ceil(limit * 0.9))
        used = limit - 1 if used >= limit > 1 else used
    if scene.account == "over-limit":
        used = max(used, limit + 1) if is_whole else used
        used = min(used, hard) if is_number(hard) else used
    accepts = group["used"].accepts if "used" in group else (lambda _: True)
    return next((each for each in (used, limit) if accepts(each)), used)


def is_monthly(group: Mapping[str, Facts], around: str = "") -> bool:
    """Whether a limit is that of a month: neither another time is said, nor that things are there or not."""
    return time_of(group, around) == "month"


def time_of(group: Mapping[str, Facts], around: str = "") -> str:
    """The time of a limit, as its fields say it, or the object around those called `limit` and `used`."""
    several = tuple([field.name for field in group.values()])
    return _time_of((*several, around) if around and not any(map(stem_of, several)) else several)


@remembered(2048)
def _time_of(several: tuple[str, ...]) -> str:
    """What the fields of a limit say of its time: `month`, `always` of things that are there, or `other`."""
    if any(period_in(name) in _OTHER_TIMES for name in several):
        return "other"
    return "always" if any(map(is_kept, several)) or is_of_things(several[-1]) else "month"


def course_of(group: Mapping[str, Facts], limit: int, scene: Scene, made: Mapping[str, Any]) -> Course:
    """How the account of a scene uses up the limit of a month."""
    key = dice.key("course", scene.seed, scene.account, scene.home, _named(group, made))
    return Course(scene.account, key, limit, is_limit=True, now=scene.now)


def _named(group: Mapping[str, Facts], made: Mapping[str, Any]) -> str:
    """What a limit is of: what it counts, and the thing, where each row of a list has its own."""
    stems = (stem_of(group[role].name, _ROLES | DONE) for role in ("used", "limit", "left") if role in group)
    things = (str(made[name]) for name in _THINGS if isinstance(made.get(name), str | int))
    return " ".join((*next(filter(None, stems), ()), next(things, "")))


def values_in(group: Mapping[str, Facts], limit: float, used: float) -> dict[str, Any]:
    """What the fields of a limit say, where so much of it is used."""
    told = {"used": used, "left": max(limit - used, 0), "over": max(used - limit, 0)}
    values: dict[str, Any] = {
        group[role].name: int(value) if group[role].is_integer else round(value, 2)
        for role, value in told.items()
        if role in group
    }
    return values | (_share(group, used / limit) if limit else {})


def _share(group: Mapping[str, Facts], part: float) -> dict[str, Any]:
    field = group.get("percent")
    if field is None:
        return {}
    if names.has(field.name, names.LEFT):
        part = max(1 - part, 0)
    value = round(part * field.scale, 2 if field.scale > 1 else 4)
    value = round(value) if field.is_integer else value
    return {field.name: value if field.accepts(value) else field.scale}


def _unlimited(
    group: Mapping[str, Facts],
    made: Mapping[str, Any],
    scene: Scene,
    told: Told,
) -> dict[str, Any]:
    """Without a limit nothing is left of it, and no part of it is used."""
    no_limit = made[group["limit"].name]
    wanted: Mapping[str, tuple[Any, ...]] = {
        "hard": (no_limit, None, -1),
        "left": (no_limit, None, -1),
        "percent": (None, 0),
        "over": (0, None),
    }
    changes = {}
    for role, values in wanted.items():
        if role in group and group[role] is not group["limit"]:
            field = group[role]
            fitting = [value for value in values if field.accepts(value)]
            changes.update({field.name: fitting[0]} if fitting else {})
    if "used" in group and is_monthly(group) and group["used"].is_integer and group["used"].name in made:
        # Without a limit there is no part of it, but a month goes on for everybody.
        course = course_of(group, _UNLIMITED, scene, made)
        changes[group["used"].name] = replace(course, is_limit=False).used if told is None else told[1]
    return changes
