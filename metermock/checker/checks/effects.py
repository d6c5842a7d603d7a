"""Whether a change shows: what PATCH and PUT say of a thing, and that DELETE has deleted it, in its own GET.

A deployment may take its time, keep what it deletes, or ask somebody first. So a finding needs a reply that
is the very same before and after, also some seconds later, from no cache. A mock may keep no state at all:
where the document does not promise the check, a finding also needs another change of the run that showed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.base_values import inferred
from metermock.checker.checks.cached import may_be_cached
from metermock.checker.checks.comparisons import shown
from metermock.checker.checks.expectation import after_changes, successes
from metermock.checker.checks.session import Session
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.allowed import names_thing
from metermock.checker.inputs.dates import DATE_LIKE
from metermock.checker.inputs.written_bodies import SentBody
from metermock.contract import Breach, Operation
from metermock.contract.json_types import is_number
from metermock.contract.words import words_of

CHANGED = "what {method} changes shows in GET of the same path"
_DONE = (200, 201, 204)
"""202 says that it is done later."""
_ITS_OWN = frozenset({"id", "uuid", "version", "revision", "rev", "etag", "at", "date", "time", "timestamp"})
"""Words of fields that a deployment sets by itself, whatever is sent."""


@dataclass(frozen=True, slots=True)
class Before:
    """A thing as GET shows it, before it is changed; `values` name it in the path."""

    get: Operation
    values: Mapping[str, Any]
    reply: Reply
    listed: Any = None


class Effects:
    """Reads a thing before and after a change."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.first: Mapping[tuple[str, str], Reply] = {}
        """The good replies before anything was changed, by operation and account."""
        self._lock = threading.Lock()
        self._keeps_state = "effect" in session.ids.named
        """Whether the deployment is known to keep what is changed, or has to."""
        self._unproven: list[Callable[[], None]] = []
        """Findings that are told as soon as a change shows."""

    def announce(self, operation: Operation) -> None:
        """Name the check, so that reports list it where it never ran."""
        if self._get(operation) is not None:
            rule, message = self.session.ids.effect, CHANGED.format(method=operation.method)
            level = self.session.ids.level(rule)
            self.session.collector.expect(rule, operation.id, level=level, message=message)

    def change(self, operation: Operation, account: TargetAccount | None) -> None:
        """Change a field of a thing, and read it again."""
        get, rule = self._get(operation), self.session.ids.effect
        if get is None or operation.method not in ("PATCH", "PUT") or not self._wants(operation):
            return
        values = self._named(operation, get, account)
        before = self._read(get, values, account)
        first = self._first(get, account, before)
        if self._shows(operation, first, before):
            self._keeps()
            self._kept(operation)
            return
        body, told = self._telling(operation, before)
        has_moved = first is not None and before is not None and not self.session.same(first, before)
        if before is None or body is None or has_moved:
            # What was sent already may show in another way, as where somebody has to say yes first.
            self._inapplicable(operation)
            return
        request = self.session.make(operation, {}, account, body=body)
        reply = self.session.send(operation, request, after_changes(operation))
        if reply is None or reply.status not in _DONE:
            return
        name, sent = next(iter(told.items()))

        def shows(after: Reply) -> bool:
            return bool(_fields(after).get(name) == sent)

        if self._now(operation, Before(get, values, before), account, shows):
            return
        is_bare = name in before.exchange.body
        pointer = json_pointer.text_of([*([] if is_bare else [next(iter(before.exchange.body))]), name])
        received = f"{shown(_fields(before)[name])}, as before"
        message = CHANGED.format(method=operation.method)
        breach = Breach(rule, self.session.ids.level(rule), pointer, shown(sent), received, message)
        self._tell(breach, operation, request, reply)

    def before(self, operation: Operation, account: TargetAccount | None) -> Before | None:
        """The thing that a deletion names, where it can be read; None else."""
        get = self._get(operation)
        if get is None or not operation.path.rstrip("/").endswith("}") or not self._wants(operation):
            return None
        if not any(names_thing(each) for each in operation.parameters):
            return None
        values = self._named(operation, get, account)
        reply = self._read(get, values, account)
        return None if reply is None else Before(get, values, reply, self._listed(get, account))

    def deleted(
        self, operation: Operation, account: TargetAccount | None, before: Before | None, reply: Reply
    ) -> None:
        """Read what was deleted again."""
        if before is None or reply.status not in _DONE:
            return
        if before.values != self._named(operation, before.get, account):
            # It was another thing that let itself be deleted.
            self._inapplicable(operation)
            return
        if self._now(operation, before, account, _is_gone):
            return
        if self._listed(before.get, account) != before.listed:
            self._inapplicable(operation)
            return
        rule, message = self.session.ids.effect, CHANGED.format(method=operation.method)
        level = self.session.ids.level(rule)
        breach = Breach(rule, level, "", "another reply of GET than before", "the same as before", message)
        self._tell(breach, operation, reply.request, reply, kind="deleted")

    def _tell(
        self, breach: Breach, operation: Operation, request: Request, reply: Reply, *, kind: str = ""
    ) -> None:
        """Report that nothing has changed, now or once it is known that the deployment keeps changes."""
        tell = partial(self.session.broken, breach, request, status=reply.status, kind=kind)
        with self._lock:
            if not self._keeps_state:
                self._unproven.append(tell)
                self._inapplicable(operation)
                return
        tell()

    def _keeps(self) -> None:
        """A change showed: the deployment keeps state, so that others should have shown."""
        with self._lock:
            self._keeps_state = True
            due, self._unproven = self._unproven, []
        for tell in due:
            tell()

    def _now(
        self,
        operation: Operation,
        before: Before,
        account: TargetAccount | None,
        shows: Callable[[Reply], bool],
    ) -> bool:
        """Whether GET shows a change, now or some seconds later, or cannot tell; false for none.

        `shows` tells whether a reply has the very change, and no other that came by itself.
        """
        for wait in (0.0, self.session.collector.options.later):
            if wait and self.session.ended.wait(wait):
                return True
            request = self.session.make(before.get, before.values, account)
            after = self.session.hear(before.get, request, after_changes(before.get))
            if after is None or may_be_cached(after.exchange.headers):
                self._inapplicable(operation)
                return True
            if not self.session.same(before.reply, after):
                if shows(after):
                    self._keeps()
                self._kept(operation)
                return True
        return False

    def _first(self, get: Operation, account: TargetAccount | None, before: Reply | None) -> Reply | None:
        """How the thing was shown before anything was changed; None where another was shown."""
        first = self.first.get((get.id, account.name if account else ""))
        if first is None or before is None or first.request.url != before.request.url:
            return None
        return first

    def _shows(self, operation: Operation, first: Reply | None, before: Reply | None) -> bool:
        """Whether a thing has what a good body has said, and had not before."""
        now, then = _fields(before), _fields(first)
        for body in self.session.bodies.all(operation) if first is not None else ():
            given = body.value if isinstance(body.value, dict) else {}
            for name, value in given.items():
                if name in now and name in then and now[name] == value != then[name]:
                    return True
        return False

    def _telling(self, operation: Operation, before: Reply | None) -> tuple[SentBody | None, dict[str, Any]]:
        """A good body that says something else of the thing than it has, and what."""
        fields = _fields(before)
        for body in self.session.bodies.all(operation) if fields else ():
            given = body.value if isinstance(body.value, dict) else {}
            told = {
                name: value
                for name, value in given.items()
                if name in fields and _is_telling(name, value) and _is_telling(name, fields[name])
                if value != fields[name]
            }
            if told:
                return body, told
        return None, {}

    def _read(self, get: Operation, values: Mapping[str, Any], account: TargetAccount | None) -> Reply | None:
        """The good reply of GET; None where there is none, or it comes from a cache."""
        reply = self.session.hear(get, self.session.make(get, values, account), after_changes(get))
        is_good = (
            reply is not None and reply.status in successes(get) and not may_be_cached(reply.exchange.headers)
        )
        return reply if is_good else None

    def _listed(self, get: Operation, account: TargetAccount | None) -> Any:
        """What the list of the thing shows; None where it has none."""
        lists = inferred(get, self.session.contract.operations, "GET").values()
        for each in list(lists)[-1:]:
            if self.session.access.opens(each, account):
                reply = self.session.hear(each, self.session.make(each, {}, account), after_changes(each))
                return None if reply is None else self.session.essence(reply)
        return None

    def _get(self, operation: Operation) -> Operation | None:
        """The operation that shows what this one changes."""
        if operation.method not in ("PATCH", "PUT", "DELETE"):
            return None
        found = self.session.contract.operations
        return next((each for each in found if each.path == operation.path and each.method == "GET"), None)

    def _named(self, operation: Operation, get: Operation, account: TargetAccount | None) -> dict[str, Any]:
        """The values of the path, by GET's parameters."""
        base = self.session.base.of(operation, account.name if account else None)
        given = {each.name: base.get(each.key) for each in operation.parameters if each.location == "path"}
        of_path = (each for each in get.parameters if each.location == "path")
        return {each.key: given[each.name] for each in of_path if given.get(each.name) is not None}

    def _wants(self, operation: Operation) -> bool:
        return self.session.collector.wants(self.session.ids.effect, operation.id)

    def _kept(self, operation: Operation) -> None:
        rule = self.session.ids.effect
        self.session.collector.kept(rule, operation.id, level=self.session.ids.level(rule))

    def _inapplicable(self, operation: Operation) -> None:
        rule = self.session.ids.effect
        self.session.collector.inapplicable(rule, operation.id, level=self.session.ids.level(rule))


def _fields(reply: Reply | None) -> Mapping[str, Any]:
    """What a reply says of a thing, which may lie in the only field of its body."""
    body = reply.exchange.body if reply is not None else None
    inner = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else None
    found = inner if isinstance(inner, dict) else body
    return found if isinstance(found, dict) else {}


def _is_telling(name: str, value: Any) -> bool:
    """Whether a field's value is plainly what was sent: no id, no version, no date."""
    is_plain = isinstance(value, bool) or is_number(value) or (isinstance(value, str) and value != "")
    is_date = isinstance(value, str) and DATE_LIKE.fullmatch(value) is not None
    return is_plain and not is_date and not _ITS_OWN.intersection(words_of(name))


def _is_gone(reply: Reply) -> bool:
    """Whether a thing is no longer there."""
    return reply.status in (404, 410)
