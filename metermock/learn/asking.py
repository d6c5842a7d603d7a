"""Asks a deployment for witnesses: the good requests of a check, of every account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from metermock.checker.checks.base_values import in_order
from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.preflight import Looks
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.session import Session
from metermock.checker.checks.sources import Sources
from metermock.checker.checks.steps import Source, Step, in_turns
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.methods import READING
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.watch import until_signal
from metermock.contract import Operation
from metermock.errors import BudgetExhaustedError
from metermock.learn.witness import Witness

MOST_ACCOUNTS = 5
"""Accounts that ask for each value of a parameter by itself."""
MOST_VALUES = 8
ALONE = 0.5
"""The part of the requests that these may take."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Replies, what was not asked, in lines, and how many requests went out, also those without a reply."""

    witnesses: list[Witness]
    lines: list[str]
    requests: int


class _Watching(Client):
    """A client that keeps every reply."""

    def __init__(self, target: Target, options: Options) -> None:
        super().__init__(target, options)
        self.witnesses: list[Witness] = []
        # Several credentials of one owner see the same data.
        self._owners = {each.name: each.owner or each.name for each in target.accounts}

    def send(self, operation: Operation, request: Request, *, patient: bool = True) -> Reply:
        """Send a request, and keep its reply."""
        reply = super().send(operation, request, patient=patient)
        account = request.account or ""
        self.witnesses.append(Witness(self._owners.get(account, account), reply.exchange))
        return reply


def asked(
    target: Target,
    options: Options,
    operations: Sequence[Operation],
    progress: Callable[[str], None],
    heartbeat: Callable[[int, float], None] = lambda _requests, _seconds: None,
) -> Heard:
    """The replies to the good requests of a check; those so far, where a signal ends it.

    `options.max_requests` bounds them; `heartbeat` gets the requests and seconds so far, every ten seconds.
    CannotTestError where nothing is answered.
    """
    reading = [each for each in operations if each.method in READING]
    with _Watching(target, options) as client:
        session = Session(client, Collector(target, options), CheckIds.of(target.contract.document))

        def ask() -> dict[str, str]:
            try:
                return _ask(session, reading, progress)
            except BudgetExhaustedError:
                # What was heard until then is what was wanted.
                return {}

        def stop() -> None:
            client.stop()
            session.ended.set()

        dead = until_signal(ask, stop, client, heartbeat) or {}
        lines = [f"{name} was not learned from: {why}" for name, why in dead.items()]
        # A request may be under way still, whose reply nobody waits for.
        return Heard([*client.witnesses], lines, client.requests)


def _ask(
    session: Session, operations: Sequence[Operation], progress: Callable[[str], None]
) -> dict[str, str]:
    """Look once as every account, then send every allowed request in turns; the operations that are dead."""
    open_to_some = [each for each in operations if not session.access.why_closed(each)]
    progress("asking as every account")
    looks = Looks(session, in_order(open_to_some))
    looks.all()
    flight = looks.outcome()
    sources = Sources(session, Builtin(session), Refusals(session))
    sources.accounts = [who for who in session.accounts if not who or who.name not in flight.refused]
    sources.usage = {who.name: flight.shown(who.name) for who in sources.accounts if who}
    for key, reply in flight.replies.items():
        sources.know(key, reply)
    progress("asking with every parameter")
    fair = session.client.requests + (session.collector.options.max_requests or 0) * ALONE
    alive = [each for each in open_to_some if each.id not in flight.dead]
    alone = [
        Source(operation, "allowed", (), _alone(sources, operation, account))
        for operation in alive
        for account in sources.openers(operation)[:MOST_ACCOUNTS]
    ]
    # Each value by itself first: combinations of several tell little of one of them.
    in_turns(alone, session.collector.options.workers, lambda: session.client.requests < fair)
    found = [
        source
        for operation in alive
        for account in sources.openers(operation)
        for source in sources.allowed(operation, account)
        if source.kind == "allowed"
    ]
    in_turns(found, session.collector.options.workers)
    return dict(flight.dead)


def _alone(sources: Sources, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """Every value that the schema of a parameter names, the others left as they are."""
    base = sources.session.base.of(operation, account.name if account else None)
    for parameter in operation.parameters:
        values = [value for value in parameter.resolved.get("enum", ()) if value is not None]
        values = values or ([False, True] if parameter.types == {"boolean"} else [])
        for value in values[:MOST_VALUES] if parameter.location == "query" else ():
            if value != parameter.default:
                asked = {**base, parameter.key: value}
                yield Step(sources.session.ids.valid, partial(sources.ask, operation, account, asked))
