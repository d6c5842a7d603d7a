"""A small contract, sound as it stands, and ways to break it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Contract, Exchange, Operation, load_contract

SHOP = Path(__file__).with_name("shop.openapi.yaml")
BODY: dict[str, Any] = {
    "span": "week",
    "total": 5,
    "mean": 2.5,
    "peak": None,
    "days": [{"date": "2026-03-17", "orders": 2}, {"date": "2026-03-18", "orders": 3}],
}


@pytest.fixture(scope="session")
def shop() -> Contract:
    """The sound contract."""
    return load_contract(SHOP)


@pytest.fixture(scope="session")
def usage(shop: Contract) -> Operation:
    """Its only operation."""
    return shop.operation("getUsage")


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes the contract with one text put in the place of another."""

    def write(old: str, new: str) -> Path:
        text = SHOP.read_text()
        assert old in text
        path = tmp_path / "shop.openapi.yaml"
        path.write_text(text.replace(old, new, 1))
        return path

    return write


@pytest.fixture
def reply() -> Callable[..., Exchange]:
    """Makes an exchange: a sound one, but for what is given; `body` members are put over the body's."""

    def make(*, status: int = 200, body: Any = None, headers: Any = None, **parameters: Any) -> Exchange:
        whole = {**copy.deepcopy(BODY), **body} if isinstance(body, dict) and status == 200 else body
        return Exchange(
            operation="getUsage",
            parameters={"span": "week", **parameters},
            request_headers={},
            status=status,
            headers={"content-type": "application/json", "x-limit": "60", **(headers or {})},
            body=copy.deepcopy(BODY) if whole is None else whole,
            now="2026-03-18T12:00:00Z",
        )

    return make
