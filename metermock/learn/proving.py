"""Holds what was learned against a deployment once more: a check asks on purpose what could break it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from metermock.checker.check import check
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.contract import Contract
from metermock.contract.reading.bundle import Fetch
from metermock.contract.reading.fetching import fetch
from metermock.counts import count_of
from metermock.learn.learning import Learned, ids_of
from metermock.learn.overlay import Action, actions_of, by_file, overlay_text
from metermock.learn.overlays import Overlays


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of learned rules showed: those that broke, with what was received, and those that ran."""

    broken: dict[str, str]
    ran: frozenset[str]
    requests: int = 0


def prove(
    target: Target,
    options: Options,
    found: Sequence[Learned],
    progress: Callable[[str], None],
    heartbeat: Callable[[int, float], None],
    *,
    overlays: Overlays,
    earlier: Sequence[str] = (),
) -> Proof:
    """Check a deployment by the learned rules and relations alone; a signal ends it.

    `overlays` are those that the contract has, and `earlier` ids of other runs.
    """
    progress("trying to break what was learned")
    with tempfile.TemporaryDirectory(prefix="metermock-") as folder:
        fetched = fetch if options.remote_refs else None
        contract = _with(target.contract, found, Path(folder), overlays, fetched)
        ids = ids_of(found) | set(earlier)
        options = replace(options, rules=tuple(sorted(ids)))
        verdict = check(replace(target, contract=contract), options, heartbeat=heartbeat)
    broken = {each.rule: each.received for each in verdict.findings if each.rule in ids}
    ran = frozenset(each.id for each in verdict.rules if each.ran and each.id in ids)
    return Proof(broken, ran, verdict.requests)


def _with(
    contract: Contract, found: Sequence[Learned], folder: Path, overlays: Overlays, fetched: Fetch | None
) -> Contract:
    """The contract with what was learned, in Overlays after those that it has."""
    actions = by_file(map(demanded, actions_of(contract, found)))
    if not actions:
        return contract
    texts = {file: overlay_text(contract, file, its) for file, its in actions.items()}
    return overlays.and_texts(texts, contract, folder, "learned").loaded(contract, fetched)


def demanded(action: Action) -> Action:
    """The same as *must*: of these a check lets each run once, cheap ones first, before it asks any other."""
    demanded = {
        name: [{**each, "level": "must"} for each in entries] for name, entries in action.update.items()
    }
    return replace(action, update=demanded)


def surviving(found: Sequence[Learned], proof: Proof) -> tuple[list[Learned], list[str]]:
    """What did not break, and in lines what is left out: what broke, and how many relations never ran."""
    kept: list[Learned] = []
    lines: list[str] = []
    for each in found:
        rules = tuple(rule for rule in each.rules if rule.candidate.id not in proof.broken)
        held = proof.ran - proof.broken.keys()
        relations = tuple(one for one in each.relations if one.id in held and one.instead_of not in held)
        told = [(rule.candidate.id, rule.candidate.message) for rule in each.rules]
        # Of a relation that was told more strictly than the data allowed the other form is left.
        milder = {one.instead_of for one in each.relations}
        told += [(one.id, one.message) for one in each.relations if one.id not in milder]
        lines += [
            f"{each.operation.id}: dropped, since a request on purpose broke it: {message}"
            f"\n  it has {proof.broken[id_]}"
            for id_, message in told
            if id_ in proof.broken
        ]
        untried = sum(one.id not in proof.ran | proof.broken.keys() for one in each.relations)
        if untried:
            lines.append(
                f"{each.operation.id}: left out, since no request tried it: {count_of(untried, 'relation')}"
            )
        kept.append(replace(each, rules=rules, relations=relations))
    return kept, lines
