"""Whether a schema accepts a value, compiled when it is first asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from metermock.contract.schemas import Schemas

_SAYS_NOTHING = frozenset(
    {"type", "minimum", "title", "description", "example", "examples", "default", "deprecated"}
)
"""Keywords beside which no other says anything of an integer."""


class Acceptance:
    """Tells whether a schema accepts a value.

    A reply asks this of few of its fields. Compiled for all of them, the validators are most of the time and
    the memory that the first reply of a large document takes.
    """

    def __init__(self, schemas: Schemas, schema: Any, *, closed: bool) -> None:
        self._schemas = schemas
        self._schema = schema
        self._closed = closed
        self._is_valid: Callable[[Any], bool] | None = None
        self._least = _least_integer(schema)

    def __call__(self, value: Any) -> bool:
        """Whether the schema accepts a value."""
        if type(value) is int and self._least is not None and value >= self._least:
            return True
        if self._is_valid is None:
            self._is_valid = self._schemas.validator(self._schema, closed=self._closed).is_valid
        return self._is_valid(value)


def _least_integer(schema: Any) -> float | None:
    """The number from which on a schema takes each integer; None where only a validator knows."""
    if not isinstance(schema, dict) or not _SAYS_NOTHING.issuperset(schema):
        return None
    least = schema.get("minimum", -math.inf)
    is_number = schema.get("type") in ("integer", "number") and type(least) in (int, float)
    return least if is_number else None
