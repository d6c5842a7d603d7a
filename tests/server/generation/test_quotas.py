"""Used, left, limit and percentage agree, under the names that APIs have for them, for every account."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

PERCENT: dict[str, Any] = {"type": "number", "maximum": 1000}
PART: dict[str, Any] = {"type": "number", "maximum": 1}
OR_NULL: dict[str, Any] = {"type": ["integer", "null"]}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("roles", "part", "whole"),
    [
        (("used", "limit", "remaining"), ("percent_used", AMOUNT), 100),
        (("calls", "quota", "remaining"), ("usage_percent", AMOUNT), 100),
        (("emails_sent", "emails_limit", "emails_left"), ("utilization", AMOUNT), 1),
        (("credits_consumed", "credits_included", "credits_available"), ("utilization", PERCENT), 100),
        (("usage", "allowance", "available"), ("usage_ratio", AMOUNT), 1),
        (("requests", "request_cap", "requests_remaining"), ("utilization", {"type": "integer"}), 100),
        (("usedCredits", "totalCredits", "unusedCredits"), ("percentUsed", AMOUNT), 100),
        (("api_calls", "monthly_quota", "left"), ("used_pct", AMOUNT), 100),
        (("pages_scanned", "pages_budget", "pages_left"), ("percent", AMOUNT), 100),
    ],
)
def test_used_and_left_make_the_limit(
    tmp_path: Path, account: str, roles: tuple[str, str, str], part: tuple[str, Any], whole: int
) -> None:
    """Nothing is left above the limit, and the percentage is the part that is used."""
    used, limit, left = roles
    name, schema = part
    body = asking(tmp_path, object_of(**{used: COUNT, limit: COUNT, left: COUNT, name: schema}))(account)

    assert body[left] == max(body[limit] - body[used], 0)
    if body[limit]:
        assert body[name] == pytest.approx(whole * body[used] / body[limit], abs=0.01 if whole == 1 else 1)


def test_a_part_that_cannot_be_more_than_all_of_it_is_all_of_it(tmp_path: Path) -> None:
    """The percentage of an account above its limit is the most that the schema allows."""
    assert asking(tmp_path, object_of(used=COUNT, limit=COUNT, share=PART))("over-limit")["share"] == 1


@pytest.mark.parametrize(
    ("account", "least", "most"),
    [("near-limit", 0.9, 0.99), ("over-limit", 1.001, 1.2), ("empty", 0, 0), ("quiet", 0, 0.05)],
)
@pytest.mark.parametrize("maximum", [1_000_000, 120])
def test_accounts_are_where_their_names_say(
    tmp_path: Path, account: str, least: float, most: float, maximum: int
) -> None:
    """Near the limit is at least nine tenths and below it; over is above; empty has nought."""
    limit = {"type": "integer", "minimum": 10, "maximum": maximum}
    body = asking(tmp_path, object_of(calls=COUNT, call_limit=limit))(account)

    assert least <= body["calls"] / body["call_limit"] <= most


def test_nobody_is_above_a_hard_limit(tmp_path: Path) -> None:
    """What is above the soft limit stays within the hard one."""
    body = asking(tmp_path, object_of(used=COUNT, soft_limit=COUNT, hard_limit=COUNT))("over-limit")

    assert body["soft_limit"] < body["used"] <= body["hard_limit"]


@pytest.mark.parametrize(("schema", "value"), [(OR_NULL, None), (WHOLE, -1)])
def test_without_a_limit_there_is_none(tmp_path: Path, schema: dict[str, Any], value: int | None) -> None:
    """The unlimited account has null where the schema takes it, else -1; nothing is left of it, or used."""
    fields = {"used": COUNT, "limit": schema, "remaining": schema, "is_unlimited": {"type": "boolean"}}
    ask = asking(tmp_path, object_of(**fields, percent_used=AMOUNT))

    assert {name: each for name, each in ask("unlimited").items() if name != "used"} == {
        "limit": value,
        "remaining": value,
        "percent_used": 0,
        "is_unlimited": True,
    }
    assert ask("steady")["is_unlimited"] is False


def test_an_account_without_calls_never_used_anything(tmp_path: Path) -> None:
    """Its counts are nought, its lists and maps are empty, and it was last used never."""
    last = {"type": ["string", "null"], "format": "date-time"}
    by_model = {"type": "object", "additionalProperties": COUNT}
    rows = rows_of(date=DATE, calls=COUNT)
    ask = asking(tmp_path, object_of(calls=COUNT, days=rows, by_model=by_model, last_used_at=last))

    assert ask("empty") == {"calls": 0, "days": [], "by_model": {}, "last_used_at": None}
    assert ask("steady")["by_model"]


def test_a_huge_account_counts_in_millions(tmp_path: Path) -> None:
    """Counts and limits are of millions, within their bounds; what is no count is as usual."""
    seats = {"type": "integer", "maximum": 50}
    schema = object_of(
        tokens=COUNT, limit=COUNT, used=COUNT, seats=seats, latency_ms=COUNT, http_status=COUNT
    )
    body = asking(tmp_path, schema)("huge")

    assert min(body["tokens"], body["limit"], body["used"]) >= 1_000_000
    assert body["seats"] <= 50
    assert body["latency_ms"] < 10_000


def test_periods_have_limits_of_their_own(tmp_path: Path) -> None:
    """What is used of the day has nothing to do with the month's limit."""
    names = [f"{period}_{role}" for period in ("daily", "monthly") for role in ("limit", "used", "remaining")]
    body = asking(tmp_path, object_of(**dict.fromkeys(names, COUNT)))()

    for period in ("daily", "monthly"):
        assert body[f"{period}_used"] + body[f"{period}_remaining"] == body[f"{period}_limit"]


