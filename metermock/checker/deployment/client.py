"""One HTTP client for a whole check: paced, bounded, and showing replies exactly as they came."""

from __future__ import annotations

import http.client
import queue
import random
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx

from metermock.checker.deployment.access import schemes_for
from metermock.checker.deployment.gateway import is_passing
from metermock.checker.deployment.har import answered, ended, sent_now
from metermock.checker.deployment.head_body import reply_to_head
from metermock.checker.deployment.header_text import is_odd
from metermock.checker.deployment.methods import SAFE
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.raw import Connection, connection_to, send_raw
from metermock.checker.deployment.recording import Recorder
from metermock.checker.deployment.reply import Reply, reply_of
from metermock.checker.deployment.request import SENT_ANYWAY, Pairs, Request, attach, carries, filled, renewed
from metermock.checker.deployment.statuses import SUCCESS, TOO_MANY_REQUESTS, UNAUTHENTICATED
from metermock.checker.deployment.target import RefusedCredential, Target, TargetAccount
from metermock.checker.deployment.throttle import Budget, Throttle, retry_after
from metermock.checker.deployment.token import Token
from metermock.checker.deployment.writings import Writings
from metermock.contract import Operation
from metermock.errors import NoReplyError, UnsentError, UsageError

_PATIENCE = 5
_BACK_OFF = 0.1
_CONNECTION_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError)
_UNSENT = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError, ValueError)


