"""A project on disk: contracts, and beside them handlers and worlds.

The folder has `openapi/<contract>.openapi.yaml`, `.yml` or `.json`, and if wanted `handlers/<contract>.py`
and `fixtures/<contract>.yaml`. A document by itself is a contract too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from metermock.address import shown
from metermock.document_names import name_of, overlay_beside
from metermock.errors import UsageError, WorldError
from metermock.handler_module import Handlers, load_handlers
from metermock.noted_files import note

if TYPE_CHECKING:  # a mistake in usage is told without waiting for numpy and jsonschema-rs
    from metermock.contract import Contract
    from metermock.ledger.credential import Credential
    from metermock.ledger.world import World
    from metermock.source import Source

ENDINGS = (".yaml", ".yml", ".json")
"""How the name of any document may end."""
SUFFIX = ".openapi.yaml"
SUFFIXES = (SUFFIX, ".openapi.yml", ".openapi.json")
"""How the name of a contract's document may end."""


@dataclass(frozen=True)
class Service:
    """A contract, with the handlers and the world that serve it."""

    name: str
    contract: Contract
    handlers: Handlers
    world: World
    another_world: Callable[[int], World]
    """Makes the same world with another seed, of what was read of its file."""


@dataclass(frozen=True)
class Project:
    """A folder that metermock serves and checks, and documents that stand by themselves."""

    folder: Path
    documents: Mapping[str, Path | str] = field(default_factory=dict)
    """Paths or URLs of documents that are in no folder, by the names of their contracts."""
    remote_refs: bool = False
    further: tuple[Path, ...] = ()
    """Overlays that are applied to each contract after the one beside its document."""

    @property
    def contracts(self) -> tuple[str, ...]:
        """The names of its contracts: the folder's in alphabetical order, then the documents."""
        paths = [path for path in (self.folder / "openapi").glob("*.openapi.*") if path.is_file()]
        names = {path.name.removesuffix(end) for path in paths for end in SUFFIXES if path.name.endswith(end)}
        return (*sorted(names), *self.documents)

    def only_contract(self) -> Contract:
        """Load the one contract of the folder; UsageError where it has several."""
        if len(self.contracts) > 1:
            paths = ", ".join(str(shown(self.contract_path(name))) for name in self.contracts)
            raise UsageError(f"{self.folder} has several contracts.\n  Name the document of one: {paths}.")
        return self.load_contract(self.contracts[0])

    def contract_path(self, name: str) -> Path | str:
        """Return where a contract's document is; UsageError for a name that the project does not have."""
        if name in self.documents:
            return self.documents[name]
        paths = [path for end in SUFFIXES if (path := self.folder / "openapi" / (name + end)).is_file()]
        if not paths:
            known = ", ".join(self.contracts) or f"none: there is no openapi/*{SUFFIX}"
            near = get_close_matches(name.lower(), self.contracts, 1)
            advice = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"There is no contract {shown(name)!r} in {self.folder}.\n  {advice}It has {known}."
            )
        if len(paths) > 1:
            twice = " and ".join(path.name for path in paths)
            raise UsageError(
                f"The contract {name!r} has two documents in {paths[0].parent}: {twice}.\n  Keep one of them."
            )
        return paths[0]

    def world_path(self, name: str) -> Path | None:
        """Return the path of a contract's world; None where it has none of its own."""
        if name in self.documents:
            return None
        path = self.folder / "fixtures" / f"{name}.yaml"
        note(path)
        return path if is_there(path) else None

    def load_world(
        self, name: str, contract: Contract | None = None, *, seed: int = 0, is_open: bool = True
    ) -> World:
        """Read a contract's accounts, credentials and traffic, or make the default ones.

        `is_open` lets a default world accept every credential; without it no world takes others than its own.
        """
        self.contract_path(name)
        return self._world(name, self._world_source(name), contract, seed=seed, is_open=is_open)

    def _world_source(self, name: str) -> Source | None:
        from metermock.source import read_source  # noqa: PLC0415 - see `scheme_of`

        path = self.world_path(name)
        return None if path is None else read_source(path, error=WorldError)

    def _world(
        self, name: str, source: Source | None, contract: Contract | None, *, seed: int, is_open: bool
    ) -> World:
        """Make a world of its file, or the default one of a contract."""
        from metermock.ledger.world_file import world_of  # noqa: PLC0415 - `--version` must not wait for numpy

        if source is not None:
            world = world_of(source, name, seed=seed)
            return world if is_open or world.others is None else replace(world, others=None)
        from metermock.ledger.default_world import default_world  # noqa: PLC0415 - see above

        contract = self.load_contract(name) if contract is None else contract
        used = {each for one in contract.operations for each in chain.from_iterable(one.security)}
        schemes = {each: scheme for each, scheme in contract.security_schemes.items() if each in used}
        return default_world(name, schemes, seed=seed, is_open=is_open)

    def load_contract(self, name: str) -> Contract:
        """Read a contract's document and compile its rules."""
        from metermock.contract import load_contract  # noqa: PLC0415 - see above
        from metermock.contract.reading.fetching import fetch  # noqa: PLC0415 - see above

        follow = fetch if self.remote_refs else None
        return load_contract(self.contract_path(name), fetch=follow, overlays=self.further)

    def overlays(self, name: str) -> list[Path]:
        """Return the overlays that are applied to a contract's document."""
        path = self.contract_path(name)
        beside = overlay_beside(path) if isinstance(path, Path) else None
        return [*([beside] if beside else ()), *self.further]

    def load(self, name: str, *, seed: int = 0, is_open: bool = True) -> Service:
        """Read a contract, its handlers and its world; each raises its own error if it is broken."""
        contract = self.load_contract(name)
        path = self.folder / "handlers" / f"{name}.py"
        if name not in self.documents:
            note(path)
        has_handlers = name not in self.documents and is_there(path)
        operations = [operation.id for operation in contract.operations]
        handlers = load_handlers(path, operations) if has_handlers else Handlers()
        source = self._world_source(name)
        world = self._world(name, source, contract, seed=seed, is_open=is_open)
        for credential in world.credentials:
            scheme_of(contract, world, credential)

        def another(seed: int) -> World:
            return self._world(name, source, contract, seed=seed, is_open=is_open)

        return Service(name, contract, handlers, world, another)


