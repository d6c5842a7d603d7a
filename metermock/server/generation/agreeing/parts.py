"""Parts of one whole: outcomes that make it, parts that do not exceed it, and the rates of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.remembered import remembered
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of, rounded
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_FEW = (1, 6)
_STATES = names.WELL | names.BADLY | names.STILL
_SHARES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("cached", "cache", "hit", "reasoning"), (10, 40)),
    **dict.fromkeys(("open", "opened", "unique", "active", "returning", "billable", "paid"), (20, 55)),
    **dict.fromkeys(("delivered", "success", "successful", "succeeded", "ok", "passed"), (90, 94)),
    **dict.fromkeys(("captured", "engaged"), (70, 96)),
    "new": (2, 12),
    **dict.fromkeys(("click", "clicked", "converted", "conversion"), (2, 12)),
    **dict.fromkeys(
        ("error", "failed", "failure", "failing", "bounced", "bounce", "rejected", "throttled"), _FEW
    ),
    **dict.fromkeys(("blocked", "unsubscribed", "unsubscribe", "complained", "complaint", "spam"), _FEW),
    **dict.fromkeys(("block", "deferred", "invalid", "undelivered", "drop", "expired", "report"), _FEW),
    **dict.fromkeys(
        ("dropped", "timeout", "retried", "retry", "flagged", "duplicate", "skipped", "refunded"), _FEW
    ),
    **dict.fromkeys(names.WELL, (88, 96)),
    **dict.fromkeys(names.BADLY | names.STILL, _FEW),
}
"""How many hundredths of a whole a part of this name is."""
_ROOTS: Mapping[str, frozenset[str]] = {
    "success": names.GOOD,
    **dict.fromkeys(("error", "failure", "failed"), names.OUTCOMES - names.GOOD),
    **dict.fromkeys(("open", "opened"), frozenset({"open", "opened"})),
    **dict.fromkeys(("click", "clicked", "ctr"), frozenset({"click", "clicked"})),
    **dict.fromkeys(("bounce", "bounced"), frozenset({"bounce", "bounced"})),
    **dict.fromkeys(("delivery", "delivered"), frozenset({"delivered"})),
    **dict.fromkeys(("cache", "cached", "hit"), frozenset({"cached", "cache", "hit"})),
    **dict.fromkeys(("unsubscribe", "unsubscribed"), frozenset({"unsubscribed", "unsubscribe"})),
    **dict.fromkeys(("complaint", "spam"), frozenset({"complained", "complaint", "spam"})),
    **dict.fromkeys(("conversion",), frozenset({"converted", "conversion"})),
    "completion": frozenset({"completed", "finished"}),
    "cancellation": frozenset({"cancelled", "canceled"}),
    **{word: frozenset({done}) for word, done in (("approval", "approved"), ("acceptance", "accepted"))},
    **dict.fromkeys(("answer", "answered"), frozenset({"answered"})),
    **dict.fromkeys(("abandonment", "abandoned"), frozenset({"abandoned"})),
}
"""The parts that a rate is of, by its own word."""
_RATES = frozenset({"rate", "ratio", "percent", "percentage", "pct", "share", "ctr"})
_NO_PARTS = (
    names.LIMITS | names.LEFT | names.PERCENT | names.SHARE | _RATES
    | frozenset({"id", "avg", "average", "mean", "max", "min", "median", "code", "days", "ms", "seconds"})
    | frozenset({"cost", "cents", "price"})
)  # fmt: skip
_SELDOM = frozenset({"unsubscribed", "unsubscribe", "complained", "complaint", "spam"})
"""Parts that are so many thousandths, and not hundredths."""
_OF_WHAT = re.compile(r"(?i)\b(?:of|per|by|over)\s+(?:all\s+|the\s+|total\s+)*`?(\w+)")
"""What the description of a rate says that it is of."""
_WHOLES = (
    *("sent", "total", "request", "call", "recipient", "delivery", "attempt", "message", "email", "event"),
    *("job", "run", "query", "impression", "view", "visit", "click", "check", "task", "transaction", "count"),
    *("processed", "subscriber"),
)
"""What a part without a noun is of, the likeliest first."""
_ALIKE = {"request": "call"}
_ONE_WORD = {"in_progress": "ongoing", "timed_out": "timeouts", "no_show": "missed"}
_NO_THINGS = frozenset({"balance", "amount", "revenue", "payout", "value"})
"""What may be pending or approved beside all of it, and no part of that."""
_SIDES: Mapping[str, Sequence[tuple[str, ...]]] = {
    "cached": (("prompt", "token"), ("input", "token")),
    "reasoning": (("completion", "token"), ("output", "token")),
}
"""The tokens of a call that are a part of those that it reads, or writes."""
_PEOPLE = frozenset(
    (word,) for word in ("user", "member", "customer", "subscriber", "visitor", "contact", "follower")
)
"""Of whom some are new; a `new_balance` is no part of a balance."""
_ACTS = (("page", "view"), ("pageview",), ("view",), ("visit",), ("session",), ("impression",))
"""What visitors do, each of them once or more."""
_OF_MAILS = frozenset({"open", "opened", "click", "clicked", "complaint", "spam"})
"""What comes of a mail that is delivered."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: Facts
    whole: Facts
    word: str
    """What it is called as a part: `cached`, `failed`."""


