"""Strict serving: an answer that breaks its own contract becomes a 500 that lists the breaches."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from metermock.contract import Operation
from metermock.server.answer import Answer
from metermock.server.handling import Request
from metermock.server.headers import read_headers
from metermock.server.problem import problem

logger = logging.getLogger("metermock")

SERVER_ERROR = 500
FORM = frozenset(
    {"status", "header", "media-type", "json", "schema", "undocumented-field", "integer-as-float"}
)


def judge(operation: Operation, request: Request, answer: Answer, *, form_only: bool = False) -> Answer:
    """Return the answer if it keeps its contract, else a 500 that lists breaches; `form_only` skips rules.

    What only *should* hold is logged. A server error passes: it reports a fault already, and few contracts
    document one.
    """
    if answer.status >= SERVER_ERROR:
        return answer
    found = operation.judge(as_exchange(operation, request, answer)).breaches
    breaches = [
        breach for breach in found if breach.level == "must" and not (form_only and breach.rule not in FORM)
    ]
    if not breaches:
        for breach in found:
            logger.debug("%s: the reply leaves out %s: %s", operation.id, breach.rule, breach.message)
        return answer
    rules = ", ".join(dict.fromkeys(breach.rule for breach in breaches))
    logger.error("%s: the reply breaks %s: %s", operation.id, rules, breaches[0].message)
    detail = f"This {answer.status} breaks its own contract: {rules}."
    listed = [{name: json_value(value) for name, value in asdict(breach).items()} for breach in breaches]
    return problem(500, detail, breaches=listed)


def as_exchange(operation: Operation, request: Request, answer: Answer) -> Any:
    """Return request and answer as the contract judges them: as they are on the wire."""
    from metermock.contract import Exchange  # noqa: PLC0415 - only strict serving judges
    from metermock.ledger.calendar import instant_text  # noqa: PLC0415 - see above

    return Exchange(
        operation=operation.id,
        parameters=dict(request.parameters),
        request_headers=dict(request.headers),
        status=answer.status,
        headers=read_headers(answer.headers),
        body=answer.body,
        now=instant_text(request.now),
    )


def json_value(value: Any) -> Any:
    """Return the value if JSON can hold it, else its text."""
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
