"""The pytest fixture `metermock_server`: mocks in the process of the tests.

def test_usage(metermock_server):
    mock = metermock_server("onepin", now="2026-03-08T12:00:00Z")
    assert httpx.get(f"{mock.url}/api/v1/usage/summary", headers=…).status_code == 200
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # a plugin that is installed but unused costs nothing
    from metermock.in_process import MockServers


@pytest.fixture(scope="session")
def metermock_server() -> Iterator[MockServers]:
    """A function that serves contracts in this process, and returns a `MockServer` with its `url`.

    `metermock_server(*contracts, **options)`: words and options as of `metermock serve`. The same mock is
    returned for the same arguments; all of them live until the tests are over.
    """
    from metermock.in_process import MockServers  # noqa: PLC0415 - see above

    servers = MockServers()
    yield servers
    servers.stop()
