"""Random conversations in bytes, and connections on which an application has them.

A conversation repeats a few heads with one query after the other, as clients do, and has something odd here
and there, as clients should not have.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uvicorn.server import ServerState

from metermock.server.connection.protocol import BoundedProtocol
from metermock.server.running.process import config_of

if TYPE_CHECKING:  # it imports connexion, which warns
    from metermock.server.dispatcher import Dispatcher

Header = tuple[str, str]
ODD_HEADERS: tuple[Header, ...] = (
    ("Accept", "text/csv"),
    ("Accept", "*/*;q=0"),
    ("If-None-Match", "*"),
    ("If-None-Match", 'W/"x", "y"'),
    ("Accept-Encoding", "gzip, br"),
    ("Accept-Encoding", "gzip, identity;q=0"),
    ("Accept-Encoding", "identity;q=0, *;q=0"),
    ("Range", "bytes=0-3"),
    ("Origin", "http://a.test"),
    ("Origin", "null"),
    ("Prefer", "code=429"),
    ("Prefer", "respond-async"),
    ("X-Metermock", "seed=7"),
    ("X-Metermock", "fault=truncated"),
    ("X-Metermock", "nonsense"),
    ("X-Forwarded-Host", "b.test"),
    ("X-Forwarded-Proto", "https"),
    ("Connection", "keep-alive"),
    ("Connection", "close"),
    ("Connection", "Upgrade"),
    ("Connection", "keep-alive, close"),
    ("Upgrade", "h2c"),
    ("Expect", "100-continue"),
    ("Host", "b"),
    ("TE", "trailers"),
    ("traceparent", "00-1"),
    ("Cookie", "a=1"),
    ("X-Empty", ""),
    ("X-Bytes", "\xe9\xff"),
    ("Bad name", "a"),
    (" folded", "a"),
)
LINES = ("GET {} HTTP/1.0", "HEAD {} HTTP/1.1", "OPTIONS {} HTTP/1.1", "POST {} HTTP/1.1", "BREW {} HTTP/1.1")
BODIES = (
    ("Content-Length: 3\r\n", "abc"),
    ("Content-Length: 0\r\n", ""),
    ("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
    ("Transfer-Encoding: chunked\r\n", "0\r\nAuthorization: Bearer trailer\r\n\r\n"),
    ("Transfer-Encoding: chunked\r\n", "zz\r\n"),
    ("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
)
ODD_QUERIES = ("", "?", "&&=", "a=b#part", "x=%ff", "x=%00", "x=%zz", "x=+%2B", "\xe9", "x=" + "y" * 300)


@dataclass(frozen=True)
class Vocabulary:
    """What requests for one contract are made of."""

    paths: tuple[str, ...]
    queries: tuple[str, ...]
    credentials: tuple[Header, ...]


def respelled(draw: random.Random, path: str) -> str:
    """The same path, or nearly the same, spelled in another way."""
    place = draw.randrange(1, len(path)) if len(path) > 1 else 0
    return draw.choice(
        (
            f"{path[:place]}%{ord(path[place]):02x}{path[place + 1 :]}",
            f"{path[:place]}%2F{path[place:]}",
            f"/{path}",
            f"{path}/",
            f"/.{path}",
            f"{path}/..",
            f"/~code=429{path}",
            f"http://localhost:4010{path}",
            f"https://b.test{path}",
            path.upper(),
            f"{path}%",
            f"{path}\xe9",
            "*",
        )
    )


def cased(draw: random.Random, name: str) -> str:
    """A header's name in other letters."""
    return draw.choice((name, name, name.lower(), name.upper()))


def headers(draw: random.Random, words: Vocabulary, odd: float) -> str:
    """The lines of a request's headers."""
    chosen = [("Host", "localhost:4010"), draw.choice(words.credentials)]
    while draw.random() < odd:
        chosen.append(draw.choice((draw.choice(ODD_HEADERS), draw.choice(words.credentials))))
    if draw.random() < odd:
        draw.shuffle(chosen)
    if draw.random() < odd / 4:
        chosen.pop()
    return "".join(f"{cased(draw, name)}: {value}\r\n" for name, value in chosen)


def query(draw: random.Random, words: Vocabulary, odd: float) -> str:
    """A query, with its question mark."""
    parts = draw.sample(words.queries, min(len(words.queries), draw.choice((0, 1, 1, 1, 2))))
    if draw.random() < odd:
        parts.append(draw.choice((draw.choice(words.queries), draw.choice(ODD_QUERIES))))
    return f"?{'&'.join(parts)}" if parts else ""


def conversation(draw: random.Random, words: Vocabulary) -> list[bytes]:
    """The bytes of some requests, in the pieces in which they come."""
    odd = draw.choice((0.0, 0.1, 0.4))
    heads = []
    for _ in range(draw.choice((1, 1, 2, 3))):
        path = draw.choice(words.paths)
        heads.append((respelled(draw, path) if draw.random() < odd else path, headers(draw, words, odd)))
    requests = []
    for _ in range(draw.randrange(3, 14)):
        path, lines = draw.choice(heads)
        line = draw.choice(LINES) if draw.random() < odd / 4 else "GET {} HTTP/1.1"
        more, body = draw.choice(BODIES) if draw.random() < odd / 4 else ("", "")
        target = path + query(draw, words, odd)
        requests.append(f"{line.format(target)}\r\n{lines}{more}\r\n{body}".encode("latin-1"))
    return cut(draw, requests)


