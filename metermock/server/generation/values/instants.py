"""Instants near the mock's clock, in the notation that a field has."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any, Literal

from metermock.contract.format_texts import keeping
from metermock.ledger.calendar import date_text, instant_text, local_date
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UTC

Notation = Literal[
    "date-time",
    "date-time-ms",
    "date-time-us",
    "date-time-offset",
    "date-time-local",
    "date-time-space",
    "date",
    "time",
    "seconds",
    "seconds-text",
    "milliseconds",
    "month",
    "mail-date",
    "http-date",
]
"""`date-time-local` and `date-time-space` say no zone, with a T or a space before the time.

`mail-date` is that of RFC 2822, with a zone as numbers; `http-date` that of HTTP's headers, with GMT.
"""

_MILLISECONDS = 10**12
_LONG_AGO = 946_684_800
_YEARS = 10**9
"""Seconds since 1970 of which no count of things is likely."""
NARROWING = frozenset({"pattern", "minLength", "maxLength"}) | {
    f"format{kind}{side}" for kind in ("", "Exclusive") for side in ("Minimum", "Maximum")
}
"""Keywords that leave some texts of a format out."""
_EPOCH = re.compile(r"(?i)\b(?:unix|epoch)\b")
"""What a description says of an integer that is an instant."""
_STAMP = re.compile(
    r"(?i)\s*(?:in |an? |the )*(?:unix |epoch |utc )*timestamp\b"
    r"|\s*(?:in |an? |the )*(?:unix|epoch)[ -](?:(?:milli)?seconds|time)\b"
    r"|.*\b(?:milli)?seconds since (?:the )?(?:unix |posix )?(?:epoch|1970|jan(?:uary)?\b|1 jan)"
)
"""How the description of a number begins that is an instant whatever it is called."""
_INSIDE = re.compile(
    r"(?i)\b(?:audio|video|recording|track|clip|segment|word|caption|offset|tolerance|relative)\b"
)
"""What is said of a time that is counted from the beginning of something else."""
MILLIS = re.compile(r"(?i)\b(?:milliseconds|millis|ms)\b")
_ISO = re.compile(r"(?i)\bISO[ -]?8601\b|\bRFC[ -]?3339\b|\byyyy-mm-dd")
"""What is said of a text that is an instant; `_DAY` that it is a day, `_LENGTH` that it is no instant."""
_DAY = re.compile(r"(?i)\bdate\b|\byyyy-mm-dd\b")
_CLOCK = re.compile(r"(?i)time|hh|instant|moment")
_LENGTH = re.compile(
    r"(?i)\bdurations?\b|\bweek number\b|\btime ?zones?\b|\bcountry\b|\blanguage\b"
    r"|(?<!of )(?<!of a )(?<!of an )(?<!of the )(?<!of this )"
    r"\b(?:ISO[ -]?8601[ -](?:time[ -])?(?:span|interval|period|week|repeat)"
    r"|time[ -](?:span|interval|period)s?\b)"
)
_SHOWN = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
"""An example of an instant: what stands before its time, its fraction of a second, its zone."""
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_WORDS = frozenset({"date", "time", "timestamp", "datetime", "at", "on", "day", "instant", "ts"})
_SPANS = frozenset(
    {"zone", "timezone", "taken", "ms", "seconds", "minutes", "hours", "days", "spent", "out"}
    | {"format", "limit", "count", "range", "grain", "granularity", "to", "response", "per"}
)


_FINE = frozenset({"ms", "millis", "milliseconds"})
_UNITS = frozenset({"s", "sec", "secs", "second", "seconds", "time", "timestamp"}) | _FINE
"""What stands behind `unix` in the name of an instant."""
_COUNTED = _UNITS - {"s", "time", "timestamp"}
_SINCE = frozenset({"at", "epoch", "timestamp"})
"""What stands before the unit of an instant that is counted: `sent_at_ms`, `ended_epoch_seconds`."""
_TIMES = _WORDS | {"month", "from", "to", "since", "until", "start", "end", "period", "created", "updated"}
_STEPS: Mapping[tuple[str, ...], Notation] = {
    ("day",): "date",
    ("week",): "date",
    ("month",): "month",
    ("hour",): "date-time",
    ("bucket",): "date-time",
}
"""Texts that are steps of a series by their whole name."""
_ALONE = (("timestamp",), ("now",), ("start",), ("end",), ("since",), ("until",))
"""Texts that are instants by their whole name."""
_TOLD = (
    *(("as", "of"), ("data", "through"), ("server", "time")),
    *(("last", "modified"), ("last", "updated")),
)
_TURNS = frozenset(
    {"seen", "reset", "login", "run", "sync", "synced", "used", "activity", "activated", "renewal"}
)
"""What happened last or happens next, as `last_seen` and `next_run`."""
_NO_TIMES = frozenset(
    {"week", "day", "hour", "hours", "line", "row", "index", "offset", "position", "char", "character"}
    | {"range", "token", "byte", "page", "block", "chunk", "front", "back", "high", "low", "open", "rear"}
)
"""What starts and ends without an instant: `week_start` may be a Monday."""
_PATTERNED: tuple[Notation, ...] = ("date-time", "date", "month")
"""The notations that a pattern can tell."""
FORMATS: Mapping[str, Notation] = {
    **dict.fromkeys(
        ("date-time", "datetime", "iso-date-time", "iso8601", "iso-8601", "rfc3339"), "date-time"
    ),
    **dict.fromkeys(("date", "iso-date", "full-date", "yyyy-mm-dd"), "date"),
    "time": "time",
    **dict.fromkeys(("month", "year-month", "yyyy-mm"), "month"),
    **dict.fromkeys(("date-time-rfc-2822", "date-time-rfc2822", "rfc-2822", "rfc2822"), "mail-date"),
    **dict.fromkeys(
        ("http-date", "date-time-rfc1123", "date-time-rfc-1123", "rfc1123", "rfc7231"), "http-date"
    ),
}
"""The notations of formats, those that vendors made up among them."""
_SPELLINGS: Mapping[Notation, tuple[Notation, ...]] = {
    "date-time": ("date-time", "date-time-ms", "date-time-us", "date-time-offset")
}
"""The ways of writing that a pattern beside a format can ask for."""
_ANY_TIME = (_LONG_AGO, 1_330_516_799, 1_709_164_800, 1_773_848_527, 2_145_916_799, 4_102_444_799)
"""Instants of five decades: what takes them all, takes those near any clock."""
_OUR_YEARS = (1_709_164_800, 2_145_916_799)
_STORIES = frozenset({"sent", "paid", "used", "seen", "modified", "opened", "closed", "posted", "ordered"})
"""What happened on a date, besides births and deaths: `date_sent`."""

WRITTEN: Mapping[Notation, Callable[[int], Any]] = {
    "date-time": instant_text,
    "date-time-ms": lambda instant: f"{instant_text(instant)[:-1]}.000Z",
    "date-time-us": lambda instant: f"{instant_text(instant)[:-1]}.000000Z",
    "date-time-offset": lambda instant: f"{instant_text(instant)[:-1]}+00:00",
    "date-time-local": lambda instant: instant_text(instant)[:-1],
    "date-time-space": lambda instant: instant_text(instant)[:-1].replace("T", " "),
    "date": date_text,
    "seconds-text": str,
    "month": lambda instant: date_text(instant)[:7],
    "time": lambda instant: instant_text(instant)[11:],
    "seconds": lambda instant: instant,
    "milliseconds": lambda instant: instant * 1000,
    "mail-date": lambda instant: format_datetime(dt.datetime.fromtimestamp(instant, dt.UTC)),
    "http-date": lambda instant: format_datetime(dt.datetime.fromtimestamp(instant, dt.UTC), usegmt=True),
}


def written(instant: int, notation: Notation) -> Any:
    """An instant in a notation."""
    return WRITTEN[notation](instant)


def text_in(where: dt.tzinfo, instant: int, notation: Notation) -> Any:
    """An instant in a notation; its day and its month are those of a zone."""
    if where is not UTC and notation in ("date", "month"):
        day = local_date(instant, where).isoformat()
        return day if notation == "date" else day[:7]
    return written(instant, notation)


def notation_of(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> Notation | None:
    """The notation of a field, if it is an instant: by its format, or by its name and type."""
    form = whole.get("format")
    if "string" in types:
        if isinstance(form, str) and form.lower() in FORMATS:
            return _spelled(FORMATS[form.lower()], form, whole)
        if form in (None, "int64", "int32") and _is_epoch(name, whole):
            return "seconds-text"
        if form is not None:
            return None
        pattern = whole.get("pattern")
        return _of_pattern(name, pattern) if isinstance(pattern, str) else _long(_of_text(name, whole), whole)
    return _of_number(name, whole, types) if types & {"integer", "number"} else None


def _is_epoch(name: str, whole: Mapping[str, Any]) -> bool:
    """Whether a text without an example is the number of a Unix time, by its description."""
    is_story = names.rank(name) != 0 or names.has(name, names.AHEAD) or names.has(name, _WORDS)
    described = _described(whole)
    # Texts that may be either are most often written as the other.
    is_told = _EPOCH.search(described) is not None and not _ISO.search(described)
    if not is_story or not is_told or "example" in whole or MILLIS.search(described):
        return False
    takes = keeping("", whole.get("pattern"), whole.get("minLength", 0), whole.get("maxLength"))
    return all(takes(str(each)) for each in _OUR_YEARS)


def _described(whole: Mapping[str, Any]) -> str:
    return str(whole.get("description", ""))


def _example_of(whole: Mapping[str, Any]) -> Any:
    """The first example, or else the default."""
    several = whole.get("examples")
    first = several[0] if isinstance(several, list) and several else whole.get("default")
    return whole.get("example", first)


def _of_number(name: str, whole: Mapping[str, Any], types: frozenset[str]) -> Notation | None:
    """Seconds or milliseconds, where a number is an instant."""
    form, shown, described = whole.get("format"), _example_of(whole), _described(whole)
    is_long = isinstance(shown, int) and shown >= _MILLISECONDS
    is_told = _STAMP.match(described) is not None and not _INSIDE.search(described)
    is_told = is_told and (shown is None or _is_late(shown))
    if "integer" in types:
        is_instant = form in ("unix-time", "timestamp", "epoch") or _is_named(name, whole)
    else:
        is_instant = _is_late(shown) and _is_named(name, whole)
    if not is_instant and not (is_told and whole.get("maximum", _MILLISECONDS) >= _MILLISECONDS):
        return None
    is_fine = not _FINE.isdisjoint(names.words_of(name)[-1:]) or MILLIS.search(described) is not None
    notation: Notation = "milliseconds" if is_long or is_fine else "seconds"
    return notation if _takes_number(whole, notation) else None


def _takes_number(whole: Mapping[str, Any], notation: Notation) -> bool:
    """Whether the bounds of a number leave the instants of our years in, and its steps all of them."""
    high = min(whole.get("maximum", math.inf), _edge(whole, "exclusiveMaximum", math.inf))
    low = max(whole.get("minimum", -math.inf), _edge(whole, "exclusiveMinimum", -math.inf))
    if whole.get("format") == "int32":
        high = min(high, 2**31 - 1)
    if whole.get("multipleOf", 1) not in (1, 1000 if notation == "milliseconds" else 1):
        return False
    return all(low < written(each, notation) < high for each in _OUR_YEARS)


def _edge(whole: Mapping[str, Any], name: str, usual: float) -> float:
    """A bound that is not allowed itself; before OpenAPI 3.1 it is a boolean."""
    edge = whole.get(name, usual)
    return usual if isinstance(edge, bool) else edge


def _is_late(shown: Any) -> bool:
    """Whether an example may be an instant of our days."""
    return isinstance(shown, int) and not isinstance(shown, bool) and shown >= _YEARS


def _spelled(notation: Notation, form: str, whole: Mapping[str, Any]) -> Notation | None:
    """How a notation is written where a pattern or bounds stand beside its format.

    None where they take only some instants: which these are, has to be looked for.
    """
    if whole.keys().isdisjoint(NARROWING):
        return notation
    takes = keeping(form, whole.get("pattern"), whole.get("minLength", 0), whole.get("maxLength"))
    spellings = _SPELLINGS.get(notation, (notation,))
    fitting = (each for each in spellings if all(takes(written(at, each)) for at in _ANY_TIME))
    return None if _is_bounded(whole) else next(fitting, None)


def _is_bounded(whole: Mapping[str, Any]) -> bool:
    """Whether the bounds of a format may leave out what is near the clock."""
    low = str(whole.get("formatMinimum", whole.get("formatExclusiveMinimum", "")))
    high = str(whole.get("formatMaximum", whole.get("formatExclusiveMaximum", "")))
    # As texts: the years of all notations stand in front.
    return low > "2000-01-02" or (high != "" and high < "2100")


def _of_pattern(name: str, pattern: str) -> Notation | None:
    """The notation that a pattern takes, of a field whose name speaks of time."""
    if not _TIMES.intersection(names.words_of(name)):
        return None
    try:
        takes = re.compile(pattern).search
    except re.error:
        # Patterns of JSON Schema are those of ECMAScript, of which Python cannot read some.
        return None
    wanted = [each for each in _PATTERNED if takes(written(_LONG_AGO, each))]
    # What takes any letters, or two notations, says nothing about time.
    return wanted[0] if len(wanted) == 1 and not takes("a-thing") else None


def _of_text(name: str, whole: Mapping[str, Any]) -> Notation | None:
    words = names.words_of(name)
    shown, several = whole.get("example"), whole.get("examples")
    if isinstance(shown, str) and shown:
        return None if "version" in words else _of_example(shown)
    if isinstance(several, list) and several and (found := _of_example(str(several[0]))):
        return None if "version" in words else found
    if not words or not _fits(whole) or not (_SPANS - {"to"}).isdisjoint(words):
        return None
    return _of_described(_described(whole)) or (_of_words(words) if _SPANS.isdisjoint(words) else None)


def _long(notation: Notation | None, whole: Mapping[str, Any]) -> Notation | None:
    """A notation, or another way of writing it, whose texts are as long as they have to be."""
    low, high = whole.get("minLength", 0), whole.get("maxLength", math.inf)
    ways = (notation, *_SPELLINGS["date-time"]) if str(notation).startswith("date-time") else (notation,)
    return next((each for each in ways if each and low <= len(written(_LONG_AGO, each)) <= high), None)


def _of_described(described: str) -> Notation | None:
    if not _ISO.search(described) or _LENGTH.search(described):
        return None
    return "date" if _DAY.search(described) and not _CLOCK.search(described) else "date-time"


def _of_words(words: tuple[str, ...]) -> Notation | None:
    if _is_story(words) or words in _ALONE or _is_edge(words):
        return "date-time"
    if words in _STEPS:
        return _STEPS[words]
    return "date" if words[-1] == "date" or words[-2:] == ("date", "string") else None


def _of_example(shown: str) -> Notation | None:
    """The notation of an instant that is an example; None for another text."""
    found = _SHOWN.fullmatch(shown)
    if found is None:
        is_day = len(shown) == len("2026-03-18") and _reads(shown)
        return "date" if is_day else "month" if _MONTH.fullmatch(shown) else None
    if not _reads(shown):
        return None
    mark, fraction, zone = found.groups()
    if not zone:
        return "date-time-space" if mark == " " else "date-time-local"
    if zone != "Z":
        return "date-time-offset"
    return "date-time" if not fraction else "date-time-us" if len(fraction) > len(".000") else "date-time-ms"


def _is_edge(words: tuple[str, ...]) -> bool:
    """Whether words say when something began or ended, or a turn of it: `view_start`, `last_seen`."""
    if len(words) > 1 and words[-1] in ("at", "datetime", "timestamp"):
        return True
    if len(words) != 2:  # noqa: PLR2004 - what, and which edge of it
        return False
    if words[1] in ("start", "end"):
        return words[0] not in _NO_TIMES
    return words[0] in ("last", "next", "first") and words[1] in _TURNS


def _is_story(words: tuple[str, ...]) -> bool:
    """Whether words say when something happened: `date_created`, `sent_time`, `createTime`."""
    if words in (
        ("as", "of"),
        ("data", "through"),
        ("server", "time"),
        ("last", "modified"),
        ("last", "updated"),
    ):
        return True
    if len(words) != 2:  # noqa: PLR2004 - what happened, and when
        return False
    what = words[1] if words[0] in ("date", "time") else words[0] if words[1] == "time" else ""
    return bool(what) and what in _STORIES | names.BIRTH | names.DEATH | {"update", "delete", "event"}


def _fits(whole: Mapping[str, Any]) -> bool:
    return bool(whole.get("maxLength", 99) >= len("2026-03-18T15:42:07Z") and whole.get("minLength", 0) <= 10)  # noqa: PLR2004 - a date's length


def _reads(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_named(name: str, whole: Mapping[str, Any]) -> bool:
    """Whether an integer is an instant by its name, and its bounds and example let it be one."""
    words = names.words_of(name)
    is_unix = words[-1:] == ("unix",) or (words[-2:-1] == ("unix",) and words[-1] in _UNITS)
    is_unix = is_unix or (len(words) > 1 and words[-1] in _COUNTED and not _SINCE.isdisjoint(words[-2:-1]))
    if not words or not (is_unix or _SPANS.isdisjoint(words)):
        return False
    shown = _example_of(whole)
    if isinstance(shown, int | float) and not isinstance(shown, bool) and 0 < shown < _LONG_AGO:
        return False
    if whole.get("maximum", _MILLISECONDS) < 2**31 - 1 or whole.get("format") == "int8":
        return False
    if is_unix or words in (("created",), ("now",)) or words[-1] in ("timestamp", "epoch"):
        return True
    is_story = names.rank(name) != 0 or names.has(name, names.AHEAD)
    if is_story and _EPOCH.search(_described(whole)):
        return True
    # A day that is a number is that of a month.
    return words[-1] in _WORDS - {"day"} and (len(words) == 1 or is_story or words[-1] == "at")
