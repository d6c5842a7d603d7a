"""A shuffled deck of templates, from which calls are dealt in order.

Each stream starts at a slot of its own and begins again after the last one. So a run of calls is a range
of slots, and its sums are differences of prefix sums: totals, groups and single calls agree, whatever the
volume. The deck has several variants, so that the shares of values change from day to day: from the best of
ordinary days to the worst, if the world has bad days. Some are for incidents.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from metermock.ledger import dice
from metermock.ledger.arrays import Codes, Integers, Truths
from metermock.ledger.cache import next_token
from metermock.ledger.traffic import spread
from metermock.ledger.traffic.recipe import Dimension, Measure, Recipe, ValueWeights

BITS = 12
LENGTH = 1 << BITS  # a power of two: rounds and slots are a shift and a mask
NORMAL, INCIDENT = 8, 4  # variants
VARIANTS = NORMAL + INCIDENT
SLOTS = VARIANTS * LENGTH
BADNESS = (0, 5, 10, 16, 24, 36, 56, 100, *(100,) * INCIDENT)
"""How bad the days of each variant are, in percent of the worst; most days have a variant from the middle."""
_WHOLE = 1 << 24
_MOST_MORE = (1 << 32) - 1  # of a measure that adds to another one, so that the product fits


Only = tuple[tuple[str, tuple[str, ...]], ...]


class Prefix(NamedTuple):
    """Counts of the slots that a filter picks: before each slot in its variant, and in the whole variant."""

    before: Integers
    total: Integers


class Deck:
    """The calls of all variants, one after another: a code per dimension and a number per measure."""

    def __init__(self, recipe: Recipe, fixed: Mapping[str, str], seed: int) -> None:
        self.identity = dice.key("deck", seed, *sorted(fixed.items()))
        self.token = next_token()
        self.recipe = recipe
        self.values: dict[str, tuple[str, ...]] = {name: (value,) for name, value in fixed.items()}
        self.values |= {dimension.name: dimension.values for dimension in recipe.dimensions}
        self._slots = np.arange(SLOTS)
        self._troubled = self._slots >= NORMAL * LENGTH
        self.codes = {name: np.zeros(SLOTS, dtype=np.int16) for name in fixed}
        self._deal()
        self._retry()
        self.measures: dict[str, Integers] = {}
        for measure in recipe.measures:
            self.measures[measure.name] = self._measure(measure)

    @cached_property
    def code_of(self) -> dict[str, dict[str, int]]:
        """The code of each value of each dimension."""
        return {
            name: {value: code for code, value in enumerate(values)} for name, values in self.values.items()
        }

    def mask(self, only: Only) -> Truths:
        """Which slots have one of the values of each dimension named."""
        chosen = np.ones(SLOTS, dtype=np.bool_)
        for name, values in only:
            codes = [self.code_of[name][value] for value in values if value in self.code_of[name]]
            chosen &= np.isin(self.codes[name], codes)
        return chosen

    def column(self, measure: str, only: Only) -> Integers:
        """A measure of each slot, `calls` being 1 each; 0 outside `only`."""
        numbers = np.ones(SLOTS, dtype=np.int64) if measure == "calls" else self.measures[measure]
        return numbers * self.mask(only) if only else numbers

    def prefix(self, only: Only) -> Prefix:
        """How many slots before each are inside `only`."""
        # An inclusive running sum less the slot itself counts the slots before it.
        numbers = self.mask(only).astype(np.int64).reshape(VARIANTS, LENGTH)
        sums = np.cumsum(numbers, axis=1)
        return Prefix((sums - numbers).reshape(-1), sums[:, -1].copy())

    def _deal(self) -> None:
        for dimension in self.recipe.dimensions:
            self.codes[dimension.name] = self._draw(dimension)

    def _retry(self) -> None:
        """Gives the call after some of the failed ones the same request, and draws its outcome."""
        retries = self.recipe.retries
        if retries is None:
            return
        failed = self.mask(tuple(retries.after.items()))
        failed &= dice.words(dice.key("retry", self.identity), self._slots) * 100 < retries.percent << 32
        fate = self._ancestors(retries.after)
        roots = [d.name for d in self.recipe.dimensions if d.parent is None and d.name not in fate]
        # One slot after the other, since a retry that failed too is followed by a third try.
        for slot in np.flatnonzero(failed[:-1]).tolist():
            for name in roots:
                self.codes[name][slot + 1] = self.codes[name][slot]
        # What follows from a copied value, such as the method of an endpoint, has to follow from it again.
        for dimension in self.recipe.dimensions:
            if dimension.parent is not None:
                self.codes[dimension.name] = self._draw(dimension)

    def _ancestors(self, names: Mapping[str, object]) -> set[str]:
        parents = {dimension.name: dimension.parent for dimension in self.recipe.dimensions}
        found: set[str] = set()
        for name in names:
            above: str | None = name
            while above is not None:
                found.add(above)
                above = parents.get(above)
        return found

    def _draw(self, dimension: Dimension) -> Codes:
        bits = dice.words(dice.key("dimension", dimension.name, self.identity), self._slots)
        codes = {value: code for code, value in enumerate(dimension.values)}
        if dimension.parent is None:
            situations = dimension.weights, dimension.incident, dimension.bad_day
            return self._pick(situations, codes, bits, self._slots)
        drawn = np.zeros(SLOTS, dtype=np.int16)
        for code, value in enumerate(self.values[dimension.parent]):
            here = np.flatnonzero(self.codes[dimension.parent] == code)
            weights = dimension.given.get(value) or {str(dimension.otherwise): 1}
            situations = weights, dimension.given_incident.get(value), dimension.given_bad_day.get(value)
            drawn[here] = self._pick(situations, codes, bits[here], here)
        return drawn

    def _pick(
        self,
        situations: tuple[ValueWeights, ValueWeights | None, ValueWeights | None],
        codes: Mapping[str, int],
        bits: Integers,
        slots: Integers,
    ) -> Codes:
        usual, incident, worst = situations
        picked = _pick(usual, codes, bits)
        if worst:
            # Slots ascend, so that those of a variant stand together.
            edges = np.searchsorted(slots, np.arange(VARIANTS + 1) << BITS).tolist()
            for badness, (start, end) in zip(BADNESS, pairwise(edges), strict=True):
                picked[start:end] = _pick(_between(usual, worst, badness), codes, bits[start:end])
        return np.where(self._troubled[slots], _pick(incident, codes, bits), picked) if incident else picked

    def _measure(self, measure: Measure) -> Integers:
        numbers = self._numbers(measure)
        if measure.only:
            numbers = numbers * self.mask(tuple(measure.only.items()))
        return numbers

    def _numbers(self, measure: Measure) -> Integers:
        if measure.constant is not None:
            return np.full(SLOTS, measure.constant, dtype=np.int64)
        if measure.median is None or measure.spread is None:
            # Division rounds down; adding all but one, or half, of the divisor first rounds up, or half up.
            extra = {"up": measure.divide - 1, "half_up": measure.divide // 2, "down": 0}[measure.round]
            return (self.measures[str(measure.per)] + extra) // measure.divide
        deviations = spread.normal(dice.key("measure", measure.name, self.identity), self._slots)
        drawn = spread.around(self._medians(measure, measure.median), measure.spread, deviations)
        for name, each in measure.plus.items():
            drawn = drawn + _times(np.minimum(self.measures[name], _MOST_MORE), each)
        drawn = np.clip(drawn, measure.least, measure.most)
        return drawn if measure.per is None else self._together(measure, drawn, self.measures[measure.per])

    def _together(self, measure: Measure, drawn: Integers, units: Integers) -> Integers:
        """The sums of a measure over the units of another one, when `drawn` is what a unit has on average."""
        if measure.spread == 1:
            return drawn * units
        # Units differ, so their sum is no multiple of their number: it may lie up to half a number above or
        # below, inside the bounds of a unit.
        bits = dice.words(dice.key("units", measure.name, self.identity), self._slots)
        rest = bits % np.maximum(units, 1) - units // 2
        return np.clip(drawn * units + rest, measure.least * units, measure.most * units)

    def _medians(self, measure: Measure, median: int) -> Integers:
        medians = np.full(SLOTS, median, dtype=np.int64)
        if measure.bad_day is not None:
            badness = np.repeat(np.array(BADNESS, dtype=np.int64), LENGTH)
            worse = _times(medians, measure.bad_day) - medians
            medians = np.maximum(medians + worse * badness // 100, 0)
        if measure.incident is not None:
            usual = np.full(SLOTS, median, dtype=np.int64)
            medians = np.where(self._troubled, _times(usual, measure.incident), medians)
        for name, factors in measure.times.items():
            for value, factor in factors.items():
                here = self.mask(((name, (value,)),))
                medians = np.where(here, _times(medians, factor), medians)
        # spread.around multiplies a median by a factor of up to 2**30, in 63 bits.
        return np.minimum(medians, (1 << 32) - 1)


def _times(numbers: Integers, factor: Fraction) -> Integers:
    return numbers * factor.numerator // factor.denominator


def _between(usual: ValueWeights, worst: ValueWeights, badness: int) -> ValueWeights:
    """Weights so many percent of the way from one to the other, each by its shares."""
    # A hundred of them are below 2**31, as the sums of a world's own weights are.
    one, other = (
        {value: _WHOLE * weight // sum(each.values()) for value, weight in each.items()}
        for each in (usual, worst)
    )
    return {
        value: (100 - badness) * one.get(value, 0) + badness * other.get(value, 0) for value in one | other
    }


def _pick(weights: ValueWeights, codes: Mapping[str, int], bits: Integers) -> Codes:
    """Codes of values drawn by weight, from 32 random bits each."""
    # The bits are a fraction of 2**32: times the sum of the weights they choose a point on the row of
    # weights.
    edges = np.cumsum(np.fromiter(weights.values(), dtype=np.int64))
    chosen = np.searchsorted(edges, bits * edges[-1] >> 32, side="right")
    picked: Codes = np.array([codes[value] for value in weights], dtype=np.int16)[chosen]
    return picked
