"""Sums, spans and filters that look like others and are not: transfers, tables, lists of charges, sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    SEEDS,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)
from tests.server.generation.test_inverted import client

BOATS = rows_of(id=TEXT, name=TEXT)
PAGED = query(page=WHOLE, per_page=WHOLE)
STATUS = {"type": "string", "enum": ["active", "paused"]}
METRIC = {"type": "string", "enum": ["calls", "sms", "storage_gb"]}
LIMITS = object_of(limits=rows_of(metric=METRIC, status=STATUS, limit=COUNT, used=COUNT, remaining=COUNT))
CHOICES = query(metric=METRIC, status=STATUS, sort=TEXT)


@pytest.mark.parametrize(
    ("names", "schema", "ends"),
    [
        (("from_account", "to_account"), TEXT, ("9876543210", "1234567890")),
        (("from_id", "to_id"), WHOLE, (1_770_000_001, 1_770_000_000)),
        (("from_version", "to_version"), TEXT, ("2024-01-01", "2023-01-01")),
        (("from", "to"), TEXT, ("9876543210", "1234567890")),
    ],
)
def test_a_transfer_is_no_span(
    tmp_path: Path, names: tuple[str, str], schema: Any, ends: tuple[Any, Any]
) -> None:
    """Money goes from any account to any other; days of the same words are still in an order."""
    body = dict(zip(names, ends, strict=True))
    assert client(tmp_path, {}, dict.fromkeys(names, schema)).post("/rides", json=body).status_code == 200

    days = client(tmp_path, {"from": TEXT, "to": TEXT})
    assert days.get("/rides", params={"from": "2026-03-02", "to": "2026-03-01"}).status_code == 422


@pytest.mark.parametrize("account", ["steady", "near-limit", "huge"])
def test_a_list_of_limits_is_filtered_and_sorted(tmp_path: Path, account: str) -> None:
    """By its label and by other fields, each row as it stands in the whole list."""
    ask = asking(tmp_path, LIMITS, CHOICES, path="/limits")
    rows = ask(account)["limits"]
    assert [row["metric"] for row in rows] == METRIC["enum"]

    assert ask(account, metric="sms")["limits"] == [rows[1]]
    for status in STATUS["enum"]:
        chosen = ask(account, status=status)["limits"]
        assert chosen == [row for row in rows if row["status"] == status]
    falling = ask(account, sort="-limit")["limits"]
    assert [row["limit"] for row in falling] == sorted((row["limit"] for row in rows), reverse=True)


@pytest.mark.parametrize("account", ["steady", "huge"])
def test_records_of_tables_are_added_up(tmp_path: Path, account: str) -> None:
    """`total_records` beside tables with `records` is their sum, and no count of the tables."""
    schema = object_of(total_records=COUNT, tables=rows_of(name=TEXT, records=COUNT))
    for parameters in ([], PAGED):
        made = asking(tmp_path, schema, parameters, path="/billing/tables")(account)
        assert made["total_records"] == sum(row["records"] for row in made["tables"])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("beside", [{"has_more": {"type": "boolean"}}, {}])
def test_a_total_of_listed_charges_counts_them(tmp_path: Path, beside: dict[str, Any], seed: int) -> None:
    """Charges with ids are things that are listed; what lines cost is added up as before."""
    schema = object_of(total=COUNT, **beside, charges=rows_of(id=TEXT, amount=COUNT))
    ask = asking_all(tmp_path, {"/billing/charges": (schema, PAGED)}, "/billing/charges", seed=seed)
    whole = ask(page=1, per_page=1000)["charges"]
    assert ask(page=1, per_page=2)["total"] == len(whole)

    lines = object_of(total=COUNT, lines=rows_of(text=TEXT, amount=COUNT))
    bill = asking(tmp_path, lines, path="/billing/bill")()
    assert bill["total"] == sum(line["amount"] for line in bill["lines"])


def test_a_country_is_a_part_and_a_word_of_time_is_none(tmp_path: Path) -> None:
    """`from=DE` chooses what is used there; a period that nobody can read takes nothing away."""
    usage = object_of(calls=COUNT, minutes=COUNT)
    parameters = query(**{"from": TEXT, "period": TEXT})
    days = object_of(days=rows_of(date=DATE, calls=COUNT, minutes=COUNT))
    ask = asking_all(tmp_path, {"/usage": (usage, parameters), "/daily": (days, parameters)}, "/usage")
    every, german = ask(), ask(**{"from": "DE"})

    assert 0 < german["calls"] < every["calls"]
    assert ask(period="unreadable") == every


def test_a_total_is_no_less_than_its_rows(tmp_path: Path) -> None:
    """Of rows that are each one of what is counted elsewhere, in a period too."""
    rows = object_of(data=rows_of(id=TEXT, created_at=INSTANT), total=COUNT)
    days = query(**{"from": DATE, "to": DATE})
    paths = {
        "/calls": (rows, query(period=TEXT, **{"from": DATE, "to": DATE})),
        "/usage": (object_of(days=rows_of(date=DATE, calls=COUNT)), days),
    }
    ask = asking_all(tmp_path, paths, "/calls")
    for asked in ({}, {"period": "7d"}, {"from": "2026-03-10", "to": "2026-03-12"}):
        made = ask(**asked)
        assert made["total"] == len(made["data"])


def test_a_count_beside_a_total_is_of_the_page(tmp_path: Path) -> None:
    """As Fractal writes pages, in PHP."""
    page = object_of(total=WHOLE, count=WHOLE, per_page=WHOLE, current_page=WHOLE, total_pages=WHOLE)
    ask = asking(tmp_path, object_of(data=BOATS, meta=object_of(pagination=page)), PAGED)
    whole = len(ask(page=1, per_page=1000)["data"])
    last = -(-whole // 5)

    for number in (1, last):
        made = ask(page=number, per_page=5)
        told = {"total": whole, "count": len(made["data"]), "per_page": 5}
        assert made["meta"]["pagination"] == told | {"current_page": number, "total_pages": last}


def test_sizes_beside_rows_count_none(tmp_path: Path) -> None:
    """`total_size` in bytes and a `length` in seconds stay what they are when the list is cut."""
    sizes = object_of(
        total_size=WHOLE | {"description": "Bytes"}, length=WHOLE | {"description": "Seconds"}, title=TEXT
    )
    ask = asking(tmp_path, object_of(data=BOATS, metadata=sizes), PAGED)
    whole = ask(page=1, per_page=1000)
    rows = len(whole["data"])
    assert rows not in (whole["metadata"]["total_size"], whole["metadata"]["length"])
    assert ask(page=1, per_page=2)["metadata"] == whole["metadata"]


def test_how_many_is_not_which(tmp_path: Path) -> None:
    """`lines=100` asks for so many lines; `names=…` says which row."""
    rows = object_of(data=rows_of(id=TEXT, line=WHOLE, name=TEXT))
    ask = asking(tmp_path, rows, query(lines=WHOLE, names=TEXT), path="/logs")

    assert {row["line"] for row in ask(lines=100)["data"]} != {100}
    assert {row["name"] for row in ask(names="anna")["data"]} == {"anna"}


@pytest.mark.parametrize("seed", SEEDS)
def test_amounts_of_two_currencies_are_two(tmp_path: Path, seed: int) -> None:
    """Dollars say nothing of cents of a euro, nor two currencies of plain cents."""
    for fields in (
        {"amount_usd": AMOUNT, "amount_eur_cents": COUNT},
        {"amount_usd": AMOUNT, "amount_eur": AMOUNT, "amount_cents": COUNT},
    ):
        made = asking_all(tmp_path, {"/u": (object_of(**fields), ())}, "/u", seed=seed)()
        assert made[[*fields][-1]] != round(made["amount_usd"] * 100)


@pytest.mark.parametrize("name", ["gst_number", "tax_id"])
def test_the_number_at_the_tax_office_is_no_tax(tmp_path: Path, name: str) -> None:
    """The total is the subtotal and the tax, whatever the number is."""
    numbers = object_of(subtotal=AMOUNT, **{name: COUNT}, tax=AMOUNT, total=AMOUNT)
    made = asking(tmp_path, numbers, path="/invoice")()
    assert made["total"] == pytest.approx(made["subtotal"] + made["tax"], abs=0.01)

    alone = asking(tmp_path, object_of(subtotal=AMOUNT, **{name: COUNT}, total=AMOUNT), path="/invoice")()
    assert alone["total"] == alone["subtotal"]