def test_the_limit_of_a_page_is_no_quota(tmp_path: Path) -> None:
    """`limit` beside a list and its count is the size of the page."""
    schema = object_of(limit=COUNT, total=COUNT, data=rows_of(id=TEXT, at=INSTANT))
    body = asking(tmp_path, schema, query(limit=WHOLE, offset=WHOLE))(limit=3)

    assert body["limit"] == len(body["data"]) == 3
    assert body["total"] > 3


@pytest.mark.parametrize("account", ["steady", "over-limit", "huge"])
@pytest.mark.parametrize(
    ("total", "column"),
    [("emails_sent", "sent"), ("used", "calls"), ("calls_used", "calls"), ("requests", "requests")],
)
def test_days_make_what_is_used(tmp_path: Path, account: str, total: str, column: str) -> None:
    """The rows share what is used of the limit, beside them or in an object, and agree in themselves."""
    days = rows_of(date=DATE, **{column: COUNT}, opened=COUNT, errors=COUNT)
    limits = {total: COUNT, "limit": COUNT, "remaining": COUNT}
    flat = asking(tmp_path, object_of(**limits, days=days))(account)
    deep = asking(tmp_path, object_of(usage=object_of(**limits), days=days))(account)

    for body, usage in ((flat, flat), (deep, deep["usage"])):
        assert sum(row[column] for row in body["days"]) == usage[total]
        assert usage["remaining"] == max(usage["limit"] - usage[total], 0)
        assert all(row["opened"] + row["errors"] <= row[column] for row in body["days"])


@pytest.mark.parametrize("account", [*ACCOUNTS, "unlimited"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_used_does_not_fall_within_a_month(tmp_path: Path, account: str, seed: int) -> None:
    """From the first second of a month to its last, more is used, of the same limit; then it begins anew."""
    schema = object_of(calls=COUNT, limit=OR_NULL)
    ask = asking_all(tmp_path, {"/usage": (schema, ())}, "/usage", seed=seed)
    begin, after = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (2, 3))
    bodies = [ask(account, now=begin + (after - 1 - begin) * part // 40) for part in range(41)]
    used = [body["calls"] for body in bodies]

    assert used == sorted(used)
    assert len({body["limit"] for body in bodies}) == 1
    if account == "steady":
        assert used[0] < used[-1] / 100
        assert ask(account, now=after)["calls"] < used[-1] / 100
