"""Which values of a parameter an author would name: of the schema, or told unasked by replies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from metermock.contract import Exchange
from metermock.contract.parameter import Parameter


def named(parameter: Parameter, values: Iterable[Any], exchanges: Sequence[Exchange]) -> list[Any]:
    """Those of `values` that are no probe of a check: it makes texts up where the schema leaves them free.

    A text that the schema does not name has to stand in a reply to a request that did not have it: what a
    reply says back proves nothing.
    """
    known = _of_schema(parameter)
    texts: list[set[str]] = []
    found = []
    for value in values:
        if isinstance(value, bool) or value in known:
            found.append(value)
            continue
        texts = texts or [set(_texts(each.body)) for each in exchanges]
        if any(
            value in told and each.parameters.get(parameter.key) != value
            for each, told in zip(exchanges, texts, strict=True)
        ):
            found.append(value)
    return found


def _of_schema(parameter: Parameter) -> list[Any]:
    """The values that the document names: of an enum, a default, a constant, an example."""
    schema = parameter.resolved
    parts = [schema, *(each for each in (schema.get("items"), *schema.get("anyOf", ())) if each)]
    known = [parameter.default, *parameter.examples.values()]
    for part in parts:
        if isinstance(part, dict):
            listed = [*part.get("enum", ()), *part.get("examples", ())]
            known += [*listed, *(part[name] for name in ("const", "example") if name in part)]
    return known


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, names of fields too: free keys are values of a kind."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
