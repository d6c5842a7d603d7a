"""On which addresses the mock listens."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from metermock.errors import PortInUseError, UsageError
from metermock.server.running.process import V4, V6, bind, config_of, listen
from tests.conftest import Server, start_server


def has_v6() -> bool:
    """Whether this machine has the address ::1."""
    try:
        socket.create_server((V6, 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_v6 = pytest.mark.skipif(not has_v6(), reason="this machine has no ::1")


@contextlib.contextmanager
def listening(host: str, port: int = 0) -> Iterator[list[tuple[str, int]]]:
    """The addresses on which somebody listens."""
    listeners = listen(host, port)
    try:
        yield [each.getsockname()[:2] for each in listeners]
    finally:
        for each in listeners:
            each.close()


@needs_v6
def test_localhost_is_both_addresses() -> None:
    """With one port, which is free on both."""
    with listening("localhost") as addresses:
        assert [host for host, _ in addresses] == [V4, V6]
        assert len({port for _, port in addresses}) == 1


@pytest.mark.parametrize("host", [V4, pytest.param(V6, marks=needs_v6)])
def test_an_address_is_that_one_alone(host: str) -> None:
    """Whoever names one gets it."""
    with listening(host) as addresses:
        assert [each for each, _ in addresses] == [host]


@needs_v6
def test_a_port_that_is_taken_on_either_is_taken() -> None:
    """Else half of the clients would reach another server."""
    with socket.create_server((V6, 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortInUseError, match=f"Port {port} of ::1 is taken"),
            listening("localhost", port),
        ):
            pytest.fail("it listens")


@needs_v6
def test_the_command_serves_localhost() -> None:
    """Without an option: the line that it prints says `localhost`, and both addresses answer."""
    server: Server = start_server("onceonly", host="")
    try:
        assert server.url.startswith("http://localhost:")
        port = server.url.rpartition(":")[2]
        with httpx.Client(trust_env=False) as client:
            urls = (f"http://{host}:{port}/health" for host in (V4, f"[{V6}]"))
            assert [client.get(url).status_code for url in urls] == [200, 200]
    finally:
        server.stop()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    """It is said which are, and no socket is left open."""
    with pytest.raises(UsageError, match="ports are numbers from 0 to 65535"):
        bind(V4, port)


def test_an_idle_connection_is_closed_by_the_client_first() -> None:
    """A request that meets the closing of its connection is lost, and clients do not send it again."""

    async def app(*_: object) -> None:
        """Nobody calls it."""

    own = httpx.Limits().keepalive_expiry
    assert own is not None
    assert config_of(app).timeout_keep_alive > 2 * own
