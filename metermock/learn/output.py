"""Puts out what was learned: rules where they belong, JSON, a page to review, and what there is to say."""

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
from metermock.learn.learning import Learned, ids_of
from metermock.learn.options import LearnOptions
from metermock.learn.overlay import as_json
from metermock.learn.page import Review, page
from metermock.learn.whole_file import write_whole
from metermock.learn.witness import Witnesses
from metermock.learn.writing import reviewed, write_rules


@dataclass(frozen=True, slots=True)
class Made:
    """What a run found: new rules, what became of earlier ones, and what there is to say, in lines."""

    contract: Contract
    witnesses: Witnesses
    found: list[Learned]
    before: list[Earlier]
    lines: list[str]
    hidden: Concealment


def demand_room(wanted: LearnOptions) -> None:
    """UsageError where a file is there that is no Overlay, or that another form would overwrite."""
    reviewed(wanted)
    if wanted.as_json and wanted.output is not None and _is_overlay(wanted.output):
        raise UsageError(
            f"-o {wanted.output}: it is an Overlay, and JSON would overwrite it\n  name another file"
        )


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
    elsewhere = write_rules(wanted, made.contract, found, rejected)
    if not wanted.quiet:
        said = [*lines, *(each.line for each in made.before), *elsewhere, _summary(found, made)]
        sys.stderr.write("".join(f"{line}\n" for line in said))


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
    candidates = f"{tried:,} candidate was" if tried == 1 else f"{tried:,} candidates were"
    return f"{new} learned from {replies}{earlier if states else ''}; {candidates} tried"


def _put(text: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text.decode())
    else:
        write_whole(output, text)


def _bytes(text: str) -> bytes:
    # A reply may have half a character in it.
    return text.encode("utf-8", "backslashreplace")
