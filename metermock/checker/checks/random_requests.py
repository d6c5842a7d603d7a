"""Random requests to all operations: those that are asked with the same credentials together."""

from __future__ import annotations

from collections.abc import Iterable

from metermock.checker.checks.fuzz_process import fuzz
from metermock.checker.checks.selection import listed
from metermock.checker.checks.session import Session
from metermock.checker.checks.sources import Account, Sources
from metermock.checker.deployment.access import schemes_for
from metermock.contract import Operation
from metermock.errors import CannotTestError


def random_requests(session: Session, sources: Sources, operations: Iterable[Operation]) -> list[str]:
    """Send them, to each operation as the first account that can open it and still is let in.

    Returns a line for each group of operations that got none; the other groups are asked all the same.
    """
    left_out = []
    for (account, _), its in _alike(session, sources, operations).items():
        try:
            fuzz(session, its, [account])
        except CannotTestError as problem:
            left_out.append(f"no random requests to {listed([each.id for each in its])}: {problem}")
    return left_out


def _alike(
    session: Session, sources: Sources, operations: Iterable[Operation]
) -> dict[tuple[Account, tuple[str, ...]], list[Operation]]:
    """The operations by the account and the schemes: one process sends the same credentials with all."""
    alike: dict[tuple[Account, tuple[str, ...]], list[Operation]] = {}
    for operation in operations:
        account = next(iter(session.admission.let_in(sources.openers(operation))), None)
        schemes = (schemes_for(operation, account) if account else None) or ()
        alike.setdefault((account, schemes), []).append(operation)
    return alike
