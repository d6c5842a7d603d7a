"""What was learned, as an Overlay that an author reviews, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metermock import yaml_writer
from metermock.contract import Contract
from metermock.contract.rules import SUCCESS
from metermock.counts import count_of
from metermock.init.overlay_text import json_path
from metermock.learn.choice import Kept
from metermock.learn.evidence import Sample, applied, evidence, of_operation
from metermock.learn.learning import Learned
from metermock.learn.relations import Related

_INTRODUCTION = """\
# Rules that the replies of {document} kept. Each is a `should`, with what it was learned from under x-source.
# Keep what your API promises, and make it `level: must`; remove what only happens to hold.
"""


def overlay_text(contract: Contract, found: Sequence[Learned]) -> tuple[bytes, list[str]]:
    """An overlay of the rules, and the operations that none can change since they stand in another file."""
    name = str(contract.path).rpartition("/")[2]
    head = {
        "overlay": "1.1.0",
        "info": {"title": f"Learned rules for {name}", "version": contract.version or "1"},
        "extends": f"./{name}",
    }
    parts = [_INTRODUCTION.format(document=name).encode(), yaml_writer.written(head)]
    actions: list[bytes] = []
    elsewhere: list[str] = []
    for each in found:
        source, pointer = contract.place(each.operation.pointer)
        if not each.rules and not each.relations:
            continue
        if source is not contract.source:
            elsewhere.append(
                f"{each.operation.id}: its rules are not written, since it stands in {source.path}"
            )
            continue
        rules = [entry(each, rule) for rule in each.rules]
        relations = [relation_entry(each, one) for one in each.relations]
        update = {
            **({"x-rules": rules} if rules else {}),
            **({"x-relations": relations} if relations else {}),
        }
        action = {"target": json_path(pointer), "update": update}
        lines = yaml_writer.written([action]).decode().splitlines()
        actions.append(f"  # {each.operation.method} {each.operation.path}\n".encode())
        actions.append("".join(f"  {line}\n" for line in lines).encode())
    parts += [b"actions:\n", *actions] if actions else [b"actions: []\n"]
    return b"".join(parts), elsewhere


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


def as_json(contract: Contract, found: Sequence[Learned], lines: Sequence[str]) -> dict[str, Any]:
    """Everything that was learned, with the evidence."""
    return {
        "contract": contract.name,
        "rules": [
            {
                "operation": each.operation.id,
                "template": kept.candidate.template,
                **entry(each, kept),
                "catches": list(kept.catches),
                "chance": kept.candidate.chance,
                "evidence": evidence(each, kept.candidate),
            }
            for each in found
            for kept in each.rules
        ],
        "relations": [
            {"operation": each.operation.id, "template": one.template, **relation_entry(each, one)}
            for each in found
            for one in each.relations
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
