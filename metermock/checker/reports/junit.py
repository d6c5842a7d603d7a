"""The verdict as JUnit XML: a case per operation and rule, with how often it ran."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from metermock.checker.findings.verdict import Finding, RuleCount, Verdict, counts
from metermock.checker.reports.words import SAYS, counted, title, where

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as JUnit XML."""
    root = Element("testsuites", name="metermock")
    for verdict in verdicts:
        root.append(_suite(verdict))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(verdict: Verdict) -> Element:
    cases = [_case(verdict, rule) for rule in verdict.rules]
    if verdict.verdict == "untested":
        untested = _element("testcase", classname=verdict.target, name="could be tested", time="0")
        _add(untested, "error", SAYS["untested"], verdict.reason)
        cases.append(untested)
    suite = _element(
        "testsuite",
        name=f"{verdict.target}: {verdict.contract} at {verdict.url}",
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


def _case(verdict: Verdict, rule: RuleCount) -> Element:
    name = f"{rule.id}: {rule.message}" if rule.message else rule.id
    case = _element("testcase", classname=f"{verdict.target}.{rule.operation}", name=name, time="0")
    own = [found for found in verdict.findings if (found.rule, found.operation) == (rule.id, rule.operation)]
    # The usual schema wants what went wrong before what was printed.
    for finding in own:
        if counts(rule.level, strict=verdict.strict):
            _add(case, "failure", f"{rule.id} {title(finding)}", _story(verdict, finding))
    if rule.level == "must" and not rule.ran:
        _add(case, "skipped", f"never ran; {_why(rule)}", "")
    elif not rule.ran:
        _add(case, "skipped", f"never ran; {_why(rule)} (a should rule)", "")
    printed = [counted(rule)]
    if not counts(rule.level, strict=verdict.strict):
        printed += [f"warning: {rule.id} {title(finding)}\n{_story(verdict, finding)}" for finding in own]
    SubElement(case, "system-out").text = _clean("\n\n".join(printed))
    return case


def _why(rule: RuleCount) -> str:
    if rule.inapplicable:
        return f"it did not apply to any of {rule.inapplicable} replies"
    return "no request of the check concerned it, so nothing is known about it"


def _story(verdict: Verdict, finding: Finding) -> str:
    rows = (
        ("place", finding.place or "the reply as a whole"),
        ("expected", finding.expected),
        ("received", finding.received),
        ("contract", f"{where(verdict, finding)} {finding.pointer}"),
        ("seen", f"{finding.times} times"),
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
