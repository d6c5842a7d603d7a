"""A row of a list and the page of the same thing say the same, whatever else the page has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    TEXT,
    WHOLE,
    Ask,
    asking_all,
    object_of,
    query,
    rows_of,
)

NOW = 1_773_848_527
"""2026-03-18."""
STATUS = {"type": "string", "enum": ["draft", "open", "paid", "void"]}
BRIEF: dict[str, Any] = {
    "status": STATUS,
    "period": object_of(start=DATE, end=DATE),
    "total": AMOUNT,
    "issued_at": INSTANT,
    "paid_at": {"type": ["string", "null"], "format": "date-time"},
}
LINES: dict[str, Any] = {
    "lines": rows_of(description=TEXT, quantity=COUNT, unit_price=AMOUNT, amount=AMOUNT),
    "subtotal": AMOUNT,
    "tax": AMOUNT,
}
BASE = {"$ref": "#/components/schemas/BillSummary"}


def pages_of(folder: Path, page: Any, identity: str = "id", brief: Any = BRIEF, rows: Any = BASE) -> Ask:
    """What asks for a list of bills, whose rows are summaries, and for a page of each."""
    path = [{"name": identity, "in": "path", "required": True, "schema": TEXT}]
    paths: dict[str, Any] = {
        "/bills": (object_of(data={"type": "array", "items": rows}), query(limit=WHOLE)),
        f"/bills/{{{identity}}}": (page, path),
    }
    shared = {
        "BillSummary": object_of(**{identity: TEXT}, **brief),
        "Bill": {"allOf": [BASE, object_of(**LINES)]},
        "BillDetails": object_of(**{identity: TEXT}, **BRIEF, **LINES),
    }
    return asking_all(folder, paths, "/bills", shared=shared)


def differing(ask: Ask, account: str, identity: str = "id") -> list[str]:
    """The fields in which rows differ from their pages, of those that both have."""
    found = []
    for row in ask(account, limit=8, now=NOW)["data"]:
        page = ask(account, path=f"/bills/{{{identity}}}", now=NOW, **{identity: row[identity]})
        page = page.get("bill", page)
        assert page[identity] == row[identity]
        found += [name for name, value in row.items() if name in page and page[name] != value]
    return found


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize(
    "page",
    [
        {"$ref": "#/components/schemas/Bill"},
        {"$ref": "#/components/schemas/BillDetails"},
        {"allOf": [BASE, object_of(**LINES)]},
        object_of(bill={"$ref": "#/components/schemas/Bill"}),
    ],
    ids=["extends", "other type", "inline", "wrapped"],
)
@pytest.mark.parametrize("identity", ["id", "bill_number"])
def test_a_row_says_what_its_page_says(tmp_path: Path, account: str, page: Any, identity: str) -> None:
    """Also totals, which are sums of lines that only the page has."""
    ask = pages_of(tmp_path, page, identity)

    assert differing(ask, account, identity) == []


def test_the_lines_of_the_page_make_the_total_of_the_row(tmp_path: Path) -> None:
    """Neither is a copy of what the other would say alone."""
    ask = pages_of(tmp_path, {"$ref": "#/components/schemas/Bill"})
    for row in ask(limit=8, now=NOW)["data"]:
        page = ask(path="/bills/{id}", id=row["id"], now=NOW)
        assert page["subtotal"] == pytest.approx(sum(line["amount"] for line in page["lines"]), abs=0.01)
        assert row["total"] == pytest.approx(page["subtotal"] + page["tax"], abs=0.02)


def test_rows_with_fields_of_their_own_share_the_others(tmp_path: Path) -> None:
    """What the page has not is made beside what it has."""
    ask = pages_of(tmp_path, {"$ref": "#/components/schemas/BillDetails"}, brief={**BRIEF, "memo": TEXT})

    assert differing(ask, "steady") == []
    assert all(row["memo"] for row in ask(limit=8, now=NOW)["data"])


def test_inline_rows_are_the_things_of_their_pages(tmp_path: Path) -> None:
    """Types without names are told by their paths."""
    ask = pages_of(tmp_path, object_of(id=TEXT, **BRIEF, **LINES), rows=object_of(id=TEXT, **BRIEF))

    assert differing(ask, "steady") == []


@pytest.mark.parametrize("account", ["steady", "quiet", "huge"])
def test_a_period_of_two_days_is_the_month_that_is_billed(tmp_path: Path, account: str) -> None:
    """As `period_start` and `period_end` are, from the last month back."""
    ask = pages_of(tmp_path, {"$ref": "#/components/schemas/Bill"})
    months = [row["period"] for row in ask(account, limit=3, now=NOW)["data"]]

    assert months == [
        {"start": "2026-02-01", "end": "2026-02-28"},
        {"start": "2026-01-01", "end": "2026-01-31"},
        {"start": "2025-12-01", "end": "2025-12-31"},
    ]


def test_things_that_have_rows_of_their_like_end(tmp_path: Path) -> None:
    """A folder shows its folders, each in brief."""
    brief = {"$ref": "#/components/schemas/FolderSummary"}
    paths: dict[str, Any] = {
        "/folders": (rows_of_schema(brief), query(limit=WHOLE)),
        "/folders/{id}": (
            {"$ref": "#/components/schemas/Folder"},
            [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        ),
    }
    shared = {
        "FolderSummary": object_of(id=TEXT, name=TEXT, size=COUNT),
        "Folder": {"allOf": [brief, object_of(folders=rows_of_schema(brief), created_at=INSTANT)]},
    }
    ask = asking_all(tmp_path, paths, "/folders", shared=shared)

    for row in ask(limit=5):
        page = ask(path="/folders/{id}", id=row["id"])
        assert {name: page[name] for name in row} == row
        for inner in page["folders"]:
            assert set(inner) == {"id", "name", "size"}


def rows_of_schema(schema: Any) -> dict[str, Any]:
    """The schema of a list of such items."""
    return {"type": "array", "items": schema}
