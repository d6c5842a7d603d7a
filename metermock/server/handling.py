"""A handler's Request and Reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from metermock.ledger.account import Account, Key
from metermock.ledger.queries.usage import Usage
from metermock.ledger.world import World

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""A hexadecimal digit with 10 in its two upper bits."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads of a credential that the last minute counts, this one included, where limits are enforced."""

    limit: int
    used: int
    resets_in: int
    """Seconds until the oldest of them counts no more."""
    let_in: bool = True

    @property
    def left(self) -> int:
        """How many more are let in now."""
        return max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class File:
    """A file that a client sent as a part of a multipart body."""

    content: bytes
    name: str = ""
    """The file's name as the client says it; empty where it says none."""
    media: str = ""
    """Its Content-Type; empty where the client says none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers of its part; names in lower case."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a contract. In a refusal, what was not known yet is None or empty."""

    operation: str | None
    """The operationId; None where no operation has this path and method."""
    parameters: Mapping[str, Any]
    """By name, validated, with defaults filled in; an optional one without default may be absent."""
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
    reads: Reads | None = None
    """None where limits are not enforced."""
    body: Any = None
    """The value of the body, validated: of JSON, a form or a text; bytes of what is no text."""
    lag: int = 0
    """Seconds before `now` whose calls are not counted yet; `usage` leaves them out."""
    link: Callable[[str], str] = str
    """Makes the URL of a path of the contract, as the client reaches the mock."""
    method: str = ""
    path: str = ""
    """The path inside the contract, as it was asked."""

    @property
    def id(self) -> str:
        """A UUID: a function of the request while the clock is frozen, random while it runs."""
        text = "\0".join(self.identity).encode("utf-8", "surrogatepass")
        digits = blake2b(text, digest_size=16).hexdigest()
        # The 4 says version 4, since some clients know no later one; the digit after it says RFC 9562.
        variant = _VARIANT[digits[16]]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


_Open: Any = type("_Open", (), {"__slots__": Request.__slots__})
"""A request whose fields can still be set."""


def request_of(*fields: Any) -> Request:
    """Make a request of all of its fields, in their order.

    A frozen dataclass sets each of its fields by a call, which takes three times as long and more.
    """
    made = _Open()
    (
        made.operation,
        made.parameters,
        made.account,
        made.key,
        made.usage,
        made.now,
        made.settings,
        made.world,
        made.headers,
        made.identity,
        made.reads,
        made.body,
        made.lag,
        made.link,
        made.method,
        made.path,
    ) = fields
    made.__class__ = Request
    request: Request = made
    return request


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the contract documents it.

    A `body` of None means that there is no body; bytes are sent as they are, with the `content-type` of
    `headers`.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
