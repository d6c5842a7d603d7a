"""Whether the pages of a list, put together, are the list: each row once, as many as its total says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from metermock.checker.checks.as_asked import is_page_size, whole_list
from metermock.checker.checks.expectation import successes, unless_unknown
from metermock.checker.checks.next_pages import cursors_of
from metermock.checker.checks.session import Session
from metermock.checker.checks.steps import Step
from metermock.checker.deployment.reply import Reply
from metermock.checker.deployment.target import TargetAccount
from metermock.checker.inputs.cursors import next_cursor
from metermock.checker.inputs.guard import is_good
from metermock.contract import Breach, Operation, Parameter
from metermock.contract.json_types import is_number
from metermock.contract.page_names import MORE, NUMBERS, OFFSETS
from metermock.contract.words import plain

_MOST = 100
"""Rows that are asked for at once."""
_PAGES = 3
_TURNS = 6
"""Pages that are asked for at most; what goes on then is open."""
_LOOKS = 2
"""How often a list must have differed from its pages, while it stood still itself."""
REQUESTS = _PAGES + 2
_TOTALS = frozenset(
    {"total", "total_count", "total_items", "total_elements", "total_results", "total_records", "total_rows"}
)
_FROM_ZERO = frozenset({"offset", "skip"})
_TOTAL_HEADERS = ("x-total-count", "x-total")


def whole_lists(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A walk through the pages, where names say how; where relations follow pages already, none."""
    is_promised = any(ask.follow for each in operation.relations for ask in each.requests.values())
    size = next((each for each in operation.parameters if is_page_size(operation, each)), None)
    if operation.method != "GET" or is_promised or size is None:
        return
    turner = _turner(session, operation, account)
    if turner is not None:
        walk = _Walk(session, operation, account, size, turner)
        yield Step(session.ids.pages, partial(walk.compare), REQUESTS)


