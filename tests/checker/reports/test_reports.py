"""Reports: each form says the same, whole, and names what was never judged."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from metermock.checker import reports
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import RuleCount, Unvaried, Verdict
from metermock.checker.reports import FORMS, reporter_of
from metermock.checker.reports.html import html_report
from metermock.checker.reports.json import json_report
from metermock.checker.reports.junit import junit_report
from metermock.checker.reports.markdown import markdown_report
from metermock.checker.reports.sarif import sarif_report
from metermock.checker.reports.terminal import terminal_report, wants_colour
from metermock.contract import Breach, Contract
from tests.checker.report_schema import SCHEMA, described
from tests.checker.reports.conftest import finding, untested

ROOT = Path(__file__).parents[3]

ALL = {**{form: reporter_of(form) for form in FORMS}, "terminal": terminal_report}


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


def test_sarif_tells_of_a_rule_that_never_ran_in_a_sentence(verdict: Verdict) -> None:
    """Its id, its operation and what it says are apart."""
    notes = json.loads(sarif_report([verdict]))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    rule = verdict.never_ran[0]
    told = f'{rule.id} of {rule.operation} never ran, so that nothing is known about it: "{rule.message}"'
    assert told in [note["message"]["text"] for note in notes]


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


def test_markdown_says_of_each_warning_that_it_is_one(verdict: Verdict) -> None:
    """In the table and above the details, as the terminal does."""
    text = markdown_report([verdict])
    assert "| T-2 (should) |" in text
    assert "<summary>T-2 (should) is broken" in text
    assert "<summary>T-1 is broken" in text


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
