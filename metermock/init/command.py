"""`metermock init`: writes a project for a document, and says what to do next."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from metermock.contract import Contract
from metermock.contract.reading.bundle import UNFETCHED
from metermock.contract.reading.fetching import fetch
from metermock.counts import count_of
from metermock.errors import UsageError
from metermock.handler_module import function_name
from metermock.init.beside import Beside, Target, write_overlay
from metermock.init.overlay_text import Suggested
from metermock.init.rules import Dropped
from metermock.init.writing import Made, Wanted, write_project
from metermock.project import is_document, open_words

MOST_TOLD = 5
"""Dropped rules that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says."""

    document: str = field(kw_only=False)
    output: str | None = None
    name: str | None = None
    operations: Sequence[str] = ()
    handlers: Sequence[str] = ()
    remote_refs: bool = False
    as_json: bool = False
    overlay: bool = False
    """Whether the rules alone are wanted."""
    force: bool = False


def init(options: Options) -> None:
    """Write a project for a document, or its rules; UsageError or ContractError where that cannot be done."""
    document = options.document
    if not is_document(document):
        raise UsageError(f"{document} is no document: name an OpenAPI file, or its URL.")
    _demand_fitting(options)
    project, (own,) = open_words([document], remote_refs=options.remote_refs)
    name = own if options.name is None else options.name
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name):
        raise UsageError(f"--name {name}: a name has letters, digits, dots, dashes and underscores.")
    contract = project.load_contract(own)
    for option, ids in (("--operation", options.operations), ("--handler", options.handlers)):
        for each in ids:
            _demand_operation(contract, option, each)
    for each in options.handlers:
        if not function_name(each).isidentifier():
            raise UsageError(f"--handler {each}: no function of Python can have the name.")
    fetching = fetch if options.remote_refs else None
    if options.overlay:
        output = None if options.output is None else Path(options.output)
        target = Target(document, name, output, frozenset(options.operations), replaces=options.force)
        beside = write_overlay(contract, target, fetching)
        lines, as_json = _told_beside(contract, document, beside), _beside_as_json(contract, beside)
    else:
        folder = Path(options.output if options.output is not None else name)
        wanted = Wanted(folder, name, frozenset(options.operations), tuple(dict.fromkeys(options.handlers)))
        made = write_project(contract, wanted, fetching)
        lines, as_json = _told(contract, folder, made), _as_json(contract, folder, made)
    if options.as_json:
        sys.stdout.write(json.dumps(as_json, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines))


def _demand_fitting(options: Options) -> None:
    """Refuse options that say nothing together."""
    if options.overlay and options.handlers:
        raise UsageError("--handler: an overlay has no handlers.\n  Leave --overlay out.")
    if options.force and not options.overlay:
        raise UsageError("--force: it is for --overlay; a project's folder is never overwritten.")


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
    yield from _left_out(contract)
    yield f"{folder}/"
    yield from (f"  {place}" for place in sorted(made.files))
    yield from _suggested(made)
    yield from _next(shlex.quote(_word(folder)))


def _told_beside(contract: Contract, document: str, made: Beside) -> Iterator[str]:
    yield from _left_out(contract)
    for operation, reason in made.unreached:
        yield f"no rules for {operation.id}: {reason}"
    yield from map(str, made.files)
    yield from _suggested(made)
    if made.reviewed:
        yield f"compare them with {made.reviewed}, which serve and check apply"
    elif made.files:
        yield from _next(
            shlex.join([document, *([] if made.is_found else ["--overlay", str(made.files[0])])])
        )


def _left_out(contract: Contract) -> Iterator[str]:
    for each in contract.left_out:
        yield f"left out: {each.title}: {each.problem}"
    for note in contract.notes:
        if note.advice == UNFETCHED:
            yield f"left out: {note}"


def _suggested(made: Made | Beside) -> Iterator[str]:
    count = len({rule.operation.id for rule in made.rules})
    yield (
        f"{count_of(len(made.rules), 'rule')} suggested for {count_of(count, 'operation')}, of level should"
        if made.rules
        else "no rules suggested: no names in the replies say what the numbers mean"
    )
    yield from _dropped(made.dropped)


def _next(word: str) -> Iterator[str]:
    yield "next:"
    yield f"  metermock serve {word}"
    yield f"  metermock check {word}"


def _as_json(contract: Contract, folder: Path, made: Made) -> dict[str, Any]:
    files = [str(place) for place in sorted(made.files)]
    return {"folder": str(folder), "files": files, **_rules_as_json(contract, made)}


def _beside_as_json(contract: Contract, made: Beside) -> dict[str, Any]:
    said = {"files": [str(place) for place in made.files], **_rules_as_json(contract, made)}
    said["left_out"] += [{"operation": each.id, "problem": reason} for each, reason in made.unreached]
    return said


def _rules_as_json(contract: Contract, made: Made | Beside) -> dict[str, Any]:
    return {
        "rules": [_said(rule) for rule in made.rules],
        "dropped": [
            {**_said(each.rule), "reason": each.reason, "received": each.shown} for each in made.dropped
        ],
        "left_out": [{"operation": each.title, "problem": each.problem} for each in contract.left_out],
    }


def _said(rule: Suggested) -> dict[str, str]:
    return {"id": rule.id, "operation": rule.operation.id, "message": rule.suggestion.message}


def _dropped(dropped: Iterable[Dropped]) -> Iterable[str]:
    reasons: dict[str, list[str]] = {}
    for each in dropped:
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
