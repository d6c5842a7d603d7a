from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metermock.checker.checks.past_caches import LimitedError, PastCaches
from metermock.checker.deployment.request import Request
from metermock.contract import load_contract
from metermock.project import open_project

TINY = Path(__file__).parents[1] / "tiny.openapi.yaml"


class Client:
    """Notes what is sent, and answers each with the same status."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.sent: list[str] = []

    def send(self, _: Any, request: Request) -> Any:
        """Note the address."""
        self.sent.append(request.full_url)
        return SimpleNamespace(status=self.status)


@pytest.fixture
def client() -> Client:
    """A client that always gets a reply."""
    return Client()


def test_each_spelling_is_new_and_none_grows_with_what_else_was_asked(client: Client) -> None:
    """Servers refuse long addresses: of a refusal a difference would be reported that a cache makes."""
    past: Any = PastCaches(client)  # type: ignore[arg-type]
    operation = load_contract(TINY).operation("getUsage")
    requests = [Request("a", "GET", "http://host/a", query=(("days", str(n)),)) for n in range(50)]
    for _ in range(2):
        for request in requests:
            past.ask(operation, request)
    assert len(set(client.sent)) == 100
    assert max(map(len, client.sent)) < 40


def test_a_rule_that_a_finding_tells_of_has_no_line_whichever_came_first(client: Client) -> None:
    """A line says that a difference is not for sure; a finding of the same rule says that it is."""
    past: Any = PastCaches(client)  # type: ignore[arg-type]
    past.confirm("AR-1", "getUsage")
    past.mend("AR-1", "getUsage")
    past.mend("AR-2", "getUsage")
    assert [line.partition(":")[0] for line in past.lines] == ["AR-2 of getUsage"]


def test_a_refusal_of_the_spelling_is_none_and_a_limit_is_no_answer() -> None:
    """Of a server that refuses such queries a difference is believed; a limit says nothing of them."""
    operation = open_project().load_contract("onceonly").operation("getMonthlyUsage")
    request = Request("a", "GET", "http://host/a")
    refusing: Any = PastCaches(Client(400))  # type: ignore[arg-type]
    assert refusing.ask(operation, request) is None
    limiting: Any = PastCaches(Client(429))  # type: ignore[arg-type]
    with pytest.raises(LimitedError):
        limiting.ask(operation, request)
