"""Whether an account gets what is another's: its usage, or replies for its keys and its places in lists."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from metermock.checker.checks.base_values import inferred
from metermock.checker.checks.expectation import Expectation
from metermock.checker.checks.seen_values import found_in
from metermock.checker.checks.selection import listed
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.secret import beginning
from metermock.checker.deployment.statuses import SUCCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.inputs.allowed import names_thing
from metermock.contract import Breach, Operation, Parameter
from metermock.contract.exchange import Level

_IDENTIFIER = re.compile(r"(?=.*\d)(?!\d{4}-\d\d)[\w-]{12,}")
"""What something is called, such as a UUID; no date, no instant, no word."""
_CURSOR = re.compile(
    r"(?:(?:next|prev|previous|start|end)_?)?(?:page_?)?(?:cursor|token|page|next|prev|previous|continuation)",
    re.IGNORECASE,
)
"""Fields that lead to other pages: accounts whose lists have the same places may have the same cursors."""
_TIME = re.compile(
    r"(?:time|stamp|date|day|hour|minute|at|start|begin|end|since|until|reset|from|to|ts)\Z", re.IGNORECASE
)
_UNIX = range(1_000_000_000, 4_200_000_000)
"""Instants as numbers, in seconds; from these on in milliseconds, by a thousand."""
_PAIRS = 3
"""Values of others that an operation's parameter is tried with."""
_TELLING = re.compile(r"(?=.*\d).{8,}")
"""Identifiers and instants; words that every account has are shorter, or without digits."""


def compare_accounts(session: Session, operation: Operation, replies: Mapping[TargetAccount, Reply]) -> None:
    """Accounts that show any usage must not show the same, nor lists that are mostly the same.

    Credentials of different kinds may belong to one account. They are compared only where the configuration
    names an owner for both, and the owners differ. So are replies about a thing that both named in the path:
    it may be shared, and only the document knows whose it is. A catalogue may be shared too, so that without
    a promise of the document it is a warning.
    """
    rule = session.ids.isolation
    level = session.ids.level(rule)
    for (one, first), (other, second) in itertools.combinations(replies.items(), 2):
        kin = one.is_kin(other)
        # A live key and a session token may be two ways into one account.
        apart = kin is None and (_kind(one) != _kind(other) or _is_of_one_thing(operation, first, second))
        shown = [each for each in (first, second) if each.status in SUCCESS]
        used = [each for each in shown if _has_usage(operation, session.essence(each))]
        if kin or apart or len(used) < 2:  # noqa: PLR2004 - both of them
            session.collector.inapplicable(rule, operation.id)
        # Both show usage, so that two empty accounts, which rightly look alike, never get here.
        elif received := _shared(session, first, second):
            message = f"{other.name} does not see the usage of {one.name}"
            advice = (
                f"If both credentials are of one account, say so: owner = {one.name!r} beside each of them."
            )
            breach = Breach(rule, level, "", f"another reply than {one.name}'s", received, message)
            session.collector.broken(breach, second.request, status=second.status, advice=advice)
        else:
            session.collector.kept(rule, operation.id)


def level_of_isolation(operation: Operation, ids: CheckIds) -> Level:
    """How grave it is that one account sees what is another's: *must* where `x-belongs` says whose it is."""
    belongs = any("x-belongs" in each.document for each in operation.parameters)
    return "must" if belongs else ids.level(ids.isolation)


def _is_of_one_thing(operation: Operation, one: Reply, other: Reply) -> bool:
    """Whether two requests name the same thing in their path; a date and a member of an enum name none."""
    names = {each.name for each in operation.parameters if names_thing(each)}
    named = [{pair for pair in reply.request.path if pair[0] in names} for reply in (one, other)]
    return bool(named[0]) and named[0] == named[1]


def _shared(session: Session, one: Reply, other: Reply) -> str:
    """What two replies share and must not; empty if nothing."""
    # Of what the check wrote itself, as both, only what the deployment called it can tell.
    if session.same(one, other) and not session.client.writings.may_show(other.exchange.body):
        return "the very same reply"
    for mine, theirs in _lists(session.essence(one), session.essence(other)):
        # Rows without an identifier, such as days with small counts, may be equal by chance.
        made = ((row, session.client.writings.rest_of(row)) for row in theirs)
        named = [row for row, rest in made if any(map(_is_identifier, _leaves(rest, ())))]
        if 2 * sum(row in mine for row in named) > len(named):
            return "mostly the same rows"
    return ""


