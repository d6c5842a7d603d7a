"""What an operation answers where a thing is not there: an identifier like a known one is asked for."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from metermock.checker.checks.expectation import Expectation, successes
from metermock.checker.checks.seen_values import SeenValues
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.statuses import FAILURE, GONE, INVALID, NO_ACCESS, REFUSAL
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import candidates, is_closed
from metermock.checker.inputs.cursors import takes_cursor
from metermock.checker.inputs.guard import is_good
from metermock.contract import Operation, Parameter

_FAR = (1_000_003, 1_009, -1)
"""Distances to numbers that are no identifiers yet, or no longer."""
_CHANGED = 6
"""Characters of a text that are turned into others of their kind."""
_HEX = "0123456789abcdef"
_UNLIKE = ("not-given-out", "zz~0", 987_654_321)
"""Values that hardly a deployment has given out."""


def unknown_things(
    session: Session, operation: Operation, account: TargetAccount | None, seen: Callable[[], SeenValues]
) -> Iterator[Step]:
    """Requests for things that are not there, of the form of those that are: in the path, and in the query.

    `seen` are the values that replies showed. Of a path one value is asked for, since it names one thing.
    """
    if not session.collector.wants(session.ids.valid, operation.id):
        return
    named = [each for each in operation.parameters if each.location == "path" and not is_closed(each)]
    base = session.base.of(operation, account.name if account else None)
    for parameter in named[-1:]:
        value = next(iter(others_like(parameter, base.get(parameter.key))), None)
        if value is not None:
            expectation = _not_there(operation, f"an unknown {parameter.key}")
            yield _step(session, operation, account, {parameter.key: value}, expectation)
    for parameter in operation.parameters:
        if parameter.location == "query" and _is_given_out(parameter):
            known = [each for each in seen().get(parameter.key, ()) if is_good(parameter, each)]
            yield from _not_given(session, operation, account, parameter, known)


def _is_given_out(parameter: Parameter) -> bool:
    """Whether only replies tell its good values."""
    return "x-values-from" in parameter.document or takes_cursor(parameter)


def _not_given(
    session: Session,
    operation: Operation,
    account: TargetAccount | None,
    parameter: Parameter,
    known: list[Any],
) -> Iterator[Step]:
    """Requests with values that no reply gave out: one like a known one, and one that is like none."""
    expectation = _not_there(operation, f"a {parameter.key} that no reply gave out", (*INVALID, *GONE))
    like = [next(others_like(parameter, each), None) for each in known[:1]]
    # Where the schema lets values be made, those are sent anyway.
    made = candidates(parameter, operation=operation)
    unlike = None if made else next((each for each in _UNLIKE if parameter.reader.accepts(each)), None)
    for value in dict.fromkeys((*like, unlike)) if expectation.statuses else ():
        if value is not None and value not in known and is_good(parameter, value):
            yield _step(session, operation, account, {parameter.key: value}, expectation)


def others_like(parameter: Parameter, value: Any) -> Iterator[Any]:
    """Values of the same form, the most unlikely first, as far as the parameter's schema accepts them."""
    found: list[Any] = []
    if isinstance(value, int) and not isinstance(value, bool):
        found = [value + each for each in _FAR]
    elif isinstance(value, str):
        found = [str(int(value) + each) for each in _FAR] if re.fullmatch("[0-9]{1,18}", value) else []
        found.append(_turned(value))
    yield from (each for each in found if each != value and parameter.reader.accepts(each))


def _turned(text: str) -> str:
    """The text with other letters and digits at its end, behind the last separator."""
    name = re.split("[^A-Za-z0-9]", text)[-1]
    end, is_hex = name[-_CHANGED:], set(name.lower()) <= set(_HEX)
    return text.removesuffix(end) + "".join(_other(each, is_hex=is_hex) for each in end)


def _other(letter: str, *, is_hex: bool) -> str:
    kinds: tuple[str, ...] = (string.digits, *((_HEX[10:], _HEX[10:].upper()) if is_hex else ()))
    for kind in (*kinds, string.ascii_lowercase, string.ascii_uppercase):
        if letter in kind:
            return kind[(kind.index(letter) + len(kind) // 2) % len(kind)]
    return letter


def _step(
    session: Session,
    operation: Operation,
    account: TargetAccount | None,
    values: Mapping[str, Any],
    expectation: Expectation,
) -> Step:
    return Step(session.ids.valid, partial(_ask, session, operation, account, values, expectation))


def _ask(
    session: Session,
    operation: Operation,
    account: TargetAccount | None,
    values: Mapping[str, Any],
    expectation: Expectation,
) -> None:
    request = session.make(operation, values, account)
    if expectation.statuses:
        session.send(operation, request, expectation)
        return
    # The document does not say how it is refused; that a deployment fails is wrong all the same.
    reply = session.probe(operation, request, session.ids.valid, expectation.about)
    if reply is not None and reply.status in FAILURE:
        session.judge(operation, reply, due=False)


def _not_there(operation: Operation, about: str, refusals: Iterable[int] = GONE) -> Expectation:
    """The documented statuses of what is not there.

    What else is documented tells nothing, since the thing may be there, nor does a refusal of its form or
    of who asks.
    """
    documented = operation.responses.find
    statuses = frozenset(status for status in refusals if documented(status))
    others = {status for status in REFUSAL if documented(status)} | {*INVALID, *NO_ACCESS}
    return Expectation(about, statuses, unclear=(successes(operation) | others) - statuses)
