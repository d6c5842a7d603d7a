"""Reports: each form says the same, whole, and names what was never judged."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from metermock.checker import reports
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Finding, RuleCount, Unvaried, Verdict, all_required
from metermock.checker.reports import FORMS, reporter_of
from metermock.checker.reports.html import html_report
from metermock.checker.reports.json import json_report
from metermock.checker.reports.junit import junit_report
from metermock.checker.reports.markdown import markdown_report
from metermock.checker.reports.sarif import sarif_report
from metermock.checker.reports.terminal import terminal_report, wants_colour
from metermock.contract import Breach, Contract
from tests.checker.report_schema import SCHEMA, described

ROOT = Path(__file__).parents[2]

ALL = {**{form: reporter_of(form) for form in FORMS}, "terminal": terminal_report}


def finding(rule: str, level: str = "must", **changes: str) -> Finding:
    """A finding of a rule."""
    made = Finding(
        rule=rule,
        level=level,  # type: ignore[arg-type]
        operation="getUsage",
        pointer="/paths/~1usage/get/x-rules/0",
        line=39,
        expected="sum(body.rows.map(r, r.calls)) == 3",
        received="4",
        message="the rows together are the total",
        curl="curl -sS -i 'https://tiny.example/usage?days=7' -H \"Authorization: Bearer $TINY_KEY\"",
        advice="Repeat the request.",
        times=12,
        request=Request("getUsage", "GET", "https://tiny.example/usage", (("days", "7"),)),
        place="/total",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def verdict(contract: Contract) -> Verdict:
    """A broken contract: one finding, one warning, one known, one must rule that never ran."""
    rules = (
        RuleCount("T-1", "must", "getUsage", "the rows together are the total", 90, 12, 3),
        RuleCount("T-2", "should", "getUsage", "there is a row", 90, 1, 0),
        RuleCount("T-3", "must", "getUsage", "pages do not overlap", 0, 0, 7),
        RuleCount("T-4", "must", "getUsage", "numbers are numbers", 90, 0, 0),
    )
    return Verdict(
        target="staging",
        contract="tiny",
        url="https://tiny.example",
        verdict="broken",
        findings=(finding("T-1"), finding("T-2", "should", message="there is a row")),
        known=(finding("T-4", advice="Known until 2027-01-01: ticket 4711"),),
        rules=rules,
        requests=180,
        seconds=4.2,
        seed=7,
        document=contract.path,
    )


def untested(verdict: Verdict) -> Verdict:
    """The same, but the deployment went away half-way."""
    return replace(verdict, verdict="untested", reason="after 90 requests it answers 503")


@pytest.mark.parametrize("form", ALL)
def test_every_report_tells_everything(verdict: Verdict, form: str) -> None:
    """Findings, requests as curl, advice, never-run must rules and the reason are in each form."""
    text = ALL[form]([untested(verdict)])
    reason, request = "after 90 requests it answers 503", "tiny.example/usage?days=7"
    for told in ("T-1", "T-3", "staging", reason, request, "180"):
        assert told in text or (form == "junit" and told == "180")


@pytest.mark.parametrize("form", sorted(set(ALL) - {"json"}))
def test_a_must_rule_that_never_ran_is_named(verdict: Verdict, form: str) -> None:
    """Each form says of the rule that it never ran."""
    text = ALL[form]([replace(verdict, findings=(), known=())])
    assert "T-3" in text
    assert re.search("never ran", text)


def test_where_nothing_ran_the_reason_stays_in_sight(verdict: Verdict) -> None:
    """A deployment that cannot be reached is a few lines, the rules named in one of them."""
    rules = tuple(RuleCount(f"T-{n}", "must", "getUsage", "it holds") for n in range(20))
    lines = terminal_report([replace(untested(verdict), findings=(), known=(), rules=rules)]).splitlines()
    assert len(lines) < 10
    assert all(any(f"T-{n}" in line for line in lines) for n in range(20))


def test_json_has_exactly_the_documented_fields(verdict: Verdict) -> None:
    """The names and their order are an interface; `reason` and `known` are there only where there is one."""
    value = json.loads(json_report([verdict]))
    assert list(value) == [
        *("target", "contract", "verdict", "findings", "rules", "requests", "seconds", "seed", "profile"),
        *("version", "contract_version", "contract_digest", "report_version", "url", "groups", "known"),
    ]
    assert " ".join(value["findings"][0]) == (
        "rule level operation pointer line expected received curl advice times message place document "
        "method account parameters variants about group"
    )
    assert value["rules"][2] == {
        "id": "T-3",
        "level": "must",
        "operation": "getUsage",
        "message": "pages do not overlap",
        "ran": 0,
        "failed": 0,
        "inapplicable": 7,
        "reached": True,
    }
    assert json.loads(json_report([untested(verdict)]))["reason"].startswith("after 90")
    assert len(json.loads(json_report([verdict, verdict]))) == 2


def test_json_is_as_its_schema_describes_it(verdict: Verdict) -> None:
    """Whatever there is to tell, each field stands in docs/report.schema.json."""
    more = replace(
        verdict, left_out=("not asked",), unvaried=(Unvaried("getUsage", "days", "one good value"),)
    )
    for verdicts in ([verdict], [more], [untested(verdict), verdict], [replace(verdict, findings=())]):
        described(json.loads(json_report(verdicts)))


def test_the_docs_name_each_field_of_the_json_report() -> None:
    """docs/checking.md has a row for each field that the schema has."""
    rows = (ROOT / "docs" / "checking.md").read_text("utf-8")
    names = {name for part in SCHEMA["$defs"].values() for name in part.get("properties", ())}
    assert {name for name in names if f"`{name}`" not in rows} == set()


def test_json_has_the_parameters_of_a_finding(contract: Contract) -> None:
    """They are listed as they were sent, by place; a secret goes by the name of its variable."""
    key = Secret("tiny-key-1234", "$TINY_KEY")
    asked = Request(
        "getUsage",
        "GET",
        "https://tiny.example/u",
        (("days", "7"), ("key", key.value)),
        path=(("id", "a/b"),),
    )
    account = TargetAccount("one", {"header": key})
    collector = Collector(Target("tiny", contract, "https://tiny.example", (account,)), Options())
    collector.broken(Breach("T-1", "must", "/total", "3", "4", "sums"), asked)
    value = json.loads(json_report([collector.verdict(requests=1, seconds=1.0)]))
    assert value["findings"][0]["parameters"] == [
        {"in": "path", "name": "id", "value": "a/b"},
        {"in": "query", "name": "days", "value": "7"},
        {"in": "query", "name": "key", "value": "$TINY_KEY"},
    ]
    assert value["contract_version"] == contract.document["info"]["version"]


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


def test_strict_turns_warnings_into_failures(verdict: Verdict) -> None:
    """With --strict a broken should is a failure in JUnit and an error in SARIF."""
    strict = replace(verdict, strict=True)
    assert junit_report([strict]).count("<failure") == 2
    levels = [result["level"] for result in json.loads(sarif_report([strict]))["runs"][0]["results"]]
    assert levels == ["error", "error", "error"]


def test_sarif_points_at_the_line_of_the_contract(verdict: Verdict) -> None:
    """Each result has the document, the line, the rule, and a fingerprint that stays from run to run."""
    run = json.loads(sarif_report([verdict]))["runs"][0]
    first, second, known = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("tests/checker/tiny.openapi.yaml")
    assert (place["region"], first["ruleId"], first["level"]) == ({"startLine": 39}, "T-1", "error")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "T-1"
    assert (second["level"], known["suppressions"][0]["kind"]) == ("warning", "external")
    assert first["partialFingerprints"] != second["partialFingerprints"]


class Reader(HTMLParser):
    """Notes tags that are open, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.addresses += [f"{tag} {name}" for name, _ in attrs if name in {"src", "href"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Each end closes the last that is open."""
        assert self.open.pop() == tag


def test_html_is_one_sound_file(verdict: Verdict) -> None:
    """Tags close, nothing is loaded from elsewhere, and a reply cannot inject markup."""
    evil = finding("T-1", received="<script>alert(1)</script>", message="a < b & c")
    text = html_report([replace(verdict, findings=(evil,))])
    reader = Reader()
    reader.feed(text)
    assert (reader.open, reader.addresses) == ([], [])
    assert "<script" not in text
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text


def test_markdown_survives_what_replies_hold(verdict: Verdict) -> None:
    """Pipes, backticks, newlines and tags of a reply break no table and no fence."""
    evil = finding("T-1", received="a|b `c`\n</details>", message="x | y <b>", curl="curl ```")
    text = markdown_report([replace(verdict, findings=(evil,))])
    (row,) = [line for line in text.splitlines() if line.startswith("| T-1")]
    assert row == "| T-1 | getUsage | x \\| y &lt;b&gt; | 12 times |"
    assert "received: `` a|b `c` </details> ``" in text
    assert "````sh\ncurl ```\n````" in text


def test_the_terminal_is_coloured_only_where_it_is_one(
    verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colour needs a terminal and the absence of NO_COLOR."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert (wants_colour(Terminal()), wants_colour(io.StringIO())) == (True, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())
    assert ("\x1b" in terminal_report([verdict]), "\x1b[31m" in terminal_report([verdict], colour=True)) == (
        False,
        True,
    )


def test_the_terminal_shows_no_control_characters_of_a_reply(verdict: Verdict) -> None:
    """A reply cannot move the cursor of whoever reads the report."""
    evil = finding("T-1", received="\x1b[2J\x07gone")
    text = terminal_report([replace(verdict, findings=(evil,))])
    assert "\x1b" not in text
    assert "\\x1b[2J\\x07gone" in text


@pytest.mark.parametrize(
    ("document", "line", "shown"),
    [
        (
            "https://tiny.example/openapi.json",
            1,
            "https://tiny.example/openapi.json /paths/~1usage/get/x-rules/0",
        ),
        (
            "https://tiny.example/openapi.yaml",
            39,
            "https://tiny.example/openapi.yaml /paths/~1usage/get/x-rules/0",
        ),
        (Path("openapi.json"), 1, "openapi.json /paths/~1usage/get/x-rules/0"),
        (Path("openapi.json"), 39, "openapi.json:39"),
    ],
)
def test_the_terminal_says_what_can_be_found(
    verdict: Verdict, document: Path | str, line: int, shown: str
) -> None:
    """A line helps where a document has lines that an editor shows."""
    found = replace(finding("T-1"), line=line)
    text = terminal_report([replace(verdict, findings=(found,), document=document)])
    assert f"     contract  {shown}\n" in text


def test_known_findings_that_read_alike_are_one(verdict: Verdict) -> None:
    """So the number is that of findings which an earlier report says have stayed."""
    text = terminal_report([replace(verdict, known=(*verdict.known, *verdict.known))])
    assert ("1 known" in text, text.count("ticket 4711")) == (True, 1)


def test_the_terminal_folds_what_is_wider_and_no_command(verdict: Verdict) -> None:
    """What goes on stands below where it began; a command can be copied as one line."""
    long = finding(
        "T-1",
        expected="seven " * 40,
        advice=f"Compare the replies to:\nsleep 5; curl {'x' * 200}\nprintf -- 'a b' | curl {'x ' * 90}|",
    )
    lines = terminal_report([replace(verdict, findings=(long,))], width=100).splitlines()
    folded = [line for line in lines if "seven" in line]
    assert len(folded) == 3
    assert {line.index("seven") for line in folded} == {15}
    assert max(map(len, folded)) <= 100
    assert f"{'':15}sleep 5; curl {'x' * 200}" in lines
    assert f"{'':15}printf -- 'a b' | curl {'x ' * 90}|" in lines


@pytest.mark.parametrize("form", ["terminal", "html", "markdown"])
def test_commands_of_the_advice_stay_apart(verdict: Verdict, form: str) -> None:
    """Each request to compare keeps its own line."""
    advised = finding("T-1", advice="Compare the replies to:\ncurl one\ncurl two")
    lines = [line.strip() for line in ALL[form]([replace(verdict, findings=(advised,))]).splitlines()]
    assert "curl two" in [re.sub("<.*", "", line) for line in lines]


@pytest.mark.parametrize("form", ["terminal", "html", "junit", "sarif"])
def test_what_a_rule_says_is_quoted(verdict: Verdict, form: str) -> None:
    """It is not so: without the quotes the title would read as what was found."""
    text = ALL[form]([verdict]).replace("&quot;", '"').replace('\\"', '"')
    assert 'is broken: "the rows together are the total"' in text


def test_a_rule_that_every_contract_has_says_what_it_wants(verdict: Verdict) -> None:
    """The table of rules explains `header` and `schema` as it does a contract's own rules."""
    rules = (RuleCount("header", "must", "getUsage", "", 90, 0, 0),)
    assert "<td>headers are as documented</td>" in html_report([replace(verdict, rules=rules)])


def test_the_option_offers_what_there_is() -> None:
    """The forms that `--report` names are the modules that write verdicts, without the terminal's."""
    folder = Path(reports.__file__).parent
    written = {
        path.stem for path in folder.glob("*.py") if f"def {path.stem}_report" in path.read_text("utf-8")
    }
    assert written == {*FORMS, "terminal"}


@pytest.mark.parametrize("form", ["terminal", "html", "markdown"])
def test_a_known_finding_says_what_is_forgiven(verdict: Verdict, form: str) -> None:
    """Rule, place, what the rule says, and the reason out of the baseline."""
    text = ALL[form]([verdict]).replace("&quot;", '"')
    assert "getUsage /total" in text
    assert '"the rows together are the total"' in text
    assert "ticket 4711" in text
