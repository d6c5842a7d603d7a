"""Invoices: a line is quantity times price, the subtotal adds up lines, and with the tax it is the total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.server.generation.agreeing.counting import of_pages
from metermock.server.generation.agreeing.facts import Facts, Step, looking_at, numbers_of
from metermock.server.generation.agreeing.money_units import WORDS, scale_of
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

QUANTITIES = (
    "billable_units",
    "billable_quantity",
    "billed_units",
    "billed_quantity",
    "quantity",
    "qty",
    "units",
    "seats",
    "hours",
    "count",
    "usage",
    "segments",
    "num_segments",
)
_PRICES = ("unit_price", "unit_amount", "price_per_unit", "unit_cost", "unit_rate", "price", "rate")
AMOUNTS = (
    "gross_amount",
    "gross",
    "amount",
    "line_total",
    "total_price",
    "total_amount",
    "subtotal",
    "total",
    "cost",
    "charge",
)
_SUBTOTALS = ("subtotal", "sub_total", "net_amount", "amount_net", "net", "total_excluding_tax")
_TOTALS = (
    "total",
    "total_amount",
    "grand_total",
    "amount_total",
    "total_including_tax",
    "amount_due",
    "amount",
)
_RESTS = (
    (
        ("gross_amount", "gross", "gross_cost"),
        ("discount_amount", "discount", "discounts"),
        ("net_amount", "net"),
    ),
    (("amount_due",), ("amount_paid",), ("amount_remaining",)),
)
"""A whole, a part of it, and the rest, by the names that invoices have."""
_DUE = (
    ("total", "total_amount", "grand_total", "amount_total", "amount"),
    ("amount_paid", "paid_amount", "total_paid", "paid"),
    (
        *("amount_due", "balance_due", "amount_remaining", "amount_outstanding", "outstanding", "due"),
        *("outstanding_amount", "remaining_amount", "due_amount", "unpaid_amount"),
    ),
)
"""The same, where what is due is the rest."""
_PAID = frozenset({"paid"})
_CURRENCIES = frozenset({"usd", "eur", "gbp"})
_TAXES = frozenset({"tax", "vat", "gst", "taxes"})
_OFF = frozenset({"discount", "discounts"})
_CREDITS = frozenset(
    {"credits", "credits_applied", "credit_applied", "applied_credits", "credit_amount", "credits_used"}
)
"""What is taken away from the amount with the tax."""
_ADDED = frozenset(
    {"fee", "fees", "shipping", "credit", "credits", "adjustment", "adjustments", "tip", "surcharge"}
    | {"rounding", "overage", "refunded", "deposit", "coupon", "promotion", "duty", "handling", "prepaid"}
)
_LINES = frozenset({"line", "lines", "charges"})
_NUMBERS = frozenset({int, float})
_NO_AMOUNTS = frozenset({"id", "number", "code", "included", "inclusive"})
"""Words of what is no amount of tax: its number at the tax office, and what prices have in them."""
_RATES = frozenset({"rate", "percent", "percentage", "pct"})


def bills(fields: Sequence[Facts]) -> Iterator[Step]:
    """What a line and an invoice have of steps, in the order in which one follows from the other."""
    line = line_of(fields)
    if line is not None:
        yield looking_at(_multiplied(*line), *line)
    lines = _lines(fields)
    subtotal = _first(fields, _SUBTOTALS)
    total = _first(fields, _TOTALS) if subtotal is not None or lines else None
    whole = subtotal or total
    if len(lines) == 1 and whole is not None:
        yield looking_at(_added(*lines[0], whole), lines[0][1], whole)
    if subtotal is not None and total is not None and line is None:
        yield _taxed(subtotal, total, fields)
    yield from _rests(fields)


@dataclass(frozen=True, slots=True)
class Sums:
    """How the amounts of an invoice make each other: its own names of them, None for what it has not."""

    subtotal: Facts | None
    total: Facts | None
    lines: tuple[Facts, Facts] | None
    """The only list of lines, and the amount of each."""
    taxes: Sequence[Facts]
    discounts: Sequence[Facts]
    rest: tuple[Facts, Facts, Facts] | None
    """A whole, a part of it, and the rest."""
    is_plain: bool
    """Whether nothing else is there that is added or taken away: a fee, a credit."""


def sums_of(fields: Sequence[Facts]) -> Sums:
    """The amounts of an invoice, as an author may hold them against each other."""
    listed = _lines(fields)
    subtotal, total = _first(fields, _SUBTOTALS), _first(fields, _TOTALS)
    others = [each for each in numbers_of(fields) if each not in (subtotal, total)]
    amounts = [each for each in others if not names.has(each.name, _RATES | names.TOTAL | _NO_AMOUNTS)]
    rests = [
        (whole, part, rest)
        for known in (*_RESTS, _DUE)
        if (whole := _first(fields, known[0]))
        and (part := _first(fields, known[1]))
        and (rest := _first(fields, known[2]))
    ]
    return Sums(
        subtotal,
        total,
        listed[0] if len(listed) == 1 else None,
        [each for each in amounts if names.has(each.name, _TAXES)],
        [each for each in amounts if names.has(each.name, _OFF)],
        rests[0] if rests else None,
        is_plain=not any(names.has(each.name, _ADDED) for each in others),
    )


def _lines(fields: Sequence[Facts]) -> list[tuple[Facts, Facts]]:
    """The lists of an invoice's lines, each with the amount of a line; none where a reply lists charges."""
    subtotal, total = _first(fields, _SUBTOTALS), _first(fields, _TOTALS)
    if subtotal is None and total is not None and total.is_integer and total.name in of_pages(fields):
        return []
    lines = [(each, amount) for each in fields if (amount := _amount_of(each)) is not None]
    others = [each for each in fields if not each.is_list and each is not total]
    if not others and total is not None and total.is_integer:
        # A whole number beside things with ids and nothing else: `total` of `charges`.
        lines = [each for each in lines if not any(names.plain(row.name) == "id" for row in each[0].rows)]
    return lines


