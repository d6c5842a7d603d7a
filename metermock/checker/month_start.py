"""What only the first minute of a month shows, on a mock whose clock is set there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from metermock.checker.deployment.own_mock import own_mock
from metermock.checker.deployment.target import Target
from metermock.checker.findings.verdict import RuleCount, Verdict
from metermock.errors import StoppedAtStart
from metermock.ledger.calendar import instant_text, month_edge
from metermock.project import project_of
from metermock.timezones import zone

_SECONDS = 30


def at_month_start(
    verdict: Verdict, target: Target, check: Callable[[Target], Verdict], seed: int
) -> Verdict:
    """The verdict; rules that never ran are judged once more just after a month's start."""
    if verdict.verdict == "untested" or not verdict.never_ran:
        return verdict
    project, name = project_of(target.contract.path, target.contract.source.further)
    world = project.load_world(name, target.contract)
    # Half a minute into the first month after the world's clock, in UTC.
    instant = month_edge(world.clock, 1, zone("UTC")) + _SECONDS
    arguments = ["--now", instant_text(instant), "--seed", str(seed)]
    try:
        with own_mock(project, [name], arguments) as url:
            return merged(verdict, check(replace(target, url=url + target.contract.prefix(is_alone=True))))
    except StoppedAtStart:
        # What the first run has learnt stays.
        return verdict


def merged(one: Verdict, other: Verdict) -> Verdict:
    """Two verdicts on the same contract as one: counts added, findings of both."""
    counts = {(rule.operation, rule.id): rule for rule in one.rules}
    for rule in other.rules:
        known = counts.get((rule.operation, rule.id))
        counts[rule.operation, rule.id] = _added(known, rule) if known else rule
    # The first run's findings go before: their requests are against the mock that reports name.
    known_causes = {(finding.rule, finding.operation, finding.place) for finding in one.findings}
    new = [each for each in other.findings if (each.rule, each.operation, each.place) not in known_causes]
    worst = "broken" if "broken" in (one.verdict, other.verdict) else one.verdict
    return replace(
        one,
        verdict=worst,
        rules=tuple(counts.values()),
        findings=(*one.findings, *new),
        requests=one.requests + other.requests,
        confirming=one.confirming + other.confirming,
        seconds=round(one.seconds + other.seconds, 1),
    )


def _added(one: RuleCount, other: RuleCount) -> RuleCount:
    return replace(
        one,
        ran=one.ran + other.ran,
        failed=one.failed + other.failed,
        inapplicable=one.inapplicable + other.inapplicable,
    )
