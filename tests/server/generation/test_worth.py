"""Tokens and costs are of a size that goes with what is counted beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, TEXT, asking, object_of, rows_of

ACCOUNTS = ("steady", "quiet", "near-limit", "huge", "unlimited")


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("counted", "dearest"),
    [("requests", 0.02), ("tokens", 0.000_02), ("emails_sent", 0.003), ("images", 0.08)],
)
def test_a_cost_is_the_price_of_what_stands_beside_it(
    tmp_path: Path, account: str, counted: str, dearest: float
) -> None:
    """Rows cost what so many of the thing cost, to a cent, and their total too."""
    ask = asking(
        tmp_path, object_of(total_cost=AMOUNT, models=rows_of(model=TEXT, cost=AMOUNT, **{counted: COUNT}))
    )
    body = ask(account)

    for row in body["models"]:
        assert row["cost"] <= row[counted] * dearest + 0.01
    assert round(sum(row["cost"] for row in body["models"]), 2) == round(body["total_cost"], 2)


def test_cents_are_a_hundredth(tmp_path: Path) -> None:
    """The same cost in cents has a hundred times the number."""
    cents = asking(tmp_path, object_of(calls=COUNT, cost_cents=COUNT))("huge")

    assert 1_000 < cents["cost_cents"] < cents["calls"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_calls_take_tokens(tmp_path: Path, account: str) -> None:
    """A call takes some hundreds, of which most are those of the prompt, and the total is both."""
    body: dict[str, Any] = asking(
        tmp_path, object_of(requests=COUNT, prompt_tokens=COUNT, completion_tokens=COUNT, total_tokens=COUNT)
    )(account)

    assert body["prompt_tokens"] + body["completion_tokens"] == body["total_tokens"]
    assert 150 * body["requests"] <= body["total_tokens"] <= 2_500 * body["requests"]
    assert body["prompt_tokens"] >= body["completion_tokens"]


def test_a_limit_of_tokens_takes_nothing_from_calls(tmp_path: Path) -> None:
    """What is used of a limit is what the account's situation says."""
    body = asking(tmp_path, object_of(requests=COUNT, tokens_used=COUNT, token_limit=COUNT))("near-limit")

    assert 0.89 * body["token_limit"] < body["tokens_used"] < body["token_limit"]
