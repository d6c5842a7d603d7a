"""What became of the lies, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from metermock.checker.audit.notes import Note


@dataclass(slots=True)
class Field:
    """The lies about one place of one operation's replies.

    `told` and `missed` count by kind. `by` counts what noticed: `schema`, `status`, `header`, `media-type`,
    ids of rules and relations; a lie that several notice counts for each. `warned` of them only a *should*
    noticed. `reasons` has what the contract's notes say, by kind.
    """

    operation: str
    place: str
    told: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    warned: int = 0
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def caught(self) -> int:
        """How many lies were noticed."""
        return self.told.total() - self.missed.total()

    @property
    def unexplained(self) -> dict[str, int]:
        """The lies that nothing noticed and no note explains, by kind."""
        return {kind: count for kind, count in self.missed.items() if kind not in self.reasons}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a number of lies were noticed."""

    caught: int
    lies: int

    @property
    def percent(self) -> float:
        """As a percentage with two decimals; 100 where there are no lies."""
        return round(100 * self.caught / self.lies, 2) if self.lies else 100.0


class Score:
    """Counts what was noticed of each lie."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._notes = tuple(notes)
        self._fields: dict[tuple[str, str], Field] = {}

    def count(self, operation: str, place: str, kind: str, noticed: dict[str, str]) -> None:
        """Count a lie; `noticed` has the level, must or should, of each rule that it broke."""
        key = (operation, place)
        if key not in self._fields:
            self._fields[key] = Field(operation, place)
        row = self._fields[key]
        # Asked once for each kind: patterns are slow, and the answer stays the same.
        if not row.told[kind]:
            why = next((note.why for note in self._notes if note.explains(operation, place, kind)), None)
            if why is not None:
                row.reasons[kind] = why
        row.told[kind] += 1
        row.by.update(noticed.keys())
        if not noticed:
            row.missed[kind] += 1
        elif "must" not in noticed.values():
            row.warned += 1

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every place, in the order in which it was first lied about."""
        return tuple(self._fields.values())

    @property
    def all(self) -> Share:
        """Of all lies."""
        return Share(sum(row.caught for row in self.fields), sum(row.told.total() for row in self.fields))

    @property
    def constrained(self) -> Share:
        """Of the lies that no note is about, noticed or not."""
        told = missed = 0
        for row in self.fields:
            told += sum(count for kind, count in row.told.items() if kind not in row.reasons)
            missed += sum(row.unexplained.values())
        return Share(told - missed, told)
