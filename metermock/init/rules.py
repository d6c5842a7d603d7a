"""The suggested rules of a document: written beside a copy of it, tried there, and what fails taken out."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from metermock.contract import Contract, Operation, examine
from metermock.contract.reading.bundle import Fetch
from metermock.document_names import OVERLAYS, name_of
from metermock.errors import ContractError
from metermock.init.overlay_text import Suggested, numbered, overlay_text
from metermock.init.suggestions import suggestions
from metermock.init.trial import contradicted, unkept
from metermock.project import Project
from metermock.server.generation.makers.building import Builder
from metermock.source import read_source


@dataclass(frozen=True, slots=True)
class Dropped:
    """A suggestion that is not written, since a reply contradicts it; `shown` is what that reply has."""

    rule: Suggested
    reason: str
    shown: str


class SuggestedRules:
    """The rules that a document suggests, in overlays beside its files in a project's folder."""

    def __init__(
        self,
        folder: Path,
        places: Mapping[str, PurePosixPath],
        contract: Contract,
        name: str,
        *,
        operations: Collection[str] = (),
        fetch: Fetch | None = None,
    ) -> None:
        self._folder = folder
        self._places = places
        self._root = places[str(contract.source.path)]
        self._contract = contract
        self._name = name
        self._operations = operations
        self._fetch = fetch
        self.rules: list[Suggested] = []
        """Those that are written."""
        self.dropped: list[Dropped] = []
        self.written: Mapping[PurePosixPath, Sequence[Suggested]] = {}
        """By the file that the overlay is for."""

    def write(self) -> None:
        """Write the overlays of the rules that examples and the mock's replies keep."""
        builder = Builder(self._contract.schemas)
        chosen = self._operations
        found = {
            operation: suggestions(operation, builder)
            for operation in self._contract.operations
            if (not chosen or operation.id in chosen) and self._place_of(operation) is not None
        }
        rules = numbered(self._name, found)
        for reasons in (self._contradicted, self._unkept):
            if rules:
                self._write_overlays(rules)
                dropped = reasons(rules)
                self.dropped += [Dropped(rule, *dropped[rule.id]) for rule in rules if rule.id in dropped]
                rules = [rule for rule in rules if rule.id not in dropped]
        left: dict[Operation, list[Suggested]] = {}
        for rule in rules:
            left.setdefault(rule.operation, []).append(rule)
        again = {operation: [rule.suggestion for rule in its] for operation, its in left.items()}
        self.rules = numbered(self._name, again)
        self._write_overlays(self.rules)

    def _write_overlays(self, rules: Sequence[Suggested]) -> None:
        grouped: dict[PurePosixPath, list[Suggested]] = {}
        for rule in rules:
            place = self._place_of(rule.operation)
            if place is not None:
                grouped.setdefault(place, []).append(rule)
        for place in self._places.values():
            path = self._folder / overlay_of(place)
            path.unlink(missing_ok=True)
            if place in grouped:
                text = overlay_text(place, self._contract.version, grouped[place])
                path.write_bytes(text)
        self.written = {place: tuple(its) for place, its in grouped.items()}

    def _place_of(self, operation: Operation) -> PurePosixPath | None:
        """The file that an operation stands in; None for one that can have no overlay beside it."""
        source, _ = self._contract.place(operation.pointer)
        return self._places.get(str(source.path))

    @property
    def unreached(self) -> list[Operation]:
        """The operations that get no rules, since their file can have no overlay beside it."""
        chosen = self._operations
        return [
            operation
            for operation in self._contract.operations
            if (not chosen or operation.id in chosen) and self._place_of(operation) is None
        ]

    def _contradicted(self, rules: Sequence[Suggested]) -> Mapping[str, tuple[str, str]]:
        """The rules that an example of the document breaks, or that do not compile: why, and what it has."""
        contract, problems = examine(self._folder / self._root, fetch=self._fetch)
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
        for place in set(self._places.values()):
            path = self._folder / overlay_of(place)
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
        broken = unkept(project.load(self._name), self._contract)
        reason = "replies that the mock makes do not keep it"
        return {
            rule.id: (reason, shown)
            for rule in rules
            if (shown := broken.get(rule.operation.id, {}).get(rule.id)) is not None
        }


def overlay_of(place: PurePosixPath) -> PurePosixPath:
    """The overlay beside a file."""
    return place.with_name(name_of(Path(place)) + OVERLAYS[0])
