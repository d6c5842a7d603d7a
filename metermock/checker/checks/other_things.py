"""Another of the things that a list shows, since a deployment may answer with the first one always."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from metermock.checker.checks.base_values import inferred
from metermock.checker.checks.expectation import Expectation
from metermock.checker.checks.session import Session
from metermock.checker.checks.shown_ids import listed_ids
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import REFUSAL
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import names_thing
from metermock.checker.inputs.guard import is_good, typed
from metermock.contract import Operation


def other_things(
    session: Session,
    operation: Operation,
    account: TargetAccount | None,
    known: Callable[[Operation], Reply | None],
) -> Iterator[Step]:
    """A request for a second thing of the innermost list; `known` is the reply of a list to this account.

    The thing may be gone by now, or be another's, so that a refusal tells nothing.
    """
    lists = inferred(operation, session.contract.operations, "GET")
    base = session.base.of(operation, account.name if account else None)
    things = [each for each in operation.parameters if names_thing(each) and each.key in lists]
    for parameter in things[-1:]:
        listing = known(lists[parameter.key])
        ids = listed_ids(listing, parameter.key) if listing is not None else []
        others = [typed(parameter, each) for each in ids if str(each) != str(base.get(parameter.key))]
        # Where the first thing is none of the list, what names one is not what the list calls its rows.
        if len(others) == len(ids) or "x-values-from" in parameter.document:
            continue
        for other in [each for each in others if is_good(parameter, each)][:1]:
            expectation = Expectation(f"another {parameter.key} of a list", unclear=frozenset(REFUSAL))
            run = partial(session.ask, operation, {parameter.key: other}, account, expectation)
            yield Step(session.ids.valid, run)
