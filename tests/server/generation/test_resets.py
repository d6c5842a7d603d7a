"""When a limit begins anew, what it costs to be above it, and how much there is of a thing so old."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    SEEDS,
    TEXT,
    asking,
    asking_all,
    object_of,
    rows_of,
)

NOW = 1_773_848_527
"""The clock of a document without a world: 2026-03-18T15:42:07Z."""
SECONDS: dict[str, Any] = {"type": "integer", "description": "Seconds since the Unix epoch"}
MONTH, DAY, HOUR = "2026-04-01T00:00:00Z", "2026-03-19T00:00:00Z", "2026-03-18T16:00:00Z"
MINUTE = "2026-03-18T15:43:00Z"


def one_of(*values: str) -> dict[str, Any]:
    """The schema of a text that is one of these."""
    return {"type": "string", "enum": [*values]}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    ("fields", "name", "end"),
    [
        ({"limit": COUNT, "used": COUNT, "resets_at": INSTANT}, "resets_at", MONTH),
        ({"monthlyQuota": COUNT, "callsUsed": COUNT, "resetAt": INSTANT}, "resetAt", MONTH),
        ({"budgetUsd": AMOUNT, "spentUsd": AMOUNT, "budgetResetsOn": DATE}, "budgetResetsOn", MONTH[:10]),
        ({"daily_limit": COUNT, "used_today": COUNT, "resets_at": INSTANT}, "resets_at", DAY),
        ({"hourlyLimit": COUNT, "remaining": COUNT, "nextReset": INSTANT}, "nextReset", HOUR),
        ({"limit": COUNT, "used": COUNT, "reset": SECONDS}, "reset", 1_775_001_600),
        ({"window": one_of("day"), "limit": COUNT, "used": COUNT, "resetsAt": INSTANT}, "resetsAt", DAY),
        ({"current_period_end": INSTANT, "plan": TEXT, "renews_on": DATE}, "renews_on", MONTH[:10]),
        ({"hours_included": COUNT, "extra_fee_per_hour": AMOUNT, "renewsAt": INSTANT}, "renewsAt", MONTH),
        ({"talk_minutes_limit": COUNT, "minutes_used": COUNT, "resets_at": INSTANT}, "resets_at", MONTH),
        (
            {"minutes": COUNT, "overage_per_minute": AMOUNT, "plan": TEXT, "renews_at": INSTANT},
            "renews_at",
            MONTH,
        ),
        ({"rate_limit_per_minute": COUNT, "remaining": COUNT, "resets_at": INSTANT}, "resets_at", MINUTE),
        ({"daily_quota": COUNT, "used": COUNT, "reset_in_seconds": COUNT}, "reset_in_seconds", 29_873),
    ],
)
def test_a_limit_begins_anew_when_its_time_is_over(
    tmp_path: Path, account: str, fields: dict[str, Any], name: str, end: Any
) -> None:
    """The end is that of the month, day or hour that a name, a word beside it or a period says."""
    for seed in SEEDS:
        body = asking_all(tmp_path, {"/a": (object_of(**fields), [])}, "/a", seed=seed)(account)
        assert body[name] == end


def test_each_row_has_the_end_of_its_own_window(tmp_path: Path) -> None:
    """Of limits in a list each begins anew by its own word, and its window is as long as that says."""
    ends = {"minute": ("2026-03-18T15:43:00Z", 60), "hour": (HOUR, 3_600), "day": (DAY, 86_400)}
    row = {
        "window": one_of(*ends),
        "limit": COUNT,
        "used": COUNT,
        "resets_at": INSTANT,
        "window_seconds": COUNT,
    }
    seen = set()
    for account in ACCOUNTS:
        for each in asking(tmp_path, object_of(limits=rows_of(**row)))(account)["limits"]:
            assert (each["resets_at"], each["window_seconds"]) == ends[each["window"]]
            seen.add(each["window"])
    assert len(seen) > 1


def test_other_things_are_not_renewed_with_a_limit(tmp_path: Path) -> None:
    """A password, a certificate and a count of resets are no limits."""
    body = asking(
        tmp_path,
        object_of(
            limit=COUNT, used=COUNT, password_reset_at=INSTANT, certificate_renews_at=INSTANT, resets=COUNT
        ),
    )()
    assert MONTH not in body.values()
    assert body["resets"] < NOW


@pytest.mark.parametrize(
    "fields",
    [
        {"domain": TEXT, "expires_at": INSTANT, "renewal_date": DATE},
        {"contract_id": TEXT, "start_date": DATE, "end_date": DATE, "renewalDate": DATE},
        {"access_token": TEXT, "expires_in": COUNT, "refresh_expires_in": COUNT},
        {"title": TEXT, "auto_refresh_seconds": COUNT, "last_refresh": INSTANT, "refresh_after": INSTANT},
        {
            "plan": TEXT,
            "renewal_notice_days": COUNT,
            "tcp_resets_in": COUNT,
            "refresh_interval_seconds": COUNT,
        },
    ],
)
def test_what_no_limit_and_no_plan_stands_beside_is_not_renewed(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    """Domains, contracts, tokens and charts have days of their own, and a notice is no time until then."""
    until = {MONTH, MONTH[:10], "2026-03-01T00:00:00Z", 1_153_073, 14}
    seen = [
        asking_all(tmp_path, {"/a": (object_of(**fields), [])}, "/a", seed=seed)(account)
        for seed in SEEDS
        for account in ACCOUNTS
    ]
    for name in fields:
        assert not all(body[name] in until for body in seen)


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    "names",
    [
        ("used", "limit", "overage_cost", "overage_price"),
        ("callsUsed", "callsIncluded", "overageAmount", "pricePerCall"),
        ("used_gb", "included_gb", "overage_charge", "price_per_gb"),
    ],
)
def test_only_who_is_above_a_limit_pays_for_it(
    tmp_path: Path, account: str, names: tuple[str, str, str, str]
) -> None:
    """What it costs is the price of what is above the limit."""
    used, limit, cost, price = names
    schema = object_of(**{used: COUNT, limit: COUNT, cost: AMOUNT, price: AMOUNT})
    for seed in SEEDS:
        body = asking_all(tmp_path, {"/a": (schema, [])}, "/a", seed=seed)(account)
        over = max(body[used] - body[limit], 0)
        assert bool(over) is (account == "over-limit")
        assert body[cost] == pytest.approx(over * body[price], abs=0.01)


@pytest.mark.parametrize(
    ("born", "several"),
    [
        ("created_at", ("requests_today", "requests_this_month", "requests_total")),
        ("createdAt", ("calls7d", "calls30d", "lifetimeCalls")),
        ("first_seen", ("events_24h", "events_last_7_days", "events_all_time")),
    ],
)
def test_a_young_thing_has_been_used_less(tmp_path: Path, born: str, several: tuple[str, ...]) -> None:
    """Longer spans have no less than shorter ones, and spans from before a thing was made have all of it."""
    row = {"id": TEXT, born: INSTANT, **dict.fromkeys(several, COUNT)}
    begins: dict[str, int] = {
        "today": NOW // 86_400 * 86_400,
        "month": 1_772_323_200,
        "7": 7,
        "30": 30,
        "24": 1,
    }
    young = 0
    for seed in SEEDS:
        ask = asking_all(tmp_path, {"/keys": (object_of(keys=rows_of(**row)), [])}, "/keys", seed=seed)
        for each in (row for account in ACCOUNTS for row in ask(account)["keys"]):
            counts = [each[name] for name in several]
            assert counts == sorted(counts)
            made = datetime.fromisoformat(each[born]).timestamp()
            for shorter, longer in pairwise(several):
                begin = next(at for word, at in begins.items() if word in shorter)
                if made > (begin if begin > 100 else NOW - begin * 86_400):
                    young += 1
                    assert each[shorter] == each[longer]
    assert young


def test_a_month_limit_is_used_up_by_the_calls_of_the_month(tmp_path: Path) -> None:
    """What came today is a part of it, under either order of the fields."""
    fields = {
        "requests_today": COUNT,
        "requests_this_month": COUNT,
        "monthly_quota": COUNT,
        "keys_count": COUNT,
    }
    for account in ACCOUNTS:
        body = asking(tmp_path, object_of(**fields))(account)
        assert body["requests_today"] <= body["requests_this_month"]
        assert (body["requests_this_month"] > body["monthly_quota"]) is (account == "over-limit")


@pytest.mark.parametrize("stem", ["retention", "return", "score", "conversion"])
def test_levels_do_not_rise_with_the_span(tmp_path: Path, stem: str) -> None:
    """Of what does not add up over time a longer span may have less."""
    several = tuple(f"{stem}_{days}d" for days in (1, 7, 30))
    schema = object_of(**{name: {"type": "number"} for name in several})
    seen = [
        [asking_all(tmp_path, {"/a": (schema, [])}, "/a", seed=seed)(account)[name] for name in several]
        for seed in SEEDS
        for account in ACCOUNTS
    ]
    assert any(values != sorted(values) for values in seen)


def test_no_overage_of_several_costs_anything_below_the_limit(tmp_path: Path) -> None:
    """A fee beside the cost is nought too where nothing is above the limit."""
    schema = object_of(limit=COUNT, used=COUNT, overage_cost=AMOUNT, overage_fee=AMOUNT)
    for seed in SEEDS:
        ask = asking_all(tmp_path, {"/a": (schema, [])}, "/a", seed=seed)
        assert all(not ask(each)["overage_cost"] and not ask(each)["overage_fee"] for each in ACCOUNTS[:3])
        assert ask("over-limit")["overage_cost"]
