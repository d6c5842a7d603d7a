"""Rates and times are of a size that a reader of the reply believes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, asking_all, object_of

PART: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
HUNDRED: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 100}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("schema", "whole"), [(PART, 1), (HUNDRED, 100)])
def test_few_fail_and_most_arrive(tmp_path: Path, seed: int, schema: dict[str, Any], whole: int) -> None:
    """Few bounce, fail or complain, nearly all are delivered, some are opened and fewer clicked."""
    spans = {
        ("bounce_rate", "errorRate", "failure_ratio", "timeout_rate"): (0, 0.05),
        ("spam_complaint_rate", "unsubscribe_rate"): (0, 0.01),
        ("delivery_rate", "success_rate"): (0.9, 1),
        ("uptime_percentage", "availability"): (0.98, 1),
        ("open_rate",): (0.1, 0.5),
        ("click_rate", "ctr"): (0, 0.1),
        ("cache_hit_ratio",): (0.3, 1),
    }
    fields = {name: schema for names in spans for name in names}
    ask = asking_all(tmp_path, {"/report": (object_of(**fields), ())}, "/report", seed=seed)
    for account in ("steady", "quiet", "near-limit", "huge"):
        body = ask(account)
        for names, (least, most) in spans.items():
            for name in names:
                assert least * whole < body[name] <= most * whole, name


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "names",
    [
        ("p50", "p95", "p99"),
        ("latency_p50_ms", "latency_p90_ms", "latency_p95_ms", "latency_p99_ms"),
        ("minMs", "medianMs", "avgMs", "p95Ms", "p99Ms", "maxMs"),
        ("p50_latency_seconds", "p95_latency_seconds", "p99_latency_seconds"),
    ],
)
@pytest.mark.parametrize("schema", [COUNT, AMOUNT])
def test_quantiles_lie_as_those_of_times_do(
    tmp_path: Path, seed: int, names: tuple[str, ...], schema: dict[str, Any]
) -> None:
    """Each is above the one before it, and the greatest is some times the median."""
    ask = asking_all(
        tmp_path, {"/latency": (object_of(**dict.fromkeys(names, schema)), ())}, "/latency", seed=seed
    )
    body = ask()
    values = [body[name] for name in names]
    median = next(body[name] for name in names if "50" in name or "median" in name)

    assert values == sorted(values)
    if median > 20 or schema is AMOUNT:
        assert 3 * median < values[-1] < 20 * median


def test_times_in_seconds_are_short(tmp_path: Path) -> None:
    """A call takes no hour; how long a window is, is another thing."""
    ask = asking_all(tmp_path, {"/s": (object_of(avg_latency_seconds=AMOUNT, ttl_seconds=COUNT), ())}, "/s")

    assert 0 < ask()["avg_latency_seconds"] < 3
    assert ask()["ttl_seconds"] >= 1
