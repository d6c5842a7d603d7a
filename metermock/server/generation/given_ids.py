"""The ids that a path gives: of the thing that it names, and of those to which what it lists belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.objects import Object
from metermock.server.generation.values.scene import ONE, Scene, changed
from metermock.server.generation.words import names

_PARAMETER = re.compile(r"\{([^{}]*)\}(\.\w+)?")
_IDS = frozenset({"id", "sid", "uid", "uuid", "key", "slug", "code"})


def ends_in_id(path: str) -> bool:
    """Whether a path names one thing: `/calls/{id}`, `/calls/{id}.json`."""
    return _PARAMETER.fullmatch(path.rstrip("/").rpartition("/")[2]) is not None


@dataclass(frozen=True, slots=True)
class Parent:
    """A thing to which what a path asks for belongs, by a parameter that does not say what it is."""

    plain: str
    """The parameter."""
    reference: str
    """What a field of another thing is called that refers to it."""


def parents_of(path: str) -> Sequence[Parent]:
    """Those of a path: of `/wallets/{id}/top_ups` a wallet, whose id is a `wallet_id` elsewhere."""
    steps = path.strip("/").split("/")
    found = []
    for several, step in pairwise(steps[:-1]):
        match = _PARAMETER.fullmatch(step)
        thing = [names.singular(word) for word in names.words_of(several)]
        words = names.words_of(match[1]) if match else ()
        if words and words[-1] in _IDS and not {*thing} & {*words} and thing != [*names.words_of(several)]:
            found.append(Parent("_".join(words), "_".join((*words[:-1], *thing, words[-1]))))
    return found


def tell(said: dict[str, Any], parents: Sequence[Parent], *, is_list: bool) -> None:
    """Say whose id the parameters of parents are; what is listed has other ids of its own."""
    for parent in parents:
        value = said.pop(parent.plain, None) if is_list else said.get(parent.plain)
        if value is not None:
            said.setdefault(parent.reference, value)


def is_of_one(path: str, way: Sequence[str], row: Any) -> bool:
    """Whether a path names the one row of its list: `/Invoices/{InvoiceID}` with `Invoices`.

    `way` are the fields that lead to the list.
    """
    thing = object_in(row)
    match = _PARAMETER.fullmatch(path.rstrip("/").rpartition("/")[2])
    if match is None or not isinstance(thing, Object) or thing.identity is None:
        return False
    several = path.rstrip("/").split("/")[-2]
    is_called = not way or names.plain(way[-1]) in (names.plain(several), "data", "items", "results")
    own, plain = thing.identity.plain, names.plain(match[1])
    return is_called and plain == own


def one_row(scene: Scene) -> Scene:
    """The scene of a list of the one thing that a path names."""
    return changed(scene, rows=ONE, page=None)
