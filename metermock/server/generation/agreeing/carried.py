"""Balances that are carried over: a statement begins with what the one of the month before ended with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from metermock.contract.json_types import is_number
from metermock.ledger import dice
from metermock.server.generation.agreeing.balances import moves_of
from metermock.server.generation.agreeing.facts import Facts, as_figure
from metermock.server.generation.values.scene import Scene, between

_MOST = 40_000
"""Hundredths that are left at the end of a month at most."""
_HUNDRED = 100


class Carried:
    """The balances of a statement, and what moved them in its month."""

    def __init__(self, fields: Sequence[Facts]) -> None:
        found = moves_of(fields)
        is_one = all(len(each) == 1 for each in found)
        self._fields = [each[0] for each in found] if is_one else []
        """The balance before and after, what came and what went; nothing where one of these is not told."""

    def changes(self, made: Mapping[str, Any], month: int, scene: Scene) -> dict[str, Any]:
        """What a statement of a month says, which is numbered from the year nought on."""
        values = [made.get(each.name) for each in self._fields]
        if not values or not all(map(is_number, values)):
            return {}
        before, after, came, went = self._fields
        old, new = (_left(each, number, scene) for each, number in ((before, month - 1), (after, month)))
        more = as_figure(came, max(values[2] or 0, new - old))
        return {
            before.name: old,
            after.name: new,
            came.name: more,
            went.name: as_figure(went, old + more - new),
        }


def _left(field: Facts, month: int, scene: Scene) -> float:
    """What is left at the end of a month, of which whole numbers tell hundredths."""
    left = between(dice.key("left of a month", scene.seed, scene.account, month), 0, _MOST)
    return left if field.is_integer else round(left / _HUNDRED, 2)
