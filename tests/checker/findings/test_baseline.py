"""Known findings: forgiven until their day, never silently."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.findings.baseline import TO_EXPLAIN, Baseline, read_baseline
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict
from metermock.checker.reports import reporter_of
from metermock.checker.reports.words import asides
from metermock.checker.results import Baselines
from metermock.contract.exchange import Level
from metermock.errors import UsageError

TODAY = date(2026, 11, 21)
WHOLE = """\
contract = "tiny"

[[known]]
rule = "T-1"
operation = "getUsage"
place = "/total"
reason = "they count retries twice"
until = 2026-11-21
"""


def finding(rule: str, place: str = "/total", *about: str, level: Level = "must") -> Finding:
    """A finding of a rule."""
    request = Request("getUsage", "GET", "http://h/usage")
    found = Finding(rule, level, "getUsage", "", 0, "7", "8", "m", "curl", "Mend it.", 1, request, place)
    return replace(found, about=about)


def written(folder: Path, text: str) -> Path:
    """A baseline file."""
    path = folder / "known.toml"
    path.write_text(text)
    return path


def test_a_known_finding_is_forgiven_through_its_last_day(tmp_path: Path) -> None:
    """Only the finding that the entry names is forgiven; others count."""
    baseline = read_baseline(written(tmp_path, WHOLE), "tiny")
    new, known = baseline.split([finding("T-1"), finding("T-1", "/rows"), finding("T-2")], TODAY)
    assert [(found.rule, found.place) for found in new] == [("T-1", "/rows"), ("T-2", "/total")]
    assert known[0].advice == "Known until 2026-11-21: they count retries twice"


def test_an_expired_entry_counts_and_says_so(tmp_path: Path) -> None:
    """On the day after, the finding is back, with the reason that it was forgiven for."""
    baseline = read_baseline(written(tmp_path, WHOLE), "tiny")
    new, known = baseline.split([finding("T-1")], date(2026, 11, 22))
    assert known == ()
    assert new[0].advice.startswith("Mend it. It was forgiven until 2026-11-21 (they count retries twice)")


def test_an_update_keeps_what_is_there_and_adds_what_is_new(tmp_path: Path) -> None:
    """New entries wait for an explanation; what is written reads back the same."""
    path = written(tmp_path, WHOLE)
    odd = finding("T-2", 'a "quoted"\\ place')
    extended = read_baseline(path, "tiny").extended([finding("T-1"), odd, odd], TODAY)
    extended.write()
    again = read_baseline(path, "tiny")
    assert again == extended
    assert [known.reason for known in again.known] == ["they count retries twice", TO_EXPLAIN]
    assert again.known[1].until == date(2027, 2, 19)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"tiny"', '"other"', r"known\.toml:1: .*baseline of the contract 'other', not of 'tiny'"),
        ('contract = "tiny"', "", "contract None"),
        ("reason", "because", r"known\.toml:7: unknown key `because`"),
        ('"they count retries twice"', '" "', r"known\.toml:7: a known finding needs a reason"),
        ('rule = "T-1"', "", r"known\.toml:3: a known finding needs `rule`"),
        ("until = 2026-11-21", "", r"known\.toml:3: a known finding needs `until`"),
        ("2026-11-21", '"never"', r"known\.toml:8: a known finding needs `until`, a date"),
        ("[[known]]", "[known]", "write \\[\\[known\\]\\]"),
        ('rule = "T-1"', 'rule = "T-1"\nlevel = "high"', r"known\.toml:5: `level` is must or should"),
        ('rule = "T-1"', 'rule = "T-1"\nabout = "limit"', r"known\.toml:5: `about` is a list of texts"),
        ("until =", "until", r"known\.toml:8:\d+: is not TOML"),
    ],
)
def test_a_mistake_in_a_baseline_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Each mistake has its line, and exit code 2."""
    path = written(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(UsageError, match=says) as caught:
        read_baseline(path, "tiny")
    assert caught.value.exit_code == 2


def test_a_first_baseline_can_be_written(tmp_path: Path) -> None:
    """An update without a file makes one."""
    path = tmp_path / "new.toml"
    Baseline(path, "tiny").extended([finding("T-9")], TODAY).write()
    assert [known.rule for known in read_baseline(path, "tiny").known] == ["T-9"]


def test_a_baseline_that_is_not_there_says_how_it_is_made(tmp_path: Path) -> None:
    """The first run has none; one option writes it."""
    with pytest.raises(UsageError, match="there is no such baseline\n  --update-baseline writes it"):
        read_baseline(tmp_path / "known.toml", "tiny")


@pytest.mark.parametrize(
    ("then", "now", "is_known"),
    [
        (finding("T-1", "", "limit: empty"), finding("T-1", "", "limit: empty"), True),
        (finding("T-1", "", "limit: empty", "limit: 21"), finding("T-1", "", "limit: 21"), True),
        (finding("T-1", "", "limit: empty"), finding("T-1", "", "limit: 21"), False),
        (finding("T-1", "", "limit: empty"), finding("T-1", "", "limit: empty", "limit: 21"), False),
        (finding("T-1", "", "a", level="should"), finding("T-1", "", "a"), False),
        (finding("T-1", "", "a"), finding("T-1", "", "a", level="should"), True),
        (finding("T-1", level="should"), finding("T-1"), False),
    ],
)
def test_an_entry_forgives_what_was_asked_and_no_more(
    tmp_path: Path, then: Finding, now: Finding, *, is_known: bool
) -> None:
    """Another bad value, or a must where a should was known, is a new finding, also after writing."""
    path = tmp_path / "known.toml"
    Baseline(path, "tiny").extended([then], TODAY).write()
    new, known = read_baseline(path, "tiny").split([now], TODAY)
    assert (not new, bool(known)) == (is_known, is_known)


def test_an_entry_that_does_not_say_what_was_asked_forgives_warnings_only(tmp_path: Path) -> None:
    """A file of before is read; of a must that it cannot tell from another it says what it lacks."""
    old = read_baseline(written(tmp_path, WHOLE.replace("/total", "")), "tiny")
    new, known = old.split([finding("T-1", "", "limit: 21"), finding("T-1", "", "q", level="should")], TODAY)
    assert [found.about for found in known] == [("q",)]
    assert new[0].advice == (
        "Mend it. The entry for it in the baseline has no `about`, as older versions wrote it, so that it "
        "forgives warnings only: take it out, and write it anew with --update-baseline."
    )


@pytest.mark.parametrize(
    ("change", "is_idle"),
    [
        ({}, True),
        ({"findings": (finding("T-1", "/rows"),)}, True),
        ({"findings": (finding("T-1"),)}, False),
        ({"rules": (RuleCount("T-1", "must", "getUsage"),)}, False),
        ({"reason": "interrupted"}, False),
    ],
    ids=["mended", "broken elsewhere", "still there", "not asked", "stopped early"],
)
def test_an_entry_that_forgives_nothing_any_more_is_named(
    tmp_path: Path, change: dict[str, Any], *, is_idle: bool
) -> None:
    """Else it forgives the fault that comes back; where its rule did not run, nothing is known of it."""
    path = written(tmp_path, WHOLE.replace("2026-11-21", "2999-01-01"))
    target: Any = SimpleNamespace(name="staging", contract=SimpleNamespace(name="tiny"))
    asked = Verdict(
        "staging", "tiny", "http://h", "broken", rules=(RuleCount("T-1", "must", "getUsage", ran=1),)
    )

    settled = Baselines([target], lambda _: path, update=False).settled(replace(asked, **change))

    said = [line.rpartition(": ")[2] for line in asides(settled) if line.startswith("known.toml forgives")]
    assert said == ["T-1 getUsage /total (until 2999-01-01)"] * is_idle
    assert json.loads(reporter_of("json")([settled])).get("baseline_idle", []) == said


def test_an_entry_that_has_ended_is_not_named(tmp_path: Path) -> None:
    """It forgives nothing that comes back."""
    baseline = read_baseline(written(tmp_path, WHOLE), "tiny")
    ran = {("T-1", "getUsage")}

    assert baseline.idle((), ran, TODAY) == baseline.known
    assert baseline.idle((), ran, date(2026, 11, 22)) == ()


@pytest.mark.parametrize(
    ("entry", "found", "is_idle"),
    [
        ("", ("limit: 21",), False),
        ('about = ["q"]', ("q", "limit: 21"), False),
        ('about = ["q"]', ("limit: 21",), True),
    ],
    ids=["an older version's", "shows in more ways", "another fault"],
)
def test_an_entry_that_no_longer_suffices_is_not_called_mended(
    tmp_path: Path, entry: str, found: tuple[str, ...], *, is_idle: bool
) -> None:
    """Its finding counts, since it forgives less than that; but nobody is told that it was not found."""
    text = WHOLE.replace("/total", "").replace("reason =", f"{entry}\nreason =")
    baseline = read_baseline(written(tmp_path, text), "tiny")
    again = finding("T-1", "", *found)

    assert baseline.split([again], TODAY)[1] == ()
    assert bool(baseline.idle([again], {("T-1", "getUsage")}, TODAY)) is is_idle
