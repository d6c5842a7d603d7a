"""Invoices of successive months: each bills the month after that of the last one, and has the next number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.ledger import dice
from metermock.ledger.calendar import DAY, HOUR, month_edge
from metermock.server.generation.agreeing.carried import Carried
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.invoices import DATED, edges_billed, edges_of_span, is_payable
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UTC, Grain

MONTHS = 64
"""How many months back an id leads: more than a list has rows."""
_BILLS = frozenset({"invoice", "bill", "statement"})
_SHAPES = frozenset(
    {"summary", "response", "read", "out", "dto", "model", "object", "schema", "view", "data", "record"}
    | {"detail", "details", "resource", "entity", "public"}
)
"""What the type of an invoice may be called behind that word; an `InvoiceItem` is none."""
_MONEY = frozenset(
    {"amount", "total", "subtotal", "due", "balance", "charges", "cost", "price", "paid", "net", "gross"}
)
_CUSTOMERS = frozenset({"customer", "customer_id", "client", "client_id", "contact_id", "buyer_id", "payer"})
"""Whose invoice it is, of a vendor that writes them to many; a parameter may name the one."""
_AHEAD, _LAST = frozenset({"next", "upcoming"}), frozenset({"last", "latest"})
_MONTH_NAMES = frozenset(
    {"period", "billing_period", "month", "billing_month", "invoice_month", "service_period"}
    | {"statement_period", "invoice_period"}
)
_NUMBERS = frozenset({"number", "invoice_number", "bill_number", "statement_number", "invoice_no", "bill_no"})
_STATES = ("status", "state", "invoice_status", "payment_status")
_OPEN = frozenset(
    {"open", "draft", "pending", "unpaid", "upcoming", "due", "overdue", "issued", "sent", "processing"}
    | {"scheduled", "outstanding", "past_due", "payment_due"}
)
"""States that an invoice of the last months may have, and an old one seldom has."""
_OTHER_ENDS = frozenset(
    {
        "void",
        "voided",
        "uncollectible",
        "canceled",
        "cancelled",
        "refunded",
        "failed",
        "written_off",
        "rejected",
    }
)
_FEW = 8
"""One invoice of so many may have ended otherwise than paid."""
_TERMS = (14, 30)
"""Days in which an account has to pay."""
_MOST = 27 * DAY
"""After which an invoice of another month has been paid."""
_NOT_YET, _LATE = frozenset({"draft", "upcoming", "scheduled"}), frozenset({"overdue", "past_due"})
_PAID, _UNTIL = frozenset({"paid", "settled"}), frozenset({"to", "until", "through"})
_MONTH = re.compile(r"\d{4}-\d\d")
_COUNTED = re.compile(r"(.*?)(\d+)", re.DOTALL)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_FIRST, _SPREAD = 24_228 - 120, 120
"""The month of the oldest first invoice, from the year nought on, and how many months later others are."""


def is_called_bill(name: str) -> bool:
    """Whether a field or a type is an invoice, by its name."""
    words = [names.singular(word) for word in names.words_of(name)]
    while words and words[-1] in _SHAPES:
        words.pop()
    return bool(words) and words[-1] in _BILLS


class MonthlyBill:
    """What an invoice says of its month."""

    def __init__(self, fields: Sequence[Facts], identity: str | None) -> None:
        told = {names.plain(each.name): each for each in fields}
        dated = {name: each for name, each in told.items() if each.notation not in (None, "time")}
        self.identity = identity
        self._issued = [dated[name] for name in DATED if name in dated]
        self._edges = edges_billed(dated.values())
        self._spans = [
            (each, edges)
            for name, each in told.items()
            if name in _MONTH_NAMES and (edges := edges_of_span(each.fields)) is not None
        ]
        self._months = [each for name, each in told.items() if name in _MONTH_NAMES]
        self._due = [each for each in dated.values() if is_payable(each)]
        self._paid = [
            each for name, each in dated.items() if names.has(name, _PAID) and not names.has(name, _UNTIL)
        ]
        self._number = next((each for name, each in told.items() if name in _NUMBERS), None)
        self._status = next((told[name] for name in _STATES if name in told), None)
        self._carried = Carried(fields)
        self._customers = frozenset(_CUSTOMERS & told.keys())

    @property
    def is_dated(self) -> bool:
        """Whether anything in it is of a month."""
        return bool(self._issued or self._edges or self._spans)

    def is_of_one(self, scene: Scene) -> bool:
        """Whether all invoices of a reply are of one customer."""
        return not self._customers or not self._customers.isdisjoint(scene.said)

    def place(self, scene: Scene, own: Any) -> int:
        """How many months ago the invoice with an id was issued."""
        return dice.key("month of a bill", scene.seed, scene.account, own) % MONTHS

    def changes(self, made: Mapping[str, Any], ago: int, scene: Scene) -> dict[str, Any]:
        """What an invoice says that was issued so many months ago."""
        return self.dated(made, ago, scene) | self.carried(made, ago, scene)

    def carried(self, made: Mapping[str, Any], ago: int, scene: Scene) -> dict[str, Any]:
        """The balances of its month."""
        month = Grain("month").number(month_edge(scene.now, -ago, UTC))
        return self._carried.changes(made, month, scene)

    def dated(self, made: Mapping[str, Any], ago: int, scene: Scene) -> dict[str, Any]:
        """The instants, the number and the state of what was issued at the beginning of its month."""
        begun = month_edge(scene.now, -ago, UTC)
        at = begun + 2 * HOUR + dice.key("hour of bills", scene.seed, scene.account) % (4 * HOUR)
        at = at if ago < 0 else min(at, scene.now)
        told: dict[str, Any] = {
            each.name: written(at, each.notation or "date") for each in self._issued if ago >= 0
        }
        first, after = month_edge(begun, -1, UTC), begun
        for each, instant in zip(self._edges or (), (first, after - 1), strict=False):
            told[each.name] = written(instant, each.notation or "date")
        for each, edges in self._spans:
            own = made.get(each.name)
            if isinstance(own, dict) and all(own.get(edge.name) is not None for edge in edges):
                within = {
                    edge.name: written(instant, edge.notation or "date")
                    for edge, instant in zip(edges, (first, after - 1), strict=True)
                }
                told[each.name] = {**own, **within}
        until = at + _TERMS[dice.key("terms", scene.seed, scene.account) % len(_TERMS)] * DAY
        told |= {each.name: written(until, each.notation or "date") for each in self._due}
        for each in self._months:
            if each.notation == "month" or _is_month(made.get(each.name)):
                told[each.name] = written(first, "month")
        found = {name: value for name, value in told.items() if made.get(name) is not None}
        stated = self._stated(made, ago, scene)
        settled = self._settled({**made, **stated}, ago, (at, until), scene)
        return found | self._numbered(made, begun, scene) | stated | settled

    def _settled(
        self, made: Mapping[str, Any], ago: int, term: tuple[int, int], scene: Scene
    ) -> dict[str, Any]:
        """When a paid invoice was paid, within its term; no other one has been."""
        begun, until = term
        drawn = dice.key("paid", scene.seed, scene.account, ago)
        # The newest one at once and others within their month: none goes on with the clock.
        after = DAY + drawn % (min(until - begun, _MOST) - DAY) if ago > 0 else drawn % HOUR
        at = max(min(begun + after, scene.now), begun)
        status = made.get(self._status.name) if self._status is not None else None
        told: dict[str, Any] = {}
        for each in self._paid if ago >= 0 else ():
            is_paid = made.get(each.name) is not None
            if isinstance(status, str):
                is_paid = not _PAID.isdisjoint(names.words_of(status))
            if each.name in made and (is_paid or each.accepts(None)):
                told[each.name] = written(at, each.notation or "date") if is_paid else None
        return told

    def _numbered(self, made: Mapping[str, Any], begun: int, scene: Scene) -> dict[str, Any]:
        """The next number, in the form that the made one has."""
        number = self._number
        if number is None or number.name == self.identity:
            return {}
        month = Grain("month").number(begun)
        count = month - _FIRST - dice.key("first bill", scene.seed, scene.account) % _SPREAD
        value = made.get(number.name)
        if isinstance(value, int) and not isinstance(value, bool):
            return {number.name: max(count, 1)}
        found = _COUNTED.fullmatch(value) if isinstance(value, str) else None
        if found is None or len(found[2]) > 9:  # noqa: PLR2004 - no number of a bank or an account
            return {}
        before = _YEAR.sub(written(begun, "month")[:4], found[1])
        return {number.name: f"{before}{max(count, 1):0{len(found[2])}}"}

    def _stated(self, made: Mapping[str, Any], ago: int, scene: Scene) -> dict[str, Any]:
        """Old invoices are paid, most of them, and the newest is not due yet."""
        status = self._status
        value = made.get(status.name) if status is not None else None
        if status is None or not isinstance(value, str) or ago < 0:
            return {}
        plain = names.plain(value)
        is_usual = dice.key("end of a bill", scene.seed, scene.account, ago) % _FEW > 0
        is_odd = plain in _OTHER_ENDS and is_usual
        is_open = plain in _OPEN if ago > 1 else ago == 1 and plain in _NOT_YET
        wanted = "open" if not ago and (plain in _LATE or is_odd) else "paid" if is_open or is_odd else ""
        for form in (wanted, wanted.upper(), wanted.title()):
            if form and status.accepts(form):
                return {status.name: form}
        return {}


def bill_of(fields: Sequence[Facts], called: Sequence[str], identity: str | None) -> MonthlyBill | None:
    """What is known of an invoice that one of its names says it is; None for anything else."""
    if not any(map(is_called_bill, called)):
        return None
    has_money = any((each.is_number or each.is_object) and names.has(each.name, _MONEY) for each in fields)
    bill = MonthlyBill(fields, identity) if has_money else None
    return bill if bill is not None and bill.is_dated else None


def monthly(fields: Sequence[Facts], name: str, owner: str | None, identity: str | None) -> Iterator[Step]:
    """An invoice is of the month that its id, or the name of its field, leads to."""
    bill = bill_of(fields, (name, owner or ""), identity)
    if bill is None:
        return
    ago = -1 if names.has(name, _AHEAD) else 0 if names.has(name, _LAST) else None
    if ago is None and identity is None:
        return

    yield partial(_of_month, bill, identity, ago, bill.dated)
    yield partial(_of_month, bill, identity, ago, bill.carried)


def _of_month(  # noqa: PLR0917 - of one caller
    bill: MonthlyBill,
    identity: str | None,
    ago: int | None,
    tells: Callable[[Mapping[str, Any], int, Scene], dict[str, Any]],
    made: dict[str, Any],
    scene: Scene,
) -> Mapping[str, Any]:
    own = made.get(identity) if identity is not None else None
    if scene.event or not bill.is_of_one(scene) or (ago is None and own is None):
        return {}
    return tells(made, bill.place(scene, own) if ago is None else ago, scene)


def _is_month(value: Any) -> bool:
    return isinstance(value, str) and _MONTH.fullmatch(value) is not None
