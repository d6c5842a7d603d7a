"""The application that answers: the one that was read last."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from metermock.server.request import Sent

if TYPE_CHECKING:  # it imports connexion, which the application has imported in its own way
    from metermock.server.dispatcher import Dispatcher


class Current:
    """Hands each request to the application that is in place when it comes, and that ends it too.

    Connections know only this one, so they go on when another application takes the place.
    """

    def __init__(self, app: Dispatcher) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return the answering of a request."""
        if scope["type"] == "lifespan":
            from metermock.server.dispatcher import live  # noqa: PLC0415 - see above

            # It lasts as long as the server, and must not hold the first application.
            return live(receive, send, lambda: self.app)
        return self.app(scope, receive, send)

    def at_once(self, scope: Scope) -> Sent | None:
        """Return the reply to a request for which nothing has to be waited for; None for any other."""
        return self.app.at_once(scope)
