"""Numbers are of a size that somebody who knows the trade believes, by their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.values import figures
from metermock.server.generation.values.scene import Scene, salt
from metermock.server.generation.words import sizes
from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    TEXT,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

NOW = 1_773_848_527
ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "unlimited", "huge")
SPAN = query(start_date=DATE, end_date=DATE)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("requests_per_month", 1_000, 500_000),
        ("apiCallsPerMonth", 1_000, 500_000),
        ("monthly_quota", 1_000, 500_000),
        ("requests_per_second", 5, 100),
        ("requests_per_minute", 60, 1_000),
        ("seats_limit", 5, 100),
        ("max_projects", 5, 100),
        ("storage_limit_gb", 5, 500),
        ("bandwidth_limit_bytes", 10**9, 10**11),
        ("usage_this_month", 0, 4_000),
        ("calls_month", 0, 4_000),
        ("exp_month", 1, 12),
        ("exp_year", 2027, 2031),
        ("dedicated_ips", 0, 25),
        ("bandwidth", 5 * 10**7, 4 * 10**10),
    ],
)
def test_whole_numbers(name: str, low: int, high: int) -> None:
    """Limits go with their time and thing, and a count of a month is no month."""
    make = figures.maker(name, COUNT, integer=True)
    numbers = [make(Scene(NOW), salt(number)) for number in range(60)]

    assert low <= min(numbers) <= max(numbers) <= high
    assert len(set(numbers)) > 1


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("unit_price", 0.001, 0.5), ("price_per_unit", 0.001, 0.5), ("monthly_price", 4, 300), ("cost", 2, 600)],
)
def test_amounts_of_money(name: str, low: float, high: float) -> None:
    """A unit costs less than a plan, and nothing costs tens of thousands."""
    make = figures.maker(name, AMOUNT, integer=False)
    numbers = [make(Scene(NOW), salt(number)) for number in range(60)]

    assert low <= min(numbers) <= max(numbers) <= high


def test_who_has_done_nothing_has_prices_and_plans_too() -> None:
    """Only what is used up is nought for the account that is empty."""
    empty = Scene(NOW, account="empty")
    numbers = {
        name: figures.maker(name, COUNT, integer=True)(empty, 1)
        for name in ("price_cents", "exp_year", "requests_per_month", "requests", "usage_this_month")
    }

    assert [name for name, number in numbers.items() if not number] == ["requests", "usage_this_month"]


def test_days_that_are_left_are_those_of_the_month(tmp_path: Path) -> None:
    """Whatever the account is, on the 18th of March thirteen whole days follow."""
    ask = asking(tmp_path, object_of(days_left_in_billing_cycle=COUNT))

    assert {ask(account)["days_left_in_billing_cycle"] for account in ACCOUNTS} == {13}


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("plan", ["requests_per_month", "monthly_quota"])
def test_the_limit_of_a_plan_is_that_of_the_use(tmp_path: Path, account: str, plan: str) -> None:
    """The plan says the limit of the usage page; where only the plan has one, the days stay within it."""
    day = {"/usage/daily": (object_of(data=rows_of(date=DATE, requests=COUNT)), SPAN)}
    own = {"/plan": (object_of(plan=TEXT, **{plan: COUNT}), ())}
    usage = {"/usage": (object_of(requests_used=COUNT, requests_limit=COUNT), ())}
    (tmp_path / "alone").mkdir()
    ask = asking_all(tmp_path, {**day, **own, **usage}, "/plan")
    alone = asking_all(tmp_path / "alone", {**day, **own}, "/plan")
    used = sum(
        row["requests"] for row in alone(account, path="/usage/daily", start_date="2026-03-01")["data"]
    )

    assert ask(account)[plan] == ask(account, path="/usage")["requests_limit"] >= 1_000
    assert (used > alone(account)[plan]) is (account == "over-limit")


@pytest.mark.parametrize("account", ACCOUNTS)
def test_parts_of_one_thing_agree_without_a_word_for_it(tmp_path: Path, account: str) -> None:
    """A bare total is a sum, a breakdown makes its whole, and a month has no less than its week."""
    part = {"incoming": COUNT, "outgoing": COUNT, "total": COUNT}
    body: dict[str, Any] = asking(
        tmp_path,
        object_of(
            accepted=object_of(**part),
            traffic=object_of(all=COUNT, cached=COUNT, uncached=COUNT),
            total_minutes_used=COUNT,
            included_minutes=COUNT,
            minutes_used_breakdown=object_of(ubuntu=COUNT, macos=COUNT),
            users=object_of(daily_active_users=COUNT, weekly_active_users=COUNT, monthly_active_users=COUNT),
            plan=object_of(emails_per_month=COUNT, emails_per_day=COUNT),
        ),
    )(account)

    assert body["accepted"]["incoming"] + body["accepted"]["outgoing"] == body["accepted"]["total"]
    assert body["traffic"]["cached"] + body["traffic"]["uncached"] == body["traffic"]["all"]
    assert sum(body["minutes_used_breakdown"].values()) == body["total_minutes_used"]
    assert [*body["users"].values()] == sorted(body["users"].values())
    assert body["plan"]["emails_per_day"] <= body["plan"]["emails_per_month"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_net_is_gross_without_the_discount_and_what_is_paid_is_not_due(tmp_path: Path, account: str) -> None:
    """To the cent, and a paid invoice has nothing left."""
    status = {"enum": ["open", "paid", "void"]}
    invoices = rows_of(status=status, amount_due=COUNT, amount_paid=COUNT, amount_remaining=COUNT)
    items = rows_of(
        quantity=COUNT, unit_price=AMOUNT, gross_amount=AMOUNT, discount_amount=AMOUNT, net_amount=AMOUNT
    )
    body = asking(tmp_path, object_of(invoices=invoices, summary=object_of(items=items)))(account)

    for each in body["invoices"]:
        assert each["amount_due"] == each["amount_paid"] + each["amount_remaining"]
        assert (each["amount_remaining"] == 0) is (each["status"] == "paid")
    for each in body["summary"]["items"]:
        assert each["gross_amount"] == pytest.approx(each["quantity"] * each["unit_price"], abs=0.006)
        assert each["net_amount"] == pytest.approx(each["gross_amount"] - each["discount_amount"], abs=0.001)


@pytest.mark.parametrize("account", ["steady", "empty", "huge"])
def test_a_list_that_no_parameter_cuts_has_no_other_pages(tmp_path: Path, account: str) -> None:
    """Nobody could ask for them: `has_more` is false, `next_page` null, and the total is what is there."""
    flag, text = {"type": "boolean"}, {"type": ["string", "null"]}
    rows = {"data": rows_of(name=TEXT), "has_more": flag, "next_page": text, "meta": object_of(total=COUNT)}
    paths = {
        "/keys": (object_of(**rows), ()),
        "/days": (object_of(**{**rows, "data": rows_of(date=DATE, calls=COUNT)}), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/keys")
    for path in paths:
        body = ask(account, path=path)
        assert (body["has_more"], body["next_page"]) == (False, None)
        assert body["meta"]["total"] == len(body["data"])
        assert bool(body["data"]) is (account != "empty")


def test_what_is_called_a_limit() -> None:
    """Means, prices and what is used of a limit are none."""
    names = (
        "calls_per_month",
        "rpm",
        "max_seats",
        "quota",
        "price_per_month",
        "avg_calls_per_day",
        "max_latency",
    )

    assert [name for name in names if sizes.is_limit(name)] == [*names[:4]]


@pytest.mark.parametrize("account", ["near-limit", "over-limit", "steady"])
@pytest.mark.parametrize(
    "limit",
    [{"type": "integer", "enum": [100, 1_000, 10_000]}, {"type": "string", "pattern": r"^\d+$"}],
    ids=["listed", "text"],
)
def test_a_limit_bounds_the_use_however_it_is_written(
    tmp_path: Path, account: str, limit: dict[str, Any]
) -> None:
    """One of a list of limits, or a text of digits, is that of which the account has used its part."""
    body = asking(tmp_path, object_of(monthly_limit=limit, used=COUNT, remaining=COUNT))(account)
    whole = int(body["monthly_limit"])

    assert body["remaining"] == max(whole - body["used"], 0)
    assert (body["used"] > whole) is (account == "over-limit")
    assert body["used"] >= 0.9 * whole or account == "steady"


def test_amounts_as_texts_have_the_size_of_numbers(tmp_path: Path) -> None:
    """Whatever the pattern of digits would let them be."""
    text = {"type": "string", "pattern": r"^\d+\.\d{4}$"}
    body = asking(tmp_path, object_of(total_cost=text, unit_price=text))()

    assert 2 <= float(body["total_cost"]) <= 600
    assert float(body["unit_price"]) < 1
