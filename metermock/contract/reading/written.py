"""The operations of a bundled document as they are written, whatever is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metermock import json_pointer
from metermock.contract.contract import Contract
from metermock.contract.reading.bundle import Bundle
from metermock.contract.reading.structure import METHODS, Pointer
from metermock.contract.schemas import Schemas, UnknownReferenceError

TEMPLATE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Written:
    """An operation as the document has it: `pointer` is where it stands, `item` what stands beside it."""

    path: str
    method: str
    pointer: Pointer
    document: Mapping[str, Any]
    item: Mapping[str, Any]
    item_pointer: Pointer

    @property
    def title(self) -> str:
        """`GET /v1/usage`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def plain_name(self) -> str:
        """`get_v1_usage`, the id of an operation that has none."""
        return "_".join([self.method.lower(), *re.findall(r"[A-Za-z0-9]+", self.path)])


def written_operations(contract: Contract) -> Iterator[Written]:
    """Every operation under `paths`, whatever is wrong with it; what is no object is an empty one."""
    paths = contract.document.get("paths")
    for path, entry in paths.items() if isinstance(paths, dict) else ():
        if path.startswith("/") and isinstance(entry, dict):
            item, pointer = _path_item(contract.schemas, entry, ("paths", path))
            for method, document, where in _methods(contract.schemas, item, pointer):
                yield Written(path, method, where, document, item, pointer)


def note_equal_templates(contract: Contract, made: Bundle) -> None:
    """Note paths that differ in nothing but the names of their parameters: a request fits both."""
    first: dict[str, str] = {}
    paths = contract.document.get("paths")
    for path in paths if isinstance(paths, dict) else ():
        other = first.setdefault(TEMPLATE.sub("{}", path), path)
        if other != path and not path.startswith("x-"):
            text = f"{path} takes the same requests as {other}: names of parameters tell no path from another"
            made.note(("paths", path), text, "write both as one path")


def _path_item(schemas: Schemas, entry: dict[str, Any], pointer: Pointer) -> tuple[dict[str, Any], Pointer]:
    """A path item with what its `$ref` names, and where its operations stand."""
    own = {name: value for name, value in entry.items() if name != "$ref"}
    seen: set[str] = set()
    found: Any = entry
    while isinstance(found, dict) and isinstance(found.get("$ref"), str) and found["$ref"] not in seen:
        reference = found["$ref"]
        seen.add(reference)
        try:
            pointer, found = json_pointer.path_of(reference), schemas.at(reference)
        except UnknownReferenceError:
            # It has been reported; what stands beside it is there all the same.
            break
    return ({**found, **own} if isinstance(found, dict) else own), pointer


def _methods(
    schemas: Schemas, item: Mapping[str, Any], pointer: Pointer
) -> Iterator[tuple[str, Mapping[str, Any], Pointer]]:
    """Method, operation and pointer of each operation of a path item."""
    for method in METHODS:
        if item.get(method) is not None:
            yield method, *_operation(schemas, item[method], (*pointer, method))
    others = item.get("additionalOperations")
    for method, document in others.items() if isinstance(others, dict) else ():
        yield method, *_operation(schemas, document, (*pointer, "additionalOperations", method))


def _operation(schemas: Schemas, document: Any, pointer: Pointer) -> tuple[Mapping[str, Any], Pointer]:
    """An operation, or the one that a `$ref` in its place names, as some documents of many files have it."""
    if not isinstance(document, dict):
        # That it is no object has been reported at its pointer, which is how it is left out.
        return {}, pointer
    reference = document.get("$ref")
    if not isinstance(reference, str):
        return document, pointer
    try:
        found = schemas.follow(document)
    except UnknownReferenceError:
        return document, pointer
    return (found, json_pointer.path_of(reference)) if isinstance(found, dict) else (document, pointer)
