"""Findings of one cause are told together, and no fault hides behind another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.findings.causes import FORM, causes_of, without_consequences
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.groups import FIRST, Group, group_ids, grouped, groups_of
from metermock.checker.findings.verdict import Finding, Verdict
from metermock.contract import Breach
from metermock.contract.exchange import Level

IDS = CheckIds()


def found(
    rule: str,
    operation: str,
    place: str = "",
    *,
    message: str = "",
    expected: str = "",
    received: str = "",
    level: Level = "must",
    query: tuple[tuple[str, str], ...] = (),
    pointer: str = "",
) -> Finding:
    """A finding with the causes that its breach has."""
    request = Request(operation, "GET", f"https://tiny.example/{operation}", query)
    breach = Breach(rule, level, place, expected, received, message or rule)
    return Finding(
        rule=rule,
        level=level,
        operation=operation,
        pointer=pointer,
        line=0,
        expected=expected,
        received=received,
        message=breach.message,
        curl="curl",
        advice="",
        times=2,
        request=request,
        place=place,
        causes=causes_of(breach, request, pointer or f"/{operation}{place}", IDS),
    )


def status(rule: str, operation: str, about: str, wanted: str, got: str) -> Finding:
    """A finding about a wrong status of a request of its own."""
    return found(
        rule,
        operation,
        message=f"{about} is answered by {wanted}",
        expected=f"status {wanted}",
        received=f"status {got}",
        query=(("about", about),),
    )


def sizes(*findings: Finding) -> list[int]:
    """How many findings each group has."""
    return [len(group.parts) for group in grouped(findings)]


SCHEMA = "the body is valid against its schema"


@pytest.mark.parametrize(
    "findings",
    [
        [found("T-1", "a", "/total"), found("T-1", "b", "/sum", message="another thing that T-1 says")],
        [
            found("header", name, "headers/x-id", message="X-Id is required", expected="to be there")
            for name in "abc"
        ],
        [
            found("schema", name, f"/{name}", message=SCHEMA, expected="a field 'id'", received="none")
            for name in "abc"
        ],
        [
            found("schema", name, f"/{name}/size", message=SCHEMA, expected="type integer")
            for name in "abc"
        ],
        [found("status", name, message="the status is documented", received="418") for name in "ab"],
        [
            found("media-type", name, message="the media type is documented", received="text/html")
            for name in "ab"
        ],
        [
            found("integer-as-float", "a", place, message="an integer is written without a fraction")
            for place in ("/total", "/rows/*/size")
        ],
        [
            found("undocumented-field", "a", f"/user/{name}", message="every field is documented",
                  pointer="/components/schemas/User")
            for name in ("age", "mail")
        ],
        [
            found("undocumented-field", name, f"/{name}/age", message="every field is documented")
            for name in "ab"
        ],
        [
            status("credentials", "a", "an unknown credential", "401", "200"),
            status("credentials", "b", "a malformed credential", "401", "200"),
            status("credentials-first", "b", "an unknown credential beside a bad parameter", "401", "200"),
        ],
        [
            found("media-type", "a", message="the media type is documented", received="text/html"),
            found("credentials", "b", message=f"{FORM}the media type is documented", received="text/html"),
        ],
        [
            found("schema", "a", "", message=SCHEMA, expected="a field 'code'"),
            found("credentials", "a", "", message=f"{FORM}{SCHEMA}", expected="a field 'code'"),
            found("credentials-first", "b", "", message=f"{FORM}{SCHEMA}", expected="a field 'code'"),
        ],
        [
            found("status", "a", message="the status is documented", expected="200", received="500"),
            status("valid-request", "a", "a valid request", "200", "500"),
            status("invalid-parameter", "a", "days: empty (days=)", "422", "500"),
        ],
        [
            status("invalid-parameter", "a", f"{name}: empty ({name}=)", "422", "200")
            for name in ("days", "zone")
        ],
        [
            status("invalid-parameter", "a", "days: empty (days=)", "422", "200"),
            found("invalid-parameter", "a", message="refused, for days is empty", expected="422",
                  received="200"),
        ],
        [
            found("repeated-parameter", "a", message="the reply is the same with another d before it",
                  expected="200", received="422", query=(("d", "1"), ("d", "2"))),
            found("invalid-parameter", "a", expected="status 200", received="status 422",
                  query=(("d", "1"), ("d", "2"))),
        ],
    ],
)  # fmt: skip
def test_findings_of_one_cause_are_one_group(findings: list[Finding]) -> None:
    """A set of operations, one header or field in many replies, kinds of credentials, one request."""
    assert sizes(*findings) == [len(findings)]


@pytest.mark.parametrize(
    "findings",
    [
        [found("T-1", "a"), found("T-2", "a")],
        [found("T-1", "a"), found("T-1", "a", level="should")],
        [
            found("default", "a", "/total", message="the reply is the same with d=1 spelled out",
                  expected="200", received="422"),
            found("invalid-parameter", "a", expected="status 200", received="status 422"),
        ],
        [
            found("header", "a", f"headers/{name}", message=f"{name} is required", expected="to be there")
            for name in ("x-id", "x-limit")
        ],
        [
            found("schema", "a", "", message=SCHEMA, expected=f"a field {name!r}")
            for name in ("id", "name")
        ],
        [
            found("schema", "a", f"/{name}", message=SCHEMA, expected="type integer")
            for name in ("size", "total")
        ],
        [
            found("schema", "a", "/size", message=SCHEMA, expected=wanted)
            for wanted in ("type integer", "at least 0")
        ],
        [found("status", "a", message="the status is documented", received=got) for got in ("418", "500")],
        [
            found("status", "b", message="the status is documented", expected="200", received="500"),
            status("valid-request", "a", "a valid request", "200", "500"),
            status("valid-request", "a", "a valid request", "200", "503"),
        ],
        [
            found("schema", "a", "", message=SCHEMA, expected="a field 'code'"),
            found("credentials", "a", "", message=f"{FORM}{SCHEMA}", expected="a field 'text'"),
        ],
        [
            status("credentials", "a", "an unknown credential", "401", "200"),
            status("credentials", "a", "an unknown credential", "401", "500"),
            status("credentials", "a", "a credential whose scheme is written bearer", "200", "401"),
        ],
        [
            status("invalid-parameter", "a", "days: empty (days=)", "422", "200"),
            status("invalid-parameter", "a", "days: empty (days=)", "422", "500"),
            status("invalid-parameter", "a", "a valid request", "200", "422"),
            status("invalid-parameter", "a", "the input of the example gone", "404", "200"),
        ],
        [
            found("credentials", "a", place, message=f"a refusal has the documented form: {SCHEMA}",
                  expected="type string")
            for place in ("/error", "/code")
        ],
        [
            found("undocumented-field", name, f"/{name}", message="every field is documented")
            for name in ("age", "mail")
        ],
    ],
)  # fmt: skip
def test_different_faults_stay_apart(findings: list[Finding]) -> None:
    """Another rule, level, header, field, demand or status is another cause."""
    assert sizes(*findings) == [1] * len(findings)


def test_a_finding_without_a_cause_stays_alone() -> None:
    """Nothing is known that it has in common with others."""
    plain = replace(found("T-1", "a"), causes=())
    assert sizes(plain, plain) == [1, 1]


def test_what_two_groups_have_in_common_joins_them() -> None:
    """Each group stands where its first finding does, its findings in their order."""
    first, second, both = (
        replace(found("T-1", name), causes=causes)
        for name, causes in (("a", ("x",)), ("b", ("y",)), ("c", ("x", "y")))
    )
    other = found("T-2", "d")
    groups = grouped([first, other, second, both])
    assert [[part.operation for part in group.parts] for group in groups] == [["a", "b", "c"], ["d"]]


def test_each_thing_that_is_wrong_has_its_first_places() -> None:
    """Every statement of every rule is there, whatever the number of places; the rest is counted."""
    many = [
        status("invalid-parameter", name, f"{kind} ({kind}=)", "422", "200")
        for name in ("a", "b")
        for kind in ("days: empty", "zone: empty", "zone: unknown")
    ]
    random = "refused, for days is empty"
    many += [
        found("invalid-parameter", name, message=random, expected="422", received="200")
        for name in ("a", "b")
    ]
    (group,) = grouped(many)
    said = {each.text: each.first_places for each in group.statements}
    assert said == {
        "empty is answered by 422": "a days, a zone, b days and 1 more",
        "unknown is answered by 422": "a zone, b zone",
        "refused, for it is empty": "a days, b days",
    }
    assert max(len(each.places) for each in group.statements) > FIRST


def test_a_group_sums_its_findings_up() -> None:
    """Rules, operations and times of all, and the level of each."""
    (group,) = grouped(
        [
            status("credentials", "a", "an unknown credential", "401", "200"),
            status("credentials-first", "b", "an unknown credential beside a bad parameter", "401", "200"),
        ]
    )
    assert (group.rules, group.operations) == (("credentials", "credentials-first"), ("a", "b"))
    assert (group.times, group.level, group.id) == (4, "must", "credentials (must): 200 for 401")


def test_every_finding_has_the_id_of_its_group() -> None:
    """Two groups never share one."""
    findings = [found("T-1", "a"), found("T-2", "a"), found("T-1", "b")]
    ids = group_ids(findings)
    assert [ids[id(each)] for each in findings] == ["T-1 (must)", "T-2 (must)", "T-1 (must)"]


def test_all_tells_each_finding_by_itself() -> None:
    """With `--all` reports for people have no groups."""
    findings = (found("T-1", "a"), found("T-1", "b"))
    verdict = Verdict("t", "t", "http://h", "broken", findings)
    assert [len(group.parts) for group in groups_of(verdict, findings)] == [2]
    apart = groups_of(replace(verdict, each_part=True), findings)
    assert apart == tuple(Group("T-1 (must)", (each,)) for each in findings)


def test_a_cause_tells_no_credential() -> None:
    """The request is part of a cause, as a digest."""
    request = Request("a", "GET", "https://tiny.example/a?key=tiny-key-1234", ())
    breach = Breach("valid-request", "must", "", "status 200", "status 500", "a valid request")
    assert "tiny-key-1234" not in str(causes_of(breach, request, "", IDS))


def of_a_429(rule: str, place: str, message: str, expected: str, code: int | None) -> Finding:
    """A finding about the reply of that status."""
    breach = Breach(rule, "must", place, expected, "nothing", message)
    part = found(rule, "getUsage", place, message=message, expected=expected)
    return replace(part, causes=causes_of(breach, part.request, place, IDS, code))


def test_a_limiter_before_the_api_is_one_cause() -> None:
    """Its 429 lacks the API's headers and its fields; that of another status may have another cause."""
    schema = "the body is valid against its schema"
    limited = [
        of_a_429("header", "headers/retry-after", "a required header is there", "a header", 429),
        of_a_429("header", "headers/x-ratelimit-limit", "a required header is there", "a header", 429),
        of_a_429("schema", "", schema, "a field 'error'", 429),
    ]
    elsewhere = of_a_429("schema", "/total", schema, "type integer", 400)
    own_rule = of_a_429("AC-1", "/error", "the limit is told", "told", 429)

    assert [len(group.parts) for group in grouped([*limited, elsewhere, own_rule])] == [3, 1, 1]


def test_a_web_page_before_the_api_breaks_its_media_type_alone() -> None:
    """That it has none of the API's headers follows."""
    breaches = [
        Breach("media-type", "must", "headers/content-type", "application/json", "text/html", "documented"),
        Breach("header", "must", "headers/x-ratelimit-limit", "a header", "nothing", "there"),
        Breach("json", "must", "", "JSON", "<html>", "JSON"),
    ]

    assert [each.rule for each in without_consequences(breaches, is_page=True)] == ["media-type"]
    assert [each.rule for each in without_consequences(breaches)] == ["media-type", "header"]
    assert without_consequences(breaches[1:2], is_page=True) == breaches[1:2]
