"""Records good replies of a contract's mock, lies about each, and counts what is noticed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.checker.audit.lies import Lie, lies_about, samples_of
from metermock.checker.audit.recording import Recording, Values
from metermock.checker.audit.score import Score
from metermock.checker.checks.seen_values import seen_values
from metermock.checker.checks.session import Session
from metermock.checker.deployment.statuses import SUCCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import combinations
from metermock.contract import Exchange, Operation
from metermock.errors import CannotTestError


@dataclass(frozen=True, slots=True)
class Depth:
    """Sets of parameters for the first account and for each other; bases per relation."""

    first: int = 5
    others: int = 1
    bases: int = 2


class Audit:
    """One deployment, whose good replies are changed into lies."""

    def __init__(
        self, session: Session, operations: Sequence[Operation], score: Score, *, seed: int, depth: Depth
    ) -> None:
        self.session = session
        self.operations = operations
        self.score = score
        self.seed = seed
        self.depth = depth
        self.replies = 0

    def run(self, progress: Callable[[str], None]) -> None:
        """Lie about the replies of each account; one per owner of data, since the others see the same."""
        accounts: dict[str, TargetAccount | None] = {}
        for account in self.session.accounts:
            accounts.setdefault((account.owner or account.name) if account else "", account)
        for number, account in enumerate(accounts.values()):
            progress(account.name if account else "nobody")
            recording = Recording(self.session, account)
            sets = self.depth.others if number else self.depth.first
            opened = [each for each in self.operations if self.session.access.opens(each, account)]
            for operation in opened:
                self._of(operation, recording, self._spread(operation, recording, sets))

    def _spread(self, operation: Operation, recording: Recording, count: int) -> list[Values]:
        """No parameters, and an even selection of the sets that a check would send."""
        now = recording.reply(operation.id, {}).now
        known = seen_values(self.session, operation, recording.account)
        found = [
            values
            for values in combinations(operation, known, now, self.seed)
            if recording.reply(operation.id, values).status in SUCCESS
        ]
        # Requests grow from simple to combined, so an even spread has some of each kind.
        step = max(1, (len(found) - 1) // max(count - 1, 1))
        return [found[0], *found[step : step * (count - 1) + 1 : step]]

    def _of(self, operation: Operation, recording: Recording, bases: Sequence[Values]) -> None:
        for values in bases:
            recording.relate(operation, values)
        # Requests that mean the same get one reply, which is lied about once.
        told = {recording.key(operation.id, values): values for values in bases}
        samples: dict[str, Any] = {}
        for values in told.values():
            truth = recording.reply(operation.id, values)
            self._true(operation, truth)
            samples.update(samples_of(truth.body))
        for key, values in told.items():
            self.replies += 1
            for lie in lies_about(operation, recording.reply(operation.id, values), samples):
                noticed = self._noticed(operation, lie)
                if not noticed:
                    # Relations cost a run each, so they are asked only where nothing cheaper has noticed.
                    breach = recording.noticed(key, lie.exchange, bases=self.depth.bases)
                    noticed = {breach.rule: breach.level} if breach else {}
                self.score.count(operation.id, lie.place, lie.kind, noticed)

    def _noticed(self, operation: Operation, lie: Lie) -> dict[str, str]:
        noticed: dict[str, str] = {}
        for breach in operation.judge(lie.exchange, brief=True).breaches:
            if noticed.get(breach.rule) != "must":
                noticed[breach.rule] = breach.level
        return noticed

    def _true(self, operation: Operation, truth: Exchange) -> None:
        for breach in operation.judge(truth).breaches:
            raise CannotTestError(
                f"the mock's own reply breaks {breach.rule}: {breach.message}\n"
                f"  at {breach.pointer}: expected {breach.expected}, received {breach.received}"
            )
