"""The words that all reports share, so that they say the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from metermock.checker.findings.changes import Changes, Named
from metermock.checker.findings.first_names import first_names
from metermock.checker.findings.groups import Group, groups_of
from metermock.checker.findings.sameness import SAME
from metermock.checker.findings.showings import answered_otherwise
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict

SAYS = {
    "kept": "the contract is kept",
    "broken": "the contract is broken",
    "untested": "could not be tested",
}
_FEW = 4
"""Parameters, or operations, that a line lists."""
_MANY = 24
"""Rules that are told one by one."""
NEVER_RAN = "Must rules that never ran: nothing is known about them"


def several(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `no findings`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}" if number else f"no {plural}"


def headline(verdict: Verdict) -> str:
    """What was found, in one line."""
    parts = [_counted(verdict, verdict.failures, "finding")]
    if verdict.warnings:
        parts.append(_counted(verdict, verdict.warnings, "warning"))
    if verdict.known:
        parts.append(f"{len(forgiven(verdict))} known")
    return ", ".join(parts)


def _counted(verdict: Verdict, findings: Sequence[Finding], noun: str) -> str:
    groups = groups_of(verdict, findings)
    parts = f" in {several(len(findings), 'place')}" if len(groups) < len(findings) else ""
    return several(len(groups), noun) + parts


def effort(verdict: Verdict) -> str:
    """What it took, in one line."""
    must = [rule for rule in verdict.rules if rule.level == "must"]
    ran = len(must) - len(verdict.never_ran)
    unreached = sum(not rule.reached for rule in must)
    rest = f", {unreached} not reached" if unreached else ""
    return (
        f"{ran} of {several(len(must), 'must rule')} ran{rest} · {several(verdict.requests, 'request')} "
        f"in {verdict.seconds:.1f} s · seed {verdict.seed}"
    )


def asides(verdict: Verdict) -> list[str]:
    """What was not asked, or not in every way, and what the baseline forgives in vain: a line for each."""
    groups: dict[str, list[str]] = {}
    for each in verdict.unvaried:
        groups.setdefault(each.reason, []).append(f"{each.operation}.{each.parameter}")
    lines = [f"not varied, {reason}: {first_names(names, _FEW)}" for reason, names in groups.items()]
    if verdict.idle:
        lines.append(
            f"{verdict.baseline} forgives what was not found any more; take it out, so that it counts if it "
            f"comes back: {first_names(verdict.idle, _FEW)}"
        )
    return [*verdict.left_out, *lines]


def unrun(verdict: Verdict) -> list[tuple[str, str, str]]:
    """The *must* rules that never ran: the id, the operations and what the rule says.

    Where they are many, one that never ran for many operations is told once.
    """
    groups: dict[tuple[str, ...], list[RuleCount]] = {}
    for rule in verdict.never_ran:
        alone = () if len(verdict.never_ran) > _MANY else (rule.operation,)
        groups.setdefault((rule.id, rule.message, *alone), []).append(rule)
    told = []
    for (rule_id, message, *_), its in groups.items():
        vain = sum(each.inapplicable for each in its)
        so_far = "" if all(each.reached for each in its) else " so far"
        why = (
            f"  (did not apply to {several(vain, 'reply')}{so_far})"
            if vain
            else "  (not reached)" * bool(so_far)
        )
        told.append((rule_id, first_names([each.operation for each in its], _FEW), message + why))
    return told


def changed(changes: Changes) -> tuple[str, list[tuple[str, str]]]:
    """What has changed since an earlier report: in one line, and in detail, each with its kind.

    What stayed is only counted here, because it stands among the findings.
    """
    kinds = {
        "new": changes.new,
        "gone": changes.gone,
        "answered otherwise": changes.otherwise,
        "not asked in full": changes.unasked,
    }
    parts = [f"{len(found)} {kind}" for kind, found in kinds.items() if found or kind in {"new", "gone"}]
    said = ", ".join([*parts, f"{len(changes.stayed)} stayed"]) if changes.compared else "nothing to compare"
    details = [("differs", line) for line in changes.differences]
    details += [(kind, _one_line(each)) for kind, found in kinds.items() for each in found]
    return f"since {changes.report}: {said}", details


def _one_line(found: Named) -> str:
    place = f"{found.operation} {found.place}".strip()
    said = "; ".join(answered_otherwise(found.about, found.was).values()) or found.message
    return " · ".join(part for part in (found.rule, place, f'"{said}"') if part not in {"", '""'})


def title(finding: Finding) -> str:
    """What is wrong; the rule's message stands in quotes, because the deployment breaks it."""
    return f'is broken: "{finding.message}"' if finding.message else "is broken"


def broken(group: Group) -> str:
    """What is wrong in a group, and in how many places."""
    count = len(group.parts)
    if count == 1:
        return title(group.lead)
    verb = "is" if len(group.rules) == 1 else "are"
    said = f': "{group.lead.message}"' if group.lead.message else ""
    return f"{verb} broken in {several(count, 'place')}{said}"


def heading(group: Group) -> str:
    """The broken rules of a group, their level, and what is wrong."""
    return f"{', '.join(group.rules)} ({group.level}) {broken(group)}"


def also(group: Group) -> list[str]:
    """What else is wrong in a group, each thing once, with the first places of each."""
    if len(group.parts) == 1:
        return []
    several_rules = len(group.rules) > 1
    why = [f"{name} {SAME}, whatever that asks for" for name in group.sameness]
    return why + [
        f'{f"{each.rule} " if several_rules else ""}"{each.text}": {each.first_places}'
        for each in group.statements
    ]


def forgiven(verdict: Verdict) -> list[tuple[str, ...]]:
    """The known findings, each once; several causes may read alike, as an earlier report counts them."""
    return list(dict.fromkeys(map(told, verdict.known)))


def told(finding: Finding) -> tuple[str, ...]:
    """A known finding, in parts: which rule, where, what it says, and why it is forgiven."""
    place = f"{finding.operation} {finding.place}".rstrip()
    return finding.rule, place, f'"{finding.message}"', finding.advice


def requested(finding: Finding) -> str:
    """Method, operation and account of a finding's request."""
    account = f" as {finding.request.account}" if finding.request.account else ""
    return f"{finding.request.method} {finding.operation}{account}"


def counted(rule: RuleCount) -> str:
    """How often a rule ran."""
    return f"ran {rule.ran}, failed {rule.failed}, did not apply {rule.inapplicable}"


def document(verdict: Verdict, finding: Finding | None = None) -> str:
    """The contract's file, or the one that a finding is about, seen from here where that is shorter."""
    named = (finding.document if finding else "") or verdict.document
    if not named or isinstance(named, str):
        # A URL is text, a file is a path.
        return str(named or verdict.contract)
    path = Path(named).absolute()
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return os.fspath(path)


def where(verdict: Verdict, finding: Finding) -> str:
    """File and line of the rule in the contract."""
    named = document(verdict, finding)
    return f"{named}:{finding.line}" if finding.line else named


def findable(verdict: Verdict, finding: Finding) -> str:
    """File and line; the JSON pointer in a document whose lines help nobody: all on one, or behind a URL."""
    named = document(verdict, finding)
    is_in_lines = finding.line > 1 and "://" not in named
    return where(verdict, finding) if is_in_lines or not finding.pointer else f"{named} {finding.pointer}"
