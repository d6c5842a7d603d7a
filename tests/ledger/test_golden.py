"""The same bytes on every Python, platform and library version."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from metermock.ledger import load_world
from metermock.ledger.calendar import DAY, Window, day_edges, local_date
from metermock.ledger.queries.usage import Usage

HARBOUR = Path(__file__).with_name("harbour.yaml")

# A change here changes every reply of the mock: say so in the changelog.
GOLDEN = {
    0: "5d268ea439d0f26a9c6ccb0e978ee6d116073665c3440b4b0a279af96350953f",
    7: "3a9aae56e7d77fd78da6b9333207a63b46e67086bcc06061a79c2575df0ac2e4",
}


@pytest.mark.parametrize("seed", GOLDEN)
def test_the_ledger_is_what_it_was(seed: int) -> None:
    """Queries of all kinds, of all accounts of a world, hash to what they always hashed to."""
    world = load_world(HARBOUR, seed=seed)
    asked = {name: _ask(world.usage(name, world.clock)) for name in world.accounts}
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    assert sha256(text.encode()).hexdigest() == GOLDEN[seed]


def _ask(usage: Usage) -> dict[str, Any]:
    now, zone = usage.now, usage.account.zone
    month, life = Window.trailing(now, 30 * DAY), Window(0, now + 1)
    calls = usage.calls(month, limit=20, where={"outcome": "error"})
    return {
        "life": usage.total(life),
        "failed": usage.total(month, where={"outcome": "error", "method": "GET"}),
        "days": usage.series(day_edges(local_date(now, zone), 91, zone)),
        "groups": [
            [*values, *sums.values()]
            for values, sums in usage.groups(month, ("key", "endpoint", "error")).items()
        ],
        "largest": usage.largest_series(range(now - 9 * DAY, now, 3_600), "latency_ms"),
        "peaks": [usage.peak(Window.trailing(now, days * DAY), 60) for days in (1, 30, 365)],
        "calls": [
            [c.number, c.at, dict(c.dimensions), dict(c.measures), dict(c.texts), c.bits("id")] for c in calls
        ],
        "people": [[person.id, person.name, person.email] for person in usage.account.people],
        "first": usage.first(),
    }