def _amount_of(rows: Facts) -> Facts | None:
    """What each line of an invoice costs; None for another list."""
    own = line_of(rows.rows)
    if own is not None:
        return own[2]
    return _first(rows.rows, AMOUNTS) if names.has(rows.name, _LINES) else None


def _rests(fields: Sequence[Facts]) -> Iterator[Step]:
    """Net is gross without the discount; what remains is what is due without what is paid."""
    for wholes, parts, rests in _RESTS:
        found = [_first(fields, known) for known in (wholes, parts, rests)]
        whole, part, rest = found
        if whole is not None and part is not None and rest is not None:
            yield _rest(whole, part, rest)
            return
    whole, part, rest = (_first(fields, known) for known in _DUE)
    if whole is not None and part is not None and rest is not None:
        yield _rest(whole, part, rest)


def _rest(whole: Facts, part: Facts, rest: Facts) -> Step:
    is_paid = names.has(part.name, _PAID)
    into_part, from_part, into_rest = _factor(whole, part), _factor(part, whole), _factor(whole, rest)

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        total, some = _number(made.get(whole.name)), _number(made.get(part.name))
        if total is None or some is None or made.get(rest.name) is None:
            return {}
        status = str(made.get("status", "open" if int(some) % 3 else "paid")).lower()
        percent = (100 if status == "paid" else 0) if is_paid else int(some * 100) % 16
        less = _money(total * percent / 100 * into_part, part)
        left = total - less * from_part
        return {part.name: less, rest.name: _money(left * into_rest, rest)}

    return step


def billed(fields: Sequence[Facts]) -> frozenset[str]:
    """The sums of an invoice, by their names; a total that is none of them may count rows."""
    subtotal, total = _first(fields, _SUBTOTALS), _first(fields, _TOTALS)
    is_invoice = subtotal is not None or bool(_lines(fields))
    return frozenset(each.name for each in (subtotal, total) if each is not None and is_invoice)


