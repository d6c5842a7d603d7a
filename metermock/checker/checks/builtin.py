"""Checks that need no rule in the contract, because they hold for every read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.checker.checks.comparisons import READS, Comparisons
from metermock.checker.checks.probes import Probes
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import example_values, singles, sure
from metermock.checker.inputs.guard import is_given, is_good, is_ours, sent
from metermock.contract import Operation
from metermock.contract.json_types import ABSENT
from metermock.contract.parameter import text_of

_STRANGER = ("metermock-unknown", "1")
_HEAD = 3
"""Requests that HEAD takes: GET, HEAD, and a look at what follows its headers."""


class Builtin:
    """Comparisons of replies that every contract gets."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.comparisons = Comparisons(session)
        self.probes = Probes(session)

    def announce(self, operation: Operation) -> None:
        """Name the checks, so that reports list those that never ran."""
        ids = self.session.ids
        self._expect(operation, ids.valid, "a valid request is answered")
        self._expect(operation, ids.repeatable, "two reads under one clock are equal")
        if operation.method == "GET":
            self._expect(operation, ids.head, "HEAD is GET without the body")
        self._expect(operation, ids.routing, "unknown paths are 404, unknown methods 405")
        if operation.is_unknown(_STRANGER[0]):
            self._expect(operation, ids.unknown, "an unknown query parameter is ignored")
        query = [parameter for parameter in operation.parameters if parameter.location == "query"]
        # One that has to be sent is never left out, so that nothing can be the same as none.
        if any(each.default is not ABSENT and not each.required for each in query):
            self._expect(operation, ids.defaults, "an explicit default is the same as none")
        if len(query) > 1:
            self._expect(operation, ids.order, "the order of parameters changes nothing")
        if any("enum" in parameter.resolved for parameter in query):
            self._expect(operation, ids.repeated, "of a repeated parameter the last one counts")

    def _expect(self, operation: Operation, rule: str, message: str) -> None:
        level = self.session.ids.level(rule)
        self.session.collector.expect(rule, operation.id, level=level, message=message)

    def steps(
        self, operation: Operation, values: Mapping[str, Any], account: TargetAccount | None
    ) -> Iterator[Step]:
        """The same request in several ways, whose replies are compared."""
        ids, request = self.session.ids, self.session.make(operation, values, account)
        yield Step(ids.repeatable, partial(self.comparisons.repeatable, operation, request), READS)
        if operation.is_unknown(_STRANGER[0]):
            # Elsewhere it is a field of an object that the whole query is, and may well count.
            stranger = request.with_query((*request.query, _STRANGER))
            yield self._equal(operation, ids.unknown, request, stranger, "with an unknown parameter")
        yield from self._defaults(operation, request)
        yield from self._order(operation, request)
        yield from self._repeated(operation, request)
        yield Step(ids.head, partial(self.probes.head, operation, request), _HEAD)

    def defaults_beside(self, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
        """All defaults spelled out beside each value of another parameter: a default may depend on it."""
        for values in singles(operation):
            request = self.session.make(operation, values, account)
            if left_out := _left_out(operation, request):
                yield self._spelled_out(operation, request, left_out)

    def _equal(self, operation: Operation, rule: str, one: Request, other: Request, how: str) -> Step:
        return Step(rule, partial(self.comparisons.equal, operation, rule, one, other, how), 2)

    def _defaults(self, operation: Operation, request: Request) -> Iterator[Step]:
        left_out = _left_out(operation, request)
        several = [left_out] if len(left_out) > 1 else []
        for added in [*([pair] for pair in left_out), *several]:
            yield self._spelled_out(operation, request, added)

    def _spelled_out(self, operation: Operation, request: Request, added: list[tuple[str, str]]) -> Step:
        spelled = request.with_query((*request.query, *added))
        what = " and ".join(f"{name}={text}" for name, text in added)
        return self._equal(operation, self.session.ids.defaults, request, spelled, f"with {what} spelled out")

    def _order(self, operation: Operation, request: Request) -> Iterator[Step]:
        added = [
            pair
            for parameter in operation.parameters
            if parameter.location == "query" and is_ours(operation, parameter)
            if not is_given(parameter, request.query)
            for value in sure(parameter)[-1:]
            for pair in parameter.pairs(value)
        ]
        # Nothing to turn around, so the input of an example is put beside it.
        if len(request.query) + len(added) < 2:  # noqa: PLR2004 - one parameter has one order
            added = list(sent(operation, example_values(operation)).query)
        both = request.with_query((*request.query, *added))
        # Of three, one may come too late in an order and in its reverse.
        names = list(dict.fromkeys(name for name, _ in both.query))
        orders = {
            "in reverse": in_order_of(names[::-1], both.query),
            "from A to Z": in_order_of(sorted(names), both.query),
            "from Z to A": in_order_of(sorted(names, reverse=True), both.query),
        }
        seen = {both.query}
        for how, query in orders.items():
            if query not in seen:
                seen.add(query)
                turned = both.with_query(query)
                yield self._equal(
                    operation, self.session.ids.order, both, turned, f"with its parameters {how}"
                )

    def _repeated(self, operation: Operation, request: Request) -> Iterator[Step]:
        for parameter in operation.parameters:
            members = [value for value in parameter.resolved.get("enum", ()) if is_good(parameter, value)]
            if parameter.location == "query" and len(members) > 1:
                others = [pair for pair in request.query if pair[0] != parameter.name]
                last = (parameter.name, text_of(members[-1]))
                once = request.with_query((*others, last))
                twice = request.with_query((*others, (parameter.name, text_of(members[0])), last))
                what = f"with another {parameter.name} before it"
                yield self._equal(operation, self.session.ids.repeated, once, twice, what)


def _left_out(operation: Operation, request: Request) -> list[tuple[str, str]]:
    """The defaults that a request leaves out."""
    return [
        pair
        for parameter in operation.parameters
        if parameter.location == "query" and not is_given(parameter, request.query)
        if parameter.default is not ABSENT and is_good(parameter, parameter.default)
        for pair in parameter.pairs(parameter.default)
    ]


def in_order_of(names: Sequence[str], query: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A query with its names in another order; the values of one name keep theirs, which may matter."""
    return tuple(pair for name in names for pair in query if pair[0] == name)
