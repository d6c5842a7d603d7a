"""Values that only the deployment itself knows: identifiers found in its replies."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from metermock.checker.checks.base_values import BaseValues
from metermock.checker.checks.expectation import Expectation, successes
from metermock.checker.checks.session import Session
from metermock.checker.deployment.methods import READING
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.findings.verdict import Unvaried
from metermock.checker.inputs.allowed import UNTOLD, is_closed, sure, unvaried
from metermock.checker.inputs.guard import CREDENTIAL
from metermock.contract import Operation
from metermock.contract.cel.expressions import Environment, EvaluationError, Expression

SeenValues = dict[str, tuple[Any, ...]]

_MOST = 4
_TWO = 2
"""Values of a parameter that is varied."""
_REFUSED = "no value that was sent got a good reply"
_LISTED = "it names a thing, and only one that a reply shows was answered"


def seen_values(session: Session, operation: Operation, account: TargetAccount | None) -> SeenValues:
    """Values worth asking for, by parameter; what `x-values-from` says is read out of a reply.

    `x-values-from` beside a parameter is `{operation: ID, values: CEL, gone: STATUS}`; the expression
    sees the reply's `body`. `gone`, where given, is how a value is answered that replies still show but
    that counts no more: who did something may have left since. Such values are left out, unless all
    are answered so.
    """
    found: SeenValues = {}
    for parameter in operation.parameters:
        source = parameter.document.get("x-values-from")
        values = _from_reply(session, operation, source, account) if source else ()
        if source and "gone" in source:
            # A value may go between two replies, as when somebody leaves: that is no breach.
            asking = {value: session.make(operation, {parameter.key: value}, account) for value in values}
            values = _present(session, operation, asking, int(source["gone"]))
        given = session.base.configured(operation, account.name if account else None, parameter)
        found[parameter.key] = sure(parameter, seen=(*given, *values), operation=operation)
    return found


def _from_reply(
    session: Session, operation: Operation, source: Mapping[str, str], account: TargetAccount | None
) -> tuple[Any, ...]:
    name = source.get("operation", operation.id)
    other = next(each for each in session.contract.operations if each.id == name)
    try:
        reply = session.ask(other, {}, session.access.like(other, account))
    except LookupError:
        return ()
    return values_in(reply, source["values"])[:_MOST] if reply else ()


def values_in(reply: Reply, expression: str) -> tuple[Any, ...]:
    """The values that a CEL expression finds in a reply's `body`, each once; none where it cannot."""
    return found_in(reply, expression) or ()


def found_in(reply: Reply, expression: str) -> tuple[Any, ...] | None:
    """As `values_in`, but None where the expression cannot tell."""
    try:
        values = Expression(expression).value(Environment({"body": reply.exchange.body}))
    except EvaluationError:
        return None
    return tuple(dict.fromkeys(values)) if isinstance(values, list) else None


def _present(
    session: Session, operation: Operation, asking: Mapping[Any, Request], gone: int
) -> tuple[Any, ...]:
    """The values whose requests are not answered by `gone`; all of them, where every one is."""
    expectation = Expectation(statuses=successes(operation) | {gone})
    replies = {value: session.send(operation, request, expectation) for value, request in asking.items()}
    present = (value for value, reply in replies.items() if reply and reply.status != gone)
    # Where every value is gone, the deployment refuses too much; asking with them shows it.
    return tuple(present) or tuple(asking)


def cut_short(operations: Iterable[Operation], base: BaseValues) -> tuple[Unvaried, ...]:
    """The parameters that could be varied, and were not before the check had reached its limits.

    Those of operations that may change data are sent in other ways, and are not looked at.
    """
    return tuple(
        Unvaried(operation.id, parameter.key, "since the check had reached its limits")
        for operation in operations
        if operation.method in READING
        for fixed in [{key for key, _ in unvaried(operation)}]
        for parameter in operation.parameters
        if parameter.key not in fixed and base.times_varied(operation, parameter.key) < _TWO
    )


def not_varied(
    operations: Iterable[Operation],
    dead: Container[str],
    seen: Mapping[tuple[str, str], SeenValues],
    leading: Callable[[Operation], Sequence[TargetAccount | None]],
    base: BaseValues,
) -> tuple[Unvaried, ...]:
    """The parameters of operations that were asked whose values were not varied, or not wholly.

    What the account that leads has seen counts as known; `base` tells which values replies have shown.
    """

    def known(operation: Operation) -> SeenValues:
        found, learnt = looked_up(operation), base.learnt(operation)
        return found | {key: (*found.get(key, ()), *values) for key, values in learnt.items()}

    def looked_up(operation: Operation) -> SeenValues:
        account = next(iter(leading(operation)), None)
        found = seen.get((operation.id, account.name if account else ""))
        if found is not None:
            return found
        # Not looked for, since the check ended before: what is configured is known all the same.
        name = account.name if account else None
        return {each.key: tuple(base.configured(operation, name, each)) for each in operation.parameters}

    asked = [each for each in operations if each.id not in dead]
    told = {(each.id, key): reason for each in asked for key, reason in unvaried(each, known(each))}
    return tuple(
        Unvaried(operation, key, _LISTED if reason == UNTOLD and base.is_listed(operation, key) else reason)
        for (operation, key), reason in (_refused(asked, base) | told).items()
        # The check of credentials varies it in its own way. Ids may be known beside other values only.
        if reason != CREDENTIAL and not (reason == UNTOLD and base.times_answered(operation, key) >= _TWO)
    )


def _refused(operations: Iterable[Operation], base: BaseValues) -> dict[tuple[str, str], str]:
    """The parameters whose values were all refused as documented: only the deployment knows good ones."""
    return {
        (operation.id, parameter.key): _REFUSED
        for operation in operations
        if operation.method in READING
        for parameter in operation.parameters
        if not is_closed(parameter) and base.is_refused(operation, parameter.key)
    }
