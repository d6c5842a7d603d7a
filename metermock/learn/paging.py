"""Relations of pages by cursor: small pages put together are the large one, and say whether more follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from metermock.contract.parameter import Parameter
from metermock.learn.names import LIMITS, words_of
from metermock.learn.relations import Related, of
from metermock.learn.shapes import MISSING, Place, value_at
from metermock.learn.terms import Scope

CURSOR = re.compile(r"(page_?|next_?)?(cursor|token)|after|starting_?after", re.IGNORECASE)
FIRST, SECOND, BOTH = 4, 5, 9
"""Rows of two pages, and of one that holds both."""
_NEXT, _PREVIOUS = frozenset({"next"}), frozenset({"prev", "previous"})
_CURSORS = frozenset({"cursor", "token"})


def by_cursor(scope: Scope) -> list[Related]:
    """What pages by cursor promise, where replies show a cursor that leads on."""
    parameters = {each.name: each for each in scope.operation.parameters if each.location == "query"}
    cursor = next((name for name in parameters if CURSOR.fullmatch(name)), None)
    limit = next((name for name in LIMITS if name in parameters), None)
    following = _following(scope)
    if cursor is None or limit is None or following is None or not _fits(parameters[limit]):
        return []
    return [
        one
        for rows in scope.shape.lists
        if not rows.place.guards and _is_cut(scope, rows.place, following)
        for one in _of_list(scope, rows.place, following, (limit, cursor))
    ]


def _fits(limit: Parameter) -> bool:
    least, most = limit.resolved.get("minimum", 1), limit.resolved.get("maximum", BOTH)
    return bool(least <= FIRST and most >= BOTH)


def _following(scope: Scope) -> Place | None:
    """Where a reply says what comes next: a text that may be null or absent."""
    texts = [each for each in scope.shape.scalars if each.types == {"string"} and each.guards]
    named = [each for each in texts if _NEXT & words_of(each.path[-1])]
    plain = [
        each
        for each in texts
        if _CURSORS & words_of(each.path[-1]) and not _PREVIOUS & words_of(each.path[-1])
    ]
    return next(iter((*named, *plain)), None)


def _is_cut(scope: Scope, place: Place, following: Place) -> bool:
    """Whether some reply has rows and a cursor to others."""
    return any(
        isinstance(value_at(each.body, following.path), str) and bool(_rows(each.body, place))
        for each in scope.exchanges
    )


def _rows(body: Any, place: Place) -> Any:
    rows = value_at(body, place.path)
    return rows if rows is not MISSING and isinstance(rows, list) else []


def _of_list(scope: Scope, place: Place, following: Place, named: tuple[str, str]) -> Iterator[Related]:
    limit, cursor = named
    gone = _gone("first_page", following)
    lead = f"{gone} ? [] : [{{'{cursor}': {of('first_page', following)}}}]"
    requests = {
        "large": {limit: BOTH, cursor: None},
        "first_page": {limit: FIRST, cursor: None},
        "second_page": {limit: SECOND, "each": lead},
    }
    pages = f"concat([{of('first_page', place)}] + second_page.map(p, {of('p', place)}))"
    told = f"the pages of {place.name} put together are the large page"
    yield Related(scope.operation, "cursor", told, requests, f"{pages} == {of('large', place)}")
    ends = f"({_gone('p', following)}) == ({_gone('large', following)})"
    rule = f"second_page.all(p, size({of('p', place)}) > 0 && {ends})"
    told = f"{following.name} leads to more of {place.name}, and is there while more follow"
    yield Related(scope.operation, "cursor", told, requests, rule)
    before = _before(scope)
    if before is not None:
        rule = f"({_gone('large', before)}) && second_page.all(p, !({_gone('p', before)}))"
        told = f"{before.name} is there on every page but the first"
        yield Related(scope.operation, "cursor", told, requests, rule)


def _before(scope: Scope) -> Place | None:
    """Where a reply says what came before."""
    texts = [each for each in scope.shape.scalars if each.types == {"string"} and each.guards]
    return next((each for each in texts if _PREVIOUS & words_of(each.path[-1])), None)


def _gone(reply: str, place: Place) -> str:
    """That a text of a reply is null or absent, in CEL."""
    absent = []
    for guard in place.guards:
        told = guard.replace("body.", f"{reply}.body.", 1)
        absent.append(told.replace(" != null", " == null") if told.endswith(" != null") else f"!{told}")
    return " || ".join(absent)
