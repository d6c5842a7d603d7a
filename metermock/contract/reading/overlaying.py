"""Applies Overlays to a document that has been read, and knows afterwards which file each part is from.

An overlay beside a file, under its name, is applied whenever the file is read: `acme.overlay.yaml` to
`acme.openapi.yaml`, and to a file that the document refers to likewise.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from metermock import json_pointer, yaml_writer
from metermock.address import shown
from metermock.contract.reading.merging import Merging, Origin, Origins, kind_of
from metermock.contract.reading.structure import Pointer
from metermock.document_names import overlay_beside
from metermock.errors import ContractError, SourceError
from metermock.source import Source, apart, read_source

if TYPE_CHECKING:  # most documents have no overlay, and need no JSONPath
    from metermock.contract.reading.overlay import Action, Overlay

Selected = list[tuple[Pointer, Any]]
"""The parts that a target selects, each with its pointer."""


def read_document(path: Path | str, overlays: Sequence[Path] = ()) -> Source:
    """A file of a contract, with the overlay beside it and `overlays` applied."""
    source = read_source(path, error=ContractError, is_lenient=True)
    beside = overlay_beside(Path(path))
    return overlaid(source, [*([beside] if beside else ()), *overlays])


def overlaid(source: Source, overlays: Iterable[Path]) -> Source:
    """A document with overlays applied, in their order; itself without any."""
    paths = list(overlays)
    if not paths:
        return source
    from metermock.contract.reading.overlay import read_overlay  # noqa: PLC0415 - few documents have one

    try:
        made = OverlaidSource(source)
        for path in paths:
            made.apply(read_overlay(path))
    except RecursionError:
        raise source.error((), "is nested too deep to be read") from None
    return made


class OverlaidSource(Source):
    """A document with overlays applied; its parts have the files and lines that they were written in."""

    def __init__(self, base: Source) -> None:
        super().__init__(base.path, base.text, apart(base.document), ContractError, is_json=base.is_json)
        self._base = base
        self._overlays: list[Source] = []
        self._told: list[SourceError] = []
        self._origins = Origins(base)

    @functools.cached_property
    def text(self) -> bytes:
        """The document with its overlays, in the notation of the file."""
        if self.is_json:
            return json.dumps(self.document, indent=2, ensure_ascii=False).encode() + b"\n"
        return yaml_writer.written(self.document)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file and its overlays."""
        texts = [each.text for each in (self._base, *self._overlays)]
        return hashlib.sha256(b"".join(hashlib.sha256(text).digest() for text in texts)).hexdigest()

    @property
    def notes(self) -> list[SourceError]:
        """What was read leniently in the file and its overlays, and what the overlays do not find."""
        return [note for each in (self._base, *self._overlays) for note in each.notes] + self._told

    def origin(self, pointer: Pointer) -> Origin:
        """The file that a part was written in, the document's or an overlay's, and its pointer there."""
        return self._origins.of(self.document, pointer)

    def line(self, pointer: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of a part in the file of its origin."""
        source, there = self.origin(tuple(pointer))
        return source.line(there)

    def line_inside(self, pointer: Sequence[str | int], offset: int) -> tuple[int, int]:
        """Line and column inside a text, in the file of its origin."""
        source, there = self.origin(tuple(pointer))
        return source.line_inside(there, offset)

    def error(self, pointer: Sequence[str | int], problem: str, advice: str = "") -> SourceError:
        """The error about a part, with the file of its origin."""
        source, there = self.origin(tuple(pointer))
        return source.error(there, problem, advice)

    def apply(self, overlay: Overlay) -> None:
        """Do an overlay's actions, one after the other; ContractError for one that cannot be done."""
        self._overlays.append(overlay.source)
        if overlay.extends and not self._is_meant(overlay):
            text = f"extends names {overlay.extends}, and the overlay is applied to {shown(self.path)}"
            self._told.append(overlay.source.error(("extends",), text, "correct it, or leave it out"))
        for action in overlay.actions:
            self._do(action, overlay)

    def _is_meant(self, overlay: Overlay) -> bool:
        """Whether the document that an overlay names may be this one; a copy of what a URL has may be."""
        if urlsplit(overlay.extends).scheme in ("http", "https"):
            return True
        here = Path(self.path).resolve().as_uri() if "://" not in str(self.path) else str(self.path)
        return urljoin(Path(overlay.source.path).resolve().as_uri(), overlay.extends) == here

    def _do(self, action: Action, overlay: Overlay) -> None:
        selected = action.target.select(overlay.source, self.document)
        if not selected:
            text = f"the target {action.target.text} selects nothing in {shown(self.path)}"
            advice = "correct the target, or leave the action out"
            self._told.append(overlay.source.error(action.target.pointer, text, advice))
        elif action.is_removal:
            self._demand_containers(selected, action, overlay)
            # From the last, so that the places of the others stay what they are.
            for pointer, _ in reversed(selected):
                self._remove(pointer, action, overlay)
        else:
            self._demand_containers(selected, action, overlay)
            self._update(selected, action, overlay)

    def _demand_containers(self, selected: Selected, action: Action, overlay: Overlay) -> None:
        """Refuse parts that are neither map nor list where the overlay is of 1.0, and parts of two kinds."""
        kinds = {kind_of(value) for _, value in selected}
        if overlay.version == "1.0" and "value" in kinds:
            at = next(pointer for pointer, value in selected if kind_of(value) == "value")
            text = f"the target selects {json_pointer.text_of(at)}, which is neither a map nor a list"
            advice = "Overlay 1.0 changes maps and lists: target the one around it, or write overlay: 1.1.0"
            raise overlay.source.error(action.target.pointer, text, advice)
        if len(kinds) > 1 and not action.is_removal:
            text = f"the target selects parts of several kinds: {', '.join(sorted(kinds))}"
            raise overlay.source.error(action.target.pointer, text, "make an action for each of them")

    def _remove(self, pointer: Pointer, action: Action, overlay: Overlay) -> None:
        if not pointer:
            raise overlay.source.error(action.target.pointer, "the whole document cannot be removed")
        around, token = json_pointer.at(self.document, pointer[:-1]), pointer[-1]
        # What an outer part that is removed as well had in it may be gone.
        if isinstance(around, list) and isinstance(token, int) and token < len(around):
            self._origins.removed(around, token)
            del around[token]
        elif isinstance(around, dict):
            around.pop(token, None)

    def _update(self, selected: Selected, action: Action, overlay: Overlay) -> None:
        value, origin = action.update, (overlay.source, (*action.pointer, "update"))
        if action.copy is not None:
            found = action.copy.select(overlay.source, self.document)
            if len(found) != 1:
                text = f"copy selects {len(found)} parts of {shown(self.path)}; it has to select one"
                raise overlay.source.error(action.copy.pointer, text)
            value, origin = apart(found[0][1]), (overlay.source, action.copy.pointer)
        merging = Merging(self._origins, self.path)
        for pointer, target in selected:
            if isinstance(target, list):
                merging.extend(target, value, origin)
            elif isinstance(target, dict) and isinstance(value, dict):
                merging.merge(target, value, origin, pointer)
            else:
                around = json_pointer.at(self.document, pointer[:-1])
                merging.replace(around, pointer, value, origin)
