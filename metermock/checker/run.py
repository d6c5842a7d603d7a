"""A run of `metermock check`: from options to targets, from verdicts to reports and an exit code."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from metermock.checker.command import options_of, refuse_live, reports_of
from metermock.checker.deployment.config import read_targets, target_of
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.own_mock import mock_target, own_mock
from metermock.checker.deployment.request import conceal
from metermock.checker.deployment.target import Target
from metermock.checker.findings.baseline import Baseline, read_baseline
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import natural
from metermock.checker.findings.verdict import Verdict, all_required, exit_code, without_known
from metermock.checker.month_start import at_month_start
from metermock.checker.parallel import in_parallel
from metermock.checker.reports import REPORTERS
from metermock.checker.reports.terminal import terminal_report, wants_colour
from metermock.errors import CannotTestError, UsageError
from metermock.project import open_project

Check = Callable[[Target, Options], Verdict]

BUILT_IN = ("status", "header", "media-type", "json", "schema")


def run(arguments: argparse.Namespace, check: Check | None = None) -> int:
    """Check every target, write every report; 0 kept, 1 broken, 3 could not be tested."""
    options = options_of(arguments)
    reports = reports_of(arguments.report)
    with ExitStack() as stack:
        targets = chosen(_targets(arguments, options, stack), options)
        baselines = _baselines(arguments, targets)
        found = in_parallel(
            partial(_own if _is_own(arguments) else checked, options=options, check=check), targets
        )
        verdicts = [_settled(verdict, baselines, arguments) for verdict in found]
    try:
        _tell(tuple(verdicts), reports)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough of it; the verdict stays what it is.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exit_code(tuple(verdicts))


def chosen(targets: Iterable[Target], options: Options) -> list[Target]:
    """The targets that `--operation` and `--rule` leave; UsageError for a name that none of them has."""
    targets = list(targets)
    operations = {operation.id for target in targets for operation in target.contract.operations}
    rules = {rule for target in targets for rule in rule_ids(target)}
    for name in options.operations:
        if name not in operations:
            raise UsageError(_unknown("--operation", name, operations))
    for option, names in (("--rule", options.rules), ("--skip", options.skip)):
        for name in names:
            if not _matches(rules, [name]):
                raise UsageError(_unknown(option, name, rules))
    return [target for target in targets if _left(target, options)]


def rule_ids(target: Target) -> set[str]:
    """The ids of every rule that a check of this target can judge."""
    contract = target.contract
    written = {rule.id for operation in contract.operations for rule in operation.rules}
    relations = {relation.id for operation in contract.operations for relation in operation.relations}
    return {*BUILT_IN, *written, *relations, *own_ids(contract.document)}


def own_ids(document: Mapping[str, Any]) -> list[str]:
    """The ids under which the checker's own checks are reported for a contract."""
    return [value for value in asdict(CheckIds.of(document)).values() if value and isinstance(value, str)]


def _left(target: Target, options: Options) -> bool:
    operations = {operation.id for operation in target.contract.operations}
    if options.operations and not operations & set(options.operations):
        return False
    return not options.rules or _matches(rule_ids(target), options.rules)


def _matches(known: Iterable[str], patterns: Iterable[str]) -> bool:
    patterns = tuple(patterns)
    return any(fnmatchcase(rule, pattern) for rule in known for pattern in patterns)


def _unknown(option: str, name: str, known: Iterable[str]) -> str:
    listed = ", ".join(sorted(known, key=natural))
    return f"{option} {name}: there is none of that name\n  there is {listed}"


def _is_own(arguments: argparse.Namespace) -> bool:
    """Whether a mock of our own is checked: nothing among the words looks like an address."""
    words = [word for word in arguments.what if word != _folder(arguments)]
    return not arguments.config and not any(re.search(r"[./:]", word) for word in words)


def _folder(arguments: argparse.Namespace) -> str | None:
    """The first word if it is a folder, `./acme`: whose contracts a mock of our own serves."""
    first = next(iter(arguments.what), "")
    return first if re.search(r"[./\\]", first) and Path(first).is_dir() else None


