"""Invoices of one customer are of successive months, in a list and alone; what only looks like one is not."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.monthly_bills import bill_of, is_called_bill
from metermock.server.generation.values.scene import Scene
from tests.server.generation.made import (
    AMOUNT,
    DATE,
    INSTANT,
    TEXT,
    WHOLE,
    asking,
    asking_all,
    object_of,
    query,
    rows_of,
)

STATUS = {"type": "string", "enum": ["draft", "open", "paid", "void"]}
BILL: dict[str, Any] = {
    "number": {"type": "string", "examples": ["INV-2024-00017"]},
    "status": STATUS,
    "period_start": DATE,
    "period_end": DATE,
    "issued_at": INSTANT,
    "due_date": DATE,
    "total": AMOUNT,
    "amount_paid": AMOUNT,
    "amount_due": AMOUNT,
}
NOW = 1_773_848_527
"""2026-03-18."""


def day(text: str) -> dt.date:
    """The date that a text begins with."""
    return dt.date.fromisoformat(text[:10])


def months_apart(newer: dict[str, Any], older: dict[str, Any]) -> bool:
    """Whether one invoice bills the days before those of another, and has the number before."""
    abut = day(older["period_end"]) + dt.timedelta(days=1) == day(newer["period_start"])
    return abut and int(older["number"].split("-")[-1]) + 1 == int(newer["number"].split("-")[-1])


@pytest.mark.parametrize("account", ["steady", "quiet", "near-limit", "huge"])
@pytest.mark.parametrize("identity", [{"id": TEXT}, {}], ids=["with ids", "without"])
@pytest.mark.parametrize("name", ["invoices", "bills"])
def test_invoices_are_of_successive_months(
    tmp_path: Path, account: str, identity: dict[str, Any], name: str
) -> None:
    """Periods abut, numbers rise, each is issued behind its period and due behind that, all in one term."""
    rows = rows_of(**identity, **BILL)
    pages = query(limit={**WHOLE, "default": 10}, offset={**WHOLE, "default": 0})
    ask = asking(tmp_path, object_of(**{name: rows}), pages)
    found = [*ask(account, now=NOW)[name], *ask(account, now=NOW, offset=10)[name]]

    assert len(found) > 10
    assert found[0]["period_end"] == "2026-02-28"
    assert all(months_apart(*pair) for pair in pairwise(found))
    assert all(day(row["period_end"]) < day(row["issued_at"]) < day(row["due_date"]) for row in found)
    assert len({(day(row["due_date"]) - day(row["issued_at"])).days for row in found}) == 1
    assert {row["number"][:9] for row in found} >= {"INV-2026-", "INV-2025-"}


def test_old_invoices_are_paid(tmp_path: Path) -> None:
    """None of them is a draft, and what is paid is not due."""
    rows = asking(tmp_path, object_of(invoices=rows_of(id=TEXT, **BILL)), query(limit=WHOLE))
    found = rows("steady", now=NOW, limit=50)["invoices"][2:]

    assert {row["status"] for row in found} <= {"paid", "void"}
    assert sum(row["status"] == "paid" for row in found) > len(found) / 2
    assert all((row["status"] == "paid") == (row["amount_due"] == 0) for row in found)


def test_an_invoice_is_the_same_by_itself(tmp_path: Path) -> None:
    """Its id leads to its month, in whatever order and process they are asked for."""
    one = {"$ref": "#/components/schemas/Invoice"}
    path = [{"name": "invoice_id", "in": "path", "required": True, "schema": TEXT}]
    paths: dict[str, Any] = {
        "/invoices": (object_of(data={"type": "array", "items": one}), query(limit=WHOLE)),
        "/invoices/{invoice_id}": (one, path),
    }
    shared = {"Invoice": object_of(id=TEXT, **BILL)}
    ask = asking_all(tmp_path, paths, "/invoices", shared=shared)
    listed = ask(limit=12, now=NOW)["data"]
    again = asking_all(tmp_path, paths, "/invoices", shared=shared)

    assert len({row["period_start"] for row in listed}) == len(listed)
    assert [
        again(path="/invoices/{invoice_id}", invoice_id=row["id"], now=NOW) for row in listed[::-1]
    ] == listed[::-1]


def test_a_later_clock_has_one_more_month(tmp_path: Path) -> None:
    """The newest invoice bills the month before the clock's, on its first minute too."""
    ask = asking(tmp_path, object_of(invoices=rows_of(**BILL)))
    april = int(dt.datetime(2026, 4, 1, 0, 1, tzinfo=dt.UTC).timestamp())
    newest = [ask(now=now)["invoices"][0] for now in (NOW, april)]

    assert [row["period_start"] for row in newest] == ["2026-02-01", "2026-03-01"]
    assert months_apart(*newest[::-1])
    assert newest[1]["issued_at"] <= "2026-04-01T00:01:00Z"


