"""Runs the application in one process or several, until a signal stops it."""

from __future__ import annotations

import asyncio
import errno
import http.client
import importlib.util
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config, Server

from metermock.errors import PortInUseError, UsageError
from metermock.server.connection.crowd import Crowd
from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.places import OWN
from metermock.server.reader import Reader
from metermock.server.running.replacing import renewed_app
from metermock.server.running.workers import Workers, worker_app
from metermock.server.storage import concealed

BACKLOG = 2048
HIGHEST = 65_535
LONGEST_IDLE = 75
"""Seconds for which a connection is kept without a request: longer than clients do (httpx 5, Java 30).

Who closes it first must be the client: a request that meets the server's closing is lost.
"""
SLOWEST_WORKER = 30
"""Seconds in which a worker has to answer the process that started it; else it is replaced.

On a busy machine, to start one may take more than the 5 s that uvicorn allows: it would start them for ever.
"""
LOCAL, V4, V6 = "localhost", "127.0.0.1", "::1"
ATTEMPTS = 20
"""Free ports of one address that are tried on the other."""
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "uvicorn.error": {"level": "ERROR"},
        "uvicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on an address; port 0 takes a free one.

    `localhost` is 127.0.0.1 and, where the machine has it, [::1], with the same port: browsers and clients
    try them in different orders. PortInUseError if the port is taken, UsageError if it is not an address of
    this machine.
    """
    if host != LOCAL:
        return [bind(host, port)]
    for _ in range(ATTEMPTS):
        first = bind(V4, port)
        try:
            return [first, bind(V6, first.getsockname()[1])]
        except PortInUseError:
            first.close()
            if port:
                raise
        except UsageError:
            return [first]
    return [bind(V4, port)]


def bind(host: str, port: int) -> socket.socket:
    """Listen on one address; the errors are those of `listen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not 0 <= port <= HIGHEST:
        # `create_server` would leave its socket open.
        raise UsageError(f"Cannot serve on {host}, port {port}: ports are numbers from 0 to {HIGHEST}")
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError, TypeError) as error:
        if getattr(error, "errno", None) != errno.EADDRINUSE:
            why = str(error).partition(" (while")[0]
            raise UsageError(f"Cannot serve on {host}, port {port}: {why}") from None
        advice = "Choose another with --port; 0 takes any free one."
        raise PortInUseError(f"Port {port} of {host} is taken.\n  {advice}") from None


def run(
    reader: Reader,
    listeners: list[socket.socket],
    *,
    access_log: bool,
    watch: bool,
    ready: Callable[[str], None],
) -> None:
    """Serve on sockets until SIGINT or SIGTERM; SIGHUP has the files read again, `watch` each change of them.

    Several workers need a reader that has read. `ready` is called once requests are answered, with the path
    of the start page.
    """
    announce = threading.Thread(target=wait_until_served, args=(listeners[0], ready), daemon=True)
    announce.start()
    if reader.settings.workers > 1:
        answers, answer = multiprocessing.get_context("spawn").Pipe(duplex=False)
        app = partial(worker_app, reader.settings, answer)
        config = config_of(app, workers=reader.settings.workers, access_log=access_log, log_config=LOGGING)
        Workers(config, listeners, reader, answers, watch=watch).start()
    else:
        renewed = renewed_app(reader, watch=watch)
        server = Server(config_of(renewed, access_log=access_log, log_config=LOGGING))
        # While files are read, a signal ends this process as it does any other. From here on it asks the
        # server to end, also before uvicorn listens to signals, and when it raises them again at its end:
        # so the exit code is 0.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        server.run(sockets=listeners)


def config_of(
    app: ASGIApp | Callable[[], ASGIApp],
    *,
    workers: int = 1,
    access_log: bool = False,
    log_config: dict[str, Any] | None = None,
) -> Config:
    """Return how uvicorn serves an application, or what several workers make one with."""
    return Config(
        app,
        factory=workers > 1,
        interface="asgi3",
        workers=workers,
        http=partial(BoundedProtocol, crowd=Crowd()),  # type: ignore[arg-type]  # it makes one of them
        ws="none",
        loop="uvloop" if importlib.util.find_spec("uvloop") else "asyncio",
        lifespan="on",
        log_config=log_config,
        log_level=None,
        access_log=access_log,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=LONGEST_IDLE,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=SLOWEST_WORKER,
    )


def wait_until_served(listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Request `/health` of the mock until it answers, then call `ready` with the start page it links to."""
    host, port = listener.getsockname()[:2]
    while True:
        connection = http.client.HTTPConnection(host, port)
        try:
            connection.request("GET", f"{OWN}/health")
            reply = connection.getresponse()
            reply.read()
        except OSError:
            time.sleep(0.05)
        else:
            ready(reply.headers["Link"].partition(">")[0].lstrip("<"))
            return
        finally:
            connection.close()


def check_storage(url: str) -> None:
    """Connect to the storage of rate limits before anything is served; UsageError if it does not answer."""
    from metermock.server.rates import Rates  # noqa: PLC0415 - only needed where limits are enforced

    if not asyncio.run(Rates(url).reachable()):
        raise UsageError(
            f"The storage of the rate limits does not answer: {concealed(url)}\n"
            "  Start it, or name another with --rate-limit-storage."
        )
