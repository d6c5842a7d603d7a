"""Writes a project whole or not at all: in a folder beside its place, which gets its name at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from metermock.contract import Contract
from metermock.contract.reading.bundle import Fetch
from metermock.document_names import OVERLAYS
from metermock.errors import UsageError
from metermock.init.documents import Layout, layout_of
from metermock.init.overlay_text import Suggested
from metermock.init.rules import Dropped, SuggestedRules, overlay_of
from metermock.init.texts import handlers_text, readme_text, world_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a new project: rules for some operations or for all, handlers for some."""

    folder: Path
    name: str
    operations: frozenset[str] = frozenset()
    """Those that get rules; empty: all."""
    handlers: tuple[str, ...] = ()


@dataclass(slots=True)
class Made:
    """What was written, and which suggestions were dropped."""

    rules: list[Suggested] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    files: list[PurePosixPath] = field(default_factory=list)


def write_project(contract: Contract, wanted: Wanted, fetch: Fetch | None = None) -> Made:
    """Write a project for a document; UsageError where its folder is taken or cannot be written."""
    layout = layout_of(contract, wanted.name)
    _refuse_taken(wanted.folder)
    try:
        wanted.folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{wanted.folder.name}-", dir=wanted.folder.parent))
    except OSError as error:
        raise UsageError(f"Cannot write {wanted.folder}: {error.strerror}") from None
    try:
        made = _Draft(scratch, layout, contract, wanted, fetch).write()
        # `mkdtemp` lets nobody else in; a folder that a user makes is open to others.
        scratch.chmod(0o777 & ~_umask())
        if wanted.folder.is_dir():
            wanted.folder.rmdir()
        scratch.rename(wanted.folder)
    except OSError as error:
        raise UsageError(f"Cannot write {wanted.folder}: {error.strerror}") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return made


def _refuse_taken(folder: Path) -> None:
    taken = folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir())))
    if taken:
        raise UsageError(
            f"{folder} is there already, and nothing is overwritten.\n  Name another: -o FOLDER."
        )


def _umask() -> int:
    """What a file of this user is closed for."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _Draft:
    """A project that is being written."""

    def __init__(
        self, folder: Path, layout: Layout, contract: Contract, wanted: Wanted, fetch: Fetch | None
    ) -> None:
        self._folder = folder
        self._layout = layout
        self._contract = contract
        self._wanted = wanted
        self._fetch = fetch
        self._made = Made()

    def write(self) -> Made:
        """Write all files; the rules are those that examples and the mock's replies keep."""
        for place, text in self._layout.texts.items():
            self._put(place, text)
        name = self._wanted.name
        schemes = self._used_schemes()
        self._put(PurePosixPath("fixtures", f"{name}.yaml"), world_text(name, schemes))
        if self._wanted.handlers:
            chosen = [self._contract.operation(each) for each in self._wanted.handlers]
            self._put(PurePosixPath("handlers", f"{name}.py"), handlers_text(name, chosen))
        suggested = SuggestedRules(
            self._folder,
            self._layout.places,
            self._contract,
            name,
            operations=self._wanted.operations,
            fetch=self._fetch,
        )
        suggested.write()
        self._made.rules, self._made.dropped = suggested.rules, suggested.dropped
        self._made.files += [overlay_of(place) for place in suggested.written]
        shown = f"./{self._wanted.folder.name}"
        self._put(
            PurePosixPath("README.md"),
            readme_text(self._contract, self._layout.root, shown, self._described()),
        )
        return self._made

    def _used_schemes(self) -> Mapping[str, Mapping[str, object]]:
        used = {each for one in self._contract.operations for every in one.security for each in every}
        schemes = self._contract.security_schemes
        return {each: scheme for each, scheme in schemes.items() if each in used}

    def _put(self, place: PurePosixPath, text: bytes) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        if place not in self._made.files:
            self._made.files.append(place)

    def _described(self) -> list[tuple[str, str]]:
        """Each file with what it is."""
        said = []
        for place in sorted(self._made.files):
            if place == self._layout.root:
                what = "the document, as it was"
            elif place.name.endswith(OVERLAYS):
                what = "suggested rules: keep, change or remove them"
            elif place.parts[0] == "fixtures":
                what = "the accounts of the mock"
            elif place.parts[0] == "handlers":
                what = "what answers instead of the document alone"
            else:
                what = "a file that the document refers to, as it was"
            said.append((str(place), what))
        return said
