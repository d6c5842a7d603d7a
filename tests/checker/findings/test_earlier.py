"""What is new, gone and still there since an earlier JSON report, and what is said of other files."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.findings.changes import Changes
from metermock.checker.findings.earlier import read_earlier
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict
from metermock.checker.reports.html import html_report
from metermock.checker.reports.json import json_report
from metermock.checker.reports.markdown import markdown_report
from metermock.checker.reports.terminal import terminal_report
from metermock.errors import UsageError
from tests.checker.report_schema import described


def finding(rule: str, place: str = "/total") -> Finding:
    """A finding of a rule."""
    request = Request("getUsage", "GET", "http://h/usage")
    return Finding(rule, "must", "getUsage", "", 0, "7", "8", f"{rule} holds", "curl", "", 1, request, place)


def verdict(*rules: str, ran: tuple[str, ...] = ("T-1", "T-2", "T-3"), **more: Any) -> Verdict:
    """A broken contract with a finding of each rule, after some rules have run."""
    counts = tuple(RuleCount(rule, "must", "getUsage", ran=5) for rule in ran)
    found = tuple(map(finding, rules))
    return replace(Verdict("staging", "tiny", "http://h", "broken", found, counts), **more)


def reported(folder: Path, *verdicts: Verdict) -> Path:
    """The JSON report of these verdicts."""
    path = folder / "last.json"
    path.write_text(json_report(verdicts))
    return path


def since(folder: Path, then: Verdict, now: Verdict) -> Changes:
    """What has changed from one verdict to another."""
    (compared,) = read_earlier(reported(folder, then)).compared([now])
    assert compared.changes is not None
    return compared.changes


def rules(found: tuple[Any, ...]) -> list[str]:
    """The rules of findings."""
    return [each.rule for each in found]


def test_findings_are_new_gone_or_still_there(tmp_path: Path) -> None:
    """A finding is the same by rule, operation and place, as in a baseline."""
    changes = since(tmp_path, verdict("T-1", "T-2"), verdict("T-2", "T-3"))
    assert (rules(changes.new), rules(changes.gone), rules(changes.stayed)) == (["T-3"], ["T-1"], ["T-2"])
    moved = replace(verdict(), findings=(finding("T-1", "/rows"),))
    changes = since(tmp_path, verdict("T-1"), moved)
    assert (changes.new[0].place, changes.gone[0].place) == ("/rows", "/total")


def test_a_finding_that_shows_in_more_ways_or_is_graver_is_new(tmp_path: Path) -> None:
    """What the entry of a baseline would not forgive is not called the same; what it would is."""
    days, both = (replace(finding("T-1", ""), about=about) for about in (("days=x",), ("days=x", "limit=x")))
    then, more = verdict(), verdict()
    then, more = replace(then, findings=(days,)), replace(more, findings=(both,))
    assert rules(since(tmp_path, then, more).new) == ["T-1"]
    assert rules(since(tmp_path, more, then).stayed) == ["T-1"]
    warning = replace(then, findings=(replace(days, level="should"),))
    assert rules(since(tmp_path, warning, then).new) == ["T-1"]
    assert rules(since(tmp_path, then, warning).stayed) == ["T-1"]
    assert since(tmp_path, more, then).gone == ()


def test_a_report_that_does_not_say_what_findings_are_about_is_compared_by_message(tmp_path: Path) -> None:
    """Older versions wrote none: the same message is no new finding, and what cannot be known is said."""
    found = replace(finding("T-1", ""), about=("days=x",))
    path = reported(tmp_path, replace(verdict(), findings=(found,)))
    old = json.loads(path.read_text())
    del old["findings"][0]["about"]
    path.write_text(json.dumps(old))
    otherwise = replace(found, message="T-1 holds for days")

    compared = read_earlier(path).compared
    same, other = (compared([replace(verdict(), findings=(each,))])[0].changes for each in (found, otherwise))

    assert same is not None
    assert other is not None
    assert (rules(same.stayed), same.new, same.gone) == (["T-1"], (), ())
    assert same.differences == (
        "the older report does not tell in which ways a finding shows, so new ways are not told",
    )
    assert (rules(other.new), other.differences) == (["T-1"], ())


def test_findings_about_other_inputs_are_not_one(tmp_path: Path) -> None:
    """Where no place tells them apart, what is mended is gone, and what is new has its own name."""
    named = {
        name: replace(finding("T-1", ""), message=f"{name}: x is refused", about=(f"{name}=x",))
        for name in ("from", "count", "limit")
    }

    def of(*names: str) -> Verdict:
        return replace(verdict(), findings=tuple(named[name] for name in names))

    changes = since(tmp_path, of("from", "count"), of("from", "limit"))
    told = [[each.message for each in kind] for kind in (changes.new, changes.gone, changes.stayed)]
    assert told == [["limit: x is refused"], ["count: x is refused"], ["from: x is refused"]]
    otherwise = replace(named["from"], about=("from=x: 500 came",))
    changes = since(tmp_path, of("from"), replace(verdict(), findings=(otherwise,)))
    assert (rules(changes.new), changes.gone) == (["T-1"], ())


def test_a_finding_is_gone_only_where_its_rule_ran_to_the_end(tmp_path: Path) -> None:
    """Where the rule never ran, or the check stopped early, nothing is known about it."""
    silent = since(tmp_path, verdict("T-1"), verdict(ran=("T-2",)))
    stopped = since(tmp_path, verdict("T-1"), verdict(reason="stopped after 40 requests"))
    for changes in (silent, stopped):
        assert (rules(changes.gone), rules(changes.unasked)) == ([], ["T-1"])


def test_what_a_baseline_forgives_is_still_there(tmp_path: Path) -> None:
    """An entry in a baseline makes no finding gone, and its end makes none new."""
    known = replace(verdict(), known=(finding("T-1"),))
    assert rules(since(tmp_path, verdict("T-1"), known).stayed) == ["T-1"]
    assert rules(since(tmp_path, known, verdict("T-1")).stayed) == ["T-1"]


def test_what_else_is_different_is_said(tmp_path: Path) -> None:
    """Another document, another version of it or of metermock, and another seed make two checks differ."""
    then = verdict(contract_version="1.0", contract_digest="aa", seed=1, profile="quick")
    now = verdict(contract_version="1.1", contract_digest="bb")
    path = reported(tmp_path, then)
    path.write_text(path.read_text().replace(f'"version": "{version("metermock")}"', '"version": "0.0.9"'))
    (compared,) = read_earlier(path).compared([now])
    assert compared.changes is not None
    assert compared.changes.differences == (
        f"metermock was 0.0.9, and is {version('metermock')}",
        "the document's version was 1.0, and is 1.1",
        "the document has changed",
        "the profile was quick, and is full",
        "the seed was 1, and is 0",
    )
    assert since(tmp_path, now, now).differences == ()


def test_targets_are_compared_by_name(tmp_path: Path) -> None:
    """A target that only one of both checks has is said; where each has one, they are compared."""
    live = replace(verdict("T-2"), target="live")
    earlier = read_earlier(reported(tmp_path, verdict("T-1"), replace(verdict("T-1"), target="old")))
    first, second = (each.changes for each in earlier.compared([verdict("T-1"), live]))
    assert first is not None
    assert second is not None
    assert (rules(first.stayed), first.differences) == (["T-1"], ("not checked this time: old",))
    assert (second.compared, second.new, second.differences) == (False, (), ("it has no target 'live'",))
    alone = since(tmp_path, verdict("T-2"), live)
    assert (rules(alone.stayed), alone.differences) == (["T-2"], ("the target was staging",))
    other = since(tmp_path, replace(verdict("T-1"), contract="big"), verdict("T-1"))
    assert (other.compared, other.differences) == (False, ("its target 'staging' has the contract 'big'",))


def test_every_report_for_people_and_json_tell_it(tmp_path: Path) -> None:
    """One line counts, and each finding that is new, gone or not asked has its own."""
    now = verdict("T-2", "T-3", ran=("T-1", "T-2", "T-3"))
    earlier = read_earlier(reported(tmp_path, verdict("T-1", "T-2", "T-9")))
    compared = earlier.compared([now])
    text = terminal_report(compared)
    assert f"  since {tmp_path}/last.json: 1 new, 1 gone, 1 not asked in full, 1 stayed\n" in text
    assert '    gone: T-1 · getUsage /total · "T-1 holds"\n' in text
    assert "- new: T-3 · getUsage /total" in markdown_report(compared)
    assert "<li>gone: T-1 · getUsage /total" in html_report(compared)
    value = described(json.loads(json_report(compared)))
    assert [each["rule"] for each in value["diff"]["unasked"]] == ["T-9"]
    assert "since" not in terminal_report([now])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"target": ', r"last\.json:1: is not JSON"),
        ("[]", "is no JSON report of metermock check\n  --report json=FILE writes one"),
        ('{"openapi": "3.1.0"}', "is no JSON report"),
        ('[{"target": "a", "contract": "b", "verdict": "kept", "findings": [{}]}]', "is no JSON report"),
        (
            '{"target": "a", "contract": "b", "verdict": "kept", "findings": [], "report_version": 9}',
            "is a report of form 9",
        ),
    ],
)
def test_a_broken_or_foreign_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    """It is one message with exit code 2."""
    path = tmp_path / "last.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=says) as caught:
        read_earlier(path)
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="there is no such report\n  --report json="):
        read_earlier(tmp_path / "missing.json")
