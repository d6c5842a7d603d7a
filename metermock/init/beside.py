"""Writes the suggested rules of a document as Overlays beside its files, and nothing else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from metermock.contract import Contract, Operation, load_contract
from metermock.contract.reading.bundle import Fetch
from metermock.document_names import OVERLAYS, name_of, namesake, overlay_beside
from metermock.errors import UsageError
from metermock.init.documents import Layout, layout_of
from metermock.init.overlay_text import Suggested, overlay_text
from metermock.init.rules import Dropped, SuggestedRules


@dataclass(frozen=True, slots=True)
class Target:
    """The document as its user names it, and where its overlay goes: None for beside each of its files."""

    document: str
    name: str
    output: Path | None = None
    operations: frozenset[str] = frozenset()
    """Those that get rules; empty: all."""
    replaces: bool = False
    """Whether a file that is there is replaced."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What was written, and which suggestions were not."""

    rules: Sequence[Suggested]
    dropped: Sequence[Dropped]
    files: Sequence[Path]
    unreached: Sequence[tuple[Operation, str]]
    """Operations that stand in a file whose overlay is not written, each with the reason."""
    is_found: bool
    """Whether `serve` and `check` find the overlays by themselves."""
    reviewed: Path | None = None
    """The overlay that they find instead."""


def write_overlay(contract: Contract, target: Target, fetch: Fetch | None = None) -> Beside:
    """Write the rules that a document suggests; UsageError where a file is there already.

    They are suggested by the document alone: an overlay that lies beside it has no part in them.
    """
    layout = layout_of(contract, target.name, is_bare=True)
    places = dict(_places(contract, target, layout))
    for document, place in places.items():
        _refuse_taken(document, place, target)
    suggested, version = _tried(layout, places, target, fetch)
    texts: dict[Path, bytes] = {}
    for document, place in places.items():
        rules = suggested.written.get(layout.places[document])
        if rules:
            name = PurePosixPath(Path(document).name)
            texts[place] = overlay_text(name, version, rules, _address(document, place))
    for place, text in texts.items():
        _write(place, text)
    root = contract.source.path
    beside = overlay_beside(root) if isinstance(root, Path) else None
    is_found = all(_is_found(document, place) for document, place in places.items())
    return Beside(
        suggested.rules,
        suggested.dropped,
        list(texts),
        [(each, _reason(contract, each, target)) for each in suggested.unreached],
        is_found=is_found,
        reviewed=None if is_found or beside is None else Path(target.document).parent / beside.name,
    )


def _places(contract: Contract, target: Target, layout: Layout) -> Iterator[tuple[str, Path]]:
    """The files of a document that get overlays, and where: those on this machine, or the document alone."""
    root = contract.source.path
    if target.output is not None:
        yield str(root), target.output
    elif isinstance(root, str):
        # What lies at a URL has nothing beside it: the overlay is named when it is used.
        yield root, Path(name_of(root) + OVERLAYS[0])
    else:
        own = Path(target.document)
        for path in layout.places:
            folder = Path(os.path.relpath(Path(path).parent, root.parent))
            yield path, own.parent / folder / (name_of(Path(path)) + OVERLAYS[0])


def _refuse_taken(document: str, place: Path, target: Target) -> None:
    path = Path(document)
    if target.output is None and "://" not in document:
        other = namesake(path)
        if other is not None:
            raise UsageError(
                f"{place} would be applied to {other.name}, which lies beside {path.name}."
                "\n  Name that document, or another file: -o FILE."
            )
        beside = overlay_beside(path)
        if beside is not None and beside.name != place.name:
            raise UsageError(
                f"{path.name} has an overlay already: {beside.name}."
                "\n  Name another file: -o FILE. Or remove that one first."
            )
    if (place.exists() or place.is_symlink()) and not target.replaces:
        raise UsageError(
            f"{place} is there already, and may have been reviewed: it is not overwritten."
            "\n  Name another file, to compare them: -o FILE. Or replace it: --force."
        )


def _tried(
    layout: Layout, places: Mapping[str, Path], target: Target, fetch: Fetch | None
) -> tuple[SuggestedRules, str]:
    """The rules that hold in replies, tried beside a copy of the document, with the document's version."""
    with tempfile.TemporaryDirectory(prefix="metermock-") as folder:
        scratch = Path(folder).resolve()
        for place, text in layout.texts.items():
            (scratch / place).parent.mkdir(parents=True, exist_ok=True)
            (scratch / place).write_bytes(text)
        copy = load_contract(scratch / layout.root, fetch=fetch)
        copied = {str(scratch / layout.places[document]): layout.places[document] for document in places}
        suggested = SuggestedRules(
            scratch, copied, copy, target.name, operations=target.operations, fetch=fetch
        )
        suggested.write()
        return suggested, copy.version


def _address(document: str, place: Path) -> str:
    """A document's address from where its overlay lies."""
    if "://" in document:
        return document
    path = PurePosixPath(Path(os.path.relpath(Path(document).resolve(), place.resolve().parent)).as_posix())
    return str(path) if path.is_absolute() or path.parts[0] == ".." else f"./{path}"


def _write(place: Path, text: bytes) -> None:
    try:
        place.write_bytes(text)
    except OSError as error:
        raise UsageError(f"Cannot write {place}: {error.strerror}") from None


def _is_found(document: str, place: Path) -> bool:
    if "://" in document:
        return False
    return place.resolve() == Path(document).with_name(name_of(Path(document)) + OVERLAYS[0])


def _reason(contract: Contract, operation: Operation, target: Target) -> str:
    """Why an operation gets no rules: its file cannot have, or is not meant to have an overlay."""
    source, _ = contract.place(contract.operation(operation.id).pointer)
    if "://" in str(source.path):
        return f"it stands in {source.path}, beside which no overlay can be written"
    where = os.path.relpath(Path(source.path), Path(target.document).resolve().parent)
    return f"it stands in {where}, and an overlay is for one file: leave -o out, or name that file"