def is_there(path: Path) -> bool:
    """Tell whether a folder has an entry of that name, be it a link that leads nowhere: that is a mistake."""
    return path.is_symlink() or path.exists()


def bundled_folder() -> Path:
    """Return the folder of the bundled project: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def open_project(folder: Path | str | None = None) -> Project:
    """Open the project in `folder`, or the bundled one; UsageError if it has no contracts."""
    try:
        project = Project(bundled_folder() if folder is None else Path(folder).resolve())
        # From Python 3.13 on, `glob` in a folder that cannot be read finds nothing, without an error.
        note(project.folder / "openapi")
        with suppress(FileNotFoundError, NotADirectoryError):
            next((project.folder / "openapi").iterdir(), None)
        contracts = project.contracts
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{folder} cannot be opened: {getattr(error, 'strerror', error)}") from None
    if not contracts:
        raise UsageError(
            f"{project.folder} is no metermock project: it has no openapi/*{SUFFIX} (or .yml, .json).\n"
            "  A project has the folder openapi/ with a document for each contract."
        )
    return project


def project_of(document: Path | str, further: tuple[Path, ...] = ()) -> tuple[Project, str]:
    """Return the project that a contract's document stands in, and its name there; its own without one."""
    overlays = [str(each) for each in further]
    if isinstance(document, Path) and document.parent.name == "openapi":
        project = Project(document.parents[1], further=further)
        for name in project.contracts:
            if project.contract_path(name) == document:
                return project, name
    project, (name,) = open_words([str(document)], overlays=overlays)
    return project, name


def is_document(word: str) -> bool:
    """Tell whether a word of the command line is a document: a URL, a file, or a name that ends like one."""
    return "://" in word or is_file(word)


