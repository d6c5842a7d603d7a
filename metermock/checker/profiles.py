"""Budgets that people have: how much a check may ask before a merge, at night, and without hurry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What limits a check where no option says otherwise; `rate` is in requests per second."""

    max_requests: int | None = None
    max_time: float | None = None
    rate: float | None = None
    fuzz: bool = True


PROFILES = {
    "quick": Profile(max_requests=150, fuzz=False),
    # A request a second for a quarter of an hour.
    "nightly": Profile(max_requests=900, max_time=900.0, rate=1.0, fuzz=False),
    "full": Profile(),
}
