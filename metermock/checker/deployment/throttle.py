"""How fast and how much a check may ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from metermock.counts import count_of
from metermock.errors import BudgetExhaustedError

LONGEST_WAIT = 300.0
"""Seconds that a deployment may ask to wait in all, where no time limit is given."""
_FIRST, _LAST = 1000, 9000
"""Years of a clock; others have not four digits, or no year behind them."""


class Budget:
    """Counts requests and seconds."""

    def __init__(self, max_requests: int | None, max_time: float | None, profile: str = "full") -> None:
        self._limits = "" if profile == "full" else f"--profile {profile}, "
        self.started = time.monotonic()
        self.spent = 0
        self.kept = 0
        """How many of the requests may not be spent yet."""
        self._max_requests = max_requests
        self._max_time = max_time
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._reason = "stopped before its end"
        self._asked = 0.0
        self._until = self.started

    @property
    def left(self) -> int | None:
        """How many requests may be spent by now; None where nothing limits them."""
        return None if self._max_requests is None else max(0, self._max_requests - self.kept - self.spent)

    @property
    def exhausted(self) -> str:
        """That the requests were not enough, in words."""
        return f"stopped after {count_of(self.spent, 'request')} ({self._limits}--max-requests)"

    @property
    def seconds_left(self) -> float | None:
        """How long requests may still be spent; None where nothing limits it."""
        return None if self._max_time is None else max(0.0, self.started + self._max_time - time.monotonic())

    def stop(self, reason: str = "") -> None:
        """Let nothing more be sent, and wake whoever waits to send."""
        if not self._stopped.is_set():
            self._reason = reason or self._reason
        self._stopped.set()

    def ask_to_wait(self, seconds: float, since: int) -> None:
        """Take note that the deployment, which has refused requests since that one, asks to wait so long.

        Raises where so much time is not left; without a time limit, where the deployment has asked for
        more than `LONGEST_WAIT` in all.
        """
        now = time.monotonic()
        with self._lock:
            # Several threads are asked to wait for the same moment.
            self._asked += max(0.0, now + seconds - max(now, self._until))
            self._until = max(self._until, now + seconds)
        if self._max_time is not None and now + seconds - self.started > self._max_time:
            end = f"asks to wait {seconds:.0f} s, which is longer than --max-time {self._max_time:g} allows"
        elif self._max_time is None and self._asked > LONGEST_WAIT:
            end = f"asks to wait more than {LONGEST_WAIT:.0f} s in all; --max-time SECONDS allows more"
        else:
            return
        # Threads that wait already have to give this reason too.
        self.stop(f"stopped after {count_of(self.spent, 'request')}: limited since request {since}, it {end}")
        self.reach(0)

    def sleep(self, seconds: float) -> None:
        """Wait so long; raises where that much time is not left, or the check ends meanwhile."""
        self.reach(seconds)
        self._stopped.wait(seconds)
        self.reach(0)

    def spend(self) -> int:
        """Count one request, and return its number; raises where it would be one too many, or too late."""
        # Time first: a request that comes too late must not be counted as sent.
        self.reach(0)
        with self._lock:
            if self.left == 0:
                raise BudgetExhaustedError(self.exhausted)
            self.spent += 1
            return self.spent

    def reach(self, seconds: float) -> None:
        """Raises where that much more time is not left."""
        if self._stopped.is_set():
            raise BudgetExhaustedError(self._reason)
        if self._max_time is not None and time.monotonic() + seconds - self.started > self._max_time:
            spent = f"{time.monotonic() - self.started:.1f} of {self._max_time:g} s"
            message = f"stopped after {spent} ({self._limits}--max-time)"
            raise BudgetExhaustedError(message)


class Throttle:
    """A token bucket that holds one token: requests are spread evenly, never in bursts."""

    def __init__(self, rate: float | None, budget: Budget) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._next = 0.0
        self._budget = budget
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when it is the caller's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            # The turn is taken before the wait, under the lock: threads that come meanwhile queue behind
            # it.
            self._next = turn + self._gap
        # Slept outside the lock, so that `hold` can push the turns of others back.
        if turn > now:
            self._budget.sleep(turn - now)

    def hold(self, seconds: float) -> None:
        """Let nobody send before `seconds` have passed."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds that a `Retry-After` header asks to wait, 1 without a readable one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return 1.0
    # A reply's own clock is what its date is relative to.
    present = date_of(headers)
    return max(0.0, (until - present).total_seconds())


def is_http_date(text: str) -> bool:
    """Whether a text is a date as HTTP writes it, quoted or not."""
    try:
        parsedate_to_datetime(text.strip('"'))
    except (ValueError, OverflowError):
        return False
    return True


def date_of(headers: Mapping[str, str]) -> datetime:
    """The deployment's clock: the reply's `Date`, or ours where it has none."""
    return http_date(headers.get("date", "")) or datetime.now(UTC)


def http_date(text: str) -> datetime | None:
    """The instant of a date as HTTP writes it, in UTC; None for none, and at an end of the calendar."""
    try:
        return reckoned(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def reckoned(instant: datetime) -> datetime | None:
    """An instant in UTC; None at the ends of the calendar, where nothing lies a year before or after."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if _FIRST <= aware.year <= _LAST else None
