"""Raw values that a schema refuses: its texts, and lists and objects of which one part is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from metermock.checker.inputs.branches import branches
from metermock.checker.inputs.values import shown_and_good
from metermock.checker.inputs.wrong_texts import Doubt, Wrong, wrong_texts
from metermock.contract.parameter import text_of
from metermock.contract.schemas import Schemas

_DEEPEST = 3
_FEW = 3
"""Wrong values of one item or field, where they are wrong in as many ways or fewer."""
_KINDS = 8
"""Ways to be wrong that are tried where only a few values are: of the type, each bound, the form."""
_LARGEST = 50
"""Items of a list that is too long, which has to fit into a URL."""
_STRANGER = "metermock-unknown"


def wrong_values(
    schemas: Schemas, schema: Any, *, takes_dates: bool = False, depth: int = 0
) -> Iterator[Wrong]:
    """What is wrong for one alternative of a schema, each alternative in turn."""
    for branch in branches(schemas, schema):
        if "array" in branch.types and branch.members is None and depth < _DEEPEST:
            yield from _wrong_lists(schemas, branch.whole, depth)
        elif "object" in branch.types and branch.members is None and depth < _DEEPEST:
            yield from _wrong_objects(schemas, branch.whole, depth)
        else:
            yield from wrong_texts(branch, takes_dates=takes_dates)


class _Told(Protocol):
    @property
    def about(self) -> str: ...


_Bad = TypeVar("_Bad", bound=_Told)


def each_kind(found: Iterable[_Bad], few: int) -> list[_Bad]:
    """A few wrong values, or more where they are wrong in more ways; one of each comes first."""
    first: dict[str, _Bad] = {}
    more: list[_Bad] = []
    for wrong in found:
        if wrong.about in first:
            more.append(wrong)
        else:
            first[wrong.about] = wrong
    return [*first.values(), *more][: min(max(len(first), few), _KINDS)]


def raw_of(value: Any) -> Any:
    """A value with texts for its primitives."""
    if isinstance(value, Mapping):
        return {name: raw_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [raw_of(each) for each in value]
    return text_of(value)


def _good_raws(schemas: Schemas, schema: Any, depth: int) -> list[Any]:
    """Texts of good values; any text will do where the schema takes any."""
    found = [raw_of(each.value) for each in shown_and_good(schemas, schema, depth + 1)]
    return found or ["a"]


def _parts(schemas: Schemas, schema: Any, depth: int) -> list[Wrong]:
    """A few wrong values of a part, of which nobody doubts that they are wrong; each kind comes first."""
    found = (wrong for wrong in wrong_values(schemas, schema, depth=depth + 1) if not wrong.doubt)
    return each_kind(found, _FEW)


def _wrong_lists(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Iterator[Wrong]:
    items = whole.get("items", {})
    good = _good_raws(schemas, items, depth)
    least, most = whole.get("minItems", 0), whole.get("maxItems", _LARGEST)

    def listed(size: int) -> list[Any]:
        return list(itertools.islice(itertools.cycle(good), size))

    for wrong in _parts(schemas, items, depth):
        size = max(least, 1)
        # Many servers split the items of a list once more.
        doubt: Doubt = "unusual" if "," in str(wrong.raw) else ""
        yield Wrong([*listed(size - 1), wrong.raw], f"an item: {wrong.about}", doubt)
        if size < most:
            yield Wrong([*listed(size), wrong.raw], f"an item among good ones: {wrong.about}", doubt)
    if 1 < least <= _LARGEST:
        yield Wrong(listed(least - 1), "one item too few")
    if most < _LARGEST:
        yield Wrong(listed(most + 1), "one item too many")
    if whole.get("uniqueItems") is True:
        # Many read a set, and count an item that is there twice once.
        yield Wrong([*listed(max(least, 1)), good[0]], "the same item twice", "unusual")


def _wrong_objects(schemas: Schemas, whole: Mapping[str, Any], depth: int) -> Iterator[Wrong]:
    fields: Mapping[str, Any] = whole.get("properties", {})
    good = {name: _good_raws(schemas, each, depth)[0] for name, each in fields.items()}
    needed = {name: good.get(name, "a") for name in whole.get("required", ())}
    for name, each in fields.items():
        for wrong in _parts(schemas, each, depth):
            yield Wrong({**needed, name: wrong.raw}, f"its field {name}: {wrong.about}")
    for name in needed:
        others = {other: value for other, value in {**good, **needed}.items() if other != name}
        if others:
            yield Wrong(others, f"without its field {name}")
    if whole.get("additionalProperties") is False:
        yield Wrong({**needed, _STRANGER: "1"}, "an unknown field")
