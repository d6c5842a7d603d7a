"""uvicorn's HTTP protocol, strict where it is lenient, and with limits.

What is wrong with a request's head is answered as problem details, and the connection is closed. A method
that httptools does not know is handed on: the contract's own 405 answers it.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.protocols.utils import get_client_addr, get_path_with_query_string

from metermock.server.connection.crowd import BUSY, LONGEST_REST, Crowd, has_unread
from metermock.server.connection.ending import EndingProtocol, SoftTransport
from metermock.server.connection.head_faults import fault_of, fault_of_target
from metermock.server.connection.patience import LOOKED_AT_EVERY, of_bodies, of_replies
from metermock.server.connection.wire_head import wire_bytes
from metermock.server.headers import RawHeaders
from metermock.server.problem import problem
from metermock.server.request import TRIED

LONGEST_HEAD = 65_536
"""Bytes of a request's line and headers."""
SLOWEST_HEAD = 30.0
"""Seconds in which a request's line and headers have to come."""

LONGEST_AT_ONCE = 0.005
"""Seconds of processor time for which a connection is answered at once, before others have their turn."""
LOOKED_AT = 8
"""How many requests are answered before the time is looked at again: that costs too.

It is looked at sooner after the first ones, of which each may have taken long.
"""

MOST_LEAVING = 8
"""Connections beyond those that a process keeps that are told so in peace; others may be reset meanwhile."""


