"""The order of what changes data: after all that reads them, and deletions last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metermock.checker.checks.base_values import in_order
from metermock.checker.checks.kept_requests import KeptRequests
from metermock.checker.checks.preflight import Preflight, last_look
from metermock.checker.checks.sources import Sources
from metermock.checker.checks.writing import Writing
from metermock.contract import Operation


@dataclass
class Changes:
    """Asks operations that change data, one after the other: what one of them makes, the next may change."""

    writing: Writing
    sources: Sources
    kept: KeptRequests
    progress: Callable[[str], None]
    dead: dict[str, str]
    """Why operations were not asked, or deleted nothing; it is added to."""

    def write(self, operations: Sequence[Operation], deleting: Sequence[Operation]) -> None:
        """Ask what makes and changes things; each *must* rule once first, where requests are numbered."""
        if not operations:
            return
        self.progress("requests that may change data")
        if self.kept.is_limited:
            with self.kept.keeping(len(deleting)):
                for operation in in_order(operations):
                    self.writing.once(operation, self.sources.asker(operation))
        with self.kept.keeping(self.kept.of(deleting)):
            for operation in in_order(operations):
                account = self.sources.asker(operation)
                self.writing.good(operation, account)
                self.writing.refused(operation, account)

    def delete(self, operations: Sequence[Operation], flight: Preflight, all_: tuple[Operation, ...]) -> None:
        """Delete last, the innermost things first."""
        left = list(in_order(operations))
        while left:
            operation = left.pop()
            self.progress("deletion")
            if not self.sources.openers(operation):
                self.dead[operation.id] = "not asked: every account that has a credential for it is refused"
                continue
            account = self.sources.asker(operation)
            look = last_look(self.writing.session, flight, operation, account, all_)
            failed = self.writing.delete(operation, account, look, self.kept, left)
            self.dead.update(failed)
            if account is not None and not failed:
                self.writing.refusals.ways.note_answered(operation, account.name)
