"""One history of an account makes what all operations say that it has used, whatever their words are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metermock.ledger.calendar import DAY
from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.past import AccountPast, History
from metermock.server.generation.replies import Replies
from metermock.server.generation.values.flows import between
from metermock.server.generation.values.scene import Scene
from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    Ask,
    asking_all,
    object_of,
    query,
    rows_of,
    service_of,
)

ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "empty", "huge", "unlimited")
SPAN = query(start_date=DATE, end_date=DATE)
OR_NULL: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
SEEDS = (0, 1, 2)


def documents(folder: Path, seed: int, words: tuple[str, str, str, str]) -> Ask:
    """A limit in one operation, days in another, a summary with a breakdown in a third."""
    used, limit, column, rows = words
    paths = {
        "/usage": (object_of(**{used: COUNT, limit: OR_NULL}), ()),
        "/usage/daily": (object_of(**{rows: rows_of(date=DATE, **{column: COUNT})}), SPAN),
        "/usage/summary": (
            object_of(
                **{f"total_{column}": COUNT, f"{column}_today": COUNT, f"{column}_this_month": COUNT},
                by_model=rows_of(model=TEXT, **{column: COUNT}),
            ),
            SPAN,
        ),
    }
    return asking_all(folder, paths, "/usage", seed=seed)


WORDS = [
    ("used", "limit", "requests", "data"),
    ("calls", "quota", "api_calls", "series"),
    ("emails_sent", "monthly_limit", "emails", "stats"),
    ("tokensUsed", "tokenLimit", "tokens", "days"),
    ("credits_used", "included_credits", "credits", "items"),
    ("character_count", "character_limit", "characters", "usage"),
    ("minutes_used", "minutes_included", "minutes", "data"),
    ("computeHoursUsed", "computeHoursLimit", "compute_hours", "data"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_days_of_the_month_make_what_is_used_of_its_limit(
    tmp_path: Path, seed: int, words: tuple[str, str, str, str]
) -> None:
    """For each account the days add up, today is the last of them, and models and totals share the same."""
    used, limit, column, rows = words
    ask = documents(tmp_path, seed, words)
    for account in ACCOUNTS:
        body = ask(account)
        days = ask(account, path="/usage/daily", start_date="2026-03-01")[rows]
        told = ask(account, path="/usage/summary", start_date="2026-03-01")
        whole = sum(day[column] for day in days)

        assert whole == body[used] == told[f"total_{column}"] == told[f"{column}_this_month"]
        assert told[f"{column}_today"] == (days[-1][column] if days else 0)
        assert sum(row[column] for row in told["by_model"]) == (whole if told["by_model"] else 0)
        assert (whole > 0) is (account != "empty")
        if body[limit] is not None:
            assert (whole > body[limit]) is (account == "over-limit")
            assert (whole > body[limit] * 0.89) is (account in ("near-limit", "over-limit"))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_span_is_the_sum_of_its_steps(tmp_path: Path, seed: int) -> None:
    """Hours make days and days make totals, in any zone, of this month or another."""
    grain = {"type": "string", "enum": ["hour", "day", "month"], "default": "day"}
    zone = {"type": "string", "default": "UTC"}
    instants = query(**{"from": INSTANT, "to": INSTANT}, granularity=grain, timezone=zone)
    paths = {
        "/usage": (object_of(requests_used=COUNT, requests_limit=COUNT), ()),
        "/usage/series": (object_of(data=rows_of(timestamp=INSTANT, requests=COUNT)), instants),
        "/usage/total": (object_of(requests=COUNT), instants),
    }
    ask = asking_all(tmp_path, paths, "/usage", seed=seed)
    for start, end, zone_name in (
        ("2026-02-20T00:00:00Z", "2026-03-10T00:00:00Z", "UTC"),
        ("2025-12-31T23:00:00Z", "2026-01-02T23:00:00Z", "Europe/Berlin"),
    ):
        asked = {"from": start, "to": end, "timezone": zone_name}
        whole = ask(path="/usage/total", **asked)["requests"]
        for step in ("hour", "day"):
            rows = ask(path="/usage/series", **asked, granularity=step)["data"]
            assert sum(row["requests"] for row in rows) == whole > 0


@pytest.mark.parametrize("account", ["steady", "over-limit", "unlimited"])
@pytest.mark.parametrize(
    ("good", "bad", "whole"),
    [("successful_requests", "failed_requests", "total_requests"), ("ok", "errors", "calls")],
)
def test_what_went_wrong_adds_up_too(tmp_path: Path, account: str, good: str, bad: str, whole: str) -> None:
    """Good and bad calls of the days are those of the summary, and make its total."""
    paths = {
        "/stats": (object_of(data=rows_of(date=DATE, **{good: COUNT, bad: COUNT, whole: COUNT})), SPAN),
        "/stats/summary": (object_of(**{good: COUNT, bad: COUNT, whole: COUNT}), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/stats")
    for start in ("2026-01-05", "2026-03-01"):
        days = ask(account, start_date=start)["data"]
        told = ask(account, path="/stats/summary", start_date=start)
        for name in (good, bad, whole):
            assert sum(day[name] for day in days) == told[name]
        assert told[good] + told[bad] == told[whole]
        assert 0 < told[bad] < told[good] / 10


@pytest.mark.parametrize(
    ("prompt", "reply"), [("prompt_tokens", "completion_tokens"), ("inputTokens", "outputTokens")]
)
def test_tokens_of_prompts_and_replies_are_all_tokens(tmp_path: Path, prompt: str, reply: str) -> None:
    """A limit of tokens is used by both kinds, which the days tell apart."""
    paths = {
        "/quota": (object_of(tokens_used=COUNT, token_limit=COUNT), ()),
        "/usage": (object_of(data=rows_of(date=DATE, **{prompt: COUNT, reply: COUNT})), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/quota")
    days = ask(path="/usage", start_date="2026-03-01")["data"]

    assert sum(day[prompt] + day[reply] for day in days) == ask()["tokens_used"] > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_agree_to_the_cent(tmp_path: Path, seed: int) -> None:
    """Dollars of one operation are the cents of another, and the lines of a third."""
    cents = {"type": "integer", "minimum": 0}
    paths = {
        "/usage": (object_of(data=rows_of(date=DATE, requests=COUNT, cost=AMOUNT)), SPAN),
        "/billing/summary": (
            object_of(total_cost_cents=cents, by_model=rows_of(model=TEXT, cost=AMOUNT)),
            SPAN,
        ),
    }
    ask = asking_all(tmp_path, paths, "/usage", seed=seed)
    days = ask(start_date="2026-03-01")["data"]
    told = ask(path="/billing/summary", start_date="2026-03-01")

    assert round(100 * sum(day["cost"] for day in days)) == told["total_cost_cents"] > 0
    assert round(100 * sum(row["cost"] for row in told["by_model"])) == told["total_cost_cents"]


def test_a_part_of_the_use_is_below_the_whole(tmp_path: Path) -> None:
    """A query for one model gets less than all, in each operation; how it is grouped changes nothing."""
    parameters = [*SPAN, *query(model=TEXT, group_by=TEXT)]
    paths = {
        "/usage": (object_of(data=rows_of(date=DATE, tokens=COUNT)), parameters),
        "/usage/total": (object_of(total_tokens=COUNT), parameters),
    }
    ask = asking_all(tmp_path, paths, "/usage")
    found = {}
    for asked in ({}, {"model": "a"}, {"group_by": "model"}):
        days = ask(start_date="2026-03-01", **asked)["data"]
        found[str(asked)] = sum(day["tokens"] for day in days)
        assert found[str(asked)] == ask(path="/usage/total", start_date="2026-03-01", **asked)["total_tokens"]
    whole, part, grouped = found.values()

    assert 0 < part < whole == grouped


def test_each_owner_has_a_history_of_its_own(tmp_path: Path) -> None:
    """What a path names has its own use, in all operations with the same parameters."""
    owner = [{"name": "org", "in": "path", "required": True, "schema": TEXT}]
    paths = {
        "/orgs/{org}/usage": (object_of(used=COUNT, limit=COUNT), owner),
        "/orgs/{org}/usage/daily": (object_of(data=rows_of(date=DATE, calls=COUNT)), [*owner, *SPAN]),
    }
    ask = asking_all(tmp_path, paths, "/orgs/{org}/usage")
    used = {org: ask(org=org)["used"] for org in ("a", "b")}
    days = {
        org: ask(path="/orgs/{org}/usage/daily", org=org, start_date="2026-03-01")["data"]
        for org in ("a", "b")
    }

    assert {org: sum(day["calls"] for day in rows) for org, rows in days.items()} == used
    assert used["a"] != used["b"]


def test_what_no_name_ties_stays_as_it_is(tmp_path: Path) -> None:
    """Gauges, balances and limits of calls a second are no use, and things of a list have their own."""
    body = object_of(active_users=COUNT, seats=COUNT, balance=COUNT, avg_latency_ms=COUNT)
    paths = {
        "/usage": (object_of(data=rows_of(date=DATE, requests=COUNT, active_users=COUNT, seats=COUNT)), SPAN),
        "/usage/now": (object_of(**body["properties"], rate_limit=object_of(requests=COUNT)), ()),
        "/usage/keys": (object_of(data=rows_of(id=TEXT, used=COUNT, limit=COUNT)), ()),
    }
    alone = asking_all(
        tmp_path, {path: each for path, each in paths.items() if path != "/usage"}, "/usage/now"
    )
    expected = alone(), alone(path="/usage/keys")
    ask = asking_all(tmp_path, paths, "/usage")

    assert (ask(path="/usage/now"), ask(path="/usage/keys")) == expected


@pytest.mark.parametrize("asked_before", [(), ("/limits",)])
def test_days_are_those_of_the_month_only_beside_its_limit(
    tmp_path: Path, asked_before: tuple[str, ...]
) -> None:
    """Another object with the same days keeps its own, whichever of them was asked first."""
    shared = {"Days": object_of(days=rows_of(date=DATE, calls=COUNT))}
    days = {"$ref": "#/components/schemas/Days"}
    paths = {
        "/limits": ({"allOf": [days, object_of(used=COUNT, limit=COUNT)]}, ()),
        "/notes": ({"allOf": [days, object_of(note=TEXT)]}, ()),
    }
    ask = asking_all(tmp_path, paths, "/notes", shared=shared)
    for path in asked_before:
        ask(path=path)

    assert len(ask(path="/notes")["days"]) == 30
    assert len(ask(path="/limits")["days"]) == 18


def test_parts_add_up_where_another_operation_has_more_of_them(tmp_path: Path) -> None:
    """Rows and totals without the tokens of images are the sums of the tokens that they do show."""
    texts = {"prompt_tokens": COUNT, "completion_tokens": COUNT}
    paths = {
        "/usage": (object_of(tokens_used=COUNT, token_limit=COUNT), ()),
        "/usage/daily": (object_of(data=rows_of(date=DATE, **texts, total_tokens=COUNT)), SPAN),
        "/usage/total": (object_of(**texts, total_tokens=COUNT), SPAN),
        "/usage/summary": (object_of(**texts, image_tokens=COUNT, total_tokens=COUNT), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/usage")
    rows = ask(path="/usage/daily", start_date="2026-03-01")["data"]
    shown = [*rows, *(ask(path=f"/usage/{each}", start_date="2026-03-01") for each in ("total", "summary"))]

    for each in shown:
        total = each.pop("total_tokens")
        assert total == sum(value for name, value in each.items() if name != "date")


def test_nobody_sees_what_is_counted_before_all_of_it_is_known(tmp_path: Path) -> None:
    """Who asks while another thread looks through the operations finds what is found at the end."""
    paths = {
        "/usage": (object_of(used=COUNT, limit=COUNT), ()),
        "/usage/daily": (object_of(data=rows_of(date=DATE, calls=COUNT)), ()),
    }
    first, *others = service_of(tmp_path, paths).handlers.operations.values()
    assert isinstance(first, Replies)
    meters = first.builder.meters
    found: list[bool] = []

    def watched() -> Iterator[Any]:
        yield first
        if not found:
            found.append(False)
            found[0] = meters.of(first.operation, ()) is not None
        yield from others

    meters.watch(watched)

    assert meters.of(first.operation, ()) is not None
    assert found == [True]


def test_a_part_of_an_account_is_made_once_for_all_steps(tmp_path: Path) -> None:
    """Else each step of a series would go through all days of its month again."""
    paths = {
        "/usage": (object_of(used=COUNT, limit=COUNT), ()),
        "/usage/daily": (object_of(data=rows_of(date=DATE, calls=COUNT)), ()),
    }
    replies = service_of(tmp_path, paths).handlers.operations["/usage/daily"]
    assert isinstance(replies, Replies)
    meter = replies.builder.meters.of(replies.operation, ())
    assert meter is not None
    past = AccountPast(History(meter, Scene(1_773_848_527)), 7, None)
    calls = Facts("calls", is_number=True, is_integer=True)
    column = past.column(calls, ("call",))
    assert column is not None
    days = [column(day * DAY, (day + 1) * DAY) for day in range(20_500, 20_520)]

    assert len(past.parts) == 1
    (part,) = past.parts.values()
    assert sum(days) == between(part, 20_500 * DAY, 20_520 * DAY) > 0


def buckets(groups: str, **columns: Any) -> dict[str, Any]:
    """The schema of days that are divided into groups."""
    return object_of(
        data=rows_of(start_time=INSTANT, end_time=INSTANT, **{groups: rows_of(model=TEXT, **columns)})
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_groups_of_days_follow_the_history(tmp_path: Path, account: str, seed: int) -> None:
    """Tokens, calls and money of groups inside of days make the month's use and the totals of a summary."""
    tokens = {"input_tokens": COUNT, "output_tokens": COUNT}
    money = object_of(value=AMOUNT, currency=TEXT)
    paths = {
        "/usage/limits": (object_of(requests_used=COUNT, requests_limit=OR_NULL), ()),
        "/usage/completions": (buckets("results", **tokens, num_model_requests=COUNT), SPAN),
        "/usage/costs": (buckets("results", amount=money), SPAN),
        "/usage/summary": (object_of(total_requests=COUNT, **tokens, total_cost=AMOUNT), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/usage/limits", seed=seed)
    days, bills = (
        ask(account, path=f"/usage/{each}", start_date="2026-03-01")["data"]
        for each in ("completions", "costs")
    )
    told = ask(account, path="/usage/summary", start_date="2026-03-01")
    groups = [group for day in days for group in day["results"]]

    assert (
        sum(each["num_model_requests"] for each in groups)
        == told["total_requests"]
        == ask(account)["requests_used"]
    )
    for name in tokens:
        assert sum(each[name] for each in groups) == told[name]
    cents = sum(round(100 * group["amount"]["value"]) for day in bills for group in day["results"])
    assert cents == round(100 * told["total_cost"])
    assert bool(groups) is (account != "empty")
    # A call takes some hundreds of tokens, which cost less than a cent each.
    assert told["input_tokens"] + told["output_tokens"] >= 100 * told["total_requests"]


def test_days_without_a_field_around_them_and_objects_in_them_follow_it_too(tmp_path: Path) -> None:
    """A reply that is the list itself, with figures in an object of each group, is one of the same month."""
    figures = rows_of(date=DATE, stats=rows_of(metrics=object_of(requests=COUNT, delivered=COUNT)))
    paths = {
        "/usage/limits": (object_of(requests_used=COUNT, requests_limit=OR_NULL), ()),
        "/usage/stats": (figures, SPAN),
        "/usage/traffic": (object_of(days=rows_of(date=DATE, requests=object_of(all=COUNT))), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/usage/limits")
    used = ask()["requests_used"]
    stats = ask(path="/usage/stats", start_date="2026-03-01")
    traffic = ask(path="/usage/traffic", start_date="2026-03-01")["days"]

    assert sum(each["metrics"]["requests"] for day in stats for each in day["stats"]) == used > 0
    assert sum(day["requests"]["all"] for day in traffic) == used
    for each in (each["metrics"] for day in stats for each in day["stats"]):
        assert each["delivered"] <= each["requests"]


@pytest.mark.parametrize("account", ["steady", "empty", "huge"])
def test_a_reply_says_of_which_days_its_numbers_are(tmp_path: Path, account: str) -> None:
    """Asked for nothing, a summary and its days tell one span, and a billing period is the month."""
    span = {"start_date": DATE, "end_date": DATE}
    paths = {
        "/usage": (object_of(used=COUNT, limit=OR_NULL, billing_period=object_of(**span)), ()),
        "/usage/daily": (object_of(**span, data=rows_of(date=DATE, requests=COUNT)), SPAN),
        "/usage/total": (object_of(**span, total_requests=COUNT), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/usage")
    days, told = ask(account, path="/usage/daily"), ask(account, path="/usage/total")

    for body in (days, told):
        assert [body[name] for name in span] == ["2026-02-17", "2026-03-18"]
    assert sum(day["requests"] for day in days["data"]) == told["total_requests"]
    assert [*ask(account)["billing_period"].values()] == ["2026-03-01", "2026-03-31"]


def test_all_that_there_is_can_be_asked_for(tmp_path: Path) -> None:
    """A start long ago and an end far ahead are no filters, and long ago there was nothing."""
    paths = {
        "/usage/daily": (object_of(data=rows_of(date=DATE, requests=COUNT)), SPAN),
        "/usage/total": (object_of(total_requests=COUNT), SPAN),
    }
    ask = asking_all(tmp_path, paths, "/usage/total")
    shown = {
        start: ask(start_date=start, end_date="9999-12-31")["total_requests"]
        for start in ("0001-01-01", "1970-01-01", "1999-12-31", "2001-01-01")
    }

    assert len(set(shown.values())) == 1
    assert shown["1970-01-01"] > ask(start_date="2026-01-01")["total_requests"] > 0
    for path, nothing in (("/usage/total", {"total_requests": 0}), ("/usage/daily", {"data": []})):
        assert ask(path=path, start_date="1969-06-01", end_date="1969-06-05") == nothing
