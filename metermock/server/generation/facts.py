"""What agreement between the fields of an object has to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.server.generation.instants import Notation
from metermock.server.generation.scene import Scene

Step = Callable[[dict[str, Any], Scene], Mapping[str, Any]]
"""What a rule of agreement would change in an object."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What agreement has to know about a field."""

    name: str
    is_number: bool = False
    is_integer: bool = False
    notation: Notation | None = None
    rows: Sequence[Facts] = ()
    """The fields of its rows, if it is a list of objects."""
    fields: Sequence[Facts] = ()
    """Its fields, if it is an object."""
    is_list: bool = False
    accepts: Callable[[Any], bool] = lambda _: True


def numbers_of(fields: Sequence[Facts]) -> list[Facts]:
    """The fields that are numbers."""
    return [field for field in fields if field.is_number]


def rounded(value: float, field: Facts) -> int | float:
    """A number as a field of its kind has it: whole, or with four digits."""
    return int(value) if field.is_integer else round(value, 4)
