"""Runs the application in one process or several, until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import http.client
import importlib.util
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from metermock.errors import PortInUseError, UsageError
from metermock.server.app import create_app
from metermock.server.protocol import BoundedProtocol
from metermock.server.settings import Settings

BACKLOG = 2048
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


def listen(host: str, port: int) -> socket.socket:
    """Take an address, 0 being any free port; PortInUseError if somebody has it, UsageError if it is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError, TypeError) as error:
        if getattr(error, "errno", None) != errno.EADDRINUSE:
            why = str(error).partition(" (while")[0]
            raise UsageError(f"Cannot serve on {host}, port {port}: {why}") from None
        advice = "Choose another with --port; 0 takes any free one."
        raise PortInUseError(f"Port {port} of {host} is taken.\n  {advice}") from None


def run(
    settings: Settings, taken: socket.socket, *, workers: int, access_log: bool, ready: Callable[[], None]
) -> None:
    """Serve on a socket until SIGINT or SIGTERM; `ready` is called once requests are answered."""
    config = Config(
        create_app(settings) if workers == 1 else partial(create_app, settings),
        factory=workers > 1,
        interface="asgi3",
        workers=workers,
        http=BoundedProtocol,
        ws="none",
        loop="uvloop" if importlib.util.find_spec("uvloop") else "asyncio",
        lifespan="on",
        log_config=LOGGING,
        log_level=None,
        access_log=access_log,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=5,
    )
    # Uvicorn raises the signal again once it is done; ending on request is a success.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    announce = threading.Thread(target=wait_until_served, args=(taken, ready), daemon=True)
    announce.start()
    if workers > 1:
        Multiprocess(config, sockets=[taken]).run()
    else:
        Server(config).run(sockets=[taken])


def wait_until_served(taken: socket.socket, ready: Callable[[], None]) -> None:
    """Ask for the mock's health until it answers, then say that it is ready."""
    host, port = taken.getsockname()[:2]
    while True:
        connection = http.client.HTTPConnection(host, port)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            ready()
            return
        finally:
            connection.close()


def check_storage(url: str) -> None:
    """Reach the storage of rate limits once, before anything is served; UsageError if it does not answer."""
    from metermock.server.rates import Rates  # noqa: PLC0415 - only needed where limits are enforced

    if not asyncio.run(Rates(url).reachable()):
        raise UsageError(
            f"The storage of the rate limits does not answer: {url}\n"
            "  Start it, or name another with --rate-limit-storage."
        )
