"""The grants of a world: what its credentials open, and what stands in for one that a request names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metermock.errors import Refused
from metermock.ledger.credential import Credential
from metermock.ledger.world import World
from metermock.server.grant import Grant

FORBIDDEN, MALFORMED, UNKNOWN = 403, 450, 460


class BadCredential(Refused):
    """A credential was sent and is not accepted.

    When several schemes fail, connexion raises one of their errors: that with `status_code` 403, else 401,
    else the lowest. So `rank` orders the reasons; the contract's own error decides what the client gets.
    """

    def __init__(self, reason: str, why: str, rank: int) -> None:
        super().__init__(reason, why)
        self.status_code = rank


class Grants:
    """The grants of a world's credentials."""

    def __init__(self, world: World) -> None:
        self.world = world
        # Connexion wants a dict of what a credential stands for.
        self.granted = {each.name: {"grant": self.grant(each)} for each in world.credentials if each.account}
        self.stand_ins = stand_ins(world)

    def grant(self, credential: Credential) -> Grant:
        """Look up the account and the key of a credential."""
        account = self.world.accounts[credential.account or ""]
        return Grant(credential, account, account.key(credential.key) if credential.key else None)

    def accept(self, scheme: str, value: str, now: int) -> dict[str, Any]:
        """Return the grant of a value for a scheme, as connexion wants it; BadCredential if it is refused."""
        return self.accepted(self.world.find_credential(scheme, value, now))

    def accepted(self, credential: Credential | None) -> dict[str, Any]:
        """Return the grant of a credential, as connexion wants it; BadCredential if it is refused."""
        if credential is None:
            raise BadCredential("unauthenticated", "unknown", UNKNOWN)
        refused = credential.refused
        # A refused credential with headers of its own is refused for those, by the handlers' `authorize`.
        if refused is not None and not credential.headers:
            reason = "forbidden" if refused.status == FORBIDDEN else "unauthenticated"
            raise BadCredential(reason, refused.why, refused.status)
        if credential.name not in self.granted:
            raise BadCredential("unauthenticated", "unknown", UNKNOWN)
        return self.granted[credential.name]

    def own(self, grant: Grant) -> Grant:
        """Return the grant of the same credential in this world, for one of another seed."""
        account = self.world.accounts[grant.account.name]
        if account is grant.account:
            return grant
        key = grant.credential.key
        return Grant(grant.credential, account, account.key(key) if key else None)

    def stand_in(self, name: str, now: int) -> Grant:
        """Return the grant of a credential or account by its name; BadCredential if it is refused."""
        credential = self.stand_ins[name]
        if credential.name not in self.granted and credential.account:
            return self.grant(credential)
        found = self.world.find_credential(credential.scheme, credential.value, now)
        # A token expires. Other reasons to be refused are those of the one that was named.
        if credential.refused is None and found is not None and found.refused is not None:
            credential = replace(credential, refused=found.refused)
        grant: Grant = self.accepted(credential)["grant"]
        return grant


def stand_ins(world: World) -> dict[str, Credential]:
    """Return the credential that a name stands for: its own, else one of the account that it names."""
    found = {each.name: each for each in world.credentials}
    for name in world.accounts:
        own = (each for each in world.credentials if each.account == name and each.refused is None)
        found.setdefault(name, next(own, Credential(name, name, "", "")))
    return found