def is_file(word: str) -> bool:
    """Tell whether a word is a document's file: one that is there, or a name that ends like one."""
    if word.lower().endswith(ENDINGS):
        return True
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def open_words(
    words: Sequence[str], *, remote_refs: bool = False, overlays: Sequence[str] = ()
) -> tuple[Project, list[str]]:
    """Tell documents, folders and contracts apart; return the project, and the contracts that are meant."""
    documents = named(word for word in words if is_document(word))
    others = [word for word in words if not is_document(word)]
    folders = [word for word in others if "/" in word or "\\" in word or word in {".", ".."}]
    names = [word for word in others if word not in folders]
    if len(folders) > 1:
        raise UsageError(f"One folder at a time, not {' and '.join(folders)}.")
    project = open_project(folders[0] if folders else None)
    if not folders and len(names) == 1 and names[0] not in project.contracts and Path(names[0]).is_dir():
        folders, names = names, []
        project = open_project(folders[0])
    for name in names:
        project.contract_path(name)
    if not names and (folders or not documents):
        names = list(project.contracts)
    twice = [name for name in documents if name in names]
    if twice:
        raise UsageError(
            f"Two contracts are named {twice[0]}: {shown(documents[twice[0]])}, and one of {project.folder}."
        )
    whole = Project(project.folder, documents, remote_refs, tuple(Path(each).resolve() for each in overlays))
    meant = [*dict.fromkeys(names), *documents]
    demand_one(meant, overlays)
    return whole, meant


def documents_of(word: str) -> list[str]:
    """The documents that a word stands for: those of a folder's contracts, or the document that it names.

    UsageError for a folder without a contract.
    """
    if not os.path.isdir(word):  # noqa: PTH112 - Path raises for what is too long, or holds a null
        return [word]
    project = open_project(word)
    paths = [Path(project.contract_path(name)) for name in project.contracts]
    # As the user has written the folder, so that the lines can be opened from where he is.
    return [str(Path(word) / path.relative_to(project.folder)) for path in paths]


def demand_one(meant: Sequence[str], overlays: Sequence[str]) -> None:
    """Refuse overlays where several documents are meant: each changes one."""
    if overlays and len(meant) != 1:
        raise UsageError(
            f"--overlay {overlays[0]}: it changes one document, and {len(meant)} are meant:"
            f" {', '.join(meant)}.\n  Name the one."
        )


def named(words: Iterable[str]) -> dict[str, Path | str]:
    """Return documents by the names of their contracts: those of their files, told apart by their folders."""
    places = [word if "://" in word else Path(word).resolve() for word in dict.fromkeys(words)]
    try:
        plain = [_segment(name_of(place)) for place in places]
    except ValueError as problem:
        raise UsageError(f"{' '.join(map(str, map(shown, places)))} is no URL: {problem}") from None
    found: dict[str, Path | str] = {}
    for place, name in zip(places, plain, strict=True):
        if plain.count(name) > 1:
            parent = place.parent.name if isinstance(place, Path) else urlsplit(place).hostname
            name = _segment(f"{parent}-{name}")  # noqa: PLW2901 - the name that it gets
        if name in found:
            both = f"{shown(found[name])} and {shown(place)}"
            raise UsageError(f"Two documents would be named {name}: {both}.\n  Rename one.")
        found[name] = place
    return found


def _segment(name: str) -> str:
    """A name as the first segment of a path."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "api"


def scheme_of(contract: Contract, world: World, credential: Credential) -> Mapping[str, Any]:
    """Return the security scheme of a world's credential; WorldError for one that the contract lacks.

    `bearer` is always known: it may be a token of another API of the vendor, which this contract must refuse.
    """
    known: dict[str, Mapping[str, Any]] = {"bearer": {"type": "http", "scheme": "bearer"}}
    known.update(contract.security_schemes)
    if credential.scheme not in known:
        from metermock.source import read_source  # noqa: PLC0415 - `--version` must not wait for PyYAML

        where = ("credentials", world.credentials.index(credential), "scheme")
        advice = f"use one of: {', '.join(contract.security_schemes) or 'none'}; or declare it there"
        problem = f"the contract has no security scheme {credential.scheme!r}"
        raise read_source(world.path, error=WorldError).error(where, problem, advice)
    return known[credential.scheme]
