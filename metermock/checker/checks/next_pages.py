"""The pages of a list behind the first: a cursor that a reply gives out is sent with the next request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metermock.checker.checks.expectation import successes, unless_unknown
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.cursors import is_surely_cursor, next_cursor, smallest_page, takes_cursor
from metermock.contract import Breach, Operation, Parameter

PAGES = 2
"""Pages behind the first: two cursors are two values of the parameter."""


def next_pages(
    session: Session, operation: Operation, account: TargetAccount | None, first: Reply
) -> Iterator[Step]:
    """A request for each of the next pages, for the first parameter that takes a cursor by its name."""
    for parameter in cursors_of(session, operation, account)[:1]:
        pages = _Pages(session, operation, account, parameter, first)
        yield from (Step(session.ids.valid, pages.turn) for _ in range(PAGES))


def cursors_of(session: Session, operation: Operation, account: TargetAccount | None) -> list[Parameter]:
    """The parameters whose cursors are known from replies, and from nobody else."""
    name = account.name if account else None
    return [
        each
        for each in operation.parameters
        if takes_cursor(each)
        and "x-values-from" not in each.document
        and not session.base.configured(operation, name, each)
    ]


class _Pages:
    """Goes from page to page, with the same other parameters: a cursor may hold for these alone."""

    def __init__(
        self,
        session: Session,
        operation: Operation,
        account: TargetAccount | None,
        parameter: Parameter,
        first: Reply,
    ) -> None:
        self.session = session
        self.operation = operation
        self.account = account
        self.parameter = parameter
        self.values: Mapping[str, Any] = {}
        self.reply: Reply | None = first
        self.is_begun = False

    def turn(self) -> None:
        """Ask for the next page, where the last reply says how."""
        cursor = self._cursor()
        if cursor is None and not self.is_begun:
            self._begin_small()
            cursor = self._cursor()
        is_first, self.is_begun = not self.is_begun, True
        self.reply = None if cursor is None else self._ask(cursor)
        if self.reply is None or self.reply.status in successes(self.operation):
            return
        if is_first and is_surely_cursor(self.parameter):
            self._again()
        self.reply = None

    def _begin_small(self) -> None:
        """Ask for as few rows as the list gives: where all stand on one page, there is no next one."""
        self.values = smallest_page(self.operation)
        self.reply = self.session.ask(self.operation, self.values, self.account) if self.values else None

    def _cursor(self) -> Any:
        if self.reply is None:
            return None
        return next_cursor(self.parameter, self.reply.exchange.body, self.reply.exchange.headers)

    def _ask(self, cursor: Any) -> Reply | None:
        """The reply; a documented refusal is no breach by itself, since only names say what a cursor is."""
        values = {**self.values, self.parameter.key: cursor}
        reply = self.session.ask(self.operation, values, self.account, unless_unknown(self.operation))
        if reply is not None and reply.status in successes(self.operation):
            self.session.base.note_learnt(self.operation, self.parameter.key, cursor)
        return reply

    def _again(self) -> None:
        """Warn where a cursor that was given out just before is refused: the known one may have expired."""
        self.reply = self.session.ask(self.operation, self.values, self.account)
        cursor = self._cursor()
        reply = self._ask(cursor) if cursor is not None else None
        if reply is None or reply.status not in unless_unknown(self.operation).statuses:
            return
        if reply.status in successes(self.operation):
            return
        message = f"a {self.parameter.key} that a reply gave out gets the next page"
        wanted, got = "status 2xx", f"status {reply.status}"
        breach = Breach(self.session.ids.valid, "should", "", wanted, got, message)
        self.session.broken(breach, reply.request, status=reply.status, kind="cursor")
