"""What was learned before and stands in the contract, held against what replies show now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from metermock import json_pointer, yaml_writer
from metermock.contract import Contract, Operation
from metermock.contract.cel.expressions import EvaluationError
from metermock.contract.rules import Rule
from metermock.init.overlay_text import json_path
from metermock.learn.overlays import place_of
from metermock.learn.trial import LEAST, environment
from metermock.learn.witness import Witness, is_usable

LEARNED = "learned"
"""How the `x-source` of a learned rule begins."""
PREFIX = "LR-"
SHOWN = 3
"""Replies that are told of a rule that broke."""

State = Literal["holds", "broken", "unseen"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A learned rule or relation of the contract, and what became of it.

    `replies` are those that it said something of; `received` is what broke it, of some of them. `unseen` says
    that too few replies tell anything of it, not that it is gone.
    """

    operation: str
    id: str
    message: str
    state: State
    replies: int = 0
    received: tuple[str, ...] = ()
    is_relation: bool = False

    @property
    def line(self) -> str:
        """It in words."""
        name = f"{self.operation}: {self.id} ({self.message})"
        if self.state == "holds":
            return f"{name} still holds"
        if self.state == "broken":
            return f"{name} broke since" + "".join(f"\n  it has {each}" for each in self.received)
        if self.is_relation:
            return f"{name} was not seen again: no requests tried it"
        return (
            f"{name} was not seen again: it says something of {self.replies} replies, and {LEAST} are needed"
        )


def held_against(contract: Contract, witnesses: Sequence[Witness]) -> list[Earlier]:
    """Every learned rule of a contract; of relations nothing is known until requests try them."""
    found: list[Earlier] = []
    for operation in contract.operations:
        its = [each for each in witnesses if each.exchange.operation == operation.id]
        found += [_judged(operation, rule, its) for rule in operation.rules if _is_learned(contract, rule)]
        found += [
            Earlier(operation.id, each.id, each.message, "unseen", is_relation=True)
            for each in operation.relations
            if _is_learned(contract, each)
        ]
    return found


def _is_learned(contract: Contract, entry: Any) -> bool:
    """Whether its id or its source says so: a person may have given it a name, or a level."""
    written = json_pointer.at(contract.document, entry.pointer)
    source = written.get("x-source") if isinstance(written, dict) else None
    return entry.id.startswith(PREFIX) or (isinstance(source, str) and source.startswith(LEARNED))


def _judged(operation: Operation, rule: Rule, witnesses: Iterable[Witness]) -> Earlier:
    ran = 0
    broken: list[str] = []
    for each in witnesses:
        seen = environment(each.exchange) if is_usable(each.exchange) else None
        if seen is None:
            continue
        try:
            if not rule.applies(each.exchange.status, seen):
                continue
        except EvaluationError as problem:
            broken.append(f"no answer to its when: {problem}")
            continue
        ran += 1
        breach = rule.judge(seen)
        if breach is not None:
            broken.append(breach.received)
    state: State = "broken" if broken else "holds" if ran >= LEAST else "unseen"
    received = tuple(dict.fromkeys(broken))[:SHOWN]
    return Earlier(operation.id, rule.id, rule.message, state, ran, received)


def tried(before: Iterable[Earlier], broken: dict[str, str], ran: frozenset[str]) -> Iterator[Earlier]:
    """The same after requests were made to break them: what broke, by id, and what was asked."""
    for each in before:
        if each.state != "broken" and each.id in broken:
            yield replace(each, state="broken", received=(broken[each.id],))
        elif each.is_relation and each.id in ran:
            yield replace(each, state="holds")
        else:
            yield each


def without(contract: Contract, before: Iterable[Earlier]) -> dict[str, bytes]:
    """Overlays that take what broke out of the contract, by the file that each changes.

    What is noticed by a rule that breaks anyway would not be learned anew.
    """
    actions: dict[str, list[dict[str, Any]]] = {}
    for each in before:
        if each.state == "broken":
            file, pointer = place_of(contract, contract.operation(each.operation).pointer)
            target = f"{json_path(pointer)}['x-rules'][?@.id == {_quoted(each.id)}]"
            actions.setdefault(file, []).append({"target": target, "remove": True})
    head = {"overlay": "1.1.0", "info": {"title": "What broke", "version": "1"}}
    return {file: yaml_writer.written({**head, "actions": its}) for file, its in actions.items()}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
