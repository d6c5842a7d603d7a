"""What a handler takes and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from metermock.ledger.account import Account, Key
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """A request that found its contract; what is not known yet when it is refused is None or empty."""

    operation: str | None
    """The operationId; None where no operation has this path and method."""
    parameters: Mapping[str, Any]
    """By name, read and valid, defaults filled in; absent optional ones are left out."""
    account: Account | None
    key: Key | None
    usage: Usage | None
    now: int
    """The mock's clock, in epoch seconds."""
    settings: Mapping[str, Any]
    world: World
    headers: Mapping[str, str]
    """Names in lower case."""
    identity: tuple[str, ...] = ()
    """What `id` is made from."""

    @property
    def id(self) -> str:
        """A UUID: a function of the request while the clock is frozen, random when it is live."""
        text = "\0".join(self.identity).encode("utf-8", "surrogatepass")
        number = int.from_bytes(blake2b(text, digest_size=16).digest())
        # Marked as version 4: some clients know no later one.
        number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62
        digits = f"{number:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the contract documents it; a `body` of None is no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
