"""When a limit begins anew: at the end of the minute, the day, the month of which it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import DAY, HOUR, MINUTE
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.quotas import MONEY, OVER
from metermock.server.generation.values.instants import text_in
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS, UTC, Grain, Unit

_RESET = frozenset({"reset", "resets", "rollover"})
_RENEWED = frozenset({"renew", "renews", "renewal", "refresh", "refreshes"})
"""What limits do, and certificates, contracts and caches too: something has to speak of a limit or a plan."""
_ANEW = _RESET | _RENEWED
_BILLED = frozenset({"billing", "invoice", "payment", "charge", "bill", "cycle", "period"})
"""What comes next, once in a month or year."""
_OTHERS = frozenset(
    {"password", "token", "secret", "key", "pin", "count", "counter", "certificate", "domain", "license"}
    | {"cache", "auto", "page", "session", "connection", "tcp", "device", "factory", "mfa"}
    | {"expires", "expire", "expiry", "contract", "policy", "passport", "lease", "visa", "registration"}
)
"""What is reset or renewed, and is no limit."""
_LENGTHS_OF = frozenset({"interval", "every", "frequency", "period", "window", "notice", "grace", "cycle"})
"""Words of numbers that say how long something is, rather than how far away its end is."""
_SPEAKING = (
    names.LIMITS
    | names.USED
    | names.LEFT
    | {"plan", "subscription", "tier", "credit", "credits", "billing", "invoice", "period", "cycle", "quotas"}
    | {"limits", "package", "seats", "membership", "bundle", "addon"}
)
"""Words of what is limited or billed, of objects and of fields beside."""
WINDOWS = ("window", "period", "interval", "reset_interval", "reset_period", "billing_interval", "frequency")
"""The fields that say of which time a limit is, in a word."""
_OF_WINDOWS = frozenset({"window", "period", "interval"})
_PRICED = (MONEY - {"rate"}) | OVER
"""What a number is that says `per minute`, and no rate: a price."""
_RATES = frozenset({"rate", "rates", "throttle", "throttling", "throttles", "burst"})
_PERIODS, _ENDS = frozenset({"period", "cycle"}), frozenset({"end", "ends", "ending", "until", "to"})
_UNTIL = frozenset({"in", "after", "until", "till", "to", "before"})
NONE = frozenset({"none", "never", "lifetime", "forever", "unlimited", "total", "static", "fixed"})
"""What the time of a limit is called that does not begin anew."""
SECONDS: Mapping[Unit, int] = {
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
}
LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(("ms", "millis", "milliseconds"), 0),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("minutes", "mins"), MINUTE),
    **dict.fromkeys(("hours", "hrs"), HOUR),
    **dict.fromkeys(("days",), DAY),
}
"""Seconds of one of what a time until then is counted in; nought for a thousandth."""


def resets(fields: Sequence[Facts], around: str = "") -> Iterator[Step]:
    """`resets_at` is the end of the time of the limit beside it, and `reset_in_seconds` is as far away.

    The time is what a field beside it says (`window: day`), else the names of the limit (`daily_limit`), of
    the object (`hourly`), or the month.
    """
    speaks = names.has(around, _SPEAKING | _RATES) or any(names.has(each.name, _SPEAKING) for each in fields)
    told = [field for field in fields if is_reset(field) and (speaks or not names.has(field.name, _RENEWED))]
    if not told:
        return
    numbers = numbers_of(fields)
    words = {UNITS[word] for each in numbers for word in _times_of(each.name)}
    named = [UNITS[word] for word in _words(around)]
    usual: Unit = "hour" if names.has(around, _RATES) else "month"
    unit = named[0] if named else next(iter(words)) if len(words) == 1 else usual
    said = [each.name for each in fields if names.plain(each.name) in WINDOWS]
    lengths = [(each.name, length) for each in numbers if (length := _length(each.name)) is not None]
    windows = [each for each in lengths if names.has(each[0], _OF_WINDOWS) and each[1]]
    ends = [each for each in fields if names.has(each.name, _PERIODS) and names.has(each.name, _ENDS)]
    for name, length in windows if said else ():
        yield _long(name, length, said)
    for field in told:
        yield _told(field, unit, said, windows, next((each for each in ends if each.notation), None))


def is_reset(field: Facts) -> bool:
    """Whether a field says when a limit begins anew, as an instant or as a time until then."""
    words = frozenset(names.words_of(field.name))
    if (words & _OTHERS and not words & names.LIMITS) or not (
        words & _ANEW or ("next" in words and words & _BILLED)
    ):
        return False
    if field.notation is not None:
        return field.notation != "time"
    return field.is_number and words.isdisjoint(_LENGTHS_OF) and _length(field.name) is not None


def _words(name: str) -> list[str]:
    return [word for word in names.words_of(name) if word in UNITS and len(word) > 1]


def _times_of(name: str) -> list[str]:
    """The times in which a limit holds: none of `minutes_included`, nor of what a minute costs."""
    words = names.words_of(name)
    if not _is_limited(name) or ("per" in words and names.has(name, _PRICED)):
        return []
    return [word for word in _words(name) if word not in sizes.counted_times(words)]


def _is_limited(name: str) -> bool:
    return names.has(name, names.LIMITS | names.USED | names.LEFT) or names.has(name, frozenset({"per"}))


def _length(name: str) -> int | None:
    """The seconds of what a number counts of time, nought for a thousandth; None for another number."""
    words = names.words_of(name)
    found = next((LENGTHS[word] for word in reversed(words) if word in LENGTHS), None)
    return 1 if found is None and words[-1:] and words[-1] in _UNTIL else found


def _long(name: str, length: int, said: Sequence[str]) -> Step:
    """A window is as long as the word beside it says."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        unit = _said(made, said)
        return {} if unit is None or unit not in SECONDS else {name: SECONDS[unit] // length}

    return step


def _said(made: Mapping[str, Any], said: Sequence[str]) -> Unit | None:
    for name in said:
        value = made.get(name)
        found = _words(value) if isinstance(value, str) else []
        if found:
            return UNITS[found[0]]
    return None


def _told(
    field: Facts, unit: Unit, said: Sequence[str], windows: Sequence[tuple[str, int]], period: Facts | None
) -> Step:
    is_last = names.has(field.name, frozenset({"last", "previous"}))
    length = _length(field.name) or 0

    def step(made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        value = made.get(field.name)
        if field.name not in made or (value is None and _said(made, said) is None):
            return {}
        if field.accepts(None) and any(names.plain(str(made.get(each))) in NONE for each in said):
            return {field.name: None}
        begin, end = _edges(made, scene.now, unit, said, windows)
        told = _after(made.get(period.name), period, scene.now) if period is not None else None
        end = told or end
        if field.notation is None:
            left = end - scene.now
            return {field.name: -(-left // length) if length else left * 1000}
        if is_last:
            own = instant_of(value, field.notation)
            return {} if own is not None and own <= begin else {field.name: _written(begin, field, scene)}
        return {field.name: _written(end, field, scene)}

    return step


def _written(at: int, field: Facts, scene: Scene) -> Any:
    return text_in(scene.span.where if scene.span else UTC, at, field.notation or "date-time")


def _after(value: Any, period: Facts, now: int) -> int | None:
    """The first instant after the period that a field says the end of, where that lies ahead."""
    at = instant_of(value, period.notation or "date")
    if at is None:
        return None
    # A day is over at its end, and so is the last second of one.
    after = at + DAY if period.notation == "date" else at + 1 if at % MINUTE == MINUTE - 1 else at
    return after if after > now else None


def _edges(
    made: Mapping[str, Any], now: int, unit: Unit, said: Sequence[str], windows: Sequence[tuple[str, int]]
) -> tuple[int, int]:
    """The first second of the time of a limit at the clock, and the first after it."""
    own = _said(made, said)
    for name, length in windows if own is None else ():
        value = made.get(name)
        if isinstance(value, int) and 0 < value * length <= DAY:
            span = value * length
            return now // span * span, (now // span + 1) * span
    grain = Grain(own or unit)
    number = grain.number(now)
    return grain.begin(number), grain.begin(number + 1)
