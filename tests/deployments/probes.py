"""Requests that show the seeded faults: every condition of a fault is reached by one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from deployments.deployment import Deployment
from deployments.onepin_data import PEOPLE
from deployments.parts import Ask
from deployments.zkscore_data import PLANS

_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STRANGER = "11111111-1111-4111-8111-111111111111"
ONEPIN = (
    "summary?range=90d&timezone=America/New_York",
    "summary?range=90d&activity_view=monthly&timezone=Asia/Kolkata",
    "summary?range=90d&timezone=Pacific/Kiritimati",
    "summary?range=60d&activity_view=weekly&timezone=Pacific/Pago_Pago",
    "summary?activity_view=monthly&timezone=Australia/Adelaide",
    "summary?timezone=US/Eastern",
    "summary?timezone=europe/berlin",
    "summary?timezone=Nowhere/Else",
    "by-language?range=90d",
    "by-language?activity_view=weekly",
    "by-language?activity_view=weekly&range=7d",
    "activity?range=90d",
    "activity?limit=100",
    "activity?limit=101",
    "activity?limit=0",
    "activity?limit=-5",
    "activity?type=settings_changed&range=90d",
    "activity?type=member_invited&range=90d",
    "activity?cursor=nonsense",
    f"activity?user_id={STRANGER}",
    "activity?type=&limit=100",
    "summary?range=90D",
    "summary?range=7d",
    "summary?range=",
    "summary?range=%2090d",
    "summary?range=60d&range=90d",
    "summary?timezone=Asia/Tokyo&range=60d",
)
ZKSCORE = (
    *(f"?timeframe={frame}&granularity=day" for frame in ("1h", "7d", "30d", "90d", "1y", "all")),
    *(f"?timeframe=90d&granularity={one}" for one in ("minute", "week", "month")),
    *(
        f"?sortBy={by}&sortOrder={to}"
        for by in ("errors", "latency", "timestamp", "requests")
        for to in ("asc", "desc")
    ),
    *(f"?include{one}=false" for one in ("Breakdown", "Errors", "Latency")),
    *(
        f"?timeframe=7d&limit={limit}&offset={offset}"
        for limit, offset in ((100, 0), (7, 7), (13, 156), (1000, 0))
    ),
    *(f"?limit={limit}" for limit in ("0", "1001", "-1", "abc", "1_0", "25", "5&limit=6", "")),
    *(
        f"?{bad}"
        for bad in (
            "offset=-1",
            "timeframe=1H",
            "timeframe=2d",
            "granularity=",
            "includeErrors=1",
            "sortBy=age",
        )
    ),
    "?timeframe=1y&granularity=hour&limit=1000",
    "?keyId=key_nobody",
    "?keyId=key_nobody&limit=0",
    "?timeframe=%207d",
    "?timeframe=7d&granularity=day",
    "?sortOrder=asc&keyId=key_steady_web",
)
GLYPHNET = (
    *(f"?period={one}" for one in ("day", "week", "month", "Day", "year", "", "day&period=week", "%20day")),
    *(
        f"?start_date={start}&end_date={end}"
        for start, end in (
            ("2026-01-05", "2026-02-03"),
            ("2026-01-05", "2026-01-05"),
            ("2026-02-03", "2026-01-05"),
            ("2026-02-30", "2026-03-05"),
            ("20260105", "2026-02-03"),
            ("2024-02-29", "2024-03-02"),
            ("2026-01-05T23:30:00-05:00", "2026-01-09"),
            ("2026-01-05T20:00:00", "2026-01-09T01:00:00%2B09:00"),
            ("2026-01-05", "someday"),
            ("2026-01-05", "2026-02-03&period=day"),
            ("2026-01-05", "2026-02-03&period=year"),
            ("2030-01-01", "2030-01-05"),
        )
    ),
    "?end_date=2026-02-20",
    "?start_date=2026-02-20",
    "?start_date=2030-01-01",
    *(
        f"?start_date=2026-{month:02}-01&end_date=2026-{month:02}-{day:02}"
        for month in (1, 2)
        for day in range(2, 28)
    ),
)
EXTRA_HEADERS: dict[str, tuple[dict[str, str], ...]] = {
    "onepin": ({"X-Workspace-Id": ""}, {"X-Workspace-Id": "ws_nobody"}),
    "essarion": ({"Authorization": "Bearer esk_live_4f9a0c2e7b"},),
    "zkscore": (),
    "onceonly": (),
    "glyphnet": (),
}
PATHS = {
    "onepin": "/api/v1/usage/",
    "essarion": "/api/usage",
    "zkscore": "/v1/developer/usage",
    "onceonly": "/v1/usage",
    "glyphnet": "/v1/usage",
}
FIRST = {"onepin": "summary"}
QUERIES: dict[str, tuple[str, ...]] = {
    "onepin": ONEPIN,
    "essarion": ("",),
    "zkscore": ZKSCORE,
    "onceonly": (
        "/all",
        "?kind=ai",
        "?kind=AI",
        "?kind=",
        "?kind=other",
        "?kind=ai&kind=make",
        "?kind=%20ai",
    ),
    "glyphnet": GLYPHNET,
}


def request(place: str, headers: dict[str, str], now: int, method: str = "GET") -> Ask:
    """Make a request as the server would have read it."""
    path, _, query = place.partition("?")
    sent = [(name.lower(), text) for name, text in headers.items()]
    return Ask(method, path, parse_qsl(query, keep_blank_values=True), sent, now)


def probes(deployment: Deployment, now: int) -> Iterator[Ask]:
    """Give the requests that between them show every fault of the contract."""
    contract, base = deployment.contract, PATHS[deployment.contract]
    first = base + FIRST.get(contract, "")
    good = [account for account in deployment.accounts if account.status == 200]
    steady = good[0].headers
    for query in QUERIES[contract]:
        yield request(base + query, steady, now)
    for account in deployment.accounts:
        yield request(first, account.headers, now)
    for method in ("HEAD", "POST", "OPTIONS"):
        yield request(first, steady, now, method)
    yield request(first + "/nothing", steady, now)
    yield request(first + "?range=7d&kind=x&limit=0&period=x", {}, now)
    for headers in EXTRA_HEADERS[contract]:
        yield request(first, {**steady, **headers}, now)
        yield request(first + "?range=7d", {**steady, **headers}, now)
    yield from odd_credentials(first, steady, now)
    yield from special(deployment, base, steady, now)
    for account in good[1:]:
        for query in QUERIES[contract]:
            yield request(base + query, account.headers, now)
    for later in (30, 60):
        yield request(first, good[0].headers, now + later)
        yield request(first, good[1].headers, now + later)


def odd_credentials(first: str, steady: dict[str, str], now: int) -> Iterator[Ask]:
    """Give requests with credentials that are written in another way."""
    if "Authorization" in steady:
        token = steady["Authorization"].removeprefix("Bearer ")
        for text in (f"bearer {token}", f"Basic {token}", f"Bearer {token[:-4]}0000", "Bearer "):
            yield request(first, {"Authorization": text}, now)
    if "X-API-Key" in steady:
        yield request(first, {"X-API-Key": ""}, now)


def special(deployment: Deployment, base: str, steady: dict[str, str], now: int) -> Iterator[Ask]:
    """Give requests that lean on replies, or on another account's names."""
    accounts = {account.name: account.headers for account in deployment.accounts}
    if deployment.contract == "zkscore":
        for name, plan in PLANS.items():
            for key in plan.keys:
                for account in (steady, accounts[name]):
                    yield request(f"{base}?timeframe=all&granularity=month&keyId={key.id}", account, now)
    if deployment.contract == "onepin":
        cursors: dict[str, str] = {}
        for name in ("steady", "still", "quiet"):
            for query in ("limit=3", "limit=50", "limit=1&type=workflow_run", "limit=1&type=member_invited"):
                for ask in followed(deployment, f"{base}activity?range=90d&{query}", accounts[name], now):
                    cursors[name] = dict(ask.query).get("cursor") or cursors.get(name, "")
                    yield ask
        yield request(f"{base}activity?cursor={cursors['steady']}", accounts["still"], now)
        for person, _ in PEOPLE.values():
            yield request(f"{base}activity?user_id={person}", steady, now)


