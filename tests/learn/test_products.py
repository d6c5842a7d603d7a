"""Amounts that are the product of two numbers."""

from __future__ import annotations

from collections.abc import Sequence

from metermock.learn.templates.columns import Columns
from metermock.learn.templates.products import Products
from tests.learn.samples import scope, term

COUNTS = [3, 14, 7, 1, 22, 9, 0, 31, 5, 12]
PRICES = [4.99, 0.35, 12.5, 7.25, 0.99, 3.1, 8.0, 2.45, 19.9, 1.05]


def told(**columns: Sequence[float]) -> list[str]:
    """The products that the template finds in columns of numbers."""
    types = {
        name: "integer" if all(isinstance(each, int) for each in its) else "number"
        for name, its in columns.items()
    }
    made = scope(*(term(name, its, types[name]) for name, its in columns.items()))
    return [each.rule for each in Products(Columns(made)).candidates()]


def test_so_many_at_a_price() -> None:
    """The amount is told to the last digit that it shows; of whole numbers exactly."""
    amounts = [round(count * price, 2) for count, price in zip(COUNTS, PRICES, strict=True)]
    whole = [count * each for each, count in enumerate(COUNTS, 20)]

    assert told(count=COUNTS, price=PRICES, amount=amounts) == [
        "near(body.amount, double(body.count) * double(body.price), 0.00501)"
    ]
    assert told(count=COUNTS, seats=list(range(20, 30)), total=whole) == [
        "body.total == body.count * body.seats"
    ]
    assert told(count=COUNTS, price=PRICES, amount=[*amounts[:-1], amounts[-1] + 0.01]) == []


def test_so_much_percent_of_an_amount() -> None:
    """Only where a number is called a percentage, or a rate."""
    percent = [20, 5, 20, 7, 20, 5, 0, 20, 7, 5]
    bases = [100.0, 35.5, 12.5, 72.25, 99.0, 31.1, 80.0, 24.5, 199.0, 10.5]
    taxes = [round(base * each / 100 + 1e-9, 2) for base, each in zip(bases, percent, strict=True)]

    assert told(tax_percent=percent, base=bases, tax=taxes) == [
        "near(body.tax, double(body.tax_percent) * double(body.base) / 100.0, 0.00501)"
    ]
    assert told(days=percent, base=bases, tax=taxes) == []


def test_a_rate_that_was_rounded_makes_no_count() -> None:
    """Errors are requests times their rate only as long as there are few: with more, the rounding shows."""
    requests = [40, 310, 95, 620, 77, 820, 130, 450, 260, 700]
    errors = [3, 31, 9, 20, 7, 64, 11, 45, 13, 70]
    rates = [round(part / whole, 4) for part, whole in zip(errors, requests, strict=True)]

    assert told(requests=requests, errors=errors, error_rate=rates) == []


def test_what_is_there_once_is_no_product() -> None:
    """Of one piece each the amount is the price, whatever multiplies it."""
    assert told(count=[1] * 9 + [2], price=PRICES, amount=[*PRICES[:-1], 2.1]) == []
