"""Rules that the parameters of an operation suggest: the size of a page, and what a reply repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metermock.contract import Operation
from metermock.contract.json_types import ABSENT
from metermock.contract.page_names import LIMITS
from metermock.contract.parameter import Parameter
from metermock.init.places import Field, Place, name_of
from metermock.init.suggestion import Suggestion
from metermock.server.generation.words import names

_SIZES = LIMITS - {"count", "first"}
_REPEATED = frozenset(
    {"currency", "timezone", "time_zone", "unit", "locale", "granularity", "interval", "period"}
    | {"bucket_width", "language", "region"}
)
"""What a reply says back as it was asked."""


def page_sizes(operation: Operation, outer: Place) -> Iterator[Suggestion]:
    """A page has no more rows than were asked for."""
    for parameter in operation.parameters:
        if parameter.location != "query" or names.plain(parameter.name) not in _SIZES:
            continue
        asked = name_of("request", parameter.key)
        rows = _only_list(outer)
        if parameter.types != {"integer"} or not asked or rows is None:
            continue
        listed, guards = rows
        known = () if parameter.required or parameter.default is not ABSENT else (f"has({asked})",)
        if parameter.resolved.get("minimum", 0) < 1:
            # What a page of no rows or fewer is, nobody knows.
            known = (*known, f"{asked} > 0")
        message = f"a page has no more rows than {parameter.name}"
        why = f"the parameter {parameter.name} is the size of a page, and this is the only list"
        yield Suggestion(message, f"size({listed}) <= {asked}", " && ".join((*known, *guards)), why)


def _only_list(outer: Place) -> tuple[str, tuple[str, ...]] | None:
    if outer.rows:
        return outer.rows, outer.guards
    lists = [field for field in outer.fields.values() if field.types == {"array"}]
    return (lists[0].text, lists[0].guards) if len(lists) == 1 else None


def echoes(operation: Operation, places: Sequence[Place]) -> Iterator[Suggestion]:
    """The thing of a path has its id; what a reply says back is what was asked."""
    outer = places[0]
    if operation.method != "GET" or outer.rows:
        return
    for parameter in operation.parameters:
        asked = name_of("request", parameter.key)
        field = _echo(operation, parameter, outer)
        if not asked or field is None or parameter.types != field.types:
            continue
        known = parameter.required or parameter.default is not ABSENT
        guards = (*(() if known else (f"has({asked})",)), *field.guards)
        message = f"{field.name} is the {parameter.name} that was asked for"
        why = "the path names one thing" if parameter.location == "path" else "both have one name"
        yield Suggestion(message, f"{field.text} == {asked}", " && ".join(guards), why)


def _echo(operation: Operation, parameter: Parameter, outer: Place) -> Field | None:
    if parameter.location == "path":
        if not operation.path.endswith(f"{{{parameter.name}}}"):
            return None
        field = outer.fields.get(parameter.name)
        # `customerIdOrKey` may be another name of the thing.
        if field is None and names.words_of(parameter.name)[-1:] == ("id",):
            field = outer.fields.get("id")
        return field if field is not None and field.types in ({"string"}, {"integer"}) else None
    field = outer.fields.get(parameter.name)
    is_text = field is not None and field.types == {"string"}
    if parameter.location == "query" and is_text and names.plain(parameter.name) in _REPEATED:
        return field
    return None
