"""The verdict as JSON: one object for one target, a list of them for several.

`reason` is there only where the target could not be tested, or the check stopped before its end.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from metermock.checker.findings.verdict import Verdict
from metermock.checker.reports.words import document

_FINDING = (
    *("rule", "level", "operation", "pointer", "line"),
    *("expected", "received", "curl", "advice", "times", "message", "place"),
)
_RULE = ("id", "level", "operation", "ran", "failed", "inapplicable")


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
        "findings": [
            {**{name: getattr(found, name) for name in _FINDING}, "document": document(verdict, found)}
            for found in verdict.findings
        ],
        "rules": [{name: getattr(rule, name) for name in _RULE} for rule in verdict.rules],
        "requests": verdict.requests,
        "seconds": verdict.seconds,
        "seed": verdict.seed,
        "version": version("metermock"),
    }
    if verdict.reason:
        value["reason"] = verdict.reason
    if verdict.left_out:
        value["left_out"] = list(verdict.left_out)
    if verdict.unvaried:
        value["unvaried"] = [asdict(each) for each in verdict.unvaried]
    return value
