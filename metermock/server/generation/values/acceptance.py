"""Whether a schema accepts a value, compiled when it is first asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metermock.contract.schemas import Schemas


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

    def __call__(self, value: Any) -> bool:
        """Whether the schema accepts a value."""
        if self._is_valid is None:
            self._is_valid = self._schemas.validator(self._schema, closed=self._closed).is_valid
        return self._is_valid(value)
