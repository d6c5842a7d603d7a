"""How a world makes its calls: their dimensions, measures and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from metermock.ledger.texts import TextPool

MOST = 1_000_000_000
ValueWeights = dict[str, int]


@dataclass(frozen=True)
class Dimension:
    """One thing by which calls differ, drawn for each call.

    Without a parent, values are drawn by `weights`. With one, they are drawn by the weights that `given` has
    for the parent's value; `otherwise` is the value if it has none. Incidents may have other weights, and so
    may the worst of all other days.
    """

    name: str
    weights: ValueWeights = field(default_factory=dict)
    incident: ValueWeights | None = None
    parent: str | None = None
    given: Mapping[str, ValueWeights] = field(default_factory=dict)
    given_incident: Mapping[str, ValueWeights] = field(default_factory=dict)
    bad_day: ValueWeights | None = None
    given_bad_day: Mapping[str, ValueWeights] = field(default_factory=dict)
    otherwise: str | None = None

    @property
    def all_weights(self) -> Iterator[ValueWeights]:
        """The weights of each situation, and under each value of the parent."""
        yield from (each for each in (self.weights, self.incident, self.bad_day) if each)
        for given in (self.given, self.given_incident, self.given_bad_day):
            yield from given.values()

    @cached_property
    def values(self) -> tuple[str, ...]:
        """All values that it can have, in the order of the world."""
        seen = dict.fromkeys(self.weights)
        for weights in self.all_weights:
            seen |= dict.fromkeys(weights)
        if self.otherwise is not None:
            seen |= {self.otherwise: None}
        return tuple(seen)


@dataclass(frozen=True)
class Measure:
    """A number that each call has, never negative.

    One of: a `constant`; a draw around `median`, times the measure `per` if there is one, and so much more
    for each unit of the measures in `plus`; or the measure `per` divided by `divide`. It is 0 for calls
    outside `only`.
    """

    name: str
    constant: int | None = None
    median: int | None = None
    spread: Fraction | None = None
    least: int = 0
    most: int = MOST
    incident: Fraction | None = None
    bad_day: Fraction | None = None
    per: str | None = None
    plus: Mapping[str, Fraction] = field(default_factory=dict)
    divide: int = 1
    round: str = "up"
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    is_mean: bool = False
    """Whether its mean says something, and its sum nothing: a latency, a score."""
    unit: str = ""
    """In what it is counted, where its name does not say so."""


@dataclass(frozen=True, slots=True)
class Retries:
    """The percentage of the calls with these values that another try follows."""

    after: Mapping[str, tuple[str, ...]]
    percent: int


@dataclass(frozen=True)
class Recipe:
    """How the calls of a world are made."""

    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
    stream_dimensions: tuple[str, ...] = ("key",)
    retries: Retries | None = None
    texts: tuple[TextPool, ...] = ()

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """The stream dimensions on which a call's own dimensions or measures depend."""
        named = {dimension.parent for dimension in self.dimensions}
        for measure in self.measures:
            named |= set(measure.only) | set(measure.times)
        return tuple(name for name in self.stream_dimensions if name in named)

    @cached_property
    def has_bad_days(self) -> bool:
        """Whether days differ in how well calls go."""
        dimensions = any(each.bad_day or each.given_bad_day for each in self.dimensions)
        return dimensions or any(each.bad_day is not None for each in self.measures)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The measures' names, `calls` first."""
        return ("calls", *(measure.name for measure in self.measures))


def read_recipe(part: Mapping[str, Any]) -> Recipe:
    """The recipe from the `calls` of a world."""
    retries = part.get("retries")
    return Recipe(
        dimensions=tuple(_dimension(name, entry) for name, entry in part.get("dimensions", {}).items()),
        measures=tuple(_measure(name, entry) for name, entry in part.get("measures", {}).items()),
        stream_dimensions=tuple(dict.fromkeys(("key", *part.get("stream_dimensions", ())))),
        retries=Retries(_picks(retries["after"]), retries["percent"]) if retries else None,
        texts=tuple(_pool(name, entry) for name, entry in part.get("texts", {}).items()),
    )


def _dimension(name: str, entry: Mapping[str, Any]) -> Dimension:
    otherwise = entry.get("else")
    if "of" in entry:
        given = {parent: {value: 1} for parent, value in entry["values"].items()}
        return Dimension(name, parent=entry["of"], given=given, otherwise=otherwise)
    if "given" in entry:
        return Dimension(
            name,
            parent=entry["given"],
            given=entry["values"],
            given_incident=entry.get("incident", {}),
            given_bad_day=entry.get("bad_day", {}),
            otherwise=otherwise,
        )
    return Dimension(
        name, weights=entry["values"], incident=entry.get("incident"), bad_day=entry.get("bad_day")
    )


def _measure(name: str, entry: Mapping[str, Any]) -> Measure:
    # By its text: 1.4 is then 7/5, not the fraction that the float 1.4 is.
    def exact(number: float | None) -> Fraction | None:
        return None if number is None else Fraction(str(number))

    times = entry.get("times", {})
    return Measure(
        name,
        constant=entry.get("constant"),
        median=entry.get("median"),
        spread=exact(entry.get("spread", 1) if "median" in entry else None),
        least=entry.get("min", 0),
        most=entry.get("max", MOST),
        incident=exact(entry.get("incident")),
        bad_day=exact(entry.get("bad_day")),
        per=entry.get("per"),
        plus={above: Fraction(str(each)) for above, each in entry.get("plus", {}).items()},
        divide=entry.get("divide", 1),
        round=entry.get("round", "up"),
        only=_picks(entry.get("only", {})),
        times={
            dim: {value: Fraction(str(by)) for value, by in factors.items()} for dim, factors in times.items()
        },
        is_mean=entry.get("chart") == "mean",
        unit=entry.get("unit", ""),
    )


def _pool(name: str, entry: Mapping[str, Any]) -> TextPool:
    if "templates" not in entry:
        return TextPool(name, entry["sentences"], *entry["words"])
    vocabulary = {kind: tuple(words) for kind, words in entry.get("vocabulary", {}).items()}
    return TextPool(name, entry["sentences"], templates=tuple(entry["templates"]), vocabulary=vocabulary)


def _picks(part: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: (values,) if isinstance(values, str) else tuple(values) for name, values in part.items()}
