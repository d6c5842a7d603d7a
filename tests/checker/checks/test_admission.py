"""A credential that is refused by now is refused since a request, not since the reply that was noticed."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
import pytest

from metermock.checker.checks.admission import Admission
from metermock.checker.deployment.reply import Reply, reply_of
from metermock.checker.deployment.request import Request
from metermock.contract import Contract, Operation
from metermock.errors import CannotTestError


@dataclass
class Revoking:
    """A deployment that refuses some accounts; so many requests are under way already."""

    contract: Contract
    out: set[str] = field(default_factory=set)
    requests: int = 0

    def reply(self, account: str, number: int) -> Reply:
        """The reply to an account's request of that number."""
        request = Request("getUsage", "GET", "http://h/usage", account=account)
        response = httpx.Response(401 if account in self.out else 200, content=b"{}")
        return reply_of(self.contract.operation("getUsage"), request, response, 0.0, number)

    def send(self, _: Operation, request: Request) -> Reply:
        """The reply to one more request."""
        self.requests += 1
        return self.reply(request.account or "", self.requests)


def admitted(deployment: Revoking, *accounts: str) -> Admission:
    """An admission that has seen each account let in."""
    admission = Admission(deployment)  # type: ignore[arg-type]
    replies = [deployment.reply(account, number) for number, account in enumerate(accounts, 1)]
    admission.know(deployment.contract.operations, replies)
    return admission


def test_the_request_is_named_and_not_how_many_are_under_way(contract: Contract) -> None:
    """Of request 21 the refusal came when 24 had gone out, and that of 20 later still."""
    deployment = Revoking(contract)
    admission = admitted(deployment, "a", "b")
    deployment.out, deployment.requests = {"a"}, 24
    assert admission.notice(deployment.reply("a", 21))
    assert admission.lines[0].startswith("since request 21 the credential of a is refused")
    assert admission.notice(deployment.reply("a", 20))
    assert admission.lines[0].startswith("since request 20 ")


def test_all_are_refused_since_the_first_refusal(contract: Contract) -> None:
    """The others are found to be refused by a look that comes later."""
    deployment = Revoking(contract)
    admission = admitted(deployment, "a", "b")
    deployment.out, deployment.requests = {"a", "b"}, 24
    with pytest.raises(CannotTestError, match=r"^since request 21 the credentials of a, b are refused"):
        admission.notice(deployment.reply("a", 21))


def test_a_refusal_before_a_request_that_was_answered_had_another_reason(contract: Contract) -> None:
    """Of a scope, say: its reply, which took long, is looked at when the credential has been withdrawn."""
    deployment = Revoking(contract)
    admission = admitted(deployment, "a", "b")
    admission.note_answered(contract.operation("getUsage"), deployment.reply("a", 20))
    deployment.out, deployment.requests = {"a"}, 24
    assert admission.notice(deployment.reply("a", 11))
    assert admission.lines[0].startswith("since request 25 the credential of a is refused")
    assert admission.notice(deployment.reply("a", 22))
    assert admission.notice(deployment.reply("a", 12))
    assert admission.lines[0].startswith("since request 22 ")
