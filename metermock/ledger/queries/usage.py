"""One account's usage as of one instant."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from metermock.ledger import effort
from metermock.ledger.account import Account
from metermock.ledger.arrays import Integers
from metermock.ledger.cache import ANSWERS, HELD, TABLES, next_token
from metermock.ledger.calendar import DAY, Window
from metermock.ledger.call import Call
from metermock.ledger.queries import listing, sums
from metermock.ledger.queries.grid import grid_series, on_grid
from metermock.ledger.queries.groups import grouped
from metermock.ledger.queries.largest import largest_between
from metermock.ledger.queries.peak import fullest_slot
from metermock.ledger.queries.prewritten import written_part, written_rows
from metermock.ledger.queries.ranking import Rows, ordered
from metermock.ledger.queries.selection import Selection, Where, canonical, select
from metermock.ledger.queries.table import CallTable, tables
from metermock.ledger.texts import Pools
from metermock.ledger.traffic.book import Book
from metermock.ledger.traffic.deck import Only
from metermock.ledger.traffic.recipe import Recipe

_GRID = 2_048  # edges from which on a grid is worth it


class Usage:
    """An account's calls up to and including an instant; what comes later is not there.

    With a `lag`, the calls of so many seconds before `now` have not been counted yet.

    `where` picks calls by dimension: a value, or several values of which a call has one. Answers are kept and
    handed out again: do not change them. A dimension or value that the world does not declare is a KeyError;
    an unknown value of a stream dimension, such as `key`, has no calls.
    """

    def __init__(
        self, account: Account, now: int, book: Book, recipe: Recipe, pools: Pools, *, lag: int = 0
    ) -> None:
        self.account = account
        self.now = now
        self._book = book
        self._recipe = recipe
        self._pools = pools
        self._token = next_token()
        # What no later call changes is shared by all clocks of a book. Calls that are late change it.
        self._settled = self._token if lag else book.token
        self._first = book.timeline.first * DAY
        self._end = max(now - lag + 1, self._first)
        self._visible = Window(self._first, self._end)

    def total(self, window: Window, *, where: Where = None) -> Mapping[str, int]:
        """The sum of each measure over a window, and `calls`."""
        only = canonical(where)
        name = (self._token, "total", window, only)
        found: dict[str, int] | None = ANSWERS.get(name)
        if found is None:
            made = sums.total(self._select(only), self._clip(window), self._recipe.names)
            found = ANSWERS.put(name, made, _size(len(made)))
        return found

    def series(self, edges: Sequence[int], *, where: Where = None) -> Mapping[str, list[int]]:
        """A column per measure, and `calls`: row i sums [edges[i], edges[i + 1]); the edges ascend."""
        only = canonical(where)
        name = (self._token, "series", tuple(edges), only)
        found: dict[str, list[int]] | None = ANSWERS.get(name)
        if found is None:
            columns = self.columns(edges, where=where)
            made = {measure: column.tolist() for measure, column in columns.items()}
            found = ANSWERS.put(name, made, _size(len(edges) * (len(made) + 1)))
        return found

    def columns(
        self, edges: Sequence[int], *, where: Where = None, measures: tuple[str, ...] | None = None
    ) -> Mapping[str, Integers]:
        """What `series` gives, or some of its measures, as arrays that are not kept: for very many rows."""
        selection, names = self._select(canonical(where)), self._recipe.names
        if len(edges) > _GRID and self._first <= edges[0] and edges[-1] <= self._end and on_grid(edges):
            effort.begin(len(edges))
            return grid_series(selection, edges, measures or names)
        return sums.series(selection, self._clipped(edges), names, measures)

    def groups(
        self,
        window: Window,
        by: str | tuple[str, ...],
        *,
        where: Where = None,
    ) -> Mapping[Any, Mapping[str, int]]:
        """The sums of a window by the values of one dimension, or by tuples of the values of several.

        Only values that have calls, in the order of the world.
        """
        only = canonical(where)
        name = (self._token, "groups", window, by, only)
        found: dict[Any, dict[str, int]] | None = ANSWERS.get(name)
        if found is None:
            names = (by,) if isinstance(by, str) else by
            # Selects nothing, but raises the KeyError of a dimension that the world lacks.
            select(self._recipe, (), tuple((name, ()) for name in names))
            sums_of = grouped(self._recipe, self._book, self._select(only), self._clip(window), names)
            single = isinstance(by, str)
            made = {values[0] if single else values: numbers for values, numbers in sums_of.items()}
            found = ANSWERS.put(name, made, _size(len(made) * (len(self._recipe.names) + 4)))
        return found

    def largest(self, window: Window, measure: str, *, where: Where = None) -> int:
        """The largest single value of a measure in a window, 0 without calls."""
        return self.largest_series(tuple(window), measure, where=where)[0]

    def largest_series(self, edges: Sequence[int], measure: str, *, where: Where = None) -> list[int]:
        """The largest single value of a measure in each row, 0 without calls; the edges ascend."""
        only = canonical(where)
        name = (self._token, "largest", tuple(edges), measure, only)
        found: list[int] | None = ANSWERS.get(name)
        if found is None:
            made = self.largest_column(edges, measure, where=where).tolist()
            found = ANSWERS.put(name, made, _size(2 * len(edges)))
        return found

    def largest_column(self, edges: Sequence[int], measure: str, *, where: Where = None) -> Integers:
        """What `largest_series` gives, as an array that is not kept: for very many rows."""
        if measure not in self._recipe.names:
            raise KeyError(f"the world declares no measure {measure!r}")
        return largest_between(self._select(canonical(where)), self._clipped(edges), measure)

    def peak(self, window: Window, seconds: int, *, where: Where = None) -> int:
        """The most calls in any slot of so many seconds; slots are laid out back from the window's end."""
        only = canonical(where)
        name = (self._token, "peak", window, seconds, only)
        return self._recall(name, lambda: fullest_slot(self._select(only), window, seconds, self._visible))

    def calls(
        self,
        window: Window,
        *,
        where: Where = None,
        limit: int,
        before: int | None = None,
        after: int | None = None,
    ) -> list[Call]:
        """Single calls of a window, newest first: the newest ones with a number below `before`.

        With `after` they are the oldest ones with a number above it, newest first all the same.
        """
        only = canonical(where)
        name = (self._token, "calls", window, only, limit, before, after)
        found: list[Call] | None = ANSWERS.get(name)
        if found is None:
            made = self._listed(self._select(only), self._clip(window), limit, before, after)
            found = ANSWERS.put(name, made, 1_000 * len(made) + _size(1))
        return found

    def tables(self, window: Window) -> Iterator[CallTable]:
        """All calls of a window as columns, oldest first, in tables that fit into memory."""
        return tables(self._book, self._recipe, self._clip(window))

    def first(self, *, where: Where = None) -> int | None:
        """The instant of the first call; None if there is no call yet."""
        return self.nth(self._visible, 1, where=where)

    def nth(self, window: Window, n: int, *, where: Where = None) -> int | None:
        """The instant of the n-th call of a window, from 1; None if there are fewer."""
        # The cache answers None for what it does not keep, so -1 stands for "no such call" there.
        only = canonical(where)
        name = (self._token, "nth", window, n, only)
        found = self._recall(name, lambda: listing.nth(self._select(only), self._clip(window), n) or -1)
        return None if found < 0 else found

    def order(
        self,
        starts: Sequence[int],
        window: Window,
        figures: Callable[[Sequence[int]], Integers],
        page: slice,
        *,
        name: Hashable,
        descending: bool = False,
    ) -> list[int]:
        """The indices of a page of a window's rows, sorted by their figures; rows of equal figures by time.

        `figures` makes them from the rows' edges and the calls between these, and from nothing else. `name`
        stands for it: sorted rows are kept under the name.
        """
        rows, known = Rows(starts, window), (self._settled, name)
        return ordered(rows, known, figures, page, descending=descending)

    def remember(self, name: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """What a handler made of this usage under a name; if there is nothing yet, `make` makes it.

        `size` is about how many bytes it takes. It is handed out again: do not change it.
        """
        return ANSWERS.recall((self._token, "remember", name), make, size)

    def prepare(self, name: Hashable, make: Callable[[], Any]) -> orjson.Fragment:
        """A part of a reply's body that a handler made of this usage under a name, already written as JSON.

        Put it into the body where the part belongs. `make` is called if there is no part under that name.
        """
        return written_part((self._token, "prepare", name), make)

    def prepare_each(
        self, name: Hashable, rows: Sequence[Hashable], make: Callable[[list[int]], list[Any]]
    ) -> list[orjson.Fragment]:
        """As `prepare`, row by row, for rows that no later call changes: replies at later clocks find them.

        `make` gets the indices of the rows that are not kept yet.
        """
        return written_rows((self._settled, "rows", name), rows, make)

    def _recall(self, name: tuple[object, ...], make: Callable[[], int]) -> int:
        found: int | None = ANSWERS.get(name)
        return found if found is not None else ANSWERS.put(name, make(), _size(1))

    def _select(self, only: Only) -> Selection:
        made: Selection = TABLES.recall(
            ("selection", self._book.token, only),
            lambda: select(self._recipe, self._book.lines, only),
            lambda made: _size(len(made.lines)),
        )
        return made

    def _clip(self, window: Window) -> Window:
        start = min(max(window.start, self._first), self._end)
        return Window(start, min(max(window.end, start), self._end))

    def _clipped(self, edges: Sequence[int]) -> Integers:
        array = np.asarray(edges, dtype=np.int64)
        if (array[1:] < array[:-1]).any():
            raise ValueError("the edges of a series must ascend")
        return np.clip(array, self._first, self._end)

    def _listed(
        self, selection: Selection, window: Window, limit: int, before: int | None, after: int | None
    ) -> list[Call]:
        # Numbers need not be those of calls. `before` above the last number cuts nothing off, and below the
        # first everything; `after` above the last number leaves nothing.
        until = listing.before(self._book, before) if before is not None else None
        if before is not None and before < 1:
            return []
        if after is None:
            found = listing.newest(selection, window, limit, until)
        elif (since := listing.before(self._book, max(after, 0) + 1)) is not None:
            found = listing.oldest(selection, window, limit, since)
        else:
            return []
        return listing.calls(self._book, found, self._pools)


def _size(numbers: int) -> int:
    """About how many bytes so many numbers take in lists, with what holds them."""
    return HELD + 36 * numbers
