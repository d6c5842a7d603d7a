"""An answer of the mock."""

from __future__ import annotations

from dataclasses import dataclass

from metermock.server.headers import RawHeaders


@dataclass(slots=True)
class Answer:
    """Status, headers and bytes. The headers that every answer has are added when it is delivered."""

    status: int
    headers: RawHeaders
    body: bytes
