"""Looks at replies as somebody who knows what usage is, and counts, field by field, what cannot be.

What it knows it reads from names itself: it shares no table of words with the mock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.validity.asking import Answer

CLOCK = datetime(2026, 3, 18, 15, 42, 7, tzinfo=UTC)
"""The clock of a mock without a world."""
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_AHEAD = re.compile(r"expir|reset|renew|next|due|until|period|cycle")
_END = re.compile(r"(^|_)(end|ending|until|to)(_|$)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_MONTH = re.compile(r"\d{4}-\d\d")
_INSTANT = re.compile(r"(^|_)(at|time|timestamp|created|updated|date)$")
_NUMERIC = re.compile(r"(^|_)(count|price|amount|cost|balance|quantity)$")
_LIMIT = re.compile(r"(^|_)(limit|quota)(_|$)")
_USED = re.compile(r"(^|_)(used|usage|count|consumed)(_|$)")
_PART = re.compile(r"^(cached|failed|successful|error|unique)_")
NO_LIMIT = -1
"""What the limit of an account without one is."""
_LEFT = re.compile(r"(^|_)(remaining|left)(_|$)")


@dataclass
class Seen:
    """What was seen of one field of one operation."""

    values: int = 0
    kinds: set[str] = field(default_factory=set)
    """What of it was looked at: `date`, `number`, `limit` …"""
    faults: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    """What of it was looked at where it had a fault."""
    shown: str = ""
    """One of its values."""


Fields = dict[tuple[str, str, str], Seen]
"""By document, operation and place."""


def looked_at(answers: list[Answer]) -> Fields:
    """Every field of the good replies."""
    found: Fields = {}
    for answer in answers:
        if answer.status >= 300 or "json" not in answer.headers.get("content-type", ""):
            continue
        name, operation, about = answer.asked.key
        said = _said(answer)
        for place, kind, value, fault in _of(json.loads(answer.body), about, said):
            seen = found.setdefault((name, operation, place), Seen())
            seen.values += kind == "value"
            seen.kinds |= {kind} - {"value"}
            seen.shown = seen.shown or json.dumps(value)[:40]
            if fault:
                seen.faults.append(f"{fault} ({about})")
                seen.wrong.add(kind)
    return found


def _said(answer: Answer) -> Mapping[str, str]:
    """The texts of the request by the names of its parameters, filters and bounds left out."""
    query = {
        name: text for name, text in answer.asked.request.pairs if not re.search("start|end|from|to", name)
    }
    return {**query, **dict(answer.asked.request.path)}


Told = tuple[str, str, Any, str]
"""A place, what of it was looked at, its value, and what is wrong with it."""


def _of(value: Any, about: str, said: Mapping[str, str], place: str = "$", depth: int = 0) -> Iterator[Told]:
    if isinstance(value, list):
        yield from _rows(value, place)
        for each in value:
            yield from _of(each, about, said, f"{place}[]", depth + 1)
        return
    if not isinstance(value, dict):
        return
    yield from _together(value, about, place)
    for name, each in value.items():
        inner = f"{place}.{name}"
        if isinstance(each, dict | list):
            yield from _of(each, about, said, inner, depth + 1)
            continue
        yield inner, "value", each, ""
        plain = _plain(name)
        yield from ((inner, kind, each, fault) for kind, fault in _single(plain, each))
        if depth == 0 and name in said and each is not None:
            yield (
                inner,
                "echo",
                each,
                "" if str(each) == said[name] else f"{each!r}, asked for {said[name]!r}",
            )


def _plain(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower().strip("_")


def _single(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """What a value by itself can have wrong."""
    at = instant(name, value)
    if at is not None:
        is_free = bool(_AHEAD.search(name))
        # The last bucket may end with the day.
        last = CLOCK.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() + 86_400
        latest = last if _END.search(name) else CLOCK.timestamp()
        is_late = at.timestamp() > latest and not is_free
        yield "date", f"{value}: before 2020" if at < _FIRST else f"{value}: ahead" if is_late else ""
    elif _is_number(value):
        has_no_limit = value == NO_LIMIT and _LIMIT.search(name)
        yield "number", f"{value}: negative" if value < 0 and not has_no_limit else ""
    elif isinstance(value, str) and _NUMERIC.search(name):
        yield "number", "" if re.fullmatch(r"\d+(\.\d+)?", value) else f"{value!r}: no number"


def instant(name: str, value: Any) -> datetime | None:
    """The instant that a value is, if it is one."""
    if isinstance(value, str) and (_DATE.fullmatch(value) or _MONTH.fullmatch(value)):
        text = value if len(value) > 7 else f"{value}-01"
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    if isinstance(value, int) and not isinstance(value, bool) and _INSTANT.search(name) and value > 1e8:
        return datetime.fromtimestamp(value / (1000 if value > 1e11 else 1), UTC)
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _together(value: Mapping[str, Any], about: str, place: str) -> Iterator[Told]:
    """Fields of one object that belong together by their names."""
    numbers = {_plain(name): each for name, each in value.items() if _is_number(each)}
    for name, limit in numbers.items():
        if not _LIMIT.search(name) or limit == NO_LIMIT:
            continue
        stem = _LIMIT.sub(" ", name).strip()
        used, left = (_beside(numbers, stem, pattern) for pattern in (_USED, _LEFT))
        if used is not None and left is not None:
            is_over = used > limit and left == 0
            yield (
                f"{place}.{name}",
                "limit",
                limit,
                "" if is_over or abs(used + left - limit) < 0.01 else f"{used} + {left} is not {limit}",
            )
        if used is not None:
            is_near = "near-limit" not in about or limit * 0.85 < used < limit
            is_fine = used >= limit if "over-limit" in about else used <= limit and is_near
            yield f"{place}.{name}", "limit", limit, "" if is_fine else f"{used} of {limit}"
    yield from _totals(value, numbers, place)
    yield from _parts(numbers, place)


def _parts(numbers: Mapping[str, float], place: str) -> Iterator[Told]:
    """A part is not above its whole, and what went well or badly is all of it."""
    for name, part in numbers.items():
        whole = numbers.get(_PART.sub("total_", name)) if _PART.match(name) else None
        if whole is not None:
            yield f"{place}.{name}", "part", part, "" if part <= whole else f"{part} of {whole}"
    for good, bad in (("successful", "failed"), ("succeeded", "failed"), ("ok", "error")):
        for stem in ("", "_requests", "_calls"):
            whole = numbers.get(f"total{stem}", numbers.get(stem.strip("_")))
            parts = [numbers.get(f"{each}{stem}") for each in (good, bad)]
            if whole is not None and None not in parts:
                done = sum(each for each in parts if each is not None)
                fault = "" if done == whole else f"{good} and {bad} are {done} of {whole}"
                yield f"{place}.{good}{stem}", "part", done, fault


def _beside(numbers: Mapping[str, float], stem: str, role: re.Pattern[str]) -> float | None:
    found = [
        each for name, each in numbers.items() if role.search(name) and role.sub(" ", name).strip() == stem
    ]
    return found[0] if len(found) == 1 else None


def _totals(value: Mapping[str, Any], numbers: Mapping[str, float], place: str) -> Iterator[Told]:
    """A total, or a number beside rows that have one of the same name, is the sum of the rows'."""
    lists = [each for each in value.values() if isinstance(each, list)]
    if len(lists) != 1 or not lists[0] or not all(isinstance(row, dict) for row in lists[0]):
        return
    rows = [{_plain(name): each for name, each in row.items()} for row in lists[0]]
    for name, total in numbers.items():
        column = re.sub(r"(^|_)total(_|$)", r"\1\2", name).strip("_")
        parts = [row.get(column) for row in rows]
        if _NUMERIC.search(column) and all(_is_number(each) for each in parts):
            whole = sum(each for each in parts if each is not None)
            fault = "" if abs(whole - total) < 0.01 * len(rows) + 0.001 else f"{total} is not the sum {whole}"
            yield f"{place}.{name}", "sum", total, fault