def outcomes(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Sequence[Facts]]]:
    """A number that counts everything without saying total, and what came of it: good calls and bad ones."""
    for stem, parts in _ended(fields).items():
        whole = _whole_of(stem, fields) if len(parts) > 1 else None
        if whole is None:
            continue
        # What waits has not been sent.
        is_sent = "sent" in names.words_of(whole.name)
        several = [each for each in parts if not (is_sent and has_state(each.name, names.STILL))]
        if sum(is_good(part.name) for part in several) == 1 and len(several) > 1:
            yield whole, several


def _ended(fields: Sequence[Facts]) -> Mapping[tuple[str, ...], list[Facts]]:
    """What came of things, by what they are; `errors` beside `successful_calls` are calls too."""
    grouped: dict[tuple[str, ...], list[Facts]] = {}
    for field in _counts(fields):
        if names.has(field.name, names.TOTAL):
            continue
        if names.has(field.name, names.OUTCOMES) or (has_state(field.name) and _tells_state(field, fields)):
            grouped.setdefault(_stem(field.name), []).append(field)
    for stem, parts in grouped.items():
        if any(names.has(part.name, names.GOOD) for part in parts):
            # What is completed beside what succeeded may have failed.
            grouped[stem] = [part for part in parts if not has_state(part.name, names.WELL)]
    loose = grouped.get((), [])
    named = [stem for stem in grouped if stem]
    if loose and len(named) == 1 and _whole_of((), fields) is _whole_of(named[0], fields):
        sides = [{is_good(part.name) for part in grouped[stem]} for stem in ((), named[0])]
        if not sides[0] & sides[1]:
            grouped[named[0]] += grouped.pop(())
    return grouped


def is_good(name: str) -> bool:
    """Whether what a number counts has gone well."""
    return names.has(name, names.GOOD) or has_state(name, names.WELL)


def has_state(name: str, states: frozenset[str] = _STATES) -> bool:
    """Whether a name says in which of these states things are: `completed_rides`, `jobs_in_progress`."""
    return not states.isdisjoint(_words(name))


def stateless(name: str) -> str:
    """A name without the words of states: `rides` for `completed_rides`."""
    return "_".join(word for word in _words(name) if word not in _STATES)


