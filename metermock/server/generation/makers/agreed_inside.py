"""Amounts inside of fields that have agreed already, when what they stand in was made.

An object writes the amounts of its rows as they are usually written, and so does each row of its own. What is
known to have done so is not looked through again by all that is around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metermock.server.generation.agreeing.facts import Facts
from metermock.server.generation.makers.by_key import OfFields
from metermock.server.generation.makers.drawn import Drawn
from metermock.server.generation.makers.lists import List
from metermock.server.generation.makers.nodes import Lazy, OrNull
from metermock.server.generation.words import names


def agreed_inside(drawn: Iterable[Drawn], texts: Mapping[str, Facts]) -> Mapping[str, frozenset[str]]:
    """The fields of which that is so, each with the names of the amounts inside.

    A request that says one of these has it shown as it says it.
    """
    return {
        each.name: frozenset(_amounts(texts[each.name]))
        for each in drawn
        if each.name in texts and _has_agreed(each.node, texts[each.name])
    }


def _has_agreed(node: Any, field: Facts) -> bool:
    if field.decimals is not None or (field.rows and field.fields):
        return False
    node, known = _inside(node), field.decimal_fields
    if field.rows:
        if type(node) is not List or node.first:
            return False
        node, known = _inside(node.items), field.decimal_rows
    return isinstance(node, OfFields) and _covers(node.agreement.texts, known)


def _inside(node: Any) -> Any:
    """What makes a value that is there."""
    while isinstance(node, Lazy | OrNull):
        node = node.node
    return node


def _covers(own: Mapping[str, Facts], known: Mapping[str, Facts]) -> bool:
    """Whether all that is known of amounts is known to what makes them, alike."""
    return all(name in own and _are_alike(own[name], field) for name, field in known.items())


def _are_alike(one: Facts, other: Facts) -> bool:
    return (
        one.decimals == other.decimals
        and _covers(one.decimal_rows, other.decimal_rows)
        and _covers(one.decimal_fields, other.decimal_fields)
    )


def _amounts(field: Facts) -> Iterator[str]:
    for each in (*field.decimal_rows.values(), *field.decimal_fields.values()):
        yield names.plain(each.name)
        yield from _amounts(each)
