"""A run of `metermock check`: targets are chosen and checked, verdicts settled and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import conceal
from metermock.checker.deployment.target import Target
from metermock.checker.findings.verdict import Verdict, all_required, exit_code
from metermock.checker.month_start import at_month_start
from metermock.checker.options import CheckOptions
from metermock.checker.parallel import in_parallel
from metermock.checker.results import Baselines, write_reports
from metermock.checker.targets import is_own, targets_of
from metermock.errors import CannotTestError

Engine = Callable[[Target, Options], Verdict]
"""What checks one target; tests hand in their own."""


def run(wanted: CheckOptions, engine: Engine | None = None) -> int:
    """Check every target, write every report; 0 kept, 1 broken, 3 could not be tested."""
    with ExitStack() as stack:
        targets = targets_of(wanted, stack)
        contracts = [target.contract.name for target in targets]
        # Read before anything is sent: a mistake in the file is reported at once.
        baselines = Baselines(wanted.baseline, contracts, update=wanted.update_baseline)
        check = checked_with_month_start if is_own(wanted) else checked
        found = in_parallel(partial(check, options=wanted.options, engine=engine), targets)
    verdicts = tuple(map(baselines.settled, found))
    if wanted.options.require_all:
        verdicts = tuple(map(all_required, verdicts))
    write_reports(verdicts, wanted.reports)
    return exit_code(verdicts)


def checked(target: Target, options: Options, engine: Engine | None = None) -> Verdict:
    """The verdict on one target; `untested` where the engine could not test it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"checking {target.name} at {target.url} …\n")
    try:
        return (engine or _engine(target))(target, options)
    except CannotTestError as problem:
        return Verdict(
            target=target.name,
            contract=target.contract.name,
            url=target.url,
            verdict="untested",
            seed=options.seed,
            reason=conceal(str(problem), target.secrets),
            document=target.contract.path,
            strict=options.strict,
        )


def checked_with_month_start(target: Target, options: Options, engine: Engine | None = None) -> Verdict:
    """The verdict on a mock of our own: rules that never ran are tried once more at a month's start."""
    # Our mock is on this machine: a proxy out of the environment would only be in the way.
    options = replace(options, trust_env=False)
    verdict = checked(target, options, engine)
    quiet = replace(options, fuzz=False)
    return at_month_start(verdict, target, lambda again: checked(again, quiet, engine), options.seed)


def _engine(target: Target) -> Engine:
    """The engine; on a terminal it says what it does."""
    from metermock.checker.check import check  # noqa: PLC0415 - a mistake in the options needs no engine

    if not sys.stderr.isatty():
        return check

    def progress(stage: str) -> None:
        sys.stderr.write(f"  {target.name}: {stage}\n")

    return partial(check, progress=progress)