def _turner(session: Session, operation: Operation, account: TargetAccount | None) -> Parameter | None:
    """The parameter that says which page."""
    for each in operation.parameters:
        name = plain(each.name)
        is_plain = each.location == "query" and "integer" in each.types and "enum" not in each.resolved
        if is_plain and (name in NUMBERS | OFFSETS):
            return each
    return next(iter(cursors_of(session, operation, account)), None)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Through the pages of one list, as one account."""

    session: Session
    operation: Operation
    account: TargetAccount | None
    size: Parameter
    turner: Parameter

    def compare(self) -> None:
        """Compare the list with its pages; a list that moves meanwhile proves nothing."""
        rule, collector = self.session.ids.pages, self.session.collector
        if not collector.wants(rule, self.operation.id):
            return
        level = self.session.ids.level(rule)
        found: list[tuple[str, Reply]] = []
        for _ in range(_LOOKS):
            seen = self._look()
            if seen is None:
                collector.inapplicable(rule, self.operation.id, level=level)
                return
            if not seen[0]:
                collector.kept(rule, self.operation.id, level=level)
                return
            found.append(seen)
        if len({what for what, _ in found}) > 1:
            collector.inapplicable(rule, self.operation.id, level=level)
            return
        what, last = found[-1]
        message = "the pages of a list are the list, each row once, as many as its total says"
        breach = Breach(rule, level, "", "as many rows as the list has, each once", what, message)
        self.session.broken(breach, last.request, status=last.status)

    def _look(self) -> tuple[str, Reply] | None:
        """What is wrong with the pages, and the last of them; None where nothing can be told."""
        whole = self._ask({self.size.key: self._largest()})
        if whole is None:
            return None
        rows = self._rows(whole)
        if not self._is_whole(whole, rows):
            return None
        found: list[tuple[str, Reply]] = []
        for first in self._firsts():
            pages = list(self._pages(rows, first))
            read = [page for page in pages if page is not None]
            if len(read) == len(pages):
                paged = [row for page in read for row in self._rows(page)]
                if not set(paged) <= set(rows):
                    # It gives fewer rows at once than were asked for, so that nobody knows all of them.
                    return None
                found.append((_unlike(rows, paged), read[-1]))
            if found and not found[-1][0]:
                break
        again = self._ask({self.size.key: self._largest()})
        if not found or again is None or self._rows(again) != rows:
            return None
        what, last = next((each for each in found if not each[0]), found[0])
        totals = [
            f"{name} is {total}, of {len(rows)} rows" for name, total in _totals(whole) if total != len(rows)
        ]
        return ", ".join([*([what] if what else []), *totals]), last

    def _pages(self, rows: list[str], first: int | None) -> Iterator[Reply | None]:
        """The pages, until one is short, or lies behind the last row; None where one is not to be had."""
        size = max(-(-len(rows) // _PAGES), self.size.resolved.get("minimum", 1))
        at: Any = first
        for turn in range(_TURNS):
            given = {self.size.key: size} | ({} if at is None else {self.turner.key: at})
            reply = self._ask(given)
            yield reply
            if reply is None:
                return
            if first is None:
                at = next_cursor(self.turner, reply.exchange.body, reply.exchange.headers)
                if at is None or not self._rows(reply):
                    return
                continue
            at = first + (turn + 1) * (size if plain(self.turner.name) in OFFSETS else 1)
            if len(self._rows(reply)) < size or turn * size >= len(rows):
                return

    def _firsts(self) -> list[int | None]:
        """What may say the first page, the likeliest first: no document has to say whether that is 0 or 1."""
        name = plain(self.turner.name)
        if name not in NUMBERS | OFFSETS:
            return [None]
        usual = 0 if name in OFFSETS else 1
        documented = [self.turner.default, self.turner.resolved.get("minimum"), usual]
        found = [each for each in documented if each in (0, 1)]
        # A row's number is nearly always said from 0, so that 1 would only hide that rows come again.
        return list(dict.fromkeys([found[0]] if name in _FROM_ZERO else [*found, 1 - usual]))

    def _largest(self) -> int:
        most = self.size.resolved.get("maximum", _MOST)
        return min(int(most), _MOST) if is_number(most) else _MOST

    def _is_whole(self, reply: Reply, rows: list[str]) -> bool:
        """Whether a reply has all rows of a list of some, each of them another."""
        body = reply.exchange.body
        is_short = _PAGES <= len(rows) < self._largest() and len(set(rows)) == len(rows)
        goes_on = next_cursor(self.turner, body, reply.exchange.headers) is not None
        says_more = isinstance(body, dict) and any(plain(each) in MORE and body[each] for each in body)
        return is_short and not goes_on and not says_more

    def _rows(self, reply: Reply) -> list[str]:
        return [repr(row) for row in whole_list(reply.exchange.body) if isinstance(row, dict)]

    def _ask(self, values: Mapping[str, Any]) -> Reply | None:
        parameters = {each.key: each for each in self.operation.parameters}
        if not all(is_good(parameters[key], value) for key, value in values.items()):
            return None
        reply = self.session.ask(self.operation, values, self.account, unless_unknown(self.operation))
        is_good_reply = reply is not None and reply.status in successes(self.operation)
        return reply if is_good_reply else None


def _totals(reply: Reply) -> Iterator[tuple[str, int]]:
    """What a list says of how many rows it has, except what is the sum of a column."""
    body, rows = reply.exchange.body, whole_list(reply.exchange.body)
    sums = {sum(each) for each in _columns(rows)}
    for part in (body, *(body.values() if isinstance(body, dict) else ())):
        for name, value in part.items() if isinstance(part, dict) else ():
            if plain(name) in _TOTALS and isinstance(value, int) and value not in sums:
                yield name, value
    for name in _TOTAL_HEADERS:
        text = reply.exchange.headers.get(name, "")
        if text.isascii() and text.isdecimal():
            yield name, int(text)


def _columns(rows: list[Any]) -> Iterator[list[Any]]:
    named = [row for row in rows if isinstance(row, dict)]
    for name in dict.fromkeys(name for row in named for name in row):
        values = [row.get(name) for row in named]
        if all(is_number(value) for value in values):
            yield values


def _unlike(rows: list[str], paged: list[str]) -> str:
    """How pages differ from the list that they should be; empty where they do not."""
    missing, again = Counter(rows) - Counter(paged), Counter(paged) - Counter(rows)
    parts = [
        f"{missing.total()} of {len(rows)} rows missing" if missing else "",
        f"{again.total()} {'row' if again.total() == 1 else 'rows'} again" if again else "",
    ]
    return ", ".join(filter(None, parts))
