"""What headers say of a reply's age."""

from __future__ import annotations

import pytest

from metermock.checker.checks.cached import SHORT, may_be_cached, seconds_cached


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"age": "0"}, 0.0),
        ({"age": "3"}, SHORT),
        ({"age": "12"}, 13.0),
        ({"age": "86400"}, 30.0),
        ({"age": "9" * 5000}, 30.0),
        ({"age": "012"}, 13.0),
        ({"age": "soon"}, 0.0),
        ({"age": "-1"}, 0.0),
        ({"x-cache": "Hit from cloudfront"}, SHORT),
        ({"x-cache": "Miss from cloudfront"}, 0.0),
        ({"cf-cache-status": "HIT"}, SHORT),
        ({"cf-cache-status": "DYNAMIC"}, 0.0),
        ({"cache-status": "edge; hit; ttl=4"}, SHORT),
        ({"cache-status": "edge; fwd=miss"}, 0.0),
        ({"cache-control": "public, max-age=60"}, 0.0),
    ],
)
def test_the_age_of_a_reply(headers: dict[str, str], seconds: float) -> None:
    """Nothing is taken to be old that does not say so."""
    assert seconds_cached(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, False),
        ({"age": "0"}, True),
        ({"cache-control": "no-store"}, False),
        ({"cache-control": "private, max-age=0"}, False),
        ({"cache-control": "public, s-maxage=05"}, True),
        ({"x-cache": "HIT"}, True),
    ],
)
def test_a_reply_that_may_be_cached(headers: dict[str, str], *, may: bool) -> None:
    """A cache on the way may have it, or had it."""
    assert may_be_cached(headers) == may
