"""Samples of a reply that need no document: what templates look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unittest.mock import sentinel

import numpy as np

from metermock.contract import Exchange
from metermock.learn.conditions import Condition
from metermock.learn.shapes import Place, Rows, Shape
from metermock.learn.terms import Scope, Term

NOW = "2026-11-19T10:00:00Z"


def term(name: str, values: Sequence[Any], types: str = "integer", **more: Any) -> Term:
    """A field of the reply with its values."""
    return Term(f"body.{name}", name, tuple(values), frozenset({types}), (), frozenset({f"/{name}"}), **more)


def parameter(name: str, values: Sequence[Any], types: str = "string", *guards: str) -> Term:
    """A parameter with its values."""
    text = f"request.{name}"
    return Term(text, f"the parameter {name}", tuple(values), frozenset({types}), guards)


def size(name: str, values: Sequence[int]) -> Term:
    """The length of a list."""
    pointers = frozenset({f"/{name}"})
    text = f"size(body.{name})"
    return Term(text, f"the number of {name}", tuple(values), frozenset({"integer"}), (), pointers, 2)


def rows(name: str, fields: Mapping[str, str]) -> Rows:
    """A list of the reply, with the types of its fields."""
    place = Place(f"body.{name}", (name,), frozenset({"array"}), (), f"/{name}")
    members = tuple(
        Place(f"row.{field}", (field,), frozenset({types}), (), f"/{name}/*/{field}")
        for field, types in fields.items()
    )
    return Rows(place, members)


def scope(
    *terms: Term, bodies: Sequence[Any] = (), lists: Sequence[Rows] = (), accounts: Sequence[str] = ()
) -> Scope:
    """Samples with these terms; without bodies they are empty."""
    count = len(bodies) or len(terms[0].values)
    found = bodies or [{}] * count
    exchanges = tuple(Exchange("get", {}, {}, 200, {}, body, NOW) for body in found)
    names = tuple(accounts) or tuple(f"account {index}" for index in range(count))
    always = Condition("", "", np.ones(count, dtype=bool))
    return Scope(sentinel.operation, exchanges, names, terms, (always,), Shape((), tuple(lists)))
