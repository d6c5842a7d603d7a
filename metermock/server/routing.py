"""Connexion with one middleware instead of nine: its router calls our endpoints, its security guards them.

The stock middlewares, and the decorators that they build for each request, cost ten times as much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from connexion.middleware.abstract import AbstractRoutingAPI, SpecMiddleware
from connexion.middleware.main import API, ConnexionMiddleware
from connexion.middleware.security import SecurityOperation
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver
from starlette.exceptions import HTTPException
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from metermock.contract.contract import Mark, sent_path
from metermock.errors import Refusal
from metermock.server.answer import Answer
from metermock.server.connexion_view import make_view, routed_path
from metermock.server.credentials import Security
from metermock.server.endpoint import Endpoint
from metermock.server.paths import Paths, whole_pattern
from metermock.server.request import SCOPE_KEY, SLASH, HttpRequest
from metermock.server.site import Site


class OperationResolver(Resolver):  # type: ignore[misc]  # connexion has no types
    """Resolves an operation to its operationId alone: the endpoints know their handlers."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """Keep the operationId."""
        return Resolution(None, operation.operation_id)


class Alike:
    """The operations of one method and path that documents tell apart.

    They do by a query in the path, by `#…`, or by the values of parameters that have other names there.
    """

    def __init__(self, missing: ASGIApp) -> None:
        self.endpoints: list[Endpoint] = []
        self.missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the operation of whose query and marks most were sent, and whose path fits best.

        Where none fits it is an unknown path, or the first of those with marks, which says what is missing.
        """
        http = scope[SCOPE_KEY]
        sent: set[Mark] = {("query", *pair) for pair in http.query()}
        sent |= {(place, name, None) for place, name, _ in sent}
        ranks = {each: _rank(each, http, sent | _headers(each, http)) for each in self.endpoints}
        fitting = [each for each, rank in ranks.items() if rank]
        marked = (
            each for each in self.endpoints if any(mark[2] is not None for mark in each.operation.marks)
        )
        missing: ASGIApp = next(marked, self.missing)
        found: ASGIApp = max(fitting, key=ranks.__getitem__, default=missing)
        await found(scope, receive, send)
        # Another query may be another operation's.
        scope[SCOPE_KEY].respond = None


def _rank(endpoint: Endpoint, http: HttpRequest, sent: set[Mark]) -> tuple[int, ...]:
    """How well an operation fits what was sent: nothing where it is not meant, else what goes before what."""
    marks = _marks(endpoint)
    if not marks <= sent:
        return ()
    needed = {each for each in endpoint.operation.marks if each[2] is None}
    is_whole = needed <= sent
    return len(marks), is_whole, len(needed) * is_whole, *endpoint.fits_path(http)


def _marks(endpoint: Endpoint) -> frozenset[Mark]:
    """What each request to an operation has, and those to others have not."""
    operation = endpoint.operation
    own = {each for each in operation.marks if each[2] is not None}
    fixed: set[Mark] = {("query", *pair) for pair in operation.fixed_query}
    return frozenset(own | fixed | {("query", name, None) for name in operation.queried})


def _headers(endpoint: Endpoint, http: HttpRequest) -> set[Mark]:
    """The headers that a request has of those that tell an operation."""
    names = {name for place, name, _ in endpoint.operation.marks if place == "header"}
    found: set[Mark] = {
        ("header", name, value) for name in names for value in http.headers.values_of(name.encode())
    }
    return found | {(place, name, None) for place, name, _ in found}


def _bare(path: str) -> str:
    """A path of the view without its query and without what tells it from another one."""
    return sent_path(path).partition("?")[0]


