"""Whether a deployment can be tested, and why not: a contract that was never tested is not kept."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from metermock.checker.checks.base_values import in_order, inferred, needed
from metermock.checker.checks.lifeline import bad, why_untestable
from metermock.checker.checks.listed_things import shared
from metermock.checker.checks.seen_values import values_in
from metermock.checker.checks.session import Session
from metermock.checker.checks.shown_ids import created_ids, listed_ids
from metermock.checker.checks.unanswered import (
    OTHER_VALUES,
    text_of_error,
    why_nothing,
    why_unanswered,
    why_unasked,
)
from metermock.checker.checks.value_sources import elsewhere, named_values, shown_before, told
from metermock.checker.deployment.gateway import is_page
from metermock.checker.deployment.methods import READING
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import CRASHED, FORBIDDEN, NO_ACCESS, SUCCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.written_bodies import NOTHING, SentBody
from metermock.contract import Operation
from metermock.errors import CannotTestError, NoReplyError


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the first requests showed.

    `replies` go by operation and account; `dead` operations gave nobody a good reply, and say why;
    `refused` accounts got 401 or 403 from every operation; `barred` are operations by account that are for
    others, as 403 says.
    """

    replies: Mapping[tuple[str, str], Reply]
    dead: Mapping[str, str]
    refused: tuple[str, ...]
    barred: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why the check cannot be whole; empty if it can."""
        return "; ".join(f"the credential of {name!r} is refused everywhere" for name in self.refused)

    def shown(self, account: str) -> int:
        """How much an account's replies show: their numbers, zeros apart."""
        return sum(_numbers(reply.body) for (_, name), reply in self.replies.items() if name == account)


def preflight(session: Session, operations: Iterable[Operation]) -> Preflight:
    """A good request per operation and account, with values that the operation cannot be without.

    Values come from the configuration, the contract, and replies of other operations; where one is not
    answered the next is tried. Raises CannotTestError, with the reason, where no operation gives anybody a
    good reply.
    """
    looks = Looks(session, in_order(operations))
    looks.all()
    return looks.outcome()


@dataclass(frozen=True, slots=True)
class LastLook:
    """An operation that is asked once, after all others: what it deletes was there for them."""

    looks: Looks
    operation: Operation
    account: TargetAccount | None

    def settle(self) -> None:
        """Choose the values that are known from replies."""
        values = next(self.looks.tries(self.operation, self.account), None)
        if values is not None:
            name = self.account.name if self.account else None
            self.looks.session.base.settle(self.operation, name, dict(values[0]))

    def ask(self) -> tuple[Reply | None, str]:
        """The good reply, or None and why there is none."""
        self.looks.look(self.operation, self.account)
        reply = self.looks.replies.get((self.operation.id, self.account.name if self.account else ""))
        if reply is None:
            self.looks.judge_dead(self.operation)
        return reply, "; ".join(dict.fromkeys(self.looks.reasons[self.operation.id]))


def last_look(
    session: Session,
    flight: Preflight,
    operation: Operation,
    account: TargetAccount | None,
    operations: tuple[Operation, ...],
) -> LastLook:
    """A look with what the replies of the preflight showed."""
    name = account.name if account else ""
    # What bad bodies have left behind since is not judged.
    read = {(each.id, name) for each in operations if each.method in READING}
    looks = Looks(session, list(operations), replies=dict(flight.replies), accepted={name}, _looked=read)
    return LastLook(looks, operation, account)


