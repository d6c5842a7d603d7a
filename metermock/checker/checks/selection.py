"""Which operations of a contract a check asks, and what it says about the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from metermock.address import shown
from metermock.checker.deployment.methods import SAFE
from metermock.checker.deployment.options import Options
from metermock.checker.findings.first_names import first_names
from metermock.contract import Contract, Operation
from metermock.contract.contract import LeftOut

_FEW = 5


@dataclass(frozen=True, slots=True)
class Selection:
    """The operations to ask; `left_out` says in a line each what is not asked, and why.

    `unreadable` are operations that should be asked and cannot be, since the document is broken there.
    """

    operations: tuple[Operation, ...]
    left_out: tuple[str, ...]
    unreadable: Mapping[str, str]


def selection(contract: Contract, options: Options) -> Selection:
    """What the options choose of a contract."""
    chosen = [operation for operation in contract.operations if _is_chosen(operation, options)]
    skipped = [each for each in chosen if _is_skipped(each, options)]
    asked = [each for each in chosen if each not in skipped]
    unsafe = [] if options.unsafe_methods else [each for each in asked if each.method not in SAFE]
    lines = []
    if unsafe:
        names = listed([f"{each.method} {each.path}" for each in unsafe])
        lines.append(f"not asked, since it may change data (--unsafe-methods asks): {names}")
    if skipped:
        lines.append(f"not asked, since --skip names it: {listed([each.id for each in skipped])}")
    unreadable = {}
    for left_out in contract.left_out:
        if not _is_chosen(left_out, options) or _is_skipped(left_out, options):
            continue
        if left_out.method in SAFE or options.unsafe_methods:
            unreadable[left_out.title] = str(left_out.problem).replace("\n", ";")
        else:
            lines.append(f"{left_out.title} cannot be read: {left_out.problem}".replace("\n", ";"))
    if contract.notes:
        count = "1 note" if len(contract.notes) == 1 else f"{len(contract.notes)} notes"
        further = "".join(f" --overlay {shown(each)}" for each in contract.source.further)
        lines.append(f"{count} on the document: metermock lint {shown(contract.path)}{further}")
    operations = tuple(each for each in asked if each not in unsafe)
    return Selection(operations, tuple(lines), unreadable)


def listed(names: Sequence[str]) -> str:
    """The first names of a line, and how many more there are."""
    return first_names(names, _FEW)


def _is_skipped(operation: Operation | LeftOut, options: Options) -> bool:
    names = (operation.id, f"{operation.method} {operation.path}")
    return any(fnmatchcase(name, pattern) for name in names for pattern in options.skip)


def _is_chosen(operation: Operation | LeftOut, options: Options) -> bool:
    if options.operations and operation.id not in options.operations:
        return False
    if options.tags and not set(options.tags) & set(operation.tags):
        return False
    return not options.paths or any(fnmatchcase(operation.path, pattern) for pattern in options.paths)
