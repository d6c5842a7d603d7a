"""What one account was given must not work for another: its keys, its places in a list."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metermock.checker.checks.seen_values import declared, found_in
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import GOOD, Reply
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Operation, Parameter

_PAIRS = 3
_TELLING = re.compile(r"(?=.*\d).{8,}")
"""Identifiers and instants; words that every account has are shorter, or without digits."""


def foreign(session: Session, operation: Operation, replies: Mapping[TargetAccount, Reply]) -> None:
    """Ask as one account with the values of another, wherever a parameter has `x-belongs`.

    `x-belongs` is `{given: PARAMETERS, values: CEL, refused: STATUS, complete: BOOLEAN}`: the expression
    finds the values in the reply to a request with those parameters; with each of them, strangers are refused
    so. Where it is complete, a stranger is whoever's own reply does not have the value.
    """
    for parameter in operation.parameters:
        source = declared(session, parameter).get("x-belongs")
        if source:
            _foreign(session, operation, parameter, source, replies)


def _foreign(
    session: Session,
    operation: Operation,
    parameter: Parameter,
    source: Mapping[str, Any],
    replies: Mapping[TargetAccount, Reply],
) -> None:
    given, complete = source.get("given", {}), source.get("complete", False)
    rule, tried = session.ids.isolation, 0

    def ask(account: TargetAccount) -> tuple[Any, ...] | None:
        shown = session.ask(operation, given, account)
        return found_in(shown, source["values"]) if shown and shown.exchange.status in GOOD else None

    values_of = functools.cache(ask)
    for one, other in itertools.permutations(replies, 2):
        if tried >= _PAIRS:
            break
        kin = one.is_kin(other)
        if kin or (kin is None and not complete and not _apart(session, replies[one], replies[other])):
            continue
        values = values_of(one)
        # The other's own are asked for last: what is new meanwhile is no stranger's.
        own = ask(other) if complete and values else ()
        if not values or own is None:
            continue
        for value in [value for value in values if value not in own][:1]:
            tried += 1
            session.send(
                operation,
                session.make(operation, {parameter.name: value}, other),
                expected=frozenset({int(source["refused"])}),
                rule=rule,
                about=f"the {parameter.name} of another account",
            )
    if not tried:
        session.collector.inapplicable(rule, operation.id)


def _apart(session: Session, one: Reply, other: Reply) -> bool:
    """Whether what two replies name has nothing in common."""
    first, second = (set(_texts(session.essence(reply))) for reply in (one, other))
    return bool(first and second) and not first & second


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
    elif isinstance(value, str) and _TELLING.match(value):
        yield value
