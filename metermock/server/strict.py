"""Strict serving: an answer that breaks its own contract becomes a 500 that lists the breaches."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from metermock.contract import Breach, Exchange, Operation
from metermock.ledger.cache import HELD, Cache, next_token
from metermock.ledger.calendar import instant_text
from metermock.server.answer import Answer
from metermock.server.clock import http_date
from metermock.server.handling import Request
from metermock.server.headers import read_headers
from metermock.server.problem import problem

logger = logging.getLogger("metermock")

SERVER_ERROR = 500
KEPT = Cache(8 << 20)
"""What stands for the exchanges that were found to keep their contracts, of all operations."""
OF_HEADERS = re.compile(r"\brequest\b(?!\s*\.\s*(?!headers\b)\w)")
"""The request's headers in a rule, or the request as a whole, of which they are a part."""
FORM = frozenset(
    {"status", "header", "media-type", "json", "schema", "undocumented-field", "integer-as-float"}
)


class Strict:
    """Judges the answers of one operation; what was found to keep the contract is not judged again."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.token = next_token()
        self.reads_headers = reads_headers(operation)

    def judge(self, request: Request, answer: Answer, *, form_only: bool = False) -> Answer:
        """Return the answer if it keeps its contract, else a 500 that lists breaches.

        `form_only` skips rules. What only *should* hold is logged. A server error passes: it reports a fault
        already, and few contracts document one.
        """
        if answer.status >= SERVER_ERROR:
            return answer
        exchange = self.exchange(request, answer)
        name = self.token, digest(exchange)
        if KEPT.get(name):
            return answer
        found = self.operation.judge(exchange).breaches
        if not found:
            KEPT.put(name, value=True, size=HELD)
            return answer
        return self.told(answer, found, form_only=form_only)

    def told(self, answer: Answer, found: list[Breach], *, form_only: bool) -> Answer:
        """Log what an answer breaks, and return it, or a 500 if it must not."""
        breaches = [
            breach
            for breach in found
            if breach.level == "must" and not (form_only and breach.rule not in FORM)
        ]
        name = self.operation.id
        if not breaches:
            for breach in found:
                logger.debug("%s: the reply leaves out %s: %s", name, breach.rule, breach.message)
            return answer
        rules = ", ".join(dict.fromkeys(breach.rule for breach in breaches))
        logger.error("%s: the reply breaks %s: %s", name, rules, breaches[0].message)
        detail = f"This {answer.status} breaks its own contract: {rules}."
        listed = [{key: json_value(value) for key, value in asdict(breach).items()} for breach in breaches]
        return problem(500, detail, breaches=listed)

    def exchange(self, request: Request, answer: Answer) -> Exchange:
        """Return request and answer as the contract judges them: as they are on the wire."""
        return Exchange(
            operation=self.operation.id,
            parameters=dict(request.parameters),
            request_headers=dict(request.headers) if self.reads_headers else {},
            status=answer.status,
            headers={
                **read_headers(answer.headers),
                "date": http_date(request.now).decode(),
                "content-length": str(len(answer.body)),
            },
            body=answer.body,
            now=instant_text(request.now),
        )


def reads_headers(operation: Operation) -> bool:
    """Tell whether a rule of an operation speaks of the request's headers."""
    texts = [text for rule in operation.rules for text in (rule.rule.text, rule.when and rule.when.text)]
    return any(OF_HEADERS.search(text) for text in texts if text)


def digest(exchange: Exchange) -> bytes:
    """Return what stands for an exchange: no two that a rule could tell apart share it."""
    rest = (
        exchange.parameters,
        exchange.request_headers,
        exchange.status,
        exchange.headers,
        exchange.now,
        len(exchange.body),
    )
    return blake2b(repr(rest).encode("utf-8", "surrogatepass") + exchange.body, digest_size=16).digest()


def json_value(value: Any) -> Any:
    """Return the value if JSON can hold it, else its text."""
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
