"""What was learned, as an Overlay that an author reviews, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from metermock import yaml_writer
from metermock.checker.deployment.concealment import Concealment
from metermock.contract import Contract
from metermock.contract.rules import SUCCESS
from metermock.counts import count_of
from metermock.init.overlay_text import json_path
from metermock.learn.choice import Kept
from metermock.learn.earlier import Earlier
from metermock.learn.evidence import Sample, applied, evidence, of_operation
from metermock.learn.learning import Learned
from metermock.learn.overlays import place_of
from metermock.learn.relations import Related

REJECTED = "x-rejected"
"""The field of an Overlay with the ids of learned rules that nobody wants."""
_INTRODUCTION = """\
# Rules that the replies of {document} kept. Each is a `should`, with what it was learned from under x-source.
# Keep what your API promises, and make it `level: must`. Remove what only happens to hold, and list its id
# under x-rejected, so that it is not learned again. Learning again adds to this file, and changes nothing.
"""

_NOTHING = b"""\
  # Nothing was accepted. An Overlay has an action, so here is one that changes nothing.
  - target: $
    update: {}
"""


@dataclass(frozen=True, slots=True)
class Action:
    """The rules of an operation, as an action of an Overlay; `pointer` is where it stands in its file."""

    learned: Learned
    file: str
    """The document, or a file that it refers to."""
    pointer: tuple[str | int, ...]
    update: dict[str, Any]

    @property
    def entry(self) -> dict[str, Any]:
        """It as an Overlay has it."""
        return {"target": json_path(self.pointer), "update": self.update}


def actions_of(contract: Contract, found: Sequence[Learned]) -> list[Action]:
    """An action for each operation with rules."""
    actions: list[Action] = []
    for each in found:
        rules = [entry(each, rule) for rule in each.rules]
        relations = [relation_entry(each, one) for one in each.relations]
        if rules or relations:
            update = {
                **({"x-rules": rules} if rules else {}),
                **({"x-relations": relations} if relations else {}),
            }
            actions.append(Action(each, *place_of(contract, each.operation.pointer), update))
    return actions


def by_file(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """The actions of each file."""
    found: dict[str, list[Action]] = {}
    for each in actions:
        found.setdefault(each.file, []).append(each)
    return found


def overlay_text(
    contract: Contract, file: str, actions: Sequence[Action], rejected: Sequence[str] = ()
) -> bytes:
    """An Overlay of the rules in one file; `rejected` are the ids that are not to be learned again."""
    name = file.rpartition("/")[2]
    head = {
        "overlay": "1.1.0",
        "info": {"title": f"Learned rules for {name}", "version": contract.version or "1"},
        "extends": f"./{name}",
        **({REJECTED: list(rejected)} if rejected else {}),
    }
    parts = [_INTRODUCTION.format(document=name).encode(), yaml_writer.written(head), b"actions:\n"]
    if not actions:
        parts.append(_NOTHING)
    for each in actions:
        operation = each.learned.operation
        lines = yaml_writer.written([each.entry]).decode().splitlines()
        parts.append(f"  # {operation.method} {operation.path}\n".encode())
        parts.append("".join(f"  {line}\n" for line in lines).encode())
    return b"".join(parts)


def entry(learned: Learned, kept: Kept) -> dict[str, Any]:
    """A rule as `x-rules` has it."""
    rule = kept.candidate
    status = learned.replies[0].status
    return {
        "id": rule.id,
        "level": "should",
        "message": rule.message,
        **({} if status == SUCCESS else {"status": status}),
        **({"when": rule.when} if rule.when else {}),
        "rule": rule.rule,
        "x-source": source_of(applied(learned, kept.candidate)),
    }


def relation_entry(learned: Learned, related: Related) -> dict[str, Any]:
    """A relation as `x-relations` has it."""
    return {
        "id": related.id,
        "level": "should",
        "message": related.message,
        "requests": dict(related.requests),
        **({"when": related.when} if related.when else {}),
        "rule": related.rule,
        "x-source": source_of(of_operation(learned)),
    }


def source_of(sample: Sample) -> str:
    """What a rule was learned from."""
    day = max(each.now for each in sample.replies)[:10]
    replies = f"{len(sample.replies)} {'reply' if len(sample.replies) == 1 else 'replies'}"
    return f"learned from {replies} of {count_of(sample.accounts, 'account')}, {day}"


def as_json(
    contract: Contract,
    found: Sequence[Learned],
    before: Sequence[Earlier],
    lines: Sequence[str],
    hidden: Concealment,
) -> dict[str, Any]:
    """Everything that was learned, with the evidence, and what became of what was learned before."""
    return {
        "contract": contract.name,
        "rules": [
            {
                "operation": each.operation.id,
                "template": kept.candidate.template,
                **entry(each, kept),
                "catches": list(kept.catches),
                "chance": kept.candidate.chance,
                "evidence": evidence(each, kept.candidate, hidden),
            }
            for each in found
            for kept in each.rules
        ],
        "relations": [
            {"operation": each.operation.id, "template": one.template, **relation_entry(each, one)}
            for each in found
            for one in each.relations
        ],
        "earlier": [
            {
                "operation": each.operation,
                "id": each.id,
                "message": each.message,
                "state": each.state,
                "replies": each.replies,
                "received": list(each.received),
            }
            for each in before
        ],
        "operations": [
            {
                "id": each.operation.id,
                "replies": len(each.replies),
                "accounts": each.accounts,
                "candidates": each.tried,
                "rules": len(each.rules),
                "relations": len(each.relations),
            }
            for each in found
        ],
        "left_out": list(lines),
    }