def _targets(arguments: argparse.Namespace, options: Options, stack: ExitStack) -> tuple[Target, ...]:
    if not _is_own(arguments):
        refuse_live(options)
    if arguments.config:
        if arguments.contract or arguments.credential or arguments.rate_limit:
            raise UsageError("--contract, --credential and --rate-limit stand in the file of --config")
        return read_targets(arguments.config, arguments.what)
    if _is_own(arguments):
        if arguments.credential or arguments.rate_limit:
            raise UsageError("--credential and --rate-limit need the URL of a deployment")
        folder = _folder(arguments)
        named = [*arguments.what[1 if folder else 0 :], *([arguments.contract] if arguments.contract else [])]
        return own_targets(named, stack, options, folder)
    if arguments.what[0].startswith((".", "/")):
        raise UsageError(f"{arguments.what[0]}: there is no such folder")
    if len(arguments.what) != 1 or not arguments.contract:
        raise UsageError("write: metermock check URL --contract NAME --credential SCHEME=VALUE")
    url, contract, credentials = arguments.what[0], arguments.contract, arguments.credential
    return (flagged_target(url, contract, credentials, arguments.rate_limit),)


def flagged_target(
    url: str, contract: str, credentials: Iterable[str], rate_limit: str | None = None
) -> Target:
    """The target at a URL; without a credential it is taken for a mock, whose credentials are public."""
    project = open_project()
    target = target_of(url, contract, credentials, rate_limit=rate_limit)
    if target.accounts or contract not in project.contracts:
        return target
    mock = mock_target(target.contract, project.load_world(contract), target.url)
    return replace(mock, rate_limit=target.rate_limit)


def own_targets(
    names: Iterable[str], stack: ExitStack, options: Options, folder: str | None = None
) -> tuple[Target, ...]:
    """Contracts of a folder, or bundled ones, on a mock that lives as long as `stack`; no name means all."""
    project = open_project(folder)
    names = list(names) or list(project.contracts)
    contracts = {name: project.load_contract(name) for name in names}
    clock = ["--live"] if options.live else []
    url = stack.enter_context(own_mock(project, names, [*clock, "--seed", str(options.seed)]))
    return tuple(
        mock_target(contract, project.load_world(name), f"{url}/{name}")
        for name, contract in contracts.items()
    )


def _engine(target: Target) -> Check:
    """The engine; on a terminal it says what it is at."""
    from metermock.checker.check import check  # noqa: PLC0415 - a mistake in the options is told without it

    if not sys.stderr.isatty():
        return check

    def progress(stage: str) -> None:
        sys.stderr.write(f"  {target.name}: {stage}\n")

    return partial(check, progress=progress)


def checked(target: Target, options: Options, check: Check | None = None) -> Verdict:
    """The verdict on one target; `untested` where the engine could not test it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"checking {target.name} at {target.url} …\n")
    try:
        return (check or _engine(target))(target, options)
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


def _own(target: Target, options: Options, check: Check | None) -> Verdict:
    """The verdict on a contract of our own mock, at its world's clock and, if need be, at a month's start."""
    options = replace(options, trust_env=False)
    verdict = checked(target, options, check)
    quiet = replace(options, fuzz=False)
    return at_month_start(verdict, target, lambda again: checked(again, quiet, check), options.seed)


def _baselines(arguments: argparse.Namespace, targets: Iterable[Target]) -> dict[str, Baseline]:
    path: Path | None = arguments.baseline
    if path is None:
        if arguments.update_baseline:
            raise UsageError("--update-baseline needs --baseline FILE")
        return {}
    names = {target.contract.name for target in targets}
    if path.exists() or not arguments.update_baseline:
        return {name: read_baseline(path, name) for name in names}
    if len(names) > 1:
        raise UsageError(f"--baseline: a baseline is of one contract, not of {', '.join(sorted(names))}")
    return {name: Baseline(path, name) for name in names}


def _settled(verdict: Verdict, baselines: dict[str, Baseline], arguments: argparse.Namespace) -> Verdict:
    baseline = baselines.get(verdict.contract)
    if baseline:
        today = datetime.now(UTC).date()
        if arguments.update_baseline:
            baseline = baseline.extended(verdict.findings, today)
            baseline.write()
            baselines[verdict.contract] = baseline
        verdict = without_known(verdict, *baseline.split(verdict.findings, today))
    return all_required(verdict) if arguments.require_all else verdict


def _tell(verdicts: tuple[Verdict, ...], reports: dict[str, str]) -> None:
    failed = []
    for form, file in reports.items():
        if file != "-":
            try:
                Path(file).write_text(REPORTERS[form](verdicts), encoding="utf-8")
            except OSError as problem:
                failed.append(f"--report {form}={file}: cannot be written: {problem.strerror}")
    printed = [REPORTERS[form](verdicts) for form, file in reports.items() if file == "-"]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    report = terminal_report(verdicts, colour=wants_colour(sys.stdout), width=width)
    sys.stdout.write("".join(printed) or f"{report}\n")
    if failed:
        raise UsageError("\n".join(failed))
