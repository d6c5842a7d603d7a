"""A run of `metermock learn`: replies, what was learned before, what is learned now, and the files."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from metermock.checker.audit.run import chosen
from metermock.checker.deployment.concealment import concealment
from metermock.checker.deployment.interruption import Interruption, interruptible, leave
from metermock.contract import Contract
from metermock.contract.reading.fetching import fetch
from metermock.document_names import overlay_beside
from metermock.errors import StoppedAtStart
from metermock.learn.earlier import Earlier, held_against, tried, without
from metermock.learn.gathering import Gathered, from_deployment, from_files
from metermock.learn.hiding import hidden_in, without_secrets
from metermock.learn.learning import Learned, learned
from metermock.learn.options import LearnOptions, accepted
from metermock.learn.output import Made, demand_room, write
from metermock.learn.overlays import Overlays
from metermock.learn.proving import Proof, prove, surviving
from metermock.learn.signs import Signs
from metermock.learn.witness import sound
from metermock.learn.writing import reviewed

BROKEN = 1
"""The exit code where something broke that was learned before."""


def run(wanted: LearnOptions) -> int:
    """Learn the rules of a contract, and write them; its exit code, 130 or 143 where a signal ended it."""
    with interruptible() as interruption:
        ids = accepted(wanted.accept)
        demand_room(wanted)
        try:
            made = _made(wanted, interruption)
        except StoppedAtStart:
            made = None
        # Of no rule nothing is written: that would look like a run that found none.
        if made is None or (interruption.number and not made.before and not any(map(_has_some, made.found))):
            sys.stderr.write(f"{interruption.reason}: nothing was learned by then, and nothing is written\n")
        else:
            write(wanted, made, ids)
        if interruption.number:
            leave(interruption.exit_code)
            return interruption.exit_code
    return BROKEN if made is not None and any(each.state == "broken" for each in made.before) else 0


def _made(wanted: LearnOptions, interruption: Interruption) -> Made:
    """What was learned; StoppedAtStart where a signal ends it before anything was asked, or read whole."""
    signs = Signs(is_quiet=wanted.quiet)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(_scratch()))
        if wanted.har:
            # Recordings are there to be read again, so nobody needs what a part of them shows.
            with interruption.starting():
                return _Run(wanted, from_files(wanted), scratch, signs, interruption).made()
        gathered = from_deployment(wanted, stack, signs)
        if interruption.number:
            signs.say(f"  {interruption.reason}; learning from what was heard, a second signal ends it …")
        return _Run(wanted, gathered, scratch, signs, interruption).made()


class _Run:
    """Holds the contract's learned rules against the replies, then learns from these what is new."""

    def __init__(
        self,
        wanted: LearnOptions,
        gathered: Gathered,
        scratch: Path,
        signs: Signs,
        interruption: Interruption,
    ) -> None:
        self._wanted = wanted
        self._gathered = gathered
        self._scratch = scratch
        self._signs = signs
        self._interruption = interruption
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
        found, lines = learned(chosen(contract, self._wanted.operations), witnesses, self._signs)
        # Recordings can be asked nothing, and two replies may differ for many reasons.
        found = [replace(each, relations=()) for each in found] if is_recorded else found
        holding = frozenset(each.id for each in before if each.state != "broken")
        found = unknown(found, known | reviewed(self._wanted).rejected, holding)
        found, dropped, proof = self._tried(contract, found, before)
        hidden = concealment(gathered.secrets)
        found, secret = without_secrets(found, hidden)
        before = hidden_in(tried(before, proof.broken, proof.ran), hidden)
        cut = self._cut_short(gathered.requests + proof.requests)
        told = [hidden.conceal(each) for each in (*cut, *witnesses.left_out, *lines, *dropped, *secret)]
        return Made(document, witnesses, found, before, told, hidden)

    def _cut_short(self, requests: int) -> list[str]:
        """That a signal has ended the run early, in a line."""
        reason = self._interruption.reason
        sent = f"{requests} of {self._wanted.requests} requests"
        return [f"{reason}: {sent}; what these show was tried less, or not at all"] if reason else []

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
        if not options.max_requests or self._interruption.number:
            # Nothing more is sent. A relation that was not tried is none.
            proof = Proof({}, frozenset())
            return *surviving(found, proof), proof
        options = replace(options, overlays=tuple(map(str, self._overlays.own)))
        target = replace(target, contract=contract)
        beat = partial(self._signs.beat, self._gathered.requests)
        proof = prove(target, options, found, self._signs, beat, overlays=self._overlays, earlier=earlier)
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
