"""Which rules names and structure suggest, and which they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import examine
from metermock.init.suggestion import Suggestion
from metermock.init.suggestions import suggestions
from metermock.server.generation.makers.building import Builder

COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
AMOUNT: dict[str, Any] = {"type": "number", "minimum": 0}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}


def object_of(fields: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema of an object that has all of its fields but the optional ones."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required}


def rows_of(**fields: Any) -> dict[str, Any]:
    """The schema of a list of such objects."""
    return {"type": "array", "items": object_of(fields)}


def suggested(
    folder: Path,
    schema: Any,
    *,
    path: str = "/usage",
    parameters: list[dict[str, Any]] | None = None,
    other_media: tuple[str, ...] = (),
) -> list[Suggestion]:
    """What is suggested for an operation whose reply has a schema; all of it compiles."""
    content: dict[str, Any] = {"application/json": {"schema": schema}, **{each: {} for each in other_media}}
    operation: dict[str, Any] = {
        "operationId": "get",
        "parameters": parameters or [],
        "responses": {"200": {"description": "ok", "content": content}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {path: {"get": operation}},
    }
    file = folder / "api.json"
    file.write_text(json.dumps(document))
    contract, _ = examine(file)
    found = suggestions(contract.operations[0], Builder(contract.schemas))
    operation["x-rules"] = [
        {"id": "r", "level": "should", "message": each.message, "rule": each.rule}
        | ({"when": each.when} if each.when else {})
        for each in found
    ]
    file.write_text(json.dumps(document))
    assert examine(file)[1] == []
    return found


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        (
            {"used": COUNT, "remaining": COUNT, "limit": COUNT},
            "body.remaining == (body.limit > body.used ? body.limit - body.used : 0)",
        ),
        (
            {"spent": AMOUNT, "left": AMOUNT, "quota": AMOUNT},
            "near(body.left, max([double(body.quota) - double(body.spent), 0.0]), 0.01)",
        ),
        (
            {"used": COUNT, "limit": COUNT, "used_percent": AMOUNT},
            (
                "!(body.limit > 0 && body.used <= body.limit)"
                " || near(body.used_percent, percent(body.used, body.limit), 0.1)"
            ),
        ),
        (
            {"total_tokens": COUNT, "input_tokens": COUNT, "output_tokens": COUNT},
            "body.total_tokens == body.input_tokens + body.output_tokens",
        ),
        (
            {"total_requests": COUNT, "days": rows_of(date=DATE, requests=COUNT)},
            "near(body.total_requests, sum(column(body.days, 'requests')), 0.01)",
        ),
        ({"count": COUNT, "items": rows_of(name=DATE)}, "body.count == size(body.items)"),
        (
            {"days": rows_of(date=DATE, calls=COUNT)},
            "ascending(column(body.days, 'date')) || descending(column(body.days, 'date'))",
        ),
        (
            {"calls": COUNT, "successful": COUNT, "failed": COUNT},
            "near(double(body.calls), double(body.successful) + double(body.failed), 0.01)",
        ),
        (
            {"total_tokens": COUNT, "cached_tokens": COUNT},
            "double(body.cached_tokens) <= double(body.total_tokens)",
        ),
        (
            {"quantity": COUNT, "unit_price": AMOUNT, "amount": AMOUNT},
            "near(double(body.amount), double(body.quantity) * double(body.unit_price), 0.01)",
        ),
        (
            {"total": AMOUNT, "lines": rows_of(quantity=COUNT, unit_price=AMOUNT, amount=AMOUNT)},
            "near(double(body.total), sum(column(body.lines, 'amount')), 0.01)",
        ),
        (
            {"subtotal": AMOUNT, "tax": AMOUNT, "total": AMOUNT, "line_items": rows_of(amount=AMOUNT)},
            "near(double(body.subtotal), sum(column(body.line_items, 'amount')), 0.01)",
        ),
        (
            {"subtotal_cents": COUNT, "vat_cents": COUNT, "discount_cents": COUNT, "total_cents": COUNT},
            (
                "near(double(body.total_cents), double(body.subtotal_cents) + double(body.vat_cents)"
                " - double(body.discount_cents), 0.01)"
            ),
        ),
        (
            {"total": AMOUNT, "amount_paid": AMOUNT, "balance_due": AMOUNT},
            "near(double(body.balance_due), double(body.total) - double(body.amount_paid), 0.01)",
        ),
        (
            {"total": AMOUNT, "amount_due": AMOUNT, "amount_paid": AMOUNT, "amount_remaining": AMOUNT},
            "near(double(body.amount_remaining), double(body.amount_due) - double(body.amount_paid), 0.01)",
        ),
        ({"start_date": DATE, "end_date": DATE}, "body.start_date <= body.end_date"),
        (
            {"created_at": INSTANT, "updated_at": INSTANT},
            "seconds(body.created_at) <= seconds(body.updated_at)",
        ),
        ({"p50": COUNT, "p99": COUNT}, "body.p50 <= body.p99"),
        ({"calls": {"type": "integer"}}, "body.calls >= 0"),
        ({"keys": rows_of(id={"type": "string"})}, "unique(column(body.keys, 'id'))"),
    ],
)
def test_names_suggest_a_rule(tmp_path: Path, fields: dict[str, Any], rule: str) -> None:
    """Each kind, with what suggests it."""
    found = suggested(tmp_path, object_of(fields))
    assert rule in [each.rule for each in found]
    assert all(each.message and each.why for each in found)


def test_a_total_is_suggested_once(tmp_path: Path) -> None:
    """Names of sums and of invoices may say the same."""
    found = suggested(
        tmp_path, object_of({"net_amount": AMOUNT, "tax_amount": AMOUNT, "total_amount": AMOUNT})
    )
    assert [each.message for each in found] == ["total_amount is net_amount + tax_amount"]


def test_the_total_of_an_invoice_counts_no_lines(tmp_path: Path) -> None:
    """It is what the lines cost, in whatever of them; a total beside other rows is their number."""
    lines = rows_of(description=DATE, amount=AMOUNT)
    found = suggested(tmp_path, object_of({"total": AMOUNT, "lines": lines}))
    assert [each.message for each in found] == ["total is the sum of amount over lines"]


@pytest.mark.parametrize(
    "fields",
    [
        {"used": COUNT, "name": DATE},
        {"limit": COUNT, "remaining": COUNT},
        {"balance": {"type": "integer"}},
        {"keys": rows_of(created_at=INSTANT, calls=COUNT)},
        {"start_date": DATE, "end_date": INSTANT},
        {"count": COUNT, "keys": rows_of(name=DATE), "plans": rows_of(name=DATE)},
        {"subtotal": AMOUNT, "total": AMOUNT},
        {"subtotal": AMOUNT, "tax": AMOUNT, "shipping_fee": AMOUNT, "total": AMOUNT},
        {"subtotal": AMOUNT, "state_tax": AMOUNT, "city_tax": AMOUNT, "total": AMOUNT},
        {"subtotal": AMOUNT, "tax_cents": COUNT, "total": AMOUNT},
        {"subtotal": AMOUNT, "tax_pence": COUNT, "total": AMOUNT},
        {"total_cost": AMOUNT, "models": rows_of(model=DATE, cost_cents=COUNT)},
        {"total": AMOUNT, "lines": rows_of(amount_micros=COUNT)},
        {"tax": AMOUNT, "total": AMOUNT, "lines": rows_of(amount=AMOUNT)},
        {"total": AMOUNT, "lines": rows_of(amount=AMOUNT), "credit_lines": rows_of(amount=AMOUNT)},
        {"class": COUNT, "in": {"type": "integer"}, "a-b": {"type": "integer"}},
    ],
)
def test_other_names_suggest_none(tmp_path: Path, fields: dict[str, Any]) -> None:
    """What is only half of a statement, may be negative, or has no plain name in a rule."""
    assert suggested(tmp_path, object_of(fields)) == []


def test_a_field_that_may_be_absent_or_null_is_asked_for_first(tmp_path: Path) -> None:
    """In `when`, and inside the rule where it is about each row."""
    maybe = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    row = object_of({"start": DATE, "end": DATE}, optional=("end",))
    fields = {"min_ms": COUNT, "max_ms": {"type": ["integer", "null"]}, "calls": maybe}
    schema = object_of({**fields, "spans": {"type": "array", "items": row}}, optional=("spans", "calls"))
    assert [(each.when, each.rule) for each in suggested(tmp_path, schema)] == [
        ("body.max_ms != null", "body.min_ms <= body.max_ms"),
        ("", "!has(body.calls) || body.calls == null || body.calls >= 0"),
        ("has(body.spans)", "body.spans.all(row, !has(row.end) || row.start <= row.end)"),
    ]


def test_parameters_suggest_the_size_of_a_page_and_what_is_repeated(tmp_path: Path) -> None:
    """The only list is no longer than was asked for; the thing has the id of the path."""
    parameters: list[dict[str, Any]] = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 9}},
        {"name": "currency", "in": "query", "schema": {"type": "string", "default": "eur"}},
    ]
    text = {"type": "string"}
    schema = object_of({"id": text, "currency": text, "rows": rows_of(name=text), "total_count": COUNT})
    found = suggested(tmp_path, schema, path="/keys/{id}", parameters=parameters)
    assert [(each.when, each.rule) for each in found] == [
        ("", "body.total_count >= size(body.rows)"),
        ("has(request.limit) && request.limit > 0", "size(body.rows) <= request.limit"),
        ("", "size(body.rows) <= request.page_size"),
        ("", "body.id == request.id"),
        ("", "body.currency == request.currency"),
    ]


def test_a_list_by_itself_has_rows(tmp_path: Path) -> None:
    """The body may be the list."""
    schema = rows_of(id={"type": "string"}, calls={"type": "integer"})
    rules = [each.rule for each in suggested(tmp_path, schema)]
    assert rules == ["body.all(row, row.calls >= 0)", "unique(column(body, 'id'))"]


@pytest.mark.parametrize(("name", "count"), [("id", 1), ("keyId", 1), ("idOrName", 0), ("slug", 0)])
def test_only_an_id_is_repeated_as_the_id(tmp_path: Path, name: str, count: int) -> None:
    """What else a path may name a thing by is not its id."""
    parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    schema = object_of({"id": {"type": "string"}})
    assert len(suggested(tmp_path, schema, path=f"/keys/{{{name}}}", parameters=[parameter])) == count


def test_a_rule_is_about_json_where_a_reply_may_be_a_text(tmp_path: Path) -> None:
    """It would have no value for the other media type."""
    schema = object_of({"calls": {"type": "integer"}})
    (rule,) = suggested(tmp_path, schema, other_media=("text/csv",))
    assert rule.when == "headers['content-type'].contains('json')"
    (rule,) = suggested(tmp_path, schema, other_media=("application/problem+json",))
    assert rule.when == ""