def test_the_next_invoice_is_of_this_month(tmp_path: Path) -> None:
    """It is due behind the end of the month, and the last one was of the month before."""
    bill = object_of(period_start=DATE, period_end=DATE, due_date=DATE, amount=AMOUNT)
    body = asking(tmp_path, object_of(upcoming_invoice=bill, last_invoice=bill))(now=NOW)

    assert (body["upcoming_invoice"]["period_start"], body["upcoming_invoice"]["period_end"]) == (
        "2026-03-01",
        "2026-03-31",
    )
    assert body["upcoming_invoice"]["due_date"] > "2026-04-01"
    assert body["last_invoice"]["period_end"] == "2026-02-28"


@pytest.mark.parametrize("months", ["billing_period", "period"])
def test_a_statement_names_its_month(tmp_path: Path, months: str) -> None:
    """As a text such as 2026-02, and its balances follow from what came and went."""
    month = {"type": "string", "example": "2025-11"}
    flows = dict.fromkeys(("opening_balance", "charges", "payments", "closing_balance"), AMOUNT)
    rows = {
        "type": "array",
        "items": object_of(**{months: month}, statement_date=DATE, due_date=DATE, **flows),
    }
    found = asking(tmp_path, object_of(statements=rows))(now=NOW)["statements"]

    assert [row[months] for row in found] == ["2026-02", "2026-01", "2025-12", "2025-11"][: len(found)]
    for row in found:
        closing = row["opening_balance"] + row["charges"] - row["payments"]
        assert row["closing_balance"] == pytest.approx(closing, abs=0.01)


def test_invoices_of_many_customers_are_of_any_month(tmp_path: Path) -> None:
    """A vendor writes several in one month; those of one customer, whom the path names, are successive."""
    rows = object_of(data={"type": "array", "items": {"$ref": "#/components/schemas/Invoice"}})
    path = [{"name": "customer_id", "in": "path", "required": True, "schema": TEXT}]
    pages = query(limit=WHOLE)
    paths: dict[str, Any] = {
        "/invoices": (rows, pages),
        "/customers/{customer_id}/invoices": (rows, [*path, *pages]),
    }
    shared = {"Invoice": object_of(id=TEXT, customer_id=TEXT, **BILL)}
    ask = asking_all(tmp_path, paths, "/invoices", shared=shared)
    every = ask(limit=50, now=NOW)["data"]
    own = ask(path="/customers/{customer_id}/invoices", customer_id="c1", limit=50, now=NOW)["data"]

    assert len({row["period_start"] for row in every}) < len(every)
    assert all(months_apart(*pair) for pair in pairwise(own))


@pytest.mark.parametrize(
    "name",
    ["Invoice", "invoices", "billing.v1.invoice", "BillSummary", "InvoiceRead", "AccountStatementResponse"],
)
def test_an_invoice_is_called_so(name: str) -> None:
    """By the last word of its name, but for what types have at the end."""
    assert is_called_bill(name)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("InvoiceItem", ("period_start", "period_end", "amount")),
        ("invoice_settings", ("due_date", "amount")),
        ("BillingAddress", ("created_at", "total")),
        ("Order", ("created_at", "due_date", "total")),
        ("bill", ("introduced_on", "created_at", "sponsor")),
        ("statement", ("sql", "created_at", "rows")),
        ("Invoice", ("total", "currency")),
    ],
)
def test_what_looks_like_an_invoice_is_none(name: str, fields: tuple[str, ...]) -> None:
    """A line of one, an order, a bill of a parliament, a statement of SQL, and one without any date."""
    dated = ("start", "end", "date", "at", "on")
    facts = [
        Facts(each, notation="date" if each.endswith(dated) else None, is_number=each in ("amount", "total"))
        for each in fields
    ]

    assert bill_of(facts, (name,), "id") is None


BALANCES: dict[str, Any] = dict.fromkeys(
    ("opening_balance", "charges", "payments", "closing_balance"), AMOUNT
)


