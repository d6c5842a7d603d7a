"""The verdict as a Markdown summary, for the page of a CI run or a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from metermock.checker.findings.verdict import Finding, Verdict
from metermock.checker.reports.words import (
    NEVER_RAN,
    SAYS,
    asides,
    changed,
    effort,
    headline,
    several,
    title,
    told,
    where,
)

_SIGNS = {"kept": "✅", "broken": "❌", "untested": "⚠️"}


def markdown_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as Markdown."""
    return "\n\n".join("\n".join(_verdict(verdict)) for verdict in verdicts) + "\n"


def _verdict(verdict: Verdict) -> list[str]:
    lines = [
        f"## {_SIGNS[verdict.verdict]} {_text(verdict.target)}: {SAYS[verdict.verdict]}",
        "",
        f"`{verdict.contract}` at {_text(verdict.url)}: {headline(verdict)} · {effort(verdict)}",
    ]
    if verdict.reason:
        lines += ["", f"**{_text(verdict.reason)}**"]
    if said := asides(verdict):
        lines += ["", *(f"- {_text(line)}" for line in said)]
    if verdict.changes:
        line, details = changed(verdict.changes)
        lines += ["", _text(line[0].upper() + line[1:]), *([""] if details else [])]
        lines += [f"- {kind}: {_text(text)}" for kind, text in details]
    if verdict.findings:
        lines += ["", "| broken rule | operation | what it says | seen |", "|---|---|---|---|"]
        lines += [_row(finding) for finding in (*verdict.failures, *verdict.warnings)]
        for finding in (*verdict.failures, *verdict.warnings):
            lines += ["", *_details(verdict, finding)]
    if verdict.known:
        lines += ["", "Known, and forgiven by the baseline:", ""]
        lines += [_item(rule, place, f"{says} {why}") for rule, place, says, why in map(told, verdict.known)]
    if verdict.never_ran:
        lines += ["", f"**{NEVER_RAN}**", ""]
        lines += [_item(rule.id, rule.operation, rule.message) for rule in verdict.never_ran]
    return lines


def _item(rule: str, operation: str, text: str) -> str:
    return f"- {_text(rule)} {_text(operation)}: {_text(text)}"


def _row(finding: Finding) -> str:
    level = "" if finding.level == "must" else " (should)"
    cells = (f"{finding.rule}{level}", finding.operation, finding.message, several(finding.times, "time"))
    return f"| {' | '.join(_text(cell) for cell in cells)} |"


def _details(verdict: Verdict, finding: Finding) -> list[str]:
    return [
        f"<details><summary>{_text(finding.rule)} {_text(title(finding))}</summary>",
        "",
        f"- place: {_code(finding.place or 'the reply as a whole')}",
        f"- expected: {_code(finding.expected)}",
        f"- received: {_code(finding.received)}",
        f"- contract: {_code(where(verdict, finding))} {_code(finding.pointer)}",
        "- repeat:",
        "",
        *_block(finding.curl),
        "",
        *_advice(finding.advice),
        "",
        "</details>",
    ]


def _advice(text: str) -> list[str]:
    """What to do; lines below the first are commands."""
    said, _, commands = text.partition("\n")
    return [f"- what to do: {_text(said)}", *(["", *_block(commands)] if commands else [])]


def _text(text: str) -> str:
    """Text that Markdown and a table cell leave as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_|\[\]#])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    text = " ".join(text.split()) or "-"
    # A fence must be longer than any run of backticks inside it, and must not touch one.
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _block(text: str) -> list[str]:
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return [f"{fence}sh", text, fence]
