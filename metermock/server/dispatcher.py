"""Dispatches each request to the contract, or to the page of the mock's own, that it is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from metermock.contract import Contract
from metermock.errors import PreferenceError
from metermock.server.answer import Answer
from metermock.server.clock import Clock
from metermock.server.cors import is_preflight, preflight_headers
from metermock.server.delivery import deliver, send_copy
from metermock.server.endpoint import Endpoint
from metermock.server.heads import Heads, Name, answered, name_of
from metermock.server.hosts import bases_of, host_of, servers_of
from metermock.server.memory import Memory, Target, target_of
from metermock.server.paths import Paths
from metermock.server.places import OWN
from metermock.server.preferences.in_query import MARK, has_marks, taken_out
from metermock.server.preferences.reading import Written, read
from metermock.server.preferences.syntax import Pair
from metermock.server.preferred import (
    PreferredSend,
    base_of,
    demand_connection,
    refused,
    without_base,
    written,
)
from metermock.server.problem import problem
from metermock.server.request import SCOPE_KEY, SEEDED, TRIED, HttpRequest, Sent
from metermock.server.routing import connexion_app
from metermock.server.seeds import Seeds
from metermock.server.site import Site

Page = Callable[[HttpRequest], Answer | Awaitable[Answer]]
Hint = Callable[[HttpRequest], Answer | None]

READ_ONLY = b"GET, HEAD, OPTIONS"


class WorksAhead(Protocol):
    """Pages that can work out in advance what they show."""

    on_look: Callable[[], None] | None
    """Called once, when a browser has opened the first page."""

    def ahead(self) -> Iterator[None]:
        """Work it out, step by step."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A contract in the mock: its connexion application, and the mock's pages about it."""

    site: Site
    app: ASGIApp
    seeds: Seeds
    paths: Paths
    """The operations of the contract, once the application is built."""
    pages: Mapping[str, Page]
    """By path inside the contract. A path that the contract itself has is not among them."""
    bases: tuple[str, ...] = ()
    """Base paths of its servers, which may stand before its paths."""
    begins: tuple[str, ...] = ()
    """What paths below one of them begin with."""

    def has_own(self, path: str) -> bool:
        """Tell whether a path is one of the contract's, though it begins with the name of it."""
        contract = self.site.contract
        return contract.begins_alike and contract.matches(path)

    def endpoint(self, http: HttpRequest) -> Endpoint | None:
        """Return the operation that a request's path alone says, and note the texts of its parameters."""
        found = None if http.path in self.pages else self.paths.find(http.method, http.path)
        if found is None:
            return None
        endpoint, http.scope["path_params"] = found
        # Of some paths the query says which operation is meant.
        return endpoint if isinstance(endpoint, Endpoint) else None

    def enter(self, http: HttpRequest, prefix: str) -> bool:
        """Take a prefix off a request's path, and a base path behind it; tell whether there is such a one."""
        inside = http.path[len(prefix) :]
        has_base = inside.startswith(self.begins)
        base = next(each for each in self.bases if inside.startswith(each + "/")) if has_base else ""
        if prefix or has_base:
            http.enter(prefix + base)
        return has_base


