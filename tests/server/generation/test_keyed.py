"""Breakdowns share the number beside them: maps with names of their own, and lists beside other lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    SEEDS,
    TEXT,
    asking_all,
    object_of,
    rows_of,
)


def by(values: Any) -> dict[str, Any]:
    """The schema of an object whose fields have names of their own."""
    return {"type": "object", "additionalProperties": values}


def bodies(folder: Path, schema: Any) -> Any:
    """The replies of a schema to each account, under several seeds."""
    for seed in SEEDS:
        ask = asking_all(folder, {"/usage": (schema, [])}, "/usage", seed=seed)
        yield from (ask(account) for account in ACCOUNTS)


@pytest.mark.parametrize(
    ("whole", "name", "others"),
    [
        (("total_requests", COUNT), "by_endpoint", {"successful_requests": COUNT, "failed_requests": COUNT}),
        (
            ("totalTokens", COUNT),
            "tokensByModel",
            {"requests": COUNT, "inputTokens": COUNT, "outputTokens": COUNT},
        ),
        (("creditsUsed", COUNT), "byFeature", {"creditsLimit": COUNT, "creditsRemaining": COUNT}),
        (("events_received", COUNT), "by_source", {"bytes_ingested": COUNT}),
        (("total_cost", AMOUNT), "cost_by_project", {"total_requests": COUNT}),
        (("totalCalls", COUNT), "callsPerRegion", {"daily": rows_of(date=DATE, calls=COUNT)}),
        (("messages_sent", COUNT), "by_day", {}),
        (("emails", COUNT), "emails_breakdown", {"recipients": COUNT}),
    ],
)
def test_a_map_shares_what_stands_beside_it(
    tmp_path: Path, whole: tuple[str, Any], name: str, others: dict[str, Any]
) -> None:
    """Its numbers make the whole, whatever else is beside it."""
    schema = object_of(**{whole[0]: whole[1], **others, name: by(whole[1])})
    shown = 0
    for body in bodies(tmp_path, schema):
        if body[name]:
            assert sum(body[name].values()) == pytest.approx(body[whole[0]], abs=0.005)
            shown += body[whole[0]] > 0
    assert shown > len(SEEDS)


@pytest.mark.parametrize("around", ["totals", "summary", ""])
def test_objects_of_a_map_share_each_column(tmp_path: Path, around: str) -> None:
    """Calls, tokens and money of all models make those beside them; parts make the whole of their row."""
    inner = {
        "requests": COUNT,
        "inputTokens": COUNT,
        "outputTokens": COUNT,
        "totalTokens": COUNT,
        "costUsd": AMOUNT,
    }
    totals = {around: object_of(**inner)} if around else inner
    for body in bodies(tmp_path, object_of(**totals, byModel=by(object_of(**inner)))):
        beside, rows = body[around] if around else body, body["byModel"].values()
        assert beside["inputTokens"] + beside["outputTokens"] == beside["totalTokens"]
        for name in inner if rows else ():
            assert sum(row[name] for row in rows) == pytest.approx(beside[name], abs=0.005)
        for row in rows:
            assert row["inputTokens"] + row["outputTokens"] == row["totalTokens"]


def test_what_went_well_is_most_of_a_map_of_states(tmp_path: Path) -> None:
    """It is what the number beside the map says, under the words and codes that statuses have."""
    schema = object_of(
        total_requests=COUNT,
        successful_requests=COUNT,
        failed_requests=COUNT,
        by_status=by(COUNT),
        statusCodes=by(COUNT),
    )
    for body in bodies(tmp_path, schema):
        if body["total_requests"]:
            assert body["by_status"]["succeeded"] == body["successful_requests"]
            assert sum(body["statusCodes"].values()) == body["total_requests"]
            good = sum(number for code, number in body["statusCodes"].items() if code[0] == "2")
            assert good in (body["successful_requests"], body["total_requests"])


def test_two_lists_break_one_whole_down(tmp_path: Path) -> None:
    """Lists by key and by region make the same total, and the greatest ones stay a list of their own."""
    schema = object_of(
        requests=COUNT,
        by_key=rows_of(key_id=TEXT, requests=COUNT),
        byRegion=rows_of(region=TEXT, requests=COUNT),
        top_paths=rows_of(path=TEXT, requests=COUNT),
    )
    for body in bodies(tmp_path, schema):
        for name in ("by_key", "byRegion"):
            if body[name]:
                assert sum(row["requests"] for row in body[name]) == body["requests"]


def test_entries_of_a_map_have_what_is_their_own(tmp_path: Path) -> None:
    """Limits and prices of two resources differ, whatever the account's are; they add up to nothing."""
    entry = object_of(limit=COUNT, used=COUNT, remaining=COUNT)
    prices: dict[str, Any] = {"type": "number"}
    seen = set()
    for body in bodies(tmp_path, object_of(used=COUNT, resources=by(entry), prices=by(prices))):
        seen |= {tuple(each["limit"] for each in body["resources"].values())}
        for each in body["resources"].values():
            assert each["remaining"] == max(each["limit"] - each["used"], 0)
    assert any(len(set(limits)) > 1 for limits in seen)


def test_numbers_that_a_schema_bounds_stay_as_they_are(tmp_path: Path) -> None:
    """Where shares would break a bound, a reply is valid rather than added up."""
    small = {"type": "integer", "minimum": 0, "maximum": 5}
    schema = object_of(total_calls={"type": "integer", "minimum": 1_000}, by_model=by(small))
    for body in bodies(tmp_path, schema):
        assert all(each <= 5 for each in body["by_model"].values())


@pytest.mark.parametrize("name", ["cost_per_call", "costPer1kTokens", "cost_per_unit"])
def test_a_price_is_no_part_of_the_cost(tmp_path: Path, name: str) -> None:
    """What one call costs in each project does not add up to what all of them cost."""
    sums = [
        (round(sum(body[name].values()), 2), body["total_cost"])
        for body in bodies(tmp_path, object_of(total_cost=AMOUNT, **{name: by(AMOUNT)}))
        if body[name]
    ]
    assert sums
    assert all(made != cost for made, cost in sums)
