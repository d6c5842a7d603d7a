from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metermock.checker.checks.past_caches import PastCaches
from metermock.checker.deployment.request import Request
from metermock.contract import load_contract

TINY = Path(__file__).parents[1] / "tiny.openapi.yaml"


class Client:
    """Notes what is sent, and answers 200."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, _: Any, request: Request) -> Any:
        """Note the address."""
        self.sent.append(request.full_url)
        return SimpleNamespace(status=200)


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
