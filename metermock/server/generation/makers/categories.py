"""Lists with a row for each category of what was used in one span: each row says this span."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from metermock.contract.composing import together
from metermock.contract.json_types import is_number
from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.ledger.calendar import DAY
from metermock.server.generation.agreeing.decimals import frozen, thawed
from metermock.server.generation.agreeing.facts import Facts, numbers_of
from metermock.server.generation.agreeing.ordering import Categories
from metermock.server.generation.agreeing.units import unit_of
from metermock.server.generation.agreeing.worth import MILLION
from metermock.server.generation.asked.paging import rows_from
from metermock.server.generation.makers.series import Series
from metermock.server.generation.values.flows import Course
from metermock.server.generation.values.flows import between as flow_between
from metermock.server.generation.values.instants import text_in
from metermock.server.generation.values.scene import (
    DEEPEST,
    Page,
    Scene,
    TooDeepError,
    between,
    child,
    mixed,
    salt,
)
from metermock.server.generation.words import names
from metermock.server.generation.words.grains import USUAL, UTC, Grain

_FEW = (3, 5)
"""How many categories there are where the document lists none."""
_TRIES = 24
_MONEY = frozenset({"price", "fee", "tax"})
_OF_ONE = frozenset({"unit", "per", "rate", "each"})
"""Words of prices, which no span has more of."""


class ByCategory(Series):
    """A list of categories; where steps of time are asked for (`daily`), a series of these."""

    category: str
    plain: str
    values: Sequence[Any]

    @classmethod
    def of(cls, series: Series, schemas: Schemas, schema: Any, found: Categories) -> ByCategory:
        """A list with the rows of a series, but for the span of each of them."""
        own = cls(
            series.items, "", series.rows, found.begin, found.end, low=series.low, high=series.high,
            inside=series.inside,
        )  # fmt: skip
        own.category, own.plain = found.category.name, names.plain(found.category.name)
        own.values = _listed(schemas, schema, own.category)
        return own

    def page(self, page: Page, scene: Scene) -> Page:
        """The page of the categories."""
        if scene.is_empty or _is_stepped(scene):
            return super().page(page, scene)
        total = len(self.steps(scene)[1])
        shown = rows_from(page.numbers.start, page.size, total)
        return Page(
            **{name: getattr(page, name) for name in Page.__dataclass_fields__}
            | {"numbers": shown, "total": total}
        )

    def steps(self, scene: Scene) -> tuple[Grain, range]:
        """The categories that a request chooses, by number."""
        if _is_stepped(scene):
            return super().steps(scene)
        chosen = self._chosen(scene)
        few = between(mixed(scene.home), *_FEW) if scene.home else _FEW[0]
        count = len(chosen) if chosen else 1 if self.plain in scene.said else few
        return Grain("day"), range(max(self.low, min(count, self.high)))

    def _chosen(self, scene: Scene) -> Sequence[Any]:
        said = scene.said.get(self.plain)
        wanted = said if isinstance(said, list) else [said]
        return [each for each in self.values if each in wanted] or self.values

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> list[Any]:
        """A row for each category, the same whichever of them are asked for."""
        if scene.is_empty or scene.sparse or _is_stepped(scene):
            return super().make(scene, key, depth, main=main)
        if depth > DEEPEST:
            raise TooDeepError
        numbers: Sequence[int] = self.steps(scene)[1]
        if main and scene.page is not None:
            numbers = scene.page.numbers
        chosen, inner = self._chosen(scene), scene.in_rows()
        marks = self._marks(scene)
        if scene.home:
            # Today's rows and those of the month are of one account.
            key = mixed(scene.home ^ salt(self.category))
        of_month = self._part(scene)
        rows: list[Any] = []
        for number in numbers:
            value = chosen[number] if number < len(chosen) else None
            part = key ^ salt(str(value if chosen else number))
            row = self._category(inner, part, depth, value, [*rows], is_main=main)
            if isinstance(row, dict):
                self._spread(row, of_month)
            rows.append(row)
        for row in rows:
            if isinstance(row, dict):
                row.update(
                    {name: mark for name, mark in marks.items() if name in row and row[name] is not None}
                )
        return rows

    @cached_property
    def _columns(self) -> Sequence[Facts]:
        """The numbers that a longer span has more of."""
        return [
            field
            for field in numbers_of(self.rows)
            if unit_of(field.name) is not None
            or (names.has(field.name, _MONEY) and not names.has(field.name, _OF_ONE))
        ]

    def _part(self, scene: Scene) -> int:
        """The millionths of a month that the span of the list is, as far as it is over."""
        first, last = self._edges(scene)
        key = dice.key("categories", scene.seed, scene.account)
        course = Course(scene.account, key, MILLION, is_limit=False, now=scene.now)
        return flow_between(course, first, min(last, scene.now) + 1)

    def _spread(self, row: dict[str, Any], part: int) -> None:
        """Let the figures of a row, which were made as those of a month, be those of a part of one."""
        for column in self._columns:
            value = thawed(row.get(column.name), column)
            if not is_number(value) or value < 0:
                continue
            told = value * part / MILLION
            own = frozen(int(told) if column.is_integer else round(told, 2), column)
            if column.accepts(own):
                row[column.name] = own

    def _category(
        self, scene: Scene, part: int, depth: int, value: Any, before: Sequence[Any], *, is_main: bool
    ) -> Any:
        """The row of a category; of a name that the document does not list, another than those before."""
        known = [each.get(self.category) for each in before if isinstance(each, dict)]
        row = None
        for attempt in range(_TRIES):
            row = self.items.make(scene, child(part, attempt), depth + 1, main=is_main)
            if not isinstance(row, dict) or value is not None:
                break
            if row.get(self.category) not in known:
                break
        if isinstance(row, dict) and value is not None and self.category in row:
            row[self.category] = value
        return row

    def _edges(self, scene: Scene) -> tuple[int, int]:
        """The first and the last second of the span."""
        span = scene.span
        start = span.start if span is not None else None
        end = span.end - 1 if span is not None and span.end is not None else scene.now
        return (start if start is not None else (end // DAY - USUAL["day"] + 1) * DAY), end

    def _marks(self, scene: Scene) -> dict[str, Any]:
        """The first and the last instant of the span, as the rows say them."""
        where = scene.span.where if scene.span is not None else UTC
        first, end = self._edges(scene)
        edges = ((self.begin, first), (self.end, end))
        told = ((each, text_in(where, at, each.notation or "date")) for each, at in edges if each is not None)
        return {each.name: mark for each, mark in told if each.accepts(mark)}


def _is_stepped(scene: Scene) -> bool:
    return scene.span is not None and scene.span.unit is not None


def _listed(schemas: Schemas, schema: Any, category: str) -> Sequence[Any]:
    """The categories that the schema of a row lists."""
    fields = together(schemas, schema).get("properties", {}) if isinstance(schema, dict) else {}
    whole = together(schemas, fields[category]) if isinstance(fields.get(category), dict) else {}
    listed = whole.get("enum")
    return [each for each in listed if each is not None] if isinstance(listed, list) else ()
