"""Types that no reference leads to: those that a mapping names, and those that extend a type in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from metermock import json_pointer
from metermock.contract.families import is_base
from metermock.contract.reading.anchors import File
from metermock.contract.reading.structure import Part, Pointer

Resolve = Callable[[File, Part, str], Pointer | None]
"""The place in the bundled document that a reference of a schema in a file names; None for nowhere."""
_PLACES: tuple[tuple[str, ...], ...] = (("components", "schemas"), ("definitions",), ("$defs",), ())
"""Where a file has schemas by name; the last is a file of nothing else."""


def mapped(file: File, part: Part, root: Any) -> Iterator[tuple[str, str]]:
    """The values of a mapping that are references and not names of schemas, each with its key."""
    discriminator = part.value.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for name, value in list(mapping.items()) if isinstance(mapping, dict) else ():
        if not isinstance(value, str) or value in _schemas(root):
            continue
        if value in _schemas(file.value):
            yield name, "#" + json_pointer.text_of(("components", "schemas", value))
        elif file.prefix if value.startswith("#") else any(mark in value for mark in "./"):
            yield name, value


def _schemas(document: Any) -> Any:
    components = document.get("components") if isinstance(document, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}


class Kin:
    """The types with a discriminator, and those that extend them, as far as they are known."""

    def __init__(self) -> None:
        self._family: set[tuple[str, ...]] = set()
        self._walked: set[int] = set()

    def take(self, file: File, part: Part) -> None:
        """Take in a schema that the walk has come to: its references are plain from now on."""
        self._walked.add(id(part.value))
        if is_base(part.value):
            self._family.add(_texts((*file.prefix, *part.pointer)))

    def missing(self, files: list[File], resolve: Resolve) -> Iterator[tuple[File, Pointer]]:
        """The named schemas that extend one of the family, and are not in it."""
        if not self._family:
            return
        for file in files:
            for pointer, schema in _named(file.value):
                whole = _texts((*file.prefix, *pointer))
                if whole not in self._family and self._extends(file, pointer, schema, resolve):
                    self._family.add(whole)
                    yield file, pointer

    def _extends(self, file: File, pointer: Pointer, schema: Any, resolve: Resolve) -> bool:
        for reference in _extended(schema):
            if id(schema) in self._walked:
                target: Pointer | None = json_pointer.path_of(reference)
            else:
                target = resolve(file, Part("schema", pointer, schema), reference)
            if target is not None and _texts(target) in self._family:
                return True
        return False


def _texts(pointer: Pointer) -> tuple[str, ...]:
    """A pointer as a reference spells it, where an index is a text."""
    return tuple(map(str, pointer))


def _named(value: Any) -> Iterator[tuple[Pointer, Any]]:
    """A file that is a schema, and every schema that it has by name."""
    yield (), value
    for path in _PLACES:
        listed = json_pointer.at(value, path)
        for name, schema in listed.items() if isinstance(listed, dict) else ():
            yield (*path, name), schema


def _extended(schema: Any) -> Iterator[str]:
    """The references to what a schema extends, or stands for."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    listed = schema.get("allOf")
    for part in listed if isinstance(listed, list) else ():
        yield from _extended(part)
