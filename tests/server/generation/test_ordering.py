"""Instants of one thing in the order of their names, whatever form they have."""

from __future__ import annotations

import pytest

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.agreeing.ordering import order
from metermock.server.generation.values.instants import Notation
from metermock.server.generation.values.scene import Scene

DAY, NOON, EVENING = "2026-03-18", "2026-03-18T12:00:00Z", "2026-03-18T20:00:00Z"


@pytest.mark.parametrize(
    ("created", "updated", "notations", "ordered"),
    [
        (NOON, EVENING, ("date-time", "date-time"), (NOON, EVENING)),
        (EVENING, NOON, ("date-time", "date-time"), (NOON, EVENING)),
        (DAY, NOON, ("date", "date-time"), (DAY, NOON)),
        (NOON, DAY, ("date-time", "date"), ("2026-03-18T00:00:00Z", DAY)),
        (NOON, "2026-03-19", ("date-time", "date"), (NOON, "2026-03-19")),
        ("2026-W12-3", EVENING, ("date", "date-time"), (DAY, EVENING)),
        ("2026-W12-3", "2026-W10-1", ("date", "date"), ("2026-03-02", DAY)),
        ("2026-03-18T12:00:00+0", EVENING, ("date-time", "date-time"), ("2026-03-18T12:00:00+0", EVENING)),
        (1_773_800_000, 1_700_000_000, ("seconds", "seconds"), (1_700_000_000, 1_773_800_000)),
        (None, NOON, ("date", "date-time"), (None, NOON)),
    ],
)
def test_what_begins_a_thing_comes_first(
    created: object, updated: object, notations: tuple[Notation, Notation], ordered: tuple[object, object]
) -> None:
    """Instants change places where they are not in order; texts that are none stay."""
    fields = [Facts("created", notation=notations[0]), Facts("updated", notation=notations[1])]
    made = {"updated": updated, "created": created}
    for step in order(fields):
        made.update(step(made, Scene(now=1_773_848_527)))
    assert (made["created"], made["updated"]) == ordered
