"""A run of `metermock learn`: from options to an overlay."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from metermock.checker.audit.run import chosen
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.target import Target
from metermock.checker.options import CheckOptions
from metermock.checker.targets import is_own, own_targets, targets_of
from metermock.contract import Contract
from metermock.errors import UsageError
from metermock.learn.asking import asked
from metermock.learn.learning import Learned, learned
from metermock.learn.options import LearnOptions, accepted
from metermock.learn.overlay import as_json, overlay_text
from metermock.learn.proving import prove, surviving
from metermock.learn.recordings import recorded
from metermock.learn.witness import Witnesses, sound
from metermock.project import open_words

CLOCKS = ((), ("--now", "2026-02-10T22:41:09Z"), ("--now", "2027-05-31T04:17:55Z"))
"""Where the clock of a mock of our own stands, one after another: what holds at one instant may be chance."""
OTHER_CLOCK = ("--now", "2026-12-31T23:41:12Z")
"""Where it stands when what was learned is tried."""
ASKED = 0.6
"""The part of the requests that is spent to learn; the others try to break what was learned."""


def run(wanted: LearnOptions) -> int:
    """Learn the rules of a contract, and write them."""
    ids = accepted(wanted.accept)
    progress = _silent if wanted.quiet or not sys.stderr.isatty() else _told
    with ExitStack() as stack:
        made = _from_files(wanted, progress) if wanted.har else _from_deployment(wanted, stack, progress)
    found, more = _accepted(made.found, ids)
    lines = [*made.lines, *more]
    if wanted.as_json:
        text = json.dumps(as_json(made.contract, found, lines), indent=2, ensure_ascii=False)
        _write(text.encode() + b"\n", wanted.output)
        return 0
    overlay, elsewhere = overlay_text(made.contract, found)
    _write(overlay, wanted.output)
    if not wanted.quiet:
        said = [*lines, *elsewhere, _summary(found, made.witnesses)]
        sys.stderr.write("".join(f"{line}\n" for line in said))
    return 0


@dataclass(frozen=True, slots=True)
class _Made:
    """What was learned, from which witnesses, and what there is to say of it, in lines."""

    contract: Contract
    witnesses: Witnesses
    found: list[Learned]
    lines: list[str]


def _from_files(wanted: LearnOptions, progress: Callable[[str], None]) -> _Made:
    project, names = open_words([str(wanted.contract)], overlays=wanted.overlays)
    if len(names) != 1:
        raise UsageError(f"--contract {wanted.contract}: it has {', '.join(names)}\n  name one document")
    contract = project.load_contract(names[0])
    witnesses = sound(contract, *recorded(contract, wanted.har), is_recorded=True)
    found, lines = learned(chosen(contract, wanted.operations), witnesses, progress)
    # Nothing can be asked again, and two replies may differ for many reasons.
    found = [replace(each, relations=()) for each in found]
    return _Made(contract, witnesses, found, [*witnesses.left_out, *lines])


def _from_deployment(wanted: LearnOptions, stack: ExitStack, progress: Callable[[str], None]) -> _Made:
    check = _as_check(wanted)
    if is_own(check):
        contract, witnesses, target = _from_mock(check, stack, progress)
    else:
        (target,) = targets_of(check, stack)
        contract = target.contract
        options = replace(check.options, max_requests=max(int(wanted.requests * ASKED), 1))
        found, said = asked(target, options, chosen(contract, wanted.operations), progress)
        witnesses = sound(contract, found, said)
    rules, lines = learned(chosen(contract, wanted.operations), witnesses, progress)
    left = max(wanted.requests - len(witnesses.all), 1)
    options = replace(
        check.options, max_requests=left, trust_env=check.options.trust_env and not is_own(check)
    )
    if not any(each.rules or each.relations for each in rules):
        return _Made(contract, witnesses, rules, [*witnesses.left_out, *lines])
    proof = prove(target, options, rules, progress)
    rules, dropped = surviving(rules, proof)
    return _Made(contract, witnesses, rules, [*witnesses.left_out, *lines, *dropped])


def _as_check(wanted: LearnOptions) -> CheckOptions:
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for operation, name, value in wanted.parameters:
        values = given.setdefault(operation, {})
        values[name] = (*values.get(name, ()), value)
    options = Options(fuzz=False, seed=wanted.seed, overlays=wanted.overlays, operations=wanted.operations)
    return CheckOptions(
        words=wanted.words,
        contract=wanted.contract,
        credentials=wanted.credentials,
        rate_limit=wanted.rate_limit,
        parameters=given,
        options=replace(options, max_requests=wanted.requests),
    )


def _from_mock(
    check: CheckOptions, stack: ExitStack, progress: Callable[[str], None]
) -> tuple[Contract, Witnesses, Target]:
    """The replies of a mock at several instants, and another one, with other data, for the trial."""
    if check.credentials or check.rate_limit:
        raise UsageError("--credential and --rate-limit need the URL of a deployment")
    words = [*check.words, *([check.contract] if check.contract else [])]
    most = max(int((check.options.max_requests or 0) * ASKED) // len(CLOCKS), 1)
    options = replace(check.options, max_requests=most, trust_env=False)
    witnesses, lines = [], []
    for clock in CLOCKS:
        target = _one(own_targets(words, stack, options, clock))
        found, more = asked(target, options, chosen(target.contract, check.options.operations), progress)
        witnesses += found
        lines += more
    other = _one(own_targets(words, stack, replace(options, seed=options.seed + 1), OTHER_CLOCK))
    return other.contract, sound(other.contract, witnesses, dict.fromkeys(lines)), other


def _one(targets: Sequence[Target]) -> Target:
    if len(targets) != 1:
        raise UsageError(f"learn one contract at a time: {', '.join(each.name for each in targets)}")
    return targets[0]


def _accepted(found: Sequence[Learned], ids: frozenset[str] | None) -> tuple[list[Learned], list[str]]:
    """The rules with these ids, and the ids that were not learned again, in lines; all without ids."""
    if ids is None:
        return list(found), []
    known = {one.candidate.id for each in found for one in each.rules}
    known |= {one.id for each in found for one in each.relations}
    kept = [
        replace(
            each,
            rules=tuple(one for one in each.rules if one.candidate.id in ids),
            relations=tuple(one for one in each.relations if one.id in ids),
        )
        for each in found
    ]
    return kept, [f"{each}: not learned this time, and so not written" for each in sorted(ids - known)]


def _summary(found: Sequence[Learned], witnesses: Witnesses) -> str:
    rules = sum(len(each.rules) + len(each.relations) for each in found)
    tried = sum(each.tried for each in found)
    replies = f"{len(witnesses.all)} replies of {witnesses.accounts} accounts"
    return f"{rules} rules learned from {replies}; {tried} candidates were tried"


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
