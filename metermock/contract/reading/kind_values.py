"""The values that a discriminator's field has for each type, as common extensions of OpenAPI say them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metermock.contract.families import Families, is_base
from metermock.contract.reading.bundle import Bundle
from metermock.contract.references import CHOICES, References, Schema, UnknownReferenceError

_EXTENSIONS = ("x-ms-discriminator-value", "x-discriminator-value")
"""In a type: the value that selects it. The first is AutoRest's, the second that of other generators."""


def map_kinds(references: References, made: Bundle) -> None:
    """Write what the extensions of types say into the mappings of the discriminators that select them.

    What a mapping says already of a value stands.
    """
    families = Families(references)
    for part in list(made.parts()):
        if part.kind != "schema" or not isinstance(part.value, dict):
            continue
        discriminator = part.value.get("discriminator")
        if not isinstance(discriminator, dict):
            continue
        found = {
            value: reference
            for reference in _kinds(families, part.value)
            if (value := _value(references, reference)) is not None
        }
        mapping = discriminator.get("mapping", {})
        if found and isinstance(mapping, dict):
            # Parts of a document may be shared: a new map changes nobody else's.
            part.value["discriminator"] = {**discriminator, "mapping": {**found, **mapping}}


def _kinds(families: Families, schema: Schema) -> Iterator[str]:
    """References to the types that a discriminator chooses among."""
    if is_base(schema):
        yield from families.children(schema)
        return
    for name in CHOICES:
        listed = schema.get(name)
        for choice in listed if isinstance(listed, list) else ():
            if isinstance(choice, dict) and isinstance(choice.get("$ref"), str):
                yield choice["$ref"]


def _value(references: References, reference: str) -> str | None:
    try:
        kind: Any = references.at(reference)
    except UnknownReferenceError:
        return None
    values = (kind.get(name) for name in _EXTENSIONS) if isinstance(kind, dict) else ()
    return next((value for value in values if isinstance(value, str)), None)