def _lists(one: Any, other: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The lists of objects that two bodies have in the same places."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() & other.keys():
            yield from _lists(one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list):
        yield one, [row for row in other if isinstance(row, dict)]


def _is_identifier(leaf: Any) -> bool:
    return isinstance(leaf, str) and _IDENTIFIER.fullmatch(leaf) is not None


def _kind(account: TargetAccount) -> tuple[str, ...]:
    """What a credential looks like: its schemes, and how its value begins."""
    return tuple(f"{scheme} {beginning(secret.value)}" for scheme, secret in account.credential.items())


def _has_usage(operation: Operation, body: Any) -> bool:
    """Whether most numbers of a reply are not zero, or it names things; an unused account shows zeros.

    What echoes a parameter, such as the limit of a page, is not counted, nor what leads to another page,
    nor Unix times.
    """
    echoes = {parameter.name for parameter in operation.parameters}
    leaves = list(_leaves(body, echoes))
    numbers = [leaf for leaf in leaves if isinstance(leaf, (int, float))]
    return any(map(_is_identifier, leaves)) or 2 * sum(map(bool, numbers)) > len(numbers)


def _leaves(value: Any, echoes: Container[str]) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in echoes and not _CURSOR.fullmatch(name) and not _is_time(name, member):
                yield from _leaves(member, echoes)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, echoes)
    elif value is not None and not isinstance(value, bool):
        yield value


def _is_time(name: str, value: Any) -> bool:
    """Whether a number is an instant: what its field is called ends so, and it lies between 2001 and 2103."""
    if not isinstance(value, (int, float)) or not _TIME.search(name):
        return False
    return int(value) in _UNIX or int(value) // 1_000 in _UNIX


def ask_for_foreign_values(
    session: Session, operation: Operation, replies: Mapping[TargetAccount, Reply]
) -> None:
    """Ask as one account with the values of another, wherever a parameter has `x-belongs`.

    `x-belongs` is `{given: PARAMETERS, values: CEL, refused: STATUS, complete: BOOLEAN}`: the expression
    finds the values in the reply to a request with those parameters. Another account that asks with one of
    them must get the status `refused`. With `complete`, an account whose own reply lacks a value is another.
    """
    for parameter in operation.parameters:
        source = parameter.document.get("x-belongs")
        if source:
            _ask_for_values(session, operation, parameter, source, replies)


def untried_ids(operations: Iterable[Operation]) -> str:
    """A line about ids that a list shows to one account and nobody tries as another; empty for none.

    Only the document knows whether a thing is one account's alone.
    """
    operations = list(operations)
    names = [
        f"{operation.id}.{key}"
        for operation in operations
        if operation.method == "GET"
        and not any("x-belongs" in each.document for each in operation.parameters)
        for key in inferred(operation, operations, "GET")
    ]
    said = "not tried, whether an account gets the thing of another by its id (x-belongs says whose it is)"
    return f"{said}: {listed(names)}" if names else ""


def _ask_for_values(
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
        return found_in(shown, source["values"]) if shown and shown.status in SUCCESS else None

    # One request for the values of each account, however many others they are tried with.
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
        # One value of each pair will do: a server that mixes accounts up mixes all of it up.
        for value in [value for value in values if value not in own][:1]:
            tried += 1
            session.send(
                operation,
                session.make(operation, {parameter.name: value}, other),
                Expectation(
                    f"the {parameter.name} of another account",
                    frozenset({int(source["refused"])}),
                    rule,
                    level="must",
                ),
            )
    if not tried:
        session.collector.inapplicable(rule, operation.id)


def _apart(session: Session, one: Reply, other: Reply) -> bool:
    """Whether two replies name nothing in common."""
    first, second = (set(_texts(session.essence(reply))) for reply in (one, other))
    # Where nobody says whose the accounts are, only replies that share no name are taken for two owners'.
    return bool(first and second) and not first & second


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
    elif isinstance(value, str) and _TELLING.match(value):
        yield value
