"""What was learned, as an Overlay that an author reviews, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
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
from metermock.learn.relations import Related

REJECTED = "x-rejected"
"""The field of an Overlay with the ids of learned rules that nobody wants."""
_INTRODUCTION = """\
# Rules that the replies of {document} kept. Each is a `should`, with what it was learned from under x-source.
# Keep what your API promises, and make it `level: must`. Remove what only happens to hold, and list its id
# under x-rejected, so that it is not learned again. Learning again adds to this file, and changes nothing.
"""


@dataclass(frozen=True, slots=True)
class Action:
    """The rules of an operation, as an action of an Overlay; `pointer` is where it stands in its document."""

    learned: Learned
    pointer: tuple[str | int, ...]
    update: dict[str, Any]

    @property
    def entry(self) -> dict[str, Any]:
        """It as an Overlay has it."""
        return {"target": json_path(self.pointer), "update": self.update}


def actions_of(contract: Contract, found: Sequence[Learned]) -> tuple[list[Action], list[str]]:
    """An action for each operation with rules, and those that none can change since they stand elsewhere."""
    actions: list[Action] = []
    elsewhere: list[str] = []
    for each in found:
        source, pointer = contract.place(each.operation.pointer)
        rules = [entry(each, rule) for rule in each.rules]
        relations = [relation_entry(each, one) for one in each.relations]
        if not rules and not relations:
            continue
        if str(source.path) != str(contract.path):
            elsewhere.append(
                f"{each.operation.id}: its rules are not written, since it stands in {source.path}"
            )
            continue
        update = {
            **({"x-rules": rules} if rules else {}),
            **({"x-relations": relations} if relations else {}),
        }
        actions.append(Action(each, tuple(pointer), update))
    return actions, elsewhere


def overlay_text(contract: Contract, actions: Sequence[Action], rejected: Sequence[str] = ()) -> bytes:
    """An Overlay of the rules; `rejected` are the ids that are not to be learned again."""
    name = str(contract.path).rpartition("/")[2]
    head = {
        "overlay": "1.1.0",
        "info": {"title": f"Learned rules for {name}", "version": contract.version or "1"},
        "extends": f"./{name}",
        **({REJECTED: list(rejected)} if rejected else {}),
    }
    parts = [_INTRODUCTION.format(document=name).encode(), yaml_writer.written(head), b"actions:\n"]
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
