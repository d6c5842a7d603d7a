"""The grant of an accepted credential."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.ledger.account import Account, Key
from metermock.ledger.credential import Credential


@dataclass(frozen=True, slots=True)
class Grant:
    """An accepted credential, and the account and key that it belongs to."""

    credential: Credential
    account: Account
    key: Key | None
