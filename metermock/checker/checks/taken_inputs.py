"""Bad inputs that a deployment takes: one that random requests find again is no other cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from metermock.checker.deployment.request import Request
from metermock.checker.findings.collector import Cause
from metermock.contract import Operation
from metermock.contract.exchange import Level
from metermock.errors import Violation

_Key = tuple[str, str, str, str, int]
"""Operation, place and name of a parameter, what is wrong with it, and the status that came."""


@dataclass
class TakenInputs:
    """The findings about bad inputs, by what was wrong with them."""

    _found: dict[_Key, tuple[Level, Cause]] = field(default_factory=dict)

    def note(self, operation: Operation, request: Request, status: int, level: Level, cause: Cause) -> None:
        """Note the finding about a request that was not refused."""
        for violation in violations_of(operation, request):
            self._found.setdefault(_key(operation, violation, status), (level, cause))

    def known(
        self, operation: Operation, violations: Iterable[Violation], status: int, level: Level
    ) -> Cause | None:
        """The finding that has been made of inputs with just such faults; None where one of them is new.

        A warning does not stand for a *must*.
        """
        found = [self._found.get(_key(operation, violation, status)) for violation in violations]
        causes = [each[1] for each in found if each is not None and level in (each[0], "should")]
        return causes[0] if causes and len(causes) == len(found) else None


def violations_of(operation: Operation, request: Request) -> tuple[Violation, ...]:
    """What the contract finds wrong with the parameters of a request."""
    sent = {name.lower(): value for name, value in request.headers}
    _, violations = operation.read(request.pairs, sent, path=dict(request.path))
    return tuple(violations)


def _key(operation: Operation, violation: Violation, status: int) -> _Key:
    return operation.id, violation.location, violation.name, violation.kind, status
