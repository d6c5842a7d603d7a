"""Ids that lists show under other values of a parameter that both operations have, such as a region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from metermock.checker.inputs.allowed import is_closed
from metermock.checker.inputs.guard import is_ours
from metermock.contract import Operation, Parameter

Values = dict[str, Any]


def shared(operation: Operation, source: Operation, thing: str) -> list[Parameter]:
    """The parameters that an operation has like the one that lists its things; `thing` is the id's."""
    there = {(each.location, each.name) for each in source.parameters}
    return [
        each for each in operation.parameters if each.key != thing and (each.location, each.name) in there
    ]


def chosen(operation: Operation, source: Operation, thing: str) -> Iterator[Parameter]:
    """Those of them that have few values: the list can be asked for the things of each."""
    yield from (
        each for each in shared(operation, source, thing) if is_closed(each) and is_ours(operation, each)
    )


class ListedThings:
    """The id to send with another region, by operation and account."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[tuple[str, str, Any, Sequence[Any]]]] = {}

    def note(
        self,
        operation: Operation,
        account: str | None,
        thing: str,
        beside: tuple[str, Any],
        ids: Sequence[Any],
    ) -> None:
        """Note the ids that a list shows under one value of another parameter; there may be none."""
        key, value = beside
        self._found.setdefault((operation.id, account or ""), []).append((thing, key, value, ids))

    def beside(self, operation: Operation, account: str | None, values: Mapping[str, Any]) -> Values:
        """The ids that go with these values, where they name none; none where several values differ."""
        found = [
            (thing, ids)
            for thing, key, value, ids in self._found.get((operation.id, account or ""), ())
            if key in values and values[key] == value and thing not in values
        ]
        return {thing: ids[0] for thing, ids in found if ids} if len(found) == 1 else {}

    def is_nowhere(self, operation: Operation, account: str | None, values: Mapping[str, Any]) -> bool:
        """Whether the list shows nothing under these values, so that no id is known to go with them."""
        return any(
            key in values and values[key] == value and thing not in values and not ids
            for thing, key, value, ids in self._found.get((operation.id, account or ""), ())
        )
