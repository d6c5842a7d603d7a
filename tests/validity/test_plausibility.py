"""Replies of the vendors' usage operations, looked at as somebody would who knows what usage is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from metermock.checker.deployment.request import Request
from tests.validity.asking import VENDORS, Answer, Asked, Asking, mock
from tests.validity.plausibility import looked_at


def _records(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    """Records of usage: the category and the span of each."""
    return [dict(zip(("category", "start_date", "end_date"), row, strict=True)) for row in rows]


KINDS = {"date", "number", "limit", "sum", "series", "id"}


@pytest.mark.parametrize("options", [(), ("--dynamic",)], ids=["plain", "dynamic"])
def test_nothing_that_cannot_be_is_shown(options: tuple[str, ...]) -> None:
    """No date before 2020 or ahead, no negative count, and limits, sums, series, ids and echoes agree."""
    asking = Asking(VENDORS)
    with mock(VENDORS, *options) as url:
        fields = looked_at(asking.answers(url, [*asking.asked()]))
    faults = {key: sorted(set(seen.faults))[:3] for key, seen in fields.items() if seen.faults}

    assert faults == {}
    assert len(fields) > 100
    if options:
        assert set().union(*(seen.kinds for seen in fields.values())) >= KINDS


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"created_at": "2026-03-18T15:00:00Z", "expires_at": "2027-01-01"}, ""),
        ({"created_at": "2019-12-31"}, "before 2020"),
        ({"updated": 1_790_000_000}, "ahead"),
        ({"count": -1}, "negative"),
        ({"count": "Leverage synergies"}, "no number"),
        ({"limit": 10, "used": 4, "remaining": 6}, ""),
        ({"limit": 10, "used": 4, "remaining": 5}, "4 + 5 is not 10"),
        ({"limit": 10, "used": 11, "remaining": 0}, "11 of 10"),
        ({"limit": -1, "used": 11}, ""),
        ({"total_tokens": 9, "cached_tokens": 10}, "10 of 9"),
        ({"total": 9, "successful": 8, "failed": 1}, ""),
        ({"total_calls": 9, "ok_calls": 9, "error_calls": 1}, "are 10 of 9"),
        ({"total_cost": 3.5, "rows": [{"cost": 1.5}, {"cost": 2.0}]}, ""),
        ({"total_cost": 3.0, "rows": [{"cost": 1.5}, {"cost": 2.0}]}, "not the sum"),
        ([{"date": "2026-03-02", "n": 1}, {"date": "2026-03-01", "n": 1}], "days without order"),
        (_records(("sms", "2026-03-01", "2026-03-18"), ("calls", "2026-03-01", "2026-03-18")), ""),
        (_records(("sms", "2026-03-01", "2026-03-18"), ("sms", "2026-03-01", "2026-03-18")), "several spans"),
        (
            _records(("sms", "2026-03-01", "2026-03-18"), ("calls", "2026-03-02", "2026-03-18")),
            "several spans",
        ),
        (_records(("sms", "2026-03-17", "2026-03-17"), ("sms", "2026-03-18", "2026-03-18")), ""),
        (_records(("sms", "2026-03-18", "2026-03-18"), ("sms", "2026-03-17", "2026-03-17")), "without order"),
        ([{"id": "a"}, {"id": "a"}], "an id twice"),
        ({"currency": "usd"}, "asked for 'eur'"),
    ],
)
def test_what_cannot_be_is_seen(body: Any, fault: str) -> None:
    """Each kind of fault is one, and what is right is none."""
    asked = Asked(Path("a.yaml"), None, "as steady", Request("get", "GET", "/a", (("currency", "eur"),)))  # type: ignore[arg-type]
    headers = httpx.Headers({"content-type": "application/json"})
    fields = looked_at([Answer(asked, 200, headers, json.dumps(body).encode())])
    found = [each for seen in fields.values() for each in seen.faults]

    assert len(found) == bool(fault)
    assert fault in "".join(found)