class BoundedProtocol(EndingProtocol):
    """Refuses a request whose head is too long, too slow or ambiguous."""

    slowest_head = SLOWEST_HEAD
    longest_at_once = LONGEST_AT_ONCE

    def __init__(self, *arguments: Any, crowd: Crowd | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.crowd = Crowd() if crowd is None else crowd
        self.unfinished = 0
        self.latest = 0
        """Bytes of the chunk that came last."""
        self.longest = 0
        """What the head of the next request cannot exceed: the bytes of all chunks that it may lie in."""
        self.good_host = b""
        """The Host header that was found right last."""
        self.received = 0
        """Bytes that have come on the connection."""
        self.coming, self.leaving = of_bodies(), of_replies()
        self.next_look: asyncio.TimerHandle | None = None
        self.deadline: asyncio.TimerHandle | None = None
        self.rests_since = 0.0
        """Since when nothing is due, by the clock of the loop."""
        self.seen = 0
        """Bytes that had come then."""
        is_plain = self.limit_concurrency is None and not self.root_path
        self.at_once = getattr(self.app, "at_once", None) if is_plain else None
        """Makes the reply to a request for which nothing has to be waited for."""
        self.until = 0.0
        """When this connection has had its turn, by the processor time of the thread."""
        self.refusal: bytes | None = None
        """What is sent, once the requests before are answered, to one that is refused; then all is over."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.wait_for_head()
        if not self.crowd.admits(self, self.rests_since):
            self.may_linger = len(self.connections) - len(self.crowd.members) <= MOST_LEAVING
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, [(b"retry-after", b"1")])
        self.next_look = self.loop.call_later(LOOKED_AT_EVERY, self.look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and the requests that came on it."""
        self.head_has_come()
        if self.next_look is not None:
            self.next_look.cancel()
        self.crowd.forget(self)
        super().connection_lost(exc)

    def take(self, data: bytes) -> None:
        """Parse bytes."""
        if self.broken:
            return
        self.latest = len(data)
        self.received += self.latest
        self.longest += self.latest
        self.unfinished += self.latest
        super().take(data)
        if self.broken:
            return
        if self.unfinished > LONGEST_HEAD:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's headers are too long.")
        elif self.unfinished and self.deadline is None and not self.in_body:
            self.wait_for_head()
        if self.quick and self.timeout_keep_alive_task is None and self.is_idle():
            # uvicorn does so after each reply that it sends itself.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_headers_complete(self) -> None:
        """Start the request, and the count for the next one."""
        if self.broken:
            return
        if self.deadline is not None:
            self.head_has_come()
        self.in_body = True
        self.unfinished = 0
        longest, self.longest = self.longest, self.latest
        if longest > LONGEST_HEAD and self.head_length() > LONGEST_HEAD:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's headers are too long.")
            return
        version = self.parser.get_http_version()
        is_path = self.url.startswith(b"/")
        if self.hosts != 1 or self.host != self.good_host or self.is_odd or version != "1.1" or not is_path:
            fault = fault_of(version, self.headers) or fault_of_target(self.parser.get_method(), self.url)
            if fault is not None:
                self.refuse(*fault)
                return
            self.good_host = self.host if self.hosts else self.good_host
        if not is_path:
            self.take_host()
        elif not self.is_odd and self.answer_at_once():
            return
        super().on_headers_complete()
        if self.is_odd:
            self.cycle.transport = SoftTransport(self)  # type: ignore[assignment]  # all of it that is used
        if self.method is not None:
            self.scope["method"], self.method = self.method, None
        # Fields behind a body are none of the request's headers (RFC 9110, 6.5.1).
        self.headers = []

    def answer_at_once(self) -> bool:
        """Send the reply to a request for which nothing has to be waited for; tell whether there is one.

        It is written at once: without a task, in one piece. What is unusual is left to uvicorn.
        """
        parser = self.parser
        if (
            self.at_once is None
            or self.method is not None
            or parser.get_method() != b"GET"
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
            or not self.is_idle()
            or self.flow.write_paused
            or self.server_state.default_headers
            or self.has_had_its_turn()
        ):
            return False
        url = httptools.parse_url(self.url)
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # it is not whole yet
        raw: bytes = url.path
        path = raw.decode("ascii")
        scope["method"] = "GET"
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = raw
        scope["query_string"] = url.query or b""
        sent = self.at_once(scope)
        written = None if sent is None else wire_bytes(sent)
        if sent is None or written is None:
            scope[TRIED] = True
            return False
        if self.access_log:
            self.access_logger.info(
                '%s - "%s %s HTTP/%s" %d',
                get_client_addr(self.scope),
                "GET",
                get_path_with_query_string(self.scope),
                "1.1",
                sent[0]["status"],
            )
        self.transport.write(written)
        self.quick += 1
        self.server_state.total_requests += 1
        return True

    def has_had_its_turn(self) -> bool:
        """Tell whether the requests of a chunk were answered at once for so long that others come first."""
        # After the first, the second, the fourth, and each eighth.
        if self.quick % LOOKED_AT and self.quick & (self.quick - 1):
            return False
        now = time.thread_time()
        if not self.quick:
            self.until = now + self.longest_at_once
        return now > self.until

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; only headers are counted."""
        self.unfinished = 0
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request; another may follow."""
        if self.framing is not None:
            return
        self.in_body = False
        self.unfinished = 0
        if self.coming.count is not None:
            self.coming.begin()
        super().on_message_complete()

    def resume_writing(self) -> None:
        """Go on with the next reply, which has its own time."""
        self.leaving.begin()
        super().resume_writing()

    def look(self) -> None:
        """Give up a client that sends a body, or takes its replies, too slowly."""
        self.next_look = self.loop.call_later(LOOKED_AT_EVERY, self.look)
        if self.received != self.seen and self.deadline is None:
            self.rests_since, self.seen = self.loop.time(), self.received
        # While writing is paused, and once the connection is to be closed, nothing is added to what waits.
        is_ending = self.flow.write_paused or self.transport.is_closing()
        waits = self.transport.get_write_buffer_size() if is_ending else 0
        if not waits:
            self.leaving.begin()
        elif self.leaving.is_too_slow(-waits):
            self.abandon(reset=True)
            return
        # Where reading is paused, it is the server that takes its time.
        if not self.in_body or self.flow.read_paused:
            self.coming.begin()
        elif self.coming.is_too_slow(self.received):
            self.body_is_late()

    def body_is_late(self) -> None:
        """Refuse a body that does not come; close a connection whose request is answered without it."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.broken = True
            self.transport.close()
        else:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, "The request's body came too slowly, or not at all.")

    def wait_for_head(self) -> None:
        """Close the connection if the head of a request does not come in time."""
        self.rests_since = self.loop.time()
        self.deadline = self.loop.call_later(self.slowest_head, self.head_is_late)

    def head_has_come(self) -> None:
        """Stop waiting."""
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def head_is_late(self) -> None:
        """Refuse a head that has begun; close a connection on which none has."""
        if self.unfinished:
            self.refuse(
                HTTPStatus.REQUEST_TIMEOUT, f"The request's headers took over {self.slowest_head:g} s."
            )
        elif not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that the parser does not understand."""
        self.refuse(HTTPStatus.BAD_REQUEST, msg)

    def refuse(self, status: HTTPStatus, detail: str, headers: RawHeaders | None = None) -> None:
        """Answer with problem details and close, once the request before is answered."""
        if self.broken:
            return
        self.broken = True
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete and cycle.more_body:
            if cycle.response_started:
                # Two answers at once would be mixed up: the connection is closed after the one that is sent.
                cycle.keep_alive = False
                return
            self.give_up(cycle)
        answer = problem(status, detail, headers)
        head = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode("ascii"))]
        head += [name + b": " + value for name, value in answer.headers]
        head += [b"content-length: %d" % len(answer.body), b"connection: close", b"", answer.body]
        self.refusal = b"\r\n".join(head)
        self.send_refusal()

    def rests(self, now: float) -> bool:
        """Tell whether no request of the connection has begun for a while: see `Crowd`."""
        if self.in_body or self.held or not self.is_idle() or self.transport.get_write_buffer_size():
            # A reply that its client still takes keeps the file open, also behind a close.
            return False
        if self.received != self.seen and self.deadline is None:
            self.rests_since, self.seen = now, self.received
        if now - self.rests_since < LONGEST_REST:
            return False
        connection = self.transport.get_extra_info("socket")
        return connection is None or not has_unread(connection.fileno())

    def leave(self) -> None:
        """End, to make room for another connection."""
        self.broken = True
        self.transport.close()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with the refusal of what came behind the last one."""
        super().on_response_complete()
        self.send_refusal()

    def send_refusal(self) -> None:
        """Send a refusal and close, once nothing else is due."""
        if self.refusal is not None and self.is_idle():
            self.transport.write(self.refusal)
            self.refusal = None
            self.end()