@remembered(4096)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name; what is one state is one word."""
    plain = names.plain(name)
    for several, one in _ONE_WORD.items():
        plain = plain.replace(several, one)
    return tuple(plain.split("_"))


def _tells_state(field: Facts, fields: Sequence[Facts]) -> bool:
    """Whether a number counts things in a state: no minutes, no money, no part of a bare total."""
    if names.is_measure(field.name) or names.has(field.name, _NO_THINGS):
        return False
    return bool(_stem(field.name)) or not any(map(_is_loose, _counts(fields)))


def _is_loose(field: Facts) -> bool:
    """Whether a number may be a part of a bare total, of which no word says that it is one."""
    words = _words(field.name)
    is_known = _word(field.name) or names.has(field.name, names.OUTCOMES) or _place(field.name) is not None
    return len(words) == 1 and field.is_integer and not is_known and not names.is_measure(field.name)


def roles(fields: Sequence[Facts]) -> Mapping[str, str]:
    """The numbers of things in a state, each with `success` for what went well, else with its own word.

    They are parts of what stands beside them, which their names alone do not say: `completed_rides`.
    """
    several = [part for parts in _ended(fields).values() if len(parts) > 1 for part in parts]
    several += [share.part for share in shares(fields)]
    told = [(part.name, _word(part.name)) for part in several if has_state(part.name)]
    return {name: "success" if word in names.WELL else word for name, word in told}


def shares(fields: Sequence[Facts]) -> Iterator[Share]:
    """Numbers that are a part of another: `cached_tokens` of `total_tokens`, `opened` of `sent`."""
    dealt = {part.name for _, parts in outcomes(fields) for part in parts}
    of_parts = []
    for field in _counts(fields):
        word = _word(field.name)
        if not word or field.name in dealt or names.has(field.name, names.TOTAL):
            continue
        if word in _STATES and not _tells_state(field, fields):
            continue
        if word == "new" and _stem(field.name)[-1:] not in _PEOPLE:
            continue
        own = _without(word, field, fields)
        if own is not None:
            of_parts.append(Share(field, own, word))
            continue
        whole = _whole_of(_stem(field.name), fields) or _side_of(word, field, fields)
        if whole is not None and whole is not field:
            yield Share(field, whole, word)
    # What is a part of a part comes when that is known.
    yield from of_parts


def rates(fields: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Facts, bool]]:
    """A rate, the part and the whole that it is of, and whether it is of all but this part."""
    counts = [(part, whole) for whole, parts in outcomes(fields) for part in parts]
    counts += [(share.part, share.whole) for share in shares(fields)]
    for rate in numbers_of(fields):
        words = frozenset(names.words_of(rate.name))
        if not words & _RATES:
            continue
        of = frozenset().union(*(_ROOTS.get(word, frozenset()) for word in words))
        others = names.OUTCOMES - of if of <= names.OUTCOMES else frozenset()
        for wanted, is_rest in ((of, False), (others, True)):
            found = [
                each for each in counts if wanted & set(map(names.singular, names.words_of(each[0].name)))
            ]
            if not found:
                found = [each for each in counts if wanted & set(names.words_of(each[0].name))]
            if len(found) == 1:
                part, whole = found[0]
                yield rate, part, _described(rate, part, fields) or whole, is_rest
                break


def _described(rate: Facts, part: Facts, fields: Sequence[Facts]) -> Facts | None:
    """The number that the description of a rate says it is of: `Opened of delivered`."""
    said = _OF_WHAT.search(rate.about)
    alike = [each for each in _counts(fields) if said and [*names.words_of(each.name)] == [said[1].lower()]]
    return alike[0] if alike and alike[0] is not part else None


def _counts(fields: Sequence[Facts]) -> list[Facts]:
    return [field for field in numbers_of(fields) if not names.has(field.name, _NO_PARTS)]


def _word(name: str) -> str:
    return next((each for word in _words(name) if (each := names.singular(word)) in _SHARES), "")


def _without(word: str, field: Facts, fields: Sequence[Facts]) -> Facts | None:
    """The part that a part is of: `opens` of `unique_opens`."""
    words = [each for each in names.words_of(field.name) if names.singular(each) != word]
    if not words or not any(names.singular(each) in _SHARES for each in words):
        return None
    return next((each for each in _counts(fields) if [*names.words_of(each.name)] == words), None)


def _stem(name: str) -> tuple[str, ...]:
    """What a part is a part of, by its name: nothing for `failed`, calls for `failed_requests`."""
    words = names.stem("_".join(_words(name)), names.OUTCOMES | names.TOTAL)
    found = tuple(word for word in words if names.singular(word) not in _SHARES and word not in _SHARES)
    # Calls of an API are its calls.
    bare = found[1:] if found[:1] == ("api",) else found
    return tuple(_ALIKE.get(word, word) for word in bare or found)


def _whole_of(stem: tuple[str, ...], fields: Sequence[Facts]) -> Facts | None:
    """The number that counts all of what a part is of."""
    free = [
        field
        for field in _counts(fields)
        if not _word(field.name) and not names.has(field.name, names.OUTCOMES)
    ]
    if stem:
        fitting = [field for field in free if _stem(field.name) == stem]
        # Beside calls of an API, calls without a word may be those of telephones.
        return min(
            fitting,
            key=lambda field: (_is_of_api(field.name), not names.has(field.name, names.TOTAL)),
            default=None,
        )
    calls = [field for field in free if not names.is_measure(field.name)]
    known = [(place, field) for field in calls if (place := _place(field.name)) is not None]
    return min(known, key=lambda each: each[0])[1] if known else None


def _is_of_api(name: str) -> bool:
    return "api" in names.words_of(name)


def _side_of(word: str, field: Facts, fields: Sequence[Facts]) -> Facts | None:
    """Of what a part is where no name says all of it: cached tokens are read, those of thoughts written."""
    if word == "unique" and _stem(field.name) in (("visitor",), ("user",), ("viewer",)):
        return next((each for act in _ACTS for each in _counts(fields) if _stem(each.name) == act), None)
    if word in _OF_MAILS and not _stem(field.name):
        return next((each for each in _counts(fields) if names.plain(each.name) == "delivered"), None)
    if _stem(field.name) != ("token",):
        return None
    sides = [each for each in _counts(fields) if _stem(each.name) in _SIDES.get(word, ())]
    return sides[0] if len(sides) == 1 else None


def _place(name: str) -> int | None:
    words = {names.singular(word) for word in names.words_of(name)}
    return next((place for place, noun in enumerate(_WHOLES) if noun in words), None)


def steps(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Outcomes make their whole, parts stay below it, rates follow; the numbers in `pinned` stay."""
    yield from made(fields, pinned)
    for share in shares(fields):
        if share.part.name not in pinned:
            yield _part(share)
        elif share.whole.name not in pinned:
            yield _raised(share)
    yield from (_rate(*each) for each in rates(fields))


