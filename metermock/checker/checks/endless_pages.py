"""Whether the pages of a list come to an end: whoever follows its cursors must not go round in a circle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.checker.checks.as_asked import whole_list
from metermock.checker.checks.expectation import successes, unless_unknown
from metermock.checker.checks.next_pages import cursors_of
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.cursors import is_surely_cursor, next_cursor
from metermock.checker.inputs.guard import is_good
from metermock.contract import Breach, Operation, Parameter
from metermock.contract.json_types import is_number
from metermock.contract.page_names import LIMITS
from metermock.contract.words import plain

_MOST = 100
"""Rows that are asked for at once."""
_TURNS = 4
_IDS = frozenset({"id", "uuid", "guid"})


def endless_pages(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A walk along the cursors, with large pages, so that the end is near."""
    rule = session.ids.pages
    if operation.method != "GET" or not session.collector.wants(rule, operation.id):
        return
    for parameter in cursors_of(session, operation, account)[:1]:
        if is_surely_cursor(parameter):
            yield Step(rule, partial(_walk, session, operation, account, parameter), _TURNS + 1)


def _walk(
    session: Session, operation: Operation, account: TargetAccount | None, parameter: Parameter
) -> None:
    """Go on until there is no other page.

    A list may give a cursor with its last rows too, for those who come back later: then a page is empty. But
    one that gives a cursor twice, each time with rows, all of which it has given before, never ends.
    """
    rule, level = session.ids.pages, session.ids.level(session.ids.pages)
    values = _largest(operation)
    seen: set[str] = set()
    asked: list[Any] = []
    while len(asked) <= _TURNS:
        at = {parameter.key: asked[-1]} if asked else {}
        reply = session.ask(operation, {**values, **at}, account, unless_unknown(operation))
        if reply is None or reply.status not in successes(operation):
            break
        page = [json.dumps(row, sort_keys=True) for row in whole_list(reply.exchange.body)]
        cursor = next_cursor(parameter, reply.exchange.body, reply.exchange.headers)
        if not page and not asked:
            # No rows, or none that can be told from those of another list: that proves nothing.
            break
        if cursor is None or not page:
            if asked:
                session.collector.kept(rule, operation.id, level=level)
                return
            break
        if cursor in asked and len(set(page)) == len(page) and seen.issuperset(page):
            if next_cursor(parameter, reply.exchange.body, reply.exchange.headers, is_sure=True) != cursor:
                break
            if set(asked) == {cursor} and not _have_ids(whole_list(reply.exchange.body)):
                # The deployment may count on under one token, to other rows that look alike.
                break
            received = f"{parameter.name}={cursor} again, with rows that came before"
            message = "the pages of a list come to an end"
            breach = Breach(rule, level, "", "a last page, without another cursor", received, message)
            session.broken(breach, reply.request, status=reply.status, kind="endless")
            return
        seen.update(page)
        asked.append(cursor)
    session.collector.inapplicable(rule, operation.id, level=level)


def _have_ids(rows: Sequence[Any]) -> bool:
    """Whether each row says which one it is, so that two that are equal are the same row."""
    return all(isinstance(row, dict) and any(plain(name).strip("_") in _IDS for name in row) for row in rows)


def _largest(operation: Operation) -> Mapping[str, Any]:
    """The parameter that makes a page large; empty where there is none."""
    for each in operation.parameters:
        if each.location == "query" and plain(each.name) in LIMITS:
            most = each.resolved.get("maximum", _MOST)
            size = int(min(most, _MOST)) if is_number(most) else _MOST
            if is_good(each, size):
                return {each.key: size}
    return {}
