"""Choices that say the same, as documents have them that give one form several names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from metermock.contract.references import ANNOTATIONS, References

_UNSAID = ANNOTATIONS | {"externalDocs", "$comment", "xml"}
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_AS_THEY_ARE = frozenset({"enum", "const", "required", "dependentRequired"})


def each_once(references: References, choices: Iterable[Any]) -> list[Any]:
    """Choices without those that say what an earlier one says, whatever is told beside it."""
    found: dict[str, Any] = {}
    for each in choices:
        is_name = isinstance(each, Mapping) and _said(each).keys() == {"$ref"}
        said = _said(references.follow(each) if is_name else each)
        found.setdefault(json.dumps(said, sort_keys=True, default=str), each)
    return list(found.values())


def _said(schema: Any) -> Any:
    """What a schema says about a value, without words for readers; what it refers to has its name."""
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _UNSAID or name.startswith("x-"):
            continue
        if name in _MAPS and isinstance(value, Mapping):
            found[name] = {key: _said(each) for key, each in value.items()}
        elif name in _LISTS and isinstance(value, list):
            found[name] = [_said(each) for each in value]
        else:
            found[name] = value if name in _AS_THEY_ARE else _said(value)
    return found
