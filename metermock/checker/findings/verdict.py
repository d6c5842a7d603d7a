"""What a check found out: findings, how often each rule ran, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from metermock.checker.deployment.request import Request
from metermock.checker.findings.changes import Changes
from metermock.checker.findings.sent_parameters import SentParameter
from metermock.contract.exchange import Level

Outcome = Literal["kept", "broken", "untested"]

KEPT, BROKEN, CANNOT_TEST = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of broken rules, with the smallest request that shows it.

    `pointer` and `line` say where the rule stands in the contract's document (line 0: nowhere), which may
    have other files beside it;
    `place` says where in the reply, with `*` for the index of a row.
    """

    rule: str
    level: Level
    operation: str
    pointer: str
    line: int
    expected: str
    received: str
    message: str
    curl: str
    advice: str
    times: int
    request: Request
    place: str = ""
    document: Path | str = ""
    """The file, or URL, that the line counts in."""
    parameters: tuple[SentParameter, ...] = ()
    """The request's parameters, secrets concealed."""
    variants: tuple[str, ...] = ()
    """The other ways in which it showed."""
    causes: tuple[str, ...] = ()
    """What it may come from: findings with one of them in common are told together."""
    about: tuple[str, ...] = ()
    """What was asked and came, each way once, where neither the rule nor the place tells it."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often one rule of one operation was judged, broken, and found not to apply."""

    id: str
    level: Level
    operation: str
    message: str = ""
    ran: int = 0
    failed: int = 0
    inapplicable: int = 0
    reached: bool = True
    """False where the check ended before all was asked that may let the rule run, and it had not run."""


@dataclass(frozen=True, slots=True)
class Unvaried:
    """A parameter of an operation that was not varied, or not wholly, and why."""

    operation: str
    parameter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a check of one target.

    `reason` says why it could not be tested, or why it stopped early; `known` are the findings that a
    baseline holds. `seconds` is how long it took.
    """

    target: str
    contract: str
    url: str
    verdict: Outcome
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    seed: int = 0
    reason: str = ""
    known: tuple[Finding, ...] = ()
    baseline: str = ""
    """The name of the baseline's file."""
    idle: tuple[str, ...] = ()
    """The entries of the baseline that no finding needs, though their rules ran."""
    document: Path | str | None = field(default=None)
    strict: bool = False
    each_part: bool = False
    """Whether reports tell every finding by itself, and not those of one cause together."""
    left_out: tuple[str, ...] = ()
    """What was not asked, in a line each, with the reason."""
    unbroken: Outcome = "kept"
    """The verdict where no finding counts: a run that did not reach everything is not kept then."""
    unvaried: tuple[Unvaried, ...] = ()
    """The parameters that had one good value only, or some of many."""
    contract_version: str = ""
    """The document's `info.version`."""
    contract_digest: str = ""
    """The SHA-256 of the document's file."""
    profile: str = "full"
    """How much was to be asked: quick, nightly or full."""
    confirming: int = 0
    """About how many requests more it takes at most to confirm differences, where replies differ."""
    changes: Changes | None = None
    """What is new and gone, where the check is compared with an earlier one."""

    @property
    def never_ran(self) -> tuple[RuleCount, ...]:
        """The *must* rules that were never judged: the check knows nothing about them."""
        return tuple(rule for rule in self.rules if rule.level == "must" and not rule.ran)

    @property
    def asked_in_full(self) -> frozenset[tuple[str, str]]:
        """The rules, with their operations, of which what was not found is not there.

        None where the check stopped early: it may not have sent the request that would have shown a fault.
        """
        if self.reason:
            return frozenset()
        return frozenset((rule.id, rule.operation) for rule in self.rules if rule.ran)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that break the contract."""
        return tuple(finding for finding in self.findings if counts(finding.level, strict=self.strict))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not count."""
        return tuple(finding for finding in self.findings if not counts(finding.level, strict=self.strict))


def counts(level: Level, *, strict: bool) -> bool:
    """Whether a broken rule of that level breaks the contract."""
    return strict or level == "must"


def without_known(verdict: Verdict, new: tuple[Finding, ...], known: tuple[Finding, ...]) -> Verdict:
    """The verdict where only the `new` findings count."""
    settled = replace(verdict, findings=new, known=known)
    if settled.verdict == "broken" and not settled.failures:
        return replace(settled, verdict=settled.unbroken)
    return settled


def all_required(verdict: Verdict) -> Verdict:
    """The verdict where a *must* rule that never ran breaks the contract like a finding."""
    missing = len(verdict.never_ran)
    if not missing or verdict.verdict == "untested":
        return verdict
    reason = f"{missing} must {'rule' if missing == 1 else 'rules'} never ran (--require-all)"
    return replace(verdict, verdict="broken", reason="; ".join(filter(None, (verdict.reason, reason))))


def exit_code(verdicts: tuple[Verdict, ...]) -> int:
    """0 if all are kept, 1 if one is broken, else 3: one could not be tested."""
    outcomes = {verdict.verdict for verdict in verdicts}
    # A broken contract is known to be broken, even if another target could not be tested.
    if "broken" in outcomes:
        return BROKEN
    return KEPT if outcomes == {"kept"} else CANNOT_TEST
