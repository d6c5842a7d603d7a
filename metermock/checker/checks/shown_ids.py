"""What replies call the things that they list or make: values for the paths below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from metermock.checker.deployment.reply import Reply
from metermock.contract.words import plain, words_of

_MOST = 4
_DEPTH = 3
"""Objects around a list: `body.data.page.items`."""
LISTS = ("data", "items", "results", "records", "values", "entries")
"""What the list of a reply is often called."""
_LINKS = frozenset({"_links"})
"""Where HAL has links; a list of them is no list of things."""
_NAMES = ("id", "key", "slug", "uuid", "name", "code")


def created_ids(reply: Reply, name: str) -> list[Any]:
    """What the reply to a POST calls the thing that it made: in its body, or at the end of `Location`."""
    body = reply.exchange.body
    parts = [body, *(body.values() if isinstance(body, dict) else ())]
    made = (_named(part, name) for part in parts if isinstance(part, dict))
    found = [value for value in made if value is not None]
    location = reply.exchange.headers.get("location", "").partition("?")[0].rstrip("/")
    return list(dict.fromkeys([*found[:1], *([unquote(location.rpartition("/")[2])] if location else [])]))


def listed_ids(reply: Reply, name: str) -> list[Any]:
    """What the rows of a list say that may be a path parameter of that name: `id` for `meterId`."""
    rows = list_in(reply.exchange.body)
    field = next((field for row in rows if isinstance(row, dict) and (field := id_field(row, name))), "")
    if field:
        values = (row.get(field) for row in rows if isinstance(row, dict))
        return list(dict.fromkeys(filter(_is_id, values)))[:_MOST]
    return [row for row in rows if isinstance(row, str)][:_MOST]


def list_in(body: Any) -> list[Any]:
    """The rows of a list: the body, a list in it, or one in its objects; empty if there is none near by."""
    if isinstance(body, list):
        return body
    for members in _levels(body):
        lists = {names: value for names, value in members.items() if isinstance(value, list)}
        if lists:
            holder = next(iter(lists))[:-1]
            beside = {names[-1]: value for names, value in lists.items() if names[:-1] == holder}
            return next(beside[name] for name in (*LISTS, *beside) if name in beside)
    return []


def lists_around(body: Any, found: list[Any]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists of a reply no further in than the one that was found, and those in its first objects.

    Each with the names of the members that lead to it.
    """
    is_passed = False
    for depth, members in enumerate(_levels(body)):
        if is_passed and depth > 1:
            return
        lists = [(names, value) for names, value in members.items() if isinstance(value, list)]
        yield from lists
        is_passed = is_passed or any(value is found for _, value in lists)


def path_to(body: Any, found: Any) -> tuple[str, ...] | None:
    """The names of the members that lead to a list near by; None where it is no member, or is the whole."""
    return next((names for members in _levels(body) for names in members if members[names] is found), None)


def _levels(body: Any) -> Iterator[dict[tuple[str, ...], Any]]:
    """The members of a reply, those of its objects, and so on, each with the names that lead to it."""
    holders: list[tuple[tuple[str, ...], Any]] = [((), body)]
    for _ in range(_DEPTH):
        members = {
            (*names, name): value
            for names, holder in holders
            if isinstance(holder, dict)
            for name, value in holder.items()
            if name not in _LINKS
        }
        yield members
        holders = [(names, value) for names, value in members.items() if isinstance(value, dict)]


def id_field(row: Mapping[str, Any], name: str) -> str:
    """The field of a row that says a path parameter, however it is spelled; empty if there is none.

    `bucketId`, `bucket_id`, else `id`, for `bucketId`; `bucket_id` for `id` where no other field is an id.
    """
    return next(_id_fields(row, name), "")


def _id_fields(row: Mapping[str, Any], name: str) -> Iterator[str]:
    can_be = {field for field, value in row.items() if _is_id(value)}
    wanted = [plain(name), *(each for each in _NAMES if plain(name).endswith(each)), *_NAMES]
    yield from (name for _ in can_be & {name})
    for each in wanted:
        yield from (field for field in row if field in can_be and plain(field) == each)
    for each in wanted[1:]:
        ends = [field for field in row if field in can_be and words_of(field)[-1:] == (each,)]
        if len(ends) == 1:
            yield ends[0]


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _named(part: Mapping[str, Any], name: str) -> Any:
    field = id_field(part, name)
    return part[field] if field else None
