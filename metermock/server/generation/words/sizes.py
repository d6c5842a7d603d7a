"""Between which numbers those of a field lie, by the words of its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UNITS, Unit
from metermock.server.generation.words.names import NOUNS

Span = tuple[float, float]

_IDS = frozenset({"id", "number", "no"})
_SHARES = frozenset({"confidence", "score", "probability", "similarity", "rate"})
_LATENCIES = frozenset({"latency", "response", "ttfb", "roundtrip"})
_SECONDS = frozenset({"seconds", "secs", "sec", "s"})
_STATUSES = (frozenset({"status"}), frozenset({"status", "code"}), frozenset({"http", "status"}))
COUNTED: Span = (0, 4_000)
"""The span of a count of which no word says anything."""

OWNED = frozenset(
    {"seat", "user", "member", "project", "index", "key", "domain", "webhook", "workspace", "team", "ip"}
    | {"collaborator", "namespace", "bucket", "database", "environment", "site", "repository", "device"}
    | {"license", "dashboard", "monitor", "app", "application", "sender", "number", "connector", "invite"}
    | {"instance", "vcpu", "cpu", "core", "gpu", "board", "workflow", "pipeline", "cluster", "node", "guest"}
    | {"model", "agent", "client", "droplet", "slot", "voice", "volume", "snapshot"}
    | {"firewall", "balancer", "certificate", "subaccount", "teammate", "zone", "template"}
)
"""Things of which an account has a few."""
_MONEY = frozenset(
    {"amount", "price", "cost", "fee", "subtotal", "tax", "balance", "revenue", "spend", "spending", "charge"}
    | {"usd", "eur", "gbp", "budget", "discount", "spent", "costs", "paid", "due"}
)
_CENTS = frozenset({"cents", "minor"})
_OF_ONE = frozenset({"unit", "per", "each"})
_OF_A_UNIT: Span = (0.001, 0.5)
"""What one of many costs."""
_PRICES: tuple[tuple[frozenset[str], Span], ...] = (
    (frozenset({"price", "fee"}), (4, 300)),
    (frozenset({"tax", "discount"}), (0.5, 60)),
    (frozenset({"revenue"}), (500, 50_000)),
    (_MONEY, (2, 600)),
)
"""Amounts of money in whole units with digits, by what they are; the first that is there."""
_SIZES: tuple[tuple[frozenset[str], float, float], ...] = (
    (names.PERCENT, 0, 100),
    (names.SHARE, 0, 1),
    (frozenset({"latitude", "lat"}), -60, 70),
    (frozenset({"longitude", "lng", "lon", "long"}), -170, 170),
    (names.LIMITS, 1_000, 500_000),
    (frozenset({"year"}), 2024, 2026),
    (frozenset({"month", "months"}), 1, 12),
    (frozenset({"day", "days"}), 1, 28),
    (frozenset({"hour", "hours"}), 0, 23),
    (frozenset({"minute"}), 0, 59),
    (frozenset({"port"}), 1024, 49151),
    (frozenset({"age"}), 19, 64),
    (frozenset({"page", "version", "revision", "attempt", "attempts", "retries", "retry"}), 1, 3),
    (frozenset({"segments"}), 1, 3),
    (frozenset({"latency", "duration", "elapsed", "ms", "milliseconds"}), 20, 2_400),
    (frozenset({"p50", "p75", "p90", "p95", "p99", "median"}), 20, 2_400),
    (frozenset({"seconds", "secs", "ttl", "timeout", "interval"}), 1, 3_600),
    (frozenset({"gb", "gib", "gigabytes"}), 1, 80),
    (frozenset({"tb", "tib"}), 1, 20),
    (frozenset({"bandwidth", "egress", "ingress"}), 50_000_000, 40_000_000_000),
    (frozenset({"bytes", "size", "storage"}), 1_024, 5_000_000),
    (frozenset({"tokens", "token", "characters", "chars"}), 80, 90_000),
    (
        _CENTS | frozenset({"amount", "price", "cost", "fee", "subtotal", "tax", "balance", "revenue"}),
        100,
        50_000,
    ),
    (frozenset({"quantity", "seats", "members", "users"}), 1, 40),
    (frozenset({"rank", "position", "index", "order", "priority", "level", "depth"}), 0, 9),
    (frozenset({"errors", "failed", "failures", "warnings"}), 0, 60),
    (frozenset({"width", "height"}), 200, 2_000),
    (frozenset({"rating", "stars"}), 1, 5),
    (frozenset({"reputation"}), 60, 100),
    (frozenset({"score"}), 0, 100),
    (frozenset({"temperature"}), 0, 2),
    (frozenset({"penalty"}), -0.5, 1),
)
_USUAL = (1_000, 5_000, 10_000, 50_000, 100_000, 500_000)
_GB = 10**9
_OF_TIMES: Mapping[Unit, Sequence[int]] = {
    "minute": (60, 100, 300, 600, 1_000),
    "hour": (1_000, 2_000, 5_000, 10_000),
}
_TOKENS = frozenset({"token", "tokens", "tpm"})
_THOUSAND = 1_000
_ROUND: tuple[tuple[frozenset[str], Sequence[int]], ...] = (
    (_TOKENS, (500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000)),
    (frozenset({"concurrent", "concurrency", "parallel"}), (5, 10, 20, 50, 100)),
    (frozenset({"gb", "gib"}), (5, 10, 50, 100, 250, 500)),
    (frozenset({"tb", "tib"}), (1, 2, 5, 10)),
    (frozenset({"mb", "mib"}), (500, 1_000, 5_000, 10_000)),
    (frozenset({"bytes", "bandwidth", "egress", "ingress"}), (_GB, 5 * _GB, 10 * _GB, 50 * _GB, 100 * _GB)),
    (frozenset({"days", "retention"}), (7, 14, 30, 90, 365)),
    (frozenset({"usd", "eur", "gbp", "budget", "spend", "spending", "cost"}), (20, 50, 100, 200, 500, 1_000)),
)
"""Round limits by what they are of; the first that is there."""
_FEW = (5, 10, 20, 25, 50, 100)
_A_SECOND = (5, 10, 20, 50, 100)
_RATES: Mapping[str, Unit | None] = {"rpm": "minute", "tpm": "minute", "rpd": "day", "rps": None, "qps": None}
"""Limits that are called by their letters; None for those of a second."""
_MEANS = frozenset({"avg", "average", "mean", "current", "peak", "max", "min", "median", "used", "usage"})
_BEYOND = frozenset({"overage", "overages", "excess", "extra", "additional"})
"""What is above a limit: of each so much is paid."""
_STANDING = frozenset(
    {"price", "fee", "dimension", "version", "port", "retention", "ttl", "window", "threshold"}
)
_DATES = frozenset({"year", "month", "day", "hour", "minute"})
"""Parts of a date, where nothing is counted in them."""
PAST = frozenset({"last", "previous", "past", "trailing", "rolling"})
_OF_SPANS = PAST | {"window", "interval", "every", "within", "in", "per"}
_METERED = frozenset({"minutes", "hours"})
"""Times that vendors count and bill: of calls, videos, machines."""
_CHANGES = frozenset({"trend", "change", "growth", "delta"})
_DIMENSIONS = (384, 768, 1024, 1536, 3072)


BARE = names.LIMITS | names.USED | names.LEFT | names.TOTAL
"""Words of numbers that do not say what they count."""


def is_limit(name: str) -> bool:
    """Whether a number is what an account may have or do: `limit`, `requests_per_month`, `max_seats`."""
    words = names.words_of(name)
    said = frozenset(words)
    if said & names.LIMITS or (len(words) > 1 and words[0] in ("max", "maximum") and _owned(words)):
        return True
    return _time_of(words) is not False and not said & (_MONEY | _CENTS | _MEANS | _BEYOND)


def told(name: str, owner: str) -> str:
    """The name of a number, with what its object is called after where that says its size."""
    if names.has(owner, _CHANGES):
        return f"{name}_change"
    if not name and frozenset(names.words_of(owner)) in _STATUSES:
        # Of an object with a field for each status the fields count.
        return "count"
    said = frozenset(names.words_of(name))
    is_bare = said <= names.LIMITS or (said <= BARE and is_of_few(owner))
    return f"{owner}_{name}" if owner and is_bare else name


def counted_times(words: Sequence[str]) -> frozenset[str]:
    """Times that are counted, as in `minutes_used`; `last_60_minutes` and `window_hours` say a span."""
    is_span = not _OF_SPANS.isdisjoint(words) or any(word.isdecimal() for word in words)
    return frozenset() if is_span else _METERED.intersection(words)


def without_time(words: Sequence[str]) -> Sequence[str]:
    """The words of a limit without the time in which it holds: `calls` of `calls_per_month`."""
    is_timed = len(words) > 2 and words[-2] == "per" and words[-1] in UNITS  # noqa: PLR2004 - a thing, per, a time
    return words[:-2] if is_timed and not _MONEY.intersection(words) else words


def _time_of(words: Sequence[str]) -> Unit | Literal[False] | None:
    """The time of a rate, None for a second; False for what is no rate."""
    if len(words) > 2 and words[-2] == "per" and (words[-1] in UNITS or words[-1] in ("second", "sec", "s")):  # noqa: PLR2004 - a thing, per, a time
        return UNITS.get(words[-1])
    return next((_RATES[word] for word in words if word in _RATES), False)


def is_of_few(name: str) -> bool:
    """Whether a number counts things of which an account has a few: `seats_used`, `member_limit`."""
    return _owned(names.words_of(name))


def _owned(words: Sequence[str]) -> bool:
    """Whether what is counted is a few: the noun that comes last, without what it is of."""
    nouns = [word for word in words[: words.index("per")] if word] if "per" in words else words
    nouns = [
        word
        for word in nouns
        if word not in names.LIMITS | names.USED | names.LEFT | {"count", "total", "of"}
    ]
    # The `volume` of a trade is an amount; `volumes`, or a limit of them, are disks.
    is_amount = nouns[-1:] == ["volume"] and names.LIMITS.isdisjoint(words)
    return bool(nouns) and not is_amount and names.singular(nouns[-1]) in OWNED


def round_limits(name: str) -> Sequence[int]:
    """Limits as plans have them, by what they limit and in which time."""
    words = names.words_of(name)
    time = _time_of(words)
    if time is None:
        return _A_SECOND
    if time and time in _OF_TIMES:
        # A call takes hundreds of tokens.
        factor = 1 if _TOKENS.isdisjoint(words) else _THOUSAND
        return [each * factor for each in _OF_TIMES[time]]
    if time is False and _owned(words):
        return _FEW
    return next((numbers for known, numbers in _ROUND if not known.isdisjoint(words)), _USUAL)


def choices(name: str) -> Sequence[int]:
    """The numbers that a field of this name has, where there are only some."""
    return _DIMENSIONS if names.words_of(name)[-1:] in (("dimension",), ("dimensions",)) else ()


def stands(name: str) -> bool:
    """Whether a number is the same for who has not done anything: a price, a size, a year."""
    words = names.words_of(name)
    is_part_of_date = words[-1:] in (("year",), ("month",)) and _is_part_of_date(words)
    is_price = "per" in words and not _BEYOND.isdisjoint(words)
    return is_part_of_date or is_price or not _STANDING.isdisjoint(words) or is_limit(name)


def _is_part_of_date(words: Sequence[str]) -> bool:
    """Whether `month` and its kin say which month, and not that something is counted in it."""
    before = names.singular(words[-2]) if len(words) > 1 else ""
    return len(words) <= 2 and before not in (*NOUNS, "this", "last", "per") and not names.USED & {before}  # noqa: PLR2004 - the word and what is said of it


def span_of(words: Sequence[str], *, integer: bool) -> Span:
    """The span in which the numbers of a field lie, by the words of its name."""
    said = frozenset(words)
    found = _together(said) or _odd_ones(said, integer=integer) or _heat(said)
    if found is not None:
        return found
    if said & _MONEY and not said & _CENTS and not integer and not said & names.LIMITS:
        if said & {"price", "cost", "rate"} and said & _OF_ONE:
            return _OF_A_UNIT
        return next(span for known, span in _PRICES if said & known)
    if said & _BEYOND and "per" in said and not integer:
        return _OF_A_UNIT
    if words and said & _DATES and not (words[-1] in _DATES and _is_part_of_date(words)):
        said -= _DATES
    found = next(((low, high) for known, low, high in _SIZES if said & known), None)
    if found is not None:
        return found
    return (0, 25) if words and _owned(words) else COUNTED


_TOGETHER: tuple[tuple[frozenset[str], Span], ...] = (
    (frozenset({"interval", "count"}), (1, 12)),
    (frozenset({"exchange", "rate"}), (0.7, 1.4)),
    (frozenset({"fx", "rate"}), (0.7, 1.4)),
    (frozenset({"repetition", "penalty"}), (1, 1.3)),
    (frozenset({"top", "p"}), (0.5, 1)),
    (frozenset({"min", "p"}), (0, 0.2)),
    (frozenset({"top", "k"}), (1, 100)),
    (frozenset({"end", "month"}), (1, 12)),
    (frozenset({"start", "month"}), (1, 12)),
    (frozenset({"end", "day"}), (1, 28)),
    (frozenset({"start", "day"}), (1, 28)),
)
"""Spans that two words say together."""


def _together(said: frozenset[str]) -> Span | None:
    if said & names.PERCENT and said & _MONEY and not said & names.LIMITS:
        # What a fee is of another amount; of a budget all may be spent.
        return (0, 100) if said & {"spent", "paid", "due"} else (0.5, 30)
    # The balance at the `end of month` is no month.
    return None if "of" in said else next((span for words, span in _TOGETHER if words <= said), None)


def _odd_ones(said: frozenset[str], *, integer: bool) -> Span | None:
    """The spans that follow from several words, or from the type."""
    if said & _IDS and integer:
        return 10_000, 9_999_999
    if not integer and said & _SHARES:
        return 0, 1
    if said in _STATUSES:
        return 200, 200
    if said & _LATENCIES and said & _SECONDS and not integer:
        return 0.02, 2.4
    if "year" in said and said & {"exp", "expiry", "expiration"}:
        return 2027, 2031
    return (-0.2, 0.35) if not integer and said & _CHANGES else None


_OF_MODELS = frozenset({"temperature", "default", "sampling", "model"})
"""Words of the name of how freely a model speaks; any other is said of what is warm or cold."""
_HEATS: tuple[tuple[frozenset[str], Span], ...] = (
    (frozenset({"f", "fahrenheit"}), (40, 100)),
    (frozenset({"k", "kelvin"}), (277, 311)),
)


def _heat(said: frozenset[str]) -> Span | None:
    """The span of a temperature in degrees; None for that of a model, and for other numbers."""
    is_other = not said.isdisjoint(names.LIMITS | names.PERCENT | names.SHARE | _CHANGES)
    if "temperature" not in said or said <= _OF_MODELS or is_other:
        return None
    return next((span for words, span in _HEATS if said & words), (4, 38))
