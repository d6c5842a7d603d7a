"""Good bodies that are refused since a thing of their name is there: sent again with new names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from metermock.checker.checks.expectation import Expectation, conflicts, successes, unless_unfit
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import CONFLICT, INVALID
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.new_names import ways_to_rename
from metermock.checker.inputs.written_bodies import SentBody, fresh_body
from metermock.contract import Operation

_SAYS_TAKEN = re.compile(
    r"already[\s_-]*(?:been|exist|in[\s_-]*use|taken|used|registered|there)|\bis taken\b|\btaken\b|duplicate"
    r"|(?:be|not|non)[\s_-]*unique|uniqueness|unique[\s_-]*(?:constraint|violation)|\bexists\b",
    re.IGNORECASE,
)
_LOOKED_AT = 20_000
"""Characters of a refusal that may say so."""


@dataclass
class TakenNames:
    """Sends good bodies, and tells a refusal of a taken name from a refusal of a good body.

    What says that a name is taken: 409, a text that says so, or that a body with new names is taken once
    and refused the second time.
    """

    session: Session
    untried: dict[str, int] = field(default_factory=dict)
    """How many good bodies of an operation were refused as taken, with new names too."""
    _looked: set[str] = field(default_factory=set)

    @property
    def lines(self) -> list[str]:
        """What was not tried, in a line."""
        if not self.untried:
            return []
        told = ", ".join(f"{name} ({count})" for name, count in self.untried.items())
        return [f"good bodies that were not tried, since their names are taken, and new ones too: {told}"]

    def send(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        account: TargetAccount | None,
        body: SentBody,
        expectation: Expectation,
    ) -> Reply | None:
        """The reply to a good body, judged; with new names where the first ones are taken."""
        session = self.session
        request = session.make(operation, values, account, body=session.bodies.renewed(operation, body))
        reply = session.hear(operation, request, expectation)
        if reply is None:
            return None
        told = self._says_taken(operation, reply)
        again, is_taken = None, told
        if body.raw and (told or self._may_mean_taken(operation, reply, body)):
            again, is_taken = self._with_new_names(operation, values, account, body, reply)
        if is_taken:
            expectation = replace(expectation, unclear=expectation.unclear | {reply.status})
            if again is None:
                self.untried[operation.id] = self.untried.get(operation.id, 0) + 1
        session.weigh(operation, reply, expectation)
        return again or reply

    def _with_new_names(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        account: TargetAccount | None,
        body: SentBody,
        refusal: Reply,
    ) -> tuple[Reply | None, bool]:
        """The good reply to the body with new names, if there is one; and whether the old ones are taken."""
        session, said = self.session, self._says_taken(operation, refusal)
        for way in ways_to_rename(body.value, _text(refusal), session.bodies.kept(operation)):
            fresh = fresh_body(operation, body, way)
            if fresh.raw == body.raw:
                continue
            request = session.make(operation, values, account, body=fresh)
            reply = session.send(operation, request, unless_unfit(operation))
            if reply is None or reply.status not in successes(operation):
                continue
            # The very same bytes, taken and then refused: only the first has made them wrong.
            again = None if said else session.send(operation, request, unless_unfit(operation))
            if said or (again is not None and again.status == refusal.status):
                session.bodies.note_taken(operation, way)
                return reply, True
            return None, False
        return None, said

    def _may_mean_taken(self, operation: Operation, reply: Reply, body: SentBody) -> bool:
        """Whether it has to be found out: for each example, and once for what is made."""
        is_documented = operation.responses.find(reply.status) is not None
        if operation.method != "POST" or reply.status not in INVALID or not is_documented:
            return False
        is_new = operation.id not in self._looked
        self._looked.add(operation.id)
        return is_new or not body.is_made

    @staticmethod
    def _says_taken(operation: Operation, reply: Reply) -> bool:
        if reply.status == CONFLICT:
            return CONFLICT in conflicts(operation)
        is_refusal = reply.status in INVALID and operation.responses.find(reply.status) is not None
        return is_refusal and _SAYS_TAKEN.search(_text(reply)) is not None


def _text(reply: Reply) -> str:
    return reply.raw[:_LOOKED_AT].decode("utf-8", "replace")