def line_of(fields: Sequence[Facts]) -> tuple[Facts, Facts, Facts] | None:
    """Quantity, price and amount of an invoice's line; None for what is no line."""
    found = [_first(fields, known) for known in (QUANTITIES, _PRICES, AMOUNTS)]
    quantity, price, amount = found
    if amount is None and price is not None and names.has(price.name, frozenset({"unit", "rate"})):
        # What a message costs is its price.
        amount = _first(fields, ("price",))
    return None if quantity is None or price is None or amount is None else (quantity, price, amount)


def _first(fields: Sequence[Facts], known: Sequence[str]) -> Facts | None:
    """The number with the likeliest of these names, whatever its currency is."""
    by_name = {
        "_".join(word for word in names.words_of(each.name) if word not in WORDS | _CURRENCIES): each
        for each in reversed(numbers_of(fields))
    }
    return next((by_name[name] for name in known if name in by_name), None)


def _multiplied(quantity: Facts, price: Facts, amount: Facts) -> Step:
    factor = _factor(price, amount)

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        number, each = _number(made.get(quantity.name)), _number(made.get(price.name))
        return {} if number is None or each is None else {amount.name: _money(number * each * factor, amount)}

    return step


def _added(rows: Facts, amount: Facts, whole: Facts) -> Step:
    name, factor = amount.name, _factor(amount, whole)

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        listed = made.get(rows.name)
        if not isinstance(listed, list):
            return {}
        values: list[Any] = [row.get(name) if isinstance(row, dict) else None for row in listed]
        # Their types at once: rows come here by the dozen.
        are_numbers = _NUMBERS.issuperset(map(type, values))
        return {whole.name: _money(sum(values) * factor, whole)} if are_numbers else {}

    return step


def _taxed(subtotal: Facts, total: Facts, fields: Sequence[Facts]) -> Step:
    """Tax and discount are parts of the subtotal, of a size that they may have."""
    others = [each for each in numbers_of(fields) if not names.has(each.name, names.TOTAL | _NO_AMOUNTS)]
    rates = [each for each in others if names.has(each.name, _TAXES) and names.has(each.name, _RATES)]
    taxes = [
        each for each in others if names.has(each.name, _TAXES) and each not in rates and each is not subtotal
    ]
    offs = [each for each in others if names.has(each.name, _OFF) and not names.has(each.name, _RATES)]
    granted = [each for each in others if names.plain(each.name) in _CREDITS]
    into = {each.name: _factor(subtotal, each) for each in (*taxes, *offs, *granted, total)}
    back = {each.name: _factor(each, subtotal) for each in (*taxes, *offs, *granted)}

    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        whole = _number(made.get(subtotal.name))
        parts = {each.name: _number(made.get(each.name)) for each in (*taxes, *offs, *granted)}
        if whole is None or None in parts.values() or max(map(len, (taxes, offs, granted))) > 1:
            return {}
        changes: dict[str, Any] = {}
        left = whole
        for off in offs:
            less = left * (int(parts[off.name] or 0) % 11) / 100
            changes[off.name] = _money(less * into[off.name], off)
            left -= changes[off.name] * back[off.name]
        rate = _number(made.get(rates[0].name)) if rates else None
        for tax in taxes:
            part = 5 + int(parts[tax.name] or 0) % 16 if rate is None else 100 * rate / rates[0].scale
            changes[tax.name] = _money(left * part / 100 * into[tax.name], tax)
            left += changes[tax.name] * back[tax.name]
        for credit in granted:
            less = left * (int(parts[credit.name] or 0) % 31) / 100
            changes[credit.name] = _money(less * into[credit.name], credit)
            left -= changes[credit.name] * back[credit.name]
        return {**changes, total.name: _money(left * into[total.name], total)}

    return step


def _factor(known: Facts, other: Facts) -> float:
    """What an amount in the unit of one field is multiplied with to be in that of another."""
    own, others = scale_of(known.name), scale_of(other.name)
    return 1 if own == others else others / own


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _money(value: float, field: Facts) -> float:
    """An amount with cents, where its field takes them; a text with more digits shows them."""
    exact = round(value, max(2, field.decimals or 0))
    if field.is_integer and exact == int(exact):
        return int(exact)
    return round(value) if field.is_integer and not field.accepts(exact) else exact
