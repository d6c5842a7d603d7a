"""The names that schemas of a file have: `$id`, `$anchor` and `$dynamicAnchor`.

What a `$dynamicRef` means depends on the schemas that led to it: of the resources on that way, the outermost
with an anchor of its name counts. So the resources are marked with their anchors, and the references with
their name; whoever copies schemas for a validator knows the way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from metermock import json_pointer
from metermock.contract.reading.structure import Part, Pointer, parts
from metermock.contract.references import ANCHORS, DYNAMIC

Key = tuple[Pointer, str]
"""The resource that an anchor belongs to, and its name."""


@dataclass
class File:
    """A file of a bundle: where it stands in the document, its own address, and its named schemas."""

    prefix: Pointer
    address: str
    value: Any
    is_remote: bool
    is_old: bool
    """Whether its schemas are those of OpenAPI 3.0, which has no `$id`."""
    names: Names | None = None

    @property
    def named(self) -> Names:
        """Its named schemas, found when first asked for."""
        if self.names is None:
            self.names = Names()
            self.names.fill(self)
        return self.names

    def resource(self, pointer: Pointer) -> Pointer:
        """The schema with an `$id` that a schema is a part of, to which its local references are relative."""
        ids = self.named.ids
        if not ids:
            return ()
        lengths = range(len(pointer), 0, -1)
        return next((pointer[:length] for length in lengths if pointer[:length] in ids), ())

    def by_id(self, base: Pointer, address: str) -> Pointer | None:
        """The schema whose `$id` is an address, relative to the `$id` around the reference."""
        ids = self.named.ids
        wanted = urljoin(ids.get(base, ""), address)
        return next((pointer for pointer, name in ids.items() if name == wanted), None)


@dataclass
class Names:
    """The names in one file; `twice` are dynamic anchors of which a resource has several."""

    ids: dict[Pointer, str] = field(default_factory=dict)
    anchors: dict[Key, Pointer] = field(default_factory=dict)
    dynamic: set[Key] = field(default_factory=set)
    twice: set[Key] = field(default_factory=set)

    def fill(self, file: File) -> None:
        """Find the names in a file."""
        whole = "document" if isinstance(file.value, dict) and "openapi" in file.value else "schema"
        named = [p for p in parts(file.value, whole) if p.kind == "schema" and isinstance(p.value, dict)]
        for part in named:
            name = part.value.get("$id")
            if isinstance(name, str) and not name.startswith("#") and not file.is_old:
                outer = file.resource(part.pointer)
                self.ids[part.pointer] = urljoin(self.ids.get(outer, ""), name)
        for part in named:
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(part.value.get(keyword), str):
                    self._add(file, part, keyword)

    def _add(self, file: File, part: Part, keyword: str) -> None:
        key = (file.resource(part.pointer), part.value[keyword])
        if keyword == "$dynamicAnchor":
            if key in self.dynamic:
                self.twice.add(key)
            self.dynamic.add(key)
        self.anchors[key] = part.pointer


class Dynamic:
    """The dynamic references of a bundle, which are written as plain ones with their name beside."""

    def __init__(self) -> None:
        self._found: list[tuple[Pointer, dict[str, Any], str]] = []

    def add(self, pointer: Pointer, schema: dict[str, Any], name: str) -> None:
        """Mark a reference."""
        schema[DYNAMIC] = name
        self._found.append((pointer, schema, name))

    def settle(self, files: list[File]) -> tuple[list[tuple[Pointer, str]], bool]:
        """Mark the resources whose anchors count.

        Returns the references that may mean several anchors of one resource, and whether any is dynamic.
        """
        unclear: list[tuple[Pointer, str]] = []
        times = Counter(name for file in files for _, name in file.named.dynamic)
        several = {name for _, _, name in self._found if times[name] > 1}
        doubtful = {name for file in files for _, name in file.named.twice}
        for pointer, schema, name in self._found:
            if name in doubtful:
                del schema[DYNAMIC], schema["$ref"]
                unclear.append((pointer, name))
            elif name not in several:
                del schema[DYNAMIC]
        for file in files:
            for outer, name in file.named.dynamic:
                resource = json_pointer.at(file.value, outer)
                if name in several - doubtful and isinstance(resource, dict):
                    whole = (*file.prefix, *file.named.anchors[outer, name])
                    resource.setdefault(ANCHORS, {})[name] = "#" + json_pointer.text_of(whole)
        return unclear, bool(several - doubtful)
