"""Labels: objects of which nobody says what their fields are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metermock.server.generation.makers.maps import Map
from metermock.server.generation.values.scene import PRIME, Scene, salt

Label = tuple[str, int, Sequence[str], int]
"""A name, the part that it is of the key, texts that go with it, and how many."""

_LABELS: tuple[Label, ...] = tuple(
    (name, salt(name), known, len(known))
    for name, known in {
        "team": ("growth", "platform", "billing", "data"),
        "cost_center": ("CC-104", "CC-230", "CC-417"),
        "source": ("import", "api", "dashboard"),
        "environment": ("production", "staging"),
        "ticket": ("OPS-2113", "OPS-2240", "WEB-871"),
    }.items()
)
NUMBER = len(_LABELS)
RUNS: Sequence[Sequence[Sequence[Label]]] = tuple(
    tuple((_LABELS * 2)[first : first + count] for count in range(NUMBER + 1)) for first in range(NUMBER)
)
"""By the number of the first and how many: labels one behind the other, the first behind the last."""


class Labels(Map):
    """An object whose fields are labels, each with a text that goes with it."""

    def _fields(self, scene: Scene, key: int, depth: int, count: int) -> dict[str, Any]:
        if count > NUMBER:
            return super()._fields(scene, key, depth, count)
        # `pick`, without a call of it.
        run = RUNS[key % PRIME % NUMBER][count]
        return {name: known[(key ^ part) % PRIME % several] for name, part, known, several in run}
