"""One finding per cause, with the smallest request, and an honest verdict."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target
from metermock.checker.findings.check_ids import BUILT_IN_RULES
from metermock.checker.findings.collector import Collector, natural
from metermock.checker.findings.verdict import all_required, exit_code
from metermock.contract import Breach
from metermock.contract.exchange import Level


def request(*query: tuple[str, str]) -> Request:
    """A request with the secret of the tiny target in a header."""
    return Request(
        "getUsage", "GET", "http://h/usage", query, (("Authorization", "Bearer s3cret-token"),), "busy"
    )


def breach(rule: str = "T-1", place: str = "/rows/3/calls", *, should: bool = False) -> Breach:
    """A breach of a rule in a place."""
    return Breach(
        rule, "should" if should else "must", place, "7", "8 for s3cret-token", "the rows are the total"
    )


def test_one_cause_is_one_finding(target: Target) -> None:
    """Breaches of one rule in any row are one finding; another field is another cause."""
    collector = Collector(target, Options())
    for row in range(5):
        collector.broken(breach(place=f"/rows/{row}/calls"), request(("days", str(row))), status=200)
    collector.broken(breach(place="/total"), request(), status=200)
    findings = collector.verdict(requests=6, seconds=0.1).findings
    assert [(found.place, found.times) for found in findings] == [("/rows/*/calls", 5), ("/total", 1)]


def test_the_smallest_request_is_kept(target: Target) -> None:
    """The request with the fewest parameters shows the finding; what shrinking offers is not counted."""
    collector = Collector(target, Options())
    collector.broken(breach(), request(("days", "7"), ("zone", "UTC")), status=200)
    collector.broken(breach(), request(("days", "30"), ("zone", "UTC"), ("view", "x")), status=200)
    collector.broken(breach(), request(("days", "7")), status=200, times=0)
    (found,) = collector.verdict(requests=2, seconds=0.1).findings
    assert (found.request.query, found.times) == ((("days", "7"),), 2)


def test_what_a_finding_is_about_shows_no_secret(target: Target) -> None:
    """A baseline has it, and what came may be a header that says a credential back."""
    collector = Collector(target, Options())
    said = Breach("media-type", "must", "", "application/json", "text/s3cret-token", "the type is documented")
    collector.broken(said, request(), status=200)
    (found,) = collector.verdict(requests=1, seconds=0.1).findings
    assert found.about == ("the type is documented: text/$TINY_KEY came",)


def test_places_and_requests_show_no_secret(target: Target) -> None:
    """A key of a reply may be a secret; the name that stands for it is escaped as a pointer needs it."""
    (account,) = target.accounts
    secret = Secret("to~ken/47-11", "$(cat /keys/busy)")
    own = replace(target, accounts=(replace(account, credential={"bearer": secret}),))
    collector = Collector(own, Options())
    sent = replace(request(), headers=(("Authorization", "Bearer to~ken/47-11"),))
    collector.broken(breach(place="/by/to~0ken~147-11/3"), sent, status=200)
    collector.broken(breach(place="headers/x-to~ken/47-11"), sent, status=200)
    wrong = Breach("schema", "must", "/rows/0/to~0ken~147-11", "integer", '"x"', BUILT_IN_RULES["schema"])
    collector.broken(wrong, sent, status=200)
    findings = collector.verdict(requests=1, seconds=0.1).findings
    assert {found.place for found in findings} == {
        "/by/$(cat ~1keys~1busy)/*",
        "headers/x-$(cat /keys/busy)",
        "/rows/*/$(cat ~1keys~1busy)",
    }
    assert not [found for found in findings if "47-11" in repr(found)]


def test_a_must_is_not_hidden_by_a_should_in_the_same_place(target: Target) -> None:
    """A rule may be broken a little for one account and wholly for another: the finding is the graver one."""
    for order in ((True, False), (False, True)):
        collector = Collector(target, Options())
        for should in order:
            one = request() if should else request(("days", "7"))
            collector.broken(breach(should=should), one, status=200)
        verdict = collector.verdict(requests=2, seconds=0.1)
        assert [(found.level, found.request.query) for found in verdict.findings] == [
            ("must", (("days", "7"),))
        ]
        assert verdict.verdict == "broken"


def test_advice_goes_with_the_request_that_is_shown(target: Target) -> None:
    """It names the requests to compare; those of another account would not show the finding."""
    collector = Collector(target, Options())
    collector.broken(breach(), request(("days", "7")), status=200, advice="compare 7 days")
    collector.broken(breach(), request(), status=200, advice="compare")
    collector.broken(breach(), request(("days", "30")), status=200, advice="compare 30 days")
    (found,) = collector.verdict(requests=3, seconds=0.1).findings
    assert found.advice == "compare"


def test_a_rule_without_an_answer_comes_after_those_that_failed(target: Target) -> None:
    """A reply that lacks a row is told as that first, then as what could not be worked out."""
    collector = Collector(target, Options())
    silent = replace(breach("T-1", ""), received="the rule has no answer: index out of bounds: 29")
    collector.broken(silent, request(), status=200)
    collector.broken(breach("schema", "/rows"), request(), status=200)
    found = collector.verdict(requests=1, seconds=0.1).findings
    assert [finding.rule for finding in found] == ["schema", "T-1"]


def test_a_finding_says_where_the_contract_says_so(target: Target) -> None:
    """A rule is found at its line, a schema's breach at the line of the property."""
    collector = Collector(target, Options())
    collector.broken(breach("T-1", ""), request(), status=200)
    collector.broken(breach("schema", "/rows/0/calls"), request(), status=200)
    collector.broken(breach("status", ""), request(), status=418)
    lines = target.contract.text.decode().splitlines()
    found = {finding.rule: finding for finding in collector.verdict(requests=2, seconds=0.1).findings}
    assert found["T-1"].pointer == "/paths/~1usage/get/x-rules/0"
    assert "id: T-1" in lines[found["T-1"].line - 1]
    assert found["schema"].pointer == "/components/schemas/Row/properties/calls"
    assert "calls: {type" in lines[found["schema"].line - 1]
    assert "responses:" in lines[found["status"].line - 1]


