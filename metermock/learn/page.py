"""A page to review what was learned: one file that loads nothing, and is read without its script too."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import metermock.checker.reports
from metermock.checker.deployment.concealment import Concealment
from metermock.counts import count_of
from metermock.learn.choice import Kept
from metermock.learn.earlier import Earlier
from metermock.learn.evidence import evidence
from metermock.learn.learning import Learned
from metermock.learn.overlay import entry, relation_entry
from metermock.learn.relations import Related

_STYLE = Path(metermock.checker.reports.__file__).with_name("report.css")
_OWN_STYLE = Path(__file__).with_name("page.css")
_SCRIPT = Path(__file__).with_name("page.js")
_STATES = {
    "broken": "Broke since they were learned",
    "unseen": "Not seen again: too few replies tell anything of them",
    "holds": "Still hold",
}
_MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Review:
    """What a page shows: the rules, what became of earlier ones, and what there is to say, in lines."""

    name: str
    found: Sequence[Learned]
    before: Sequence[Earlier]
    lines: Sequence[str]
    hidden: Concealment


def page(review: Review) -> str:
    """The page, as HTML."""
    script = _SCRIPT.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = escape(f"Learned rules: {review.name}")
    rules = sum(len(each.rules) + len(each.relations) for each in review.found)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{_STYLE.read_text("utf-8")}{_OWN_STYLE.read_text("utf-8")}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{count_of(rules, "rule")} to review. Accept what your API promises, and leave out what only happens
to hold.</p>
{_earlier(review.before)}{"".join(_operation(each, review.hidden) for each in review.found)}
{_list(review.found)}{_left_out(review.lines)}</main>
<script>{script}</script>
</body>
</html>
"""


def _operation(learned: Learned, hidden: Concealment) -> str:
    if not learned.rules and not learned.relations:
        return ""
    operation = learned.operation
    articles = "".join(_rule(learned, each, hidden) for each in learned.rules)
    articles += "".join(_relation(learned, each) for each in learned.relations)
    return f"""<section>
<h2><code>{escape(operation.method)} {escape(operation.path)}</code></h2>
<p class="quiet">{escape(operation.id)}, {escape(count_of(learned.tried, "candidate"))} tried</p>
{articles}</section>
"""


def _rule(learned: Learned, kept: Kept, hidden: Concealment) -> str:
    rule = kept.candidate
    written = entry(learned, kept)
    shown = evidence(learned, rule, hidden)
    when = _term("when", f"<pre>{escape(rule.when)}</pre>") if rule.when else ""
    places = [*kept.catches[:_MOST_PLACES], *(["…"] if len(kept.catches) > _MOST_PLACES else [])]
    caught = ", ".join(f"<code>{escape(each)}</code>" for each in places)
    lies = f" ({count_of(kept.caught, 'lie')} told to try it)" if kept.caught else ""
    return _article(
        rule.id,
        rule.message,
        f"""{when}{_term("rule", f"<pre>{escape(rule.rule)}</pre>")}
{_term("source", escape(written["x-source"]))}
{_term("replies", _table(rule.id, shown))}
{_term("would catch", f"{'a wrong value' if len(places) == 1 else 'wrong values'} at {caught}{lies}")}
""",
    )


def _relation(learned: Learned, related: Related) -> str:
    written = relation_entry(learned, related)
    requests = "".join(
        f"<li><code>{escape(name)}</code>: <code>{escape(_as_text(each))}</code></li>"
        for name, each in related.requests.items()
    )
    when = _term("when", f"<pre>{escape(related.when)}</pre>") if related.when else ""
    return _article(
        related.id,
        related.message,
        f"""{_term("requests", f"<ul>{requests}</ul>")}
{when}{_term("rule", f"<pre>{escape(related.rule)}</pre>")}
{_term("source", escape(written["x-source"]))}
{_term("would catch", "replies that disagree with each other")}
""",
    )


def _as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _article(id_: str, message: str, terms: str) -> str:
    return f"""<article class="finding" id="{id_}">
<header><h3>{escape(message)}</h3><span class="quiet">{id_}</span>
<label><input type="checkbox" value="{id_}"> accept</label></header>
<dl>
{terms}</dl>
</article>
"""


def _term(name: str, html: str) -> str:
    return f"<dt>{name}</dt><dd>{html}</dd>\n"


def _table(id_: str, shown: Sequence[dict[str, str]]) -> str:
    """Some replies, a row for each, with the values that the rule reads."""
    if not shown:
        return "none shows a value"
    places = list(dict.fromkeys(place for each in shown for place in each))
    head = "".join(f'<th scope="col">{escape(place)}</th>' for place in places)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_mark(each.get(place))}</td>" for place in places) + "</tr>\n"
        for each in shown
    )
    label = f"replies of {id_}"
    return f"""<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}</tbody></table></div>"""


def _mark(value: str | None) -> str:
    return "-" if value is None else f"<mark>{escape(value)}</mark>"


def _earlier(before: Sequence[Earlier]) -> str:
    parts = []
    for state, title in _STATES.items():
        its = [each for each in before if each.state == state]
        items = "".join(_item(each) for each in its)
        parts.append(f"<h3>{title} ({len(its)})</h3>\n<ul>\n{items}</ul>\n" if its else "")
    return f"<section>\n<h2>Learned before</h2>\n{''.join(parts)}</section>\n" if before else ""


def _item(each: Earlier) -> str:
    received = "".join(f"<br>it has <mark>{escape(text)}</mark>" for text in each.received)
    return (
        f"<li><code>{escape(each.operation)}</code> <strong>{escape(each.id)}</strong> "
        f"{escape(each.message)}{received}</li>\n"
    )


def _list(found: Iterable[Learned]) -> str:
    """The ids for `--accept`: without the script a person takes the number signs away."""
    told = [(one.candidate.id, one.candidate.message) for each in found for one in each.rules]
    told += [(one.id, one.message) for each in found for one in each.relations]
    if not told:
        return ""
    text = "".join(f"# {id_} {' '.join(message.split())}\n" for id_, message in told)
    return f"""<section>
<h2><label for="ids">The list for --accept</label></h2>
<p>Save it as a file: <code>metermock learn … --accept FILE -o OVERLAY</code>. A line that begins
with <code>#</code> is rejected; take the sign away to accept it, or use the boxes above.</p>
<textarea id="ids" rows="12" spellcheck="false">{escape(text)}</textarea>
<p id="choices" hidden><button type="button" id="all">accept all</button>
<button type="button" id="none">accept none</button>
<a id="save" download="accepted.txt" href="#ids">save accepted.txt</a></p>
</section>
"""


def _left_out(lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f"<section>\n<h2>Left out</h2>\n<ul>\n{items}</ul>\n</section>\n" if lines else ""
