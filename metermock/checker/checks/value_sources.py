"""Whose replies show values that other operations are asked with, beside the list above a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from metermock.checker.checks.base_values import inferred, needed
from metermock.checker.deployment.reply import Reply
from metermock.checker.inputs.allowed import is_closed
from metermock.checker.inputs.dates import is_date
from metermock.contract import Operation, Parameter
from metermock.contract.json_types import ABSENT
from metermock.contract.words import plain

_MOST = 4
_DEPTH = 3
"""How deep a field may stand in a body."""
_NAMES = ("id", "key", "slug", "uuid", "name", "code")
_STEM = re.compile(r"(.*?)[-_]?(?:ids?|key|slug|uuid|name|code)", re.IGNORECASE)


def told(operation: Operation, operations: Iterable[Operation]) -> dict[str, tuple[Operation, str]]:
    """By parameter that has to be sent, where `x-values-from` says that its values stand: operation, CEL."""
    by_id = {each.id: each for each in operations if each is not operation}
    found = {}
    for parameter in needed(operation):
        source = parameter.document.get("x-values-from", {})
        if source.get("operation") in by_id:
            found[parameter.key] = (by_id[source["operation"]], str(source["values"]))
    return found


def elsewhere(operation: Operation, operations: Iterable[Operation]) -> dict[str, Operation]:
    """By parameter without values of its own, a list at another path: `/meters` for `?meterId=`."""
    near, found = inferred(operation, operations, "GET"), {}
    lists = [each for each in operations if each.method == "GET" and each is not operation]
    for parameter in _lacking(operation):
        if parameter.key in near:
            continue
        names = set(_things(operation, parameter))
        those = [each for each in lists if plain(each.path.rstrip("/").rpartition("/")[2]) in names]
        if those:
            # The one that needs least; of several that which stands nearest.
            found[parameter.key] = min(
                those, key=lambda each: (each.path.count("{"), -_in_common(each.path, operation.path))
            )
    return found


def shown_before(operation: Operation, operations: Sequence[Operation]) -> list[Operation]:
    """The operations to ask first, since their replies may show values for this one."""
    near = inferred(operation, operations, "GET").values()
    by_rule = (source for source, _ in told(operation, operations).values())
    return list(dict.fromkeys([*near, *by_rule, *elsewhere(operation, operations).values()]))


def named_values(operation: Operation, replies: Iterable[Reply]) -> dict[str, list[Any]]:
    """By parameter without values of its own, what fields of its name say in replies: `org_id` of `/me`."""
    wanted = {plain(each.name): each.key for each in _lacking(operation)}
    found: dict[str, list[Any]] = {}
    for reply in replies if wanted.keys() - set(_NAMES) else ():
        for name, value in _fields_in(reply.exchange.body, _DEPTH):
            key = wanted.get(plain(name)) if name not in _NAMES else None
            if key is not None and value not in found.setdefault(key, []):
                found[key].append(value)
    return {key: values[:_MOST] for key, values in found.items()}


def _fields_in(body: Any, depth: int) -> Iterator[tuple[str, str | int]]:
    rows = body[:_MOST] if isinstance(body, list) else [body]
    for row in rows:
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield name, value
            elif depth:
                yield from _fields_in(value, depth - 1)


def _lacking(operation: Operation) -> list[Parameter]:
    """The parameters that have to be sent, and of which the document tells no value."""
    return [
        each
        for each in needed(operation)
        if not each.examples and each.default is ABSENT and "x-values-from" not in each.document
        if not each.media and not is_closed(each) and not is_date(each)
    ]


def _things(operation: Operation, parameter: Parameter) -> Iterator[str]:
    """What a list may be called at the end of its path that shows values of a parameter."""
    if parameter.location == "path":
        before = operation.path.partition("{" + parameter.name + "}")[0].rstrip("/")
        yield plain(before.rpartition("/")[2])
    stem = _STEM.fullmatch(parameter.name)
    thing = plain(stem[1] if stem and stem[1] else parameter.name)
    yield from (thing + "s", thing + "es", thing.removesuffix("y") + "ies")


def _in_common(one: str, other: str) -> int:
    """How many segments two paths begin with alike."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return next((index for index, (left, right) in enumerate(pairs) if left != right), len(pairs))
