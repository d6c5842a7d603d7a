"""Whether an operation gives every request the same reply, as static mocks do: one cause of many breaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from metermock.checker.deployment.request import Request
from metermock.checker.findings.check_ids import CheckIds
from metermock.contract import Breach, Operation, Relation

SAME = "gives every request the same reply"
ENOUGH = 5
"""Requests of different parameters that must have got it."""
Asked = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class _Operation:
    digests: set[int] = field(default_factory=set)
    asked: set[Asked] = field(default_factory=set)


class Sameness:
    """Notes good replies, and knows which breaches one reply to everything explains."""

    def __init__(self, operations: Iterable[Operation], ids: CheckIds) -> None:
        self._seen: dict[str, _Operation] = {}
        self._rules = {ids.isolation, ids.asked, ids.pages}
        self._said = {key for operation in operations for key in _of_requests(operation)}

    def note(self, request: Request, digest: int) -> None:
        """Note what a good reply said, by a number that two replies share which say the same."""
        known = self._seen.setdefault(request.operation, _Operation())
        # Two of each are enough to tell, so that a long check keeps little.
        if len(known.digests) < 2:  # noqa: PLR2004
            known.digests.add(digest)
        if len(known.asked) < ENOUGH:
            known.asked.add((request.url, tuple(sorted(request.pairs))))

    def cause_of(self, breach: Breach, operation: str) -> tuple[str, ...]:
        """The cause, where a breach is about what is asked, or by whom, and all replies were the same."""
        known = self._seen.get(operation)
        if known is None or len(known.digests) != 1 or len(known.asked) < ENOUGH:
            return ()
        if breach.rule not in self._rules and (operation, breach.rule, breach.message) not in self._said:
            return ()
        return (f"{operation} {SAME} ({breach.level})",)


def _of_requests(operation: Operation) -> Iterable[tuple[str, str, str]]:
    """The rules that speak of the request, and the relations of requests that ask for different things."""
    for rule in operation.rules:
        if "request" in rule.rule.names or (rule.when is not None and "request" in rule.when.names):
            yield operation.id, rule.id, rule.message
    for relation in operation.relations:
        if _asks_differently(relation):
            for asked in {spec.operation for spec in relation.requests.values()}:
                yield asked, relation.id, relation.message


def _asks_differently(relation: Relation) -> bool:
    specs = list(relation.requests.values())
    asked = {(spec.operation, tuple(sorted(map(repr, spec.changes.items())))) for spec in specs}
    return len(asked) > 1 or any(spec.is_list for spec in specs)
