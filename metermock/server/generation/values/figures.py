"""Numbers by bounds, example and name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from metermock.ledger import dice
from metermock.ledger.calendar import DAY, month_edge
from metermock.server.generation.values.scene import PRIME, Scene, between, child, pick, salt
from metermock.server.generation.words import described, names, rates, sizes
from metermock.server.generation.words.grains import UTC

NumberMaker = Callable[[Scene, int], int | float]

_MONEY = frozenset(
    {"cost", "price", "amount", "rate", "ratio", "usd", "eur", "score", "average", "avg", "mean", "share"}
)
_COUNTS = frozenset(
    {"count", "requests", "calls", "tokens", "total", "limit", "quota", "used", "remaining", "units"}
)
_WHOLE = frozenset(
    {"id", "ids", "received", "sent", "delivered", "opened", "clicked", "bounced", "numbers", "usages"}
    | {"views", "insertions", "detachments", "using", "seats", "users", "members", "files", "teams", "pages"}
    | {"messages", "emails", "clicks", "opens", "visits", "visitors", "sessions", "events", "items", "page"}
)
"""What is whole though its type is `number`."""
_NUMBER_OF = re.compile(r"(?i)\s*(?:the |an? )?(?:total |current |maximum )*(?:number|count) of\b|ids? of\b")
"""How the description of a number begins that counts things."""
_SAID = frozenset(
    {"example", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)
"""Keywords that say how large a number is."""
_PARTS = frozenset({"seconds", "minutes", "hours", "gb", "mb", "avg", "average", "mean", "per", "price"})
_MEASURED = frozenset(
    {"load", "weight", "time", "duration", "growth", "change", "gbp", "chf", "cad", "aud", "nzd", "sek"}
    | {"nok", "dkk", "pln", "inr", "brl", "mxn", "zar", "sgd", "cny", "btc", "eth", "usdt", "usdc"}
)
"""What has parts, also where a total or the rest of it is told: `btc_received`."""
_THINGS = frozenset(
    {"count", "requests", "calls", "tokens", "units", "id", "ids", "seats", "users", "members", "files"}
    | {"messages", "emails", "clicks", "visits", "visitors", "sessions", "events", "items", "pages", "views"}
)
"""Last words of what is counted, whatever it is about: `load_count`."""
_IDS = frozenset({"id", "number", "no"})
_RANGE = re.compile(r"\b0(?:\.0)?\s*(?:-|\u2013|to|and|\.\.)\s*(?:(1(?:\.0+)?)(?![\d.]*\d)|100)|percent|%")
"""What a description says of a part: from 0 to 1, or to 100."""
_MOST = 500_000
"""The greatest limit of a usual account, of what is counted in thousands."""
_HUGE = (1_000_000, 9_000_000)
_HUGE_LIMITS = (10_000_000, 50_000_000, 100_000_000)
_NEVER_HUGE = (
    frozenset(
        {"percent", "percentage", "rate", "ratio", "score", "days", "status", "code", "level", "weight"}
    )
    | frozenset(
        {"seconds", "minutes", "hours", "ms", "latency", "duration", "avg", "average", "mean", "median"}
    )
    | frozenset({"p50", "p75", "p90", "p95", "p99", "min", "max", "price", "tax", "year", "month", "version"})
)
_GROWTH = 1.6
_TAXES, _TAX_RATES = frozenset({"tax", "vat", "gst"}), frozenset({"rate", "percent", "percentage", "pct"})
_NO_TAX_RATES = frozenset({"amount", "id", "bps", "change", "exempt"})
_RATES_OF_TAX = (7, 10, 19, 20, 21, 25)
_TRIES = 12
SKEW = salt("skew")


class Skewed:
    """Makes numbers between two others, the small ones more often; what makes many works them out itself."""

    __slots__ = ("begins_with_nought", "least", "parts", "width")

    def __init__(self, least: int, width: int, parts: int, *, begins_with_nought: bool) -> None:
        self.least = least
        self.width = width
        self.parts = parts
        """How many of its steps make one."""
        self.begins_with_nought = begins_with_nought
        """Whether an account that has not done anything has none."""

    def __call__(self, scene: Scene, key: int) -> int | float:
        """A number."""
        if self.begins_with_nought and scene.account == "empty":
            return 0
        # `_skewed`, without a call of it.
        share = (1 + key % PRIME % 1_000) * (1 + (key ^ SKEW) % PRIME % 1_000)
        grains = self.least + self.width * share // 1_000_000
        # Fractions are slow; the quotient of two integers is the float that is nearest to it too.
        return grains if self.parts == 1 else grains / self.parts


def maker(name: str, whole: Mapping[str, Any], *, integer: bool) -> NumberMaker:
    """What makes the numbers of a schema: inside its bounds, of a size that its name or example suggests."""
    if not integer and described.is_of_each_token(whole) and not any(whole.get(each) for each in _SAID):
        return _of_a_token
    usual = _usual(name, whole, integer=integer)
    low, _, step = bounds(whole, integer=integer)
    words = frozenset(names.words_of(name))
    taxes = _tax_rates(name, whole, integer=integer)
    if taxes:
        # One account has one rate, on all of its invoices.
        return lambda scene, _: pick(dice.key("tax rate", scene.seed, scene.account), taxes)
    if step is None and sizes.is_limit(name) and (integer or not words & (names.PERCENT | names.SHARE)):
        return _limit(name, usual, whole)
    if step is not None or not integer:
        return usual
    if words & {"day", "days"} and words & (names.LEFT | {"until"}) and low in (None, 0):
        return lambda scene, _: (month_edge(scene.now, 1, UTC) - scene.now) // DAY
    return _counting(name, whole, usual)


def _tax_rates(name: str, whole: Mapping[str, Any], *, integer: bool) -> Sequence[float]:
    """The rates that a tax may have, as a part of one or in hundredths; none for what is no such rate."""
    words = frozenset(names.words_of(name))
    low, high, step = bounds(whole, integer=integer)
    if step is not None or not words & _TAXES or not words & _TAX_RATES or words & _NO_TAX_RATES:
        return ()
    if _is_number(whole.get("example")) or _is_number(whole.get("default")):
        return ()
    scale = scale_of(name, whole, frozenset({"integer" if integer else "number"}))
    rates = [each if scale > 1 else each / 100 for each in _RATES_OF_TAX]
    return [each for each in rates if (low is None or low <= each) and (high is None or each <= high)]


def _of_a_token(_scene: Scene, key: int) -> float:
    """What a token costs: some hundredths of a millionth to some ten millionths."""
    return between(key, 4, 3_000) / 10**8


def _counting(name: str, whole: Mapping[str, Any], usual: NumberMaker) -> NumberMaker:
    """What makes whole numbers: one of a few where there are only some, or millions of a huge account."""
    low, high, _ = bounds(whole, integer=True)
    few = _fitting(sizes.choices(name), low, high)
    if few and "example" not in whole:
        return lambda _, key: pick(key, few)
    huge = _huge(name, low, high)
    if huge is None:
        return usual
    return lambda scene, key: _skewed(key, *huge) if scene.account == "huge" else usual(scene, key)


def _limit(name: str, usual: NumberMaker, whole: Mapping[str, Any]) -> NumberMaker:
    """Limits are round, and -1 where an account has none and the schema takes it."""
    low, high, _ = bounds(whole, integer=True)
    has_none = (
        low is None and whole.get("format") not in ("uint32", "uint64") and names.has(name, names.LIMITS)
    )
    known = sizes.round_limits(name)
    round_ones = _fitting(known, low, high)
    # The account that counts in millions has millions of what the others have thousands of.
    of_account = {"huge": _fitting(_HUGE_LIMITS, low, high) or round_ones} if known[-1] == _MOST else {}

    def make(scene: Scene, key: int) -> int | float:
        if has_none and scene.account == "unlimited":
            return -1
        fitting = of_account.get(scene.account, round_ones)
        return pick(key, fitting) if fitting else usual(scene, key)

    return make


def _usual(name: str, whole: Mapping[str, Any], *, integer: bool) -> NumberMaker:
    """What makes the numbers of a schema for everyday accounts."""
    low, high, step = bounds(whole, integer=integer)
    words = frozenset(names.words_of(name))
    shown = next((each for each in (whole.get("example"), whole.get("default")) if _is_number(each)), None)
    if shown is not None and shown > 0 and not words & names.LIMITS:
        wanted = (shown / _GROWTH, shown * _GROWTH)
    else:
        scale = scale_of(name, whole, frozenset({"integer" if integer else "number"}))
        said = (*described.degrees(whole), *names.words_of(name)) if "temperature" in words else ()
        wanted = rates.span_of(words, scale) or sizes.span_of(said or names.words_of(name), integer=integer)
    first, last = _inside(wanted, low, high)
    digits = 2 if not integer and step is None else 0
    if not integer and step is None and last - first <= 10:  # noqa: PLR2004 - small numbers need more digits
        digits = 4 if last - first <= 1 else 3
    parts = 10**digits
    grain = step or Fraction(1, parts)
    least, most = math.ceil(Fraction(first) / grain), math.floor(Fraction(last) / grain)
    is_limit = sizes.stands(name)
    is_count = (not words & _IDS and low is not None and low <= 0) or (low is None and not words & _IDS)
    takes_nought = (first <= 0 or low is None or low <= 0) and (high is None or high >= 0)
    begins_with_nought = is_count and not is_limit and takes_nought

    if step is None and _is_wide(least, most):
        return Skewed(least, most - least, parts, begins_with_nought=begins_with_nought)

    def make(scene: Scene, key: int) -> int | float:
        if begins_with_nought and scene.account == "empty":
            return 0
        grains = _skewed(key, least, most)
        if step is None:
            return grains if integer else grains / parts
        number, tries = grains * step, 0
        while not _divides(number, step) and tries < _TRIES:
            tries += 1
            number = _skewed(child(key, tries), least, most) * step
        return int(number) if integer or number.denominator == 1 else float(number)

    return make


def _fitting(numbers: Sequence[int], low: float | None, high: float | None) -> list[int]:
    """The numbers inside of bounds."""
    return [each for each in numbers if (low is None or low <= each) and (high is None or each <= high)]


def _huge(name: str, low: float | None, high: float | None) -> tuple[int, int] | None:
    """The span of a count of the account that counts in millions; None for what is no such count."""
    words = frozenset(names.words_of(name))
    is_count = not words & (_IDS | _NEVER_HUGE) and (
        words & _COUNTS or sizes.span_of(names.words_of(name), integer=True) == sizes.COUNTED
    )
    if not is_count or (high is not None and high < _HUGE[0]):
        return None
    return max(_HUGE[0], math.ceil(low or 0)), int(min(_HUGE[1], high) if high is not None else _HUGE[1])


def _divides(number: Fraction, step: Fraction) -> bool:
    """Whether a number is a multiple of a step in floating point too: many validators divide like that."""
    return (float(number) / float(step)).is_integer()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_wide(least: int, most: int) -> bool:
    """Whether of the numbers between two others the small ones are likelier."""
    return least >= 0 and most - least >= 100  # noqa: PLR2004 - a narrow span


def _skewed(key: int, least: int, most: int) -> int:
    """A number between two others; of a wide span the small ones are likelier, as real counts are."""
    if not _is_wide(least, most):
        return between(key, least, most)
    # Both are `between(…, 1, 1_000)`, without a call of it.
    share = (1 + key % PRIME % 1_000) * (1 + (key ^ SKEW) % PRIME % 1_000)
    return least + (most - least) * share // 1_000_000


def bounds(whole: Mapping[str, Any], *, integer: bool) -> tuple[float | None, float | None, Fraction | None]:
    """The least and the greatest number that a schema allows, and the step between its numbers."""
    step = Fraction(str(whole["multipleOf"])) if whole.get("multipleOf") else None
    if integer and step is not None:
        step = Fraction(math.lcm(step.numerator, 1), 1) if step.denominator == 1 else step * step.denominator
    grain = step or Fraction(1 if integer else 0)
    low, high = whole.get("minimum"), whole.get("maximum")
    if _is_number(whole.get("exclusiveMinimum")):
        edge = whole["exclusiveMinimum"]
        next_up = math.floor(Fraction(str(edge)) / grain) * grain + grain if grain else edge + _sliver(whole)
        low = next_up if low is None else max(low, next_up)
    if _is_number(whole.get("exclusiveMaximum")):
        edge = whole["exclusiveMaximum"]
        next_down = math.ceil(Fraction(str(edge)) / grain) * grain - grain if grain else edge - _sliver(whole)
        high = next_down if high is None else min(high, next_down)
    return low, high, step


def _sliver(whole: Mapping[str, Any]) -> float:
    """What is added to a bound that is not allowed itself."""
    low = whole.get("exclusiveMinimum", whole.get("minimum"))
    high = whole.get("exclusiveMaximum", whole.get("maximum"))
    return (high - low) / 1_000 if _is_number(low) and _is_number(high) else 0.01


def _inside(wanted: tuple[float, float], low: float | None, high: float | None) -> tuple[float, float]:
    """The wanted span, moved inside the bounds."""
    first, last = wanted
    if low is not None and first < low:
        first, last = low, max(last, low) if last >= low else low + (last - first)
    if high is not None and last > high:
        last = high
        first = min(first, high) if first <= high else (low if low is not None else high)
    if low is not None:
        first = max(first, low)
    return first, max(first, last)


def scale_of(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> int:
    """What a whole is where a field tells a part of it: 1 or 100, by bounds, example, words and name."""
    most = whole.get("maximum", whole.get("exclusiveMaximum"))
    shown = whole.get("example", whole.get("default"))
    for number in (most, shown):
        if _is_number(number) and number > 0:
            return 1 if number <= 1 and "number" in types else 100
    told = _RANGE.search(str(whole.get("description", "")))
    if told is not None:
        return 1 if told[1] else 100
    return 100 if "number" not in types or names.has(name, names.PERCENT) else 1


def is_whole(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> bool:
    """Whether the numbers of a field are whole: by their type, or as counts are."""
    if "number" not in types:
        return True
    shown = whole.get("example", whole.get("default"))
    if isinstance(shown, int | float) and not isinstance(shown, bool):
        return isinstance(shown, int) and whole.get("multipleOf", 1) == 1 and not names.has(name, _MONEY)
    if whole.get("multipleOf") is not None or whole.get("format") in ("float", "double"):
        return False
    if names.has(name, _MONEY | names.PERCENT | names.SHARE):
        return False
    if names.has(name, _MEASURED) and _THINGS.isdisjoint(names.words_of(name)[-1:]):
        return False
    is_told = _NUMBER_OF.match(str(whole.get("description", ""))) is not None
    return names.has(name, _COUNTS) or ((is_told or names.has(name, _WHOLE)) and not names.has(name, _PARTS))
