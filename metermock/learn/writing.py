"""Writes learned rules where they take effect: into Overlays beside the files, or into the files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metermock.contract import Contract
from metermock.contract.reading.overlay import read_overlay
from metermock.counts import count_of
from metermock.document_names import OVERLAYS, name_of, namesake, overlay_beside
from metermock.errors import SourceError, UsageError
from metermock.learn.insertion import Addition, added
from metermock.learn.learning import Learned
from metermock.learn.options import LearnOptions
from metermock.learn.overlay import REJECTED, Action, actions_of, by_file, overlay_text
from metermock.learn.whole_file import write_whole
from metermock.project import bundled_folder


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The Overlay that is there already where the rules are to go, and the ids that were rejected in it."""

    path: Path | None = None
    rejected: frozenset[str] = frozenset()


def reviewed(wanted: LearnOptions) -> Reviewed:
    """What is there already under the name of the Overlay that is to be written."""
    output = wanted.output
    if output is None or wanted.as_json or not output.is_file():
        return Reviewed()
    try:
        overlay = read_overlay(output)
    except SourceError as problem:
        raise UsageError(
            f"-o {output}: it is there already, and only an Overlay is added to\n  {problem}"
        ) from None
    listed = overlay.source.document.get(REJECTED)
    rejected = listed if isinstance(listed, list) else []
    return Reviewed(output, frozenset(map(str, rejected)))


def write_rules(
    wanted: LearnOptions, contract: Contract, found: Sequence[Learned], rejected: Sequence[str]
) -> list[str]:
    """Write the rules where they are wanted; what is written elsewhere, or not at all, in lines."""
    actions, lines = _alone(contract, actions_of(contract, found))
    if wanted.is_written:
        _into_files(contract, actions)
        written = bool(actions)
    else:
        files, more = _files(wanted, contract, by_file(actions), rejected)
        # Every text is made before any file is changed.
        for path, text in files.items():
            if path is None:
                sys.stdout.write(text.decode())
            else:
                write_whole(path, text)
        lines += more
        written = bool(files)
    if not written:
        lines.append("nothing was written" if actions else _nothing_new(rejected))
    return lines


def _nothing_new(rejected: Sequence[str]) -> str:
    if rejected:
        return f"{count_of(len(rejected), 'rule')} rejected, and nothing was written: -o FILE would note it"
    return "nothing new was learned, and nothing was written"


def _alone(contract: Contract, actions: Sequence[Action]) -> tuple[list[Action], list[str]]:
    """The actions of operations that share their place with no other: its rules would be both's."""
    shared: dict[object, list[str]] = {}
    for operation in contract.operations:
        shared.setdefault(operation.pointer, []).append(operation.id)
    kept, lines = [], []
    for each in actions:
        operation = each.learned.operation
        others = [name for name in shared[operation.pointer] if name != operation.id]
        if others:
            lines.append(f"{operation.id}: its rules are not written: they would be those of {others[0]} too")
        else:
            kept.append(each)
    return kept, lines


def _into_files(contract: Contract, actions: Sequence[Action]) -> None:
    """Put the rules beside their operations, in the file of each: into all files, or into none."""
    additions: dict[Path, list[Addition]] = {}
    for each in actions:
        source, pointer = contract.place(each.learned.operation.pointer)
        if _is_closed(str(source.path)):
            raise UsageError(f"--write: {source.path} is no file of yours\n  write the rules with -o FILE")
        its = additions.setdefault(Path(source.path), [])
        its += [Addition(tuple(pointer), name, entries) for name, entries in each.update.items()]
    texts = {path: added(path, path.read_bytes(), its) for path, its in additions.items()}
    for path, text in texts.items():
        write_whole(path, text)


def _files(
    wanted: LearnOptions,
    contract: Contract,
    actions: Mapping[str, Sequence[Action]],
    rejected: Sequence[str],
) -> tuple[dict[Path | None, bytes], list[str]]:
    """The text of each Overlay, that of standard output under None; and what there is to say, in lines."""
    document = str(contract.path)
    files: dict[Path | None, bytes] = {}
    lines: list[str] = []
    if document in actions or rejected:
        own = actions.get(document, ())
        files[wanted.output] = _overlay(contract, document, reviewed(wanted).path, own, rejected)
    for file, its in actions.items():
        if file == document:
            continue
        place = _place(wanted, contract, file)
        names = ", ".join(each.learned.operation.id for each in its)
        if isinstance(place, Path):
            files[place] = _overlay(contract, file, place if place.exists() else None, its)
            lines.append(f"{names}: its rules are in {place}, which is applied to {Path(file).name}")
        else:
            lines.append(f"{names}: its rules are not written, since it stands in {file}\n  {place}")
    return files, lines


def _place(wanted: LearnOptions, contract: Contract, file: str) -> Path | str:
    """The Overlay beside a file that the document refers to; in words what to do, where there can be none.

    It is applied as soon as it is there, so it is written where the document's own is written beside it.
    """
    if _is_closed(file):
        return "it is no file of yours"
    if wanted.output is None or wanted.output.resolve() not in list(_beside(str(contract.path))):
        beside = next(_beside(str(contract.path)), None)
        return f"write them with --write{f', or with -o {beside.name} beside it' if beside else ''}"
    path = Path(file)
    if namesake(path) is not None:
        return "write them with --write: an Overlay beside it would be another document's"
    return overlay_beside(path) or path.with_name(name_of(path) + OVERLAYS[0])


def _beside(document: str) -> Iterator[Path]:
    """What an Overlay beside a document may be called."""
    if not _is_closed(document):
        path = Path(document).resolve()
        yield from (path.with_name(name_of(path) + end) for end in OVERLAYS)


def _overlay(
    contract: Contract, file: str, there: Path | None, actions: Sequence[Action], rejected: Sequence[str] = ()
) -> bytes:
    """The text of a new Overlay, or of the one that is there with what is added to it."""
    if there is None:
        return overlay_text(contract, file, actions, rejected)
    additions = [Addition((), "actions", [each.entry for each in actions])] if actions else []
    additions += [Addition((), REJECTED, rejected)] if rejected else []
    return added(there, there.read_bytes(), additions)


def _is_closed(file: str) -> bool:
    """Whether it is no file of the user's: an address, or a document that comes with metermock."""
    return "://" in file or bundled_folder() in Path(file).resolve().parents
