"""Types of money that many fields share: their example shows a form, and says nothing of a field's size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from metermock.contract.schemas import Schemas
from metermock.server.generation.makers.shared import fields_in
from metermock.server.generation.values import texts
from metermock.server.generation.values.texts import DIGITS
from metermock.server.generation.words import names

_EXAMPLES = ("example", "examples")
_MONEY = frozenset(
    {"amount", "price", "cost", "fee", "subtotal", "tax", "balance", "spend", "spent", "charge", "total"}
    | {"budget", "discount", "due", "paid", "revenue", "threshold", "forecast"}
)


class MoneyTypes:
    """The types of amounts in a document, and the fields that have them."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        """The names of the fields that refer to a type, by the reference."""
        found: dict[str, set[str]] = {}
        for name, schema in fields_in(self._schemas.document):
            if (reference := _reference(schema)) is not None:
                found.setdefault(reference, set()).add(names.plain(name))
        return {reference: frozenset(each) for reference, each in found.items()}

    def sized(self, name: str, schema: Mapping[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
        """A schema of an amount without the example of a type that fields of other names have too."""
        if not name or "enum" in whole or not any(each in whole for each in _EXAMPLES):
            return whole
        reference = _reference(schema)
        if reference is None or not names.has(name, _MONEY) or len(self._names.get(reference, ())) <= 1:
            return whole
        bare = {key: value for key, value in whole.items() if key not in _EXAMPLES}
        if whole.get("type") not in ("string", ["string", "null"]):
            return bare
        digits = texts.decimals_of(name, whole)
        return whole if digits is None else {**bare, DIGITS: digits}


def _reference(schema: Any) -> str | None:
    """The type that a schema refers to and says no example of."""
    parts = [schema, *schema.get("allOf", ())] if isinstance(schema, dict) else []
    known = [each for each in parts if isinstance(each, dict)]
    if any(example in each for each in known for example in _EXAMPLES):
        return None
    found = [each["$ref"] for each in known if isinstance(each.get("$ref"), str)]
    return found[0] if len(found) == 1 else None
