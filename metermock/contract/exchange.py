"""What went over the wire, and what a contract says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its reply.

    `parameters` are as `Operation.read` gives them, defaults filled in. Header names are lower-case.
    `body` is the JSON value, or the reply's bytes, which are then read here. `now` is the reply's
    `Date` as an instant, `2026-03-08T12:00:00Z`.
    """

    operation: str
    parameters: Mapping[str, Any]
    request_headers: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: Any
    now: str


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a reply breaks its contract.

    `rule` is a rule's id, or `status`, `media-type`, `header`, `json`, `schema`, `undocumented-field`,
    `integer-as-float`, `format`, `discriminator`, `write-only`.
    `pointer` is a JSON pointer into the body, `headers/<name>` for a header, or empty for the whole reply.
    """

    rule: str
    level: Level
    pointer: str
    expected: str
    received: str
    message: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a reply: its breaches, and the ids of the rules that ran and that did not apply."""

    breaches: list[Breach] = field(default_factory=list)
    ran: tuple[str, ...] = ()
    inapplicable: tuple[str, ...] = ()
