"""Of a limited number of requests, those that are kept for what is asked at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from metermock.checker.checks.session import Session
from metermock.contract import Operation
from metermock.errors import BudgetExhaustedError

_MOST = 2
"""The most requests that a rule usually takes: that a credential is refused is asked again, for one."""
_OF_DELETION = 6
"""Requests around a deletion: the thing and its list are read before and after, and some seconds later."""


class KeptRequests:
    """Lets what is asked early leave requests for what may only be asked late, such as deletions.

    `ended` is called where a part has used up all that it may, before the kept ones may be sent: nothing of
    that part may go on.
    """

    def __init__(self, session: Session, ended: Callable[[], object]) -> None:
        self.session = session
        self.is_cut = False
        """Whether a part ended early, so that not all was asked."""
        self._ended = ended

    @property
    def is_limited(self) -> bool:
        """Whether requests are numbered at all."""
        return self.session.collector.options.max_requests is not None

    @contextmanager
    def keeping(self, requests: int) -> Iterator[None]:
        """Keep so many requests: where no others are left, what is asked within ends, and the check goes on.

        Raises BudgetExhaustedError where nothing at all is left, or no time.
        """
        client = self.session.client
        client.keep(requests)
        try:
            yield
        except BudgetExhaustedError:
            client.go_on()
            if not requests:
                raise
            self._ended()
            client.keep(0)
            if not client.left:
                raise
            self.is_cut = True
        finally:
            client.keep(0)

    def of(self, operations: Iterable[Operation]) -> int:
        """About how many requests let each *must* rule of these operations run that never did."""
        return sum(
            _MOST * self._missing(each) + (_OF_DELETION if each.method == "DELETE" else 0)
            for each in operations
        )

    def _missing(self, operation: Operation) -> int:
        ids = self.session.ids
        named = {ids.valid, ids.body, ids.credentials, ids.refused, ids.invalid, ids.precedence, ids.effect}
        named |= {*ids.examples.values(), *(rule.id for rule in operation.rules)}
        return sum(self.session.collector.is_missing(rule, operation.id) for rule in named)
