"""Filters that are numbers or switches: each value alone may mean more than it says, both of them tell.

`archived=true` often shows the others too, `archived=false` may mean no filter, and `level=2` what is above.
Whoever gets a row above one value and a row below another has neither: the filter does nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from metermock.checker.checks.unlike import Unlike, place_of
from metermock.contract import Parameter
from metermock.contract.json_types import is_number
from metermock.contract.page_names import ALL
from metermock.contract.words import plain

_ABOVE, _BELOW = "above", "below"


@dataclass
class BothWays:
    """What lists have shown beside each value of such a filter, by operation, account and parameter."""

    _beyond: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rows(
        self, key: tuple[str, str, str], parameter: Parameter, value: Any, body: Any, found: Sequence[Any]
    ) -> Iterator[Unlike | None]:
        """None where all rows have the value; a breach once rows lie above one value and below another."""
        name = plain(parameter.name).removeprefix("filter_")
        names = {name, f"is_{name}", name.removeprefix("is_")}
        if not _is_filter(parameter, value) or name in ALL or not all(isinstance(row, dict) for row in found):
            return
        of_row = next((each for each in found[0] if plain(each) in names), "")
        said = [row.get(of_row) for row in found]
        if not of_row or not all(_is_like(value, each) for each in said):
            return
        others = [each for each in said if each != value]
        if not others:
            yield None
            return
        if value not in said:
            # Rows of another value alone: it is read in some other way.
            return
        with self._lock:
            beyond = self._beyond.setdefault(key, set())
            beyond |= {_ABOVE if each > value else _BELOW for each in others}
            is_ignored = beyond == {_ABOVE, _BELOW}
        if is_ignored:
            message = f"a list has only rows of the {parameter.name} that was asked for"
            place = place_of(body, found, of_row)
            yield Unlike(place, f"{value!r} in each row", repr(others[0]), message)


def _is_filter(parameter: Parameter, value: Any) -> bool:
    kinds, members = parameter.types - {"null"}, parameter.resolved.get("enum", ())
    if isinstance(value, bool):
        return kinds == {"boolean"}
    return is_number(value) and value in members and len(members) > 1


def _is_like(value: Any, other: Any) -> bool:
    """Whether a field of a row is of the filter's kind."""
    return isinstance(other, bool) if isinstance(value, bool) else is_number(other)
