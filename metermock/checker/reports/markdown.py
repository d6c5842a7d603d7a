"""The verdict as a Markdown summary, for the page of a CI run or a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from metermock.checker.findings.groups import Group, groups_of
from metermock.checker.findings.verdict import Verdict
from metermock.checker.reports.words import (
    NEVER_RAN,
    SAYS,
    also,
    asides,
    broken,
    changed,
    effort,
    forgiven,
    headline,
    several,
    unrun,
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
        groups = (*groups_of(verdict, verdict.failures), *groups_of(verdict, verdict.warnings))
        lines += [_row(group) for group in groups]
        for group in groups:
            lines += ["", *_details(verdict, group)]
    if verdict.known:
        lines += ["", "Known, and forgiven by the baseline:", ""]
        lines += [_item(rule, place, f"{says} {why}") for rule, place, says, why in forgiven(verdict)]
    if verdict.never_ran:
        lines += ["", f"**{NEVER_RAN}**", ""]
        lines += [_item(*each) for each in unrun(verdict)]
    return lines


def _item(rule: str, operation: str, text: str) -> str:
    return f"- {_text(rule)} {_text(operation)}: {_text(text)}"


def _named(group: Group) -> str:
    """The rules, and that they are no must, as the terminal says it."""
    return f"{', '.join(group.rules)}{'' if group.level == 'must' else ' (should)'}"


def _row(group: Group) -> str:
    more = len(group.operations) - 1
    operations = f"{group.operations[0]} and {more} more" if more else group.operations[0]
    said = (
        f"{group.lead.message} (in {len(group.parts)} places)" if len(group.parts) > 1 else group.lead.message
    )
    cells = (_named(group), operations, said, several(group.times, "time"))
    return f"| {' | '.join(_text(cell) for cell in cells)} |"


def _details(verdict: Verdict, group: Group) -> list[str]:
    finding = group.lead
    return [
        f"<details><summary>{_text(_named(group))} {_text(broken(group))}</summary>",
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
        *(["- places:", *(f"  - {_text(line)}" for line in also(group))] if len(group.parts) > 1 else []),
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
