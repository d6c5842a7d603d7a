"""uvicorn's HTTP protocol, strict where it is lenient, and with limits.

What is wrong with a request's head is answered as problem details, and the connection is closed. A method
that httptools does not know is handed on: the contract's own 405 answers it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import struct
import time
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import httptools
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.protocols.utils import get_client_addr, get_path_with_query_string

from metermock.server.patience import LOOKED_AT_EVERY, of_bodies, of_replies
from metermock.server.pipelining import PipeliningProtocol
from metermock.server.problem import problem
from metermock.server.request import CONNECTION, TRIED
from metermock.server.wire_head import wire_bytes

logger = logging.getLogger("metermock")

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

_METHOD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) ")
_USUAL = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"CONNECT"))
_STAND_IN = b"GET"


class BoundedProtocol(PipeliningProtocol):
    """Refuses a request whose head is too long, too slow or ambiguous."""

    slowest_head = SLOWEST_HEAD
    longest_at_once = LONGEST_AT_ONCE

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unfinished = 0
        self.latest = 0
        """Bytes of the chunk that came last."""
        self.longest = 0
        """What the head of the next request cannot exceed: the bytes of all chunks that it may lie in."""
        self.between = True
        """Whether no request has begun of which the end has not come."""
        self.in_body = False
        """Whether a head has come, and not yet all that it announces."""
        self.received = 0
        """Bytes that have come on the connection."""
        self.coming, self.leaving = of_bodies(), of_replies()
        self.next_look: asyncio.TimerHandle | None = None
        self.broken = False
        """Whether nothing that comes is read any more."""
        self.method: str | None = None
        """The method of a request that the parser knows under another one."""
        self.deadline: asyncio.TimerHandle | None = None
        self.running: RequestResponseCycle | None = None
        is_plain = self.limit_concurrency is None and not self.root_path
        self.at_once = getattr(self.app, "at_once", None) if is_plain else None
        """Makes the reply to a request for which nothing has to be waited for."""
        self.until = 0.0
        """When this connection has had its turn, by the processor time of the thread."""
        self.refusal: bytes | None = None
        """What is sent, once the requests before are answered, to one that is refused; then all is over."""
        self.ending = asyncio.Event()
        """Set when the server stops: nothing waits any longer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.wait_for_head()
        self.next_look = self.loop.call_later(LOOKED_AT_EVERY, self.look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and the requests that came on it."""
        self.head_has_come()
        if self.next_look is not None:
            self.next_look.cancel()
        self.broken = True
        # uvicorn tells only the latest request that its client has gone; others of a pipeline would go on.
        for cycle in (self.running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        self.held = b""
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, partial(self.run, app, cycle))

    async def run(
        self, app: ASGIApp, cycle: RequestResponseCycle, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Run the application; a client that has gone meanwhile is no error."""
        scope[CONNECTION] = self
        try:
            await app(scope, receive, send)
        except RuntimeError as error:
            # uvloop raises it for what is written between the end of a connection and `connection_lost`.
            if not self.transport.is_closing():
                raise
            cycle.disconnected = True
            logger.debug("a client has gone before its reply: %s", error)
        except asyncio.CancelledError:
            # The server has waited for its end long enough: nothing of that is an error of the application.
            if not self.ending.is_set():
                raise
            self.abandon(reset=True)

    def abandon(self, *, reset: bool = False) -> None:
        """Close the connection without the rest of the reply that is being made."""
        self.broken = True
        if self.running is not None:
            # uvicorn would tell of a reply without an end; this one is left on purpose.
            self.running.disconnected = True
        if not reset:
            self.transport.close()
            return
        listener = self.transport.get_extra_info("socket")
        if listener is not None:
            # Nothing lingers: the system sends a reset instead of an orderly end.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def shutdown(self) -> None:
        """End with the reply that is being made; one that waits is sent now."""
        self.ending.set()
        super().shutdown()

    def take(self, data: bytes) -> None:
        """Parse bytes."""
        if self.broken:
            return
        if self.between:
            data = self.known_method(data)
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

    def is_idle(self) -> bool:
        """Tell whether no reply is due on a connection that stays open."""
        running = self.running
        return (
            (running is None or running.response_complete)
            and not self.pipeline
            and not self.transport.is_closing()
        )

    def known_method(self, data: bytes) -> bytes:
        """Put a method that the parser knows in the place of one that it may not know."""
        found = _METHOD.match(data)
        if found is None or found[1] in _USUAL:
            return data
        self.method = found[1].decode("ascii")
        return _STAND_IN + data[found.end(1) :]

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.between = False
        super().on_message_begin()

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
        if self.hosts != 1 and (self.hosts or self.parser.get_http_version() == "1.1"):
            self.refuse(
                HTTPStatus.BAD_REQUEST, f"A request has one Host header; this one has {self.hosts or 'none'}."
            )
            return
        if not self.url.startswith(b"/"):
            self.take_host()
        elif not self.is_odd and self.answer_at_once():
            return
        super().on_headers_complete()
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
        self.between = True
        self.in_body = False
        self.unfinished = 0
        if self.coming.count is not None:
            self.coming.begin()
        if self.cycle is not None:
            super().on_message_complete()

    def resume_writing(self) -> None:
        """Go on with the next reply, which has its own time."""
        self.leaving.begin()
        super().resume_writing()

    def look(self) -> None:
        """Give up a client that sends a body, or takes its replies, too slowly."""
        self.next_look = self.loop.call_later(LOOKED_AT_EVERY, self.look)
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

    def refuse(self, status: HTTPStatus, detail: str) -> None:
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
        answer = problem(status, detail)
        head = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode("ascii"))]
        head += [name + b": " + value for name, value in answer.headers]
        head += [b"content-length: %d" % len(answer.body), b"connection: close", b"", answer.body]
        self.refusal = b"\r\n".join(head)
        self.send_refusal()

    def give_up(self, cycle: RequestResponseCycle) -> None:
        """Answer a request no more whose body will never be whole; its application hears that it has gone."""
        cycle.disconnected = cycle.response_complete = True
        cycle.message_event.set()
        for waiting in [each for each in self.pipeline if each[0] is cycle]:
            self.pipeline.remove(waiting)

    def on_response_complete(self) -> None:
        """Go on with the next request, or with the refusal of what came behind the last one."""
        super().on_response_complete()
        self.send_refusal()

    def send_refusal(self) -> None:
        """Send a refusal and close, once nothing else is due."""
        if self.refusal is not None and self.is_idle():
            self.transport.write(self.refusal)
            self.transport.close()
