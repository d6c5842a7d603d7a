"""A tiny contract, and tiny servers that behave as a test needs."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.contract import Contract, load_contract

PEM = Path(__file__).parent / "deployment" / "localhost.pem"
GOOD = b'{"total": 3, "rows": [{"calls": 1}, {"calls": 2}]}'

Respond = Callable[["Seen"], "tuple[int, Mapping[str, str], bytes]"]


@dataclass(frozen=True)
class Seen:
    """A request as it came in: the target of its first line, its headers with lower-case names, its body."""

    number: int
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Deployment:
    """A server on a free port."""

    url: str
    seen: list[Seen] = field(default_factory=list)


@contextmanager
def deployment(respond: Respond, *, secure: bool = False) -> Iterator[Deployment]:
    """Serve until the context ends."""
    served = Deployment("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = self.rfile.read(int(headers.get("content-length", 0)))
            request = Seen(len(served.seen) + 1, self.path, headers, sent)
            served.seen.append(request)
            status, extra, body = respond(request)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **extra}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http{'s' if secure else ''}://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Deployment]]:
    """A function that starts a server; without an argument it answers well."""
    with ExitStack() as stack:

        def start(respond: Respond = lambda _: (200, {}, GOOD)) -> Deployment:
            return stack.enter_context(deployment(respond))

        yield start


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The tiny contract."""
    return load_contract(Path(__file__).with_name("tiny.openapi.yaml"))


@pytest.fixture
def target(contract: Contract) -> Target:
    """The tiny contract's deployment, as one account; its URL leads nowhere."""
    account = TargetAccount("busy", {"bearer": Secret("s3cret-token", "$TINY_KEY")})
    return Target("tiny", contract, "http://127.0.0.1:9", (account,))


@pytest.fixture
def client_of(target: Target) -> Iterator[Callable[..., Client]]:
    """A function that makes the client for a URL, with options."""
    with ExitStack() as stack:

        def make(url: str, *, rate: float | None = None, **options: object) -> Client:
            own = Target("tiny", target.contract, url, target.accounts, rate_limit=rate)
            settings = Options(trust_env=False, **options)  # type: ignore[arg-type]
            return stack.enter_context(Client(own, settings))

        yield make


@pytest.fixture
def tls() -> Iterator[Deployment]:
    """A server with a certificate that nobody vouches for; `localhost.pem` holds it and its key."""
    with deployment(lambda _: (200, {}, GOOD), secure=True) as served:
        yield served