def cut(draw: random.Random, requests: list[bytes]) -> list[bytes]:
    """Requests one by one, all in one piece, or in pieces that end anywhere."""
    way = draw.randrange(4)
    if way < 2:
        return requests
    whole = b"".join(requests)
    if way == 2:
        return [whole]
    places = sorted(draw.randrange(len(whole)) for _ in range(draw.randrange(1, 8)))
    return [whole[begin:end] for begin, end in zip([0, *places], [*places, len(whole)], strict=True)]


class Written(asyncio.Transport):
    """A connection whose other end keeps all that is written."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[bytes] = []
        self.is_closed = False
        self.waits = 0
        """Bytes that the other end has not taken."""

    def get_write_buffer_size(self) -> int:
        """Say how many bytes wait."""
        return self.waits

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Say who talks to whom."""
        return {"sockname": ("127.0.0.1", 4010), "peername": ("127.0.0.1", 50_000)}.get(name, default)

    def write(self, data: Any) -> None:
        """Keep what is written."""
        self.chunks.append(bytes(data))

    def can_write_eof(self) -> bool:
        """Have the connection closed at once: nothing is on its way on it."""
        return False

    def close(self) -> None:
        """End."""
        self.is_closed = True

    abort = close

    def is_closing(self) -> bool:
        """Tell whether the end has come."""
        return self.is_closed

    def pause_reading(self) -> None:
        """Nothing comes unasked."""

    def resume_reading(self) -> None:
        """Nothing comes unasked."""


class Lines(logging.Handler):
    """Keeps the lines of a log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage())


@dataclass(frozen=True)
class Heard:
    """What came of a conversation: what was sent after each piece, and how the connection stands."""

    sent: list[bytes]
    state: tuple[Any, ...]
    logged: list[str]
    at_once: int
    """Requests that were answered at once."""


async def settled(protocol: BoundedProtocol) -> None:
    """Wait until nothing is done any more; what waits for its client waits on."""
    while protocol.tasks and not waits(protocol):
        await asyncio.wait(protocol.tasks, timeout=0.01)
        await asyncio.sleep(0)  # a task leaves the set a turn of the loop after its end
    for _ in range(12 if protocol.tasks else 0):
        await asyncio.sleep(0)


def waits(protocol: BoundedProtocol) -> bool:
    """Tell whether a reply waits for a slow reader, or for the rest of a body."""
    running = protocol.running
    return protocol.flow.write_paused or (running is not None and running.more_body)


async def talk(
    app: Dispatcher,
    pieces: list[bytes],
    *,
    at_once: bool,
    slow: Callable[[int], bool] = lambda _: False,
) -> Heard:
    """Send pieces on one connection; with `slow` of its number, a reader does not read on until the next."""
    log = Lines()
    loggers = [logging.getLogger(name) for name in ("uvicorn.access", "metermock")]
    for each in loggers:
        each.addHandler(log)
    try:
        config = config_of(app, access_log=True)
        config.load()
        protocol, transport = BoundedProtocol(config, ServerState(), {}), Written()
        counted = Counting(protocol.at_once) if at_once else None
        protocol.at_once = counted
        protocol.longest_at_once = 1e9
        protocol.connection_made(transport)
        sent = []
        for number, piece in enumerate(pieces):
            is_slow = slow(number)
            if is_slow:
                protocol.pause_writing()
            if not transport.is_closed:
                protocol.data_received(piece)
            await settled(protocol)
            if is_slow:
                protocol.resume_writing()
                await settled(protocol)
            sent.append(b"".join(transport.chunks))
            transport.chunks.clear()
        state = state_of(protocol)
        protocol.connection_lost(None)
        await settled(protocol)
    finally:
        for each in loggers:
            each.removeHandler(log)
    return Heard(sent, state, log.lines, counted.found if counted else 0)


class Counting:
    """Counts the replies that are made at once."""

    def __init__(self, make: Any) -> None:
        self.make = make
        self.found = 0

    def __call__(self, scope: Any) -> Any:
        """Return the reply, if there is one."""
        found = self.make(scope)
        self.found += found is not None
        return found


def state_of(protocol: BoundedProtocol) -> tuple[Any, ...]:
    """How a connection stands."""
    return (
        protocol.transport.is_closing(),
        protocol.broken,
        protocol.between,
        protocol.unfinished,
        protocol.longest,
        protocol.latest,
        protocol.method,
        len(protocol.pipeline),
        protocol.deadline is None,
        protocol.timeout_keep_alive_task is None or protocol.transport.is_closing(),
        protocol.flow.read_paused and not protocol.transport.is_closing(),
        protocol.is_idle(),
        protocol.server_state.total_requests,
    )
