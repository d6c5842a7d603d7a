"""The rows of a list: in their order, those that a request chooses; one list, whatever is asked of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from metermock.contract import Operation
from metermock.contract.page_names import MORE
from metermock.contract.schemas import Schemas
from metermock.ledger.cache import HELD, Cache, next_token
from metermock.remembered import short
from metermock.server.generation.agreeing.labels import firsts, labels_of
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.windows import edges_of
from metermock.server.generation.asked.members import parameters_of
from metermock.server.generation.asked.paging import rows_at
from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.lists import List
from metermock.server.generation.makers.nodes import Node, made
from metermock.server.generation.rows.columns_of_rows import Column, columns_of, flat
from metermock.server.generation.rows.filters import Filters, Test, named_by
from metermock.server.generation.rows.searching import place_of
from metermock.server.generation.values.scene import Page, Scene, between, changed, mixed
from metermock.server.generation.words import directions, names
from metermock.server.generation.words.row_counts import counts_rows

_SORTS = frozenset({"sort", "sort_by", "order_by", "ordering", "sort_field", "orderby", "sortby"})
_DIRECTIONS = frozenset({"order", "sort_order", "sort_direction", "direction", "sort_dir", "order_direction"})
_TELLS_OLDEST = re.compile(
    r"(?i)oldest[ -]first|(?<!reverse )(?<!reverse-)chronological(ly)? order|in ascending"
)
_WAYS = frozenset({"asc", "desc", "ascending", "descending"})
_ROWS = (8, 14)
"""How many rows a list without pages has, where a request may choose among them."""
_REMEMBERED = 512
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""An amount that is a text."""
_text_of = json.JSONEncoder(sort_keys=True, default=str).encode
_ROWS_KEPT = Cache(8 << 20)
"""What filters look at in the rows of lists that were chosen from, of all operations."""
_OF_ROW, _OF_VALUE = 240, 100
"""About how many bytes a row takes there, and one of its values."""


