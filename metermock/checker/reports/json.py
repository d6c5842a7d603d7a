"""The verdict as JSON: one object for one target, a list of them for several.

`docs/report.schema.json` describes it. `reason` is there only where the target could not be tested, or
the check stopped before its end; `known`, `left_out` and `unvaried` where there is something to list;
`diff` where the check was compared with an earlier one. `groups` tells which findings have one cause.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from metermock.checker.findings.groups import Group, group_ids, grouped
from metermock.checker.findings.verdict import Finding, Verdict
from metermock.checker.reports.words import document

REPORT_VERSION = 1
"""Of the form: it rises where a field goes or changes its meaning; new fields may come at any time."""
_FINDING = (
    *("rule", "level", "operation", "pointer", "line"),
    *("expected", "received", "curl", "advice", "times", "message", "place"),
)
_RULE = ("id", "level", "operation", "message", "ran", "failed", "inapplicable", "reached")


def json_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as JSON text."""
    values = [as_json(verdict) for verdict in verdicts]
    return json.dumps(values[0] if len(values) == 1 else values, indent=2, ensure_ascii=False) + "\n"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """One verdict as a JSON object."""
    value: dict[str, Any] = {
        "target": verdict.target,
        "contract": verdict.contract,
        "verdict": verdict.verdict,
        "findings": _findings(verdict, verdict.findings),
        "rules": [{name: getattr(rule, name) for name in _RULE} for rule in verdict.rules],
        "requests": verdict.requests,
        "seconds": verdict.seconds,
        "seed": verdict.seed,
        "profile": verdict.profile,
        "version": version("metermock"),
        "contract_version": verdict.contract_version,
        "contract_digest": verdict.contract_digest,
        "report_version": REPORT_VERSION,
        "url": verdict.url,
        "groups": [_group(group) for group in grouped(verdict.findings)],
    }
    if verdict.reason:
        value["reason"] = verdict.reason
    if verdict.known:
        value["known"] = _findings(verdict, verdict.known)
    if verdict.idle:
        value["baseline_idle"] = list(verdict.idle)
    if verdict.left_out:
        value["left_out"] = list(verdict.left_out)
    if verdict.unvaried:
        value["unvaried"] = [asdict(each) for each in verdict.unvaried]
    if verdict.changes:
        value["diff"] = asdict(verdict.changes)
    return value


def _findings(verdict: Verdict, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every finding, with the group that it is a part of."""
    ids = group_ids(findings)
    return [{**_finding(verdict, found), "group": ids[id(found)]} for found in findings]


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "level": group.level,
        "rules": list(group.rules),
        "operations": list(group.operations),
        "message": group.lead.message,
        "findings": len(group.parts),
        "times": group.times,
        "statements": [
            {"rule": each.rule, "text": each.text, "places": list(each.places)} for each in group.statements
        ],
    }


def _finding(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    return {
        **{name: getattr(finding, name) for name in _FINDING},
        "document": document(verdict, finding),
        "method": finding.request.method,
        "account": finding.request.account,
        "parameters": [
            {"in": each.place, "name": each.name, "value": each.value} for each in finding.parameters
        ],
        "variants": list(finding.variants),
        "about": list(finding.about),
    }
