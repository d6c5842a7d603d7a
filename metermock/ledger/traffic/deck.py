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
            # Few values are named: to compare with one after the other takes far less than np.isin.
            picked = np.zeros(SLOTS, dtype=np.bool_)
            for value in values:
                if value in self.code_of[name]:
                    picked |= self.codes[name] == self.code_of[name][value]
            chosen &= picked
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
            self.codes[dimension.name] = self._draw(dimension, self._slots)

    def _retry(self) -> None:
        """Gives the call after some of the failed ones the same request, and draws its outcome."""
        retries = self.recipe.retries
        if retries is None:
            return
        failed = np.flatnonzero(self.mask(tuple(retries.after.items())))
        bits = dice.words(dice.key("retry", self.identity), failed)
        again = failed[(bits * 100 < retries.percent << 32) & (failed < SLOTS - 1)] + 1
        fate = self._ancestors(retries.after)
        roots = [d.name for d in self.recipe.dimensions if d.parent is None and d.name not in fate]
        # A retry that failed too is followed by a third try: all of them copy the first.
        first = self._slots.copy()
        first[again] = 0
        first = np.maximum.accumulate(first)[again]
        for name in roots:
            self.codes[name][again] = self.codes[name][first]
        # What follows from a copied value, such as the method of an endpoint, has to follow from it again.
        for dimension in self.recipe.dimensions:
            if dimension.parent is not None:
                self.codes[dimension.name][again] = self._draw(dimension, again)

    def _ancestors(self, names: Mapping[str, object]) -> set[str]:
        parents = {dimension.name: dimension.parent for dimension in self.recipe.dimensions}
        found: set[str] = set()
        for name in names:
            above: str | None = name
            while above is not None:
                found.add(above)
                above = parents.get(above)
        return found

    def _draw(self, dimension: Dimension, slots: Integers) -> Codes:
        """The codes of a dimension in some slots, which ascend."""
        bits = dice.words(dice.key("dimension", dimension.name, self.identity), slots)
        codes = {value: code for code, value in enumerate(dimension.values)}
        if dimension.parent is None:
            situations = dimension.weights, dimension.incident, dimension.bad_day
            return _pick_in(situations, codes, bits, slots)
        drawn = np.zeros(len(slots), dtype=np.int16)
        above = self.codes[dimension.parent] if slots is self._slots else self.codes[dimension.parent][slots]
        for code, value in enumerate(self.values[dimension.parent]):
            here = np.flatnonzero(above == code)
            weights = dimension.given.get(value) or {str(dimension.otherwise): 1}
            situations = weights, dimension.given_incident.get(value), dimension.given_bad_day.get(value)
            if len(here):
                drawn[here] = _pick_in(situations, codes, bits[here], slots[here])
        return drawn

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
        usual = np.full(VARIANTS, median, dtype=np.int64)
        of_variants = usual
        if measure.bad_day is not None:
            worse = _times(usual, measure.bad_day) - usual
            of_variants = np.maximum(usual + worse * np.array(BADNESS, dtype=np.int64) // 100, 0)
        if measure.incident is not None:
            of_variants[NORMAL:] = _times(usual, measure.incident)[NORMAL:]
        medians = np.repeat(of_variants, LENGTH)
        for name, factors in measure.times.items():
            for value, factor in factors.items():
                here = np.flatnonzero(self.mask(((name, (value,)),)))
                medians[here] = _times(medians[here], factor)
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


def _pick_in(
    situations: tuple[ValueWeights, ValueWeights | None, ValueWeights | None],
    codes: Mapping[str, int],
    bits: Integers,
    slots: Integers,
) -> Codes:
    """Codes of values drawn by the weights of each slot's variant: usual ones, of incidents, of bad days."""
    usual, incident, worst = situations
    if not (incident or worst):
        return _pick(usual, codes, bits)
    # Slots ascend, so that those of a variant stand together.
    edges = np.searchsorted(slots, np.arange(VARIANTS + 1) << BITS).tolist()
    picked = np.empty(len(slots), dtype=np.int16)
    for variant, (start, end) in enumerate(pairwise(edges)):
        weights = _between(usual, worst, BADNESS[variant]) if worst else usual
        if incident and variant >= NORMAL:
            weights = incident
        picked[start:end] = _pick(weights, codes, bits[start:end])
    return picked


def _pick(weights: ValueWeights, codes: Mapping[str, int], bits: Integers) -> Codes:
    """Codes of values drawn by weight, from 32 random bits each."""
    if len(weights) == 1:
        return np.full(len(bits), codes[next(iter(weights))], dtype=np.int16)
    # The bits are a fraction of 2**32: times the sum of the weights they choose a point on the row of
    # weights.
    edges = np.cumsum(np.fromiter(weights.values(), dtype=np.int64))
    chosen = np.searchsorted(edges, bits * edges[-1] >> 32, side="right")
    picked: Codes = np.array([codes[value] for value in weights], dtype=np.int16)[chosen]
    return picked
