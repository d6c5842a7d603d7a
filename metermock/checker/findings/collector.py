"""Gathers what a check learns, from any number of threads, into a verdict."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from metermock import json_pointer
from metermock.address import shown
from metermock.checker.deployment.concealment import conceal, concealment
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.target import Target
from metermock.checker.findings.advice import advice_for
from metermock.checker.findings.causes import causes_of, is_of_status
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.concealed import concealed, concealed_finding
from metermock.checker.findings.locate import Locator
from metermock.checker.findings.sameness import Sameness
from metermock.checker.findings.sent_parameters import sent_parameters
from metermock.checker.findings.showings import showing, with_parameters
from metermock.checker.findings.unasked import told_unasked
from metermock.checker.findings.unreached import told_unreached, unreached
from metermock.checker.findings.verdict import Finding, Outcome, RuleCount, Unvaried, Verdict, counts
from metermock.contract import Breach, Operation
from metermock.contract.exchange import Level
from metermock.contract.rules import NO_ANSWER
from metermock.contract.schema_breaches import missing_field

Cause = tuple[str, str, str, str]
"""Rule, operation, place in the reply, kind of breach."""

Forgives = Callable[[Finding], bool]
"""Whether a finding does not count, because a baseline knows it."""

_LONGEST = 600
"""Characters of a value that a finding shows."""
_LOOKED_AT = 4_096
_VARIANTS = 6
"""How many ways a finding lists in which its cause showed."""


@dataclass
class _Tally:
    level: Level
    message: str = ""
    pointer: str = ""
    ran: int = 0
    failed: int = 0
    inapplicable: int = 0


@dataclass
class _Case:
    breach: Breach
    request: Request
    place: str
    pointer: str = ""
    advice: str = ""
    status: int | None = None
    times: int = 0
    variants: dict[str, None] = field(default_factory=dict)
    showings: dict[Level, dict[str, None]] = field(default_factory=dict)


@dataclass
class Collector:
    """Counts each rule of each operation, and keeps one case per cause: the smallest request."""

    target: Target
    options: Options
    enough: Callable[[str], None] = lambda _: None
    """Told why the check may end, where `--max-failures` findings count."""
    forgives: Forgives = lambda _: False
    """Whether a finding, as reports show it, is one that a baseline knows."""
    locator: Locator = field(init=False)
    sameness: Sameness = field(init=False)
    _ids: CheckIds = field(init=False)
    _operations: Mapping[str, Operation] = field(init=False)
    _said: set[tuple[str, str]] = field(init=False)
    """The rules of the document, each with the only thing that it says."""
    _tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)
    _cases: dict[Cause, _Case] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.locator = Locator(self.target.contract)
        self._ids = CheckIds.of(self.target.contract.document)
        self._operations = {operation.id: operation for operation in self.target.contract.operations}
        operations = self._operations.values()
        self.sameness = Sameness(operations, self._ids)
        self._said = {(rule.id, rule.message) for each in operations for rule in each.rules}
        self._said |= {(relation.id, relation.message) for each in operations for relation in each.relations}

    def wants(self, rule: str, operation: str | None = None) -> bool:
        """Whether the options let this rule be judged; `--rule` and `--skip` take patterns: `ZK-*`."""
        options = self.options
        if operation is not None and options.operations and operation not in options.operations:
            return False
        if (operation, rule) in options.unwanted:
            return False
        if any(fnmatchcase(rule, pattern) for pattern in options.skip):
            return False
        return not options.rules or any(fnmatchcase(rule, pattern) for pattern in options.rules)

    def expect(
        self, rule: str, operation: str, *, level: Level = "must", message: str = "", pointer: str = ""
    ) -> None:
        """Name a rule that should be judged, so that reports list it even if it never is."""
        if self.wants(rule, operation):
            with self._lock:
                tally = self._tally(rule, operation, level, message, pointer)
                if level == "must" != tally.level:
                    # A rule may have both: then it is a must.
                    tally.level, tally.message, tally.pointer = level, message, pointer

    def is_missing(self, rule: str, operation: str) -> bool:
        """Whether it is a *must* rule that was expected, and that never ran."""
        with self._lock:
            tally = self._tallies.get((rule, operation))
            return tally is not None and tally.level == "must" and not tally.ran

    def kept(self, rule: str, operation: str, *, level: Level = "must") -> None:
        """Count that a rule was judged and held."""
        self._count(rule, operation, level, "ran")

    def inapplicable(self, rule: str, operation: str, *, level: Level = "must") -> None:
        """Count that a rule did not apply to what there was."""
        self._count(rule, operation, level, "inapplicable")

    def broken(
        self,
        breach: Breach,
        request: Request,
        *,
        status: int | None = None,
        pointer: str = "",
        kind: str = "",
        advice: str = "",
        times: int = 1,
        variant: str = "",
        owner: str = "",
    ) -> Cause:
        """Count a breach, and keep its request if it is the smallest with this cause and the gravest level.

        `status` is the reply's; it leads to the schema in the document that was broken, unless the
        rule has a place of its own there, or `pointer` names one. `kind` tells breaches of one rule
        in one place apart, if need be, and `variant` names one of the ways in which a cause shows.
        `times=0` offers a smaller request for a cause that is counted already: what shrinking found.
        `owner` is the operation that has the rule, where the request may be to another, as of a relation.
        """
        place, owner = json_pointer.starred(breach.pointer), owner or request.operation
        cause = (breach.rule, owner, place, kind or _kind(breach))
        if not self.wants(breach.rule, owner):
            return cause
        with self._lock:
            tally = self._tally(breach.rule, owner, breach.level)
            if breach.level == "must":
                # A rule may have both: then it is a must.
                tally.level = breach.level
            # A breach is a run too; `times=0` only offers a smaller request for one that is counted.
            tally.ran += times
            tally.failed += times
            case = self._cases.setdefault(cause, _Case(breach, request, place, status=status))
            shown_before = len(case.showings.get(breach.level, ()))
            case.times += times
            case.variants |= {variant: None} if variant else {}
            case.showings.setdefault(breach.level, {})[showing(breach, kind)] = None
            case.pointer = case.pointer or pointer or tally.pointer or self._pointer(breach, owner, status)
            # A must and a should of one rule may fail in one place; the must is what counts.
            smaller = (breach.level, size(request)) < (case.breach.level, size(case.request))
            is_new = smaller or len(case.showings[breach.level]) > shown_before
            if smaller:
                case.breach, case.request = breach, request
            case.status = status if smaller else case.status
            # Advice speaks of the requests that it came with.
            case.advice = (advice if smaller else "") or case.advice or advice
        if is_new and self.options.max_failures is not None:
            self._stop_early(self.options.max_failures)
        return cause

    def again(self, cause: Cause) -> None:
        """Count one more breach of a known cause, in a way in which it showed before."""
        with self._lock:
            tally, case = self._tallies.get(cause[:2]), self._cases.get(cause)
            if tally is not None and case is not None:
                tally.ran += 1
                tally.failed += 1
                case.times += 1

    def _stop_early(self, most: int) -> None:
        """Tell where `--max-failures` is reached, by findings that nobody has forgiven."""
        with self._lock:
            cases = [
                case for case in self._cases.values() if counts(case.breach.level, strict=self.options.strict)
            ]
            if len(cases) < most:
                return
            found = [self._finding(case) for case in cases]
        hidden = concealment(self.target.secrets)
        failures = sum(not self.forgives(concealed_finding(each, hidden)) for each in found)
        if failures >= most:
            these = "failing finding" if failures == 1 else "failing findings"
            self.enough(f"stopped after {failures} {these} (--max-failures)")

    def cases(self) -> Mapping[Cause, tuple[Breach, Request]]:
        """What there is so far: for each cause the smallest request, to be made smaller still."""
        with self._lock:
            return {cause: (case.breach, case.request) for cause, case in self._cases.items()}

    def verdict(
        self,
        *,
        requests: int,
        seconds: float,
        reason: str = "",
        untested: bool = False,
        truncated: bool = False,
        unasked: Mapping[str, str] = MappingProxyType({}),
        left_out: tuple[str, ...] = (),
        unvaried: tuple[Unvaried, ...] = (),
        settled: Collection[str] = (),
    ) -> Verdict:
        """The verdict on what was gathered; `untested` where the test could not go on to its end.

        `truncated` says that requests or time were spent before the end: a *must* rule that was not reached
        might have run later, so nothing is claimed then, unless the options allow that. Of the `settled`
        operations all was asked that may let a rule run: what had not run by then is no gap.
        `unasked` are operations of which nothing was learnt, with the reasons: without them nothing is kept.
        """
        with self._lock:
            rules = self._counts(None if not (truncated or untested) else settled)
            findings = tuple(self._finding(case) for case in self._cases.values())
        broken = any(counts(finding.level, strict=self.options.strict) for finding in findings)
        # Nothing judged is no pass; but there may be nothing to judge, where only that it answers is tested.
        is_nothing_wanted = bool(self.options.unwanted) and not rules
        if not untested and not any(rule.ran for rule in rules) and not is_nothing_wanted:
            untested, reason = True, reason or self._nothing_judged()
        missing = sum(1 for rule in rules if rule.level == "must" and not rule.reached)
        partial = truncated and missing and not self.options.allow_untested
        if partial and not (untested or broken):
            untested = True
            these = "must rule was" if missing == 1 else "must rules were"
            reason = f"kept as far as it was asked: {missing} {these} not reached; {reason}"
        names, count = unreached(rules, unasked) if truncated else ([], 0)
        if names:
            left_out = (told_unreached(names, count, self.options.profile), *left_out)
        unbroken: Outcome = "untested" if partial or unasked else "kept"
        verdict = Verdict(
            target=self.target.name,
            contract=self.target.contract.name,
            url=self.target.url,
            verdict="untested" if untested else "broken" if broken else unbroken,
            unbroken=unbroken,
            findings=tuple(sorted(findings, key=_order)),
            rules=rules,
            requests=requests,
            seconds=round(seconds, 1),
            seed=self.options.seed,
            reason=conceal("; ".join(filter(None, (told_unasked(unasked), reason))), self.target.secrets),
            left_out=tuple(conceal(line, self.target.secrets) for line in left_out),
            unvaried=unvaried,
            document=shown(self.target.contract.path),
            contract_version=self.target.contract.version,
            contract_digest=self.target.contract.digest,
            profile=self.options.profile,
            strict=self.options.strict,
            each_part=self.options.each_part,
        )
        return concealed(verdict, self.target.secrets)

    def _nothing_judged(self) -> str:
        chosen = self.options.rules
        these = f"{', '.join(chosen)} {'is' if len(chosen) == 1 else 'are'} kept (--rule)"
        more = f": nothing that was asked shows whether {these}" if chosen else ""
        return f"no rule was judged{more}"

    def _counts(self, settled: Collection[str] | None) -> tuple[RuleCount, ...]:
        """How often each rule ran, by operation and id; None where the check came to its end."""
        tallies = sorted(self._tallies.items(), key=lambda item: (item[0][1], natural(item[0][0])))
        return tuple(
            RuleCount(
                *(rule, t.level, operation, t.message, t.ran, t.failed, t.inapplicable),
                reached=settled is None or bool(t.ran) or operation in settled,
            )
            for (rule, operation), t in tallies
        )

    def _count(self, rule: str, operation: str, level: Level, what: str) -> None:
        if self.wants(rule, operation):
            with self._lock:
                tally = self._tally(rule, operation, level)
                setattr(tally, what, getattr(tally, what) + 1)

    def _tally(self, rule: str, operation: str, level: Level, message: str = "", pointer: str = "") -> _Tally:
        tally = self._tallies.setdefault((rule, operation), _Tally(level))
        tally.message = tally.message or message
        tally.pointer = tally.pointer or pointer
        return tally

    def _pointer(self, breach: Breach, operation: str, status: int | None) -> str:
        own = self.locator.rule(operation, breach.rule, breach.message)
        if not own and is_of_status(breach):
            # No schema of the reply is to blame for its status.
            return self.locator.status(operation, status)
        missing = missing_field(breach)
        return own or self.locator.reply(operation, status, breach.pointer, missing=missing)

    def _finding(self, case: _Case) -> Finding:
        secrets = self.target.secrets
        breach = case.breach
        document, line = self.locator.line(case.pointer)
        received = _shown(breach.received, secrets)
        variants = tuple(conceal(each, secrets) for each in case.variants if each not in breach.message)
        return Finding(
            rule=breach.rule,
            level=breach.level,
            operation=case.request.operation,
            pointer=case.pointer,
            line=line,
            expected=_shown(breach.expected, secrets),
            received=received + _more(variants),
            message=_shown(breach.message, secrets),
            curl=case.request.curl(secrets),
            advice=conceal(case.advice or advice_for(breach.rule), secrets),
            times=case.times,
            request=case.request,
            place=case.place,
            document=document,
            parameters=sent_parameters(case.request, self._operations.get(case.request.operation), secrets),
            variants=variants,
            causes=self._causes(case),
            about=self._about(case),
        )

    def _about(self, case: _Case) -> tuple[str, ...]:
        """What was asked and came, each way once, where no place of a reply tells that."""
        if case.place or (case.breach.rule, case.breach.message) in self._said:
            return ()
        shown = case.showings.get(case.breach.level, {})
        return tuple(
            sorted(
                {_shown(each + with_parameters(each, case.request), self.target.secrets) for each in shown}
            )
        )

    def _causes(self, case: _Case) -> tuple[str, ...]:
        found = causes_of(case.breach, case.request, case.pointer, self._ids, case.status)
        found += self.sameness.cause_of(case.breach, case.request.operation)
        return tuple(_shown(each, self.target.secrets) for each in found)


def _more(variants: Sequence[str]) -> str:
    """The other ways in which a cause showed."""
    listed = [
        *variants[:_VARIANTS],
        *([f"{len(variants) - _VARIANTS} more"] if len(variants) > _VARIANTS else []),
    ]
    return f"; the same for {'; '.join(listed)}" if listed else ""


def _order(finding: Finding) -> tuple[Any, ...]:
    """By operation and rule; a rule without an answer comes last: mostly another finding is its cause."""
    late = finding.received.startswith(NO_ANSWER)
    return finding.level, late, finding.operation, natural(finding.rule), finding.place


def _kind(breach: Breach) -> str:
    """What tells breaches of one rule in one place apart; a contract's own rules say one thing each."""
    # One place can break a schema in several ways, each of which has its own repair.
    if breach.rule in {"schema", "header"}:
        return breach.expected
    return breach.received if breach.rule == "status" else ""


def size(request: Request) -> tuple[int, int]:
    """How much there is to understand in a request: parameters, then characters."""
    return len(request.pairs), len(request.query_text) + len(request.body)


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """The key that sorts ZK-9 before ZK-10."""
    return tuple((letters, int(digits or 0)) for letters, digits in re.findall(r"(\D+|^)(\d*)", text))


def _shown(value: Any, secrets: Iterable[Any]) -> str:
    whole = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # More than is shown, so that no secret is cut in two.
    text = conceal(whole[:_LOOKED_AT], secrets)
    # Half a surrogate pair, or a byte that is no UTF-8, must not break a report.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(whole):,} characters)"
