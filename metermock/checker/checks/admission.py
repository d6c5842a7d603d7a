"""Which accounts a deployment still lets in: a credential may expire, or be withdrawn, during a check."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.statuses import NO_ACCESS, SUCCESS
from metermock.checker.deployment.target import TargetAccount
from metermock.contract import Operation
from metermock.errors import CannotTestError, NoReplyError


@dataclass
class Admission:
    """The accounts, with a request of each that was answered well, and those that are refused by now."""

    client: Client
    is_whole: bool = True
    """Whether every account has been looked at: only then a refusal of all is the end."""
    good: dict[str, tuple[Operation, Request]] = field(default_factory=dict)
    _refused: dict[str, list[int]] = field(default_factory=dict)
    """The numbers of the requests that were refused to each account that is out."""
    _answered: dict[str, int] = field(default_factory=dict)
    """The number of each account's last request that was answered well."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def know(self, operations: Iterable[Operation], replies: Iterable[Reply]) -> None:
        """Take good replies for a proof that their accounts are let in."""
        guarded = {each.id: each for each in operations if each.is_guarded and each.method == "GET"}
        for reply in replies:
            request = reply.request
            if request.account and request.operation in guarded:
                self.good.setdefault(request.account, (guarded[request.operation], request))

    def let_in(self, accounts: Iterable[TargetAccount | None]) -> list[TargetAccount]:
        """Those accounts that are not refused."""
        return [account for account in accounts if account and not self.is_out(account.name)]

    def is_out(self, account: str | None) -> bool:
        """Whether the account is refused since some request."""
        return account in self._refused

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each account that is refused since some request; of all the error has told."""
        if len(self._refused) == len(self.good):
            return ()
        return tuple(
            f"since request {since} the credential of {name} is refused: what was asked as {name} after that "
            "does not count"
            for name, since in self._since.items()
        )

    @property
    def _since(self) -> dict[str, int]:
        """The first request since which each account is refused.

        Several are under way at once, so that replies need not come in the order of their numbers. What
        was refused before a request that was answered well had another reason.
        """
        return {
            name: min((each for each in numbers if each > self._answered.get(name, 0)), default=max(numbers))
            for name, numbers in self._refused.items()
        }

    def note_answered(self, operation: Operation, reply: Reply) -> None:
        """Take note that an account was let in by that request."""
        name = reply.request.account
        if name is not None and operation.is_guarded and reply.status in SUCCESS:
            with self._lock:
                self._answered[name] = max(reply.number, self._answered.get(name, 0))

    def notice(self, reply: Reply) -> bool:
        """Whether a reply is a refusal because the account's credential is refused by now, whatever it asks.

        Then all accounts are looked at. Raises CannotTestError where none is let in any more.
        """
        name = reply.request.account
        if reply.status not in NO_ACCESS or name is None or name not in self.good:
            return False
        with self._lock:
            if self.is_out(name):
                self._note(name, reply)
            elif (again := self._refusal(name)) is not None:
                self._note(name, reply)
                self._note(name, again)
                for other in self.good:
                    refusal = None if self.is_out(other) else self._refusal(other)
                    if refusal is not None:
                        self._note(other, refusal)
        if self.is_whole and len(self._refused) == len(self.good):
            names, since = ", ".join(self._refused), min(self._since.values())
            these = f"credential of {names} is" if len(self.good) == 1 else f"credentials of {names} are"
            message = f"since request {since} the {these} refused"
            raise CannotTestError(message)
        return self.is_out(name)

    def _note(self, name: str, refusal: Reply) -> None:
        self._refused.setdefault(name, []).append(refusal.number or self.client.requests)

    def _refusal(self, name: str) -> Reply | None:
        """The reply that refuses an account's good request by now; None where it is not refused."""
        operation, request = self.good[name]
        try:
            reply = self.client.send(operation, request)
        except NoReplyError:
            return None
        return reply if reply.status in NO_ACCESS else None
