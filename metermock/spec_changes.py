"""Changes of a document that is handed out: another server, no extensions."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from metermock import json_pointer
from metermock.contract import Contract
from metermock.contract.reading.structure import Part, parts
from metermock.server.pages.document import Document

READ_BY_GENERATORS = frozenset(
    {
        "x-enum-varnames",
        "x-enum-descriptions",
        "x-enumNames",
        "x-enumDescriptions",
        "x-enum-names",
        "x-go-name",
        "x-go-type",
        "x-ms-enum",
        "x-nullable",
        "x-omitempty",
        "x-order",
        "x-extensible-enum",
        "x-discriminator-value",
        "x-deprecated",
        "x-displayName",
        "x-tagGroups",
    }
)
"""Extensions that change what is generated, or shown; all others are for metermock or for readers."""

_WITH_SERVERS = ("path item", "operation")
_OTHER_PLACES = (("info",), ("info", "license"), ("info", "contact"), ("externalDocs",), ("paths",))
_OTHER_LISTS = ("servers", "tags")


def with_server_in_text(contract: Contract, url: str) -> bytes | None:
    """The YAML as it is written, comments too, with one server; None where that takes more than one place."""
    inner = (part for part in parts(contract.source.document) if part.kind in _WITH_SERVERS)
    # Servers of a path or an operation, and those of JSON, are replaced in the value, not in the text.
    if contract.text.lstrip().startswith(b"{") or any("servers" in part.value for part in inner):
        return None
    return Document(contract).as_yaml(url)


def with_server(document: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A copy with one server, also where a path or an operation has servers of its own."""
    copied = copy.deepcopy(dict(document))
    for part in parts(copied):
        if part.kind in _WITH_SERVERS and isinstance(part.value, dict):
            part.value.pop("servers", None)
    return {**copied, "servers": [{"url": url}]}


def without_extensions(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without `x-` keys, but for those that generators read; examples and values are left alone."""
    copied = copy.deepcopy(dict(document))
    for part in parts(copied):
        _strip(part.value)
        for place in _further(part):
            _strip(place)
    for path in _OTHER_PLACES:
        _strip(json_pointer.at(copied, path))
    for name in _OTHER_LISTS:
        for each in copied.get(name) or ():
            _strip(each)
    return copied


def _further(part: Part) -> list[Any]:
    """Maps inside a part that may have extensions of their own."""
    if not isinstance(part.value, dict):
        return []
    names = {"operation": ("responses", "externalDocs"), "schema": ("discriminator", "xml", "externalDocs")}
    inside = [part.value.get(name) for name in names.get(part.kind, ())]
    if part.kind == "security scheme":
        flows = part.value.get("flows")
        inside += [flows, *(flows.values() if isinstance(flows, dict) else ())]
    return inside


def _strip(value: Any) -> None:
    if isinstance(value, dict):
        for name in [name for name in value if name.startswith("x-") and name not in READ_BY_GENERATORS]:
            del value[name]
