"""Whether the pages of a list, put together, are the list: each row once, as many as its total says."""

from __future__ import annotations

import json
import math
import re
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
from metermock.checker.checks.totals import totals_of
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
REQUESTS = 2 * _TURNS + 2
"""What a look takes at most, from either number that may say the first page; a second look follows a first
that finds something."""
_MAY_BE_TIMES = frozenset({"start"})
_SURE_SIZES = frozenset({"per_page", "page_size", "pagesize"})
_OVERLAPS = re.compile(r"\boverlap|\binclusive|\binclud(?:es|ing) the (?:last|first|given)\b", re.IGNORECASE)
_FROM_ZERO = frozenset({"offset", "skip"})


def whole_lists(session: Session, operation: Operation, account: TargetAccount | None) -> Iterator[Step]:
    """A walk through the pages, where names say how; where relations follow pages already, none."""
    is_promised = any(ask.follow for each in operation.relations for ask in each.requests.values())
    sizes = [each for each in operation.parameters if is_page_size(operation, each)]
    # Beside the size of a page `limit` says how many rows there are on all of them.
    sizes.sort(key=lambda each: plain(each.name) not in _SURE_SIZES)
    size = next(iter(sizes), None)
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
            turned = self._turned(rows, first)
            if turned is None:
                continue
            pages, last, is_ended = turned
            if not {row for page in pages for row in page} <= set(rows):
                # It gives fewer rows at once than were asked for, so that nobody knows all of them.
                return None
            what = self._unlike(rows, pages, is_ended=is_ended)
            if what is not None:
                found.append((what, last))
            if what == "":
                break
        again = self._ask({self.size.key: self._largest()})
        if not found or again is None or self._rows(again) != rows:
            return None
        what, last = next((each for each in found if not each[0]), found[0])
        totals = [
            f"{name} is {total}, of {len(rows)} rows"
            for name, total in totals_of(whole)
            if total != len(rows)
        ]
        return ", ".join([*([what] if what else []), *totals]), last

    def _turned(self, rows: list[str], first: int | None) -> tuple[list[list[str]], Reply, bool] | None:
        """The pages and the last reply, and whether no other follows; None where one is not to be had.

        A page may be short, or empty, and others follow: rows that an account may not see are often left out
        of the page that they are on.
        """
        size = self._smaller(len(rows))
        pages: list[list[str]] = []
        at: Any = first
        last: Reply | None = None
        for turn in range(_TURNS):
            reply = self._ask({self.size.key: size} | ({} if at is None else {self.turner.key: at}))
            if reply is None:
                return None
            last = reply
            page, seen = self._rows(reply), {row for page in pages for row in page}
            is_new = not seen.issuperset(page)
            is_all = seen.issuperset(rows)
            if first is not None and is_all and page and page == pages[-1]:
                # Behind the last page some lists give that page again.
                return pages, reply, True
            pages.append(page)
            if first is None:
                before, at = at, next_cursor(self.turner, reply.exchange.body, reply.exchange.headers)
                if at is None or (not page and at == before):
                    return pages, reply, True
                continue
            at = first + (turn + 1) * (size if plain(self.turner.name) in OFFSETS else 1)
            is_behind = turn * size >= len(rows) and bool(page) and not is_new
            if is_behind or (len(page) < size and seen.union(page).issuperset(rows)):
                return pages, reply, True
        return (pages, last, not pages[-1]) if last is not None else None

    def _smaller(self, count: int) -> int:
        """How many rows a page has, so that the list has some pages."""
        least = self.size.resolved.get("minimum", 1)
        return max(-(-count // _PAGES), math.ceil(min(least, _MOST)) if is_number(least) else 1)

    def _unlike(self, rows: list[str], pages: list[list[str]], *, is_ended: bool) -> str | None:
        """How pages differ from the list that they should be; None where they may, empty if they do not."""
        paged = Counter(row for page in pages for row in page)
        missing, again = Counter(rows) - paged, paged - Counter(rows)
        name = plain(self.turner.name)
        if name in _MAY_BE_TIMES and all(page == pages[0] for page in pages):
            # From an early time on there is all of the list, however much later another one is.
            return None
        by_cursor, is_size = name not in NUMBERS | OFFSETS, plain(self.size.name) in _SURE_SIZES
        if by_cursor and len(pages) == 1 and missing and not is_size:
            # It may say how many rows there are on all pages together.
            return None
        if not missing:
            # What stands on each page, such as a sum, does so on purpose.
            pinned = set.intersection(*map(set, pages)) if len(pages) >= _PAGES else set()
            again = Counter({row: count for row, count in again.items() if row not in pinned})
            if again and self._may_overlap():
                return None
        elif not again and not is_ended:
            return None
        parts = [
            f"{missing.total()} of {len(rows)} rows missing" if missing else "",
            f"{again.total()} {'row' if again.total() == 1 else 'rows'} again" if again else "",
        ]
        return ", ".join(filter(None, parts))

    def _may_overlap(self) -> bool:
        """Whether the document says that a page begins with a row of the one before."""
        documents = (self.size.document, self.turner.document, self.operation.document)
        return any(_OVERLAPS.search(str(each.get("description", ""))) for each in documents)

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
        return int(min(most, _MOST)) if is_number(most) else _MOST

    def _is_whole(self, reply: Reply, rows: list[str]) -> bool:
        """Whether a reply has all rows of a list of some, each of them another."""
        body = reply.exchange.body
        is_short = _PAGES <= len(rows) < self._largest() and len(set(rows)) == len(rows)
        goes_on = next_cursor(self.turner, body, reply.exchange.headers) is not None
        says_more = isinstance(body, dict) and any(plain(each) in MORE and body[each] for each in body)
        return is_short and not goes_on and not says_more

    def _rows(self, reply: Reply) -> list[str]:
        """Each row as a text; none where some are no objects."""
        found = whole_list(reply.exchange.body)
        if not all(isinstance(row, dict) for row in found):
            return []
        return [json.dumps(row, sort_keys=True) for row in found]

    def _ask(self, values: Mapping[str, Any]) -> Reply | None:
        parameters = {each.key: each for each in self.operation.parameters}
        if not all(is_good(parameters[key], value) for key, value in values.items()):
            return None
        reply = self.session.ask(self.operation, values, self.account, unless_unknown(self.operation))
        is_good_reply = reply is not None and reply.status in successes(self.operation)
        return reply if is_good_reply else None