def followed(deployment: Deployment, place: str, headers: dict[str, str], now: int) -> Iterator[Ask]:
    """Give the requests for the first pages of a list."""
    following: str | None = place
    for _ in range(6):
        if following is None:
            return
        yield (ask := request(following, headers, now))
        cursor = deployment.answer(ask).body["pagination"]["next"]
        following = f"{place}&cursor={cursor}" if cursor else None


def shown(ask: Ask, deployment: Deployment, seen: dict[str, str]) -> str:
    """Give what a client sees of a reply; ids drawn anew are numbered in the order of their coming."""
    reply = deployment.answer(ask)
    body = reply.body if ask.method != "HEAD" or reply.body_on_head else ""
    text = json.dumps([reply.status, sorted(reply.headers.items()), body])
    return _UUID.sub(lambda found: str(seen.setdefault(found[0], f"id-{len(seen)}")), text)


def difference(right: Any, wrong: Any, now: int) -> Ask | None:
    """Give the first request that two deployments answer differently."""
    seen_right: dict[str, str] = {}
    seen_wrong: dict[str, str] = {}
    for ask in probes(right, now):
        again = Ask(ask.method, ask.path, list(ask.query), list(ask.headers), ask.now)
        if shown(ask, right, seen_right) != shown(again, wrong, seen_wrong):
            return ask
    return None
