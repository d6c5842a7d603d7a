"""Limits and what is used of them agree in objects beside each other, and in the rows of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import COUNT, DATE, TEXT, Ask, asking_all, object_of, query, rows_of

SHARES = {
    "steady": (0, 1),
    "quiet": (0, 0.07),
    "near-limit": (0.89, 0.999),
    "over-limit": (1.0001, 1.2),
    "empty": (0, 0),
}


def asked(folder: Path, schema: Any, seed: int) -> Ask:
    """What asks for an account's plan."""
    return asking_all(folder, {"/plan": (schema, ())}, "/plan", seed=seed)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "objects",
    [
        ("limits", "usage", "remaining", ""),
        ("quotas", "used", "left", "_count"),
        ("monthlyLimits", "currentUsage", "available", ""),
    ],
)
def test_one_object_has_the_limits_and_another_the_use(
    tmp_path: Path, seed: int, objects: tuple[str, str, str, str]
) -> None:
    """What is used and what is left make the limit of the same name, which is round, for each account."""
    limits, usage, left, suffix = objects
    names = ("calls", "emails", "tokens")
    same, other = (
        object_of(**dict.fromkeys(names, COUNT)),
        object_of(**{f"{each}{suffix}": COUNT for each in names}),
    )
    ask = asked(tmp_path, object_of(**{usage: other, limits: same, left: same}), seed)
    for account, (least, most) in SHARES.items():
        body = ask(account)
        for name in names:
            limit, used = body[limits][name], body[usage][f"{name}{suffix}"]
            assert limit % 1000 == 0 < limit
            assert least <= used / limit <= most
            assert body[left][name] == max(limit - used, 0)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("used", "limit"), [("used", "limit"), ("count", "allowance"), ("consumed", "quota")]
)
def test_each_row_has_a_limit_of_its_own(tmp_path: Path, seed: int, used: str, limit: str) -> None:
    """Used and left of a row make its limit, and the rows are not all used up alike."""
    rows = rows_of(name=TEXT, **{used: COUNT, limit: COUNT}, remaining=COUNT)
    ask = asked(tmp_path, object_of(limits=rows), seed)
    found = [row for account in ("steady", "quiet") for row in ask(account)["limits"]]

    assert all(row[used] + row["remaining"] == row[limit] for row in found)
    assert len({round(row[used] / row[limit], 3) for row in found}) > 1


def test_days_of_another_operation_make_the_use_beside_limits(tmp_path: Path) -> None:
    """The object of usage has the sum of the days of this month, and limits are no use."""
    paths = {
        "/usage": (object_of(usage=object_of(calls=COUNT), limits=object_of(calls=COUNT)), ()),
        "/usage/daily": (object_of(data=rows_of(date=DATE, requests=COUNT)), query(start=DATE)),
    }
    for seed in (0, 1, 2):
        ask = asking_all(tmp_path, paths, "/usage", seed=seed)
        for account, (least, most) in SHARES.items():
            body = ask(account)
            days = ask(account, path="/usage/daily", start="2026-03-01")["data"]
            assert sum(day["requests"] for day in days) == body["usage"]["calls"]
            assert least <= body["usage"]["calls"] / body["limits"]["calls"] <= most
