"""When an invoice is of what: it is issued after the month that it bills, and due some weeks later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from metermock.ledger.calendar import DAY, month_edge
from metermock.remembered import remembered
from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import UTC

DATED = (
    *("issued_at", "issue_date", "issued_on", "invoice_date", "billed_at", "date_issued", "finalized_at"),
    *("statement_date", "bill_date", "billing_date", "created_at", "created", "date_created", "date"),
)
"""The day on which an invoice is written, the likeliest name first."""
_PERIODS = frozenset({"period", "service", "billing"})
_CURRENT = frozenset({"current", "next", "trial", "cycle"})
_STARTS, _ENDS = frozenset({"start", "starts", "from", "begin"}), frozenset({"end", "ends", "to", "until"})
_DUE = frozenset({"due"})
_PAYABLE = _DUE | {"date", "at", "on", "by", "payment", "pay", "invoice", "bill"}
"""All that a name may say of the day until which an invoice has to be paid: an order is `pickup_due_at`."""
_INVOICES = frozenset(
    {
        "invoice",
        "invoices",
        "statement",
        "statements",
        "bill",
        "bills",
        "billing",
        "billed",
        "issued",
        "issue",
    }
    | {"finalized"}
)
_WEEKS = (14, 30)
"""Days in which an invoice has to be paid."""


def periods(fields: Sequence[Facts], around: str, *, has_sums: bool) -> Iterator[Step]:
    """`period_start` and `period_end` are the month before `issued_at`, and `due_date` lies behind it.

    What has sums as invoices have is one only where a name says so: orders and carts have them, too.
    """
    is_said = any(_is_of(each, _INVOICES) or is_payable(each) for each in fields)
    if not names.has(around, _INVOICES - {"issue"}) and not (has_sums and is_said):
        return
    told = {names.plain(each.name): each for each in fields if each.notation not in (None, "time")}
    issued = next((told[name] for name in DATED if name in told), None)
    if issued is None:
        return
    due = [each for each in told.values() if is_payable(each)]
    edges = edges_billed(told.values())
    if edges is not None:
        yield _billed(issued, *edges)
    if len(due) == 1:
        yield _paid_until(issued, due[0])


def _is_of(field: Facts, words: frozenset[str]) -> bool:
    return names.has(field.name, words)


def edges_billed(fields: Iterable[Facts]) -> tuple[Facts, Facts] | None:
    """The fields that say when the period begins and ends that an invoice bills."""
    return edges_of_span([each for each in fields if _is_of(each, _PERIODS) and not _is_of(each, _CURRENT)])


def edges_of_span(fields: Iterable[Facts]) -> tuple[Facts, Facts] | None:
    """The first and the last day, or instant, of a span."""
    of_period = [each for each in fields if each.notation not in (None, "time")]
    starts, ends = ([each for each in of_period if _is_of(each, words)] for words in (_STARTS, _ENDS))
    return (starts[0], ends[0]) if len(starts) == len(ends) == 1 else None


def is_payable(field: Facts) -> bool:
    """Whether a field is the day until which an invoice has to be paid."""
    return _is_of(field, _DUE) and _PAYABLE.issuperset(names.words_of(field.name))


def _at(issued: Facts, made: Mapping[str, Any]) -> int | None:
    return instant_of(made.get(issued.name), issued.notation or "date-time")


@remembered(4096)
def _month_before(day: int) -> tuple[int, int]:
    """The first second of the month before the one of a day, and the first after it."""
    return month_edge(day * DAY, -1, UTC), month_edge(day * DAY, 0, UTC)


def _billed(issued: Facts, start: Facts, end: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        at = _at(issued, made)
        if at is None or made.get(start.name) is None or made.get(end.name) is None:
            return {}
        first, after = _month_before(at // DAY)
        return {
            start.name: written(first, start.notation or "date"),
            end.name: written(after - 1, end.notation or "date"),
        }

    return step


def _paid_until(issued: Facts, due: Facts) -> Step:
    def step(made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
        at = _at(issued, made)
        if at is None or made.get(due.name) is None:
            return {}
        return {due.name: written(at + _WEEKS[at % len(_WEEKS)] * DAY, due.notation or "date")}

    return step