def made(fields: Sequence[Facts], pinned: frozenset[str]) -> Iterator[Step]:
    """Outcomes make their whole; of a whole in `pinned` they are parts, and states are where no part is."""
    for whole, parts in outcomes(fields):
        names_of = {part.name for part in parts}
        is_dealt = whole.name in pinned or (pinned.isdisjoint(names_of) and any(map(has_state, names_of)))
        yield _dealt(whole, parts) if is_dealt else _added(whole, parts)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _added(whole: Facts, parts: Sequence[Facts]) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        values = [value for part in parts if (value := _number(made.get(part.name))) is not None]
        return {whole.name: rounded(sum(values), whole)} if len(values) == len(parts) else {}

    return step


def _dealt(whole: Facts, parts: Sequence[Facts]) -> Step:
    """Of a whole that stands, a few go wrong, and the others well."""
    good = next(part for part in parts if is_good(part.name))
    bad = [part for part in parts if part is not good]

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        total = _number(made.get(whole.name))
        if total is None or any(_number(made.get(part.name)) is None for part in parts):
            return {}
        dealt = {part.name: rounded(total * _percent(made[part.name], _FEW) / 100, part) for part in bad}
        return {**dealt, good.name: rounded(total - sum(dealt.values()), good)}

    return step


def _percent(value: float, span: tuple[int, int]) -> int:
    return span[0] + int(value) % (span[1] - span[0] + 1)


def _part(share: Share) -> Step:
    of = 1000 if share.word in _SELDOM else 100

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        part, whole = _number(made.get(share.part.name)), _number(made.get(share.whole.name))
        if part is None or whole is None or whole < 0:
            return {}
        return {share.part.name: rounded(whole * _percent(part, _SHARES[share.word]) / of, share.part)}

    return step


def _raised(share: Share) -> Step:
    """A whole that is not known goes up to a part that is."""

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        part, whole = _number(made.get(share.part.name)), _number(made.get(share.whole.name))
        return {} if part is None or whole is None or whole >= part else {share.whole.name: part}

    return step


def _rate(rate: Facts, part: Facts, whole: Facts, is_rest: bool) -> Step:  # noqa: FBT001 - one of a tuple
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        some, total = _number(made.get(part.name)), _number(made.get(whole.name))
        if some is None or total is None or made.get(rate.name) is None:
            return {}
        value = some / total if total else 0
        value = (1 - value if is_rest and total else value) * rate.scale
        return {rate.name: round(value) if rate.is_integer else round(value, 2 if rate.scale > 1 else 4)}

    return step
