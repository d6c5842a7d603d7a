"""How traffic spreads over the hours and the days of the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

USUAL_NOISE = 50


@dataclass(frozen=True, slots=True)
class Shape:
    """Weights of local hours, and of weekdays from Monday on.

    `bursts` is the percentage of minutes that are far above the rest. `noise` and `day_noise`, from 0 to 100,
    are how much minutes and hours, and whole days, differ from their weights; `drift` is how much weeks do.
    `holiday` is the percentage of a holiday's usual calls that come.
    """

    name: str
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    bursts: int = 0
    noise: int = USUAL_NOISE
    day_noise: int = USUAL_NOISE
    drift: int = 0
    holiday: int = 100


EVEN = Shape("", (1,) * 24, (1,) * 7, noise=0, day_noise=0)


@dataclass(frozen=True, slots=True)
class Job:
    """Work at a fixed time of the day in UTC: so many calls within so many minutes."""

    monthly: bool
    start: int
    minutes: int
    calls: int


def read_shape(name: str, part: Mapping[str, Any]) -> Shape:
    """The shape of that name in a world."""
    hours, weekdays = tuple(part["hours"]), tuple(part["weekdays"])
    noise = part.get("noise", USUAL_NOISE)
    return Shape(
        name,
        hours,
        weekdays,
        bursts=part.get("bursts", 0),
        noise=noise,
        day_noise=part.get("day_noise", noise),
        drift=part.get("drift", 0),
        holiday=part.get("holiday", 100),
    )
