"""Runs the relations of a contract, with drawn parameters, and tells broken ones from data that moves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from metermock.checker.checks.past_caches import LimitedError
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import ABSENT, Breach, Exchange, Inapplicable, Operation, Relation
from metermock.errors import MetermockError

ATTEMPTS = 6
PROOFS = 3
"""How often, seconds apart, an account whose data move must break a relation while they stand still."""
PROOFS_WHERE_STILL = 2
"""The same where the account's data are taken to stand still: they may just have begun to move, and show that
on one of two replicas only."""
MOST_AGAIN = 12
"""Requests of a relation that are asked again to see whether the data stood still."""
DRAWS = 3
SINGLES = 6
"""Values that a relation is run over alone, beside the drawn combinations."""
SINGLES_OF_MANY = 4
"""The same for a relation that makes a request per element."""
_SHARE = 0.6
"""How likely a parameter is to be among the drawn ones."""
_CURLS = 4
"""Lines of a finding that repeat its requests."""
_LISTED = 5
"""Requests of a list, as a guess."""
_SECOND = 1.05
"""Long enough for the next reply to have another `Date`."""
_SERIES = 2 * 3 * ATTEMPTS
"""Times that each request of a relation may be sent until it is proven broken, past caches as often again."""
_STALE = 1
"""Proofs that do not count where replies come from a cache: requests that were cached one after the other."""

_Answered = tuple[Request, Reply]


def _waits_for_date(relation: Relation) -> bool:
    """Whether the relation applies only once the deployment's clock has gone on."""
    return relation.when is not None and "date" in relation.when.text


def estimated(relation: Relation) -> int:
    """How many requests a relation may send; of a list nobody knows before it is asked for."""
    return sum(_LISTED if spec.is_list else 1 for spec in relation.requests.values())


class _NoReplyError(MetermockError):
    """A request of a relation got no reply, or must not be sent any more; the session has reported it."""


