"""The small parts of the engine: what is compared, made up, learned from replies, and added up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from metermock.checker.checks.builtin import Builtin
from metermock.checker.checks.comparisons import Comparisons
from metermock.checker.checks.isolation import compare_accounts
from metermock.checker.checks.moving_data import moves
from metermock.checker.checks.seen_values import seen_values
from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.request import Request
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.findings.verdict import Finding, RuleCount, Verdict
from metermock.checker.inputs.refused_credentials import made_up, nearly
from metermock.checker.month_start import merged
from metermock.checker.parallel import in_parallel
from metermock.contract import Contract, Operation
from tests.checker.conftest import Seen
from tests.checker.engine.plain import contract_of, deployed

SECRET = "op_live_4f9a71c2e8b05d63"


def session_of(target: Target) -> Session:
    """A session with a deployment, outside a check."""
    options = Options(trust_env=False)
    collector = Collector(target, options)
    return Session(Client(target, options), collector, CheckIds.of(target.contract.document))


def held(target: Target, value: str, shell: str) -> Target:
    """The target with one account that has this secret."""
    return replace(target, accounts=(TargetAccount("busy", {"bearer": Secret(value, shell)}),))


@pytest.mark.parametrize(
    ("bodies", "moving"),
    [
        ([{"n": 1}, {"n": 2}, {"n": 5}], True),
        ([{"left": 9}, {"left": 9}, {"left": 4}], True),
        ([{"n": 1, "mean": 5}, {"n": 2, "mean": 4}, {"n": 3, "mean": 6}], True),
        ([{"n": 1}, {"n": 2}, {"n": 1}], False),
        ([{"n": 7}, {"n": 3}, {"n": 5}], False),
        ([{"names": ["a"]}, {"names": ["b"]}], False),
    ],
)
def test_new_data_go_one_way(bodies: list[Any], moving: bool) -> None:  # noqa: FBT001 - a table
    """Some counter rises, or falls, with every change; what goes to and fro is no new data."""
    assert moves(bodies) is moving


@pytest.mark.parametrize("value", [SECRET, "sk-ABCDEF0123456789", "ein.jwt.token-_x", "x"])
def test_a_made_up_credential_has_the_form_and_nothing_of_the_secret(value: str) -> None:
    """Its length, its punctuation and its public beginning, other letters behind that."""
    other = made_up(value)
    assert other != value
    assert len(other) == len(value)
    assert [c for c in other if not c.isalnum()] == [c for c in value if not c.isalnum()]
    assert value[-8:] not in other


def test_a_made_up_credential_begins_like_its_kind() -> None:
    """So that it is refused for being unknown, not for being malformed."""
    assert made_up(SECRET).startswith("op_live_")
    assert "4f9a71c2" not in made_up(SECRET)


def test_nearly_right_credentials_are_written_with_the_variable(target: Target) -> None:
    """A curl line shows how the shell makes them out of the variable, never a part of the secret."""
    for refused in nearly(held(target, SECRET, "$TINY_KEY")):
        other = refused.credential["bearer"]
        asked = Request(
            "getUsage", "GET", "http://h/usage", headers=(("Authorization", f"Bearer {other.value}"),)
        )
        line = asked.curl(refused.credential.values())
        assert other.value != SECRET
        assert "TINY_KEY" in line
        assert "4f9a71c2" not in line


def test_a_shell_makes_the_nearly_right_credentials(target: Target) -> None:
    """What stands in the curl line is the value that was sent."""
    shells = {str(one.credential["bearer"]) for one in nearly(held(target, SECRET, "$TINY_KEY"))}
    assert "${TINY_KEY%????}zzzz" in shells
    assert "${TINY_KEY}x" in shells
    assert "${TINY_KEY%?}" in shells


def test_nearly_right_credentials_of_files_name_the_file(target: Target) -> None:
    """A shell cannot cut what `cat` writes, so the line names the file as it is."""
    found = nearly(held(target, SECRET, "$(cat '/run/key')"))
    assert {str(refused.credential["bearer"]) for refused in found} == {"$(cat '/run/key')"}
    assert all(refused.credential["bearer"].value != SECRET for refused in found)


def test_good_values_are_read_out_of_replies() -> None:
    """`x-values-from` beside a parameter finds the keys of the account."""
    with deployed("zkscore", accounts=("steady",)) as target:
        session = session_of(target)
        with session.client:
            known = seen_values(session, target.contract.operation("getDeveloperUsage"), target.accounts[0])
    assert 0 < len(known["keyId"]) <= 4
    assert all(isinstance(key, str) for key in known["keyId"])
    assert known["includeErrors"] == (True, False)


def test_values_that_count_no_more_are_left_out(serve: Callable[..., Any]) -> None:
    """Somebody who left is still in the feed; `gone` says how a request for them is answered."""
    here, left = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    rows = ", ".join(f"""{{"user": {{"id": "{who}"}}}}""" for who in (left, here))
    server = serve(lambda seen: (404 if left in seen.target else 200, {}, f'{{"data": [{rows}]}}'.encode()))
    contract = contract_of("onepin")
    session = session_of(Target("feed", contract, server.url))
    with session.client:
        known = seen_values(session, contract.operation("listUsageActivity"), None)
    assert known["user_id"] == (here,)


def usage(*rows: int) -> bytes:
    """A reply of the tiny deployment."""
    return f'{{"total": {sum(rows)}, "rows": [{", ".join(f"""{{"calls": {n}}}""" for n in rows)}]}}'.encode()


def isolated(contract: Contract, url: str, accounts: tuple[TargetAccount, ...]) -> list[str]:
    """What comparing the accounts' replies finds."""
    session = session_of(Target("tiny", contract, url, accounts))
    operation = contract.operation("getUsage")
    with session.client:
        answers = {account: session.ask(operation, {}, account) for account in accounts}
        compare_accounts(session, operation, {one: answer for one, answer in answers.items() if answer})
        verdict = session.collector.verdict(requests=2, seconds=0.0)
    return [finding.rule for finding in verdict.findings]


