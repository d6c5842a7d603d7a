"""What one account was given must not work for another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from metermock.checker.checks.isolation import ask_for_foreign_values
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from tests.checker.conftest import Seen
from tests.checker.engine.plain import contract_of
from tests.checker.engine.test_pieces import session_of


def found_between(name: str, operation_id: str, url: str, accounts: tuple[TargetAccount, ...]) -> list[str]:
    """The rules of isolation that asking with each other's values finds broken."""
    session = session_of(Target("feed", contract_of(name), url, accounts))
    operation = session.contract.operation(operation_id)
    with session.client:
        answers = {account: session.ask(operation, {}, account) for account in accounts}
        ask_for_foreign_values(session, operation, {one: answer for one, answer in answers.items() if answer})
        verdict = session.collector.verdict(requests=2, seconds=0.0)
    return [finding.rule for finding in verdict.findings if finding.rule == session.ids.isolation]


def keys_of_strangers(
    serve: Callable[..., Any], own: tuple[str, str], owners: tuple[str, str] = ("", "")
) -> list[str]:
    """What asking with another account's cursor finds, where every cursor is accepted."""

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        event = own["key-b" in seen.headers["authorization"]]
        page = {"limit": 20, "next": "c" * 9, "prev": None if "cursor" not in seen.target else "p" * 9}
        meta = {"request_id": "c1d2a7f8-3b64-4e59-a0f7-58e9b6d41c23", "timestamp": "2026-03-18T15:42:07Z"}
        return 200, {}, json.dumps({"data": [{"id": event}], "pagination": page, "meta": meta}).encode()

    accounts = tuple(
        TargetAccount(key, {"liveApiKey": Secret(f"key-{key}", "")}, owner=owner)
        for key, owner in zip("ab", owners, strict=True)
    )
    return found_between("onepin", "listUsageActivity", serve(respond).url, accounts)


def test_a_cursor_of_another_account_must_be_refused(serve: Callable[..., Any]) -> None:
    """Where two accounts have nothing in common; two keys of one workspace may share its cursors."""
    apart, alike = ("evt_2k9d7m4xq0", "evt_9z8y7x6w5v"), ("evt_2k9d7m4xq0", "evt_2k9d7m4xq0")
    assert keys_of_strangers(serve, apart) == ["isolation"]
    assert keys_of_strangers(serve, alike) == []
    assert keys_of_strangers(serve, alike, ("acme", "globex")) == ["isolation"]
    assert keys_of_strangers(serve, apart, ("acme", "acme")) == []


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"a": ("one", "two"), "b": ("three",)}, ["one", "three"]),
        ({"a": ("one", "two"), "b": ("two", "one")}, []),
        ({"a": (), "b": ("three",)}, ["three"]),
        ({"a": ("one",), "b": ("none",)}, []),
    ],
    ids=["strangers", "two credentials of one account", "a stranger without any", "no reply of its own"],
)
def test_a_key_that_the_own_report_lacks_must_be_refused(
    serve: Callable[..., Any], keys: dict[str, tuple[str, ...]], found: list[str]
) -> None:
    """A report names all keys of its account, so that owners need not be told."""
    asked = []

    def respond(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        account = seen.headers["authorization"][-1]
        asked.extend(re.findall("keyId=([a-z]+)", seen.target))
        rows = [{"keyId": key} for key in keys[account]]
        if "none" in keys[account] and "timeframe=all" in seen.target:
            return 500, {}, b"{}"
        return 200, {}, json.dumps({"timeSeries": ["2026-03-18"], "breakdown": {"byKey": rows}}).encode()

    accounts = tuple(TargetAccount(key, {"apiKey": Secret(f"key-{key}", "")}) for key in ("a", "b"))
    told = found_between("zkscore", "getDeveloperUsage", serve(respond).url, accounts)
    assert (asked, bool(told)) == (found, bool(found))
