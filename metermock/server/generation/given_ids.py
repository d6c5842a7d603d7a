"""The ids that a path gives: of the thing that it names, and of those to which what it lists belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from metermock.contract import Operation
from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.server.generation.asked.responses import usual
from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.objects import Object
from metermock.server.generation.values.scene import ONE, Scene, changed
from metermock.server.generation.words import names

_PARAMETER = re.compile(r"\{([^{}]*)\}(\.\w+)?")
_SHORT: Mapping[str, tuple[str, ...]] = {
    "org": ("organization", "organisation"),
    "acct": ("account",),
    "sub": ("subscription",),
    "cust": ("customer",),
    "proj": ("project",),
    "ws": ("workspace",),
    "env": ("environment",),
    "txn": ("transaction",),
    "msg": ("message",),
    "repo": ("repository",),
    "app": ("application",),
}
"""What ids are called shortly."""
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    each: tuple(other for other in (short, *long) if other != each)
    for short, long in _SHORT.items()
    for each in (short, *long)
}
_DEEPEST = 3
"""Objects inside of each other in which fields are looked for."""
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


def spelled_of(operation: Operation) -> Sequence[Parent]:
    """The parameters of a path that the reply spells otherwise: an `{orgId}` is its `organization_id`."""
    given = ["_".join(names.words_of(each)) for each, _ in _PARAMETER.findall(operation.path)]
    given += [each.reference for each in parents_of(operation.path)]
    found = []
    for plain in given:
        *stem, last = plain.split("_")
        others = _SPELLINGS.get("_".join(stem), ()) if last in _IDS else ()
        found += [Parent(plain, f"{other}_{last}") for other in others if f"{other}_{last}" not in given]
    if not found:
        return ()
    response, schemas = usual(operation), operation.contract.schemas
    shown: set[str] = set()
    for schema in response.content.values() if response is not None else ():
        shown.update(_fields_of(schemas, schema, _DEEPEST))
    return [each for each in found if each.reference in shown]


def _fields_of(schemas: Schemas, schema: Any, depth: int) -> Iterator[str]:
    """The plain names of the fields of a schema, and of those inside it."""
    whole = together(schemas, schema) if isinstance(schema, dict) and depth else {}
    if "items" in whole:
        yield from _fields_of(schemas, whole["items"], depth)
    for name, field in (whole.get("properties") or {}).items():
        yield names.plain(name)
        yield from _fields_of(schemas, field, depth - 1)


def spell(said: dict[str, Any], spelled: Sequence[Parent]) -> None:
    """Say the ids of a path in the spellings of the fields, too."""
    for each in spelled:
        if each.plain in said:
            said.setdefault(each.reference, said[each.plain])


def parents_of(path: str) -> Sequence[Parent]:
    """Those of a path: of `/wallets/{id}/top_ups` a wallet, whose id is a `wallet_id` elsewhere."""
    steps = path.strip("/").split("/")
    found = []
    for several, step in pairwise(steps[:-1]):
        match = _PARAMETER.fullmatch(step)
        thing = [names.singular(word) for word in names.words_of(several)]
        words = names.words_of(match[1]) if match else ()
        is_called = bool({*thing} & {*words}) or "_".join(words[:-1]) in _SPELLINGS.get("_".join(thing), ())
        if words and words[-1] in _IDS and not is_called and thing != [*names.words_of(several)]:
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
