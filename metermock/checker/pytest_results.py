"""What the tests of a target need of its check, and how the workers of pytest-xdist share it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from metermock.checker.findings.verdict import RuleCount, Verdict
from metermock.checker.reports.terminal import finding_text

SILENCE = 120.0
"""Seconds without one, after which the others wait no longer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a test tells it, secrets concealed."""

    operation: str
    rule: str
    text: str
    is_failure: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was learnt of a target: texts and counts, no request and no secret."""

    target: str
    url: str
    verdict: str
    reason: str = ""
    findings: tuple[Told, ...] = ()
    rules: tuple[RuleCount, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """What is told of a verdict."""
        findings = tuple(
            Told(found.operation, found.rule, finding_text(verdict, found), found in verdict.failures)
            for found in verdict.findings
        )
        return cls(verdict.target, verdict.url, verdict.verdict, verdict.reason, findings, verdict.rules)

    @classmethod
    def read(cls, text: str) -> Self:
        """The result that `text` holds."""
        value: dict[str, Any] = json.loads(text)
        findings = tuple(Told(**each) for each in value.pop("findings"))
        rules = tuple(RuleCount(**each) for each in value.pop("rules"))
        return cls(**value, findings=findings, rules=rules)

    def because(self, reason: str) -> Result:
        """That nothing was learnt, and why."""
        return Result(self.target, self.url, "untested", reason)

    @property
    def text(self) -> str:
        """The result as JSON."""
        return json.dumps(asdict(self))

    def count(self, operation: str, rule: str) -> RuleCount | None:
        """How often a rule of an operation ran; None where the check never met it."""
        own = (operation, rule)
        return next((count for count in self.rules if (count.operation, count.id) == own), None)


@dataclass(frozen=True, slots=True)
class Shared:
    """A result in a folder of this run, made by the first worker that needs it."""

    folder: Path
    name: str
    tick: float = 1.0
    """Seconds between two looks at a worker that checks."""

    def result(self, make: Callable[[Callable[[], None]], Result], nothing: Result) -> Result:
        """The result, made by `make` if no worker has begun to; `nothing` with a reason where none comes.

        `make` gets what it calls every few seconds, as a sign of life.
        """
        lock = FileLock(self._path("lock"))
        while True:
            try:
                with lock.acquire(timeout=self.tick):
                    return self._made(make, nothing)
            except Timeout:
                if self._silent_for() > SILENCE:
                    why = f"the worker that checks it gave no sign of life for {SILENCE:.0f} seconds"
                    return nothing.because(why)

    def _made(self, make: Callable[[Callable[[], None]], Result], nothing: Result) -> Result:
        done, begun = self._path("json"), self._path("begun")
        if done.exists():
            return Result.read(done.read_text("utf-8"))
        if begun.exists():
            # Whoever held the lock has ended without a result: the next one might end likewise.
            result = nothing.because("the worker that checked it crashed")
        else:
            begun.touch(mode=0o600)
            try:
                result = make(begun.touch)
            except BaseException as problem:
                why = f"the check ended with {type(problem).__name__}, which one of the tests shows"
                self._write(done, nothing.because(why))
                raise
        self._write(done, result)
        return result

    def _write(self, path: Path, result: Result) -> None:
        # Moved into its place when it is whole, and readable by nobody else from the first byte on.
        draft = self._path("draft")
        draft.touch(mode=0o600)
        draft.write_text(result.text, encoding="utf-8")
        draft.replace(path)

    def _silent_for(self) -> float:
        try:
            return time.time() - self._path("begun").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _path(self, suffix: str) -> Path:
        return self.folder / f"{self.name}.{suffix}"
