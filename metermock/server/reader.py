"""Reads the contracts of a server, and reads again those whose files are others by now.

What is wrong with one of them is kept as a text, and the contract as it was read before goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from metermock.errors import MetermockError
from metermock.noted_files import Stamp, changed, noting, stamp
from metermock.project import Project, Service, open_words
from metermock.server.mistakes import PROJECT
from metermock.server.settings import Settings


@dataclass(frozen=True)
class Kept:
    """A contract: its files when it was read last, and what was read of it last without a mistake."""

    found: Mapping[Path, Stamp] = field(default_factory=dict)
    service: Service | None = None
    """None where it was never read without a mistake."""
    mistake: str = ""


@dataclass(frozen=True)
class News:
    """What a reading has changed; contracts by their names."""

    read: tuple[str, ...] = ()
    """Read without a mistake, those that are new among them."""
    mended: tuple[str, ...] = ()
    """Those in which a mistake was before; PROJECT where it was about all of them."""
    gone: tuple[str, ...] = ()
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """Those that this reading has found."""

    @property
    def is_another(self) -> bool:
        """Whether something else is to be served now."""
        return bool(self.read or self.gone)


class Reader:
    """The contracts that a server's settings name, as they were read last without a mistake."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        """With the contracts that are there now."""
        self.found: Mapping[Path, Stamp] = {}
        """Where contracts were looked for."""
        self.mistake = ""
        """Why no contracts could be looked for, if so."""
        self.kept: dict[str, Kept] = {}

    def start(self) -> list[Service]:
        """Read all for the first time; raises what is wrong."""
        self.settings = self.opened()
        for name in self.settings.contracts:
            with noting() as found:
                service = self.load(name)
            self.kept[name] = Kept(found, service)
        return self.services

    @property
    def services(self) -> list[Service]:
        """What is to be served."""
        return [each.service for each in self.kept.values() if each.service is not None]

    @property
    def served(self) -> Settings:
        """The settings, with the contracts that can be served."""
        return replace(self.settings, contracts=tuple(each.name for each in self.services))

    @property
    def mistakes(self) -> dict[str, str]:
        """What is wrong now, by contract."""
        whole = {PROJECT: self.mistake} if self.mistake else {}
        return whole | {name: each.mistake for name, each in self.kept.items() if each.mistake}

    def stands(self, service: Service) -> bool:
        """Tell whether a contract is still served as it was read then."""
        return any(each is service for each in self.services)

    def noted(self) -> dict[Path, Stamp]:
        """Return the files that were looked for, as they were found then."""
        noted = dict(self.found)
        for each in self.kept.values():
            noted.update(each.found)
        return noted

    def look(self) -> dict[Path, Stamp]:
        """Return the same files as they are now."""
        return {path: stamp(path) for path in self.noted()}

    def again(self, *, everything: bool = False) -> News:
        """Read again what has changed, or `everything`; nothing is raised."""
        before, wrong = dict(self.kept), self.mistakes
        if everything or changed(self.found):
            self.look_for_contracts()
        kept = {name: self.renewed(name, everything=everything) for name in self.settings.contracts}
        if any(each.service for each in kept.values()):
            self.kept = kept
        else:
            # Without a single contract there is nothing to serve: those that there were go on.
            self.kept = before | {name: each for name, each in kept.items() if each.mistake}
        new = {name: each for name, each in self.kept.items() if each is not before.get(name)}
        stand = self.mistakes
        found = {name: each.mistake for name, each in new.items() if each.mistake}
        if self.mistake and (everything or self.mistake != wrong.get(PROJECT)):
            found[PROJECT] = self.mistake
        return News(
            tuple(name for name, each in new.items() if not each.mistake),
            tuple(name for name in wrong if name not in stand and name in (PROJECT, *self.kept)),
            tuple(name for name, each in before.items() if each.service and name not in self.kept),
            found,
        )

    def look_for_contracts(self) -> None:
        """Find which contracts there are; where that fails, they are those of before."""
        try:
            self.settings = self.opened()
            self.mistake = ""
        except Exception as error:  # noqa: BLE001 - a server ends for no mistake in its files
            self.mistake = text_of(error)

    def opened(self) -> Settings:
        """Find which contracts the words of the command line name now."""
        settings = self.settings
        if settings.words is None:
            return settings
        with noting() as self.found:
            project, names = open_words(
                settings.words, remote_refs=settings.remote_refs, overlays=settings.overlays
            )
        return replace(
            settings,
            folder=str(project.folder),
            contracts=tuple(names),
            root=len(names) == 1,
            documents=tuple((name, str(place)) for name, place in project.documents.items()),
        )

    def renewed(self, name: str, *, everything: bool) -> Kept:
        """Return a contract as it is now; as it was where none of its files has changed, or one is wrong."""
        before = self.kept.get(name)
        if before is not None and not (everything or changed(before.found)):
            return before
        with noting() as found:
            try:
                return Kept(found, self.load(name))
            except Exception as error:  # noqa: BLE001 - see look_for_contracts
                return Kept(found, before.service if before else None, text_of(error))

    def load(self, name: str) -> Service:
        """Read a contract; raises what is wrong."""
        is_open = not self.settings.strict_credentials
        return project_of(self.settings).load(name, seed=self.settings.seed, is_open=is_open)


def project_of(settings: Settings) -> Project:
    """Open what the settings name."""
    documents: dict[str, Path | str] = {
        name: place if "://" in place else Path(place) for name, place in settings.documents
    }
    return Project(
        Path(settings.folder), documents, settings.remote_refs, tuple(map(Path, settings.overlays))
    )


def text_of(error: Exception) -> str:
    """Say what is wrong, as a start would; of an error that nobody meant, its type too."""
    return str(error) if isinstance(error, MetermockError) else f"{type(error).__name__}: {error}"