class Routes(AbstractRoutingAPI):  # type: ignore[misc]  # connexion has no types
    """Routes a contract's paths to its endpoints."""

    def __init__(
        self, specification: Any, *, site: Site, paths: Paths, next_app: ASGIApp, **options: Any
    ) -> None:
        self.site = site
        self.paths = paths
        self.security = Security(site.grants)
        self.router = Router(redirect_slashes=False, default=next_app)
        self.alike: dict[tuple[str, str], Alike] = {}
        """Those of paths of which the method and path do not tell the operation, by these."""
        super().__init__(specification, **options)

    def add_paths(self, paths: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Add every operation: connexion itself leaves out methods such as QUERY."""
        listed = paths or self.specification["paths"]
        asked = Counter((method, routed_path(_bare(path))) for path in listed for method in listed[path])
        for path, methods in listed.items():
            for method in methods:
                key = method, routed_path(_bare(path))
                if _bare(path) != path or asked[key] > 1:
                    self.alike[key] = Alike(self.router.default)
        for path, methods in listed.items():
            for method in methods:
                self.add_operation(path, method)

    def make_operation(self, operation: AbstractOperation) -> Endpoint:
        """Make an endpoint that is guarded by connexion's security."""
        guard = SecurityOperation.from_operation(
            operation, next_app=None, security_handler_factory=self.security
        )
        verify = guard.verification_fn if operation.security else None
        return Endpoint(self.site, self.site.contract.operation(operation.operation_id), verify)

    @staticmethod
    def _framework_path_and_name(_operation: AbstractOperation, path: str) -> tuple[str, str]:
        return routed_path(path), sent_path(path)

    def _add_operation_internal(
        self, method: str, path: str, operation: Endpoint, name: str | None = None
    ) -> None:
        # Starlette takes a function for a handler of its own, and any other callable for an ASGI application;
        # its types name only the former.
        path = _bare(path)
        shared = self.alike.get((method, path))
        endpoint: Any = operation if shared is None else shared
        if shared is not None:
            shared.endpoints.append(operation)
        route = Route(path, endpoint, methods=[method], name=name)
        route.path_regex = whole_pattern(path)
        self.router.routes.append(route)
        self.paths.add(method.upper(), path, endpoint)


class Routing(SpecMiddleware):  # type: ignore[misc]  # connexion has no types
    """The one middleware: routes, secures and answers, with the contract's own errors for 404 and 405."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.routes: Routes | None = None

    def add_api(self, specification: Any, *, site: Site, paths: Paths, **options: Any) -> None:
        """Take the contract; connexion calls this once, when it builds itself."""
        self.routes = Routes(specification, site=site, paths=paths, next_app=self.app, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route a request; anything else needs no answer."""
        if scope["type"] != "http" or self.routes is None:
            return
        http = scope[SCOPE_KEY]
        found = self.routes.paths.find(http.method, http.path)
        if found is not None:
            endpoint, scope["path_params"] = found
            await endpoint(scope, receive, send)
            return
        try:
            await self.routes.router(scope, receive, send)
        except HTTPException:
            await refuse_method(self.routes, scope, send)


async def refuse_method(routes: Routes, scope: Scope, send: Send) -> None:
    """Answer a method that the path does not have; OPTIONS is answered with those that it has.

    They may be of several templates: `DELETE /files/{name}` beside `GET /files/{id}`.
    """
    http, site = scope[SCOPE_KEY], routes.site
    listed = (each for each in routes.router.routes if isinstance(each, Route))
    known = dict.fromkeys(site.allowed[each.name] for each in listed if each.path_regex.match(http.path))
    allow = ", ".join(dict.fromkeys(", ".join(known).split(", ")))
    if http.method == "OPTIONS":
        answer = Answer(204, [], b"")
    else:
        answer = site.refuse(Refusal("method_not_allowed", facts={"allow": allow}), http)
    if not any(name == b"allow" for name, _ in answer.headers):
        answer.headers.append((b"allow", allow.encode()))
    await site.send(http, answer, send)


def connexion_app(
    site: Site, paths: Paths, hint: Callable[[HttpRequest], Answer | None]
) -> ConnexionMiddleware:
    """Make the connexion application of one contract; it builds itself when it is first called.

    It fills `paths` then. `hint` may answer for a path that the contract does not have; else the contract's
    own 404 does.

    Each contract has its own: a path that no router knows has to be answered with the error of its contract.
    """

    async def unknown_path(scope: Scope, _receive: Receive, send: Send) -> None:
        http = scope[SCOPE_KEY]
        facts = {"path": http.path.replace(SLASH, "%2F")}
        answer = hint(http) or site.refuse(Refusal("not_found", facts=facts), http)
        await site.send(http, answer, send)

    app = ConnexionMiddleware(unknown_path, middlewares=[Routing], import_name="metermock.server")
    app.apis.append(
        API(
            make_view(site.contract),
            base_path="",
            name=site.name,
            site=site,
            paths=paths,
            resolver=OperationResolver(),
        )
    )
    return app
