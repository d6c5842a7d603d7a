"""What a number counts, by its name, and of which time it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from metermock.ledger.calendar import DAY, HOUR
from metermock.remembered import remembered
from metermock.server.generation.agreeing import money_units, parts
from metermock.server.generation.agreeing.facts import Facts, numbers_of
from metermock.server.generation.agreeing.quotas import DONE, OVER
from metermock.server.generation.words import names, sizes
from metermock.server.generation.words.grains import UNITS, Grain
from metermock.server.generation.words.levels import is_level
from metermock.server.generation.words.names import NOUNS

Unit = tuple[str, ...]
"""The words that say what is counted: `("call",)`; of a part the part's own word first."""
Edges = tuple[int, int]
"""The first second of a span, and the first after it."""

COST: Unit = ("cost",)
SENT: Unit = ("sent",)
"""What is sent where only its parts are named: messages, where a document counts these."""
MAILS = frozenset({("message",), ("email",), ("sms",), ("notification",)})
_MONEY = frozenset({"cost", "spend", "spent", "spending", "budget", "charge", "amount", "costs"})
_TAXES = frozenset({"tax", "vat", "tax_amount", "vat_amount"})
_CURRENCIES = frozenset({"usd", "eur", "gbp", "dollars"})
_ALIKE = {
    **dict.fromkeys(("request", "hit", "invocation"), "call"),
    "char": "character",
    "mail": "email",
    "msg": "message",
    "input": "prompt",
    "output": "completion",
}
_OUTCOMES = {
    **dict.fromkeys(("ok", "success", "successful", "succeeded", "passed"), "success"),
    **dict.fromkeys(("error", "failed", "failure", "failing", "timeout", "rejected"), "failed"),
}
GOOD, BAD = "success", "failed"
FEW = names.BADLY | names.STILL | {BAD}
"""Words of what seldom comes of things, or not for long."""
_PERIODS = frozenset(UNITS) | {
    *("today", "yesterday", "current", "this", "last", "previous", "past", "trailing", "rolling", "mtd"),
    *(
        "period",
        "billing",
        "cycle",
        "date",
        "so",
        "far",
        "to",
        "in",
        "per",
        "for",
        "during",
        "recent",
        "over",
    ),
}
_BEFORE = frozenset({"previous", "prior"})
_SPANS = UNITS.keys() | {"period", "cycle"}
_FILLERS = frozenset(
    {"number", "num", "of", "count", "counts", "counter", "the", "api", "hard", "soft", "all"}
)
_BARE = frozenset({"value", "quantity", "unit", "volume"})
_NEVER = frozenset(
    {"id", "rate", "avg", "average", "mean", "min", "max", "median", "price", "reset", "resets", "seconds"}
    | {"window", "ttl", "ms", "version", "page", "pages", "offset", "latency", "duration", "score", "rank"}
    | {"retry", "code", "priority", "expires", "discount", "tax", "p50", "p75", "p90", "p95", "p99", "p"}
    | {"unique", "active", "concurrent", "peak", "seat", "seats", "user", "users", "member", "members"}
    | {"storage", "stored", "size", "balance", "connection", "connections", "cumulative", "age", "days"}
    | {"index", "order", "position", "key", "keys", "project", "projects", "status", "model", "models"}
    | {"cached", "cache", "billable", "open", "opened", "click", "clicked", "delivered", "bounced", "blocked"}
    | {"unsubscribed", "unsubscribe", "unsubscribes", "complained", "complaint", "complaints"}
    | {
        "multiplier",
        "per",
        "rpm",
        "tpm",
        "rps",
        "qps",
        "forecast",
        "projected",
        "estimated",
        "distinct",
        "bandwidth",
        "threshold",
    }
)
"""Numbers that do not add up over time, or are a part of others whose size nobody knows."""
_OUT = (
    names.LIMITS | names.USED | names.TOTAL | OVER | DONE | _PERIODS | _FILLERS | _BARE
    | money_units.WORDS | _CURRENCIES
)  # fmt: skip


_OF_MODELS = frozenset({"model"})
_RATES = frozenset({"rate", "rates", "throttle"})
_PLURALS = {f"{word}s" for word in names.LIMITS} | {"allowances", "maximums"}
NO_USE = names.LIMITS | _PLURALS | {"rate", "rates", "throttle", "price", "prices", "pricing"}
"""Words of objects whose numbers are limits, whatever they are called."""