def test_no_text_shows_a_secret(target: Target) -> None:
    """A secret that a reply repeats is hidden like the one that was sent."""
    collector = Collector(target, Options())
    collector.broken(breach(), request(), status=200, advice="not s3cret-token")
    verdict = collector.verdict(requests=1, seconds=0.1, reason="s3cret-token", untested=True)
    shown = [getattr(verdict.findings[0], name) for name in ("received", "curl", "advice")]
    assert not any("s3cret" in text for text in [*shown, verdict.reason])
    assert shown[1].endswith('-H "Authorization: Bearer $TINY_KEY"')


def test_a_broken_should_is_a_warning_unless_strict(target: Target) -> None:
    """It leaves the contract kept, and breaks it with --strict."""
    verdicts = []
    for strict in (False, True):
        collector = Collector(target, Options(strict=strict))
        collector.broken(breach(should=True), request(), status=200)
        verdicts.append(collector.verdict(requests=1, seconds=0.1))
    assert [verdict.verdict for verdict in verdicts] == ["kept", "broken"]
    assert (len(verdicts[0].warnings), len(verdicts[1].failures)) == (1, 1)


def test_a_must_rule_that_never_ran_is_named(target: Target) -> None:
    """It is no pass: with --require-all it breaks the contract."""
    collector = Collector(target, Options())
    collector.expect("T-1", "getUsage", message="the rows are the total")
    collector.expect("T-2", "getUsage", level="should")
    collector.kept("T-3", "getUsage")
    collector.inapplicable("T-1", "getUsage")
    verdict = collector.verdict(requests=1, seconds=0.1)
    assert [(rule.id, rule.inapplicable) for rule in verdict.never_ran] == [("T-1", 1)]
    assert (verdict.verdict, all_required(verdict).verdict) == ("kept", "broken")


def test_a_rule_that_is_partly_a_must_is_a_must(target: Target) -> None:
    """Whichever of its entries comes first; what the must says is shown."""
    both: tuple[tuple[Level, Level], ...] = (("should", "must"), ("must", "should"))
    for levels in both:
        collector = Collector(target, Options())
        for level in levels:
            collector.expect("T-1", "getUsage", level=level, message=f"it {level}")
        (rule,) = collector.verdict(requests=1, seconds=0.1).rules
        assert (rule.level, rule.message) == ("must", "it must")


def test_a_check_that_judged_nothing_is_no_pass(target: Target) -> None:
    """Without a rule that ran the verdict is untested."""
    verdict = Collector(target, Options()).verdict(requests=0, seconds=0.0)
    assert (verdict.verdict, verdict.reason) == ("untested", "no rule was judged")


def test_only_the_wanted_rules_are_counted(target: Target) -> None:
    """--rule and --skip take patterns, --operation a name."""
    collector = Collector(target, Options(rules=("T-*",), skip=("T-2",), operations=("getUsage",)))
    wanted = [collector.wants(rule, operation) for rule, operation in _NAMES]
    assert wanted == [True, False, False, False]


_NAMES = (("T-1", "getUsage"), ("T-2", "getUsage"), ("X-1", "getUsage"), ("T-1", "other"))


def test_threads_lose_no_count(target: Target) -> None:
    """Counts are whole, however many threads count."""
    collector = Collector(target, Options())

    def work(_: int) -> None:
        for _ in range(200):
            collector.kept("T-1", "getUsage")
            collector.broken(breach(), request(), status=200)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    (rule,) = collector.verdict(requests=1, seconds=0.1).rules
    assert (rule.ran, rule.failed) == (1600, 800)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [(["kept", "kept"], 0), (["kept", "broken", "untested"], 1), (["kept", "untested"], 3), ([], 3)],
)
def test_the_exit_code_is_of_the_worst(target: Target, outcomes: list[str], code: int) -> None:
    """A contract that is known to be broken counts more than one that could not be tested."""
    collector = Collector(target, Options())
    collector.kept("T-1", "getUsage")
    verdict = collector.verdict(requests=1, seconds=0.1)

    assert exit_code(tuple(replace(verdict, verdict=outcome) for outcome in outcomes)) == code  # type: ignore[arg-type]


def test_rules_are_sorted_as_people_count() -> None:
    """ZK-9 comes before ZK-10."""
    assert sorted(["ZK-10", "ZK-9", "X-1"], key=natural) == ["X-1", "ZK-9", "ZK-10"]
