"""Relations: what several replies must satisfy together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.contract.cel.expressions import Environment, EvaluationError, Expression
from metermock.contract.cel.function_error import as_text
from metermock.contract.exchange import Breach, Exchange, Level
from metermock.contract.judging import UNREAD, read_body
from metermock.contract.rules import SUCCESS, breach, failure, view_of

Parameters = dict[str, Any]
Replies = dict[str, Exchange | list[Exchange]]

MOST_REQUESTS = 200
"""The longest chain of a `follow`; a longer one is taken for endless."""


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """The relation says nothing about these replies."""

    reason: str


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """One named request of a relation, or with `each` or `follow` several.

    `changes` are put over the base request's parameters; null takes one away. `operation` is an id;
    parameters of the base request that it does not have are left out. It is sent `later` seconds after
    the request before it.
    """

    name: str
    operation: str
    changes: Mapping[str, Any]
    each: Expression | None
    follow: Expression | None
    takes: frozenset[str]
    later: int = 0

    @property
    def is_list(self) -> bool:
        """Whether a rule sees a list of replies under this name."""
        return self.each is not None or self.follow is not None

    def parameters(self, base: Mapping[str, Any]) -> Parameters:
        """The parameters of its first, or only, request."""
        # The base request may be one of another operation, with parameters that this one does not have.
        kept = {name: value for name, value in base.items() if name in self.takes}
        return _changed(kept, self.changes)

    def sets(self, base: Mapping[str, Any], replies: Replies) -> list[Parameters]:
        """The parameters of each of its requests, as far as they are known before the first is sent."""
        first = self.parameters(base)
        if self.each is None:
            return [first]
        listed = self.each.value(Environment(views(replies)))
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
            raise EvaluationError(f"each gives {as_text(listed)}, not a list of maps")
        return [_changed(first, item) for item in listed]

    def next(self, reply: Exchange) -> Parameters | None:
        """What to change for the request after `reply`; None where that was the last."""
        if self.follow is None:
            return None
        changes = self.follow.value(Environment(_view(reply)))
        if changes is not None and not isinstance(changes, dict):
            raise EvaluationError(f"follow gives {as_text(changes)}, neither a map nor null")
        return changes


@dataclass(frozen=True, slots=True)
class Relation:
    """One entry of `x-relations`; `operation` is the id of the one beside which it stands."""

    id: str
    level: Level
    message: str
    operation: str
    requests: Mapping[str, RequestSpec]
    rule: Expression
    when: Expression | None
    pointer: tuple[str | int, ...]

    @property
    def waits(self) -> bool:
        """Whether one of its requests is sent later than the others."""
        return any(spec.later for spec in self.requests.values())

    def holds(self, replies: Replies, *, explain: bool = True) -> Breach | Inapplicable | None:
        """What is wrong with these replies together: nothing (None), a breach, or it does not apply."""
        refused = _refused(replies)
        if refused:
            return Inapplicable(refused)
        try:
            environment = Environment(views(replies))
            if self.when is not None and not self.when.holds(environment):
                return Inapplicable("when is false")
        except EvaluationError as problem:
            return failure(self.id, self.level, self.message, self.when or self.rule, problem)
        return breach(self.id, self.level, self.message, self.rule, environment, explain=explain)

    def run(
        self,
        base: Mapping[str, Any],
        send: Callable[[str, Parameters], Exchange],
        *,
        wait: Callable[[int], None] = lambda _: None,
        explain: bool = True,
    ) -> Breach | Inapplicable | None:
        """Send its requests, each over the base parameters, and tell what is wrong with the replies.

        `send` takes an operation's id and its parameters, `wait` the seconds to wait before a request that
        is sent later. Without `explain` a breach does not tell where.
        """
        replies: Replies = {}
        for spec in self.requests.values():
            if spec.later:
                wait(spec.later)
            try:
                replies[spec.name] = _replies(spec, base, replies, send)
            except EvaluationError as problem:
                return failure(
                    self.id, self.level, self.message, spec.each or spec.follow or self.rule, problem
                )
            # Asked after every request: those that follow would be sent in vain.
            refused = _refused(replies)
            if refused:
                return Inapplicable(refused)
        return self.holds(replies, explain=explain)


def run_relation(
    relation: Relation, base: Mapping[str, Any], send: Callable[[str, Parameters], Exchange]
) -> Breach | Inapplicable | None:
    """The same as `relation.run`."""
    return relation.run(base, send)


def views(replies: Replies) -> dict[str, Any]:
    """The replies as a relation's expressions see them, by name."""
    return {
        name: [_view(each) for each in reply] if isinstance(reply, list) else _view(reply)
        for name, reply in replies.items()
    }


def _replies(
    spec: RequestSpec,
    base: Mapping[str, Any],
    replies: Replies,
    send: Callable[[str, Parameters], Exchange],
) -> Exchange | list[Exchange]:
    if not spec.is_list:
        return send(spec.operation, spec.parameters(base))
    found: list[Exchange] = []
    for parameters in spec.sets(base, replies):
        found.append(send(spec.operation, parameters))
        found.extend(_pages(spec, parameters, found[-1], send))
    return found


def _pages(
    spec: RequestSpec, parameters: Parameters, reply: Exchange, send: Callable[[str, Parameters], Exchange]
) -> list[Exchange]:
    pages: list[Exchange] = []
    while reply.status == SUCCESS:
        changes = spec.next(reply)
        if changes is None:
            return pages
        if len(pages) == MOST_REQUESTS:
            raise EvaluationError(f"follow did not end within {MOST_REQUESTS} requests")
        parameters = _changed(parameters, changes)
        reply = send(spec.operation, parameters)
        pages.append(reply)
    return pages


def _changed(parameters: Parameters, changes: Mapping[str, Any]) -> Parameters:
    # Null in a relation takes a parameter away.
    together = {**parameters, **changes}
    return {name: value for name, value in together.items() if value is not None}


def _view(reply: Exchange) -> dict[str, Any]:
    body, _ = read_body(reply)
    return view_of(reply, None if body is UNREAD else body)


def _refused(replies: Replies) -> str:
    for name, reply in replies.items():
        for each in reply if isinstance(reply, list) else [reply]:
            if each.status != SUCCESS:
                return f"the request {name} was answered {each.status}"
    return ""
