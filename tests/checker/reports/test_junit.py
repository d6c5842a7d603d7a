"""JUnit reports, as those who read such files want them."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from metermock.checker.findings.verdict import Unvaried, Verdict, all_required
from metermock.checker.reports.junit import junit_report
from tests.checker.reports.conftest import finding, untested


def test_junit_has_a_case_per_operation_and_rule(verdict: Verdict) -> None:
    """A broken must fails, a broken should does not, a never-run rule is skipped; counts agree with cases."""
    suite = ET.fromstring(junit_report([verdict]))[0]  # noqa: S314 - our own text
    cases = {case.get("name", "").partition(":")[0]: case for case in suite}
    assert [[child.tag for child in cases[name]] for name in cases] == [
        ["failure", "system-out"],
        ["system-out"],
        ["skipped", "system-out"],
        ["system-out"],
    ]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == (
        {"tests": "4", "failures": "1", "errors": "0", "skipped": "1"}
    )
    assert "ran 90, failed 12, did not apply 3" in (cases["T-1"].findtext("system-out") or "")


def test_junit_shows_what_could_not_be_tested_as_an_error(verdict: Verdict) -> None:
    """An untested deployment is an error, and characters that XML cannot hold do no harm."""
    odd = replace(untested(verdict), reason="it said \x00\x1b <&>")
    suite = ET.fromstring(junit_report([odd]))[0]  # noqa: S314 - our own text
    assert suite.get("errors") == "1"
    assert suite.findtext("testcase/error") == "it said \ufffd\ufffd <&>"


JUNIT: dict[str, tuple[str, str, str]] = {
    "testsuites": ("", "name time tests failures errors", "testsuite"),
    "testsuite": (
        "name tests failures errors skipped time timestamp hostname id package",
        "",
        "properties testcase system-out",
    ),
    "properties": ("", "", "property"),
    "property": ("name value", "", ""),
    "testcase": ("name classname time", "", "error failure skipped system-out"),
    "error": ("type message", "", ""),
    "failure": ("type message", "", ""),
    "skipped": ("message", "", ""),
    "system-out": ("", "", ""),
}
"""What the schemas of Jenkins and Ant let an element have: needed attributes, others, children in order."""


def held_to_junit(text: str) -> ET.Element:
    """The root of a JUnit report, after a look at what readers of such files rely on."""
    root = ET.fromstring(text)  # noqa: S314 - our own text
    for element in root.iter():
        needed, allowed, children = (words.split() for words in JUNIT[element.tag])
        assert set(needed) <= set(element.attrib) <= {*needed, *allowed}, element.tag
        order = [children.index(child.tag) for child in element]
        assert order == sorted(order), f"{element.tag} has {[child.tag for child in element]}"
        assert re.fullmatch(r"\d+(\.\d{3})?", element.get("time", "0")), "a time is seconds"
    for case in root.iter("testcase"):
        assert len([child for child in case if child.tag != "system-out"]) <= 1
    for suite in root:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert suite.get(name) == str(len(suite.findall(f"testcase/{tag}")))
    for name in ("tests", "failures", "errors"):
        assert root.get(name) == str(sum(int(suite.get(name, "0")) for suite in root))
    return root


def test_junit_is_as_its_readers_want_it(verdict: Verdict) -> None:
    """Attributes, order, counts and times are those of the usual schemas, for several targets too."""
    more = replace(
        verdict, left_out=("not\x00 asked",), unvaried=(Unvaried("getUsage", "days", "one good value"),)
    )
    for verdicts in ([verdict], [more, untested(verdict)], [replace(verdict, findings=(), rules=())]):
        held_to_junit(junit_report(verdicts))


def test_junit_has_one_failure_a_case_that_lists_all(verdict: Verdict) -> None:
    """Readers take one failure a case, so that two breaches of a rule stand in one text."""
    both = replace(verdict, findings=(finding("T-1"), finding("T-1", place="/rows/*/calls")))
    (failure,) = held_to_junit(junit_report([both])).iter("failure")
    assert (failure.get("message") or "").endswith('together are the total" and 1 other finding')
    assert re.findall("^place: (.*)$", failure.text or "", re.MULTILINE) == ["/total", "/rows/*/calls"]


def test_junit_fails_where_all_are_required_and_one_never_ran(verdict: Verdict) -> None:
    """A verdict that is broken has a failure to show, also where no rule of it is."""
    broken = all_required(replace(verdict, verdict="kept", findings=()))
    (failure,) = held_to_junit(junit_report([broken])).iter("failure")
    assert failure.text == "1 must rule never ran (--require-all)"
