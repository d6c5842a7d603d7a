"""What a list shows under each value of a parameter that it shares with the operation of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from metermock.checker.checks.base_values import inferred
from metermock.checker.checks.expectation import successes
from metermock.checker.checks.listed_things import chosen
from metermock.checker.checks.session import Session
from metermock.checker.checks.shown_ids import listed_ids
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import MOST_MEMBERS, candidates
from metermock.checker.inputs.guard import is_good, typed
from metermock.contract import Operation, Parameter


def things_beside(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A request to the list for each value, so that the id of one region is not sent with another."""
    for thing, source in inferred(operation, session.contract.operations, "GET").items():
        if not session.access.opens(source, account):
            continue
        usual = session.base.of(operation, account.name if account else None)
        listing = _Listing(session, operation, source, account, thing)
        for parameter in chosen(operation, source, thing):
            for value in candidates(parameter, operation=operation)[:MOST_MEMBERS]:
                if value != usual.get(parameter.key, parameter.default):
                    yield Step(session.ids.valid, partial(listing.look, parameter, value))


@dataclass(frozen=True, slots=True)
class _Listing:
    """The list of an operation's things; `thing` is the parameter that names one."""

    session: Session
    operation: Operation
    source: Operation
    account: TargetAccount | None
    thing: str

    def look(self, parameter: Parameter, value: Any) -> None:
        """Ask the list with one value of a parameter, and note the ids that it shows."""
        there = (parameter.location, parameter.name)
        key = next(each.key for each in self.source.parameters if (each.location, each.name) == there)
        reply = self.session.ask(self.source, {key: value}, self.account)
        if reply is None or reply.status not in successes(self.source):
            return
        named = next(each for each in self.operation.parameters if each.key == self.thing)
        ids = [typed(named, each) for each in listed_ids(reply, self.thing)]
        ids = [each for each in ids if is_good(named, each)]
        name = self.account.name if self.account else None
        things = self.session.base.things
        things.note(self.operation, name, self.thing, (parameter.key, value), ids)