@pytest.mark.parametrize("account", ["steady", "quiet", "huge"])
@pytest.mark.parametrize("identity", [{"id": TEXT}, {}], ids=["with ids", "without"])
def test_a_statement_begins_with_what_the_last_one_ended_with(
    tmp_path: Path, account: str, identity: dict[str, Any]
) -> None:
    """And ends with that and all charges without the payments; by itself it is the one of the list."""
    statement = object_of(**identity, issued_at=INSTANT, period_start=DATE, period_end=DATE, **BALANCES)
    named = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
    shared = {"Statement": statement}
    one = {"$ref": "#/components/schemas/Statement"}
    paths: dict[str, Any] = {
        "/statements": (object_of(statements={"type": "array", "items": one}), query(limit=WHOLE)),
        "/statements/{id}": (one, named),
    }
    ask = asking_all(tmp_path, paths, "/statements", shared=shared)
    found = ask(account, limit=8)["statements"]

    assert len(found) > 2
    for newer, older in pairwise(found):
        assert newer["opening_balance"] == older["closing_balance"]
    for row in found:
        moved = row["opening_balance"] + row["charges"] - row["payments"]
        assert moved == pytest.approx(row["closing_balance"], abs=0.005)
        assert min(row[name] for name in BALANCES) >= 0
        assert not identity or ask(account, path="/statements/{id}", id=row["id"]) == row


def test_balances_that_a_schema_bounds_are_valid(tmp_path: Path) -> None:
    """A reply that would be invalid is not made: the months are told all the same."""
    small = {**AMOUNT, "maximum": 5}
    balances = {**BALANCES, "payments": small}
    rows = rows_of(id=TEXT, issued_at=INSTANT, period_start=DATE, period_end=DATE, **balances)
    found = asking(tmp_path, object_of(statements=rows))()["statements"]
    assert all(row["payments"] <= 5 for row in found)
    assert [row["period_end"] for row in found][:2] == ["2026-02-28", "2026-01-31"]


@pytest.mark.parametrize("account", ["steady", "quiet", "near-limit", "huge"])
@pytest.mark.parametrize("identity", [{"id": TEXT}, {}], ids=["with ids", "without"])
@pytest.mark.parametrize("paid", ["paid_at", "paidOn"])
def test_a_paid_invoice_was_paid_until_it_was_due(
    tmp_path: Path, account: str, identity: dict[str, Any], paid: str
) -> None:
    """Between the day on which it was issued and the last of its term, also by itself; no other was paid."""
    notation = {"type": ["string", "null"], "format": "date"}
    seconds = {"type": ["integer", "null"], "description": "Unix seconds"}
    bill = {**identity, **BILL, paid: notation if paid == "paidOn" else seconds}
    ask = asking(tmp_path, object_of(invoices=rows_of(**bill)), query(limit=WHOLE))
    rows = ask(account, limit=12)["invoices"]

    assert sum(row["status"] == "paid" for row in rows) > 6
    for row in rows:
        assert (row[paid] is not None) is (row["status"] == "paid"), row
        if row[paid] is not None:
            at = row[paid]
            on = day(at) if isinstance(at, str) else dt.datetime.fromtimestamp(at, dt.UTC).date()
            assert day(row["issued_at"]) <= on <= day(row["due_date"]), row


def test_what_is_paid_through_is_no_payment() -> None:
    """`paid_through` is the end of what a payment covers: it is as it is in an invoice without a month."""
    facts = [Facts("issued_at", notation="date"), Facts("paid_through", notation="date")]
    bill = bill_of([*facts, Facts("total", is_number=True)], ("invoice",), None)

    assert bill is not None
    scene = Scene(now=NOW)
    assert "paid_through" not in bill.dated(
        {"issued_at": "2026-03-01", "paid_through": "2026-04-01"}, 3, scene
    )


@pytest.mark.parametrize("account", ["steady", "quiet", "over-limit"])
def test_what_is_paid_stays_as_the_clock_goes_on(tmp_path: Path, account: str) -> None:
    """Neither the newest invoice nor the one before is paid anew each second."""
    bill = {"id": TEXT, **BILL, "paid_at": {"type": ["string", "null"], "format": "date-time"}}
    rows = object_of(invoices=rows_of(**bill))
    for seed in range(6):
        ask = asking_all(tmp_path, {"/invoices": (rows, ())}, "/invoices", seed=seed)
        for days in (1, 2, 5, 12, 27):
            now = 1_772_323_200 + days * 86_400
            assert ask(account, now=now) == ask(account, now=now + 7)