def _are_categories(rows: list[dict[str, Any]]) -> bool:
    """Whether rows are records of categories of one span, and not steps of time with spans of their own."""
    if not all(
        isinstance(row.get("category"), str) and {"start_date", "end_date"} <= row.keys() for row in rows
    ):
        return False
    starts = [row["start_date"] for row in rows]
    return len(set(starts)) < len(starts) or len({row["end_date"] for row in rows}) < len(rows)


def _rows(rows: list[Any], place: str) -> Iterator[Told]:
    """Rows that are days of a series follow each other, and ids are not repeated."""
    objects = [row for row in rows if isinstance(row, dict)]
    if len(objects) < 2:
        return
    for name in ("id", "uuid"):
        ids = [row[name] for row in objects if name in row]
        if ids:
            yield f"{place}[].{name}", "id", ids[0], "" if len(set(ids)) == len(ids) else "an id twice"
    if _are_categories(objects):
        # Each row is of one category in the span of all of them.
        spans = {(row["start_date"], row["end_date"]) for row in objects}
        names = [row["category"] for row in objects]
        fault = "" if len(spans) == 1 and len(set(names)) == len(names) else "categories of several spans"
        yield f"{place}[].category", "span", names[0], fault
        return
    for name in ("date", "timestamp", "start_time", "starting_at", "day", "start_date"):
        if not any("id" in row for row in objects) and all(
            isinstance(row.get(name), str | int) for row in objects
        ):
            days = [instant(name, row[name]) for row in objects]
            known = [day for day in days if day is not None]
            fault = "" if len(set(known)) == len(known) and known == sorted(known) else "days without order"
            yield f"{place}[].{name}", "series", objects[0][name], fault
