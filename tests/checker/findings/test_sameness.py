"""What one reply to everything explains is one cause, and nothing else is of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from metermock.checker.deployment.request import Request
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.groups import grouped
from metermock.checker.findings.sameness import ENOUGH, Sameness
from metermock.checker.findings.verdict import Finding
from metermock.checker.reports.words import also
from metermock.contract import Breach, Contract
from metermock.project import open_project
from tests.checker.findings.test_groups import found

NAME = "getDeveloperUsage"
ECHO = ("ZK-7", "pagination echoes limit and offset")
WITHOUT = ("ZK-12", "without the errors, all else is the same")


@pytest.fixture(scope="module")
def contract() -> Contract:
    """A contract with rules about the request, relations, and rules about the reply alone."""
    return open_project().load_contract("zkscore")


def sameness(contract: Contract, digests: Any, asked: int = ENOUGH) -> Sameness:
    """What is known after requests for so many pages, the replies to which said this in turn."""
    known = Sameness(contract.operations, CheckIds.of(contract.document))
    for number in range(2 * asked):
        request = Request(NAME, "GET", "https://tiny.example", (("offset", str(number % asked)),))
        known.note(request, digests[number % len(digests)])
    return known


def causes(known: Sameness, rule: str, message: str) -> tuple[str, ...]:
    """The cause of a breach of this rule."""
    return known.cause_of(Breach(rule, "must", "", "", "", message), NAME)


@pytest.mark.parametrize("said", [ECHO, WITHOUT, ("isolation", "b does not see the usage of a")])
def test_one_reply_to_everything_breaks_what_speaks_of_the_request(
    contract: Contract, said: tuple[str, str]
) -> None:
    """A rule that reads it, requests for different things, and who asks."""
    (cause,) = causes(sameness(contract, [1]), *said)
    assert cause == f"{NAME} gives every request the same reply (must)"
    assert causes(sameness(contract, [1, 2]), *said) == ()
    assert causes(sameness(contract, [1], ENOUGH - 1), *said) == ()


def test_what_a_reply_breaks_by_itself_has_another_cause(contract: Contract) -> None:
    """Its sums are wrong whatever was asked; so is a rule of another document."""
    messages = {(rule.id, rule.message) for rule in contract.operation(NAME).rules}
    alone = [each for each in messages if not causes(sameness(contract, [1]), *each)]
    assert 0 < len(alone) < len(messages)
    assert ECHO in messages
    assert ECHO not in alone
    assert causes(sameness(contract, [1]), "ZK-99", "something else") == ()


def test_a_group_says_that_the_replies_are_the_same(contract: Contract) -> None:
    """One finding, with a line for each thing that is wrong."""
    known = sameness(contract, [1])

    def told(rule: str, message: str) -> Finding:
        part = found(rule, NAME, message=message)
        return replace(part, causes=(*part.causes, *causes(known, rule, message)))

    (group,) = grouped([told(*ECHO), told(*WITHOUT)])
    assert group.rules == ("ZK-7", "ZK-12")
    assert also(group) == [
        f"{NAME} gives every request the same reply, whatever that asks for",
        f'ZK-7 "{ECHO[1]}": {NAME}',
        f'ZK-12 "{WITHOUT[1]}": {NAME}',
    ]
    assert grouped([told(*ECHO)])[0].sameness == ()
