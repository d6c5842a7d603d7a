"""Makers of lists that have a row for each limit of a plan."""

from __future__ import annotations

from typing import Any

from metermock.contract.json_types import is_number
from metermock.server.generation.agreeing.limit_rows import Limited
from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.lists import List
from metermock.server.generation.values.scene import DEEPEST, Scene, TooDeepError, salt


class LimitRows(List):
    """A list with one row for each value of the label of its rows."""

    limited: Limited

    @classmethod
    def of(cls, rows: List, found: Limited) -> LimitRows:
        """A list as another, of limits."""
        own = cls(rows.items, low=rows.low, high=rows.high, schema=rows.schema)
        own.limited = found
        return own

    def bounded(self, count: int) -> int:
        """One for each limit, whichever number is asked for."""
        del count
        return super().bounded(len(self.limited.limits))

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> list[Any]:
        """All rows, also of an account that has used nothing; a page has those that it asks for."""
        if depth > DEEPEST:
            raise TooDeepError
        is_part = main and scene.page is not None and scene.rows is None
        found = object_in(self.items)
        if is_part or scene.sparse or depth > scene.deep or found is None:
            return super().make(scene, key, depth, main=main)
        inner, told = scene.in_rows(), self.limited
        limit = told.group["limit"].name
        rows: list[Any] = []
        several = [*told.limits.items()][: self.high]
        numbers = scene.rows if main and scene.rows is not None else range(len(several))
        for value, make in [several[number] for number in numbers if number < len(several)]:
            own = key ^ salt(value)
            row = self.items.make(inner, own, depth + 1, main=main)
            if isinstance(row, dict):
                row[told.label] = value
                if is_number(row.get(limit)) and found.agreement.accepts(limit, made := make(inner, own)):
                    row[limit] = made
                found.agreement.settle(row, inner, frozenset({told.label}))
            rows.append(row)
        return rows
