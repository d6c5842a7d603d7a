"""Whether a list is sorted as asked: the one order and its reverse, or two keys, cannot give the same list.

What a list is sorted by need not stand in its rows, and rows that are equal in it have any order. So a
finding needs a field of the rows that is plainly what the parameter names, with several values.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from metermock.checker.checks.as_asked import whole_list
from metermock.checker.checks.expectation import successes, unless_unknown
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.dates import DATE_LIKE
from metermock.contract import Breach, Operation, Parameter
from metermock.contract.json_types import is_number
from metermock.contract.words import plain

_KEYS = frozenset(
    {"sort", "sort_by", "order_by", "order", "orderby", "sortby", "sort_key", "sort_field", "ordering"}
)
_TURNS = frozenset(
    {"order", "direction", "dir", "sort_order", "sort_direction", "sort_dir", "order_direction", "sort"}
)
_UP = frozenset({"asc", "ascending", "ascend"})
_DOWN = frozenset({"desc", "descending", "descend"})
_SIGNED = re.compile(r"(?P<down>-)?\+?(?P<name>\w+)")
_WORDED = re.compile(r"(?P<name>\w+?)[ :._,-]+(?P<word>asc|desc|ascending|descending)", re.IGNORECASE)
_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)\Z", re.IGNORECASE)
_USUAL = frozenset({"id", "name", "title", "date", "day", "month", "time", "timestamp", "created", "updated"})
"""What texts a list is sorted by that does not say it."""
_IGNORED = re.compile(r"\bignored?\b|\bno effect\b", re.IGNORECASE)
_MOST = 3
_LEAST = 3
"""Rows, and values of what they are sorted by, that tell an order."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two requests for one list; `names` are the fields that they sort by, where they say so."""

    one: Mapping[str, Any]
    other: Mapping[str, Any]
    names: tuple[str, ...]
    is_reverse: bool


