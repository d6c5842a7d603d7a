"""Invoices and movements keep their amounts, however many of them are shown; shares of a whole make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    asking_all,
    object_of,
    query,
    rows_of,
)

SPAN = query(period={"type": "string", "enum": ["CURRENT_MONTH", "LAST_MONTH"]})
PAGE = query(page={"type": "integer", "default": 0}, size={"type": "integer", "default": 5, "maximum": 200})
COSTS = object_of(items=rows_of(category=TEXT, amount=AMOUNT), total=AMOUNT)


@pytest.mark.parametrize(
    "row",
    [
        {"id": TEXT, "number": TEXT, "issuedOn": DATE, "subtotal": AMOUNT, "total": AMOUNT},
        {"id": TEXT, "createdAt": INSTANT, "amount": AMOUNT},
    ],
)
def test_a_list_shown_whole_has_the_amounts_of_its_pages(tmp_path: Path, row: dict[str, Any]) -> None:
    """Also beside costs of a span that a request chooses, and they are those of each row by itself."""
    page = object_of(content=rows_of(**row), totalElements=COUNT)
    ask = asking_all(
        tmp_path, {"/billing/list": (page, PAGE), "/billing/costs": (COSTS, SPAN)}, "/billing/list"
    )
    for account in ("steady", "quiet", "over-limit", "huge"):
        some, whole = ask(account, size=3), ask(account, size=200)

        assert len(whole["content"]) == whole["totalElements"] > 3
        assert some["content"] == whole["content"][:3]


@pytest.mark.parametrize("name", ["invoices", "transactions"])
def test_things_without_a_name_are_no_parts_of_the_costs(tmp_path: Path, name: str) -> None:
    """What no parameter cuts is not shared out either; projects, which have names, share the costs."""
    thing = {"id": TEXT, "createdAt": INSTANT, "cost": AMOUNT}
    lists = {name: thing, "projects": {"id": TEXT, "name": TEXT, "createdAt": INSTANT, "cost": AMOUNT}}
    paths = {f"/usage/{each}": (object_of(**{each: rows_of(**row)}), ()) for each, row in lists.items()}
    ask = asking_all(tmp_path, {**paths, "/costs": (object_of(cost=AMOUNT), SPAN)}, "/costs")
    apart = asking_all(tmp_path, {f"/usage/{name}": paths[f"/usage/{name}"]}, f"/usage/{name}")

    assert ask(path=f"/usage/{name}") == apart()
    shared = sum(row["cost"] for row in ask(path="/usage/projects")["projects"])
    assert shared == pytest.approx(ask()["cost"])
