"""What becomes of verdicts: a baseline forgives what it knows, and reports are written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from metermock.checker.deployment.target import Target
from metermock.checker.findings.baseline import Baseline, read_baseline
from metermock.checker.findings.verdict import Finding, Verdict, without_known
from metermock.checker.options import CheckOptions
from metermock.checker.placing import Placed, placed, unplaced
from metermock.checker.reports import reporter_of
from metermock.checker.reports.terminal import terminal_report, wants_colour
from metermock.errors import UsageError


class Baselines:
    """The baseline of each target under check; without a file nothing is forgiven."""

    def __init__(
        self,
        targets: Iterable[Target],
        path_of: Callable[[str], Path | None],
        *,
        update: bool,
        where: Placed = unplaced,
    ) -> None:
        self._update = update
        self._paths = {target.name: path_of(target.name) for target in targets}
        sharing: dict[Path, list[Target]] = {}
        for target in targets:
            path = self._paths[target.name]
            if path is not None:
                sharing.setdefault(path, []).append(target)
        self._baselines: dict[Path, Baseline] = {}
        for path, its in sharing.items():
            try:
                self._baselines[path] = _baseline(path, {each.contract.name for each in its}, update=update)
            except UsageError as problem:
                raise where("--baseline", its, problem) from None

    def forgives(self, target: str) -> Callable[[Finding], bool]:
        """What tells whether a finding of a target does not count, as `settled` will have it."""
        path = self._paths[target]
        if path is None:
            return lambda _: False
        baseline, today = self._baselines[path], datetime.now(UTC).date()
        if self._update:
            return lambda finding: baseline.extended([finding], today).forgives(finding, today)
        return lambda finding: baseline.forgives(finding, today)

    def settled(self, verdict: Verdict) -> Verdict:
        """The verdict without what is forgiven; with `update` new findings are added to the file first."""
        path = self._paths[verdict.target]
        if path is None:
            return verdict
        baseline = self._baselines[path]
        today = datetime.now(UTC).date()
        if self._update:
            baseline = baseline.extended(verdict.findings, today)
            baseline.write()
            # A second target of this contract adds to what the first one has written.
            self._baselines[path] = baseline
        idle = tuple(
            f"{known.rule} {f'{known.operation} {known.place}'.strip()} (until {known.until})"
            for known in baseline.idle(verdict.findings, verdict.asked_in_full, today)
        )
        settled = without_known(verdict, *baseline.split(verdict.findings, today))
        return replace(settled, baseline=path.name, idle=idle)


def baselines_of(wanted: CheckOptions, targets: Iterable[Target]) -> Baselines:
    """The baselines of a run; UsageError, with the line that names the file, for one that cannot be used."""

    def path_of(target: str) -> Path | None:
        return wanted.of(target).baseline

    return Baselines(targets, path_of, update=wanted.update_baseline, where=partial(placed, wanted))


def _baseline(path: Path, contracts: Iterable[str], *, update: bool) -> Baseline:
    name, *others = sorted(contracts)
    if others:
        message = f"--baseline {path}: a baseline is of one contract, not of {', '.join([name, *others])}"
        raise UsageError(message)
    return Baseline(path, name) if update and not path.exists() else read_baseline(path, name)


def write_reports(verdicts: Sequence[Verdict], files: Mapping[str, str]) -> None:
    """Write each report into its file, and what is left to standard output."""
    try:
        _write(verdicts, files)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough of it; the verdict stays what it is.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(verdicts: Sequence[Verdict], files: Mapping[str, str]) -> None:
    failed = []
    printed = []
    for form, file in files.items():
        text = reporter_of(form)(verdicts)
        if file == "-":
            printed.append(text)
            continue
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as problem:
            failed.append(f"--report {form}={file}: cannot be written: {problem.strerror}")
    sys.stdout.write("".join(printed) or f"{_for_people(verdicts)}\n")
    # Told last: one full disk keeps neither the other reports nor the verdict back.
    if failed:
        raise UsageError("\n".join(failed))


def _for_people(verdicts: Sequence[Verdict]) -> str:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    return terminal_report(verdicts, colour=wants_colour(sys.stdout), width=width)
