"""HAL: the lists of a page lie in `_embedded`, and what stands beside it counts each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.server.generation.made import AMOUNT, COUNT, TEXT, WHOLE, asking, object_of, query, rows_of

PAGE = object_of(size=WHOLE, totalElements=WHOLE, totalPages=WHOLE, number=WHOLE)
PAGES = query(page={**WHOLE, "minimum": 0, "default": 0}, size={**WHOLE, "default": 5})
ROWS = rows_of(id=TEXT, amount=AMOUNT)


def hal(**lists: Any) -> dict[str, Any]:
    """The schema of a page with lists, and a number beside them that is called after each."""
    counts = {f"{name.removesuffix('s')}Count": COUNT for name in lists}
    return object_of(_embedded=object_of(**lists), page=PAGE, **counts)


def test_each_list_is_counted_by_its_own_number(tmp_path: Path) -> None:
    """Of several lists none is cut into pages, so that the page holds all rows of them."""
    body = asking(tmp_path, hal(invoices=ROWS, payments=ROWS), PAGES)(size=50)
    counts = [len(rows) for rows in body["_embedded"].values()]

    assert [body["invoiceCount"], body["paymentCount"]] == counts
    assert body["page"] == {"size": 50, "totalElements": sum(counts), "totalPages": 1, "number": 0}


def test_the_only_list_is_counted_on_all_pages(tmp_path: Path) -> None:
    """A page of it shows some rows, and both numbers tell how many there are."""
    ask = asking(tmp_path, hal(invoices=ROWS), PAGES)
    first, second = ask(), ask(page=1)
    ids = {row["id"] for body in (first, second) for row in body["_embedded"]["invoices"]}

    assert len(ids) == 10
    assert first["invoiceCount"] == second["invoiceCount"] == first["page"]["totalElements"] > 10


def test_a_number_of_another_name_counts_none_of_them(tmp_path: Path) -> None:
    """`retry_count` is no number of invoices, and an empty account has none."""
    schema = object_of(
        _embedded=object_of(invoices=ROWS, payments=ROWS), retry_count=COUNT, invoice_count=COUNT
    )
    ask = asking(tmp_path, schema, PAGES)
    body, empty = ask(), ask("empty")

    assert body["invoice_count"] == len(body["_embedded"]["invoices"])
    assert body["retry_count"] not in (len(body["_embedded"]["payments"]), body["invoice_count"])
    assert empty["invoice_count"] == len(empty["_embedded"]["invoices"]) == 0
