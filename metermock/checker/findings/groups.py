"""Findings that have a cause in common, told as one: every report takes them from here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metermock.checker.findings.causes import DOCUMENTED, FORM, SCHEMA, last_name
from metermock.checker.findings.first_names import first_names
from metermock.checker.findings.sameness import SAME
from metermock.checker.findings.verdict import Finding, Verdict
from metermock.contract.exchange import Level

FIRST = 3
"""Places that a report lists of a statement; the others are counted."""
_PARAMETER = re.compile(
    r"(?P<name>[^\s:]+): (?P<what>.+?)(?: \(.*\))?(?:, beside good parameters)?(?P<end> is .*)"
)
"""What is said of a bad value of a parameter: `limit: empty (limit=) is answered by 400`."""
_RANDOM = re.compile(r"refused, for (?P<name>\S+) (?P<what>is .+)")
"""What is said of a random one: `refused, for limit is empty`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is wrong, and the places where it is."""

    rule: str
    text: str
    places: tuple[str, ...]

    @property
    def first_places(self) -> str:
        """The first places, and how many more there are."""
        return first_names(self.places, FIRST)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one cause, the one that is told in full first."""

    id: str
    parts: tuple[Finding, ...]

    @property
    def lead(self) -> Finding:
        """The finding that stands for all."""
        return self.parts[0]

    @property
    def level(self) -> Level:
        """The level that all of them have."""
        return self.lead.level

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the broken rules."""
        return tuple(dict.fromkeys(part.rule for part in self.parts))

    @property
    def sameness(self) -> tuple[str, ...]:
        """The operations that give every request the same reply, where that makes these one finding."""
        causes = (cause for part in self.parts for cause in part.causes)
        found = dict.fromkeys(cause.partition(f" {SAME}")[0] for cause in causes if SAME in cause)
        return tuple(found) if len(self.parts) > 1 else ()

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it was found at."""
        return tuple(dict.fromkeys(part.operation for part in self.parts))

    @property
    def times(self) -> int:
        """How often it was seen in all."""
        return sum(part.times for part in self.parts)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is wrong, each thing once, with its places: no fault hides behind another."""
        found: dict[tuple[str, str], list[str]] = {}
        for part in self.parts:
            text, place = _said(part)
            found.setdefault((part.rule, text), []).append(f"{part.operation} {place}".rstrip())
        return tuple(
            Statement(rule, text, tuple(dict.fromkeys(places))) for (rule, text), places in found.items()
        )


def groups_of(verdict: Verdict, findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings of a verdict as reports for people tell them: by cause, or each by itself (`--all`)."""
    if verdict.each_part:
        return tuple(_group([finding]) for finding in findings)
    return grouped(findings)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """The findings in groups, each where its first one stands; those without a cause stay alone."""
    findings = list(findings)
    # For each finding an earlier one of its group, or itself.
    earlier = list(range(len(findings)))
    first_with: dict[str, int] = {}
    for number, finding in enumerate(findings):
        for cause in finding.causes:
            # What two groups have in common with one finding is the cause of both.
            ends = _first(earlier, first_with.setdefault(cause, number)), _first(earlier, number)
            earlier[max(ends)] = min(ends)
    groups: dict[int, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_first(earlier, number), []).append(finding)
    return tuple(map(_group, groups.values()))


def _first(earlier: list[int], number: int) -> int:
    """The number of the first finding of a group."""
    while earlier[number] != number:
        # Shortened on the way, so that the next look is short.
        earlier[number] = earlier[earlier[number]]
        number = earlier[number]
    return number


def group_ids(findings: Iterable[Finding]) -> dict[int, str]:
    """The id of the group of each finding, by the finding's own `id()`."""
    return {id(part): group.id for group in grouped(findings) for part in group.parts}


def _group(parts: Sequence[Finding]) -> Group:
    lead = parts[0]
    named = lead.causes[0] if lead.causes else f"{lead.rule} ({lead.level}): {lead.operation} {lead.place}"
    return Group(named.strip(), tuple(parts))


def _said(part: Finding) -> tuple[str, str]:
    """What is wrong, in words that several places share, and the place."""
    if found := _PARAMETER.fullmatch(part.message):
        return f"{found['what']}{found['end']}", found["name"]
    if found := _RANDOM.fullmatch(part.message):
        return f"refused, for it {found['what']}", found["name"]
    said = part.message.removeprefix(FORM)
    if said == SCHEMA:
        return f"{part.message}: {part.expected}", part.place
    if said == DOCUMENTED:
        return f"{last_name(part.place)} is not documented", part.place
    return part.message, part.place
