"""What a request costs that was never asked before, in calls of functions: most requests are such."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from uvicorn.server import ServerState

from metermock import in_process
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.running.process import config_of
from tests.server.conversations import Written
from tests.work import calls_of

SUMMARY = "/onepin/api/v1/usage/summary?range={}&activity_view={}&timezone={}"
REPORT = "/zkscore/v1/developer/usage?limit={}&sortBy={}&sortOrder={}"
BEFORE = {
    "onepin": [
        SUMMARY.format(*each)
        for each in (
            ("30d", "daily", "Europe/Oslo"),
            ("60d", "weekly", "Europe/Oslo"),
            ("30d", "weekly", "Europe/Rome"),
            ("30d", "weekly", "Europe/Rome"),
        )
    ],
    "zkscore": [
        REPORT.format(*each)
        for each in ((100, "errors", "asc"), (200, "requests", "asc"), (200, "errors", "desc"))
    ],
}
"""What was asked by the same client: all that the replies say is known, in other requests."""
ASKED = {
    "onepin": SUMMARY.format("30d", "weekly", "Europe/Oslo"),
    "zkscore": REPORT.format(200, "errors", "asc"),
}
KEYS = {"onepin": "op_live_steady00000000000000000000000000", "zkscore": "zk_live_steady7Qm2xV9pLr4nWc8Ht"}
MOST = {"onepin": 96, "zkscore": 92}
"""Functions of Python; they take 90 and 92 in Python 3.11, of which later ones save a few."""
VENDORS = Path(__file__).parents[1] / "vendors"
USAGE = "/lago/customers/customer-{0}/current_usage?external_subscription_id=sub_{0}"
WARM = 64
"""Requests after which all that is made of a document once is made."""
ROWS = 3
MOST_OF_A_MADE_REPLY = 188
"""Functions for a reply of three rows that is made of its document; they take 184 in Python 3.11."""
Send = Callable[[str, str], bytes]


@pytest.fixture(scope="module", name="send")
def send_fixture() -> Iterator[Send]:
    """Sends a request of a contract's account on one connection; the reply is there when it returns."""
    with asyncio.Runner() as runner:
        app = in_process.asgi_app("onepin", "zkscore", VENDORS / "lago.yaml", dynamic=True)
        runner.run(app.build())

        async def connected() -> tuple[BoundedProtocol, Written]:
            config = config_of(app)
            config.load()
            protocol, transport = BoundedProtocol(config, ServerState(), {}), Written()
            protocol.longest_at_once = 1e9
            protocol.connection_made(transport)
            return protocol, transport

        protocol, transport = runner.run(connected())

        def send(contract: str, target: str) -> bytes:
            key = KEYS.get(contract, "k")
            protocol.data_received(
                f"GET {target} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {key}\r\n\r\n".encode()
            )

            async def answered() -> bytes:
                while protocol.tasks:
                    await asyncio.wait(protocol.tasks)
                    await asyncio.sleep(0)  # a task leaves the set a turn of the loop after its end
                return transport.chunks.pop()

            return runner.run(answered()) if protocol.tasks else transport.chunks.pop()

        yield send


@pytest.mark.parametrize("contract", ASKED)
def test_a_request_with_another_query_takes_few_calls(send: Send, contract: str) -> None:
    """The head is known, so are the pairs of the query, and what the ledger says to them."""
    for target in BEFORE[contract]:
        send(contract, target)
    found = []

    calls = calls_of(lambda: found.append(send(contract, ASKED[contract])))

    assert found[0].startswith(b"HTTP/1.1 200 ")
    assert calls <= MOST[contract]


def test_a_made_reply_to_another_path_takes_few_calls(send: Send) -> None:
    """What follows from the document is found at load, and what the rows of a list share, once for them."""
    for number in range(WARM):
        send("lago", USAGE.format(number))
    found = []

    calls = calls_of(lambda: found.append(send("lago", USAGE.format(WARM))))

    assert found[0].count(b'"filters"') == ROWS
    assert calls <= MOST_OF_A_MADE_REPLY
