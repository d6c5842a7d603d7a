"""The headers of rate limits: a limit, what is left of it, and when it begins anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import types_of
from metermock.contract.response import Header
from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.ledger.calendar import DAY, HOUR, MINUTE
from metermock.server.generation.values.instants import MILLIS, Notation, notation_of, written
from metermock.server.generation.values.scene import Scene, pick
from metermock.server.generation.wire.limits import EPOCH, is_in_milliseconds, reset
from metermock.server.generation.wire.rate_fields import structured, text_of
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UNITS, Grain, Unit

_ROLES: Mapping[str, str] = {
    **dict.fromkeys(("limit", "remaining", "used"), ""),
    **dict.fromkeys(("resets", "reset"), "reset"),
    **dict.fromkeys(("window", "interval", "period"), "window"),
}
_RATES = ("rate", "limit"), ("ratelimit",), ("rate",)
"""What the names of headers about rates begin with, behind `X-`."""
_TIME = re.compile(r"(?i)\b(?:per|an?|each|every|this|the|current)[ -]+(second|minute|hour|day|month)\b")
_WINDOWS = re.compile(
    r"(?i)\b(second|minute|hour|day|month)s?(?:ly)?\b(?! (?:until|till|left|remaining|since))"
)
_EPOCH = re.compile(r"(?i)\b(?:unix|epoch|timestamp|since 1970)\b")
_AHEAD = re.compile(r"(?i)\b(?:until|till|left|remaining|wait|before|after which|in)\b")
_AT = re.compile(r"(?i)\b(?:at which|when|time of|date)\b")
_LIMITS: Mapping[str, Sequence[int]] = {
    "second": (10, 20, 25, 50),
    "minute": (60, 100, 120, 300, 600),
    "hour": (1000, 2000, 3600, 5000),
    "day": (5000, 10_000, 25_000, 50_000),
    "month": (100_000, 250_000, 500_000),
}
_SHARES = {"over-limit": 0, "near-limit": 7, "empty": 100}
_USUAL_SHARE = 64
"""The part of a hundred that is left."""
_LENGTHS: Mapping[str, int] = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY, "month": 30 * DAY}


def role_of(name: str) -> tuple[str, tuple[str, ...], bool] | None:
    """What a header says of a limit, of which limit it does, and whether that is surely one of a rate.

    `X-RateLimit-Remaining-Tokens` says what remains of `tokens`. None for a header about something else.
    """
    words = names.words_of(name)
    words = words[1:] if words[:1] == ("x",) else words
    begin = next((each for each in _RATES if words[: len(each)] == each), ())
    rest = words[len(begin) :]
    if begin and not rest:
        return ("limit", (), True) if len(begin) > 1 else None
    found = next((word for word in reversed(rest) if word in _ROLES), None)
    if found is None or (not begin and (rest[-1] != found or found not in ("limit", "remaining", "used"))):
        return None
    role = _ROLES[found] or found
    said = {found} if role != "reset" else {found, "after", "at", "in", "time"}
    return role, tuple(word for word in rest if word not in said), bool(begin)


@dataclass(frozen=True, slots=True)
class _Limit:
    """The headers of one limit, by what they say of it."""

    names: Mapping[str, Sequence[str]]
    time: str
    stem: str
    is_rate: bool
    usual: Sequence[int]
    """What it may be; nothing where an example says what it is, or nobody knows of what it is one."""
    resets: Mapping[str, Callable[[int, int], Any]]
    """What writes the end of a wait from a clock, by the header that says it."""


class RateHeaders:
    """Lets the headers about limits of one response agree with each other and with the clock."""

    def __init__(self, schemas: Schemas, headers: Mapping[str, Header]) -> None:
        self._headers = headers
        grouped: dict[tuple[tuple[str, ...], bool], dict[str, list[str]]] = {}
        self._structured = structured(schemas, headers)
        for name in headers:
            found = role_of(name)
            if found is not None and name not in self._structured:
                grouped.setdefault(found[1:], {}).setdefault(found[0], []).append(name)
        self._limits = [
            self._limit(schemas, stem, told, is_rate=is_rate) for (stem, is_rate), told in grouped.items()
        ]
        rates = [limit for limit in self._limits if limit.is_rate]
        self._is_old = any(name.lower() == "ratelimit-limit" for name in headers)
        self._main = rates[0] if rates else None
        """The limit that structured fields tell."""
        if self._structured and self._main is None:
            self._main = self._limit(schemas, (), {"": list(self._structured)}, is_rate=True)

    def _limit(
        self, schemas: Schemas, stem: Sequence[str], told: Mapping[str, Sequence[str]], *, is_rate: bool
    ) -> _Limit:
        headers = self._headers
        time = _time_of(stem, [headers[name] for several in told.values() for name in several])
        limits = [headers[name] for name in told.get("limit", ())]
        is_shown = any(each.example is not None for each in limits)
        usual = [
            number
            for number in (_LIMITS[time] if is_rate and not is_shown else ())
            if all(each.reader.accepts(number) or each.reader.accepts(str(number)) for each in limits)
        ]
        resets = {name: _resets(schemas, headers[name]) for name in told.get("reset", ()) if is_rate}
        return _Limit(told, time, "_".join(stem), is_rate, usual, resets)

    def agree(self, values: dict[str, Any], scene: Scene) -> None:
        """Change the values of headers so that they agree: what is left is below the limit."""
        for limit in self._limits:
            for name, value in self._told(limit, values, scene):
                for each in (value, str(value)) if name in values else ():
                    if self._headers[name].reader.accepts(each):
                        values[name] = each
                        break
        if self._structured and self._main is not None:
            self._tell_structured(self._main, values, scene)

    def _tell_structured(self, limit: _Limit, values: dict[str, Any], scene: Scene) -> None:
        figures = self._figures(limit, values, scene)
        window = _LENGTHS[limit.time]
        most = figures.get("limit") or _number(values.get(next(iter(limit.names.get("limit", ())), "")))
        if most is None:
            return
        for name, field in self._structured.items():
            text = text_of(
                field,
                is_old=self._is_old,
                most=int(most),
                left=figures["remaining"],
                window=window,
                wait=_wait(limit.time, scene.now),
            )
            if name in values and self._headers[name].reader.accepts(text):
                values[name] = text

    def _figures(self, limit: _Limit, values: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
        """The limit, what is left of it and what is used, as far as they are known."""
        # One limit for all operations and accounts.
        key = dice.key("rate limit", scene.seed, limit.stem, limit.time) if limit.usual else 0
        own = pick(key, limit.usual) if limit.usual else None
        said = next(iter(limit.names.get("limit", ())), "")
        most = own if own is not None else _number(values.get(said))
        told: dict[str, Any] = {} if own is None else {"limit": own}
        if most is not None:
            share = _SHARES.get(scene.account, _USUAL_SHARE)
            told |= {"remaining": int(most * share // 100), "used": int(most * (100 - share) // 100)}
        return told

    def _told(self, limit: _Limit, values: Mapping[str, Any], scene: Scene) -> Iterator[tuple[str, Any]]:
        told = self._figures(limit, values, scene)
        if limit.is_rate:
            told["window"] = _LENGTHS[limit.time]
            wait = _wait(limit.time, scene.now) if limit.resets else 0
            yield from ((name, write(scene.now, wait)) for name, write in limit.resets.items())
        for role, value in told.items():
            yield from ((name, value) for name in limit.names.get(role, ()))


def _number(value: Any) -> float | None:
    # Of `100, 100;w=60` the first is the limit.
    found = re.match(r"(\d+)\s*(?:[,;]|\Z)", value) if isinstance(value, str) else None
    if found is not None:
        return int(found[1])
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _time_of(stem: Sequence[str], headers: Sequence[Header]) -> str:
    """The time in which a limit holds: what the names say, else the descriptions, else an hour."""
    for word in stem:
        if word in UNITS and UNITS[word] in _LENGTHS:
            return UNITS[word]
        if word == "second":
            return word
    told = " ".join(described(each) for each in headers)
    found = _TIME.search(told) or _WINDOWS.search(_EPOCH.sub("", told))
    unit = "hour" if found is None else found[1].lower()
    return "hour" if unit == "second" and not _TIME.search(told) else unit


def described(header: Header) -> str:
    """What a document says of a header."""
    own = header.schema.get("description", "") if isinstance(header.schema, dict) else ""
    return f"{header.description} {own}".strip()


def _wait(time: str, now: int) -> int:
    """The seconds until the time of a limit ends."""
    if time == "second":
        return 1
    unit: Unit = UNITS[time]
    grain = Grain(unit)
    return grain.begin(grain.number(now) + 1) - now


def _resets(schemas: Schemas, header: Header) -> Callable[[int, int], Any]:
    """What writes the end of a wait as a header has it."""
    shown = header.example
    if shown is not None:
        return lambda now, wait: _like(shown, now, wait)
    notation = _notation(schemas, header)
    factor = 1000 if is_in_milliseconds(header.name, described(header)) else 1
    return lambda now, wait: wait * factor if notation is None else written(now + wait, notation)


def _notation(schemas: Schemas, header: Header) -> Notation | None:
    """How a header writes the instant at which a limit begins anew; None where it says how long it takes."""
    whole = together(schemas, header.schema) if isinstance(header.schema, dict) else {}
    types, told = types_of(schemas, header.schema), described(header)
    found = notation_of("", whole, types) if "string" in types else None
    if found is not None:
        return found
    if "after" in names.words_of(header.name) or not told:
        return None
    is_instant = _EPOCH.search(told) or (_AT.search(told) and not _AHEAD.search(told))
    if not is_instant:
        return None
    if not _EPOCH.search(told) and not types & {"integer", "number"}:
        return "date-time"
    return "milliseconds" if MILLIS.search(told) else "seconds"


def _like(shown: Any, now: int, wait: int) -> Any:
    """The end of a wait in the form of an example; a time until then stays what the author shows."""
    if isinstance(shown, int) and not isinstance(shown, bool):
        return int(reset(str(shown), now, wait)) if shown >= EPOCH else shown
    if isinstance(shown, str) and shown.isdecimal():
        return reset(shown, now, wait) if int(shown) >= EPOCH else shown
    is_instant = isinstance(shown, str) and re.match(r"\d{4}-\d\d-\d\dT.*Z\Z|[A-Z][a-z]{2}, \d\d ", shown)
    return reset(shown, now, wait) if is_instant else shown
