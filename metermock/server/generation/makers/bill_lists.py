"""Lists of the invoices of one customer: row by row they go back a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metermock.server.generation.agreeing.monthly_bills import MONTHS, MonthlyBill
from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.lists import List
from metermock.server.generation.makers.objects import Object
from metermock.server.generation.values.scene import Scene, TooDeepError, child, mixed, salt

_TRIES = 12 * MONTHS
"""Ids that are tried until one leads to the month of its row; one row of a hundred thousand finds none."""
_KEPT = 4096


class BillList(List):
    """A list whose rows are invoices of successive months, the last one first."""

    bill: MonthlyBill
    leading: dict[tuple[int, int, str, int], int]
    """The keys of rows whose ids lead to their months, by what they were looked for with."""

    @classmethod
    def of(cls, rows: List, bill: MonthlyBill) -> BillList:
        """A list as another, of invoices."""
        own = cls(rows.items, low=rows.low, high=rows.high, schema=rows.schema)
        own.bill = bill
        own.leading = {}
        return own

    def rows(self, scene: Scene, key: int, depth: int, numbers: Sequence[int], *, is_main: bool) -> list[Any]:
        """The invoices of these numbers, each so many months old."""
        found = object_in(self.items)
        if found is None or not self.bill.is_of_one(scene):
            return super().rows(scene, key, depth, numbers, is_main=is_main)
        try:
            return [self._row(scene, key ^ salt(each), depth, each, found, is_main) for each in numbers]
        except TooDeepError:
            return super().rows(scene, key, depth, numbers, is_main=is_main)

    def _row(self, scene: Scene, part: int, depth: int, number: int, found: Object, is_main: bool) -> Any:  # noqa: FBT001, PLR0917 - of one caller
        own = mixed(part)
        if found.identity is not None:
            own = self._leading(scene, own, number, found, depth)
            return self.items.make(scene, own, depth + 1, main=is_main)
        row = self.items.make(scene, own, depth + 1, main=is_main)
        if isinstance(row, dict):
            told = self.bill.changes(row, number, scene)
            fits = found.agreement.accepts
            row.update({name: value for name, value in told.items() if fits(name, value)})
            found.agreement.settle(row, scene, frozenset(told))
        return row

    def _leading(self, scene: Scene, own: int, number: int, found: Object, depth: int) -> int:
        """The key of a row whose id leads to its month, also where the invoice is asked for by itself."""
        known = own, scene.seed, scene.account, number
        if known not in self.leading and found.identity is not None:
            make, part = found.identity.node.make, found.identity.salt
            keys = (own if each == 0 else child(own, each) for each in range(_TRIES))
            leads = (
                key
                for key in keys
                if self.bill.place(scene, make(scene, key ^ part, depth + 2)) == number % MONTHS
            )
            if len(self.leading) >= _KEPT:
                self.leading.clear()
            self.leading[known] = next(leads, own)
        return self.leading.get(known, own)
