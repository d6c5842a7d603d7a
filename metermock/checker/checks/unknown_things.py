"""What an operation answers where a thing is not there: an identifier like a known one is asked for."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import partial
from typing import Any

from metermock.checker.checks.expectation import Expectation, successes
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.statuses import FAILURE, GONE, INVALID, NO_ACCESS, REFUSAL
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import is_closed
from metermock.contract import Operation, Parameter

_FAR = (1_000_003, 1_009, -1)
"""Distances to numbers that are no identifiers yet, or no longer."""
_CHANGED = 6
"""Characters of a text that are turned into others of their kind."""
_HEX = "0123456789abcdef"


def unknown_things(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A request for a thing that is not there, of the form of one that is; one for each operation."""
    named = [each for each in operation.parameters if each.location == "path" and not is_closed(each)]
    base = session.base.of(operation, account.name if account else None)
    for parameter in named[-1:]:
        value = next(iter(others_like(parameter, base.get(parameter.key))), None)
        if value is not None and session.collector.wants(session.ids.valid, operation.id):
            yield Step(session.ids.valid, partial(_ask, session, operation, account, parameter, value))


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


def _ask(
    session: Session, operation: Operation, account: TargetAccount | None, parameter: Parameter, value: Any
) -> None:
    request = session.make(operation, {parameter.key: value}, account)
    expectation = _not_there(operation, f"an unknown {parameter.key}")
    if expectation.statuses:
        session.send(operation, request, expectation)
        return
    # The document does not say how it is refused; that a deployment fails is wrong all the same.
    reply = session.probe(operation, request, session.ids.valid, expectation.about)
    if reply is not None and reply.status in FAILURE:
        session.judge(operation, reply, due=False)


def _not_there(operation: Operation, about: str) -> Expectation:
    """The documented statuses of what is not there.

    What else is documented tells nothing, since the thing may be there, nor does a refusal of its form or
    of who asks.
    """
    documented = operation.responses.find
    statuses = frozenset(status for status in GONE if documented(status))
    others = {status for status in REFUSAL if documented(status)} | {*INVALID, *NO_ACCESS}
    return Expectation(about, statuses, unclear=(successes(operation) | others) - statuses)
