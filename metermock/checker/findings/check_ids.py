"""The ids of the rules that every contract gets, and those that it gives to the checker's own checks."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from metermock.contract import Contract, Operation
from metermock.contract.contract import promises
from metermock.contract.exchange import Level
from metermock.contract.schema_breaches import (
    DISCRIMINATOR,
    FORMAT,
    INTEGER_AS_FLOAT,
    UNDOCUMENTED_FIELD,
    WRITE_ONLY,
)
from metermock.errors import UsageError

BUILT_IN_RULES = {
    "status": "the status is documented",
    "header": "headers are as documented",
    "media-type": "the media type is documented",
    "json": "the body is proper JSON",
    "schema": "the body is valid against its schema",
    UNDOCUMENTED_FIELD: "every field is documented",
    INTEGER_AS_FLOAT: "an integer is written without a fraction",
    DISCRIMINATOR: "a value is of the schema that its discriminator selects",
    WRITE_ONLY: "a field that is only for requests is not sent",
    FORMAT: "a text is of its format",
}
"""The rules that the contract's judgement of every reply has, and what each says."""


_CUSTOMS = (
    *("repeatable", "order", "precedence", "head", "routing", "unknown", "repeated", "integers"),
    *("discriminator", "unsent", "formats", "isolation", "asked", "pages", "effect"),
)
"""What well-made APIs do and OpenAPI does not ask for."""


@dataclass(frozen=True, slots=True)
class CheckIds:
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
    body: str = "invalid-body"
    """A body that breaks its schema is refused."""
    head: str = "head"
    """HEAD is GET without the body."""
    routing: str = "routing"
    """An unknown path gets 404, an undocumented method 405 with Allow, with or without credentials."""
    unknown: str = "unknown-parameter"
    """An unknown query parameter is ignored."""
    repeated: str = "repeated-parameter"
    """Of a repeated parameter the last one counts."""
    integers: str = INTEGER_AS_FLOAT
    """An integer is written as 25, not as 25.0, which JSON Schema lets pass."""
    undocumented: str = UNDOCUMENTED_FIELD
    """A reply has only fields that its schema names; JSON Schema lets others pass where none forbids them."""
    discriminator: str = DISCRIMINATOR
    """A value is of the schema that its discriminator selects, which is a hint for those who read it."""
    unsent: str = WRITE_ONLY
    """A reply has no field that is `writeOnly`; the specification says that it should not."""
    formats: str = FORMAT
    """A text is of its format, where that is only an annotation: all but dates, timestamps and integers."""
    asked: str = "as-asked"
    """A reply is about what was asked: the thing of its path, rows of a filter, no more than a limit."""
    pages: str = "pages"
    """The pages of a list put together are the list."""
    effect: str = "effect"
    """What a request changes shows in GET of the same path."""
    isolation: str = "isolation"
    """One account never sees another's usage."""
    refused: str = "refused-credential"
    """A credential that the configuration calls refused is refused, with the status it names."""
    undisturbed: str = ""
    """Reading changes nothing that is read; only where a document names it, since some APIs count reads."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """Ids for inputs that the contract pairs by name with a refusal; `invalid` for the others."""
    volatile: tuple[str, ...] = (
        "/request_id",
        "/requestId",
        "/timestamp",
        "/meta/request_id",
        "/meta/timestamp",
    )

    named: frozenset[str] = frozenset()
    """The checks to which the document gives an id: it promises them."""

    def level(self, rule: str) -> Level:
        """How grave it is to break a check: what no contract forbids is a *should*, unless it names it."""
        promised = {getattr(self, name) for name in self.named if isinstance(getattr(self, name), str)}
        customs = {getattr(self, name) for name in _CUSTOMS}
        return "should" if rule in customs - promised else "must"

    @property
    def of_credentials(self) -> frozenset[str]:
        """The rules that speak of credentials."""
        return frozenset({self.credentials, self.precedence, self.refused})

    @property
    def listed(self) -> tuple[str, ...]:
        """Every id that stands for one check."""
        values = (getattr(self, each.name) for each in fields(self))
        return tuple(value for value in values if value and isinstance(value, str))

    def refused_for(self, operation: Operation, headers: Iterable[str], status: int) -> str | None:
        """The rule, by a named example, under which one of these headers is refused with this status."""
        given = {name.lower() for name in headers}
        for example in operation.examples:
            named = {name.lower() for name in example.parameters} & given
            if named and example.status == status and example.name in self.examples:
                return self.examples[example.name]
        return None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The names that a document gives, the usual ones otherwise.

        Raises UsageError for a key that stands for no check.
        """
        given = promises(document)
        known = sorted(each.name for each in fields(cls) if each.name != "named")
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=1)
                advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
                raise UsageError(f"the document's x-checks have no {name!r}; {advice}")
        values = {name: _frozen(value) for name, value in given.items()}
        return cls(**values, named=frozenset(given))


def rule_ids(contract: Contract) -> set[str]:
    """The ids of every rule that a check of this contract can judge."""
    written = {rule.id for operation in contract.operations for rule in operation.rules}
    relations = {relation.id for operation in contract.operations for relation in operation.relations}
    return {*BUILT_IN_RULES, *written, *relations, *CheckIds.of(contract.document).listed}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
