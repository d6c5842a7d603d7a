"""The verdict as one HTML file that loads nothing from elsewhere, in light or dark colours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from metermock.checker.findings.check_ids import BUILT_IN_RULES
from metermock.checker.findings.groups import Group, groups_of
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict
from metermock.checker.reports.words import (
    NEVER_RAN,
    SAYS,
    also,
    asides,
    broken,
    changed,
    document,
    effort,
    forgiven,
    headline,
    requested,
    several,
)

_STYLE = Path(__file__).with_name("report.css")


def html_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as an HTML page."""
    names = ", ".join(dict.fromkeys(verdict.target for verdict in verdicts))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>metermock check: {escape(names)}</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<h1>metermock check</h1>
{"".join(_verdict(verdict) for verdict in verdicts)}</body>
</html>
"""


def _verdict(verdict: Verdict) -> str:
    reason = f"<p><strong>{escape(verdict.reason)}</strong></p>" if verdict.reason else ""
    left_out = "".join(f"<p>{escape(line)}</p>" for line in asides(verdict))
    return f"""<section class="target">
<div class="head {verdict.verdict}">
<h2>{escape(verdict.target)}: <span class="says">{SAYS[verdict.verdict]}</span></h2>
<p>contract <code>{escape(document(verdict))}</code> at <code>{escape(verdict.url)}</code></p>
<p>{escape(headline(verdict))} · {escape(effort(verdict))}</p>
{reason}{left_out}{_changes(verdict)}
</div>
{_findings("Findings", verdict, verdict.failures)}
{_findings("Warnings: they fail the check with --strict", verdict, verdict.warnings)}
{_never_ran(verdict)}
{_known(verdict)}
{_rules(verdict)}
</section>
"""


def _changes(verdict: Verdict) -> str:
    if not verdict.changes:
        return ""
    said, details = changed(verdict.changes)
    items = "".join(f"<li>{kind}: {escape(text)}</li>" for kind, text in details)
    return f"<p>{escape(said)}</p>" + (f"<ul>{items}</ul>" if items else "")


def _findings(title: str, verdict: Verdict, findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    groups = groups_of(verdict, findings)
    return f"<h3>{title}</h3>\n" + "".join(_group(verdict, group) for group in groups)


def _group(verdict: Verdict, group: Group) -> str:
    finding = group.lead
    line = f", line {finding.line}" if finding.line else ""
    place = f"<code>{escape(finding.place)}</code>" if finding.place else "as a whole"
    return f"""<article class="finding">
<header><span class="badge {group.level}">{escape(", ".join(group.rules))} · {group.level}</span>
<h4>{escape(broken(group), quote=False)}</h4>
<span class="quiet">seen {several(group.times, "time")}</span></header>
<dl>
<dt>request</dt><dd><code>{escape(requested(finding))}</code></dd>
<dt>in the reply</dt><dd>{place}</dd>
<dt>expected</dt><dd><pre class="expected">{escape(finding.expected) or "-"}</pre></dd>
<dt>received</dt><dd><pre class="received">{escape(finding.received) or "-"}</pre></dd>
<dt>contract</dt><dd>{escape(document(verdict, finding))}{line}
<br><code class="quiet">{escape(finding.pointer)}</code></dd>
<dt>repeat</dt><dd><pre>{escape(finding.curl)}</pre></dd>
<dt>what to do</dt><dd>{_advice(finding.advice)}</dd>
{_places(group)}</dl>
</article>
"""


def _places(group: Group) -> str:
    """The first places of each thing that is wrong, and every part with its request."""
    if len(group.parts) == 1:
        return ""
    items = "".join(f"<li>{escape(line)}</li>\n" for line in also(group))
    return f"""<dt>places</dt><dd><ul>
{items}</ul><details><summary>all {len(group.parts)}</summary>
{"".join(map(_part, group.parts))}</details></dd>
"""


def _part(part: Finding) -> str:
    where = f"{part.operation} {part.place}".strip()
    return (
        f"<p><strong>{escape(part.rule)}</strong> <code>{escape(where)}</code> "
        f"{escape(part.message)}: expected {escape(part.expected)}, received {escape(part.received)}, "
        f"seen {several(part.times, 'time')}</p><pre>{escape(part.curl)}</pre>\n"
    )


def _advice(text: str) -> str:
    """The first line as text, the others, which are commands, as they are."""
    said, _, commands = text.partition("\n")
    return escape(said) + (f"<pre>{escape(commands)}</pre>" if commands else "")


def _never_ran(verdict: Verdict) -> str:
    rows = "".join(_item(rule.id, rule.operation, rule.message) for rule in verdict.never_ran)
    return f'<h3 class="never">{NEVER_RAN}</h3>\n<ul>\n{rows}</ul>' if rows else ""


def _known(verdict: Verdict) -> str:
    rows = "".join(_item(rule, place, f"{says} {why}") for rule, place, says, why in forgiven(verdict))
    return f"<h3>Known, and forgiven by the baseline</h3>\n<ul>\n{rows}</ul>" if rows else ""


def _item(rule: str, where: str, text: str) -> str:
    return f"<li><strong>{escape(rule)}</strong> <code>{escape(where)}</code> {escape(text)}</li>\n"


def _rules(verdict: Verdict) -> str:
    if not verdict.rules:
        return ""
    return f"""<h3>Rules, and how often each ran</h3>
<div class="scroll"><table>
<thead><tr><th>rule</th><th>operation</th><th>what it says</th><th class="number">ran</th>
<th class="number">failed</th><th class="number">did not apply</th></tr></thead>
<tbody>
{"".join(_rule(rule) for rule in verdict.rules)}</tbody>
</table></div>"""


def _rule(rule: RuleCount) -> str:
    failed = ' class="number failed"' if rule.failed else ' class="number"'
    ran = ' class="number never"' if not rule.ran and rule.level == "must" else ' class="number"'
    level = "" if rule.level == "must" else ' <span class="quiet">(should)</span>'
    return (
        f"<tr><td>{escape(rule.id)}{level}</td><td><code>{escape(rule.operation)}</code></td>"
        f"<td>{escape(rule.message or BUILT_IN_RULES.get(rule.id, ''))}</td>"
        f"<td{ran}>{rule.ran or 'never'}</td><td{failed}>{rule.failed}</td>"
        f'<td class="number">{rule.inapplicable}</td></tr>\n'
    )
