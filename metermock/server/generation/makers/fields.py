"""A documented field of an object, as what makes the object has to know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metermock.server.generation.agreeing.page_fields import Form
from metermock.server.generation.makers.nodes import Node

Accepts = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """A documented field of an object."""

    name: str
    plain: str
    node: Node
    required: bool
    is_list: bool
    is_deep: bool
    """Whether its values have values inside."""
    is_fact: bool
    """Whether it says what its account is: its plan, its limit, its name."""
    accepts: Accepts
    echoes: Accepts
    """Whether what a request says can stand in a reply: only what the schema documents."""
    salt: int
    """What tells its key from those of the other fields."""
    form: Form = ""
    """How it writes the address of a page, if it does."""
    is_page: bool = False
    """Whether it is an object with the rows of a page, and how many there are."""
    is_of_page: bool = False
    """Whether its description says that it tells of one page alone."""


def tag_of(whole: Mapping[str, Any], kind: str) -> tuple[str, str] | None:
    """The field by which kinds of a type are told apart, and its value for this kind."""
    discriminator = whole.get("discriminator")
    if not isinstance(discriminator, dict) or not isinstance(discriminator.get("propertyName"), str):
        return None
    mapping = discriminator.get("mapping")
    for value, reference in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(reference, str) and reference.rpartition("/")[2] == kind:
            return discriminator["propertyName"], value
    return (discriminator["propertyName"], kind) if kind else None
