"""A run of `metermock learn`: replies, what was learned before, what is learned now, and the files."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from metermock.checker.audit.run import chosen
from metermock.checker.deployment.concealment import concealment
from metermock.contract import Contract
from metermock.contract.reading.fetching import fetch
from metermock.document_names import overlay_beside
from metermock.learn.earlier import Earlier, held_against, tried, without
from metermock.learn.gathering import Gathered, Progress, from_deployment, from_files
from metermock.learn.hiding import hidden_in, without_secrets
from metermock.learn.learning import Learned, learned
from metermock.learn.options import LearnOptions, accepted
from metermock.learn.output import Made, demand_room, write
from metermock.learn.overlays import Overlays
from metermock.learn.proving import Proof, prove, surviving
from metermock.learn.witness import sound
from metermock.learn.writing import reviewed

BROKEN = 1
"""The exit code where something broke that was learned before."""


def run(wanted: LearnOptions) -> int:
    """Learn the rules of a contract, and write them."""
    ids = accepted(wanted.accept)
    demand_room(wanted)
    progress = _silent if wanted.quiet or not sys.stderr.isatty() else _told
    with ExitStack() as stack:
        gathered = from_files(wanted) if wanted.har else from_deployment(wanted, stack, progress)
        made = _Run(wanted, gathered, Path(stack.enter_context(_scratch())), progress).made()
    write(wanted, made, ids)
    return BROKEN if any(each.state == "broken" for each in made.before) else 0


class _Run:
    """Holds the contract's learned rules against the replies, then learns from these what is new."""

    def __init__(self, wanted: LearnOptions, gathered: Gathered, scratch: Path, progress: Progress) -> None:
        self._wanted = wanted
        self._gathered = gathered
        self._scratch = scratch
        self._progress = progress
        self._overlays = Overlays(tuple(Path(each) for each in wanted.overlays))

    def made(self) -> Made:
        """What was learned, and what became of what was learned before."""
        gathered = self._gathered
        contract = self._with_output(gathered.contract)
        before = held_against(contract, gathered.witnesses)
        known = frozenset(each.id for each in before)
        document = contract
        contract = self._without_broken(contract, before)
        is_recorded = gathered.target is None
        witnesses = sound(contract, gathered.witnesses, gathered.lines, is_recorded=is_recorded)
        found, lines = learned(chosen(contract, self._wanted.operations), witnesses, self._progress)
        # Recordings can be asked nothing, and two replies may differ for many reasons.
        found = [replace(each, relations=()) for each in found] if is_recorded else found
        holding = frozenset(each.id for each in before if each.state != "broken")
        found = unknown(found, known | reviewed(self._wanted).rejected, holding)
        found, dropped, proof = self._tried(contract, found, before)
        hidden = concealment(gathered.secrets)
        found, secret = without_secrets(found, hidden)
        before = hidden_in(tried(before, proof.broken, proof.ran), hidden)
        told = [hidden.conceal(each) for each in (*witnesses.left_out, *lines, *dropped, *secret)]
        return Made(document, witnesses, found, before, told, hidden)

    def _with_output(self, contract: Contract) -> Contract:
        """The contract with the Overlay that is to be written, if that is there, and not applied yet."""
        output = reviewed(self._wanted).path
        if output is None:
            return contract
        beside = overlay_beside(Path(contract.path)) if "://" not in str(contract.path) else None
        known = (*self._overlays.own, *([beside] if beside else ()))
        if output.resolve() in {each.resolve() for each in known}:
            return contract
        self._overlays = self._overlays.and_own(output)
        return self._overlays.loaded(contract, fetch)

    def _without_broken(self, contract: Contract, before: Iterable[Earlier]) -> Contract:
        """The contract without what broke: nothing is to be measured by it."""
        overlays = without(contract, before)
        if not overlays:
            return contract
        self._overlays = self._overlays.and_texts(overlays, contract, self._scratch, "broken")
        return self._overlays.loaded(contract, fetch)

    def _tried(
        self, contract: Contract, found: list[Learned], before: Iterable[Earlier]
    ) -> tuple[list[Learned], list[str], Proof]:
        target, options = self._gathered.target, self._gathered.options
        earlier = tuple(each.id for each in before if each.state != "broken")
        if target is None or options is None or not (earlier or any(_has_some(each) for each in found)):
            return found, [], Proof({}, frozenset())
        if not options.max_requests:
            # Nothing more may be sent. A relation that was not tried is none.
            proof = Proof({}, frozenset())
            return *surviving(found, proof), proof
        options = replace(options, overlays=tuple(map(str, self._overlays.own)))
        target = replace(target, contract=contract)
        proof = prove(target, options, found, self._progress, overlays=self._overlays, earlier=earlier)
        return *surviving(found, proof), proof


def _has_some(learned: Learned) -> bool:
    return bool(learned.rules or learned.relations)


def unknown(found: Iterable[Learned], known: frozenset[str], holding: frozenset[str]) -> list[Learned]:
    """Without what was rejected, and what the contract has under its id: a person may have changed it.

    Where the contract has a relation already that says more, the milder form of it is not new either.
    """
    return [
        each.only(each.ids - known - {one.id for one in each.relations if one.instead_of in holding})
        for each in found
    ]


def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="metermock-")


def _told(stage: str) -> None:
    sys.stderr.write(f"  {stage} …\n")


def _silent(_: str) -> None:
    """Say nothing where no terminal shows it."""