@pytest.mark.parametrize(
    ("bodies", "other", "found"),
    [
        ((usage(1, 2), usage(1, 2)), "key-b", ["isolation"]),
        ((usage(1, 2), usage(1, 3)), "key-b", []),
        ((usage(0, 0), usage(0, 0)), "key-b", []),
        ((usage(1, 2), usage(1, 2)), "sk_live_b", []),
    ],
    ids=["the very same", "different", "both unused", "credentials of two kinds"],
)
def test_accounts_with_the_same_usage_are_reported(
    serve: Callable[..., Any], contract: Contract, bodies: tuple[bytes, bytes], other: str, found: list[str]
) -> None:
    """Only where both have usage, and their credentials are of one kind, so of two accounts."""
    server = serve(lambda seen: (200, {}, bodies["key-a" not in seen.headers.get("x-api-key", "")]))
    accounts = tuple(TargetAccount(key, {"header": Secret(key, "")}) for key in ("key-a", other))
    assert isolated(contract, server.url, accounts) == found


@pytest.mark.parametrize(
    ("keys", "owners", "found"),
    [
        (("key-a", "sk_live_b"), ("acme", "globex"), ["isolation"]),
        (("key-a", "key-b"), ("acme", "acme"), []),
    ],
    ids=["two owners", "one owner"],
)
def test_owners_tell_whose_credentials_are_whose(
    serve: Callable[..., Any],
    contract: Contract,
    keys: tuple[str, str],
    owners: tuple[str, str],
    found: list[str],
) -> None:
    """Two owners are compared whatever their credentials look like, two credentials of one never."""
    server = serve(lambda _: (200, {}, usage(1, 2)))
    accounts = tuple(
        TargetAccount(key, {"header": Secret(key, "")}, owner=owner)
        for key, owner in zip(keys, owners, strict=True)
    )
    assert isolated(contract, server.url, accounts) == found


def test_targets_are_checked_abreast_in_their_order(target: Target) -> None:
    """Each in a process of its own, the verdicts in the order of the targets."""
    targets = [replace(target, name=name) for name in ("a", "b", "c")]
    verdicts = in_parallel(lambda one: Verdict(one.name, "tiny", str(os.getpid()), "kept"), targets)
    assert [verdict.target for verdict in verdicts] == ["a", "b", "c"]
    assert (os.cpu_count() or 1) < 2 or str(os.getpid()) not in {verdict.url for verdict in verdicts}


def test_a_check_that_fails_abreast_fails_here(target: Target) -> None:
    """What one of them raises is raised again."""

    def check(one: Target) -> Verdict:
        if one.name == "b":
            raise ValueError(one.name)
        return Verdict(one.name, "tiny", "", "kept")

    with pytest.raises(ValueError, match="b"):
        in_parallel(check, [replace(target, name=name) for name in ("a", "b")])


def verdict(outcome: Any, *places: str, ran: int = 0) -> Verdict:
    """A verdict with findings at these places, and one rule that ran so often."""
    asked = Request("getUsage", "GET", "http://h/usage")
    findings = tuple(
        Finding("T-1", "must", "getUsage", "", 0, "", "", "", "", "", 1, asked, place) for place in places
    )
    rule = RuleCount("T-1", "must", "getUsage", ran=ran, failed=len(places))
    return Verdict("tiny", "tiny", "", outcome, findings, (rule,), requests=10, seconds=1.5)


def test_two_verdicts_become_one() -> None:
    """Counts are added, a finding of both is there once, and the worse outcome stands."""
    both = merged(verdict("kept", ran=0), verdict("broken", "/total", ran=3))
    assert (both.verdict, both.requests, both.seconds) == ("broken", 20, 3.0)
    assert [(rule.ran, rule.failed) for rule in both.rules] == [(3, 1)]
    again = merged(both, verdict("broken", "/total", "/rows", ran=1))
    assert [finding.place for finding in again.findings] == ["/total", "/rows"]


