"""Checks of what a world says about its calls and shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metermock.ledger.checks.problem import Problem, Where, unknown
from metermock.ledger.texts import BLANK
from metermock.ledger.traffic.recipe import Dimension, read_recipe


def call_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of dimensions, measures, retries, texts and shapes."""
    part = document["calls"]
    yield from _Calls(part, _stream_values(document)).problems()
    for name, shape in document.get("shapes", {}).items():
        for kind in ("hours", "weekdays"):
            if not any(shape[kind]):
                where: Where = ("shapes", name, kind)
                yield Problem(where, f"{kind} of {name!r} are all 0", "give at least one a weight")


class _Calls:
    """The `calls` of a world, and the dimensions that were declared so far."""

    def __init__(self, part: Mapping[str, Any], fixed: Mapping[str, set[str]]) -> None:
        self._part = part
        self._fixed = fixed
        self._dimensions: dict[str, Dimension] = {}

    def problems(self) -> Iterator[Problem]:
        for dimension in read_recipe(self._part).dimensions:
            yield from self._dimension(dimension)
            self._dimensions[dimension.name] = dimension
        yield from self._measures()
        if "retries" in self._part:
            yield from self._picks(("calls", "retries", "after"), self._part["retries"]["after"], ())
        for name, text in self._part.get("texts", {}).items():
            yield from _text(("calls", "texts", name), name, text)

    def _dimension(self, dimension: Dimension) -> Iterator[Problem]:
        where: Where = ("calls", "dimensions", dimension.name)
        if dimension.name in self._fixed:
            advice = "draw it per call, or give it to each traffic, not both"
            yield Problem(where, f"{dimension.name!r} is a stream dimension already", advice)
        for one in dimension.all_weights:
            if one and not any(one.values()):
                yield Problem(
                    where, f"the weights of {dimension.name!r} add up to 0", "give at least one a weight"
                )
        if dimension.parent is not None:
            yield from self._parent(where, dimension, dimension.parent)

    def _parent(self, where: Where, dimension: Dimension, parent: str) -> Iterator[Problem]:
        known = tuple(sorted(self._fixed.get(parent, ())))
        if parent in self._dimensions:
            known = self._dimensions[parent].values
            for value in (*dimension.given, *dimension.given_incident, *dimension.given_bad_day):
                if value not in known:
                    yield unknown((*where, "values", value), f"{parent!r} with the value", value, known)
        elif parent not in self._fixed:
            word = "of" if "of" in self._part["dimensions"][dimension.name] else "given"
            yield unknown((*where, word), "dimension above it named", parent, self._dimensions)
        left = [value for value in known if value not in dimension.given]
        if left and dimension.otherwise is None:
            text = f"{dimension.name!r} does not say what it is for the {parent!r} {left[0]!r}"
            yield Problem(where, text, "list every value, or add `else`")

    def _measures(self) -> Iterator[Problem]:
        above: list[str] = []
        for name, measure in self._part.get("measures", {}).items():
            where: Where = ("calls", "measures", name)
            if name == "calls":
                yield Problem(where, "'calls' counts the calls already", "choose another name")
            if "per" in measure and measure["per"] not in above:
                yield unknown((*where, "per"), "measure above it named", measure["per"], above)
            if measure.get("min", 0) > measure.get("max", measure.get("min", 0)):
                yield Problem((*where, "min"), f"min of {name!r} is above its max", "swap the two")
            for other in measure.get("plus", {}):
                if other not in above:
                    yield unknown((*where, "plus", other), "measure above it named", other, above)
            yield from self._picks((*where, "only"), measure.get("only", {}), self._fixed)
            yield from self._picks((*where, "times"), measure.get("times", {}), self._fixed)
            above.append(name)

    def _picks(self, where: Where, picks: Mapping[str, Any], fixed: Iterable[str]) -> Iterator[Problem]:
        for name, values in picks.items():
            if name in fixed:
                continue
            if name not in self._dimensions:
                yield unknown((*where, name), "dimension", name, {*self._dimensions, *fixed})
                continue
            known = self._dimensions[name].values
            for value in _each(values):
                if value not in known:
                    yield unknown((*where, name), f"{name!r} with the value", value, known)


def _text(where: Where, name: str, text: Mapping[str, Any]) -> Iterator[Problem]:
    if "words" in text and text["words"][0] > text["words"][1]:
        problem = f"words of {name!r} go from more to fewer"
        yield Problem((*where, "words"), problem, "write [fewest, most]")
    vocabulary = text.get("vocabulary", {})
    for index, template in enumerate(text.get("templates", ())):
        for kind in BLANK.findall(template):
            if kind not in vocabulary:
                yield unknown((*where, "templates", index), "list in `vocabulary` named", kind, vocabulary)


def _each(values: str | Iterable[str]) -> Iterable[str]:
    return (values,) if isinstance(values, str) else values


def _stream_values(document: Mapping[str, Any]) -> dict[str, set[str]]:
    """The values that the traffic of all accounts gives to each stream dimension."""
    entries = [entry for account in document["accounts"].values() for entry in account.get("traffic", ())]
    names = ("key", *document["calls"].get("stream_dimensions", ()))
    told = [*entries, *(entry | entry["limit"]["beyond"] for entry in entries if "limit" in entry)]
    return {name: {str(entry.get(name, "")) for entry in told} for name in names}
