"""Values of odd schemas, searched for: slow, and only where the makers of values gave up."""

from __future__ import annotations

from typing import Any

from metermock.contract.samples import Samples
from metermock.contract.schemas import Schemas

_KNOWN: dict[int, tuple[Any, tuple[Any] | None]] = {}


def found_by_search(schemas: Schemas, schema: Any) -> tuple[Any] | None:
    """A value that a schema accepts, in a tuple, since it may be null; None where none was found."""
    if id(schema) not in _KNOWN:
        accepted = Samples(schemas).accepted(schema, is_request=False)
        # The schema is held too: its id is its name as long as it lives.
        _KNOWN[id(schema)] = schema, (accepted[0],) if accepted else None
    return _KNOWN[id(schema)][1]
