"""How long a thing took: the time between the instants at which it began and ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metermock.contract.json_types import is_number
from metermock.ledger.calendar import HOUR, MINUTE
from metermock.server.generation.agreeing.facts import Facts, Step, numbers_of
from metermock.server.generation.agreeing.ordering import instant_of
from metermock.server.generation.agreeing.stories import status_of
from metermock.server.generation.values.instants import written
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names
from metermock.server.generation.words.states import LIVING, stage_of, words_of

_BEGUN, _OVER = frozenset({"started", "begun"}), frozenset({"ended", "finished", "completed", "stopped"})
_BEGINS, _ENDS = frozenset({"start", "begin"}), frozenset({"end", "finish"})
_AT = frozenset({"at", "time", "on", "date", "timestamp", "ts"})
_PARTS: Mapping[str, int] = {
    **dict.fromkeys(("ms", "millis", "milliseconds"), 0),
    **dict.fromkeys(("s", "sec", "secs", "seconds"), 1),
    **dict.fromkeys(("min", "mins", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hrs", "hours"), HOUR),
}
"""Seconds of one of what a length is counted in; nought for a thousandth."""
_LENGTHS = frozenset({"duration", "elapsed", "runtime", "took", "latency", "length"})
_WORDS = _LENGTHS | frozenset({"time", "in", "total", "execution", "run", "running", "processing", "wall"})
"""All that a name may say: `audio_duration` is none of the job, and `billed_minutes` are rounded."""
_NOUNS = frozenset({"ride", "trip", "call", "session", "job", "task", "build", "step", "request", "query"})
_TIMED = frozenset({"execution", "run", "running", "processing", "elapsed", "wall"})
"""What makes a length of a `time`."""
_THINGS = frozenset({"id", "uuid", "status", "state"})


def durations(fields: Sequence[Facts]) -> Iterator[Step]:
    """`minutes` are those from `started_at` to `ended_at`; milliseconds say when the end is."""
    timed = [each for each in fields if each.notation not in (None, "date", "time", "month")]
    for begins, ends, is_told in ((_BEGUN, _OVER, True), (_BEGINS, _ENDS, False)):
        first, last = ([each for each in timed if _says(each.name, words)] for words in (begins, ends))
        if len(first) != 1 or len(last) != 1:
            continue
        if not is_told and not any(names.plain(each.name) in _THINGS for each in fields):
            # The time of a bucket is no length of what was used in it.
            continue
        told = [(each, _part(each.name, is_told)) for each in numbers_of(fields)]
        lengths = [(each, part) for each, part in told if part is not None]
        if len(lengths) == 1:
            yield Lasting(first[0], last[0], *lengths[0], status_of(fields)).step
        return


def _says(name: str, known: frozenset[str]) -> bool:
    words = frozenset(names.words_of(name))
    return bool(words & known) and words <= known | _AT | _NOUNS


def _part(name: str, is_told: bool) -> int | None:  # noqa: FBT001 - as one of two kinds
    """The seconds of one of what a number counts, nought for a thousandth; None for what is no length."""
    words = frozenset(names.words_of(name))
    units = [_PARTS[word] for word in words if word in _PARTS]
    rest = words - _PARTS.keys()
    is_length = bool(rest & _LENGTHS or ("time" in rest and rest & _TIMED))
    if len(units) > 1 or not rest <= _WORDS | _NOUNS or not (is_length or (is_told and units and not rest)):
        return None
    return units[0] if units else 1


@dataclass(frozen=True, slots=True)
class Lasting:
    """The instants at which a thing begins and ends, how long it took, and its state."""

    first: Facts
    last: Facts
    length: Facts
    part: int
    """Seconds of one of what the length is counted in; nought for a thousandth."""
    status: Facts | None

    def step(self, made: dict[str, Any], scene: Scene) -> Mapping[str, Any]:
        """The length that the instants tell, or the end that the length tells."""
        if self.length.name not in made:
            return {}
        begun = instant_of(made.get(self.first.name), self.first.notation or "date-time")
        over = instant_of(made.get(self.last.name), self.last.notation or "date-time")
        if begun is None or over is None:
            return self._so_far(made, begun, scene)
        value = made[self.length.name]
        if value is None:
            return {}
        if self.part:
            return {self.length.name: self._counted(max(over - begun, 0))}
        end = begun + round(value / 1_000) if is_number(value) else scene.now + 1
        return {self.last.name: written(end, self.last.notation or "date-time")} if end <= scene.now else {}

    def _so_far(self, made: Mapping[str, Any], begun: int | None, scene: Scene) -> Mapping[str, Any]:
        """What has not ended took no time that is known; where one must be told, it is that until now."""
        if self.length.accepts(None):
            return {self.length.name: None}
        state = made.get(self.status.name) if self.status is not None else None
        goes_on = isinstance(state, str) and (stage_of(state) == "running" or words_of(state) & LIVING)
        seconds = max(scene.now - begun, 0) if begun is not None and goes_on else 0
        return {self.length.name: self._counted(seconds)}

    def _counted(self, seconds: int) -> float:
        exact = seconds / self.part if self.part else seconds * 1_000
        return round(exact) if self.length.is_integer else round(exact, 2)
