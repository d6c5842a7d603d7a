"""What a run says of operations that it could not learn, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metermock.checker.deployment.methods import READING
from metermock.contract import Operation
from metermock.counts import count_of
from metermock.learn.witness import Witness, Witnesses


def too_few(operation: Operation, its: Sequence[Witness], all_: Witnesses, least: int) -> Iterator[str]:
    """Why an operation has fewer good replies than are needed, in a line; none where one says it already."""
    name = operation.id
    if any(line.startswith(f"{name} was not ") for line in all_.left_out):
        return
    if not its and not all_.is_recorded and operation.method not in READING:
        why = f"{operation.method} may change data"
        yield f"{name} was not asked: {why}; record its use, and learn from it with --har"
        return
    accounts = len({each.account for each in its})
    replies = f"{len(its)} good {'reply' if len(its) == 1 else 'replies'}"
    of = f" of {count_of(accounts, 'account')}" if its else ""
    yield f"{name} was not learned from: {replies}{of}, and {least} are needed; {_help(operation, all_)}"


def _help(operation: Operation, all_: Witnesses) -> str:
    if all_.is_recorded:
        return "record more of its use, by several accounts"
    if not any(each.location in ("query", "path") for each in operation.parameters):
        return "it has no parameters, so name more accounts with --credential"
    return "name more accounts with --credential, or good values with --param"
