"""Rows that show a part of a thing which has a page of its own: what both have is the same in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from metermock.server.generation.asked.summaries import Thing
from metermock.server.generation.makers.inside import object_in
from metermock.server.generation.makers.nodes import Node
from metermock.server.generation.makers.objects import Object
from metermock.server.generation.values.scene import Scene, TooDeepError, changed


class Excerpt(Object):
    """Some fields of a thing, which may follow from its other ones: a total is the sum of the lines."""

    page: Node
    """What makes the whole thing."""

    @property
    def is_only_of_fields(self) -> bool:
        """Never: its fields are those of the whole."""
        return False

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> dict[str, Any]:
        """The fields as the whole thing has them, and those that it has not."""
        whole = self._whole(scene, key, depth, main=main)
        if whole is None:
            return super().make(scene, key, depth, main=main)
        made, told = whole
        if all(
            field.accepts(made[field.name])
            if field.name in made
            else field.name in told and not field.required
            for field in self.fields
        ):
            return {field.name: made[field.name] for field in self.fields if field.name in made}
        own = super().make(scene, key, depth, main=main)
        same = self.identity is not None and own[self.identity.name] == made.get(self.identity.name)
        return self._joined(own, made, told, scene) if same else own

    def make_all(
        self, scene: Scene, keys: Iterable[int], depth: int, *, main: bool = False
    ) -> list[dict[str, Any]]:
        """One by one: each follows from a whole thing of its own."""
        return [self.make(scene, key, depth, main=main) for key in keys]

    def _whole(
        self, scene: Scene, key: int, depth: int, *, main: bool
    ) -> tuple[dict[str, Any], frozenset[str]] | None:
        """The whole thing, and the fields that it may have; None where it would go on for ever."""
        found = object_in(self.page)
        # A thing may have rows of things like it.
        if found is None or found.identity is None or scene.is_excerpt:
            return None
        try:
            made = found.make(changed(scene, is_excerpt=True), key, depth, main=main)
        except TooDeepError:
            return None
        return made, frozenset(field.name for field in found.fields)

    def _joined(
        self, own: dict[str, Any], made: Mapping[str, Any], told: frozenset[str], scene: Scene
    ) -> dict[str, Any]:
        """A row that has fields of its own, too: they follow from those of the whole."""
        taken = set()
        for field in self.fields:
            if field.name in made and field.accepts(made[field.name]):
                own[field.name] = made[field.name]
                taken.add(field.name)
            elif field.name in told and field.name not in made and not field.required:
                own.pop(field.name, None)
        self.agreement.settle(own, scene, frozenset(taken))
        return {field.name: own[field.name] for field in self.fields if field.name in own} | own


def shown(made: Node, thing: Thing, node: Callable[..., Node]) -> Node:
    """What makes rows of a thing as its page is made, if it has one; `node` gives the node of a schema."""
    if thing.page is None or type(made) is not Object or made.identity is None:
        return made
    name, schema = thing.page
    # Its own methods stand in its fields: a copy would go on making what it was copied from.
    made.__class__ = Excerpt
    excerpt: Any = made
    excerpt.page = node(schema, name, "", thing.kind)
    return made
