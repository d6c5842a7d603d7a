"""A list of limits has one row for each thing that is limited, and says of it what other operations say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    SEEDS,
    TEXT,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "empty", "huge")
METRIC = {"type": "string", "enum": ["minutes", "rides", "members"]}
QUOTA = {"metric": METRIC, "limit": COUNT, "used": COUNT, "remaining": COUNT, "percent_used": AMOUNT}
SPAN = query(**{"from": DATE, "to": DATE})
PLAN = object_of(minutes_included={"type": ["integer", "null"], "minimum": 0}, monthly_fee=AMOUNT)
DAYS = object_of(days=rows_of(date=DATE, rides=COUNT, minutes=COUNT))
USAGE = object_of(
    rides=COUNT,
    minutes=COUNT,
    minutes_included=PLAN["properties"]["minutes_included"],
    minutes_remaining=COUNT,
)
PATHS: dict[str, Any] = {
    "/quotas": (object_of(quotas=rows_of(**QUOTA)), []),
    "/account/plan": (PLAN, []),
    "/usage": (USAGE, SPAN),
    "/usage/daily": (DAYS, SPAN),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_row_says_what_the_plan_and_the_totals_say(tmp_path: Path, account: str, seed: int) -> None:
    """The limit is that of the plan, and what is used is of this month, also where nothing else limits it."""
    ask = asking_all(tmp_path, PATHS, "/quotas", seed=seed)
    rows = {row["metric"]: row for row in ask(account)["quotas"]}
    month = {"from": "2026-03-01", "to": "2026-03-31"}
    total = ask(account, path="/usage", **month)

    assert [*rows] == METRIC["enum"]
    assert rows["minutes"]["limit"] == ask(account, path="/account/plan")["minutes_included"]
    assert rows["minutes"]["used"] == total["minutes"]
    assert rows["rides"]["used"] == total["rides"]
    for row in rows.values():
        assert row["remaining"] == max(row["limit"] - row["used"], 0)
        assert row["percent_used"] == pytest.approx(100 * row["used"] / row["limit"], abs=0.01)
        assert (row["used"] > row["limit"]) is (account == "over-limit")
        assert (row["percent_used"] >= 90) is (account in ("near-limit", "over-limit"))
    assert rows["members"]["limit"] <= 100


@pytest.mark.parametrize(
    "row",
    [
        {"resource": {"type": "string", "enum": ["API_CALLS", "SEATS"]}, "quota": COUNT, "usage": COUNT},
        {"feature": {"enum": ["exports", "projects", "storage_gb"]}, "limit": COUNT, "remaining": COUNT},
        {"limit_type": {"enum": ["day", "month"]}, "limit": COUNT, "used": COUNT, "remaining": COUNT},
    ],
)
@pytest.mark.parametrize("is_bare", [True, False])
def test_each_listed_label_has_one_row(tmp_path: Path, row: dict[str, Any], *, is_bare: bool) -> None:
    """In other spellings, and where the list is the reply."""
    schema = rows_of(**row) if is_bare else object_of(limits=rows_of(**row))
    for account in ACCOUNTS:
        body = asking(tmp_path, schema, path="/limits")(account)
        label = next(iter(row))
        assert [each[label] for each in (body if is_bare else body["limits"])] == row[label]["enum"]


def test_rows_that_are_things_of_their_own_are_as_many_as_before(tmp_path: Path) -> None:
    """Keys with limits have types that recur, and statuses are no labels."""
    kind = {"type": "string", "enum": ["live", "test"]}
    key = {"id": TEXT, "type": kind, "limit": COUNT, "used": COUNT, "remaining": COUNT}
    plan = {"name": TEXT, "status": kind, "limit": COUNT, "used": COUNT}
    for row, label in ((key, "type"), (plan, "status")):
        several = [asking(tmp_path, rows_of(**row), path="/keys")(account) for account in ACCOUNTS]
        counts = [Counter(each[label] for each in rows) for rows in several]
        assert any(count > 1 for each in counts for count in each.values())


def test_a_listed_label_stands_once_whatever_it_is_called_beside(tmp_path: Path) -> None:
    """`city_name` follows from `city`; a model and a region tell rows apart together."""
    city = {"type": "string", "enum": ["AMS", "RTM", "UTR"]}
    both = {"model": {"type": "string", "enum": ["small", "large"]}, "region": {"enum": ["eu", "us"]}}
    repeated = 0
    for account in ("steady", "quiet", "near-limit", "huge", "unlimited", "over-limit"):
        one = asking(tmp_path, object_of(cities=rows_of(city=city, city_name=TEXT, rides=COUNT)))(account)
        several = asking(tmp_path, object_of(rows=rows_of(**both, requests=COUNT)))(account)["rows"]
        codes = [each["city"] for each in one["cities"]]
        assert len(codes) == len({*codes})
        repeated += len(several) - len({each["model"] for each in several})
    assert repeated
