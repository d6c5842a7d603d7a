"""What a node makes, seen through what stands around it: an object, and the list that a reply is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from metermock.server.generation.makers.lists import List
from metermock.server.generation.makers.objects import Object, Rows
from metermock.server.generation.values.scene import Page

_LONGEST = 50
"""Nodes inside each other that are followed to a list; a longer chain is a circle."""


def object_in(node: Any) -> Object | None:
    """The object that a node makes, if it makes one kind."""
    for _ in range(_LONGEST):
        if node is None or isinstance(node, Object):
            return node
        node = getattr(node, "node", None)
    return None


def speaks_of_pages(node: Any) -> bool:
    """Whether a reply says which page of a list it is."""
    found = object_in(node)
    return found is not None and found.speaks_of_pages


def list_in(node: Any) -> tuple[List, list[str]] | None:
    """The list that a node's value is about, and the fields that lead to it; None where it is about none."""
    path: list[str] = []
    for _ in range(_LONGEST):
        if node is None or isinstance(node, List):
            return None if node is None else (node, path)
        if isinstance(node, Object):
            path += [node.main.name] if node.main is not None else []
            node = node.main and node.main.node
        else:
            node = getattr(node, "listed" if isinstance(node, Rows) else "node", None)
    return None


def several_in(node: Any) -> Sequence[str]:
    """The lists of a HAL page that has several, so that it is about none of them."""
    found = object_in(node)
    return () if found is None else found.several


def page_of_several(body: Any, several: Sequence[str], page: Page) -> Page:
    """The page that holds all rows of several lists: nothing says which of them a request cuts."""
    inner = body.get("_embedded") if isinstance(body, dict) else None
    count = sum(len((inner or {}).get(each) or ()) for each in several)
    return replace(page, numbers=range(count), total=count, size=max(page.size, count))
