"""What becomes of verdicts: a baseline forgives what it knows, and reports are written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from metermock.checker.findings.baseline import Baseline, read_baseline
from metermock.checker.findings.verdict import Verdict, without_known
from metermock.checker.reports import reporter_of
from metermock.checker.reports.terminal import terminal_report, wants_colour
from metermock.errors import UsageError


class Baselines:
    """The baseline of each contract under check, out of one file; without a file nothing is forgiven."""

    def __init__(self, path: Path | None, contracts: Iterable[str], *, update: bool) -> None:
        names = sorted(set(contracts))
        self._update = update
        self._baselines: dict[str, Baseline] = {}
        if path is None:
            return
        if update and not path.exists():
            if len(names) > 1:
                raise UsageError(f"--baseline: a baseline is of one contract, not of {', '.join(names)}")
            self._baselines = {name: Baseline(path, name) for name in names}
        else:
            self._baselines = {name: read_baseline(path, name) for name in names}

    def settled(self, verdict: Verdict) -> Verdict:
        """The verdict without what is forgiven; with `update` new findings are added to the file first."""
        baseline = self._baselines.get(verdict.contract)
        if baseline is None:
            return verdict
        today = datetime.now(UTC).date()
        if self._update:
            baseline = baseline.extended(verdict.findings, today)
            baseline.write()
            # A second target of this contract adds to what the first one has written.
            self._baselines[verdict.contract] = baseline
        return without_known(verdict, *baseline.split(verdict.findings, today))


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