def test_a_second_look_that_failed_changes_no_outcome() -> None:
    """What could not be tested at a month's start leaves the first verdict as it was."""
    assert merged(verdict("kept", ran=1), verdict("untested")).verdict == "kept"
    assert merged(verdict("broken", "/total"), verdict("kept")).verdict == "broken"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"detail": "Not Found"}', []),
        (b"<h1>Not found</h1>", ["should"]),
        (b'{"error": {"code": "not_found"}}', ["should"]),
    ],
    ids=["as errors are", "a page", "another form"],
)
def test_unknown_paths_are_answered_in_the_form_of_errors(
    serve: Callable[..., Any], body: bytes, found: list[str]
) -> None:
    """What a contract's errors have in common, they have too; a gateway may answer, so it is no must."""
    session = session_of(Target("lost", contract_of("onceonly"), serve(lambda _: (404, {}, body)).url))
    operation = session.contract.operation("getMonthlyUsage")
    with session.client:
        Builtin(session).probes.routing(operation, None)
        verdict = session.collector.verdict(requests=2, seconds=0.0)
    assert [finding.level for finding in verdict.findings if finding.rule == "routing"] == found


def feed(*names: str) -> bytes:
    """A list of things that have names, and a count that is zero."""
    rows = ", ".join(f'{{"id": "{name}", "calls": 0}}' for name in names)
    return f'{{"total": 0, "rows": [{rows}]}}'.encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (feed("evt_2k9d7m4xq0", "evt_2k9d5p8wc3"), ["isolation"]),
        (feed("2026-03-18T15:42:07Z"), []),
        (b'{"total": 0, "rows": [{"calls": 0}], "next_page": "page_ABDGTUQA2"}', []),
        (
            b'{"total": 0, "rows": [{"calls": 0,"from": 1772409600, "to": 1772496000, "at": 1772409600123}]}',
            [],
        ),
    ],
    ids=["the same things", "the same instant", "the same cursor", "the same Unix times"],
)
def test_accounts_that_name_the_same_things_are_reported(
    serve: Callable[..., Any], contract: Contract, body: bytes, found: list[str]
) -> None:
    """A list of identifiers is usage, whatever its numbers say; an instant or a cursor is not."""
    server = serve(lambda _: (200, {}, body))
    accounts = tuple(TargetAccount(key, {"header": Secret(key, "")}) for key in ("key-a", "key-b"))
    rules = isolated(contract, server.url, accounts)
    assert [rule for rule in rules if rule not in {"schema", "undocumented-field"}] == found


def test_accounts_with_mostly_the_same_rows_are_reported(
    serve: Callable[..., Any], contract: Contract
) -> None:
    """Beside a total of their own, two accounts list the same things."""
    names = [f"evt_2k9d7m4xq{number}" for number in range(4)]
    bodies = (
        feed(*names),
        feed(*names[:3], "evt_9z8y7x6w5v"),
        feed(names[0], "evt_1a2b3c4d5e", "evt_5f6g7h8i9j"),
    )
    for second, found in ((bodies[1], ["isolation"]), (bodies[2], [])):
        server = serve(
            lambda seen, second=second: (200, {}, second if "key-b" in str(seen.headers) else bodies[0])
        )
        accounts = tuple(TargetAccount(key, {"header": Secret(key, "")}) for key in ("key-a", "key-b"))
        rules = isolated(contract, server.url, accounts)
        assert [rule for rule in rules if rule not in {"schema", "undocumented-field"}] == found


def looked_at(server: Any, monthly: Operation) -> list[str]:
    """What a look that nothing disturbs finds, at onceonly's usage of one kind."""
    session = session_of(Target("counting", contract_of("onceonly"), server.url))
    with session.client:
        Comparisons(session).undisturbed(monthly, session.make(monthly, {}, None))
        verdict = session.collector.verdict(requests=2, seconds=0.0)
    return [finding.rule for finding in verdict.findings]


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (lambda seen: seen.number, ["X-1"]),
        (lambda _: 7, []),
        (lambda _: time.monotonic_ns() // 1_000_000, []),
        (lambda seen: 7 - seen.number % 2, []),
    ],
    ids=["counts reads", "stands still", "moves by itself", "two replicas in turn"],
)
def test_a_read_that_counts_itself_is_told_from_data_that_move(
    serve: Callable[..., Any], count: Callable[[Seen], int], found: list[str]
) -> None:
    """After a pause without reads, data that move have moved on; a counter of reads has not."""
    monthly = contract_of("onceonly").operation("getMonthlyUsage")
    body = {"plan": "agency", "usage": 0, "limit": 2_000_000, "blocked_total_month": 0}

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        month = datetime.now(UTC).strftime("%Y-%m")
        return 200, {}, json.dumps({**body, "month": month, "requests_total_month": count(seen)}).encode()

    assert looked_at(serve(respond), monthly) == found
