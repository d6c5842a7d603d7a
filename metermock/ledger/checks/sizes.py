"""Checks that no sum of a world can outgrow 63 bits before the ledger ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from metermock.ledger.checks.problem import Problem
from metermock.ledger.traffic.recipe import Measure, read_recipe

_LIMIT = 1 << 62  # half of what an int64 holds
_MONTHS = 130 * 12  # from 1970 to 2100
_JOBS = 31  # a daily job's runs in a month


def size_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of traffic whose measures could add up to more than the ledger can hold."""
    means: dict[str, Fraction] = {}
    for measure in read_recipe(document["calls"]).measures:
        means[measure.name] = _mean(measure, means)
    largest = max(means, key=lambda name: means[name], default="calls")
    for name, account in document["accounts"].items():
        for index, entry in enumerate(account.get("traffic", ())):
            if _monthly(entry) * _MONTHS * means.get(largest, 1) > _LIMIT:
                text = f"this traffic makes sums of {largest!r} too large to count"
                advice = f"lower its calls, or `max` or `median` of {largest!r}, or its unit"
                yield Problem(("accounts", name, "traffic", index), text, advice)


def _mean(measure: Measure, means: Mapping[str, Fraction]) -> Fraction:
    """A number that the mean of a measure does not exceed."""
    below = means[measure.per] if measure.per else Fraction(1)
    if measure.constant is not None:
        return Fraction(measure.constant)
    if measure.median is None or measure.spread is None:
        return below / measure.divide + 1
    factor = max(measure.incident or Fraction(1), measure.bad_day or Fraction(1), Fraction(1))
    for factors in measure.times.values():
        factor *= max((*factors.values(), Fraction(1)))
    more = sum((each * means[above] for above, each in measure.plus.items()), Fraction(0))
    return min(Fraction(measure.most), measure.median * factor * measure.spread**2 + more) * below


def _monthly(entry: Mapping[str, Any]) -> Fraction:
    """A number that the calls of a month do not exceed."""
    if "job" in entry:
        return Fraction(entry["job"]["calls"] * _JOBS)
    # Growth ends after 24 months, so no level is higher. The factor 2 leaves room for days and weeks that are
    # busier.
    growth = max(1 + Fraction(str(entry.get("growth", 0))) / 100, Fraction(1))
    return Fraction(str(entry["month"])) * growth * growth**23 * 2
