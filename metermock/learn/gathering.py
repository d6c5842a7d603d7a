"""Where a run's replies come from: recordings, a deployment, or a mock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial

from metermock.checker.audit.run import chosen
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target
from metermock.checker.options import CheckOptions
from metermock.checker.targets import is_own, own_targets, targets_of
from metermock.contract import Contract
from metermock.errors import StoppedAtStart, UsageError
from metermock.learn.asking import Heard, asked
from metermock.learn.options import LearnOptions
from metermock.learn.recordings import recorded
from metermock.learn.signs import Signs
from metermock.learn.witness import Witness
from metermock.project import open_words

CLOCKS = ((), ("--now", "2026-02-10T22:41:09Z"), ("--now", "2027-05-31T04:17:55Z"))
"""Where the clock of a mock of our own stands, one after another: what holds at one instant may be chance."""
OTHER_CLOCK = ("--now", "2026-12-31T23:41:12Z")
"""Where it stands when what was learned is tried."""
ASKED = 0.6
"""The part of the requests that is spent to learn; the others try to break what was learned."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The replies to learn from, and what can be asked afterwards: nothing, if they are recorded."""

    contract: Contract
    witnesses: Sequence[Witness]
    lines: Sequence[str]
    recorded: Sequence[Secret] = field(default=(), repr=False)
    target: Target | None = None
    options: Options | None = None
    """Those of the trial: `max_requests` is what is left for it, which may be nothing."""
    requests: int = 0
    """How many went out."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What no text may show, as far as it is known by now."""
        return (*self.recorded, *(self.target.secrets if self.target is not None else ()))


def from_files(wanted: LearnOptions) -> Gathered:
    """The replies of recordings."""
    project, names = open_words([str(wanted.contract)], overlays=wanted.overlays)
    if len(names) != 1:
        raise UsageError(f"--contract {wanted.contract}: it has {', '.join(names)}\n  name one document")
    contract = project.load_contract(names[0])
    found, lines, secrets = recorded(contract, wanted.har)
    return Gathered(contract, found, lines, secrets)


def from_deployment(wanted: LearnOptions, stack: ExitStack, signs: Signs) -> Gathered:
    """The replies of a deployment, or of a mock that is started; those so far, where a signal ends it.

    StoppedAtStart where it comes before the first request.
    """
    check = _as_check(wanted)
    if is_own(check):
        heard, target = _from_mock(check, stack, signs)
    else:
        (target,) = targets_of(check, stack)
        options = replace(check.options, max_requests=to_learn(wanted.requests))
        operations = chosen(target.contract, wanted.operations)
        heard = asked(target, options, operations, signs, partial(signs.beat, 0))
    options = replace(
        check.options,
        max_requests=wanted.requests - heard.requests,
        trust_env=check.options.trust_env and not is_own(check),
    )
    return Gathered(target.contract, heard.witnesses, heard.lines, (), target, options, heard.requests)


def to_learn(requests: int) -> int:
    """How many of all requests are spent to learn: at least one."""
    return max(int(requests * ASKED), 1)


def shares(requests: int, count: int) -> list[int]:
    """So many requests in equal shares, which come to no more together; some have none if there are few."""
    return [requests // count + (number < requests % count) for number in range(count)]


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


def _from_mock(check: CheckOptions, stack: ExitStack, signs: Signs) -> tuple[Heard, Target]:
    """The replies of a mock at several instants, and another one, with other data, for the trial."""
    if check.credentials or check.rate_limit:
        raise UsageError("--credential and --rate-limit need the URL of a deployment")
    words = [*check.words, *([check.contract] if check.contract else [])]
    options = replace(check.options, trust_env=False)
    most = check.options.max_requests or 0
    witnesses: list[Witness] = []
    lines: list[str] = []
    sent = 0
    target: Target | None = None
    try:
        for clock, share in zip(CLOCKS, shares(to_learn(most), len(CLOCKS)), strict=True):
            if share:
                target = _one(own_targets(words, stack, options, clock))
                its = replace(options, max_requests=share)
                operations = chosen(target.contract, its.operations)
                heard = asked(target, its, operations, signs, partial(signs.beat, sent))
                witnesses += heard.witnesses
                lines += heard.lines
                sent += heard.requests
        target = _one(own_targets(words, stack, replace(options, seed=options.seed + 1), OTHER_CLOCK))
    except StoppedAtStart:
        # A signal has come, and so no mock is started any more: what was heard until then stays.
        if target is None:
            raise
    return Heard(witnesses, list(dict.fromkeys(lines)), sent), target


def _one(targets: Sequence[Target]) -> Target:
    if len(targets) != 1:
        raise UsageError(f"learn one contract at a time: {', '.join(each.name for each in targets)}")
    return targets[0]
