"""Where an instant lies beside the clock, by the name of its field."""

from __future__ import annotations

from collections.abc import Callable

from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation.values.scene import PRIME, between
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UTC

_FAR = 400 * DAY
_MADE = frozenset(
    {
        "generated",
        "computed",
        "calculated",
        "fetched",
        "retrieved",
        "queried",
        "as",
        "now",
        "server",
        "evaluated",
    }
)
"""What a reply says of when it was made: `generated_at`, `as_of`, `server_time`."""
_SAYS_WHEN = frozenset(
    {"at", "of", "time", "timestamp", "on", "date", "millis", "ms", "seconds", "epoch", "utc"}
)
_SHORTLY = (("last", "updated"), ("data", "through"), ("last", "refreshed"), ("last", "synced"))
"""How what a reply tells of use says until when it is known."""
_LAG = 300
"""Seconds that such figures are old at most."""


def is_of_reply(words: tuple[str, ...]) -> bool:
    """Whether an instant is that of the reply itself, where it is of no thing of its own."""
    if words == ("timestamp",):
        return True
    return not _MADE.isdisjoint(words) and set(words) <= _MADE | _SAYS_WHEN


def instant_maker(name: str) -> Callable[[int, int, bool], int]:
    """What makes instants that suit a name, by the clock and a key, before now unless the name lies ahead.

    The last argument says whether a thing is old, such as an account, which began at any time; most of the
    things of a list began lately.
    """
    spoken = names.words_of(name)
    if is_of_reply(spoken):
        return lambda now, key, is_old: now if is_old else _lately(now, key, is_old)
    if spoken[:2] in _SHORTLY:
        return lambda now, key, is_old: now - between(key, 0, _LAG) if is_old else _lately(now, key, is_old)
    words = frozenset(spoken)
    is_of_period = not words.isdisjoint({"period", "cycle"})
    if not words.isdisjoint(names.AHEAD) and "last" not in words:
        return lambda now, key, _: now + between(key, 1, 30 * DAY)
    if is_of_period and "end" in words:
        return lambda now, _key, _: month_edge(now, 1, UTC) - 1
    if is_of_period and "start" in words:
        return lambda now, _key, _: month_edge(now, 0, UTC)
    return _lately if names.rank(name) >= 0 else _at_birth


def _lately(now: int, key: int, _is_old: bool) -> int:  # noqa: FBT001 - one of the makers
    return now - between(key, 60, 30 * DAY)


def _at_birth(now: int, key: int, is_old: bool) -> int:  # noqa: FBT001 - one of the makers
    if is_old:
        return now - between(key, 60, _FAR)
    part = key % PRIME >> 10
    return now - 60 - (_FAR * part * part * part >> 60)
