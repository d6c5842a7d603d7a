"""A till whose replies are lied about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from metermock.checker.checks.session import Session
from metermock.checker.deployment.client import Client
from metermock.checker.deployment.options import Options
from metermock.checker.deployment.secret import Secret
from metermock.checker.deployment.target import Target, TargetAccount
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.contract import Contract, Exchange, load_contract

ROWS = [
    {"name": "tea", "sold": 25, "day": "2026-02-28"},
    {"name": "jam", "sold": None, "day": "2026-03-01"},
]


def answer(seen: Any) -> tuple[int, Mapping[str, str], bytes]:
    """What the till says, at most as many rows as asked for."""
    rows = ROWS[:1] if "limit=1" in seen.target else ROWS
    body = {"total": 25, "rate": 9, "rows": rows}
    return 200, {"X-Count": str(len(rows))}, json.dumps(body).encode()


@pytest.fixture(scope="session")
def till() -> Contract:
    """The till's contract."""
    return load_contract(Path(__file__).with_name("till.openapi.yaml"))


@pytest.fixture
def truth() -> Exchange:
    """A good reply of the till's."""
    headers = {"x-count": "2", "content-type": "application/json"}
    body = {"total": 25, "rate": 9, "rows": ROWS}
    return Exchange("listSales", {"limit": 4}, {}, 200, headers, body, "2026-03-02T00:00:00Z")


@pytest.fixture
def session(till: Contract, serve: Callable[..., Any]) -> Iterator[Session]:
    """A session with a till that answers well."""
    account = TargetAccount("keeper", {"bearer": Secret("secret", "")})
    target = Target("till", till, serve(answer).url, (account,))
    options = Options(trust_env=False)
    with Client(target, options) as client:
        yield Session(client, Collector(target, options), CheckIds.of(till.document))
