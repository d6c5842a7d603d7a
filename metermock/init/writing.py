"""Writes a project whole or not at all: in a folder beside its place, which gets its name at the end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from metermock.contract import Contract, Operation, examine
from metermock.contract.reading.bundle import Fetch
from metermock.document_names import OVERLAYS, name_of
from metermock.errors import ContractError, UsageError
from metermock.init.documents import Layout, layout_of
from metermock.init.overlay_text import Suggested, numbered, overlay_text
from metermock.init.suggestions import suggestions
from metermock.init.texts import handlers_text, readme_text, world_text
from metermock.init.trial import contradicted, unkept
from metermock.project import Project
from metermock.server.generation.building import Builder
from metermock.source import read_source


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a new project: rules for some operations or for all, handlers for some."""

    folder: Path
    name: str
    operations: frozenset[str] = frozenset()
    """Those that get rules; empty: all."""
    handlers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A suggestion that is not written, since a reply contradicts it; `shown` is what that reply has."""

    rule: Suggested
    reason: str
    shown: str


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
        self._write_rules()
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

    def _write_rules(self) -> None:
        builder = Builder(self._contract.schemas)
        chosen = self._wanted.operations
        found = {
            operation: suggestions(operation, builder)
            for operation in self._contract.operations
            if not chosen or operation.id in chosen
        }
        rules = numbered(self._wanted.name, found)
        for reasons in (self._contradicted, self._unkept):
            if rules:
                self._write_overlays(rules)
                dropped = reasons(rules)
                self._made.dropped += [
                    Dropped(rule, *dropped[rule.id]) for rule in rules if rule.id in dropped
                ]
                rules = [rule for rule in rules if rule.id not in dropped]
        left: dict[Operation, list[Suggested]] = {}
        for rule in rules:
            left.setdefault(rule.operation, []).append(rule)
        again = {operation: [rule.suggestion for rule in its] for operation, its in left.items()}
        self._made.rules = numbered(self._wanted.name, again)
        self._write_overlays(self._made.rules)

    def _write_overlays(self, rules: Sequence[Suggested]) -> None:
        grouped: dict[PurePosixPath, list[Suggested]] = {}
        for rule in rules:
            source, _ = self._contract.place(rule.operation.pointer)
            place = self._layout.places.get(str(source.path))
            if place is not None:
                grouped.setdefault(place, []).append(rule)
        for place in self._layout.places.values():
            overlay = _overlay_of(place)
            (self._folder / overlay).unlink(missing_ok=True)
            if overlay in self._made.files:
                self._made.files.remove(overlay)
            if place in grouped:
                self._put(overlay, overlay_text(place, self._contract.version, grouped[place]))

    def _contradicted(self, rules: Sequence[Suggested]) -> Mapping[str, tuple[str, str]]:
        """The rules that an example of the document breaks, or that do not compile: why, and what it has."""
        contract, problems = examine(self._folder / self._layout.root, fetch=self._fetch)
        starts = list(self._starts(rules))
        found: dict[str, tuple[str, str]] = {}
        for problem in problems:
            before = [
                (line, id_) for path, line, id_ in starts if path == problem.path and line <= problem.line
            ]
            if before:
                found[max(before)[1]] = problem.problem, ""
        for operation in contract.operations:
            for rule, (example, shown) in contradicted(operation).items():
                found.setdefault(rule, (f"the document's example {example!r} breaks it", shown))
        return found

    def _starts(self, rules: Sequence[Suggested]) -> Iterable[tuple[Path | str, int, str]]:
        """The file and the line of each rule."""
        ids = {rule.id for rule in rules}
        for place in set(self._layout.places.values()):
            path = self._folder / _overlay_of(place)
            if not path.is_file():
                continue
            source = read_source(path, error=ContractError)
            for index, action in enumerate(source.document["actions"]):
                for number, rule in enumerate(action["update"]["x-rules"]):
                    if rule["id"] in ids:
                        where = ("actions", index, "update", "x-rules", number)
                        yield path, source.line(where)[0], rule["id"]

    def _unkept(self, rules: Sequence[Suggested]) -> Mapping[str, tuple[str, str]]:
        """The rules that replies of the mock break, by id: why, and what such a reply has."""
        project = Project(self._folder, remote_refs=self._fetch is not None)
        if sys.stderr.isatty():
            sys.stderr.write(f"trying {len(rules)} rules on replies that the mock makes …\n")
        broken = unkept(project.load(self._wanted.name))
        reason = "replies that the mock makes do not keep it"
        return {
            rule.id: (reason, shown)
            for rule in rules
            if (shown := broken.get(rule.operation.id, {}).get(rule.id)) is not None
        }

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


def _overlay_of(place: PurePosixPath) -> PurePosixPath:
    """The overlay beside a file."""
    return place.with_name(name_of(Path(place)) + OVERLAYS[0])
