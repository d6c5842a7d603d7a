"""What is asked about operations that change nothing, by kind, operation and account."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import chain, islice

from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.endless_pages import endless_pages
from metermock.checker.checks.expectation import unless_elsewhere, unless_unknown
from metermock.checker.checks.isolation import ask_for_foreign_values, compare_accounts
from metermock.checker.checks.next_pages import cursors_of, next_pages
from metermock.checker.checks.other_media import other_media
from metermock.checker.checks.other_things import other_things
from metermock.checker.checks.refusals import Refusals
from metermock.checker.checks.relations import Relations, estimated
from metermock.checker.checks.seen_values import SeenValues, seen_values
from metermock.checker.checks.session import Session
from metermock.checker.checks.sorted_lists import sorted_lists
from metermock.checker.checks.steps import Source, Step
from metermock.checker.checks.things_beside import things_beside
from metermock.checker.checks.unknown_things import unknown_things
from metermock.checker.checks.whole_lists import whole_lists
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import GONE
from metermock.checker.deployment.target import TargetAccount, one_of_each
from metermock.checker.inputs.allowed import Values, any_made, combinations, singles
from metermock.checker.inputs.cursors import next_cursor
from metermock.checker.inputs.dates import latest_day
from metermock.checker.inputs.pairwise import identity
from metermock.contract import Operation, Relation

WHOLLY = 2
"""Accounts that get every request; the others get a sample."""
SAMPLE = 12
_TWO = 2
"""Accounts that can be compared."""
APART = 3
"""Values of parameters for which the accounts are compared too."""

Account = TargetAccount | None


class Sources:
    """Makes each source once, so that what one round has taken no other takes again."""

    def __init__(self, session: Session, builtin: Builtin, refusals: Refusals) -> None:
        self.session = session
        self.builtin = builtin
        self.refusals = refusals
        self.needed = refusals.needed
        self.replies: dict[tuple[str, str], Reply] = {}
        """A good reply that is known, by operation and account."""
        self.accounts: list[Account] = []
        """The accounts that are let in, once that is known."""
        self.usage: Mapping[str, int] = {}
        """How much of it each account has shown, by name."""
        self.seen: dict[tuple[str, str], SeenValues] = {}
        self._asked: set[tuple[str, str, str]] = set()
        """Values that were asked for before their turn, by operation and account."""
        self._combined: dict[tuple[str, str], list[Values]] = {}
        self._made: dict[tuple[str, str, str], list[Source]] = {}
        self._lock = threading.RLock()

    def leading(self, operation: Operation) -> list[Account]:
        """Of each owner an account that can open the operation, those that show most usage first.

        Most rules show only where there is some.
        """
        leaders = one_of_each(self.openers(operation))
        return sorted(leaders, key=lambda who: -self.usage.get(who.name if who else "", 0))

    def asker(self, operation: Operation) -> Account:
        """The first account that can open the operation, one that got a good reply if there is any."""
        openers = self.openers(operation)
        good = (each for each in openers if (operation.id, each.name if each else "") in self.replies)
        return next(good, None) or next(iter(openers), None)

    def openers(self, operation: Operation) -> list[Account]:
        """The accounts that can open the operation, except those that are refused everywhere."""
        return [each for each in self.accounts if self.session.access.opens(operation, each)]

    def know(self, key: tuple[str, str], reply: Reply) -> None:
        """Take a good reply to a request without parameters, which need not be sent again."""
        self.replies[key] = reply
        self._asked.add((*key, identity({})))

    def allowed(self, operation: Operation, account: Account) -> list[Source]:
        """Every allowed request, and the comparisons of one.

        Those sources that depend on who leads tell no rules, so that nobody looks ahead in them too early.
        """
        ids = self.session.ids
        same = (ids.repeatable, ids.unknown, ids.defaults, ids.order, ids.repeated, ids.head)
        return self._once(
            "allowed",
            operation,
            account,
            lambda: [
                Source(operation, "allowed", (), self._allowed(operation, account)),
                Source(operation, "pages", (), self._pages(operation, account)),
                Source(operation, "whole", (), self._whole(operation, account)),
                Source(operation, "compared", same, self.builtin.steps(operation, {}, account)),
                Source(operation, "compared", (), self._defaults(operation, account)),
            ],
        )

    def refused(self, operation: Operation, account: Account) -> list[Source]:
        """Every request that must be refused, as one account."""
        return self._once("refused", operation, account, lambda: self._refused(operation, account))

    def relations(self, operation: Operation, account: Account) -> list[Source]:
        """Each relation once, then over other parameters too."""
        if not self.needed.relations(operation):
            return []
        rules = [relation.id for relation in operation.relations]
        return self._once(
            "relations",
            operation,
            account,
            lambda: [
                Source(operation, "relations", rules, self._relations(operation, account)),
                Source(operation, "relations", (), self._drawn_relations(operation, account)),
            ],
        )

    def late(self, operation: Operation, account: Account) -> list[Source]:
        """The relations whose requests lie seconds apart, a source each: they wait side by side."""

        def made() -> list[Source]:
            waiting = [each for each in operation.relations if each.waits]
            steps = [(each.id, [self._relation(each, account)]) for each in waiting]
            return [Source(operation, "late", [rule], one) for rule, one in steps]

        return self._once("late", operation, account, made)

    def isolation(self, operation: Operation) -> list[Source]:
        """The accounts beside each other."""
        rule = self.session.ids.isolation
        if not self.needed.isolation(operation) or len(self.session.access.of(operation)) < _TWO:
            return []
        return self._once(
            "isolation",
            operation,
            None,
            lambda: [Source(operation, "isolation", [rule], self._isolation(operation))],
        )

    def combinations(self, operation: Operation, account: Account) -> list[Values]:
        """The values of every allowed request, whoever has asked for them."""
        key = (operation.id, account.name if account else "")
        reply = self.replies.get(key)
        if key not in self._combined and reply is not None:
            seen, seed = self.seen_by(operation, account), self.session.collector.options.seed
            now = reply.exchange.now
            self._combined[key] = combinations(operation, seen, now, seed, self._shown(reply, key[1], now))
        return self._combined.get(key, [])

    def has_combinations(self, operation: Operation, account: Account) -> bool:
        """Whether they are known already: else requests may have to be sent first."""
        return (operation.id, account.name if account else "") in self._combined

    def _shown(self, reply: Reply, account: str, now: str) -> date | None:
        """The last day that a reply shows; where it shows none, that of the account's other replies."""
        others = [each.body for (_, name), each in list(self.replies.items()) if name == account]
        return latest_day(reply.body, now) or latest_day(others, now)

    def ask(self, operation: Operation, account: Account, values: Values) -> None:
        """Send an allowed request, once."""
        key = (operation.id, account.name if account else "", identity(values))
        if key in self._asked:
            return
        self._asked.add(key)
        if self._is_nowhere(operation, account, values):
            return
        # A value that is only made may name a thing that is not there, which is refused as documented.
        is_made = any_made(operation, values, self.seen_by(operation, account))
        expectation = unless_unknown(operation) if is_made else unless_elsewhere(operation, values)
        self.session.ask(operation, values, account, expectation)

    def _is_nowhere(self, operation: Operation, account: Account, values: Values) -> bool:
        """Whether no thing is known to be where these values look, and no refusal says so."""
        is_told = any(operation.responses.find(status) for status in GONE)
        name = account.name if account else None
        return not is_told and self.session.base.things.is_nowhere(operation, name, values)

    def is_asked(self, operation: Operation, account: Account, values: Values) -> bool:
        """Whether an allowed request has been sent."""
        return (operation.id, account.name if account else "", identity(values)) in self._asked

    def seen_by(self, operation: Operation, account: Account) -> SeenValues:
        """The values of parameters that are known from replies to an account."""
        key = (operation.id, account.name if account else "")
        # Under a lock, so that two sources that need the same replies do not both ask for them.
        with self._lock:
            if key not in self.seen:
                self.seen[key] = seen_values(self.session, operation, account)
            return self.seen[key]

    def _once(
        self, kind: str, operation: Operation, account: Account, make: Callable[[], list[Source]]
    ) -> list[Source]:
        key = (kind, operation.id, account.name if account else "")
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]

    def _allowed(self, operation: Operation, account: Account) -> Iterator[Step]:
        rule = self.session.ids.valid
        if not self.needed.allowed(operation):
            return
        if (operation.id, account.name if account else "") not in self.replies:
            # What was answered badly at first is judged now.
            yield Step(rule, partial(self.session.ask, operation, {}, account))
            return
        chosen = self._chosen(operation, account)
        if chosen:
            yield from things_beside(self.session, operation, account)
            name = account.name if account else ""
            yield from other_things(
                self.session, operation, account, lambda each: self.replies.get((each.id, name))
            )
        for values in chosen:
            yield Step(rule, partial(self.ask, operation, account, values))

    def _pages(self, operation: Operation, account: Account) -> Iterator[Step]:
        """The next pages of a list; made when they are taken, since it is known late who leads."""
        first = self.replies.get((operation.id, account.name if account else ""))
        is_wanted = self.needed.allowed(operation) and account in self.leading(operation)[:WHOLLY]
        if first is not None and is_wanted:
            yield from next_pages(self.session, operation, account, first)

    def _whole(self, operation: Operation, account: Account) -> Iterator[Step]:
        """The list beside its pages and in other orders, as the account that shows most."""
        is_known = (operation.id, account.name if account else "") in self.replies
        if is_known and account in self.leading(operation)[:1]:
            for steps in (whole_lists, sorted_lists, endless_pages):
                yield from steps(self.session, operation, account)

    def _chosen(self, operation: Operation, account: Account) -> list[Values]:
        """What an account asks for; those that do not lead ask for nothing more."""
        if account not in self.leading(operation):
            return []
        found = self.combinations(operation, account)
        if account in self.leading(operation)[:WHOLLY]:
            return found
        dice = random.Random(f"{self.session.collector.options.seed} {operation.id} {account}")  # noqa: S311 - repeatable
        return dice.sample(found, min(SAMPLE, len(found)))

    def _defaults(self, operation: Operation, account: Account) -> Iterator[Step]:
        if account in self.leading(operation)[:1]:
            yield from self.builtin.defaults_beside(operation, account)

    def _refused(self, operation: Operation, account: Account) -> list[Source]:
        ids, refusals = self.session.ids, self.refusals
        routing = Step(ids.routing, partial(self.builtin.probes.routing, operation, account), 2)
        found = [
            Source(operation, "routing", [ids.routing], [routing]),
            Source(operation, "unknown", (), self._unknown(operation, account)),
            Source(operation, "media", (), other_media(self.session, operation, account)),
        ]
        if self.needed.bad_inputs(operation):
            examples = {ids.invalid, *ids.examples.values()}
            found += [
                Source(operation, "parameters", [ids.invalid], refusals.parameters(operation, account)),
                Source(operation, "examples", examples, refusals.examples(operation, account)),
            ]
        if account is not None and not operation.is_guarded and any(operation.security):
            anonymous = refusals.anonymous(operation, account)
            found.append(Source(operation, "anonymous", [ids.valid], anonymous))
        if not self.needed.bad_credentials(operation):
            return found
        configured = [refusals.configured(operation, each) for each in refusals.refused(operation)]
        rules = {step.rule for step in configured}
        steps: Iterable[Step] = configured
        if account is not None and operation.is_guarded:
            rules |= {ids.credentials, ids.precedence}
            several = (refusals.credentials, refusals.any_case, refusals.beside)
            others = self._other_ways(operation, account)
            steps = chain(*(one(operation, account) for one in several), others, configured)
        elif account is not None:
            rules |= {ids.credentials} if any(operation.security) else set()
            steps = chain(self._other_ways(operation, account), configured)
        return [*found, Source(operation, "credentials", rules, steps)]

    def _unknown(self, operation: Operation, account: Account) -> Iterator[Step]:
        return unknown_things(self.session, operation, account, partial(self._given_out, operation, account))

    def _given_out(self, operation: Operation, account: Account) -> SeenValues:
        """The values that replies to an account have shown, with the cursor of its first one."""
        found = dict(self.seen_by(operation, account))
        first = self.replies.get((operation.id, account.name if account else ""))
        if first is None:
            return found
        for each in cursors_of(self.session, operation, account):
            cursor = next_cursor(each, first.exchange.body, first.exchange.headers)
            found[each.key] = () if cursor is None else (cursor,)
        return found

    def _other_ways(self, operation: Operation, account: TargetAccount) -> Iterator[Step]:
        """Every other way in; made when it is taken, since it is known late who else is let in."""
        others = [each for each in self.openers(operation) if each is not None]
        yield from self.refusals.other_ways(operation, list(dict.fromkeys((account, *others))))

    def _relations(self, operation: Operation, account: Account) -> Iterator[Step]:
        yield from (self._relation(each, account) for each in operation.relations if not each.waits)

    def _relation(self, relation: Relation, account: Account) -> Step:
        run = partial(Relations(self.session, {}).run, relation, {}, account)
        return Step(relation.id, run, estimated(relation))

    def _drawn_relations(self, operation: Operation, account: Account) -> Iterator[Step]:
        """The relations over base parameters."""
        relations = Relations(self.session, {operation.id: self.seen_by(operation, account)})
        many = account in self.leading(operation)[:WHOLLY]
        seed = self.session.collector.options.seed
        for relation in operation.relations:
            if relation.waits:
                continue
            for base in relations.bases(operation, relation, seed, many=many)[1:]:
                yield Step(relation.id, partial(relations.run, relation, base, account), estimated(relation))

    def _isolation(self, operation: Operation) -> Iterator[Step]:
        for values in ({}, *islice(singles(operation), APART)):
            # A second credential of an owner may be taken for somebody else's.
            owned = [each for each in self.openers(operation) if not values and each and each.owner]
            accounts = list(dict.fromkeys((*self.leading(operation), *owned)))
            run = partial(self._compared, operation, values, accounts)
            yield Step(self.session.ids.isolation, run, len(accounts))

    def _compared(self, operation: Operation, values: Values, accounts: Iterable[Account]) -> None:
        found = {
            account: reply
            for account in accounts
            if account and (reply := self.session.ask(operation, values, account)) is not None
        }
        compare_accounts(self.session, operation, found)
        if not values:
            ask_for_foreign_values(self.session, operation, found)
