"""The verdict as JUnit XML: a case per operation and rule, with how often it ran."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from metermock.checker.findings.groups import group_ids
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict, counts
from metermock.checker.reports.words import SAYS, counted, several, title, where

_COUNTED = ("tests", "failures", "errors")
"""What the root adds up of its suites; the usual schema has no other count there."""
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as JUnit XML."""
    suites = [_suite(number, verdict) for number, verdict in enumerate(verdicts)]
    totals = {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in _COUNTED}
    seconds = sum(verdict.seconds for verdict in verdicts)
    root = _element("testsuites", name="metermock", **totals, time=f"{seconds:.3f}")
    root.extend(suites)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(number: int, verdict: Verdict) -> Element:
    groups = group_ids(verdict.findings)
    cases = [_case(verdict, rule, groups) for rule in verdict.rules]
    if verdict.verdict == "untested":
        untested = _element("testcase", classname=verdict.target, name="could be tested", time="0")
        _add(untested, "error", SAYS["untested"], verdict.reason)
        cases.append(untested)
    if verdict.verdict == "broken" and not verdict.failures:
        # With --require-all; without a failure the readers of this file would take it for a pass.
        silent = _element("testcase", classname=verdict.target, name="every must rule ran", time="0")
        _add(silent, "failure", SAYS["broken"], verdict.reason)
        cases.append(silent)
    began = datetime.now(UTC) - timedelta(seconds=verdict.seconds)
    suite = _element(
        "testsuite",
        name=f"{verdict.target}: {verdict.contract} at {verdict.url}",
        id=str(number),
        package=verdict.target,
        hostname=platform.node() or "localhost",
        timestamp=f"{began:%Y-%m-%dT%H:%M:%S}",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time=f"{verdict.seconds:.3f}",
    )
    if verdict.unvaried:
        # The usual schema wants properties before the cases.
        properties = SubElement(suite, "properties")
        for each in verdict.unvaried:
            name = f"not varied: {each.operation}.{each.parameter}"
            properties.append(_element("property", name=name, value=each.reason))
    suite.extend(cases)
    if verdict.left_out:
        SubElement(suite, "system-out").text = _clean("\n".join(verdict.left_out))
    return suite


def _case(verdict: Verdict, rule: RuleCount, groups: Mapping[int, str]) -> Element:
    name = f"{rule.id}: {rule.message}" if rule.message else rule.id
    case = _element("testcase", classname=f"{verdict.target}.{rule.operation}", name=name, time="0")
    own = [found for found in verdict.findings if (found.rule, found.operation) == (rule.id, rule.operation)]
    failures = [finding for finding in own if counts(finding.level, strict=verdict.strict)]
    # The usual schema wants what went wrong before what was printed.
    if failures:
        _add(case, "failure", _message(rule, failures), "\n\n".join(_told(verdict, failures, groups)))
    elif not rule.ran:
        level = "" if rule.level == "must" else " (a should rule)"
        _add(case, "skipped", f"never ran; {_why(rule)}{level}", "")
    warnings = [finding for finding in own if finding not in failures]
    printed = [counted(rule), *(f"warning: {text}" for text in _told(verdict, warnings, groups))]
    SubElement(case, "system-out").text = _clean("\n\n".join(printed))
    return case


def _message(rule: RuleCount, failures: Sequence[Finding]) -> str:
    """What a list of failed cases shows: the first failure, and how many more there are."""
    message = f"{rule.id} {title(failures[0])}"
    return message if len(failures) == 1 else f"{message} and {several(len(failures) - 1, 'other finding')}"


def _told(verdict: Verdict, findings: Sequence[Finding], groups: Mapping[int, str]) -> list[str]:
    return [f"{found.rule} {title(found)}\n{_story(verdict, found, groups[id(found)])}" for found in findings]


def _why(rule: RuleCount) -> str:
    if not rule.reached:
        return "the check ended before all was asked that may let it run"
    if rule.inapplicable:
        return f"it did not apply to any of {rule.inapplicable} replies"
    return "no request of the check concerned it, so nothing is known about it"


def _story(verdict: Verdict, finding: Finding, group: str) -> str:
    rows = (
        ("place", finding.place or "the reply as a whole"),
        ("expected", finding.expected),
        ("received", finding.received),
        ("contract", f"{where(verdict, finding)} {finding.pointer}"),
        ("seen", f"{finding.times} times"),
        ("group", group),
        ("repeat", finding.curl),
        ("do", finding.advice),
    )
    return "\n".join(f"{name}: {text}" for name, text in rows)


def _element(tag: str, **attributes: str) -> Element:
    return Element(tag, {name: _clean(value) for name, value in attributes.items()})


def _add(parent: Element, tag: str, message: str, text: str) -> None:
    attributes = {"message": _clean(message)}
    if tag != "skipped":
        attributes["type"] = "contract"
    SubElement(parent, tag, attributes).text = _clean(text)


def _clean(text: str) -> str:
    """What XML cannot hold is shown as a replacement character."""
    return _UNPRINTABLE.sub("\ufffd", text)
