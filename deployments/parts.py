"""What the plain deployments share: requests, replies, parameters, a growing history, days and rounding."""

from __future__ import annotations

import functools
import random
import re
import uuid
import zoneinfo
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

DAY = 86400
HOUR = 3600
MINUTE = 60


@dataclass
class Ask:
    """One request, and what has been understood of it so far; `now` is in epoch seconds.

    `behind` is how many seconds the data that answer it are behind.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    now: int
    account: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    behind: int = 0

    def header(self, name: str) -> str | None:
        """Give the last header of that lower-case name."""
        return next((value for key, value in reversed(self.headers) if key == name), None)

    def every(self, name: str) -> list[str]:
        """Give all headers of that lower-case name."""
        return [value for key, value in self.headers if key == name]


@dataclass
class Reply:
    """One reply; `body` is JSON, or text where a fault wants another shape."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    body_on_head: bool = False


class RefusedError(Exception):
    """A request was refused: `reason` is the plain word, each contract finds its own status and body."""

    def __init__(self, reason: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.details = details


@dataclass(frozen=True)
class Credential:
    """Headers that a client sends, and the status that they earn."""

    name: str
    headers: dict[str, str]
    about: str
    status: int = 200
    owner: str = ""
    """Whose it is, if not its own name's."""


@dataclass(frozen=True)
class Parameter:
    """A query parameter: its kind (enum, integer, boolean, zone, uuid, text), default and bounds."""

    name: str
    kind: str
    default: Any = None
    allowed: tuple[str, ...] = ()
    least: int = 0
    most: int = 2**63 - 1

    def read(self, text: str) -> Any:
        """Read the text; raises ValueError with what is wrong."""
        if not text:
            raise ValueError("may not be empty")
        return getattr(self, f"_{self.kind}")(text)

    def _enum(self, text: str) -> str:
        if text not in self.allowed:
            raise ValueError(f"must be one of {', '.join(self.allowed)}")
        return text

    def _integer(self, text: str) -> int:
        if not re.fullmatch("-?[0-9]{1,20}", text):
            raise ValueError("must be an integer")
        if not self.least <= int(text) <= self.most:
            raise ValueError(f"must be {self.least} to {self.most}")
        return int(text)

    def _boolean(self, text: str) -> bool:
        if text not in {"true", "false"}:
            raise ValueError("must be true or false")
        return text == "true"

    def _zone(self, text: str) -> str:
        if text not in zone_names():
            raise ValueError("must be the name of an IANA time zone")
        return text

    def _uuid(self, text: str) -> str:
        if not re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
            raise ValueError("must be a UUID")
        return text.lower()

    def _text(self, text: str) -> str:
        return text


@functools.cache
def zone_names() -> frozenset[str]:
    """Give all zone names; some systems carry a file `localtime`, which is none."""
    return frozenset(zoneinfo.available_timezones()) - {"localtime"}


def dice(*parts: object) -> random.Random:
    """Give a generator that depends on nothing but the parts."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 -- made-up data, no secrets


def some_uuid(rng: random.Random) -> str:
    """Draw a UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


class Timed(Protocol):
    """Anything that happened at an instant."""

    @property
    def at(self) -> int:
        """The instant, in epoch seconds."""


C = TypeVar("C", bound=Timed)


class History(Generic[C]):
    """An account's calls in the order of their instants; it grows, about one per `tempo` seconds."""

    def __init__(self, rng: random.Random, make: Callable[[random.Random, int, int], C]) -> None:
        self.rng = rng
        self.make = make
        self.calls: list[C] = []
        self.instants: list[int] = []
        self.grown = 0
        self.tempo = 0.0

    def add(self, at: int) -> None:
        """Append one call."""
        self.calls.append(self.make(self.rng, at, len(self.calls)))
        self.instants.append(at)

    def fill(self, instants: list[int], now: int, tempo: float = 0.0) -> None:
        """Write the past up to now, and set how it goes on."""
        for at in sorted(instants):
            self.add(at)
        self.grown, self.tempo = now, tempo

    def grow(self, now: int) -> None:
        """Let the calls arrive that came since; the calls of one second come all at once."""
        while self.grown < now:
            self.grown += 1
            if self.tempo and self.rng.random() < 1 / self.tempo:
                self.add(self.grown)

    def between(self, start: int, end: int) -> list[C]:
        """Give the calls in [start, end)."""
        return self.calls[bisect_left(self.instants, start) : bisect_left(self.instants, end)]


def past(rng: random.Random, now: int, days: int, count: int, tempo: float = 0.0) -> list[int]:
    """Draw instants of the past: weekdays, office hours, silent days, equal seconds, busy last minutes."""
    instants: list[int] = []
    for back in range(days):
        begin = now - now % DAY - back * DAY
        weight = (1.0, 1.0, 1.1, 1.0, 0.9, 0.3, 0.2)[datetime.fromtimestamp(begin, UTC).weekday()]
        if back > 1 and rng.random() < 0.06:
            continue
        for _ in range(int(count / days * weight * rng.uniform(0.5, 2.0) + rng.random())):
            hours = rng.triangular(0, 24, 15) if rng.random() < 0.7 else rng.uniform(0, 24)
            instants.append(begin + min(DAY - 1, int(hours * HOUR)))
            if rng.random() < 0.05:
                instants.append(instants[-1])
    if tempo:
        instants += [now - back for back in range(900) if rng.random() < 1 / tempo]
    return [at for at in instants if at <= now]


def this_month(rng: random.Random, now: int, count: int) -> list[int]:
    """Draw that many instants of the current month, none in the last minutes."""
    begin = int(month_of(now).timestamp())
    room = max(1, now - begin - 300)
    return [begin + rng.randrange(room) for _ in range(count)] if now - begin > 600 else []


def month_of(now: int) -> datetime:
    """Give the first instant of the UTC month."""
    return datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0)


def instant(at: int) -> str:
    """Write an instant as RFC 3339."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def utc_day(at: int) -> date:
    """Give the UTC date of an instant."""
    return datetime.fromtimestamp(at, UTC).date()


def utc_midnight(day: date) -> int:
    """Give the first instant of a UTC date."""
    return (day - date(1970, 1, 1)).days * DAY


def midnight(day: date, zone: zoneinfo.ZoneInfo) -> int:
    """Give the first instant of a local day, skipped midnights included."""
    wanted = datetime(day.year, day.month, day.day, tzinfo=zone)
    at = int(wanted.timestamp())
    back = datetime.fromtimestamp(at, zone)
    if (back.hour, back.minute) == (0, 0):
        return at
    while datetime.fromtimestamp(at - MINUTE, zone).date() >= day:
        at -= MINUTE
    return at


def add_months(first: date, months: int) -> date:
    """Move the first of a month."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def days_to(last: date, count: int) -> list[date]:
    """Give that many days, the last one included."""
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def half_up(numerator: int, denominator: int, digits: int) -> float:
    """Divide and round half-up on the decimal value; 0 when there is nothing to divide by."""
    if denominator == 0:
        return 0.0
    scale = 10**digits
    units = (2 * numerator * scale + denominator) // (2 * denominator)
    return float(units / scale)


def percent(part: int, whole: int) -> float:
    """Give a percentage with two decimals."""
    return half_up(100 * part, whole, 2)


def total(rows: Sequence[Any], name: str) -> int:
    """Add one column up."""
    return sum(map(attrgetter(name), rows))
