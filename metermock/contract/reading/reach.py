"""Which operations reach a part of a document: what is wrong elsewhere is not their affair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from metermock.contract.reading.structure import Pointer

_SHARED = frozenset({"parameters", "$ref"})
"""What of a path item belongs to each of its operations."""


class Reach:
    """The graph of references, from operations to the parts that they need.

    `operations` are pairs: where an operation stands, and a path item that it belongs to. It may belong to
    two, where one path item refers to another.
    """

    def __init__(
        self, references: Iterable[tuple[Pointer, Pointer]], operations: Iterable[tuple[Pointer, Pointer]]
    ) -> None:
        references = list(references)
        self._beside: dict[Pointer, dict[Pointer, None]] = defaultdict(dict)
        for operation, item in operations:
            self._beside[item][operation] = None
        self._operations = {operation for beside in self._beside.values() for operation in beside}
        self._nodes = self._operations | {target for _, target in references}
        self._needed_by: dict[Pointer, set[Pointer]] = defaultdict(set)
        for holder, target in references:
            self._needed_by[target].update(self._around(holder))

    def operations(self, pointers: Collection[Pointer]) -> dict[Pointer, Pointer]:
        """The operations that reach any of these parts, and the first of the parts that each reaches."""
        found: dict[Pointer, Pointer] = {}
        # One walk for all: a part that an earlier one leads to has its operations already.
        seen: set[Pointer] = set()
        for pointer in pointers:
            waiting = list(self._around(pointer))
            while waiting:
                node = waiting.pop()
                if node in seen:
                    continue
                seen.add(node)
                if node in self._operations:
                    found.setdefault(node, pointer)
                waiting.extend(self._needed_by[node])
        return found

    def _around(self, pointer: Pointer) -> set[Pointer]:
        """The parts that others need and that have this one inside them."""
        prefixes = [pointer[:length] for length in range(len(pointer) + 1)]
        inside: set[Pointer] = set()
        for prefix in prefixes:
            beside = self._beside.get(prefix)
            if beside and pointer != prefix and pointer[len(prefix)] not in _SHARED:
                # Of a path item, one operation does not need another, whoever refers to the whole.
                continue
            inside.update(beside or ())
            if prefix in self._nodes:
                inside.add(prefix)
        return inside
