"""`metermock lint`: prints what is wrong with documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from metermock.address import shown
from metermock.contract.lint.documents import Examination, examination
from metermock.contract.lint.grouping import grouped
from metermock.contract.reading.fetching import fetch
from metermock.errors import ContractError, UsageError


def lint(
    paths: Iterable[str],
    *,
    style: bool,
    as_json: bool,
    remote_refs: bool = False,
    everything: bool = False,
    overlays: Sequence[Path] = (),
) -> int:
    """Print the errors and notes of every document; 0 without errors, 1 with some, 2 for an unusable one."""
    follow = fetch if remote_refs else None
    names = list(dict.fromkeys(paths))
    if overlays and len(names) > 1:
        raise UsageError(f"--overlay {overlays[0]}: it changes one document, not {len(names)}: name the one.")
    found = {path: examination(path, style=style, fetch=follow, overlays=overlays) for path in names}
    if as_json:
        listed = [each for one in found.values() for each in _as_json(one)]
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    else:
        for path, one in found.items():
            sys.stdout.write("".join(f"{line}\n" for line in _lines(path, one, everything=everything)))
    if not all(one.is_usable for one in found.values()):
        return ContractError.exit_code
    return 1 if any(one.errors for one in found.values()) else 0


def _lines(path: str, one: Examination, *, everything: bool) -> Iterable[str]:
    for level, problems in (("error", one.errors), ("note", one.notes)):
        for several, more in [(problems, 0)] if everything else grouped(problems):
            yield from (f"{level}: {each}" for each in several)
            if more:
                yield f"  and {more} more {level}{'s' * (more > 1)} of this kind; --all prints them"
    if not one.errors:
        yield f"{shown(path)}: no errors" if one.notes else f"{shown(path)}: no problems"


def _as_json(one: Examination) -> Iterable[dict[str, object]]:
    for level, problems in (("error", one.errors), ("note", one.notes)):
        for each in problems:
            yield {
                "file": str(each.path),
                "line": each.line,
                "column": each.column,
                "level": level,
                "problem": each.problem,
                "advice": each.advice,
            }