class Listing:
    """The list of an operation: how its rows stand, and which parameters choose among them."""

    def __init__(
        self, operation: Operation, schemas: Schemas, rows: List, named: frozenset[str], path: Sequence[str]
    ) -> None:
        columns = columns_of(schemas, rows.schema)
        self.rows = rows
        self._path = path
        """The fields that lead from the body to the list."""
        self.filters = Filters(operation, columns, named)
        query = [each for each in parameters_of(operation) if each.location == "query"]
        self._sorts = {
            each.key: names.plain(each.name)
            for each in query
            if names.plain(each.name) in _SORTS | _DIRECTIONS
        }
        self.reads = bool(self.filters.keys or self._sorts)
        """Whether a parameter may choose its rows, or say how they are sorted."""
        self.names = named_by(query, columns)
        """The fields of which parameters in the plural say the value, by the plain names of both."""
        self._columns = {"_".join(column.words): column for column in columns}
        self.untimed = frozenset(plain for plain, column in self._columns.items() if column.notation is None)
        """The fields of its rows that are no times, which a span of the same words says nothing of."""
        about = f"{operation.document.get('summary', '')} {operation.document.get('description', '')}"
        row = object_in(rows.items)
        self._labels = labels_of(row.agreement.fields) if row is not None and path else ()
        """The fields of which each value stands once in the list."""
        self._is_usually_up = _TELLS_OLDEST.search(about) is not None
        self._known: dict[Any, tuple[int, ...]] = {}
        self._token = next_token()
        # What rows are sorted by can be any of their fields.
        self._looked_at = [
            each.name for each in columns if self._sorts or each.name in self.filters.looked_at
        ]
        self._tells_span = edges_of(columns) is not None
        """Whether the rows may say of which span they are."""

    def read(self, parameters: Mapping[str, Any], now: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a request chooses rows by, and how it wants them sorted, by the plain names of parameters."""
        filters = self.filters
        chosen = {
            plain: parameters[key]
            for key, plain in filters.keys.items()
            if parameters.get(key) is not None and filters.chooses(plain, parameters[key], now)
        }
        sorts = {
            plain: parameters[key] for key, plain in self._sorts.items() if parameters.get(key) is not None
        }
        return chosen, sorts

    def arranged(self, scene: Scene, key: int, node: Node) -> Scene:
        """The scene that shows the rows that the request chooses, in their order; `node` makes the reply."""
        page = scene.page
        if scene.is_empty:
            return scene
        if not (self.filters.birth or scene.chosen or scene.sorts):
            # What a request would choose is a part of what stands here.
            return scene if page is not None else self._every(scene, key)
        numbers = self._numbers(scene, key, node)
        if numbers is None:
            return scene
        searches = self.filters.searched.keys() & scene.chosen.keys() if scene.chosen else ()
        if searches:
            said = {name: value for name, value in scene.said.items() if name not in searches}
            if not numbers and (found := self._found_anyhow(scene, key, node)) is not None:
                numbers, placed = found
                said |= placed
            scene = changed(scene, said=said)
        if page is None:
            return changed(scene, rows=numbers)
        size, total = page.size, len(numbers)
        at = page.numbers.stop if page.is_backward else page.numbers.start
        shown = rows_at(at, size, total, is_backward=page.is_backward)
        return replace(
            scene, rows=numbers[shown.start : shown.stop], page=replace(page, numbers=shown, total=total)
        )

    def _numbers(self, scene: Scene, key: int, node: Node) -> tuple[int, ...] | None:
        """The numbers of the chosen rows, in their order; None for a reply that has no such list."""
        birth = self.filters.birth
        is_plain = not scene.chosen and not scene.sorts and scene.span is None
        # Of two rows of one day, the time of day says which comes first.
        is_plain = is_plain and birth is not None and birth.notation not in ("date", "month")
        total = scene.page.total if scene.page else None
        known = (
            id(node),
            key,
            scene.asked,
            total,
            *(() if is_plain else (scene.now, short(_text_of((scene.chosen, scene.sorts))), scene.span)),
        )
        numbers = self._known.get(known)
        if numbers is None:
            numbers = self._found(scene, key, node)
            if numbers is None:
                return None
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[known] = numbers
        return numbers

    def _found(self, scene: Scene, key: int, node: Node) -> tuple[int, ...] | None:
        found = self._rows(scene, key, node)
        if found is None:
            return None
        tests = self.filters.tests(scene.chosen, scene.now, scene.span)
        rows = [
            (number, row)
            for number, row in enumerate(found)
            if row is not None and all(test(row) for test in tests)
        ]
        for column, is_down in reversed(self._orders(scene.sorts)):
            rows.sort(key=partial(_rank_of, column), reverse=is_down)
        return tuple(number for number, _ in rows)

    def _found_anyhow(
        self, scene: Scene, key: int, node: Node
    ) -> tuple[tuple[int, ...], Mapping[str, Any]] | None:
        """One row of the list that is called what nothing is that a search looked for; None for no row."""
        searched = self.filters.searched
        # Those that look in one field go first: a general search then finds another place.
        asked = sorted((len(searched[plain]), plain) for plain in scene.chosen if plain in searched)
        placed: dict[str, str] = {}
        for _, plain in asked:
            value = scene.chosen[plain].strip()
            free = [each for each in searched[plain] if names.plain(each.name) not in placed]
            place = place_of(free, value)
            if place is None:
                return None
            placed[place] = value
        rest = {name: each for name, each in scene.chosen.items() if name not in searched}
        said = {name: each for name, each in scene.said.items() if name not in searched}
        numbers = self._found(changed(scene, chosen=rest, said=said), key, node)
        return ((numbers[0],), placed) if numbers else None

    def _rows(self, scene: Scene, key: int, node: Node) -> Sequence[Mapping[str, Any] | None] | None:
        """What is looked at in each row of the list, None for a row that is no object; None for no list.

        Whatever is chosen from one list, its rows are made once.
        """
        said = {name: value for name, value in scene.said.items() if name not in scene.chosen}
        text, total = _text_of(said), scene.page.total if scene.page else None
        # What an account has used in a span, its rows may share.
        span = scene.span if self._tells_span or scene.past is not None else None
        name = (self._token, id(node), key, scene.asked, scene.now, total, text, span)
        found: list[Mapping[str, Any] | None] | None = _ROWS_KEPT.get(name)
        if found is not None:
            return found
        every = self._every(changed(scene, said=said), key)
        if self._labels and every.page is None and every.rows is not None:
            every = self._of_labels(every, key, node)
        body = self._listed(made(node, every, key))
        if body is None or (every.rows is not None and len(body) != len(every.rows)):
            return None
        looked_at = self._looked_at
        numbers = range(len(body)) if every.rows is None else every.rows
        found = [None] * (max(numbers, default=-1) + 1)
        for number, row in zip(numbers, body, strict=True):
            if isinstance(row, dict):
                values = flat(row)
                found[number] = {field: values[field] for field in looked_at if field in values}
        # A list that nobody chooses from is only put in its order, which is remembered.
        if scene.chosen or scene.sorts:
            size = len(text) + len(found) * (_OF_ROW + _OF_VALUE * len(looked_at))
            _ROWS_KEPT.put(name, found, HELD + size)
        return found

    def _listed(self, body: Any) -> list[Any] | None:
        """The list in a body; None for none."""
        for step in self._path:
            body = body.get(step) if isinstance(body, dict) else None
        return body if isinstance(body, list) else None

    def _of_labels(self, every: Scene, key: int, node: Node) -> Scene:
        """The scene that shows one row for each label, which a list of numbers has once."""
        numbers = range(len(every.rows or ()))
        # Of a page no row is left out.
        page = Page(numbers, total=len(numbers), size=len(numbers))
        body = self._listed(made(node, changed(every, page=page), key))
        numbers_of_labels = tuple(firsts(self._labels, body or ()))
        # A list that needs more rows has labels twice.
        is_enough = len(numbers_of_labels) == self.rows.bounded(len(numbers_of_labels))
        return changed(every, rows=numbers_of_labels) if is_enough else every

    def cut(self, body: Any, scene: Scene) -> Any:
        """An example with the rows that a request chooses, counted; itself where these are all."""
        tests = self.filters.tests(scene.chosen, scene.now)
        return _cut(body, self._path, tests) if tests else body

    def _every(self, scene: Scene, key: int) -> Scene:
        """The scene that shows every row of the list."""
        page = scene.page
        if page is not None:
            numbers: Sequence[int] = range(page.total)
            return replace(
                scene, rows=numbers, page=replace(page, numbers=range(page.total), size=page.total)
            )
        # A list without filters has as many rows as it had, and only their order is looked at.
        count = between(mixed(key), *_ROWS) if self.filters.keys else None
        if count is not None and scene.asked:
            count = between(mixed(scene.asked), 1, count)
        return scene if count is None else changed(scene, rows=range(self.rows.bounded(count)))

    def _orders(self, sorts: Mapping[str, Any]) -> Sequence[tuple[Column, bool]]:
        """The columns by which rows are sorted, the first one first, and whether each goes down."""
        found: list[tuple[Column, bool | None]] = []
        told: bool | None = None
        for name, value in sorts.items():
            begun = len(found)
            for text in _parts_of(value):
                is_down = directions.is_down(text)
                column = None if text.lower() in _WAYS else self._column(text)
                if column is not None and name in _SORTS | _DIRECTIONS:
                    found.append((column, is_down))
                elif text.lower() in _WAYS and len(found) > begun:
                    # `issued_on,desc`, as Spring writes it.
                    found[-1] = found[-1][0], is_down
                else:
                    told = told if is_down is None else is_down
        if found:
            return [(column, bool(told) if is_down is None else is_down) for column, is_down in found]
        birth = self.filters.birth
        return [] if birth is None else [(birth, not self._is_usually_up if told is None else told)]

    def _column(self, text: str) -> Column | None:
        plain = "_".join(word for word in names.words_of(text) if word not in _WAYS)
        return self._columns.get(plain) or self._columns.get(f"{plain}_at")


def _parts_of(value: Any) -> Sequence[str]:
    """What a parameter says of an order, one after another: `a,-b`, or a list of such texts."""
    several = value if isinstance(value, list) else [value]
    return [part.strip() for each in several for part in str(each).split(",") if part.strip()]


def _rank_of(column: Column, numbered: tuple[int, Mapping[str, Any]]) -> tuple[int, Any]:
    return _rank(numbered[1].get(column.name), column)


def _rank(value: Any, column: Column) -> tuple[int, Any]:
    """What a value is sorted by; what is not there comes first, and so last of what goes down."""
    if column.notation is not None:
        at = instant_of(value, column.notation)
        return (0, 0) if at is None else (1, at)
    if isinstance(value, int | float):
        return 1, value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return 1, float(value)
    return (2, value) if isinstance(value, str) else (0, 0)


def _cut(body: Any, path: Sequence[str], tests: Sequence[Test]) -> Any:
    if isinstance(body, list) and not path:
        return [row for row in body if isinstance(row, dict) and all(test(flat(row)) for test in tests)]
    if not isinstance(body, dict) or not path or path[0] not in body:
        return body
    inner = _cut(body[path[0]], path[1:], tests)
    if inner == body[path[0]]:
        return body
    changed = {**body, path[0]: inner}
    if isinstance(inner, list):
        # Counts may stand in an object beside the list too.
        for name, value in changed.items():
            changed[name] = _counted(name, value, len(inner))
    return changed


def _counted(name: str, value: Any, count: int) -> Any:
    """A field beside the rows, after some of them have gone."""
    if isinstance(value, dict):
        return {inner: _counted(inner, each, count) for inner, each in value.items()}
    plain = names.plain(name)
    if isinstance(value, bool):
        return False if plain in MORE else value
    return count if isinstance(value, int) and counts_rows(plain) else value
