"""The harbour, a world of no vendor, and small worlds made to measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from metermock.ledger import load_world
from metermock.ledger.call import Call
from metermock.ledger.world import World

HARBOUR = Path(__file__).with_name("harbour.yaml")
FLAT = {"hours": [1] * 24, "weekdays": [1] * 7, "noise": 0}


@pytest.fixture(scope="session")
def harbour() -> World:
    """The harbour with the default seed."""
    return load_world(HARBOUR)


@pytest.fixture(scope="session")
def tally() -> Callable[[Iterable[Call]], dict[str, int]]:
    """Adds up the measures of single calls, as a total does."""

    def add(calls: Iterable[Call]) -> dict[str, int]:
        sums = dict.fromkeys(("calls", "latency_ms", "lines", "characters", "credits", "bytes"), 0)
        for call in calls:
            sums["calls"] += 1
            for name, number in call.measures.items():
                sums[name] += number
        return sums

    return add


@pytest.fixture
def small_world(tmp_path: Path) -> Callable[..., World]:
    """Makes a world of one account, `one`, with this traffic; the harbour's calls and shapes."""
    document = yaml.safe_load(HARBOUR.read_text("utf-8"))

    def make(*traffic: dict[str, Any], seed: int = 0, day_noise: int = 0, **account: Any) -> World:
        keys = [{"id": f"key_{entry['key']}", "name": entry["key"]} for entry in traffic if "key" in entry]
        one = {"about": "", "since": "2024-01-01T00:00:00Z", "keys": keys, "traffic": list(traffic)} | account
        path = tmp_path / "small.yaml"
        world = {name: document[name] for name in ("clock", "calls", "shapes")}
        world["shapes"]["flat"]["day_noise"] = day_noise
        path.write_text(
            yaml.safe_dump(world | {"accounts": {"one": one}, "credentials": []}, sort_keys=False)
        )
        return load_world(path, seed=seed)

    return make
