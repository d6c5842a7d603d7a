"""Whether a deployment can be tested, and why not: a contract that was never tested is not kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Pairs, Request
from metermock.checker.deployment.statuses import (
    FAILURE,
    GATEWAY,
    NO_ACCESS,
    REDIRECT,
    SUCCESS,
    TOO_MANY_REQUESTS,
)
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Operation
from metermock.errors import CannotTestError, NoReplyError


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the first requests showed.

    `replies` go by operation and account; `dead` operations gave nobody a good reply, and say why;
    `refused` accounts got 401 or 403 from every operation.
    """

    replies: Mapping[tuple[str, str], Reply]
    dead: Mapping[str, str]
    refused: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why the check cannot be whole; empty if it can."""
        parts = [f"{operation}: {why}" for operation, why in self.dead.items()]
        parts += [f"the credential of {name!r} is refused everywhere" for name in self.refused]
        return "; ".join(parts)

    def shown(self, account: str) -> int:
        """How much an account's replies show: their numbers, zeros apart."""
        return sum(_numbers(reply.body) for (_, name), reply in self.replies.items() if name == account)


def preflight(
    client: Client,
    operations: Iterable[Operation],
    parameters: Callable[[Operation], Pairs] = lambda _: (),
) -> Preflight:
    """One request per operation and account, with the parameters that the operation requires.

    Raises CannotTestError, with the reason, where no operation gives anybody a good reply.
    """
    looks = _Looks(client)
    accounts: tuple[TargetAccount | None, ...] = client.target.accounts or (None,)
    for operation in operations:
        for account in accounts:
            looks.look(operation, client.make(operation, parameters(operation), account=account))
    return looks.outcome()


def why_untestable(reply: Reply) -> str:
    """Why a reply does not come from the API: a gateway, a proxy, a login page; empty if it may."""
    status, headers = reply.status, reply.exchange.headers
    if status in REDIRECT:
        elsewhere = headers.get("location", "nowhere")
        return f"it answers {status} and sends us to {elsewhere}: a login page, or a moved API"
    if "html" in headers.get("content-type", "").lower() and reply.raw.lstrip().startswith(b"<"):
        return f"it answers {status} with a web page{_title(reply.raw)}: a proxy or a login page, not the API"
    if status in GATEWAY:
        return f"it answers {status}"
    return ""


@dataclass
class Lifeline:
    """A request that was answered well, sent again when a reply looks as if the deployment were gone."""

    client: Client
    operation: Operation
    request: Request

    def demand(self, reply: Reply | None) -> None:
        """Raise CannotTestError if the deployment is gone; return if only this one reply was odd.

        None stands for no reply. So a 503 half-way ends the check, and a 503 for one value of one
        parameter is a finding.
        """
        if reply is not None and not why_untestable(reply):
            return
        # The same request was answered well before, so that whatever it gets now is about the deployment.
        again = self.client.send(self.operation, self.request)
        why = why_untestable(again) or _bad(again)
        if why:
            since = f"after {self.client.requests} requests"
            message = f"{since} {self.client.target.url} could not be tested any more: {why}"
            raise CannotTestError(message)


@dataclass
class _Looks:
    client: Client
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    good: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    refused: dict[str, None] = field(default_factory=dict)

    def look(self, operation: Operation, request: Request) -> None:
        reasons = self.reasons.setdefault(operation.id, [])
        name = request.account or ""
        try:
            reply = self.client.send(operation, request)
        except NoReplyError as problem:
            if not self.accepted and not self.refused:
                # Nobody is there; to ask for every account would only take long.
                message = f"{self.client.target.url} cannot be reached: {problem}"
                raise CannotTestError(message) from None
            reasons.append(str(problem))
            return
        why = why_untestable(reply) or _bad(reply)
        if reply.status in NO_ACCESS:
            self.refused[name] = None
        else:
            self.accepted.add(name)
        if why:
            reasons.append(why)
            return
        self.replies[operation.id, name] = reply
        self.good.add(operation.id)

    def outcome(self) -> Preflight:
        dead = {
            operation: "; ".join(dict.fromkeys(reasons))
            for operation, reasons in self.reasons.items()
            if operation not in self.good
        }
        refused = tuple(name for name in self.refused if name not in self.accepted)
        if not self.good:
            causes = dict.fromkeys(why for reasons in self.reasons.values() for why in reasons)
            listed = "; ".join(causes) or "it has no operation to ask"
            message = f"{self.client.target.url} could not be tested: {listed}"
            raise CannotTestError(message)
        return Preflight(self.replies, dead, refused)


def _bad(reply: Reply) -> str:
    """Why a reply is not what an allowed request should get; empty if it is."""
    status = reply.status
    who = (
        f"the credential of {reply.request.account!r}"
        if reply.request.account
        else "a request without a credential"
    )
    if status in NO_ACCESS:
        return f"{who} is refused ({status})"
    if status == TOO_MANY_REQUESTS:
        return "it answers 429 however long we wait; set a lower --rate-limit"
    if status in FAILURE:
        return f"it answers {status}"
    if status not in SUCCESS:
        return f"{reply.request.method} {reply.request.url} answers {status}; is the base URL right?"
    if reply.faults:
        # What begins as JSON comes from the API, and breaks its contract; the rest may come from anywhere.
        begun = reply.raw.lstrip()[:1] in (b"{", b"[")
        return f"its reply {reply.faults[0]}" if reply.body is None and not begun else ""
    return ""


def _title(raw: bytes) -> str:
    match = re.search(rb"<title[^>]*>\s*([^<]{1,80}?)\s*</title>", raw, re.IGNORECASE)
    return f" “{match[1].decode('utf-8', 'replace')}”" if match else ""


def _numbers(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_numbers, value.values()))
    if isinstance(value, list):
        return sum(map(_numbers, value))
    return int(isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0)
