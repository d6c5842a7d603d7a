"""The verdict as SARIF 2.1.0: findings at the lines of the contract, for code scanning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from metermock.checker.findings.check_ids import BUILT_IN_RULES
from metermock.checker.findings.groups import group_ids
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict, counts
from metermock.checker.reports.words import asides, document, title

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as a SARIF log, a run for each."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(verdict) for verdict in verdicts]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(verdict: Verdict) -> dict[str, Any]:
    ids = list(
        dict.fromkeys([rule.id for rule in verdict.rules] + [found.rule for found in verdict.findings])
    )
    driver = {
        "name": "metermock",
        "version": version("metermock"),
        "rules": [_rule(verdict, rule) for rule in ids],
    }
    groups = group_ids((*verdict.findings, *verdict.known))
    results = [_result(verdict, finding, ids, groups[id(finding)]) for finding in verdict.findings]
    for finding in verdict.known:
        suppressed = {"kind": "external", "justification": finding.advice}
        results.append({**_result(verdict, finding, ids, groups[id(finding)]), "suppressions": [suppressed]})
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"metermock/{verdict.target}/"},
        "invocations": [_invocation(verdict)],
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {"verdict": verdict.verdict, "requests": verdict.requests, "seed": verdict.seed},
    }


def _rule(verdict: Verdict, rule: str) -> dict[str, Any]:
    own = [count for count in verdict.rules if count.id == rule]
    described: dict[str, Any] = {"id": rule}
    message = next((count.message for count in own if count.message), BUILT_IN_RULES.get(rule, ""))
    if message:
        described["shortDescription"] = {"text": message}
    level = "must" if any(count.level == "must" for count in own) or not own else "should"
    described["defaultConfiguration"] = {"level": "error" if level == "must" else "warning"}
    described["properties"] = {
        name: sum(getattr(count, name) for count in own) for name in ("ran", "failed", "inapplicable")
    }
    return described


def _result(verdict: Verdict, finding: Finding, ids: Sequence[str], group: str) -> dict[str, Any]:
    text = (
        f"{finding.rule} {title(finding)}\nexpected: {finding.expected}\nreceived: {finding.received}\n"
        f"repeat: {finding.curl}\n{finding.advice}"
    )
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(verdict, finding)}}
    if finding.line:
        physical["region"] = {"startLine": finding.line}
    # What stays the same from run to run, so that code scanning knows a finding again: no values, no
    # requests.
    cause = f"{finding.rule}\n{finding.operation}\n{finding.place}\n{finding.pointer}"
    logical = {"fullyQualifiedName": f"{finding.operation} {finding.place}".strip(), "kind": "function"}
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": "error" if counts(finding.level, strict=verdict.strict) else "warning",
        "message": {"text": text},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"cause/v1": hashlib.sha256(cause.encode()).hexdigest()},
        "occurrenceCount": max(finding.times, 1),
        "properties": {
            "curl": finding.curl,
            "pointer": finding.pointer,
            "place": finding.place,
            "group": group,
        },
    }
    if finding.rule in ids:
        found["ruleIndex"] = ids.index(finding.rule)
    return found


def _invocation(verdict: Verdict) -> dict[str, Any]:
    notes = [_note(rule) for rule in verdict.never_ran]
    if verdict.reason:
        level = "error" if verdict.verdict == "untested" else "warning"
        notes.append({"level": level, "message": {"text": verdict.reason}})
    notes += [{"level": "note", "message": {"text": line}} for line in asides(verdict)]
    return {"executionSuccessful": verdict.verdict != "untested", "toolExecutionNotifications": notes}


def _note(rule: RuleCount) -> dict[str, Any]:
    where = f" of {rule.operation}" if rule.operation else ""
    said = f': "{rule.message}"' if rule.message else ""
    text = f"{rule.id}{where} never ran, so that nothing is known about it{said}"
    return {"level": "warning", "message": {"text": text}, "associatedRule": {"id": rule.id}}


def _uri(verdict: Verdict, finding: Finding) -> str:
    path = document(verdict, finding)
    if isinstance(finding.document, str) and finding.document:
        return path
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)