@remembered(4096)
def unit_of(name: str) -> Unit | None:
    """What a number of this name counts, empty where it does not say it; None for what does not add up."""
    words = sizes.without_time(names.words_of(name))
    said = frozenset(words)
    # Calls of models are calls.
    said -= _OF_MODELS if words[-1:] and names.singular(words[-1]) in NOUNS else frozenset()
    if is_level(name):
        return None
    if said & (_NEVER | names.LEFT | names.PERCENT | names.SHARE) or not words:
        return None
    if said & _BEFORE and not said & _SPANS:
        # Of which time it was, nobody knows.
        return None
    if said & _MONEY or (said <= _CURRENCIES | money_units.WORDS | names.TOTAL):
        return COST
    times = sizes.counted_times(words)
    out = (_OUT | _OF_MODELS) - times
    plain = [names.singular(word) for word in words if word not in out and not word.isdecimal()]
    found = [_ALIKE.get(word, word) for word in plain if word not in _OUT - {*map(names.singular, times)}]
    ended = [_OUTCOMES[word] for word in found if word in _OUTCOMES]
    return (*ended[:1], *(word for word in found if word not in _OUTCOMES))


def unit_of_group(group: Mapping[str, Facts], around: str) -> Unit:
    """What a limit counts, by its own names or that of its object; empty where none of them says it."""
    if any(names.has(each.name, _MONEY | _CURRENCIES) for each in group.values()):
        return COST
    stems = [unit_of(group[role].name) for role in ("used", "limit", "hard") if role in group]
    found: Unit = next((unit for unit in stems if unit), ())
    if not found:
        own = unit_of(around) or ()
        found = own if own[-1:] and own[-1] in NOUNS else ()
    return found


def is_used_up(name: str) -> bool:
    """Whether a number is nought of an account that has not done anything: no price, and no limit."""
    return not names.has(name, names.LIMITS | {"price", "rate", "unit", "balance", "credit", "credits"})


def of_limits(name: str, inner: Iterable[str]) -> bool:
    """Whether an object is one of limits, whose numbers are called after what they limit."""
    if not names.has(name, names.LIMITS | _PLURALS) or names.has(name, _RATES):
        return False
    return not any(names.has(each, names.LIMITS | names.USED | names.LEFT) for each in inner)


def is_whole(unit: Unit) -> bool:
    """Whether a unit may be what is meant where nothing is said: no money, and no outcome of others."""
    return bool(unit) and unit != COST and not is_part(unit)


def likeliness(unit: Unit) -> int:
    """The place of a unit among what limits count, the likeliest first."""
    return min((place for place, noun in enumerate(NOUNS) if noun in unit), default=len(NOUNS))


def is_part(unit: Unit) -> bool:
    """Whether a unit is what came of another: good calls, failed calls."""
    return unit[:1] == (GOOD,) or not FEW.isdisjoint(unit[:1])


def unit_among(name: str, roles: Mapping[str, str]) -> Unit | None:
    """What a number counts; of things in a state, as others beside it tell, the state stands first."""
    if name not in roles:
        return unit_of(name)
    unit = unit_of(parts.stateless(name))
    return None if unit is None else (roles[name], *unit)


def counted(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Unit]]:
    """The numbers that may be used up, each with what it counts.

    Of those that count one thing in one time it is the first.
    """
    known: set[tuple[Unit, frozenset[str]]] = set()
    roles = parts.roles(fields)
    wholes = {share.whole.name for share in parts.shares(fields)}
    for each in () if is_bill(fields) else numbers_of(fields):
        unit = None if sizes.is_limit(each.name) else unit_among(each.name, roles)
        if unit == () and each.name in wholes and names.has(each.name, frozenset(SENT)):
            unit = SENT
        if unit is not None and (key := (unit, _PERIODS & {*names.words_of(each.name)})) not in known:
            known.add(key)
            yield each, unit


def is_bill(fields: Sequence[Facts]) -> bool:
    """Whether numbers are those of a bill, which its lines, tax and credits make: none of them counts use."""
    plain = {names.plain(each.name) for each in numbers_of(fields)}
    return "subtotal" in plain or (not plain.isdisjoint(_TAXES) and "total" in plain)


def period_of(texts: Iterable[str], now: int) -> Edges | None:
    """The time that names speak of, up to the clock: `calls_today`, `last_30_days`; None where none does."""
    return next((edges for text in texts if (edges := _period_of(text, now)) is not None), None)


def _period_of(text: str, now: int) -> Edges | None:
    words = names.words_of(text)
    said = frozenset(words)
    is_past = bool(said & sizes.PAST)
    number = next((int(word) for word in words if word.isdecimal() and len(word) < len("1000")), None)
    spans = said - sizes.counted_times(words)
    unit = next((UNITS[word] for word in words if word in UNITS and word in spans), None)
    if number is not None and unit == "hour":
        return now + 1 - number * HOUR, now + 1
    if number is not None and unit == "day":
        return (now // DAY - number + 1) * DAY, now + 1
    if said & {"today", "yesterday"}:
        unit, is_past = "day", "yesterday" in said
    elif said & {"mtd", "period", "cycle"}:
        unit = "month"
    if unit is None:
        return None
    grain = Grain(unit)
    at = grain.number(now)
    return (grain.begin(at - 1), grain.begin(at)) if is_past else (grain.begin(at), now + 1)
