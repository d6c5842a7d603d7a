"""The verdict for people at a terminal."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TextIO

from metermock.checker.findings.groups import Group, groups_of
from metermock.checker.findings.verdict import Finding, Verdict, counts
from metermock.checker.reports.words import (
    NEVER_RAN,
    SAYS,
    also,
    asides,
    changed,
    effort,
    findable,
    forgiven,
    heading,
    headline,
    requested,
    several,
    unrun,
)

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_MARGIN = 16  # columns before what a finding says, and one after it
_NARROW = 40  # columns that folding is worth
_COMMAND = re.compile(r"(sleep \d+; )?(printf -- .+ \| )?curl ")
_COLOURS = {"kept": "green", "broken": "red", "untested": "yellow"}


def terminal_report(verdicts: Sequence[Verdict], *, colour: bool = False, width: int = 0) -> str:
    """The verdicts as text; `colour` adds the codes of a terminal, `width` folds what is wider.

    Commands are not folded, so that they can be copied.
    """
    paint = _painter(colour=colour)
    return "\n".join(line for verdict in verdicts for line in _verdict(verdict, paint, width))


def finding_text(verdict: Verdict, finding: Finding) -> str:
    """One finding as text."""
    return "\n".join(_group(1, verdict, Group("", (finding,)), _painter(colour=False), 0))


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user has not asked for plain text."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _plain(text: str) -> str:
    """Text without control characters: a reply must not move the reader's cursor."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", lambda match: f"\\x{ord(match[0]):02x}", text)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _folded(text: str, width: int) -> list[str]:
    room = width - _MARGIN
    if room < _NARROW or len(text) <= room or _COMMAND.match(text):
        return [text]
    return textwrap.wrap(text, room, break_on_hyphens=False)


def _painter(*, colour: bool) -> Callable[[str, str], str]:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if colour else text

    return paint


def _verdict(verdict: Verdict, paint: Callable[[str, str], str], width: int) -> list[str]:
    says = SAYS[verdict.verdict].upper()
    name = verdict.target if verdict.target == verdict.contract else f"{verdict.target} ({verdict.contract})"
    lines = [
        f"{paint(name, 'bold')} at {verdict.url}: {paint(says, _COLOURS[verdict.verdict])}",
        f"  {headline(verdict)} · {effort(verdict)}",
    ]
    if verdict.reason:
        lines.append(f"  {paint(_plain(verdict.reason), 'yellow')}")
    lines += [_plain(f"  {line}") for line in asides(verdict)]
    if verdict.changes:
        said, details = changed(verdict.changes)
        lines += [_plain(f"  {said}"), *(_plain(f"    {kind}: {text}") for kind, text in details)]
    groups = (*groups_of(verdict, verdict.failures), *groups_of(verdict, verdict.warnings))
    for number, group in enumerate(groups, 1):
        lines += ["", *_group(number, verdict, group, paint, width)]
    if any(len(group.parts) > 1 for group in groups):
        lines += ["", "  --all lists every part of a finding, with its request."]
    if verdict.known:
        lines += ["", "  Known, and forgiven by the baseline:"]
        lines += [_plain(f"    {' · '.join(parts)}") for parts in forgiven(verdict)]
    if verdict.never_ran:
        lines += ["", f"  {paint(NEVER_RAN, 'yellow')}:"]
        if not any(rule.ran for rule in verdict.rules):
            # Nothing was learned: why stands above, and must not scroll away.
            names = ", ".join(dict.fromkeys(rule.id for rule in verdict.never_ran))
            return [*lines, *_wrapped(names), ""]
        longest = max(len(rule.id) for rule in verdict.never_ran)
        for rule, operations, says in unrun(verdict):
            lines.append(f"    {rule:<{longest}}  {operations}  {says}".rstrip())
    return [*lines, ""]


def _group(
    number: int, verdict: Verdict, group: Group, paint: Callable[[str, str], str], width: int
) -> list[str]:
    finding = group.lead
    failure = counts(group.level, strict=verdict.strict)
    colour = "red" if failure else "yellow"
    head = _plain(f"{number}. {heading(group)}")
    rows = [
        ("request", requested(finding)),
        ("in reply", finding.place or "as a whole"),
        ("expected", finding.expected),
        ("received", finding.received),
        ("contract", findable(verdict, finding)),
        ("seen", several(group.times, "time") + ("" if failure else "; a warning, unless --strict")),
        ("repeat", finding.curl),
        ("do", finding.advice),
        *([("places", "\n".join(also(group)))] if len(group.parts) > 1 else []),
    ]
    lines = [f"  {paint(head, colour)}"]
    for name, text in rows:
        first, *rest = [part for line in text.splitlines() for part in _folded(_plain(line), width)] or ["-"]
        lines.append(f"     {paint(f'{name:<9}', 'dim')} {first}")
        lines += [f"     {'':<9} {line}" for line in rest]
    return lines
