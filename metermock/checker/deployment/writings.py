"""What the check itself has written, which accounts may rightly show alike."""

from __future__ import annotations

import json
import threading
from typing import Any

from metermock.checker.deployment.methods import SAFE
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.statuses import SUCCESS


class Writings:
    """Notes each successful request that may change data, whichever account sent it."""

    def __init__(self) -> None:
        self._bodies: list[dict[str, Any]] = []
        self._is_unclear = False
        self._lock = threading.Lock()

    def note(self, reply: Reply) -> None:
        """Note what a request wrote; of one whose body is no JSON object nobody knows what."""
        request = reply.request
        if request.method in {*SAFE, "DELETE"} or reply.status not in SUCCESS:
            return
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        with self._lock:
            if not isinstance(body, dict) or not body:
                self._is_unclear = True
            elif body not in self._bodies:
                self._bodies.append(body)

    def may_show(self, value: Any) -> bool:
        """Whether a reply has an object that may be one of these: it has all that a body said."""
        if isinstance(value, dict):
            written = any(_has_all(value, body) for body in self._bodies)
            return self._is_unclear or written or any(self.may_show(each) for each in value.values())
        return isinstance(value, list) and any(self.may_show(each) for each in value)

    def rest_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """The fields of a row that no body of these said: what the deployment made of it."""
        for body in self._bodies:
            if _has_all(row, body):
                return {name: each for name, each in row.items() if name not in body}
        return row


def _has_all(value: dict[str, Any], body: dict[str, Any]) -> bool:
    return all(name in value and value[name] == said for name, said in body.items())
