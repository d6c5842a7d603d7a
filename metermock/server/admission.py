"""Admits requests to an operation: connexion's security checks the credentials, and its result is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from metermock.contract import Operation
from metermock.errors import Refused
from metermock.ledger.cache import HELD, Cache, next_token
from metermock.server.credentials import MissingCredential, granted
from metermock.server.grant import Grant
from metermock.server.headers import held
from metermock.server.request import HttpRequest

GRANTS = Cache(4 << 20)
"""Grants by what was sent for them, of all operations: a bound for what clients can make grow."""


class Admission:
    """Admits requests to one operation.

    A result holds for the same headers within one second of the clock, since tokens expire.
    """

    def __init__(self, operation: Operation, verify: Callable[[HttpRequest], Awaitable[None]]) -> None:
        self.verify = verify
        self.carriers = carriers(operation)
        self.token = next_token()

    async def grant(self, http: HttpRequest) -> Grant | None:
        """Return the grant of a request's credentials, None if it is anonymous; Refused for bad ones."""
        known = self.known(http)
        if known is not None:
            return known
        try:
            await self.verify(http)
        except MissingCredential:
            raise Refused("unauthenticated", "missing") from None
        grant = granted(http)
        if grant is not None and self.carriers:
            sent = http.headers.pairs(self.carriers)
            name = self.token, http.now, *sent
            GRANTS.put(name, grant, HELD + held(sent))
        return grant

    def known(self, http: HttpRequest) -> Grant | None:
        """Return the grant of a request whose credentials were checked before; None of any other."""
        known: Grant | None = GRANTS.get((self.token, http.now, *http.headers.pairs(self.carriers)))
        return known


def carriers(operation: Operation) -> frozenset[bytes]:
    """Return the headers that may carry an operation's credentials.

    Empty if the query may carry them too: then headers alone do not identify a grant, and none is remembered.
    """
    schemes = operation.contract.security_schemes
    used = [schemes[name] for alternative in operation.security for name in alternative]
    if any(scheme.get("in") == "query" for scheme in used):
        return frozenset()
    return frozenset(carrier(scheme).lower().encode() for scheme in used)


def carrier(scheme: Mapping[str, Any]) -> str:
    """Return the header that carries the credentials of a scheme."""
    if scheme.get("in") == "header":
        return str(scheme["name"])
    return "cookie" if scheme.get("in") == "cookie" else "authorization"