class Dispatcher:
    """Finds a contract by the request's host, by the first segment of its path, or as the only one."""

    def __init__(
        self,
        mounts: list[Mount],
        pages: Mapping[str, Page],
        clock: Clock,
        *,
        root: bool,
        preferences: bool = True,
    ) -> None:
        self.mounts = {mount.site.name: mount for mount in mounts}
        self.pages = pages
        self.clock = clock
        self.root = mounts[0] if root else None
        self.preferences = preferences
        """Whether requests may choose what they get."""
        self.marked = frozenset(name for mount in mounts for name in marked(mount.site.contract))
        """Names of parameters that are a document's own, though they look like preferences."""
        self.repeats = any(mount.site.repeats for mount in mounts)
        """Whether the same request has the same reply; contracts of one mock have one clock."""
        self.memory = Memory()
        self.heads = Heads()
        self.on_start: Callable[[], None] | None = None
        """Called once the server is ready."""
        self.console: WorksAhead | None = None
        self.hosts: dict[str, list[tuple[str, Mount]]] = {}
        for mount in mounts:
            for host, base in servers_of(mount.site.contract.document):
                self.hosts.setdefault(host, []).append((base, mount))
        for known in self.hosts.values():
            # The longest base path that fits is the one that is meant.
            known.sort(key=lambda each: -len(each[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.other(scope, receive, send)
            return
        sent = None if TRIED in scope else self.at_once(scope)
        if sent is not None:
            await send_copy(sent, send)
            return
        http, mount = await self.ask(scope, receive, send)
        if mount is not None and mount.site.repeats and http.preferences is None and SCOPE_KEY in http.scope:
            self.memory.keep(target_of(scope), http)
            self.heads.keep(name_of(scope), http, mount.site)

    def at_once(self, scope: Scope) -> Sent | None:
        """Return the reply to a request for which nothing has to be waited for; None for any other.

        It is the one that a call would send.
        """
        target = target_of(scope)
        known = self.memory.find(target, scope)
        if known is not None:
            return known
        name = name_of(scope)
        head = self.heads.find(name)
        if head is None:
            return self.anew(scope, target, name)
        if self.preferences and b"__" in scope["query_string"] and has_marks(scope["query_string"]):
            return None
        http = head.answer(scope)
        if http is None:
            return None
        self.memory.keep(target, http, sight=(head.token, scope["query_string"]))
        return http.sent

    def anew(self, scope: Scope, target: Target, name: Name) -> Sent | None:
        """Return the reply to a request of an unknown head, as `at_once` does: most often of another path."""
        if scope["method"] != "GET" or not self.repeats:
            return None
        http = self.read(scope)
        if self.preferences and written(http) is not None:
            return None
        mount = self.find(http)
        endpoint = None if mount is None else mount.endpoint(http)
        if mount is None or endpoint is None:
            return None
        site = mount.site
        found = answered(http, endpoint.at_once, site.finish)
        if found is None:
            return None
        self.memory.keep(target, http)
        self.heads.keep(name, http, site)
        return http.sent

    async def ask(self, scope: Scope, receive: Receive, send: Send) -> tuple[HttpRequest, Mount | None]:
        """Answer a request anew, and return what was read of it and the contract that it was for."""
        http = self.read(scope)
        mount = self.find(http)
        wanted = written(http) if self.preferences else None
        if wanted is not None and not is_preflight(http):
            send = PreferredSend(http, receive, send)
            try:
                await self.prepare(http, mount, wanted)
            except PreferenceError as error:
                await self.refuse(http, mount, refused(error), send)
                return http, mount
        if mount is None:
            await self.own(http, send)
        else:
            await self.answer(mount, http, receive, send)
        return http, mount

    def read(self, scope: Scope) -> HttpRequest:
        """Read a request; preferences are taken off the front of its path, and out of its query."""
        base = ""
        if self.preferences and scope["path"].startswith("/~"):
            base = base_of(scope, always=self.root is None)
            scope = without_base(scope, base) if base else scope
        in_query: tuple[Pair, ...] = ()
        if self.preferences and b"__" in scope["query_string"]:
            left, in_query = taken_out(scope["query_string"], self.marked)
            scope = {**scope, "query_string": left}
        http = HttpRequest(scope, self.clock.now())
        http.base = base and "/" + base
        http.in_query = in_query
        return http

    async def answer(self, mount: Mount, http: HttpRequest, receive: Receive, send: Send) -> None:
        """Answer a request that is for a contract."""
        http.now = mount.site.now(http)
        if http.method == "OPTIONS" and is_preflight(http):
            await deliver(http, preflight(http), b"", send)
            return
        page = mount.pages.get(http.path)
        if page is not None:
            await self.show(page, http, send)
            return
        http.scope["root_path"] = http.prefix
        http.scope[SCOPE_KEY] = http
        await mount.app(http.scope, receive, send)

    async def prepare(self, http: HttpRequest, mount: Mount | None, wanted: Written) -> None:
        """Read what a request wants, and make it ready; PreferenceError where that cannot be."""
        if mount is None:
            http.preferences = read(wanted)
            return
        http.preferences = read(replace(wanted, prefer_is_vendors=mount.site.has_prefer))
        mount.site.check(http.preferences)
        demand_connection(http)
        if http.preferences.seed is not None:
            http.context[SEEDED] = await mount.seeds.of(http.preferences.seed)

    async def refuse(self, http: HttpRequest, mount: Mount | None, answer: Answer, send: Send) -> None:
        """Answer for preferences that cannot be met."""
        if mount is None:
            await deliver(http, answer, b"", send)
            return
        http.now = mount.site.clock.now()
        await mount.site.send(http, answer, send)

    def find(self, http: HttpRequest) -> Mount | None:
        """Find the contract that a request is for, and take its prefix off the path."""
        for base, mount in self.hosts.get(host_of(http.headers.get("host", "")), ()):
            if http.path.startswith(base + "/") or http.path == base:
                http.enter(base)
                return mount
        if self.root is not None and self.root.enter(http, ""):
            return self.root
        name = http.path[1:].partition("/")[0]
        named = self.mounts.get(name)
        if named is None:
            is_own = http.path in self.pages and not (self.root and http.path in self.root.site.allowed)
            return None if http.path == "*" or is_own else self.root
        if self.root is None or not named.has_own(http.path):
            named.enter(http, "/" + name)
        return named

    async def own(self, http: HttpRequest, send: Send) -> None:
        """Answer a request that is for no contract."""
        page = self.pages.get(http.path)
        if page is not None:
            await self.show(page, http, send)
            return
        if http.method == "OPTIONS" and http.path == "*":
            await deliver(http, Answer(204, [(b"allow", READ_ONLY)], b""), b"", send)
            return
        known = ", ".join(f"/{name}" for name in self.mounts)
        detail = f"No contract is served here. Paths begin with one of {known}; / lists them all."
        if self.hosts:
            named = ", ".join(
                sorted(f"{host}{base}" for host, bases in self.hosts.items() for base, _ in bases)
            )
            detail += f" Without these prefixes, the Host header says which is meant: {named}."
        await deliver(http, preflight(http) if is_preflight(http) else problem(404, detail), b"", send)

    async def show(self, page: Page, http: HttpRequest, send: Send) -> None:
        """Answer with one of the mock's own pages."""
        if http.method in ("GET", "HEAD"):
            made = page(http)
            answer = made if isinstance(made, Answer) else await made
        elif http.method == "OPTIONS":
            answer = preflight(http) if is_preflight(http) else Answer(204, [(b"allow", READ_ONLY)], b"")
        else:
            answer = problem(405, "This page can only be read.", [(b"allow", b"GET, HEAD")])
        await deliver(http, answer, b"", send)

    async def other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and stop with the server; refuse WebSockets."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        await live(receive, send, lambda: self)

    async def build(self) -> None:
        """Make all that requests need.

        A connexion application builds itself when it is first called: here, so that no request waits for it.
        """
        for mount in self.mounts.values():
            await mount.app({"type": "lifespan"}, nothing, nothing)


async def live(receive: Receive, send: Send, find: Callable[[], Dispatcher]) -> None:
    """Start and stop with the server; `find` returns the application that starts."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await find().build()
            await send({"type": "lifespan.startup.complete"})
            started = find().on_start
            if started is not None:
                started()
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def marked(contract: Contract) -> Iterator[str]:
    """Yield the names in a document's queries that are spelled as preferences are.

    They are those of parameters, of pairs that a path has itself, and of credentials.
    """
    schemes = contract.security_schemes.values()
    found = [str(each.get("name")) for each in schemes if each.get("in") == "query"]
    for operation in contract.operations:
        found += [each.name for each in operation.parameters if each.location == "query"]
        found += [*operation.queried, *(name for name, _ in operation.fixed_query)]
    yield from (name for name in found if name.startswith(MARK))


async def nothing(*_: object) -> Any:
    """Stand in for a client, where there is none."""


def preflight(http: HttpRequest) -> Answer:
    """Answer a browser's CORS preflight; `deliver` adds the origin."""
    return Answer(204, preflight_headers(http), b"")


def mount(site: Site, seeds: Seeds, pages: Mapping[str, Page], hint: Hint) -> Mount:
    """Mount a contract with the pages whose paths it does not have itself, and all of them under `OWN`.

    `hint` may answer for a path that is neither the contract's nor a page.
    """
    apart = {OWN + path: page for path, page in pages.items()}
    free = {path: page for path, page in {**apart, **pages}.items() if path not in site.allowed}
    paths = [*site.allowed, *free]
    bases = bases_of(site.contract.document, [*paths, *(f"/{site.name}{path}" for path in paths)])
    known, begins = Paths(), tuple(f"{each}/" for each in bases)
    return Mount(site, connexion_app(site, known, hint), seeds, known, free, bases, begins)