class Relations:
    """Runs relations within a session."""

    def __init__(self, session: Session, known: Mapping[str, Mapping[str, tuple[Any, ...]]]) -> None:
        self.session = session
        self.known = known
        self.operations = {operation.id: operation for operation in session.contract.operations}

    def announce(self, operation: Operation) -> None:
        """Name the relations, so that reports list those that never ran."""
        for relation in operation.relations:
            self.session.collector.expect(
                relation.id, operation.id, level=relation.level, message=relation.message
            )

    def run(self, relation: Relation, base: Mapping[str, Any], account: TargetAccount | None) -> None:
        """Run a relation over base parameters; report it where it is broken and the data stood still."""
        collector = self.session.collector
        if not collector.wants(relation.id, relation.operation):
            return
        askers = self._askers(relation, account)
        try:
            if askers is None or not self._is_judged(relation, base, account, askers):
                collector.inapplicable(relation.id, relation.operation, level=relation.level)
        except _NoReplyError:
            return

    def _askers(
        self, relation: Relation, account: TargetAccount | None
    ) -> dict[str, TargetAccount | None] | None:
        """Who asks each operation; None where somebody else can open one, whose data are others."""
        try:
            return {
                spec.operation: self.session.access.like(self.operations[spec.operation], account)
                for spec in relation.requests.values()
            }
        except LookupError:
            return None

    def _is_judged(
        self,
        relation: Relation,
        base: Mapping[str, Any],
        account: TargetAccount | None,
        askers: Mapping[str, TargetAccount | None],
    ) -> bool:
        """Whether it was counted as kept or reported as broken."""
        pause, proofs = 0.0, 0
        key = (relation.id, relation.operation, relation.message)
        confirmations, size = self.session.confirmations, estimated(relation)
        is_whole = confirmations.begin(key, whole=_SERIES * size, short=2 * size)
        for _ in range(ATTEMPTS):
            sent: list[Reply] = []
            waited: dict[int, int] = {}
            outcome = relation.run(
                base,
                partial(self._send, askers=askers, sent=sent, pause=pause),
                wait=partial(self._wait, sent=sent, waited=waited),
            )
            # Kept once is kept: data that moved could break a relation by chance, hardly ever mend it.
            if outcome is None:
                self.session.collector.kept(relation.id, relation.operation, level=relation.level)
                return True
            # A rule about two different dates needs the clock to go on between its requests.
            if isinstance(outcome, Inapplicable) and not pause and _waits_for_date(relation):
                pause = _SECOND
                continue
            # What a finding says already needs no second proof.
            if isinstance(outcome, Inapplicable) or (outcome.pointer,) in confirmations.places(key):
                return False
            # Where time has to pass, a rule speaks of what does not move with it.
            still = relation.waits or self._stand_still(
                [(reply.request, reply) for reply in sent], self._again
            )
            proofs += still
            needed = 1 if relation.waits else self._needed(key, account)
            if proofs >= needed and self._is_broken_past_caches(relation, base, askers, pause, needed):
                confirmations.prove(key, (outcome.pointer,))
                self.session.past_caches.confirm(relation.id, relation.operation)
                self._broken(relation, outcome, sent, waited)
                return True
            if relation.waits or (not still and not is_whole):
                break
            if not self.session.stillness.stands_still(account.name if account else None):
                # After that nothing is cached, so that the requests of the next proof are answered together.
                self.session.ended.wait(max(_SECOND, self.session.stillness.cached))
        confirmations.left_open(key)
        return False

    def _is_broken_past_caches(
        self,
        relation: Relation,
        base: Mapping[str, Any],
        askers: Mapping[str, TargetAccount | None],
        pause: float,
        needed: int,
    ) -> bool:
        """Whether it is broken where no cache has the replies, so many times by data that stood still.

        Of a cache that says nothing of itself all proofs before are one: its replies stay what they were.
        And one proof by two replicas, of which one is behind, may be chance. True where nobody can tell.
        """
        proofs = 0
        # What a cache says of itself was waited for: those were proofs of their own.
        most = PROOFS - bool(self.session.stillness.cached)
        for attempt in range(ATTEMPTS):
            if attempt:
                self.session.ended.wait(_SECOND)
            try:
                outcome, still = self._run_past_caches(relation, base, askers, pause)
            except _NoReplyError:
                return True
            except LimitedError:
                break
            if not isinstance(outcome, Breach):
                break
            proofs += still
            if proofs >= min(needed, most):
                return True
        self.session.past_caches.mend(relation.id, relation.operation)
        return False

    def _run_past_caches(
        self,
        relation: Relation,
        base: Mapping[str, Any],
        askers: Mapping[str, TargetAccount | None],
        pause: float,
    ) -> tuple[Breach | Inapplicable | None, bool]:
        """What comes of it where no cache has the replies, and whether the data stood still."""
        sent: list[_Answered] = []

        def ask(request: Request) -> Reply:
            reply = self.session.past_caches.ask(self.operations[request.operation], request)
            if reply is None:
                raise _NoReplyError
            return reply

        def send(name: str, values: Mapping[str, Any]) -> Exchange:
            if sent:
                self.session.ended.wait(pause)
            request = self.session.make(self.operations[name], values, askers[name])
            reply = ask(request)
            sent.append((request, reply))
            return self.session.judging.documented(reply)

        def wait(seconds: int) -> None:
            self._wait(seconds, sent=[reply for _, reply in sent], waited={})

        outcome = relation.run(base, send, wait=wait)
        still = isinstance(outcome, Breach) and (relation.waits or self._stand_still(sent, ask))
        return outcome, still

    def _needed(self, relation: tuple[str, str, str], account: TargetAccount | None) -> int:
        """How often the relation must be broken by data that stood still, until that is believed."""
        # A window that slides may lose a call and gain it back, and it may do so twice.
        again = self.session.confirmations.is_proven(relation)
        still = self.session.stillness.stands_still(account.name if account else None)
        if again:
            return 1
        if still:
            return PROOFS_WHERE_STILL
        return PROOFS + (_STALE if self.session.stillness.cached else 0)

    def _send(
        self,
        name: str,
        values: Mapping[str, Any],
        *,
        askers: Mapping[str, TargetAccount | None],
        sent: list[Reply],
        pause: float,
    ) -> Exchange:
        if sent:
            self.session.ended.wait(pause)
        operation = self.operations[name]
        reply = self.session.ask(operation, values, askers[name])
        if reply is None:
            raise _NoReplyError
        sent.append(reply)
        return self.session.judging.documented(reply)

    def _wait(self, seconds: int, *, sent: list[Reply], waited: dict[int, int]) -> None:
        """Wait for the deployment's clock; one that does not go on is not waited for."""
        waited[len(sent)] = seconds
        began, ended = time.monotonic(), self.session.ended
        first = sent[0]
        # A clock that stands, as a mock's does, shows after one second; waiting longer would change
        # nothing. A Date that is cached stands for longer.
        if not ended.wait(_SECOND):
            again = self.session.send(self.operations[first.request.operation], first.request)
            if again is not None and self.session.judging.dates.goes_on(again.exchange):
                ended.wait(max(0.0, seconds - (time.monotonic() - began)))
        if ended.is_set():
            raise _NoReplyError

    def _stand_still(self, sent: list[_Answered], ask: Callable[[Request], Reply | None]) -> bool:
        """Whether all requests, asked twice more, get the same replies: then nothing moved in between.

        They are asked from last to first, then from first to last, so that of two replicas that take turns
        each answers each of them.
        """
        if len(sent) > MOST_AGAIN:
            # A window that moved meanwhile shows at both ends as well as anywhere.
            half = MOST_AGAIN // 2
            sent = [*sent[:half], *sent[-half:]]
        return all(
            (again := ask(request)) is not None and self.session.same(reply, again)
            for request, reply in (*reversed(sent), *sent)
        )

    def _again(self, request: Request) -> Reply | None:
        return self.session.send(self.operations[request.operation], request)

    def _broken(
        self, relation: Relation, breach: Breach, sent: list[Reply], waited: Mapping[int, int]
    ) -> None:
        last, secrets = sent[-1], self.session.collector.target.secrets
        curls = [reply.request.curl(secrets) for reply in sent]
        for place, seconds in waited.items():
            if place == len(curls):
                # There was nothing to ask for after the wait.
                continue
            # Who repeats the requests by hand has to wait as the check did.
            curls[place] = f"sleep {seconds}; {curls[place]}"
        shown = curls if len(curls) <= _CURLS else [*curls[: _CURLS - 1], "…", curls[-1]]
        advice = "Compare the replies to:\n" + "\n".join(shown) if len(sent) > 1 else ""
        self.session.collector.broken(
            breach, last.request, status=last.status, advice=advice, owner=relation.operation
        )

    def bases(
        self, operation: Operation, relation: Relation, seed: int, *, many: bool
    ) -> list[dict[str, Any]]:
        """Base parameters to run a relation over: none; with `many`, also closed values and drawn ones.

        A parameter that one request takes away and another does not name is drawn too.
        A relation that reads page after page costs many requests, so it is drawn for once; one that makes
        a request per element is drawn for less often.
        """
        fixed = _fixed(relation)
        free = {
            parameter.name: self._values(operation, parameter.name)
            for parameter in operation.parameters
            if parameter.name not in fixed and parameter.location == "query"
        }
        free = {name: values for name, values in free.items() if values}
        dice = random.Random(f"{seed} {operation.id} {relation.id} {relation.message}")  # noqa: S311 - repeatable on purpose
        # Each relation has dice of its own, so one more in the contract changes no other's draws.
        drawn = [
            {name: dice.choice(v) for name, v in free.items() if dice.random() < _SHARE} for _ in range(DRAWS)
        ]
        if not many:
            return [{}]
        if not fixed and not any(spec.is_list for spec in relation.requests.values()):
            # The same request again: the checker itself asks that of more requests than these.
            return _distinct([{}, *drawn[:1]])
        if any(spec.follow for spec in relation.requests.values()):
            return _distinct([{}, *drawn[:1]])
        single = [{name: value} for name, values in free.items() for value in values]
        # Only a few of them are used, and not always the first parameter's.
        dice.shuffle(single)
        several = any(spec.is_list for spec in relation.requests.values())
        return _distinct(
            [{}, *drawn[: 1 if several else DRAWS], *single[: SINGLES_OF_MANY if several else SINGLES]]
        )

    def _values(self, operation: Operation, name: str) -> tuple[Any, ...]:
        parameter = operation.parameter(name)
        # A cursor belongs to one list and its parameters; drawn into another request it is refused.
        if parameter is None or "cursor" in name.lower():
            return ()
        values = self.known.get(operation.id, {}).get(name, ())
        return tuple(value for value in values if value != parameter.default or parameter.default is ABSENT)


def _fixed(relation: Relation) -> set[str]:
    """The parameters that some request sets, or that every request names."""
    changes = [spec.changes for spec in relation.requests.values()]
    given = {name for each in changes for name, value in each.items() if value is not None}
    return given | set.intersection(*(set(each) for each in changes))


def _distinct(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for each in found:
        if each not in kept:
            kept.append(each)
    return kept
