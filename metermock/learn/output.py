"""Writes what was learned: an Overlay, new or added to, the document itself, JSON, and a page to review."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from metermock.checker.deployment.concealment import Concealment
from metermock.contract import Contract
from metermock.contract.reading.overlay import read_overlay
from metermock.counts import count_of
from metermock.errors import SourceError, UsageError
from metermock.learn.earlier import Earlier
from metermock.learn.insertion import Addition, added
from metermock.learn.learning import Learned, ids_of
from metermock.learn.options import LearnOptions
from metermock.learn.overlay import REJECTED, Action, actions_of, as_json, overlay_text
from metermock.learn.page import Review, page
from metermock.learn.whole_file import write_whole
from metermock.learn.witness import Witnesses
from metermock.project import bundled_folder


@dataclass(frozen=True, slots=True)
class Made:
    """What a run found: new rules, what became of earlier ones, and what there is to say, in lines."""

    contract: Contract
    witnesses: Witnesses
    found: list[Learned]
    before: list[Earlier]
    lines: list[str]
    hidden: Concealment


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The Overlay that is there already where the rules are to go, and the ids that were rejected in it."""

    path: Path | None = None
    rejected: frozenset[str] = frozenset()


def demand_room(wanted: LearnOptions) -> None:
    """UsageError where a file is there that is no Overlay, or that another form would overwrite."""
    reviewed(wanted)
    if wanted.as_json and wanted.output is not None and _is_overlay(wanted.output):
        raise UsageError(
            f"-o {wanted.output}: it is an Overlay, and JSON would overwrite it\n  name another file"
        )


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


def _is_overlay(path: Path) -> bool:
    try:
        read_overlay(path)
    except SourceError:
        return False
    return True


def write(wanted: LearnOptions, made: Made, ids: frozenset[str] | None) -> None:
    """Write the files, and say on the error output what came out."""
    found, missing = _accepted(made, ids)
    rejected = sorted(ids_of(made.found) - ids) if ids is not None else []
    lines = [*made.lines, *missing]
    if wanted.html is not None:
        write_whole(
            wanted.html, _bytes(page(Review(made.contract.name, found, made.before, lines, made.hidden)))
        )
    if wanted.as_json:
        text = json.dumps(
            as_json(made.contract, found, made.before, lines, made.hidden), indent=2, ensure_ascii=False
        )
        _put(_bytes(f"{text}\n"), wanted.output)
        return
    elsewhere = _write_rules(wanted, made.contract, found, rejected)
    if not wanted.quiet:
        said = [*lines, *(each.line for each in made.before), *elsewhere, _summary(found, made)]
        sys.stderr.write("".join(f"{line}\n" for line in said))


def _write_rules(
    wanted: LearnOptions, contract: Contract, found: Sequence[Learned], rejected: Sequence[str]
) -> list[str]:
    """The rules, where they are wanted; what is not written, in lines."""
    actions, elsewhere = actions_of(contract, found)
    output = reviewed(wanted).path
    if wanted.is_written and actions:
        _into_document(contract, actions)
    elif output is not None and (actions or rejected):
        text = output.read_bytes()
        additions = [Addition((), "actions", [each.entry for each in actions])] if actions else []
        additions += [Addition((), REJECTED, rejected)] if rejected else []
        write_whole(output, added(output, text, additions))
    elif output is None and not wanted.is_written and actions:
        _put(overlay_text(contract, actions, rejected), wanted.output)
    elif not actions:
        nothing = "nothing was written" if elsewhere else "nothing new was learned, and nothing was written"
        elsewhere.append(nothing)
    return elsewhere


def _into_document(contract: Contract, actions: Sequence[Action]) -> None:
    """Put the rules beside their operations in the document's own file."""
    path = Path(contract.path)
    if "://" in str(contract.path) or bundled_folder() in path.resolve().parents:
        raise UsageError(f"--write: {contract.path} is no file of yours\n  write the rules with -o FILE")
    additions = [
        Addition(each.pointer, name, entries) for each in actions for name, entries in each.update.items()
    ]
    write_whole(path, added(path, path.read_bytes(), additions))


def _accepted(made: Made, ids: frozenset[str] | None) -> tuple[list[Learned], list[str]]:
    """The rules with these ids, and the ids that were not learned again, in lines; all without ids."""
    if ids is None:
        return made.found, []
    known = ids_of(made.found) | {each.id for each in made.before}
    kept = [each.only(ids) for each in made.found]
    return kept, [f"{each}: not learned this time, and so not written" for each in sorted(ids - known)]


def _summary(found: Sequence[Learned], made: Made) -> str:
    rules = sum(len(each.rules) + len(each.relations) for each in found)
    tried = sum(each.tried for each in found)
    replies = f"{len(made.witnesses.all):,} replies of {count_of(made.witnesses.accounts, 'account')}"
    new = count_of(rules, "new rule" if made.before else "rule")
    states = [each.state for each in made.before]
    earlier = (
        f"; of {len(states)} earlier ones {states.count('holds')} still hold, "
        f"{states.count('broken')} broke, {states.count('unseen')} were not seen again"
    )
    return f"{new} learned from {replies}{earlier if states else ''}; {tried:,} candidates were tried"


def _put(text: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text.decode())
    else:
        write_whole(output, text)


def _bytes(text: str) -> bytes:
    # A reply may have half a character in it.
    return text.encode("utf-8", "backslashreplace")
