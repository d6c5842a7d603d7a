"""Headers of rate limits tell what the mock has counted, where it enforces its limits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from metermock.server.generation.wire.limits import counted
from metermock.server.handling import Reads
from tests.conftest import Server

SHOP = Path(__file__).parent / "shop.yaml"
WORLD = {
    "clock": "2026-03-18T15:42:07Z",
    "plans": {"small": {"reads_per_minute": 5}},
    "calls": {},
    "accounts": {"steady": {"about": "", "since": "2025-01-01T00:00:00Z", "plan": "small"}},
    "credentials": [{"account": "steady", "scheme": "key", "value": "shop-key"}],
}


def test_headers_tell_the_counted_reads() -> None:
    """Limit, remaining, used and reset are those of the reads, in the form in which the document has them."""
    made = {
        "X-RateLimit-Limit": "900",
        "X-RateLimit-Remaining": "800",
        "X-RateLimit-Used": "100",
        "X-RateLimit-Reset": "1773848600",
        "RateLimit-Reset": "30",
        "X-Page-Limit": "20",
        "X-Request-Id": "a-1",
    }
    assert counted(made, Reads(60, 13, 41), 1_773_848_527) == {
        "X-RateLimit-Limit": "60",
        "X-RateLimit-Remaining": "47",
        "X-RateLimit-Used": "13",
        "X-RateLimit-Reset": "1773848568",
        "RateLimit-Reset": "41",
        "X-Page-Limit": "20",
        "X-Request-Id": "a-1",
    }


def test_made_replies_count_down(launch: Callable[..., Server], tmp_path: Path) -> None:
    """Without handlers too, enforced limits show: what remains falls by one with each read, to a 429."""
    for folder in ("openapi", "fixtures"):
        (tmp_path / folder).mkdir()
    shutil.copy(SHOP, tmp_path / "openapi" / "shop.openapi.yaml")
    (tmp_path / "fixtures" / "shop.yaml").write_text(json.dumps(WORLD), "utf-8")
    server = launch(str(tmp_path), "--rate-limits", "documented")
    with server.client("/shop", **{"X-Key": "shop-key"}) as client:
        replies = [client.get("/orders") for _ in range(6)]
    assert [reply.status_code for reply in replies] == [200] * 5 + [429]
    assert [reply.headers["x-ratelimit-limit"] for reply in replies[:5]] == ["5"] * 5
    assert [reply.headers["x-ratelimit-remaining"] for reply in replies[:5]] == ["4", "3", "2", "1", "0"]
