"""What an accepted credential stands for."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.ledger.account import Account, Key
from metermock.ledger.credential import Credential


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential stands for."""

    credential: Credential
    account: Account
    key: Key | None