@dataclass
class Looks:
    """Asks for a good reply of each operation to each account."""

    session: Session
    operations: Sequence[Operation]
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    good: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    refused: dict[str, None] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    """The last status of each operation."""
    forbidden: list[tuple[Operation, TargetAccount]] = field(default_factory=list)
    """Who got a documented 403."""
    pages: dict[str, Reply] = field(default_factory=dict)
    """The web page that an operation answered a good request with."""
    crashes: dict[str, Reply] = field(default_factory=dict)
    """The 500 that an operation answered a good request with."""
    _looked: set[tuple[str, str]] = field(default_factory=set)
    _locks: dict[tuple[str, str], threading.Lock] = field(default_factory=dict)
    """Who asks what another thread asks just now waits for its reply."""

    def first(self) -> TargetAccount | None:
        """Ask as the first account that gets a good reply, and return it; the next stand behind it."""
        for account in self.session.accounts:
            for operation in self.operations:
                self.look(operation, account)
            if any((each.id, account.name if account else "") in self.replies for each in self.operations):
                return account
        return self.session.accounts[0]

    def all(self) -> None:
        """Ask as every account."""
        for operation in self.operations:
            for account in self.session.accounts:
                if not self._is_spared(operation, account):
                    self.look(operation, account)

    def _is_spared(self, operation: Operation, account: TargetAccount | None) -> bool:
        """Whether one account has changed this, and requests are numbered: another is let in, as is known."""
        is_numbered = self.session.collector.options.max_requests is not None
        is_known = operation.id in self.good and account is not None and account.name in self.accepted
        return is_numbered and is_known and operation.method not in READING

    def tries(
        self, operation: Operation, account: TargetAccount | None
    ) -> Iterator[tuple[Mapping[str, Any], SentBody]]:
        """Values and bodies to try; where one kind has less of them, its last one goes on."""
        name = account.name if account else ""
        seen = self._seen(operation, name)
        rows = self.session.base.tries(operation, name or None, seen)
        values = [self._with_its_list(operation, name, row, seen) for row in rows]
        bodies = self.session.bodies.all(operation)
        for row in range(max(len(values), len(bodies)) if values and bodies else 0):
            yield values[min(row, len(values) - 1)], bodies[min(row, len(bodies) - 1)]

    def look(
        self, operation: Operation, account: TargetAccount | None, behind: tuple[Operation, ...] = ()
    ) -> None:
        """Ask until a reply is good, or no other value may change that; nothing where that has been done.

        What lists the things of this account is asked before, unless it is one of those `behind`, which wait
        for this one. Who cannot open the operation does not ask.
        """
        if not self.session.access.opens(operation, account):
            return
        for each in shown_before(operation, self.operations):
            if each not in behind:
                self.look(each, account, (*behind, operation))
        key = (operation.id, account.name if account else "")
        with self._locks.setdefault(key, threading.Lock()):
            if key not in self._looked:
                self._looked.add(key)
                self._look(operation, account)

    def _look(self, operation: Operation, account: TargetAccount | None) -> None:
        reasons = self.reasons.setdefault(operation.id, [])
        name = account.name if account else ""
        told, said, sent = why_unasked(operation), "", NOTHING
        for values, body in self.tries(operation, account):
            sent = body
            self.session.base.settle(operation, name or None, dict(values))
            self.session.bodies.settle(operation, body)
            reply = self._sent(operation, account)
            if isinstance(reply, str):
                reasons.append(reply)
                return
            told, said = why_untestable(operation, reply) or bad(operation, reply), text_of_error(reply)
            self.statuses[operation.id] = reply.status
            if reply.status in SUCCESS and is_page(operation, reply):
                self.pages[operation.id] = reply
            if reply.status == CRASHED:
                self.crashes[operation.id] = reply
            if reply.status == FORBIDDEN and account and operation.responses.find(FORBIDDEN):
                self.forbidden.append((operation, account))
            if reply.status in NO_ACCESS:
                self.refused[name] = None
            else:
                self.accepted.add(name)
            if not told:
                self.session.base.note_listed(operation, dict(values), self._seen(operation, name))
                self._take(operation, name, reply)
                return
            if reply.status not in OTHER_VALUES:
                break
        seen = self._seen(operation, name)
        if any(needed(operation)) and not any(seen.values()):
            # No reply to this account shows a thing that it has: the values are another's, or made.
            self.session.base.guess(operation, name or None)
        status = self.statuses.get(operation.id, 0)
        whose = (operation, account, status, told, self.operations)
        lists = inferred(operation, self.operations, "GET")
        shown_by = dict.fromkeys(each.id for key, each in lists.items() if seen.get(key))
        reasons.append(why_unanswered(*whose, body=sent.value, said=said, shown_by=shown_by))

    def _take(self, operation: Operation, account: str, reply: Reply) -> None:
        """Take note of a good reply."""
        self.replies[operation.id, account] = reply
        self.session.base.now = self.session.base.now or datetime.fromisoformat(reply.exchange.now)
        self.good.add(operation.id)
        if operation.method != "DELETE":
            # At once: its `Date` is held beside our clock, and the check may end before it is asked again.
            self.session.accept(operation, reply)

    def _seen(self, operation: Operation, account: str) -> dict[str, list[Any]]:
        """Values of parameters in replies: where the document points, where things are made, and listed."""
        found: dict[str, list[Any]] = {}
        for key, (each, expression) in told(operation, self.operations).items():
            reply = self.replies.get((each.id, account))
            found[key] = list(values_in(reply, expression)) if reply is not None else []
        for method, ids_in in (("POST", created_ids), ("GET", listed_ids)):
            for key, each in inferred(operation, self.operations, method).items():
                reply = self.replies.get((each.id, account))
                found.setdefault(key, []).extend(ids_in(reply, key) if reply is not None else [])
        for key, each in elsewhere(operation, self.operations).items():
            reply = self.replies.get((each.id, account))
            found.setdefault(key, []).extend(listed_ids(reply, key) if reply is not None else [])
        own = list(self.replies.items())
        others = [reply for (name, of), reply in own if of == account and name != operation.id]
        for key, values in named_values(operation, others).items():
            found[key] = found.get(key) or values
        return found

    def _with_its_list(
        self, operation: Operation, account: str, row: Mapping[str, Any], seen: Mapping[str, list[Any]]
    ) -> dict[str, Any]:
        """The values with those under which a list showed the id among them, such as its region."""
        found = dict(row)
        for key, source in inferred(operation, self.operations, "GET").items():
            if (
                str(row.get(key)) not in map(str, seen.get(key, ()))
                or (source.id, account) not in self.replies
            ):
                continue
            listing = self.session.base.of(source, account or None)
            for each in shared(operation, source, key):
                is_free = not self.session.base.configured(operation, account or None, each)
                if is_free and each.key in listing and each.key not in seen:
                    found[each.key] = listing[each.key]
        return found

    def _sent(self, operation: Operation, account: TargetAccount | None) -> Reply | str:
        """The reply, or why there is none."""
        client = self.session.client
        try:
            return client.send(operation, self.session.make(operation, {}, account))
        except NoReplyError as problem:
            if not self.accepted and not self.refused:
                # Nobody is there; to ask for every account would only take long.
                message = f"{client.target.url} cannot be reached: {problem}"
                raise CannotTestError(message) from None
            return str(problem)

    def outcome(self) -> Preflight:
        """What they have shown; CannotTestError where no operation gave anybody a good reply."""
        dead = {
            operation: "; ".join(dict.fromkeys(reasons))
            for operation, reasons in self.reasons.items()
            if operation not in self.good
        }
        refused = tuple(name for name in self.refused if name not in self.accepted)
        if not self.good:
            url = self.session.client.target.url
            why = why_nothing(self.session.contract, url, self.reasons, self.statuses)
            raise CannotTestError(f"{url} could not be tested: {why}")
        for operation in self.operations:
            if operation.id in dead:
                self.judge_dead(operation)
        return Preflight(self.replies, dead, refused, self._barred())

    def judge_dead(self, operation: Operation) -> None:
        """Judge what an operation without a good reply sends, where the API answers other operations.

        A page in the place of a reply is what the deployment sends then, and a 500 is its own.
        """
        if operation.id in self.pages:
            self.session.judge(operation, self.pages[operation.id])
        if operation.id in self.crashes:
            self.session.accept(operation, self.crashes[operation.id])

    def _barred(self) -> dict[str, tuple[str, ...]]:
        """Let nobody ask who may not: a document seldom says what an account is allowed to do."""
        found: dict[str, tuple[str, ...]] = {}
        for operation, account in self.forbidden:
            # Whoever is refused everywhere has a credential that does not count.
            if operation.id not in self.good or account.name not in self.accepted:
                continue
            if self._is_forbidden_again(operation, account):
                self.session.access.bar(operation, account)
                found[account.name] = (*found.get(account.name, ()), operation.id)
        return found

    def _is_forbidden_again(self, operation: Operation, account: TargetAccount) -> bool:
        """Whether a second request gets 403 too, whose form is judged: the account is asked nothing else.

        A good reply counts as if it had come first. Any other is met by what is asked next, and judged then.
        """
        reply = self._sent(operation, account)
        if isinstance(reply, str):
            return False
        if reply.status == FORBIDDEN:
            self.session.judge(operation, reply)
            return True
        if not (why_untestable(operation, reply) or bad(operation, reply)):
            self._take(operation, account.name, reply)
        return False


def _numbers(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_numbers, value.values()))
    if isinstance(value, list):
        return sum(map(_numbers, value))
    return int(isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0)
