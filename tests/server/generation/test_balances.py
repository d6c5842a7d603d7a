"""Balances, batches, counts of lists and invoices: numbers of one object that follow from each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import (
    ACCOUNTS,
    AMOUNT,
    COUNT,
    DATE,
    INSTANT,
    SEEDS,
    TEXT,
    WHOLE,
    asking_all,
    object_of,
    query,
    rows_of,
)


def bodies(folder: Path, schema: Any, parameters: Any = ()) -> Iterator[Any]:
    """The replies of a schema to each account, under several seeds."""
    for seed in SEEDS:
        ask = asking_all(folder, {"/usage": (schema, parameters)}, "/usage", seed=seed)
        yield from (ask(account) for account in ACCOUNTS)


@pytest.mark.parametrize(
    ("granted", "spent", "lost", "rest"),
    [
        (("granted", COUNT), ("spent", COUNT), ("expired", COUNT), ("balance", COUNT)),
        (("creditsGranted", COUNT), ("creditsUsed", COUNT), None, ("creditBalance", WHOLE)),
        (("total_purchased", AMOUNT), ("total_spent", AMOUNT), None, ("balance", AMOUNT)),
    ],
)
def test_a_balance_is_what_came_in_without_what_went_out(
    tmp_path: Path, granted: Any, spent: Any, lost: Any, rest: Any
) -> None:
    """It is not below nought where the schema takes none, and no more expires soon than there is."""
    fields = dict(filter(None, (granted, spent, lost, rest)))
    for body in bodies(tmp_path, object_of(**fields, expiring_soon=COUNT)):
        left = body[granted[0]] - body[spent[0]] - (body[lost[0]] if lost else 0)
        least = -(10**9) if rest[1] is WHOLE else 0
        assert body[rest[0]] == pytest.approx(max(left, least), abs=0.01)
        assert 0 <= body["expiring_soon"] <= max(body[rest[0]], 0)


@pytest.mark.parametrize(
    ("kind", "amount", "before", "after"),
    [
        ("type", "amount", "balance_before", "balance_after"),
        ("direction", "credits", "openingBalance", "closingBalance"),
    ],
)
def test_a_transaction_moves_the_balance(
    tmp_path: Path, kind: str, amount: str, before: str, after: str
) -> None:
    """A debit takes the amount away, a credit adds it."""
    either: dict[str, Any] = {"type": "string", "enum": ["debit", "credit"]}
    row = {"id": TEXT, kind: either, amount: COUNT, before: COUNT, after: COUNT}
    seen = set()
    for body in bodies(tmp_path, object_of(transactions=rows_of(**row))):
        for each in body["transactions"]:
            sign = -1 if each[kind] == "debit" else 1
            assert each[after] == each[before] + sign * each[amount]
            seen.add(each[kind])
    assert len(seen) == len(("debit", "credit"))


def test_no_more_is_used_of_a_grant_than_it_was(tmp_path: Path) -> None:
    """What is used and what is left of a grant make its amount, for who is over a limit too."""
    row = {"id": TEXT, "amount": COUNT, "used": COUNT, "remaining": COUNT}
    for body in bodies(tmp_path, object_of(grants=rows_of(**row))):
        assert all(each["used"] + each["remaining"] == each["amount"] for each in body["grants"])


@pytest.mark.parametrize(
    ("taken", "refused", "whole", "faults"),
    [
        ("accepted", "rejected", "total", "errors"),
        ("importedRows", "failedRows", "totalRows", "failures"),
        ("processed", "invalid_count", "received", "errors"),
    ],
)
def test_what_a_batch_refused_has_a_row(
    tmp_path: Path, taken: str, refused: str, whole: str, faults: str
) -> None:
    """As many errors as things were refused, and those with what was taken make all of them."""
    schema = object_of(
        **{taken: COUNT, refused: COUNT, whole: COUNT, faults: rows_of(index=COUNT, message=TEXT)}
    )
    for body in bodies(tmp_path, schema):
        assert body[refused] == len(body[faults])
        assert body[whole] == body[taken] + body[refused]


@pytest.mark.parametrize(
    ("name", "rows"), [("member_count", "members"), ("totalKeys", "keys"), ("num_teams", "teams")]
)
def test_a_count_is_that_of_the_list_it_is_called_after(tmp_path: Path, name: str, rows: str) -> None:
    """Beside other lists too, and of all pages."""
    schema = object_of(
        **{name: COUNT, rows: rows_of(id=TEXT, name=TEXT), "tags": {"type": "array", "items": TEXT}}
    )
    for body in bodies(tmp_path, schema):
        assert body[name] == len(body[rows])
    paged = object_of(**{name: COUNT, rows: rows_of(id=TEXT, name=TEXT)})
    for body in bodies(tmp_path, paged, query(limit=COUNT, offset=COUNT)):
        assert body[name] >= len(body[rows])


@pytest.mark.parametrize("issued", ["issued_at", "createdAt", "invoiceDate"])
def test_an_invoice_bills_the_month_before_it(tmp_path: Path, issued: str) -> None:
    """It is issued when the month is over, due behind that, and its lines, tax and payments make its sums."""
    status: dict[str, Any] = {"type": "string", "enum": ["open", "paid"]}
    row = {
        "id": TEXT,
        "status": status,
        "period_start": DATE,
        "period_end": DATE,
        "due_date": DATE,
        issued: INSTANT,
        **dict.fromkeys(("subtotal", "tax", "total", "amount_paid", "amount_due"), AMOUNT),
        "lines": rows_of(quantity=COUNT, unit_price=AMOUNT, amount=AMOUNT),
    }
    for body in bodies(tmp_path, object_of(invoices=rows_of(**row))):
        for each in body["invoices"]:
            at = datetime.fromisoformat(each[issued]).date()
            end = datetime.fromisoformat(each["period_end"]).date()
            assert end == at.replace(day=1) - timedelta(days=1)
            assert datetime.fromisoformat(each["period_start"]).date() == end.replace(day=1)
            assert datetime.fromisoformat(each["due_date"]).date() > at
            assert each["subtotal"] == pytest.approx(sum(line["amount"] for line in each["lines"]), abs=0.01)
            assert each["total"] == pytest.approx(each["subtotal"] + each["tax"], abs=0.01)
            assert each["amount_due"] == pytest.approx(each["total"] - each["amount_paid"], abs=0.01)
            assert (each["amount_due"] == 0) is (each["status"] == "paid" or not each["total"])


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ("invoices", "invoice_number"),
        ("files", "fileSize"),
        ("lines", "line_number"),
        ("orders", "order_total"),
        ("items", "item_size"),
    ],
)
def test_a_number_or_size_of_one_thing_is_no_count(tmp_path: Path, rows: str, name: str) -> None:
    """What an invoice is called by, and how large a file is, is not how many there are."""
    schema = object_of(**{rows: rows_of(id=TEXT, order_number=WHOLE), name: COUNT})
    several = [body for body in bodies(tmp_path, schema) if body[rows]]
    assert any(body[name] != len(body[rows]) for body in several)
    assert any(body[name] != sum(row["order_number"] for row in body[rows]) for body in several)


def test_what_a_batch_passed_over_is_in_its_total(tmp_path: Path) -> None:
    """Duplicates and what was skipped are things of it too."""
    fields = dict.fromkeys(("accepted", "rejected", "duplicates", "skipped", "total"), COUNT)
    for body in bodies(tmp_path, object_of(**fields, errors=rows_of(index=COUNT, reason=TEXT))):
        several = ("accepted", "rejected", "duplicates", "skipped")
        assert body["total"] == sum(body[each] for each in several)
        assert body["rejected"] == len(body["errors"])


def test_kinds_of_errors_are_not_counted_by_their_rows(tmp_path: Path) -> None:
    """A row with a count of its own stands for more than one error."""
    schema = object_of(accepted=COUNT, rejected=COUNT, errors=rows_of(code=TEXT, count=COUNT))
    several = [body for body in bodies(tmp_path, schema) if body["errors"]]
    assert any(body["rejected"] != len(body["errors"]) for body in several)


def test_an_order_is_no_invoice(tmp_path: Path) -> None:
    """Its service is not that of the month before, though it has a tax and a total; nor is a pickup paid."""
    row = {
        "created_at": INSTANT,
        "service_from": DATE,
        "service_until": DATE,
        "pickup_due_at": INSTANT,
        **dict.fromkeys(("subtotal", "tax", "total"), AMOUNT),
    }
    ends, weeks = set(), set()
    for body in bodies(tmp_path, object_of(orders=rows_of(id=TEXT, **row))):
        for each in body["orders"]:
            at = datetime.fromisoformat(each["created_at"])
            end = datetime.fromisoformat(each["service_until"]).date()
            ends.add(end == at.date().replace(day=1) - timedelta(days=1))
            weeks.add(datetime.fromisoformat(each["pickup_due_at"]) - at)
    assert False in ends
    assert len(weeks) > len(SEEDS)


def test_what_moves_a_balance_unknown_ways_leaves_it(tmp_path: Path) -> None:
    """A bonus is granted too; which way a refund goes nobody knows, so that nothing is told."""
    fields = dict.fromkeys(("purchased", "bonus", "used"), COUNT)
    for body in bodies(tmp_path, object_of(**fields, balance=WHOLE)):
        assert body["balance"] == body["purchased"] + body["bonus"] - body["used"]
    several = [*bodies(tmp_path, object_of(**fields, refunded=COUNT, balance=WHOLE))]
    assert any(body["balance"] != body["purchased"] + body["bonus"] - body["used"] for body in several)


def test_a_statement_moves_by_all_that_came_and_went(tmp_path: Path) -> None:
    """`credits` beside `debits` are not the amount of one transaction."""
    fields = dict.fromkeys(("opening_balance", "credits", "debits", "closing_balance"), AMOUNT)
    for body in bodies(tmp_path, object_of(**fields)):
        told = body["opening_balance"] + body["credits"] - body["debits"]
        assert body["closing_balance"] == pytest.approx(told, abs=0.011)
