"""Makes the request of each finding as small as it can be and still show the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metermock.checker.collector import starred
from metermock.errors import MetermockError

if TYPE_CHECKING:
    from metermock.checker.asked import Asked
    from metermock.checker.session import Session
    from metermock.contract import Breach, Operation

MOST = 25
"""Requests spent on one finding."""


def shrink(session: Session) -> None:
    """Drop parameters from each finding's request, while the same rule breaks in the same place.

    Only breaches that one reply shows can be tried again like this; comparisons keep their requests.
    """
    operations = {operation.id: operation for operation in session.contract.operations}
    for (rule, name, place, kind), (breach, asked) in session.collector.cases().items():
        operation = operations.get(name)
        if operation is None or kind or asked.raw_query is not None:
            continue
        smaller = _smallest(session, operation, asked, rule, place)
        if smaller is not None and smaller != asked:
            session.collector.broken(breach, smaller, times=0)


def _smallest(session: Session, operation: Operation, asked: Asked, rule: str, place: str) -> Asked | None:
    found, spent = None, 0
    query = list(asked.query)
    index = 0
    while index < len(query) and spent < MOST:
        fewer = asked.with_query(query[:index] + query[index + 1 :])
        spent += 1
        if _shows(session, operation, fewer, rule, place):
            query, found = list(fewer.query), fewer
        else:
            index += 1
    return found


def _shows(session: Session, operation: Operation, asked: Asked, rule: str, place: str) -> bool:
    try:
        answer = session.client.send(operation, replace(asked))
    except MetermockError:
        return False
    breaches: list[Breach] = operation.judge(answer.exchange).breaches
    return any(breach.rule == rule and starred(breach.pointer) == place for breach in breaches)
