"""A run of `metermock check`: targets are chosen and checked, verdicts settled and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from metermock.address import shown
from metermock.checker.deployment.concealment import conceal
from metermock.checker.deployment.interruption import Interruption, interruptible, leave
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.recording import Recording, recorded
from metermock.checker.deployment.target import Target
from metermock.checker.findings.collector import Forgives
from metermock.checker.findings.earlier import Earlier, read_earlier
from metermock.checker.findings.verdict import Verdict, all_required, exit_code
from metermock.checker.month_start import at_month_start
from metermock.checker.options import CheckOptions
from metermock.checker.parallel import in_parallel
from metermock.checker.placing import placed
from metermock.checker.results import baselines_of, write_reports
from metermock.checker.targets import is_own, targets_of
from metermock.checker.unstarted import unstarted
from metermock.errors import CannotTestError, StoppedAtStart, UsageError

Engine = Callable[[Target, Options], Verdict]
"""What checks one target; tests hand in their own."""


def run(wanted: CheckOptions, engine: Engine | None = None) -> int:
    """Check every target, write every report; its exit code, 130 or 143 where a signal ended it."""
    with interruptible() as interruption:
        with recorded(wanted.har) as recording:
            try:
                verdicts = _verdicts(wanted, engine, interruption, recording)
            except StoppedAtStart:
                verdicts = unstarted(wanted, interruption.reason)
            try:
                write_reports(verdicts, wanted.reports)
            finally:
                if recording is not None:
                    recording.write()
        if interruption.number:
            leave(interruption.exit_code)
            return interruption.exit_code
    return exit_code(verdicts)


def _verdicts(
    wanted: CheckOptions, engine: Engine | None, interruption: Interruption, recording: Recording | None
) -> tuple[Verdict, ...]:
    """The verdict on each target, as the baseline, an earlier report and the options settle it."""
    with ExitStack() as stack:
        targets = targets_of(wanted, stack)
        # Read before anything is sent: a mistake in the file is reported at once.
        baselines = baselines_of(wanted, targets)
        earlier = _earlier(wanted)
        check = partial(
            checked_with_month_start if is_own(wanted) else checked,
            engine=engine
            or partial(_engine, is_quiet=wanted.quiet, recording=recording, forgives=baselines.forgives),
            interruption=interruption,
        )
        found = in_parallel(lambda target: check(target, wanted.of(target.name).options), targets)
    verdicts = tuple(map(baselines.settled, found))
    if earlier is not None:
        verdicts = earlier.compared(verdicts)
    return tuple(
        all_required(verdict) if wanted.of(verdict.target).options.require_all else verdict
        for verdict in verdicts
    )


def _earlier(wanted: CheckOptions) -> Earlier | None:
    """The earlier report to compare with; None also where this run is the first that writes it."""
    if wanted.diff is None:
        return None
    written = wanted.reports.get("json", "-")
    if written != "-" and Path(written).resolve() == wanted.diff.resolve() and not wanted.diff.exists():
        sys.stderr.write(f"--diff {wanted.diff}: there is no earlier report yet; this run writes the first\n")
        return None
    try:
        return read_earlier(wanted.diff)
    except UsageError as problem:
        raise placed(wanted, "--diff", (), problem) from None


def checked(
    target: Target,
    options: Options,
    engine: Engine | None = None,
    interruption: Interruption | None = None,
) -> Verdict:
    """The verdict on one target; `untested` where the engine could not test it."""
    reason = interruption.reason if interruption is not None else ""
    if not reason:
        try:
            return (engine or partial(_engine, is_quiet=True))(target, options)
        except CannotTestError as problem:
            reason = conceal(str(problem), target.secrets)
    return Verdict(
        target=target.name,
        contract=target.contract.name,
        url=target.url,
        verdict="untested",
        seed=options.seed,
        reason=reason,
        document=shown(target.contract.path),
        contract_version=target.contract.version,
        contract_digest=target.contract.digest,
        profile=options.profile,
        strict=options.strict,
    )


def checked_with_month_start(
    target: Target,
    options: Options,
    engine: Engine | None = None,
    interruption: Interruption | None = None,
) -> Verdict:
    """The verdict on a mock of our own: rules that never ran are tried once more at a month's start."""
    # Our mock is on this machine: a proxy out of the environment would only be in the way.
    options = replace(options, trust_env=False)
    verdict = checked(target, options, engine, interruption)
    quiet = replace(options, fuzz=False)
    if options.max_requests is not None:
        left = options.max_requests - verdict.requests
        if left <= 0:
            return verdict
        quiet = replace(quiet, max_requests=left)
    return at_month_start(
        verdict, target, lambda again: checked(again, quiet, engine, interruption), options.seed
    )


def recording_engine(recording: Recording) -> Engine:
    """The engine without a word, whose requests are recorded."""
    return partial(_engine, is_quiet=True, recording=recording)


def _engine(
    target: Target,
    options: Options,
    *,
    is_quiet: bool,
    recording: Recording | None = None,
    forgives: Callable[[str], Forgives] = lambda _: lambda _: False,
) -> Verdict:
    """The verdict of the engine, which names each stage on a terminal, and gives a sign of life elsewhere."""
    from metermock.checker.check import check  # noqa: PLC0415 - a mistake in the options needs no engine

    def stage(name: str) -> None:
        sys.stderr.write(f"  {target.name}: {name}\n")

    def heartbeat(requests: int, seconds: float) -> None:
        sys.stderr.write(f"  {target.name}: {requests:,} requests in {seconds:.0f} s\n")

    def planned(requests: int) -> None:
        random = ", then random ones" if options.fuzz else ""
        writing = "for what changes data, and " if options.unsafe_methods else ""
        sys.stderr.write(
            f"  {target.name}: about {rounded(requests):,} requests{random}; more {writing}where data move "
            "or something is wrong (--max-requests is a limit)\n"
        )

    known = forgives(target.name)
    if is_quiet:
        return check(target, options, recording=recording, forgives=known)
    if sys.stderr.isatty():
        sys.stderr.write(f"checking {target.name} at {target.url} …\n")
    if options.max_requests is not None:
        sys.stderr.write(f"  {target.name}: {options.profile}, at most {options.max_requests:,} requests\n")
    return check(
        target,
        options,
        stage if sys.stderr.isatty() else _silent,
        heartbeat,
        recording=recording,
        forgives=known,
        planned=planned if options.max_requests is None else None,
    )


def _silent(_: str) -> None:
    """Say nothing of a stage where no terminal shows it."""


def rounded(requests: int) -> int:
    """A number of requests with two digits: more would be a promise."""
    unit: int = 10 ** max(len(str(requests)) - 2, 0)
    return round(requests / unit) * unit
