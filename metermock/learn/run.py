"""A run of `metermock learn`: from options to an overlay."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from metermock.checker.audit.run import chosen
from metermock.checker.deployment.options import Options
from metermock.checker.options import CheckOptions
from metermock.checker.targets import is_own, own_targets, targets_of
from metermock.contract import Contract
from metermock.errors import UsageError
from metermock.learn.asking import asked
from metermock.learn.learning import Learned, learned
from metermock.learn.options import LearnOptions, accepted
from metermock.learn.overlay import as_json, overlay_text
from metermock.learn.recordings import recorded
from metermock.learn.witness import Witnesses, sound
from metermock.project import open_words

CLOCKS = ((), ("--now", "2026-02-10T22:41:09Z"), ("--now", "2027-05-31T04:17:55Z"))
"""Where the clock of a mock of our own stands, one after another: what holds at one instant may be chance."""


def run(wanted: LearnOptions) -> int:
    """Learn the rules of a contract, and write them."""
    ids = accepted(wanted.accept)
    progress = _silent if wanted.quiet or not sys.stderr.isatty() else _told
    contract, witnesses = _from_files(wanted) if wanted.har else _from_deployment(wanted, progress)
    operations = chosen(contract, wanted.operations)
    found, lines = learned(operations, witnesses, progress)
    found, more = _accepted(found, ids)
    if wanted.as_json:
        text = json.dumps(
            as_json(contract, found, [*witnesses.left_out, *lines, *more]), indent=2, ensure_ascii=False
        )
        _write(text.encode() + b"\n", wanted.output)
        return 0
    overlay, elsewhere = overlay_text(contract, found)
    _write(overlay, wanted.output)
    said = [*witnesses.left_out, *lines, *more, *elsewhere, _summary(found, witnesses)]
    if not wanted.quiet:
        sys.stderr.write("".join(f"{line}\n" for line in said))
    return 0


def _from_files(wanted: LearnOptions) -> tuple[Contract, Witnesses]:
    project, names = open_words([str(wanted.contract)], overlays=wanted.overlays)
    if len(names) != 1:
        raise UsageError(f"--contract {wanted.contract}: it has {', '.join(names)}\n  name one document")
    contract = project.load_contract(names[0])
    found, lines = recorded(contract, wanted.har)
    return contract, sound(contract, found, lines)


def _from_deployment(wanted: LearnOptions, progress: Callable[[str], None]) -> tuple[Contract, Witnesses]:
    options = Options(
        fuzz=False,
        seed=wanted.seed,
        max_requests=wanted.requests,
        overlays=wanted.overlays,
        operations=wanted.operations,
    )
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for operation, name, value in wanted.parameters:
        values = given.setdefault(operation, {})
        values[name] = (*values.get(name, ()), value)
    check = CheckOptions(
        words=wanted.words,
        contract=wanted.contract,
        credentials=wanted.credentials,
        rate_limit=wanted.rate_limit,
        parameters=given,
        options=options,
    )
    with ExitStack() as stack:
        if is_own(check):
            return _from_mock(check, stack, progress)
        (target,) = targets_of(check, stack)
        found, lines = asked(target, options, chosen(target.contract, wanted.operations), progress)
        return target.contract, sound(target.contract, found, lines)


def _from_mock(
    check: CheckOptions, stack: ExitStack, progress: Callable[[str], None]
) -> tuple[Contract, Witnesses]:
    """The replies of a mock at several instants."""
    if check.credentials or check.rate_limit:
        raise UsageError("--credential and --rate-limit need the URL of a deployment")
    words = [*check.words, *([check.contract] if check.contract else [])]
    most = max((check.options.max_requests or 0) // len(CLOCKS), 1)
    options = replace(check.options, max_requests=most, trust_env=False)
    witnesses, lines = [], []
    for clock in CLOCKS:
        targets = own_targets(words, stack, options, clock)
        if len(targets) != 1:
            raise UsageError(f"learn one contract at a time: {', '.join(each.name for each in targets)}")
        (target,) = targets
        found, more = asked(target, options, chosen(target.contract, check.options.operations), progress)
        witnesses += found
        lines += more
    contract = target.contract
    return contract, sound(contract, witnesses, dict.fromkeys(lines))


def _accepted(found: Sequence[Learned], ids: frozenset[str] | None) -> tuple[list[Learned], list[str]]:
    """The rules with these ids, and the ids that were not learnt again, in lines; all without ids."""
    if ids is None:
        return list(found), []
    known = {rule.candidate.id for each in found for rule in each.rules}
    kept = [
        replace(each, rules=tuple(rule for rule in each.rules if rule.candidate.id in ids)) for each in found
    ]
    return kept, [f"{each}: not learnt this time, and so not written" for each in sorted(ids - known)]


def _summary(found: Sequence[Learned], witnesses: Witnesses) -> str:
    rules = sum(len(each.rules) for each in found)
    tried = sum(each.tried for each in found)
    replies = f"{len(witnesses.all)} replies of {witnesses.accounts} accounts"
    return f"{rules} rules learnt from {replies}; {tried} candidates were tried"


def _write(text: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text.decode())
        return
    try:
        output.write_bytes(text)
    except OSError as problem:
        raise UsageError(f"Cannot write {output}: {problem.strerror}") from None


def _told(stage: str) -> None:
    sys.stderr.write(f"  {stage} …\n")


def _silent(_: str) -> None:
    """Say nothing where no terminal shows it."""
