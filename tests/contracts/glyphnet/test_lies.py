"""Replies that are right in another way than the mock's, and replies that are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from metermock import read_instant
from tests.contracts.answered import Answered

Ask = Callable[..., Answered]

USAGE = "getOrganizationUsage"
RANGE = {"start_date": "2026-03-02", "end_date": "2026-03-09"}
NOW = read_instant("2026-03-18T15:42:07Z")


def judged(answer: Answered, **changes: Any) -> set[str]:
    """The *must* rules that a changed reply breaks."""
    breaches = answer.operation.judge(replace(answer.exchange, **changes)).breaches
    return {breach.rule for breach in breaches if breach.level == "must"}


@pytest.mark.parametrize("sent", [{}, {"period": "week"}, RANGE, {"start_date": "2026-03-02"}])
def test_an_instant_may_end_in_a_zero_offset(ask: Ask, sent: dict[str, str]) -> None:
    """`+00:00` is UTC as `Z` is, at both ends of the period."""
    answer = ask(USAGE, now="2026-03-18T15:42:07Z", **sent)
    period = {name: text.replace("Z", "+00:00") for name, text in answer.body["period"].items()}
    assert judged(answer, body={**answer.body, "period": period}) == set()


@pytest.mark.parametrize(("start", "end"), [("05Z", "59Z"), ("00.5Z", "59Z"), ("00Z", "59.999Z")])
def test_a_period_is_whole_days_to_the_second(ask: Ask, start: str, end: str) -> None:
    """GL-6: neither five seconds after midnight, nor fractions of a second."""
    answer = ask(USAGE, now="2026-03-18T15:42:07Z")
    period = {"start": f"2026-03-01T00:00:{start}", "end": f"2026-03-31T23:59:{end}"}
    assert judged(answer, body={**answer.body, "period": period}) == {"GL-6"}


@pytest.mark.parametrize("reset", ["60", str(NOW * 1000), str(NOW - 120)])
def test_a_reset_is_an_instant_of_this_minute(ask: Ask, reset: str) -> None:
    """GL-7: unix seconds, neither seconds from now, nor milliseconds, nor gone by."""
    answer = ask(USAGE, now="2026-03-18T15:42:07Z")
    headers = {**answer.headers, "x-ratelimit-reset": reset}
    assert judged(answer, headers=headers) == {"GL-7"}


def test_details_of_a_refused_key_tell_no_usage(ask: Ask) -> None:
    """X-5: what stands beside the documented fields of `details` is no figure of the organization."""
    answer = ask(USAGE, now="2026-03-18T15:42:07Z")
    refusal: dict[str, Any] = {"error": "invalid_api_key", "message": "Unknown key"}
    for details, broken in (({}, set()), ({"hint": "x"}, set()), ({"current_usage": 9}, {"X-5"})):
        body, sent = {**refusal, "details": details}, {"x-api-key": "gn_live_x"}
        assert judged(answer, status=401, body=body, request_headers=sent) == broken
