"""A reply that went well has no errors in it; and lists beside each other are columns of one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.generation.made import AMOUNT, COUNT, DATE, TEXT, asking, object_of, rows_of

FLAG = {"type": "boolean"}
MESSAGE = object_of(code=TEXT, message=TEXT)
ACCOUNTS = ("steady", "quiet", "near-limit", "over-limit", "huge", "unlimited")


@pytest.mark.parametrize(
    ("word", "name", "schema", "empty"),
    [
        ("success", "errors", {"type": "array", "items": TEXT}, []),
        ("ok", "error", {"type": ["string", "null"]}, None),
        ("isSuccess", "errorMessage", TEXT, ""),
        ("success", "error", {"oneOf": [MESSAGE, {"type": "null"}]}, None),
    ],
)
def test_errors_beside_success_are_empty(
    tmp_path: Path, word: str, name: str, schema: Any, empty: Any
) -> None:
    """Whatever the account: true, and nothing that went wrong."""
    ask = asking(tmp_path, object_of(**{word: FLAG, name: schema, "calls": COUNT}))
    for account in ACCOUNTS:
        body = ask(account)
        assert (body[word], body[name]) == (True, empty)


def test_an_error_that_may_be_left_out_is(tmp_path: Path) -> None:
    """An optional object is not there."""
    schema = {"type": "object", "required": ["success"], "properties": {"success": FLAG, "error": MESSAGE}}
    assert asking(tmp_path, schema)() == {"success": True}


def test_statistics_of_errors_stay(tmp_path: Path) -> None:
    """Calls that failed are no error of this reply."""
    body = asking(
        tmp_path, object_of(success=FLAG, errors=object_of(total=COUNT, by_type=rows_of(count=COUNT)))
    )()
    assert body["success"]
    assert body["errors"]["by_type"]


def test_a_row_that_failed_has_its_error(tmp_path: Path) -> None:
    """Of the rows of a batch some fail, and those say why; the others do not."""
    ask = asking(tmp_path, object_of(results=rows_of(success=FLAG, error={"type": ["string", "null"]})))
    rows = [row for account in ACCOUNTS for row in ask(account)["results"]]
    assert all(row["error"] is None for row in rows if row["success"])
    assert any(row["error"] for row in rows if not row["success"])


@pytest.mark.parametrize(
    ("axis", "items", "size"), [("labels", TEXT, None), ("dates", DATE, 7), ("timestamps", DATE, 7)]
)
@pytest.mark.parametrize("account", ["steady", "quiet", "huge"])
def test_columns_are_as_long_as_what_names_their_rows(
    tmp_path: Path, axis: str, items: Any, size: int | None, account: str
) -> None:
    """Days are the last ones until today, and each column has a number for each."""
    columns = {"requests": {"type": "array", "items": COUNT}, "cost": {"type": "array", "items": AMOUNT}}
    body = asking(tmp_path, object_of(**{axis: {"type": "array", "items": items}}, **columns))(account)
    assert {len(body[name]) for name in columns} == {len(body[axis])}
    if size:
        assert (len(body[axis]), body[axis][-1]) == (size, "2026-03-18")


def test_datasets_are_as_long_as_their_labels(tmp_path: Path) -> None:
    """The form that chart libraries take."""
    numbers = {"type": "array", "items": COUNT}
    schema = object_of(labels={"type": "array", "items": DATE}, datasets=rows_of(label=TEXT, data=numbers))
    body = asking(tmp_path, schema)()
    assert {len(each["data"]) for each in body["datasets"]} == {7}


def test_columns_that_have_a_length_keep_it(tmp_path: Path) -> None:
    """Valid comes first: a list of two stays one of two."""
    two = {"type": "array", "items": DATE, "maxItems": 2}
    body = asking(tmp_path, object_of(dates=two, requests={"type": "array", "items": COUNT}))()
    assert len(body["dates"]) == len(body["requests"]) == 2


@pytest.mark.parametrize(
    ("name", "schema", "whole"),
    [
        ("share", {"type": "number", "minimum": 0, "maximum": 1}, 1),
        ("percentage", {"type": "number"}, 100),
        ("percentOfTotal", {"type": "integer", "minimum": 0, "maximum": 100}, 100),
        ("cost_share", {"type": "number", "minimum": 0, "maximum": 1}, 1),
    ],
)
def test_shares_of_rows_are_the_whole(tmp_path: Path, name: str, schema: Any, whole: int) -> None:
    """They add up, and the row that counts more has the greater share."""
    rows = rows_of(model=TEXT, requests=COUNT, cost=AMOUNT, **{name: schema})
    ask = asking(tmp_path, object_of(by_model=rows))
    counted = "cost" if name == "cost_share" else "requests"
    for account in ("steady", "quiet", "huge"):
        made = ask(account)["by_model"]
        assert sum(row[name] for row in made) == pytest.approx(whole, abs=1e-9)
        assert [row[name] for row in sorted(made, key=lambda row: row[counted])] == sorted(
            row[name] for row in made
        )
