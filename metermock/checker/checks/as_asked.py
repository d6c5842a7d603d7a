"""Whether a reply is about what was asked: the thing of its path, the rows of a filter, no more than a limit.

Names tell what a parameter means, so that nothing of this is more than a warning, unless `x-checks` names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from metermock import json_pointer
from metermock.checker.checks.base_values import BaseValues
from metermock.checker.checks.both_ways import BothWays
from metermock.checker.checks.shown_ids import LISTS, list_in, lists_around
from metermock.checker.checks.unlike import Unlike, place_of
from metermock.checker.deployment.reply import Reply
from metermock.checker.findings.check_ids import CheckIds
from metermock.checker.findings.collector import Collector
from metermock.checker.inputs.allowed import names_thing
from metermock.contract import Breach, Operation, Parameter
from metermock.contract.json_types import is_number
from metermock.contract.page_names import CURSORS, LIMITS, NUMBERS, OFFSETS
from metermock.contract.words import plain, words_of

_AT_LEAST = frozenset({"level", "severity", "priority", "role", "sort", "order"})
_AT_LEAST |= {"risk", "urgency", "importance", "impact", "confidence", "rating", "threshold", "tier", "grade"}
_SHOWN_IN = frozenset({"lang", "language", "locale", "currency", "unit", "units"})
_OTHERWISE = _AT_LEAST | _SHOWN_IN
"""What a filter may mean otherwise: rows of this level and above, how they are sorted, or what they are
shown in where that can be had."""
_EVERY = frozenset({"all", "any", "none", "both", "global", "default", "mixed"})
"""Values that go with each of the others."""
_WIDENS = frozenset({"include", "included", "with", "also", "or", "show", "match", "mode", "operator"})
_WIDENS |= {"exclude", "not", "invert", "negate", "all", "every", "everything"}
"""Words of parameters that may let rows in which another one keeps out."""
_IDS = frozenset({"id", "uuid", "guid", "key", "slug"})
_DEPTH = 3
"""Objects in each other in which a reply may say what was asked for."""
_DASHES = re.compile(r"[-{}]")


@dataclass(frozen=True, slots=True)
class AsAsked:
    """Judges the good replies of a session."""

    collector: Collector
    ids: CheckIds
    base: BaseValues
    both_ways: BothWays = field(default_factory=BothWays)

    def judge(self, operation: Operation, reply: Reply, values: Mapping[str, Any]) -> None:
        """Hold a good reply against the values of its request, all of them by the key of their parameter."""
        rule = self.ids.asked
        if operation.method != "GET" or not self.collector.wants(rule, operation.id):
            return
        given = {each.key: each for each in operation.parameters if each.key in values}
        level, body = self.ids.level(rule), reply.exchange.body
        found = [each for key in given for each in self._of(operation, given, key, values[key], body)]
        for key in given:
            found += self._both_ways(operation, reply, given, key, values[key])
        for unlike in filter(None, found):
            breach = Breach(rule, level, unlike.place, unlike.expected, unlike.received, unlike.message)
            self.collector.broken(breach, reply.request, status=reply.status, kind=unlike.message)
        if found and not any(found):
            self.collector.kept(rule, operation.id, level=level)

    def _of(
        self, operation: Operation, given: Mapping[str, Parameter], key: str, value: Any, body: Any
    ) -> Iterator[Unlike | None]:
        parameter = given[key]
        if names_thing(parameter):
            listed = self.base.listed(operation.id, key)
            # Other values may be words for a thing that has another id: `me`, `latest`.
            if str(value) in listed:
                yield from thing(operation, parameter, value, body, listed)
        elif parameter.location == "query" and (
            is_page_size(operation, parameter) or not _may_be_widened(given, key)
        ):
            yield from rows(operation, parameter, value, body)

    def _both_ways(
        self, operation: Operation, reply: Reply, given: Mapping[str, Parameter], key: str, value: Any
    ) -> Iterator[Unlike | None]:
        """What a filter of numbers, or a switch, shows together with its other values."""
        parameter, body = given[key], reply.exchange.body
        found = whole_list(body)
        is_other = any(_OTHERWISE.intersection(words_of(each.name)) for each in given.values())
        if found and parameter.location == "query" and not is_other and not _may_be_widened(given, key):
            cause = (operation.id, reply.request.account or "", key)
            yield from self.both_ways.rows(cause, parameter, value, body, found)


def _may_be_widened(given: Mapping[str, Parameter], key: str) -> bool:
    """Whether a parameter may let rows in which that of `key` keeps out: by its name, or as a switch."""
    names = (each.name for each in given.values())
    switches = (each for name, each in given.items() if name != key and each.location == "query")
    return any(_WIDENS.intersection(words_of(name)) for name in names) or any(
        each.types - {"null"} == {"boolean"} for each in switches
    )


def thing(
    operation: Operation, parameter: Parameter, value: Any, body: Any, listed: Collection[str] = ()
) -> Iterator[Unlike | None]:
    """A reply about one thing, asked for by an id that a list shows, has that id; None where it does.

    A field `id` is the thing's own only where the path ends in the id. A thing may be asked for by its name,
    and a field that is not called an id may say something else of it, unless it says one of the `listed` ids.
    """
    parts = [body, *(body.values() if isinstance(body, dict) and len(body) == 1 else ())]
    ends_in_it = operation.path.endswith("{" + parameter.name + "}")
    own = plain(parameter.name)
    # `/groups/{id}/requests` is about something of the group, which has an id of its own.
    names = {own} if ends_in_it or own not in _IDS else set()
    if ends_in_it and words_of(parameter.name)[-1:] == ("id",):
        names.add("id")
    for part in parts:
        found = [name for name in part if plain(name) in names] if isinstance(part, dict) else []
        if len(found) == 1 and isinstance(part[found[0]], str | int):
            said = part[found[0]]
            if _says(body, _bare(value), _DEPTH):
                yield None
                continue
            is_id = bool(_IDS.intersection(words_of(found[0])[-1:])) or str(said) in listed
            if not is_id or _is_within(str(said), str(value)):
                continue
            place = json_pointer.text_of([*([] if part is body else [next(iter(body))]), found[0]])
            message = f"a reply has the {parameter.name} that was asked for"
            yield Unlike(place, str(value), str(said), message)


def _says(body: Any, asked: str, depth: int) -> bool:
    """Whether some field of a reply says what was asked for; rows of lists in it are others."""
    for value in body.values() if isinstance(body, dict) else ():
        if isinstance(value, dict) and depth and _says(value, asked, depth - 1):
            return True
        if isinstance(value, str | int) and _bare(value) == asked:
            return True
    return False


def _is_within(one: str, other: str) -> bool:
    """Whether one id may be a longer or shorter word for the other: `projects/p/meters/m1` for `m1`."""
    short, long = sorted((one, other), key=len)
    whole = rf"(?<![^\W_]){re.escape(short)}(?![^\W_])"
    return bool(short) and re.search(whole, long, re.IGNORECASE) is not None


def _bare(value: Any) -> str:
    """An id without what UUIDs may be written with, in one case."""
    return _DASHES.sub("", str(value)).casefold()


def rows(operation: Operation, parameter: Parameter, value: Any, body: Any) -> Iterator[Unlike | None]:
    """The rows of a list are as a parameter wants them; None where they are, nothing where none can tell."""
    found = whole_list(body)
    if not found:
        return
    if is_page_size(operation, parameter) and is_number(value) and value >= 1:
        message = f"a list has no more rows than {parameter.name} asks for"
        got = f"{len(found)} rows"
        yield None if len(found) <= value else Unlike("", f"at most {value} rows", got, message)
        return
    members = [each for each in parameter.resolved.get("enum", ()) if isinstance(each, str)]
    name = plain(parameter.name).removeprefix("filter_")
    is_filter = value in members and len(members) > 1 and value not in _EVERY
    if not is_filter or set(words_of(name)) & _OTHERWISE or not all(isinstance(row, dict) for row in found):
        return
    of_row = next((each for each in found[0] if plain(each) == name), "")
    said = [row.get(of_row) for row in found]
    # Where rows say other things than the parameter knows, it is about something else.
    if not of_row or not all(each in members for each in said):
        return
    wanted = {str(value).casefold(), *_EVERY}
    other = next((each for each in said if each.casefold() not in wanted), None)
    message = f"a list has only rows of the {parameter.name} that was asked for"
    place = place_of(body, found, of_row)
    yield None if other is None else Unlike(place, f"{value!r} in each row", repr(other), message)


def whole_list(body: Any) -> list[Any]:
    """The rows of a reply that is a list, or has one list only beside other fields; empty otherwise.

    Texts are rows only where their list is called so: others are names of columns, or warnings.
    """
    found = list_in(body)
    if body is found or not isinstance(body, dict):
        return found
    lists = [names[-1] for names, _ in lists_around(body, found)]
    if len(lists) != 1 or any(each in body and body[each] is None for each in LISTS):
        return []
    return found if lists[0] in LISTS or all(isinstance(row, dict) for row in found) else []


def is_page_size(operation: Operation, parameter: Parameter) -> bool:
    """Whether a parameter says how many rows a page has: beside it another one says which page."""
    others = {plain(each.name).removeprefix("page_") for each in operation.parameters}
    others |= {plain(each.name) for each in operation.parameters}
    turns = others & (CURSORS | NUMBERS | OFFSETS | {"number"})
    return parameter.location == "query" and plain(parameter.name) in LIMITS and bool(turns)
