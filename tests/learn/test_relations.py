"""Which relations pairs of replies suggest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Exchange, load_contract
from metermock.learn.learning import learned
from metermock.learn.names import may_stick_out
from metermock.learn.witness import Witness, Witnesses
from tests.learn import api


def learnt(folder: Path, found: list[Witness]) -> dict[str, Any]:
    """The relations that are learnt from these replies: rule and requests."""
    contract = api.contract(folder)
    (result,), _ = learned(contract.operations, Witnesses(tuple(found)), lambda _: None)
    return {each.rule: each.requests for each in result.relations}


def on_one_day() -> list[Witness]:
    """The replies of one day: then a parameter alone makes the difference."""
    return [each for each in api.witnesses() if each.exchange.now.startswith("2026-11-19")]


def test_a_parameter_leaves_the_rest_alone(tmp_path: Path) -> None:
    """The quota is the same for every period, so it stands beside what changes."""
    changed = "['days', 'failed', 'left', 'ok', 'percent', 'period', 'since', 'used']"

    found = learnt(tmp_path, on_one_day())

    assert found[f"omit(one.body, {changed}) == omit(other.body, {changed})"] == {
        "one": {"period": "month"},
        "other": {"period": "all"},
    }


def test_a_longer_span_holds_at_least_as_much(tmp_path: Path) -> None:
    """Counts rise from the month to all time, for every account on several days."""
    assert "less.body.used <= more.body.used" in learnt(tmp_path, api.witnesses())


def test_five_accounts_that_have_more_may_do_so_by_chance(tmp_path: Path) -> None:
    """Two spans are in order once in two, so of five accounts once in thirty-two for each count."""
    assert "less.body.used <= more.body.used" not in learnt(tmp_path, on_one_day())


def test_a_mean_does_not_rise(tmp_path: Path) -> None:
    """Of five accounts all have a higher one by chance once in thirty-two numbers."""
    path = tmp_path / "parcels.openapi.yaml"
    api.contract(tmp_path)
    names = {"used": "p95_ms", "ok": "avg_size", "failed": "success_rate", "left": "credits_left"}
    text = path.read_text("utf-8")
    found = api.witnesses()
    for old, new in names.items():
        text = text.replace(f" {old}", f" {new}")
        for each in found:
            each.exchange.body[new] = each.exchange.body.pop(old)
    path.write_text(text, "utf-8")

    (result,), _ = learned(load_contract(path).operations, Witnesses(tuple(found)), lambda _: None)

    assert "rising" not in {each.template for each in result.relations}


def test_a_span_that_fell_once_does_not_rise(tmp_path: Path) -> None:
    """One pair against it is enough."""
    found = api.witnesses()
    bodies = [each.exchange.body for each in found if each.exchange.parameters["period"] == "month"]
    bodies[0]["used"] = 10**6

    assert "less.body.used <= more.body.used" not in learnt(tmp_path, found)


@pytest.mark.parametrize(
    ("one", "other", "is_out"),
    [
        ("week", "month", True),
        ("this_week", "this_month", True),
        ("24h", "week", True),
        ("24h", "today", True),
        ("7d", "month", True),
        ("day", "week", False),
        ("hour", "day", False),
        ("month", "year", False),
        ("week", "30d", False),
        ("week", "all", False),
        ("7d", "30d", False),
    ],
)
def test_a_week_may_stick_out_of_its_month(one: str, other: str, *, is_out: bool) -> None:
    """On the first of a month its week holds more days than the month does."""
    assert may_stick_out(one, other) is is_out


def test_a_week_is_not_said_to_hold_at_most_its_month(tmp_path: Path) -> None:
    """On the day that was seen it does."""
    path = tmp_path / "parcels.openapi.yaml"
    api.contract(tmp_path)
    text = path.read_text("utf-8").replace("[month, all], default: month", "[week, month], default: week")
    path.write_text(text, "utf-8")
    names = {"month": "week", "all": "month"}
    found = [replace(each, exchange=_named(each.exchange, names)) for each in api.witnesses()]

    (result,), _ = learned(load_contract(path).operations, Witnesses(tuple(found)), lambda _: None)

    assert {each.template for each in result.relations} == {"leaves alone"}


def _named(exchange: Exchange, names: dict[str, str]) -> Exchange:
    return replace(exchange, parameters={key: names[each] for key, each in exchange.parameters.items()})


def test_two_operations_that_tell_the_same(tmp_path: Path) -> None:
    """A number of one name and value, of three accounts, is told of both."""
    path = tmp_path / "parcels.openapi.yaml"
    api.contract(tmp_path)
    head, tail = path.read_text("utf-8").split("components:")
    again = head[head.index("  /usage:") :].replace("/usage:", "/again:").replace("getUsage", "getAgain")
    path.write_text(f"{head}{again}components:{tail}", "utf-8")
    contract = load_contract(path)
    other = [replace(each, exchange=_of("getAgain", each.exchange)) for each in on_one_day()]

    (first, _), _ = learned(contract.operations, Witnesses((*on_one_day(), *other)), lambda _: None)

    assert "one.body.quota == other.body.quota" in {each.rule for each in first.relations}


def _of(operation: str, exchange: Exchange) -> Exchange:
    return replace(exchange, operation=operation)


def test_a_number_that_hardly_varies_is_not_left_alone(tmp_path: Path) -> None:
    """All quotas but two are alike: then nobody knows whether the period has to do with them."""
    found = on_one_day()
    for each in found:
        each.exchange.body["quota"] = 900 if each.account == "account 1" else 400

    told = learnt(tmp_path, found)

    assert not any("omit(" in rule for rule in told)


def test_the_instant_of_the_reply_is_left_out(tmp_path: Path) -> None:
    """Of two replies in one second it is the same, and so whether it changes would be luck of the run."""
    found = on_one_day()
    path = tmp_path / "parcels.openapi.yaml"
    api.contract(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace(
            "used: {type: integer}", "used: {type: integer}\n                  at: {type: string}"
        ),
        "utf-8",
    )
    for each in found:
        each.exchange.body["at"] = each.exchange.now

    (result,), _ = learned(load_contract(path).operations, Witnesses(tuple(found)), lambda _: None)

    (rule,) = {each.rule for each in result.relations if each.template == "leaves alone"}
    assert rule.startswith("omit(one.body, ['at', 'days', 'failed', 'left'")


LEFT = """
  /rest:
    get:
      operationId: getRest
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, required: [quota_left], properties: {quota_left: {type: integer}}}
"""


def rest_of(folder: Path, left: dict[str, int]) -> dict[str, str]:
    """The relations beside an operation that tells what is left of a quota and nothing else, by messages."""
    path = folder / "parcels.openapi.yaml"
    api.contract(folder)
    head, tail = path.read_text("utf-8").split("components:")
    path.write_text(f"{head}{LEFT}components:{tail}", "utf-8")
    found = [each for each in on_one_day() if each.exchange.parameters["period"] == "month"]
    for each in found:
        del each.exchange.body["left"]
    more = [
        replace(
            each, exchange=replace(_of("getRest", each.exchange), parameters={}, body={"quota_left": rest})
        )
        for each in found
        if (rest := left.get(each.account)) is not None
    ]
    contract = load_contract(path)
    results, _ = learned(contract.operations, Witnesses((*found, *more)), lambda _: None)
    return {each.message: each.rule for result in results for each in result.relations}


def test_what_one_operation_says_is_left_of_what_another_one_counts(tmp_path: Path) -> None:
    """They have other names for it: `quota_left` is `quota` less `used`, as three accounts show."""
    found = [each for each in on_one_day() if each.exchange.parameters["period"] == "month"]
    left = {each.account: max(0, each.exchange.body["quota"] - each.exchange.body["used"]) for each in found}
    message = "quota_left is quota of getUsage less used of getUsage, never below zero"

    assert rest_of(tmp_path, left)[message] == (
        "one.body.quota_left == max([0, other.body.quota - other.body.used])"
    )
    left["account 3"] += 700
    assert message not in rest_of(tmp_path, left)