class Client:
    """Sends requests from any number of threads, within one rate and one budget."""

    def __init__(self, target: Target, options: Options) -> None:
        self.target = target
        self.waited_out: Callable[[Operation, Reply], object] | None = None
        """Told of each documented 429 that is waited out, which nobody else gets to see."""
        self.recorder: Recorder | None = None
        self.writings = Writings()
        self.elsewhere = 0
        """Requests that another process has sent, and that nobody has judged."""
        self._options = options
        self._renewable = [secret for secret in target.secrets if secret.token is not None]
        self._limited_since: int | None = None
        self._tls = trusted(options)
        self._context = self._tls if isinstance(self._tls, ssl.SSLContext) else _any_certificate()
        configured = (secret.value for secret in target.secrets)
        self._odd = {value.encode("utf-8", "surrogateescape") for value in configured if is_odd(value)}
        self._unsafe = options.unsafe_methods
        self._budget = Budget(options.max_requests, options.max_time, options.profile)
        self._throttle = Throttle(target.rate_limit or options.rate, self._budget)
        # A connection each, for one thread at a time: httpcore 1.0 closes idle connections of a full pool
        # that another thread is about to use, whose reply then never comes.
        self._clients = [self._http() for _ in range(max(options.workers, 1))]
        self._free: queue.LifoQueue[httpx.Client] = queue.LifoQueue()
        for each in self._clients:
            self._free.put(each)

    def _http(self) -> httpx.Client:
        # Every request must say by itself who asks, so a cookie that a reply sets is never kept.
        nothing_kept = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        options = self._options
        return httpx.Client(
            verify=self._tls, trust_env=options.trust_env, timeout=options.timeout, cookies=nothing_kept
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.recorder is not None:
            self.recorder.close()
        for each in self._clients:
            each.close()

    @property
    def requests(self) -> int:
        """How many requests went out, repeated ones too."""
        return self._budget.spent + self.elsewhere

    @property
    def left(self) -> int | None:
        """How many requests may go out by now; None where nothing limits them."""
        return self._budget.left

    @property
    def exhausted(self) -> str:
        """That the requests were not enough, in words."""
        return self._budget.exhausted

    def keep(self, requests: int) -> None:
        """Keep so many of the requests for later."""
        self._budget.kept = requests

    @property
    def seconds_left(self) -> float | None:
        """How long requests may still go out; None where nothing limits it."""
        return self._budget.seconds_left

    @property
    def retries(self) -> int:
        """How often a request is sent again that a gateway has answered."""
        return self._options.retries

    @property
    def seconds(self) -> float:
        """How long this client has been there."""
        return time.monotonic() - self._budget.started

    def stop(self, reason: str = "") -> None:
        """Send nothing more; whoever wants to gets a BudgetExhaustedError, with the reason."""
        self._budget.stop(reason)

    def go_on(self) -> None:
        """Raise a BudgetExhaustedError where nothing may be sent any more."""
        self._budget.reach(0)

    def make(
        self,
        operation: Operation,
        query: Iterable[tuple[str, str]] = (),
        *,
        account: TargetAccount | RefusedCredential | None = None,
        headers: Iterable[tuple[str, str]] = (),
        path: Mapping[str, str] | None = None,
        method: str | None = None,
        body: bytes = b"",
    ) -> Request:
        """The request to an operation, with the account's credential; `path` fills its template.

        `headers` stand in for those of the account that have the same name; cookies join them.
        """
        headers = tuple(headers)
        own, added = self._credential(operation, account)
        cookies = "; ".join(value for name, value in (*own, *headers) if name.lower() == "cookie")
        if cookies:
            headers = (*(pair for pair in headers if pair[0].lower() != "cookie"), ("Cookie", cookies))
        given = {name.lower() for name, _ in headers}
        return Request(
            operation=operation.id,
            method=(method or operation.method).upper(),
            url=self.target.url + filled(operation.path, path or {}),
            query=(*query, *added),
            headers=(*(pair for pair in own if pair[0].lower() not in given), *headers),
            account=account.name if account else None,
            path=tuple((path or {}).items()),
            body=body,
        )

    def send(self, operation: Operation, request: Request, *, patient: bool = True) -> Reply:
        """The reply to a request.

        A 429 is waited out as its `Retry-After` says, and a gateway is asked again, unless `patient` is
        false. Connection errors are tried again. Raises NoReplyError when nothing came,
        BudgetExhaustedError before a request or a wait that would exceed the budget.
        """
        if request.method not in SAFE and not self._unsafe:
            sent = ", ".join(sorted(SAFE))
            message = f"{request.method} {request.url} could change data; unless told, only {sent} are sent"
            raise UsageError(message)
        limited = failed = 0
        while True:
            used = self._used(request)
            reply = self._once(operation, request)
            self.writings.note(reply)
            if reply.status == UNAUTHENTICATED and any(token.renew(value) for token, value in used.items()):
                continue
            if reply.status == TOO_MANY_REQUESTS:
                limited += 1
                # A deployment that answers 429 again and again is given up, not waited for all day.
                if not patient or limited >= _PATIENCE:
                    return reply
                # This reply is dropped, so it is judged here or never; HEAD has no body that could be judged.
                is_own = request.method == operation.method
                if self.waited_out is not None and is_own and reply.status in operation.responses:
                    self.waited_out(operation, reply)
                self._wait_as_told(reply)
                continue
            if reply.status in SUCCESS and reply.number > (self._limited_since or 0):
                self._limited_since = None
            failed += 1
            if not patient or failed > self._options.retries or not is_passing(operation, reply):
                return reply
            if "retry-after" in reply.exchange.headers:
                self._wait_as_told(reply)
            else:
                self._back_off(failed)

    def current(self, request: Request) -> Request:
        """The request with the credentials that count by now."""
        for secret in self._renewable:
            if secret.token is not None and secret.token.current != secret.value:
                request = renewed(request, secret.value, secret.token.current)
        return request

    def _used(self, request: Request) -> dict[Token, str]:
        """The values of renewable credentials that a request is about to be sent with."""
        return {
            secret.token: secret.token.current
            for secret in self._renewable
            if secret.token is not None and carries(request, secret.value)
        }

    def _wait_as_told(self, reply: Reply) -> None:
        """Let nobody send before the reply's `Retry-After` has passed."""
        since = self._limited_since = self._limited_since or reply.number
        wait = retry_after(reply.exchange.headers)
        self._throttle.hold(wait)
        self._budget.ask_to_wait(wait, since)

    def _back_off(self, attempt: int) -> None:
        # Noise, not a secret: it keeps several workers from coming back at the same moment.
        self._throttle.hold(_BACK_OFF * 2**attempt * random.uniform(0.5, 1))  # noqa: S311

    def _recorded(self, request: Request) -> httpx.Response:
        """The response to a request; both are recorded, where that is wanted."""
        wire = _wire(request)
        if self.recorder is None:
            return self._sent(wire)
        sent = sent_now(request, tuple(wire.headers.multi_items()))
        try:
            response = self._sent(wire)
        except _UNSENT:
            raise
        except httpx.HTTPError as problem:
            self.recorder.note(ended(sent, comment=f"no reply: {problem or type(problem).__name__}"))
            raise
        self.recorder.note(answered(sent, response))
        return response

    def _sent(self, wire: httpx.Request) -> httpx.Response:
        response = self._answered(wire)
        self.target.told.learn(response.content, response.headers.multi_items())
        return response

    def _answered(self, wire: httpx.Request) -> httpx.Response:
        connection = self._raw(wire)
        if connection is not None:
            return send_raw(connection, wire)
        client = self._free.get()
        try:
            return client.send(wire)
        finally:
            self._free.put(client)

    def _raw(self, wire: httpx.Request) -> Connection | None:
        """A raw connection, where a request has a configured header that an HTTP client refuses to send."""
        odd = [(name, value) for name, value in wire.headers.raw if value in self._odd]
        if not odd:
            return None
        options = self._options
        url = str(wire.url)
        connection = connection_to(
            url, timeout=options.timeout, tls=self._context, trust_env=options.trust_env
        )
        if connection is None:
            # Behind a proxy it is sent as whoever reads it has to take it.
            for name, value in odd:
                wire.headers[name.decode()] = value.strip().decode("utf-8", "surrogateescape")
        return connection

    def count(self) -> None:
        """Count a request that somebody else sent for this check."""
        self._budget.spend()

    def after_head(self, request: Request) -> int | None:
        """How many bytes of body come after a HEAD reply's headers; None where that cannot be seen."""
        self._throttle.wait()
        self._budget.spend()
        options = self._options
        request = self.current(request)
        comment = "sent over a connection of its own, to see whether a body follows the headers"
        sent = replace(sent_now(request, request.headers), comment=comment)
        try:
            reply = reply_to_head(
                request, timeout=options.timeout, tls=self._context, trust_env=options.trust_env
            )
        except (OSError, http.client.HTTPException) as problem:
            sent = replace(sent, comment=f"{comment}: no reply")
            raise NoReplyError(_no_reply(request, problem)) from None
        else:
            if reply is None:
                return None
            sent = replace(sent, status=reply.status, reason=reply.reason, reply_headers=reply.headers)
            return reply.left
        finally:
            if self.recorder is not None:
                self.recorder.note(ended(sent))

    def _credential(
        self, operation: Operation, account: TargetAccount | RefusedCredential | None
    ) -> tuple[Pairs, Pairs]:
        if account is None:
            return (), ()
        named = schemes_for(operation, account)
        # What does not open the operation is sent all the same: it is there to be refused.
        named = tuple(account.credential) if named is None else named
        schemes = operation.contract.security_schemes
        headers, query = attach(schemes, {name: account.credential[name] for name in named})
        further = ((name, secret.value) for name, secret in account.headers.items())
        return (*headers, *further), query

    def _once(self, operation: Operation, request: Request) -> Reply:
        attempt = 0
        while True:
            self._throttle.wait()
            number = self._budget.spend() + self.elsewhere
            started = time.monotonic()
            try:
                response = self._recorded(self.current(request))
            except _CONNECTION_ERRORS as problem:
                # Only a broken connection is tried again here: a timeout would take as long again, and TLS
                # fails alike each time.
                attempt += 1
                if attempt > self._options.retries or "[SSL" in str(problem):
                    raise NoReplyError(_no_reply(request, problem)) from None
                self._back_off(attempt)
            except _UNSENT as problem:
                raise UnsentError(_no_reply(request, problem)) from None
            except httpx.HTTPError as problem:
                raise NoReplyError(_no_reply(request, problem)) from None
            else:
                elapsed = time.monotonic() - started
                return reply_of(operation, request, response, elapsed, number)


def trusted(options: Options) -> ssl.SSLContext | bool:
    """Whom a check trusts, False for anybody; UsageError for a file that is no certificate authority."""
    if options.ca_file and options.insecure:
        message = "a CA file and --insecure exclude each other"
        raise UsageError(message)
    if options.insecure:
        return False
    context = httpx.create_ssl_context(trust_env=options.trust_env)
    if options.ca_file:
        try:
            context.load_verify_locations(cafile=options.ca_file)
        except OSError as problem:
            message = f"{options.ca_file}: cannot be used as a CA file: {problem}"
            raise UsageError(message) from None
    return context


def _any_certificate() -> ssl.SSLContext:
    """What `--insecure` means to a raw connection."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _ExactURL(httpx.URL):
    """A URL whose path and query go out as they were written, broken percent-encoding too."""

    target: bytes = b""

    @property
    def raw_path(self) -> bytes:
        return self.target


def _wire(request: Request) -> httpx.Request:
    headers = [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in request.headers]
    sent = {name.lower() for name, _ in headers}
    defaults = [(name.encode(), value.encode()) for name, value in SENT_ANYWAY.items()]
    headers += [(name, value) for name, value in defaults if name.lower() not in sent]
    wire = httpx.Request(request.method, request.url, headers=headers, content=request.body or None)
    exact = _ExactURL(request.url)
    query = request.query_text
    path = wire.url.raw_path.decode()
    exact.target = (f"{path}?{query}" if query else path).encode("utf-8", "surrogateescape")
    wire.url = exact
    return wire


def _no_reply(request: Request, problem: Exception) -> str:
    text = str(problem) or type(problem).__name__
    kinds: dict[type[Exception], str] = {
        httpx.ReadTimeout: "no reply in time",
        httpx.ConnectTimeout: "no connection in time",
        httpx.ProxyError: f"the proxy failed: {text}",
        httpx.DecodingError: f"its content coding is broken: {text}",
    }
    kind = kinds.get(type(problem), text)
    if "CERTIFICATE" in text:
        kind = f"TLS: {text}; a CA of your own goes in with --ca-file"
    return f"{request.method} {request.url}: {kind}"
