"""What a contract calls the checks that every contract gets."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Names:
    """The ids under which the checker's own checks are reported; a document's `x-checks` may give others.

    `volatile` are JSON pointers to what every response has anew: request ids and response timestamps.
    """

    valid: str = "valid-request"
    """A request that the contract allows is answered."""
    repeatable: str = "repeatable"
    """Two reads under one clock are equal."""
    defaults: str = "default"
    """A default that is spelled out is the same as one that is left out."""
    order: str = "parameter-order"
    """The order of parameters changes nothing."""
    credentials: str = "credentials"
    """Missing, malformed, unknown and wrong-scheme credentials are refused as documented."""
    precedence: str = "credentials-first"
    """Bad credentials and bad parameters together: the credentials' error."""
    invalid: str = "invalid-parameter"
    """An invalid parameter is refused as documented."""
    head: str = "head"
    """HEAD is GET without the body."""
    routing: str = "routing"
    """An unknown path is 404, an undocumented method 405 with Allow, whatever the credentials."""
    unknown: str = "unknown-parameter"
    """An unknown query parameter is ignored."""
    repeated: str = "repeated-parameter"
    """Of a repeated parameter the last one counts."""
    isolation: str = "isolation"
    """One account never sees another's usage."""
    refused: str = "refused-credential"
    """A credential that the configuration calls refused is refused, with the status it names."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """Ids for inputs that the contract pairs by name with a refusal; `invalid` for the others."""
    volatile: tuple[str, ...] = (
        "/request_id",
        "/requestId",
        "/timestamp",
        "/meta/request_id",
        "/meta/timestamp",
    )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The names that a document gives, the usual ones otherwise."""
        given = document.get("x-checks", {})
        known = {each.name for each in fields(cls)}
        return cls(**{name: _frozen(value) for name, value in given.items() if name in known})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
