"""Compares replies: to the same request again, and to another request that means the same."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.confirmations import Key
from metermock.checker.checks.expectation import ALLOWED, Expectation
from metermock.checker.checks.moving_data import Bursts, distance, moves
from metermock.checker.checks.pairs import (
    IN_ONE_SENSE,
    LENGTH,
    PATIENCE,
    Outcome,
    Pairs,
    Place,
    differ_in_one_sense,
    is_other,
)
from metermock.checker.checks.past_caches import LimitedError
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.findings.causes import ALIKE
from metermock.contract import Breach, Operation

BURSTS = 6
READS = 4
"""How often the same request is sent in a row: two reads may come from the same one of two nodes."""
LONG_LOOKS = 7
"""Looks after a pause, beside which the changes within a burst are held."""
SHORT_LOOKS = 3
"""The same where another request has proven that reads differ."""
LONGEST_PAUSE = 10.0
FRESH = 8
"""Pairs past caches in which a difference must show once more.

Of a cache that says nothing of itself the pairs before are one, and two replicas, of which one is behind,
show four in one sense by chance, once in 128 times.
"""
FRESH_AGAIN = 4
"""The same where another request has proven the same rule broken; both requests come first once."""
LATER = 2
"""The pause before a look, in times of what the options call later: replicas lag no longer than that."""
LOOKS = 5
PAUSE = 1.0
_MOST_OF_PAIRS = 2 * (IN_ONE_SENSE + FRESH)
_FEW_OF_PAIRS = 2 * PATIENCE
_MOST_OF_BURSTS = READS * BURSTS + 2 * LONG_LOOKS
"""About how many requests a comparison takes where replies differ."""
PAUSES = 2
"""How many pauses must change no more than a read does; each is longer than the reads took together."""
_ANOTHER_SECOND = 1.05
_PAUSE_BEFORE = (2, 4)
"""The pairs before which a second has to pass, so that what one second shows is not taken for the rule."""
_CACHED_BEFORE = (*_PAUSE_BEFORE, 8, 16)
"""The same where replies come from a cache, which a pause has to outlast; between pauses nothing is new."""


class Comparisons:
    """Compares replies within a session; a difference that live data could have made is no finding."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def equal(self, operation: Operation, rule: str, one: Request, other: Request, how: str) -> None:
        """Two requests must get the same reply, whatever the data do meanwhile."""
        collector, confirmations = self.session.collector, self.session.confirmations
        if not collector.wants(rule, operation.id):
            return
        if confirmations.is_enough(rule, operation.id):
            collector.inapplicable(rule, operation.id)
            return
        key = (rule, operation.id)
        pairs = Pairs(
            still=self.session.stillness.stands_still(one.account),
            again=confirmations.is_proven(key),
            is_whole=confirmations.begin(key, whole=_MOST_OF_PAIRS, short=_FEW_OF_PAIRS),
        )
        # That it is refused breaks what the comparison is about, and that may be a custom only.
        custom = rule if self.session.ids.level(rule) == "should" else ""
        varied = Expectation(f"a valid request {how}", rule=custom)
        replies = self._asked_in_pairs((operation, (one, other), varied), (*key, how), pairs)
        if replies is None:
            return
        outcome = pairs.outcome
        if outcome is Outcome.DIFFERENT and not self._differ_past_caches(operation, rule, one, other, pairs):
            self.session.past_caches.mend(rule, operation.id)
            outcome = Outcome.UNDECIDED
        if outcome is Outcome.ALIKE:
            collector.kept(rule, operation.id)
        elif outcome is Outcome.UNDECIDED:
            confirmations.left_open(key)
            collector.inapplicable(rule, operation.id)
        elif outcome is Outcome.OPEN:
            # What is known to differ needs no second proof.
            collector.inapplicable(rule, operation.id)
        else:
            confirmations.prove((*key, how), self._place(*replies, pairs.place))
            self.session.past_caches.confirm(rule, operation.id)
            self._different(rule, other, *replies, how, place=pairs.place)

    def _asked_in_pairs(
        self, asked: tuple[Operation, tuple[Request, Request], Expectation], key: Key, pairs: Pairs
    ) -> tuple[Reply, Reply] | None:
        """The last replies to both, once the outcome is known, or a finding says how they differ.

        None where one got no reply.
        """
        operation, requests, varied = asked
        replies = dict[bool, Reply]()
        for read in itertools.count():
            if not pairs.still and not read % 2:
                self._pause(read // 2)
            turn = is_other(read)
            reply = self.session.send(operation, requests[turn], varied if turn else ALLOWED)
            if reply is None:
                return None
            if turn not in replies:
                self.session.hold_compared(operation, reply)
            replies[turn] = reply
            pairs.still = pairs.still and self.session.stillness.stands_still(reply.request.account)
            is_decided = pairs.note(self._said(reply)) is not Outcome.OPEN
            if is_decided or self._is_known(key, *replies.values()):
                break
        return replies[False], replies[True]

    def _differ_past_caches(
        self, operation: Operation, rule: str, one: Request, other: Request, pairs: Pairs
    ) -> bool:
        """Whether two requests differ where no cache has either reply; True where nobody can tell.

        So a replica that is behind is asked some more too.
        """
        again = self.session.confirmations.is_proven((rule, operation.id))
        if not again:
            self.session.ended.wait(_ANOTHER_SECOND)
        reads = []
        for read in range(2 * (FRESH_AGAIN if again else FRESH)):
            try:
                reply = self.session.past_caches.ask(operation, other if is_other(read) else one)
            except LimitedError:
                return False
            if reply is None:
                return True
            reads.append(self._said(reply))
        return differ_in_one_sense(reads, pairs.place)

    def _pause(self, pair: int) -> None:
        """Let time pass before some of the pairs."""
        cached = self.session.stillness.cached
        if pair in (_CACHED_BEFORE if cached else _PAUSE_BEFORE):
            self.session.ended.wait(max(_ANOTHER_SECOND, cached))

    def repeatable(self, operation: Operation, request: Request) -> None:
        """The same request must get the same reply, apart from new data.

        What new data change grows with the time between two reads. A reply that differs as much from one
        that came just before as from one that came long before differs for another reason.
        """
        rule, collector = self.session.ids.repeatable, self.session.collector
        if not collector.wants(rule, operation.id):
            return
        confirmations, key = self.session.confirmations, (rule, operation.id)
        is_whole = confirmations.begin(key, whole=_MOST_OF_BURSTS, short=0)
        bursts = Bursts()
        for _ in range(BURSTS):
            began = time.monotonic()
            replies = [reply for _ in range(READS) if (reply := self.session.send(operation, request))]
            if len(replies) < READS:
                return
            if all(self.session.same(replies[0], reply) for reply in replies):
                collector.kept(rule, operation.id)
                return
            if not is_whole or self._is_known(key, *replies):
                collector.inapplicable(rule, operation.id)
                return
            bursts.note([self._said(reply) for reply in replies], time.monotonic() - began)
        again = confirmations.is_proven(key)
        pause = max(bursts.pause, LATER * self.session.collector.options.later)
        before = replies[-1]
        for _ in range(SHORT_LOOKS if again else LONG_LOOKS):
            # Where replies take long, too much time would pass before enough of it has.
            if not bursts.is_odd() or pause > LONGEST_PAUSE or self.session.ended.wait(pause):
                confirmations.left_open(key)
                collector.inapplicable(rule, operation.id)
                return
            slow = self.session.send(operation, request)
            quick = self.session.send(operation, request)
            if slow is None or quick is None:
                return
            bursts.note_look(*map(self._said, (before, slow, quick)))
            before = quick
        if bursts.is_odd(wholly=True):
            first, second = next(
                (a, b) for a, b in itertools.pairwise(replies) if not self.session.same(a, b)
            )
            confirmations.prove(key, self._place(first, second))
            self._different(rule, request, first, second, "the same request again")
        else:
            confirmations.left_open(key)
            collector.inapplicable(rule, operation.id)

    def undisturbed(self, operation: Operation, request: Request) -> None:
        """Reading must not change what is read, where nobody else reads.

        Live data also change during a pause, and by more than between two reads. If each read changes the
        numbers by the same amount, in one sense, and a pause changes them by no more, reading is the cause.
        """
        rule, collector = self.session.ids.undisturbed, self.session.collector
        if not rule or not collector.wants(rule, operation.id):
            return
        started = time.monotonic()
        replies: list[Reply] = []
        steps: set[float] = set()
        # Two reads that are equal show that reading changes nothing: a counter of reads never stands still.
        while len(replies) < LOOKS and 0.0 not in steps:
            reply = self.session.send(operation, request)
            if reply is None:
                return
            replies.append(reply)
            steps |= {
                distance(*map(self.session.promised, pair)) for pair in itertools.pairwise(replies[-2:])
            }
        spent = time.monotonic() - started
        if 0.0 in steps:
            collector.kept(rule, operation.id)
            return
        # So far every read moved the numbers by the same. Live data do not keep that up over pauses that
        # are much longer than the reads were apart; a counter of reads does.
        while _is_counted(steps) and spent < PAUSE and len(replies) < LOOKS + PAUSES:
            self.session.ended.wait(PAUSE + LOOKS * spent)
            last = self.session.send(operation, request)
            if last is None:
                return
            steps.add(distance(*map(self.session.promised, (replies[-1], last))))
            replies.append(last)
        # Two replicas of which one is behind differ by the same for a while too, but to and fro.
        if (
            _is_counted(steps)
            and len(replies) == LOOKS + PAUSES
            and moves([self.session.promised(reply) for reply in replies])
        ):
            self._different(rule, request, replies[-2], replies[-1], "however often it is asked for")
        else:
            collector.inapplicable(rule, operation.id)

    def _said(self, reply: Reply) -> dict[str, Any]:
        """What is compared of a reply."""
        return {"status": reply.status, "body": self.session.promised(reply)}

    def _is_known(self, key: Key, *replies: Reply) -> bool:
        """Whether replies differ at a place where a finding says that they do."""
        places = self.session.confirmations.places(key)
        # What replies say is read for each of them, which takes a while where they are large.
        said = [self._said(reply) for reply in replies] if places else []
        return any(
            json_pointer.at(one, place) != json_pointer.at(other, place)
            for place in places
            for one, other in itertools.pairwise(said)
        )

    def _place(self, first: Reply, second: Reply, place: Place = ()) -> Place:
        """Where a finding says that two replies differ, within what is compared of them."""
        if first.status != second.status:
            return ("status",)
        one, other = self.session.promised(first), self.session.promised(second)
        return ("body", *json_pointer.path_of(_at(one, other, place)[0]))

    def _different(
        self, rule: str, request: Request, first: Reply, second: Reply, how: str, *, place: Place = ()
    ) -> None:
        one, other = self.session.promised(first), self.session.promised(second)
        if first.status != second.status:
            where, wanted, got = "", first.status, second.status
        else:
            where, wanted, got = _at(one, other, place)
        breach = Breach(
            rule,
            self.session.ids.level(rule),
            where,
            shown(wanted),
            shown(got),
            f"{ALIKE}{how}",
        )
        self.session.broken(breach, request, status=second.status)


def _is_counted(steps: set[float]) -> bool:
    """Whether each read changed the numbers by the same; texts and rows that change are no step."""
    return len(steps) == 1 and math.inf not in steps


def _at(one: Any, other: Any, place: Place) -> tuple[str, Any, Any]:
    """Where two bodies differ, as a pointer, and what each has: at `place`, or at the first difference."""
    path = place[1:]
    if path[-1:] == (LENGTH,):
        path = path[:-1]
    pointer = json_pointer.text_of(path)
    values = [json_pointer.at(each, path) for each in (one, other)]
    if path and values[0] != values[1]:
        return pointer, *values
    return json_pointer.difference(one, other)


def shown(value: Any) -> str:
    """A value as a line of a report has it."""
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"  # noqa: PLR2004 - a line of a report