def sorted_lists(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """Two requests each: the same key upwards and downwards, or one key and another."""
    if operation.method != "GET" or not session.collector.wants(session.ids.asked, operation.id):
        return
    for pair in itertools.islice(_pairs(operation), _MOST):
        yield Step(session.ids.asked, partial(_compare, session, operation, account, pair), 2)


def _pairs(operation: Operation) -> Iterator[_Pair]:
    query = [each for each in operation.parameters if each.location == "query" and not _may_be_ignored(each)]
    turn = next((each for each in query if plain(each.name) in _TURNS and _ends(_members(each))), None)
    keys = [each for each in operation.parameters if plain(each.name) in _KEYS and each is not turn]
    key = next((each for each in keys if each in query and len(_members(each)) > 1), None)
    if turn is not None:
        up, down = _ends(_members(turn)) or ("", "")
        if key is not None:
            for name in _members(key):
                yield _Pair(
                    {key.key: name, turn.key: up}, {key.key: name, turn.key: down}, (name,), is_reverse=True
                )
        elif not keys:
            yield _Pair({turn.key: up}, {turn.key: down}, (), is_reverse=True)
    elif key is not None:
        found = {_read(each): each for each in _members(key)}
        for (name, is_down), member in found.items():
            if not is_down and (name, True) in found:
                yield _Pair({key.key: member}, {key.key: found[name, True]}, (name,), is_reverse=True)
        if not any(is_down for _, is_down in found):
            for one, other in itertools.pairwise(_members(key)):
                yield _Pair({key.key: one}, {key.key: other}, (one, other), is_reverse=False)


def _members(parameter: Parameter) -> list[str]:
    return [each for each in parameter.resolved.get("enum", ()) if isinstance(each, str)]


def _may_be_ignored(parameter: Parameter) -> bool:
    document = parameter.document
    return document.get("deprecated") is True or bool(_IGNORED.search(str(document.get("description", ""))))


def _ends(members: Sequence[str]) -> tuple[str, str] | None:
    """The members that mean upwards and downwards, where these are all there are."""
    up = [each for each in members if each.lower() in _UP]
    down = [each for each in members if each.lower() in _DOWN]
    return (up[0], down[0]) if up and down and len(up) + len(down) == len(members) else None


def _read(member: str) -> tuple[str, bool]:
    """The key that a member names, and whether it turns it downwards."""
    worded, signed = _WORDED.fullmatch(member), _SIGNED.fullmatch(member)
    if worded:
        return worded["name"], worded["word"].lower() in _DOWN
    return (signed["name"], bool(signed["down"])) if signed else (member, False)


def _compare(session: Session, operation: Operation, account: TargetAccount | None, pair: _Pair) -> None:
    rule, collector = session.ids.asked, session.collector
    level = session.ids.level(rule)
    replies = [
        session.ask(operation, each, account, unless_unknown(operation)) for each in (pair.one, pair.other)
    ]
    lists = [_rows(operation, each) for each in replies]
    last = replies[-1]
    if last is None or not all(lists):
        collector.inapplicable(rule, operation.id, level=level)
        return
    wrong = _wrong(pair, *lists)
    if wrong is None:
        collector.inapplicable(rule, operation.id, level=level)
    elif not wrong:
        collector.kept(rule, operation.id, level=level)
    else:
        asked = " and ".join(
            ", ".join(f"{key}={value}" for key, value in each.items()) for each in (pair.one, pair.other)
        )
        breach = Breach(
            rule, level, "", f"{asked} sort otherwise", wrong, "a list is sorted as it was asked for"
        )
        collector.broken(breach, last.request, status=last.status, kind=f"{breach.message} {wrong}")


def _rows(operation: Operation, reply: Reply | None) -> list[dict[str, Any]]:
    if reply is None or reply.status not in successes(operation):
        return []
    found = whole_list(reply.exchange.body)
    is_telling = len(found) >= _LEAST and all(isinstance(row, dict) for row in found)
    return found if is_telling else []


def _wrong(pair: _Pair, one: list[dict[str, Any]], other: list[dict[str, Any]]) -> str | None:
    """What is wrong of the two lists; empty where nothing is, None where that cannot be told."""
    is_same = [json.dumps(row, sort_keys=True) for row in one] == [
        json.dumps(row, sort_keys=True) for row in other
    ]
    columns = [_column(one, name) for name in pair.names] if pair.names else _usual(one)
    if not columns or any(each is None or len(set(each)) < _LEAST for each in columns):
        return None
    if pair.is_reverse:
        if is_same:
            return "the same rows in the same order"
        backwards = [_column(other, name) for name in pair.names]
        are_turned = [
            _rises([-each for each in up]) and _rises(down)
            for up, down in zip(columns, backwards, strict=False)
            if up and down and all(is_number(each) for each in (*up, *down)) and len(set(down)) >= _LEAST
        ]
        return "each in the other's order" if any(are_turned) else ""
    if not is_same:
        return ""
    unsorted = [
        name
        for name, each in zip(pair.names, columns, strict=True)
        if each is not None and not _is_nearly_sorted(each)
    ]
    return f"the same rows in the same order, not sorted by {' or '.join(unsorted)}" if unsorted else None


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any] | None:
    """What the rows say of a key that a list is sorted by, so that it can be compared."""
    key = plain(name)
    names = (key, *(f"{key}_{more}" for more in ("at", "on", "date", "time")))
    field = next((each for wanted in names for each in rows[0] if plain(each) == wanted), None)
    return None if field is None else _comparable([row.get(field) for row in rows])


def _comparable(values: Sequence[Any]) -> list[Any] | None:
    """Numbers; days of dates; texts without their case. A list may be sorted by the day alone.

    Times of several zones are in another order than their days.
    """
    if all(is_number(each) for each in values):
        return list(values)
    if not all(isinstance(each, str) and each for each in values):
        return None
    if len({_zone(each) for each in values if DATE_LIKE.fullmatch(each)}) > 1:
        return None
    return [each[:10] if DATE_LIKE.fullmatch(each) else each.casefold() for each in values]


def _zone(date: str) -> str:
    found = _ZONE.search(date.partition("T")[2])
    return found[0].upper() if found else ""


def _usual(rows: Sequence[Mapping[str, Any]]) -> list[list[Any] | None]:
    """What a list may be sorted by that does not say it: numbers, dates, and names."""
    found: list[list[Any] | None] = []
    for name in rows[0]:
        column = _comparable([row.get(name) for row in rows])
        is_text = column is not None and isinstance(column[0], str)
        is_date = is_text and all(DATE_LIKE.fullmatch(str(row.get(name))) for row in rows)
        if column is not None and (not is_text or is_date or _USUAL.intersection(plain(name).split("_"))):
            found.append(column)
    return found


def _is_nearly_sorted(column: Sequence[Any]) -> bool:
    """Whether it goes one way, but for a row that is pinned or a sum; of texts each language has its own."""
    if not all(is_number(each) or DATE_LIKE.fullmatch(str(each)) for each in column):
        return True
    fewer = [column, *([*column[:at], *column[at + 1 :]] for at in range(len(column)))]
    return any(_rises(each) or _rises(each[::-1]) for each in fewer)


def _rises(column: Sequence[Any]) -> bool:
    return all(a <= b for a, b in itertools.pairwise(column))
