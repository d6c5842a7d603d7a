"""`metermock init`: writes a project for a document, and says what to do next."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from metermock.contract import Contract
from metermock.contract.reading.bundle import UNFETCHED
from metermock.contract.reading.fetching import fetch
from metermock.counts import count_of
from metermock.errors import UsageError
from metermock.handler_module import function_name
from metermock.init.overlay_text import Suggested
from metermock.init.writing import Made, Wanted, write_project
from metermock.project import is_document, open_words

MOST_TOLD = 5
"""Dropped rules that are told one by one."""


def init(
    document: str,
    *,
    output: str | None,
    name: str | None,
    operations: Sequence[str],
    handlers: Sequence[str],
    remote_refs: bool,
    as_json: bool = False,
) -> None:
    """Write a project for a document; UsageError or ContractError where that cannot be done."""
    if not is_document(document):
        raise UsageError(f"{document} is no document: name an OpenAPI file, or its URL.")
    project, (own,) = open_words([document], remote_refs=remote_refs)
    name = own if name is None else name
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name):
        raise UsageError(f"--name {name}: a name has letters, digits, dots, dashes and underscores.")
    contract = project.load_contract(own)
    for option, ids in (("--operation", operations), ("--handler", handlers)):
        for each in ids:
            _demand_operation(contract, option, each)
    for each in handlers:
        if not function_name(each).isidentifier():
            raise UsageError(f"--handler {each}: no function of Python can have the name.")
    folder = Path(output if output is not None else name)
    wanted = Wanted(folder, name, frozenset(operations), tuple(dict.fromkeys(handlers)))
    made = write_project(contract, wanted, fetch if remote_refs else None)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(contract, folder, made), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _told(contract, folder, made)))


def _demand_operation(contract: Contract, option: str, name: str) -> None:
    known = [operation.id for operation in contract.operations]
    if name in known:
        return
    left_out = {each.id: each.problem for each in contract.left_out}
    if name in left_out:
        raise UsageError(f"{option} {name}: it cannot be used: {left_out[name]}")
    near = get_close_matches(name, known, 1)
    advice = f"did you mean {near[0]}?" if near else f"it has {', '.join(known[:20])}"
    raise UsageError(f"{option} {name}: the document has no such operation\n  {advice}")


def _told(contract: Contract, folder: Path, made: Made) -> Iterator[str]:
    for each in contract.left_out:
        yield f"left out: {each.title}: {each.problem}"
    for note in contract.notes:
        if note.advice == UNFETCHED:
            yield f"left out: {note}"
    yield f"{folder}/"
    yield from (f"  {place}" for place in sorted(made.files))
    count = len({rule.operation.id for rule in made.rules})
    yield (
        f"{count_of(len(made.rules), 'rule')} suggested for {count_of(count, 'operation')}, of level should"
        if made.rules
        else "no rules suggested: no names in the replies say what the numbers mean"
    )
    yield from _dropped(made)
    word = shlex.quote(_word(folder))
    yield "next:"
    yield f"  metermock serve {word}"
    yield f"  metermock check {word}"


def _as_json(contract: Contract, folder: Path, made: Made) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "files": [str(place) for place in sorted(made.files)],
        "rules": [_said(rule) for rule in made.rules],
        "dropped": [
            {**_said(each.rule), "reason": each.reason, "received": each.shown} for each in made.dropped
        ],
        "left_out": [{"operation": each.title, "problem": each.problem} for each in contract.left_out],
    }


def _said(rule: Suggested) -> dict[str, str]:
    return {"id": rule.id, "operation": rule.operation.id, "message": rule.suggestion.message}


def _dropped(made: Made) -> Iterable[str]:
    reasons: dict[str, list[str]] = {}
    for each in made.dropped:
        texts = reasons.setdefault(each.reason, [])
        texts.append(f"{each.rule.operation.id}: {each.rule.suggestion.message}")
        texts[-1] += f"\n    it has {each.shown}" if each.shown else ""
    for reason, texts in reasons.items():
        yield f"dropped, since {reason}:"
        yield from (f"  {text}" for text in texts[:MOST_TOLD])
        if len(texts) > MOST_TOLD:
            yield f"  and {len(texts) - MOST_TOLD} more"


def _word(folder: Path) -> str:
    """The folder as a word of a command: a bare word would be a contract's name."""
    return str(folder) if folder.is_absolute() or str(folder).startswith(".") else f"./{folder}"
