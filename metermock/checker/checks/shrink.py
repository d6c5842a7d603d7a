"""Makes the request of each finding as small as it can be and still show the same."""

from __future__ import annotations

from dataclasses import replace

from metermock import json_pointer
from metermock.checker.checks.session import Session
from metermock.checker.deployment.request import Request
from metermock.contract import Breach, Operation
from metermock.errors import MetermockError

MOST = 25
"""Requests spent on one finding."""


def shrink(session: Session) -> None:
    """Drop parameters from each finding's request, while the same rule breaks in the same place.

    Only breaches that one reply shows can be tried again like this; comparisons keep their requests.
    """
    operations = {operation.id: operation for operation in session.contract.operations}
    for (rule, _, place, kind), (_, request) in session.collector.cases().items():
        operation = operations.get(request.operation)
        # Only a breach without a kind is found again by its rule and place alone; a raw query is exact to
        # the byte and must stay.
        if operation is None or kind or request.raw_query is not None:
            continue
        smaller = _smallest(session, operation, request, rule, place)
        if smaller is not None:
            session.collector.broken(*smaller, times=0)


def _smallest(
    session: Session, operation: Operation, request: Request, rule: str, place: str
) -> tuple[Breach, Request] | None:
    """The smallest request that shows it, with what its own reply breaks."""
    found: tuple[Breach, Request] | None = None
    spent = 0
    query = list(request.query)
    index = 0
    # Greedy: each parameter is left out once, and stays out if the same breaks without it. Few parameters
    # matter, so this finds the smallest nearly always, in as many requests as there are parameters.
    while index < len(query) and spent < MOST:
        fewer = request.with_query(query[:index] + query[index + 1 :])
        spent += 1
        breach = _shown(session, operation, fewer, rule, place)
        if breach is not None:
            query, found = list(fewer.query), (breach, fewer)
        else:
            # Needed: keep it, try the next one.
            index += 1
    return found


def _shown(session: Session, operation: Operation, request: Request, rule: str, place: str) -> Breach | None:
    try:
        reply = session.client.send(operation, replace(request))
    except MetermockError:
        return None
    breaches = session.judging.grading.graded(operation.judge(reply.exchange).breaches)
    return next(
        (one for one in breaches if one.rule == rule and json_pointer.starred(one.pointer) == place), None
    )
