"""The good replies of one account, each requested once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metermock.checker.checks.session import Session
from metermock.checker.deployment.statuses import SUCCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Breach, Exchange, Inapplicable, Operation, Relation
from metermock.errors import CannotTestError

Key = tuple[str, str]
"""An operation and the meaning of its parameters: defaults filled in, in one order."""
Values = dict[str, Any]
Run = tuple["Relation", Values]
Pointer = tuple[str | int, ...]


class Recording:
    """Sends requests, keeps the replies, and can replay them with one reply changed."""

    def __init__(self, session: Session, account: TargetAccount | None) -> None:
        self.session = session
        self.account = account
        self.operations = {operation.id: operation for operation in session.contract.operations}
        self._replies: dict[Key, Exchange] = {}
        self._keys: dict[tuple[str, str], Key] = {}
        self._runs: dict[Key, dict[Pointer, list[Run]]] = {}

    def key(self, operation_id: str, values: Mapping[str, Any]) -> Key:
        """What a request means: the same for a default left out and one spelled out."""
        written = (operation_id, repr(sorted(values.items())))
        if written not in self._keys:
            operation = self.operations[operation_id]
            request = self.session.make(operation, values, self.account)
            headers = {name.lower(): value for name, value in request.headers}
            parameters, _ = operation.read(request.pairs, headers)
            self._keys[written] = (operation_id, repr(sorted(parameters.items())))
        return self._keys[written]

    def reply(self, operation_id: str, values: Mapping[str, Any]) -> Exchange:
        """The reply to a request, sent once."""
        key = self.key(operation_id, values)
        if key not in self._replies:
            reply = self.session.ask(self.operations[operation_id], values, self.account)
            if reply is None:
                raise CannotTestError(f"{operation_id}: the mock does not answer")
            self._replies[key] = reply.exchange
        return self._replies[key]

    def relate(self, operation: Operation, base: Values) -> None:
        """Run every relation of an operation over these parameters, and note which replies it looks at.

        Raises CannotTestError where a relation does not hold on good replies.
        """
        for relation in operation.relations:
            looked_at: dict[Key, None] = {}

            def send(
                name: str, values: Mapping[str, Any], looked_at: dict[Key, None] = looked_at
            ) -> Exchange:
                looked_at[self.key(name, values)] = None
                return self.reply(name, values)

            outcome = relation.run(base, send)
            if isinstance(outcome, Inapplicable):
                continue
            if outcome is not None:
                raise CannotTestError(
                    f"{outcome.rule} does not hold on the mock's own replies: {outcome.message}"
                )
            # Only these replies can break it, so a lie about any other need not be tried.
            for key in looked_at:
                self._runs.setdefault(key, {}).setdefault(relation.pointer, []).append((relation, base))

    def noticed(self, key: Key, lie: Exchange, *, bases: int) -> Breach | None:
        """The breach of the first relation that does not hold once the lie replaces this reply.

        The lie replaces the reply to every request that means the same. Each relation is tried over `bases`
        sets of parameters. A lie that leads to a refused request, as a wrong cursor does, is noticed too.
        """
        valid = self.session.ids.valid
        refused: list[Breach] = []

        def send(name: str, values: Mapping[str, Any]) -> Exchange:
            if self.key(name, values) == key:
                return lie
            reply = self.reply(name, values)
            if reply.status not in SUCCESS:
                refused.append(
                    Breach(valid, "must", "", "200", str(reply.status), "a valid request is answered")
                )
            return reply

        runs = self._runs.get(key, {})
        for pointer in list(runs):
            for relation, base in runs[pointer][:bases]:
                outcome = relation.run(base, send, explain=False)
                # A wrong cursor leads to a refusal, after which the relation does not apply: a check would
                # report the refusal.
                if isinstance(outcome, Inapplicable) and refused:
                    outcome = refused[0]
                if outcome is not None and not isinstance(outcome, Inapplicable):
                    # The next lie is likely of the same kind: what noticed this one is asked first.
                    self._runs[key] = {pointer: runs[pointer], **runs}
                    return outcome
        return None
