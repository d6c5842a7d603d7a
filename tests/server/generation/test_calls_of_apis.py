"""Good and bad calls make the calls of an API, also where these are called `apiCalls`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.generation.made import AMOUNT, COUNT, asking_all, object_of


@pytest.mark.parametrize(
    "whole", ["apiCalls", "api_calls", "apiRequests", "totalApiCalls", "calls", "requests"]
)
@pytest.mark.parametrize("things", ["Calls", "Requests"])
def test_good_and_bad_calls_make_the_calls_of_an_api(tmp_path: Path, whole: str, things: str) -> None:
    """Beside a rate, with and without other operations that speak of them."""
    good, bad = f"successful{things}", f"failed{things}"
    usage = object_of(**{whole: COUNT, good: COUNT, bad: COUNT, "errorRate": AMOUNT})
    for more in ({}, {"/quota": (object_of(calls_limit=COUNT, calls_used=COUNT), ())}):
        ask = asking_all(tmp_path, {"/usage": (usage, ()), **more}, "/usage")
        for account in ("steady", "quiet", "over-limit", "empty"):
            body = ask(account)

            assert body[whole] == body[good] + body[bad]
            assert body["errorRate"] == pytest.approx(body[bad] / max(body[whole], 1), abs=0.01)


def test_calls_of_telephones_are_not_those_of_an_api(tmp_path: Path) -> None:
    """Where both stand there, outcomes of calls are those of what has no other word."""
    usage = object_of(calls=COUNT, api_calls=COUNT, successful_calls=COUNT, failed_calls=COUNT)
    body = asking_all(tmp_path, {"/stats": (usage, ())}, "/stats")()

    assert body["calls"] == body["successful_calls"] + body["failed_calls"]
