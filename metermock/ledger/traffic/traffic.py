"""Reads an account's streams and incidents from the traffic in its world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from metermock.ledger import dice
from metermock.ledger.account import Account, Key
from metermock.ledger.calendar import DAY, read_instant
from metermock.ledger.people import person_id
from metermock.ledger.traffic.incident import Incidents
from metermock.ledger.traffic.limited import LimitedWeights
from metermock.ledger.traffic.ration import Ration, divided
from metermock.ledger.traffic.recipe import Recipe
from metermock.ledger.traffic.shape import EVEN, Job, Shape
from metermock.ledger.traffic.stream import Stream
from metermock.ledger.traffic.weights import JobWeights, MinuteWeights, ShapedWeights

_FOREVER = 1 << 20  # a day far beyond the ledger's end


@dataclass(frozen=True)
class Traffic:
    """The streams of an account and its incidents."""

    streams: tuple[Stream, ...] = ()
    incidents: Incidents | None = None


class TrafficReader:
    """Makes the streams of one account; streams of the same shape share their minute weights."""

    def __init__(
        self,
        account: Account,
        recipe: Recipe,
        shapes: Mapping[str, Shape],
        purpose: int,
        holidays: frozenset[int] = frozenset(),
    ) -> None:
        self._holidays = holidays
        self._account = account
        self._recipe = recipe
        self._shapes = shapes
        self._purpose = purpose
        self._incidents: Incidents | None = None
        self._shared: dict[str, MinuteWeights] = {}

    def read(self, part: Mapping[str, Any]) -> Traffic:
        """The traffic of the account that this part of a world describes."""
        self._incidents = self._read_incidents(part["incidents"]) if "incidents" in part else None
        streams: list[Stream] = []
        for entry in part.get("traffic", ()):
            streams += self._streams(len(streams), entry)
        return Traffic(tuple(streams), self._incidents)

    def _read_incidents(self, part: Mapping[str, Any]) -> Incidents:
        also = tuple(read_instant(text) for text in part.get("also", ()))
        every, traffic, hours = part["every_days"], part.get("traffic", 100), part["hours"]
        shortest, longest = hours if isinstance(hours, list) else (hours, hours)
        return Incidents(every, (shortest, longest), self._account.zone, self._purpose, also, traffic)

    def _streams(self, number: int, entry: Mapping[str, Any]) -> list[Stream]:
        """The stream of an entry, or the two of an entry with a limit."""
        stream = self._stream(number, entry)
        if "limit" not in entry:
            return [_kept(stream)]
        part = entry["limit"]
        ration = Ration(stream, part["calls"], monthly=part["per"] == "month")
        return [_kept(one) for one in divided(ration, part["beyond"])]

    def _stream(self, number: int, entry: Mapping[str, Any]) -> Stream:
        key = next((key for key in self._account.keys if entry.get("key") in (key.name, key.id)), None)
        first, last = self._days(entry, key)
        job = _job(entry["job"]) if "job" in entry else None
        shape = self._shapes[entry["shape"]] if "shape" in entry else EVEN
        return Stream(
            number=number,
            purpose=dice.key("stream", self._purpose, number),
            dimensions=self._dimensions(entry, key),
            weights=JobWeights(job) if job else self._shaped(shape),
            first=first,
            last=last,
            month=Fraction(str(entry.get("month", 0))),
            growth=Fraction(str(entry.get("growth", 0))),
            noise=shape.day_noise,
            drift=shape.drift,
            health=dice.key("health", self._purpose) if self._recipe.has_bad_days else None,
            job=job,
            at_most=entry.get("at_most"),
            at_most_per_minute=entry.get("at_most_per_minute"),
        )

    def _days(self, entry: Mapping[str, Any], key: Key | None) -> tuple[int, int]:
        """The whole days of UTC in which the stream, its key and its account exist."""
        # Starts are rounded up to a day and ends down: no call lies outside the instants that the world
        # states.
        starts = [self._account.since]
        ends = []
        if key:
            starts.append(key.created)
            ends += [key.revoked] if key.revoked is not None else []
        starts += [read_instant(entry["since"])] if "since" in entry else []
        ends += [read_instant(entry["until"])] if "until" in entry else []
        return -(-max(starts) // DAY), min(ends) // DAY if ends else _FOREVER

    def _dimensions(self, entry: Mapping[str, Any], key: Key | None) -> dict[str, str]:
        dimensions = {name: str(entry.get(name, "")) for name in self._recipe.stream_dimensions}
        dimensions["key"] = key.id if key else ""
        if "person" in entry:
            dimensions["user"] = person_id(self._account.world, self._account.name, entry["person"])
        return dimensions

    def _shaped(self, shape: Shape) -> MinuteWeights:
        if shape.name not in self._shared:
            self._shared[shape.name] = ShapedWeights(
                shape, self._account.zone, self._purpose, self._incidents, self._holidays
            )
        return self._shared[shape.name]


def _kept(stream: Stream) -> Stream:
    """A stream whose minutes keep `at_most_per_minute`."""
    if stream.minute_room is None:
        return stream
    return replace(stream, weights=LimitedWeights(stream.weights, stream.drawn_on, stream.minute_room))


def _job(part: Mapping[str, Any]) -> Job:
    hour, minute = part["at"].split(":")
    return Job(part["on"] == "month", int(hour) * 60 + int(minute), part["minutes"], part["calls"])
