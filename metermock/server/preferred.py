"""A request with preferences: where they are written, and how its reply is sent as they want it."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import Message, Receive, Scope, Send

from metermock.errors import PreferenceError
from metermock.server.answer import Answer
from metermock.server.headers import RawHeaders
from metermock.server.network_faults import FAULTS, Wire
from metermock.server.preferences.keys import KEYS
from metermock.server.preferences.reading import Written
from metermock.server.preferences.syntax import quoted
from metermock.server.problem import problem
from metermock.server.request import CONNECTION, SCOPE_KEY, HttpRequest

APPLIED = b"Preference-Applied"
HINT = b"X-Metermock-Hint"
CONTRACT_CHOICES = ("example", "code", "dynamic", "sequence", "lag", "seed")
"""What is met only where the contract lets a request in."""
FIRST_ERROR, UNAUTHORIZED = 400, 401
WRITTEN_IN = frozenset({"x-metermock", "prefer"})
"""The headers that may say preferences."""
EXPOSED = b"access-control-expose-headers"
LONGEST_TOLD = 2000
"""Characters of what is wrong: a contract may have hundreds of accounts to list."""
KNOWN = {name: f"{key.about}: {name}={key.example}" for name, key in KEYS.items()}
"""What a refusal says of each key."""


def base_of(scope: Scope, *, always: bool) -> str:
    """Return the first segment of a path if it holds preferences, as it is spelled; else nothing.

    Without `always` it needs a `=`: a contract that is served at the root may have paths such as `/~ann`.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    segment = raw[1:].partition(b"/")[0].decode("latin-1")
    return segment if segment.startswith("~") and (always or "=" in unquote(segment)) else ""


def without_base(scope: Scope, segment: str) -> Scope:
    """Return the scope of the same request without that segment; the access log keeps the one that came."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    rest = raw[1 + len(segment) :] or b"/"
    return {**scope, "raw_path": rest, "path": unquote(rest.decode("latin-1"))}


def written(http: HttpRequest) -> Written | None:
    """Return the preferences of a request as they are written; None where there are none."""
    if not (http.headers.has_any(WRITTEN_IN) or http.base or http.in_query):
        return None
    own, prefer = http.headers.get("x-metermock"), http.headers.get("prefer")
    url = unquote(http.base[2:]) if http.base else None
    return Written(url, http.in_query, of_utf8(prefer), of_utf8(own))


def of_utf8(text: str | None) -> str | None:
    """Return a header's text as clients mean it, who write UTF-8; ASGI's bytes are read as Latin-1."""
    if text is None or text.isascii():
        return text
    return text.encode("latin-1").decode("utf-8", "replace")


def refused(error: PreferenceError) -> Answer:
    """Answer for preferences that cannot be read or met."""
    told = str(error)
    told = told if len(told) <= LONGEST_TOLD else f"{told[:LONGEST_TOLD]}…"
    return problem(400, f"{told} The keys are {', '.join(KEYS)}.", preferences=KNOWN)


def demand_connection(http: HttpRequest) -> None:
    """Raise PreferenceError for a fault or delay where the client calls the mock without a connection."""
    wanted = http.preferences
    if wanted is not None and (wanted.fault or wanted.delay) and CONNECTION not in http.scope:
        key = "fault" if wanted.fault else "delay"
        raise PreferenceError(
            [f"{key}: no connection lies between this client and the mock; use serve_in_thread for it."]
        )


class PreferredSend:
    """Sends the reply to a request with preferences, and says in it what was done."""

    def __init__(self, http: HttpRequest, receive: Receive, send: Send) -> None:
        self.http = http
        self.receive = receive
        self.send = send
        self.start: Message = {}

    async def __call__(self, message: Message) -> None:
        """Keep the head of a reply until its body is here; then send both."""
        if message["type"] == "http.response.start":
            self.start = message
            return
        wanted, connection = self.http.preferences, self.http.scope.get(CONNECTION)
        fault = None
        # The mock's own pages are no replies of a contract: they stay what they are.
        if wanted is not None and connection is not None and SCOPE_KEY in self.http.scope:
            wire = Wire(self.send, self.receive, connection)
            fault = FAULTS.get(wanted.fault or "")
            self.http.apply("delay", "fault")
            if wanted.delay and not await wire.pause(wanted.delay / 1000):
                return
        said = {APPLIED: applied(self.http), HINT: hint(self.http, self.start["status"])}
        start = {**self.start, "headers": told(self.start["headers"], said)}
        if fault is not None:
            await fault(wire, start, message)
            return
        await self.send(start)
        await self.send(message)


def applied(http: HttpRequest) -> bytes:
    """Return what was done of a request's preferences, as a list of them."""
    said = [f"{name}={quoted(text)}" if text else name for name, text in http.applied.items()]
    return ", ".join(said).encode()


def hint(http: HttpRequest, status: int) -> bytes:
    """Return why preferences of a request for a contract were not met, and what helps; else nothing.

    A header says it, since the body of a refusal is the contract's own.
    """
    if status < FIRST_ERROR or http.preferences is None or SCOPE_KEY not in http.scope:
        return b""
    wanted = http.preferences.texts
    unmet = [name for name in CONTRACT_CHOICES if name in wanted and name not in http.applied]
    if not unmet:
        return b""
    advice = ""
    if status == UNAUTHORIZED and "account" not in wanted:
        advice = "; account=NAME stands in for a credential"
    return f"{', '.join(unmet)} not applied: the request was refused first{advice}".encode()


def told(headers: RawHeaders, said: dict[bytes, bytes]) -> RawHeaders:
    """Return the headers of a reply with what is said of the preferences, for pages of other origins too."""
    said = {name: text for name, text in said.items() if text}
    headers = [*headers, (b"vary", b"Prefer, X-Metermock")]
    if not said:
        return headers
    exposing = any(name == b"access-control-allow-origin" for name, _ in headers)
    exposed = [*(value for name, value in headers if name == EXPOSED), *said]
    headers = [pair for pair in headers if pair[0] != EXPOSED]
    headers += [(name.lower(), text) for name, text in said.items()]
    return [*headers, (EXPOSED, b", ".join(exposed))] if exposing else headers
