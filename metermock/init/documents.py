"""Where the files of a document go in a new project: as they are, so that their references still lead."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from metermock.address import shown
from metermock.contract import Contract
from metermock.contract.references import FILES
from metermock.document_names import overlay_beside
from metermock.errors import UsageError
from metermock.project import SUFFIXES
from metermock.source import Source

FOLDER = PurePosixPath("openapi")
_OURS = ("handlers", "fixtures")


@dataclass(frozen=True, slots=True)
class Layout:
    """The document's place in the project, and the place and bytes of each file."""

    root: PurePosixPath
    places: Mapping[str, PurePosixPath]
    """By the path that a file was read from."""
    texts: Mapping[PurePosixPath, bytes]


def layout_of(contract: Contract, name: str, *, is_bare: bool = False) -> Layout:
    """The layout of a document and the files that it refers to; UsageError where they do not fit.

    Overlays beside the files are refused, or with `is_bare` left out.
    """
    root = FOLDER / f"{name}.openapi{_ending(contract.source)}"
    places = {str(contract.source.path): root}
    texts = {root: _text(contract.source, is_bare=is_bare)}
    for source in _files(contract):
        place = _beside(contract.source, source)
        if place is not None:
            places[str(source.path)] = place
            texts[place] = _text(source, is_bare=is_bare)
    own = _own_name(contract, texts.values())
    if own and len(places) > 1 and FOLDER / own not in texts:
        # A file refers back to the document by the name that it had.
        texts[FOLDER / own] = contract.source.text
        if own.endswith(SUFFIXES):
            raise UsageError(
                f"--name {name}: files of the document refer back to {own}.\n  Leave --name out."
            )
    return Layout(root, places, texts)


def _ending(source: Source) -> str:
    suffix = Path(urlsplit(source.path).path if isinstance(source.path, str) else source.path).suffix.lower()
    if source.is_json:
        return ".json"
    return suffix if suffix in (".yaml", ".yml") else ".yaml"


def _files(contract: Contract) -> Iterator[Source]:
    for key in contract.document.get(FILES, ()):
        yield contract.place((FILES, key))[0]


def _text(source: Source, *, is_bare: bool) -> bytes:
    """A file as it was written."""
    if not is_bare:
        _refuse_overlay(source)
        return source.text
    return source.path.read_bytes() if isinstance(source.path, Path) else source.text


def _refuse_overlay(source: Source) -> None:
    overlay = overlay_beside(source.path) if isinstance(source.path, Path) else None
    if overlay is not None:
        raise UsageError(
            f"{source.path} has an overlay already: {overlay.name}.\n"
            "  Make a project without it, and add its actions to the overlay that is written then."
        )


def _own_name(contract: Contract, texts: Iterable[bytes]) -> str:
    """The name of the document's file, where another file or itself has that in its text."""
    path = contract.source.path
    name = Path(urlsplit(path).path if isinstance(path, str) else path).name
    return name if name and any(name.encode() in text for text in texts) else ""


def _beside(root: Source, file: Source) -> PurePosixPath | None:
    """Where a file goes, as far from the document as it is now; None for one that stays at its URL."""
    if isinstance(root.path, str) or "://" in str(file.path):
        here, there = urlsplit(str(root.path)), urlsplit(str(file.path))
        if here[:2] != there[:2]:
            return None
        relative = os.path.relpath(there.path, os.path.dirname(here.path))  # noqa: PTH120 - a path of a URL
    else:
        relative = os.path.relpath(Path(file.path).resolve(), Path(root.path).resolve().parent)
    place = PurePosixPath(os.path.normpath(FOLDER / PurePosixPath(Path(relative).as_posix())))
    if place.parts[0] in ("..", *_OURS):
        raise UsageError(
            f"{shown(root.path)} refers to {shown(file.path)}, which has no place in a project.\n"
            "  Bundle the document into one file first: redocly bundle, or swagger-cli bundle."
        )
    return place
