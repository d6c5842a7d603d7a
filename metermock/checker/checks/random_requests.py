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


def random_requests(
    session: Session, sources: Sources, operations: Iterable[Operation], *, is_last: bool
) -> list[str]:
    """Send them, to each operation as the first account that can open it and still is let in.

    Where limits are given, the groups of operations share alike what is left of them, with what comes later
    where they are not the last. Returns a line for each group that got none, or not all of them.
    """
    left_out = []
    groups = _alike(session, sources, operations)
    sharing = len(groups) + (not is_last)
    for (account, _), its in groups.items():
        names = listed([each.id for each in its])
        try:
            early = fuzz(session, its, account, part=1 / sharing)
        except CannotTestError as problem:
            left_out.append(f"no random requests to {names}: {problem}")
        else:
            left_out += [f"random requests to {names} ended early: {early}"] if early else []
        sharing -= 1
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
