"""Merges an update of an Overlay into a document, and keeps in mind which file each part is from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from metermock import json_pointer
from metermock.address import shown
from metermock.contract.reading.structure import Pointer
from metermock.source import Source, apart

Origin = tuple[Source, Pointer]
"""A file as it was read, and where in it a part stands."""
Kind = Literal["map", "list", "value"]


def kind_of(value: Any) -> Kind:
    """What a part is to a merge."""
    if isinstance(value, dict):
        return "map"
    return "list" if isinstance(value, list) else "value"


class Origins:
    """Which file each part of a document is from: only what overlays have touched is written down."""

    def __init__(self, base: Source) -> None:
        self._base = base
        # By the identity of the map or list, which is kept so that no other gets the same.
        self._maps: dict[int, tuple[dict[str, Any], dict[str, Origin]]] = {}
        self._lists: dict[int, tuple[list[Any], list[Origin | int]]] = {}

    def of(self, document: Any, pointer: Pointer) -> Origin:
        """The file and the pointer there of a part."""
        source, there, value = self._base, (), document
        origin: Origin = (source, there)
        for token in pointer:
            origin = self._step(value, token, origin)
            value = json_pointer.at(value, (token,))
        return origin

    def _step(self, value: Any, token: str | int, around: Origin) -> Origin:
        source, there = around
        if id(value) in self._maps:
            known = self._maps[id(value)][1].get(str(token))
            if known is not None:
                return known
        elif id(value) in self._lists and str(token).isdecimal():
            items = self._lists[id(value)][1]
            item = items[int(token)] if int(token) < len(items) else token
            return item if isinstance(item, tuple) else (source, (*there, item))
        return source, (*there, token)

    def put(self, around: dict[str, Any], name: str, origin: Origin) -> None:
        """A member of a map is from there."""
        self._maps.setdefault(id(around), (around, {}))[1][name] = origin

    def appended(self, around: list[Any], origin: Origin) -> None:
        """An item is about to be appended to a list, from there."""
        self._items(around).append(origin)

    def set_item(self, around: list[Any], index: int, origin: Origin) -> None:
        """An item of a list is from there."""
        self._items(around)[index] = origin

    def removed(self, around: list[Any], index: int) -> None:
        """An item of a list is about to be removed."""
        del self._items(around)[index]

    def _items(self, around: list[Any]) -> list[Origin | int]:
        return self._lists.setdefault(id(around), (around, list(range(len(around)))))[1]


class Merging:
    """Puts values into the maps and lists of a document."""

    def __init__(self, origins: Origins, path: Path | str) -> None:
        self._origins = origins
        self._path = path

    def merge(self, target: dict[str, Any], update: dict[str, Any], origin: Origin, at: Pointer) -> None:
        """Merge a map into another, maps in it likewise; lists are joined, other values replaced."""
        for name, value in update.items():
            inside = (origin[0], (*origin[1], name))
            old = target.get(name)
            if name not in target:
                self._set(target, name, value, inside)
            elif isinstance(old, dict) and isinstance(value, dict):
                self.merge(old, value, inside, (*at, name))
            elif isinstance(old, list) and isinstance(value, list):
                self.extend(old, value, inside)
            else:
                self._demand_alike(old, value, inside, (*at, name))
                self._set(target, name, value, inside)

    def extend(self, target: list[Any], value: Any, origin: Origin) -> None:
        """Append the items of a list, or a value that is none, to a list."""
        source, there = origin
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            from_ = (source, (*there, index)) if isinstance(value, list) else origin
            self._origins.appended(target, from_)
            target.append(apart(item))

    def replace(self, around: Any, pointer: Pointer, value: Any, origin: Origin) -> None:
        """Put a value in the place of another that is neither map nor list."""
        token = pointer[-1] if pointer else ""
        self._demand_alike(json_pointer.at(around, pointer[-1:]), value, origin, pointer)
        if isinstance(around, list):
            around[int(token)] = value
            self._origins.set_item(around, int(token), origin)
        else:
            self._set(around, str(token), value, origin)

    def _set(self, around: dict[str, Any], name: str, value: Any, origin: Origin) -> None:
        around[name] = apart(value)
        self._origins.put(around, name, origin)

    def _demand_alike(self, old: Any, value: Any, origin: Origin, at: Pointer) -> None:
        if kind_of(old) == kind_of(value):
            return
        source, there = origin
        where = json_pointer.text_of(at) or "the whole document"
        whole = f"{where} of {shown(self._path)}, which is a {kind_of(old)}"
        text = f"a {kind_of(value)} cannot be merged into {whole}"
        raise source.error(there, text, "remove that first, in an action before this one")
