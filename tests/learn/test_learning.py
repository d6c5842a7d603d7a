"""Which rules are learnt from replies, and which are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from metermock.contract import load_contract
from metermock.learn.learning import learned
from metermock.learn.witness import Witness, Witnesses, sound
from tests.learn import api

POST = "    post:\n      operationId: book"


def rules(folder: Path, found: list[Witness]) -> dict[str, str]:
    """The rules that are learnt from these replies, with their conditions."""
    contract = api.contract(folder)
    (result,), _ = learned(contract.operations, sound(contract, found), lambda _: None)
    return {each.candidate.rule: each.candidate.when for each in result.rules}


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The rules of the small API."""
    return rules(tmp_path_factory.mktemp("learn"), api.witnesses())


@pytest.mark.parametrize(
    "rule",
    [
        "body.used == sum(column(body.days, 'sent'))",
        "body.ok + body.failed == body.used",
        "body.left == max([0, body.quota - body.used])",
        "near(body.percent, percent(body.used, body.quota), 0.00501)",
        "body.period == request.period",
        "last(body.days, 1)[0].day == local_date(now, 'UTC')",
    ],
)
def test_what_the_replies_keep_is_learnt(learnt: dict[str, str], rule: str) -> None:
    """A sum, a remainder, a percentage, an echo and a window are found as a person would write them."""
    assert rule in learnt


def test_a_window_is_learnt_for_the_value_of_a_parameter(learnt: dict[str, str]) -> None:
    """What holds for one period alone is a rule with `when`."""
    assert learnt["body.since == month_start(local_date(now, 'UTC'))"] == "request.period == 'month'"


def test_nothing_is_learnt_that_only_follows_from_other_rules(learnt: dict[str, str]) -> None:
    """The smallest set is kept: no bound that a sum implies, no sum through a third field."""
    assert "body.ok <= body.used" not in learnt
    assert "body.ok + body.failed == sum(column(body.days, 'sent'))" not in learnt


def test_one_account_proves_no_law_of_its_quota(tmp_path: Path) -> None:
    """What never varied is not learnt: with a single quota nothing is said of the percentage's divisor."""
    one = [each for each in api.witnesses() if each.account == "account 1"]

    assert not any("quota" in rule for rule in rules(tmp_path, one))


def test_a_reply_that_breaks_the_rule_unlearns_it(tmp_path: Path) -> None:
    """A single witness against a rule is enough."""
    found = api.witnesses()
    found[7].exchange.body["failed"] += 1

    assert "body.ok + body.failed == body.used" not in rules(tmp_path, found)


def test_a_reply_that_breaks_its_schema_is_no_witness(tmp_path: Path) -> None:
    """It is left out, which is told."""
    found = api.witnesses()
    del found[0].exchange.body["ok"]

    result = sound(api.contract(tmp_path), found)

    assert len(result.all) == len(found) - 1
    assert result.left_out == (
        "getUsage: 1 of its replies break the contract; nothing was learned from these",
    )


def test_few_replies_teach_nothing(tmp_path: Path) -> None:
    """An operation with four good replies is told, and gets no rules."""
    contract = api.contract(tmp_path)

    found, lines = learned(contract.operations, Witnesses(tuple(api.witnesses()[:4])), lambda _: None)

    assert (found, lines) == (
        [],
        [
            (
                "getUsage was not learned from: 4 good replies of 1 account, and 5 are needed; "
                "name more accounts with --credential, or good values with --param"
            )
        ],
    )


@pytest.mark.parametrize(
    ("is_recorded", "said"),
    [
        (
            False,
            "book was not asked: POST may change data; record its use, and learn from it with --har",
        ),
        (
            True,
            (
                "book was not learned from: 0 good replies, and 5 are needed; "
                "record more of its use, by several accounts"
            ),
        ),
    ],
)
def test_what_was_not_asked_is_told_so(tmp_path: Path, said: str, *, is_recorded: bool) -> None:
    """A method that may change data is never sent; a recording may have it."""
    path = tmp_path / "book.openapi.yaml"
    path.write_text(api.DOCUMENT.replace("    get:\n      operationId: getUsage", POST), "utf-8")
    contract = load_contract(path)

    _, lines = learned(contract.operations, Witnesses((), is_recorded=is_recorded), lambda _: None)

    assert lines[0] == said
