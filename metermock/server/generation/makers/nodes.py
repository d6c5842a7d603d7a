"""Makers of values, one for each schema, compiled from it when it is first needed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

from metermock.contract.json_types import ABSENT, ADDED_NULL
from metermock.server.generation.values.apart import alone, nulled
from metermock.server.generation.values.figures import NumberMaker
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.instants import WRITTEN, Notation
from metermock.server.generation.values.moments import instant_maker
from metermock.server.generation.values.scene import (
    PRIME,
    Picker,
    Scene,
    TooDeepError,
    below,
    chance,
    changed,
    salt,
)
from metermock.server.generation.words import flags, names

_USES = frozenset({"used", "seen", "request", "call", "activity", "active", "event", "usage", "sent"})
"""What an account that has not done anything never did."""
NULLS = 10
"""One value of so many that may be null is null."""
_RARE, _CHOICE = salt("rare"), salt("choice")


class Make(Protocol):
    """A value; `main` says that it is what the reply is about. TooDeepError where it would never end."""

    def __call__(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        """A value of a scene, by its key; `depth` counts the levels around it."""


class Node(Protocol):
    """Makes the values of one schema."""

    @property
    def make(self) -> Make:
        """What makes them."""


def made(node: Node, scene: Scene, key: int) -> Any:
    """The reply that a node makes; `ABSENT` where it would never end."""
    try:
        return node.make(scene, key, 0, main=True)
    except (TooDeepError, RecursionError):
        return ABSENT


def not_null(node: Node, scene: Scene, key: int) -> Any:
    """A value of a field in a row that seldom is null; null where there is no other."""
    try:
        return node.make(scene, key, 1, main=True)
    except TooDeepError:
        return None


class Lazy:
    """A node that is compiled when it is first needed, since schemas go in circles."""

    def __init__(self, build: Callable[[], Node]) -> None:
        self._build = build
        self.make: Make = self._begin
        """Makes a value; the node's own method as soon as there is a node."""

    @functools.cached_property
    def node(self) -> Node:
        """The node itself."""
        node = self._build()
        self.make = node.make
        return node

    def _begin(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        return self.node.make(scene, key, depth, main=main)


class Fixed:
    """One value, or one of several that the schema names."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = tuple(values)
        self.number = len(values)

    def make(self, _scene: Scene, key: int, _depth: int, *, main: bool = False) -> Any:
        """One of the values."""
        del main
        return self.values[key % PRIME % self.number]


class Never:
    """A schema that accepts nothing."""

    def make(self, _scene: Scene, _key: int, _depth: int, *, main: bool = False) -> Any:
        """Nothing can be made."""
        del main
        raise TooDeepError


class Text:
    """A text."""

    def __init__(self, draw: TextMaker) -> None:
        self.draw = draw

    def make(self, _scene: Scene, key: int, _depth: int, *, main: bool = False) -> str:
        """A text."""
        del main
        return self.draw(key)


def choices_of(node: Any) -> Sequence[Any] | None:
    """The values of which a node picks one by its key and nothing else; None for any other node."""
    node = node.node if isinstance(node, Lazy) else node
    if isinstance(node, Fixed):
        return node.values
    return node.draw.values if isinstance(node, Text) and isinstance(node.draw, Picker) else None


class Written:
    """A text that is JSON of a schema."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> str:
        """The text of a value."""
        del main
        return json.dumps(self.node.make(scene, key, depth + 1))


class Number:
    """A number."""

    def __init__(self, draw: NumberMaker, *, is_limit: bool = False) -> None:
        self.draw = draw
        self.is_limit = is_limit

    def make(self, scene: Scene, key: int, _depth: int, *, main: bool = False) -> int | float:
        """A number."""
        del main
        # Figures are of what is asked for; a limit is the account's.
        return self.draw(scene, key if self.is_limit else key ^ scene.asked)


class Instant:
    """An instant in the notation of its field."""

    def __init__(self, name: str, notation: Notation) -> None:
        self.draw = instant_maker(name)
        self.written = WRITTEN[notation]

    def make(self, scene: Scene, key: int, _depth: int, *, main: bool = False) -> Any:
        """An instant near the clock."""
        del main
        return self.written(self.draw(scene.now, key, bool(scene.home)))


class Flag:
    """A boolean."""

    def __init__(self, name: str, default: Any = None, asked: Collection[str] = ()) -> None:
        self.only = flags.account_of(name)
        """The account that it is true for, and for no other."""
        self.is_rare, self.of = flags.usual(name, default, is_asked=flags.bare(name) in asked)
        """Whether it is seldom true, and one of how many is not as the others are."""

    def make(self, scene: Scene, key: int, _depth: int, *, main: bool = False) -> bool:
        """Mostly true; false for what is rare."""
        del main
        if self.only:
            return scene.account == self.only
        return chance(key, self.of) is self.is_rare


class OrNull:
    """Null now and then."""

    def __init__(self, node: Node, name: str, *, is_deep: bool = True, is_last_resort: bool = False) -> None:
        self.node = node
        self.is_last_resort = is_last_resort
        """Whether null stands only where a value would never end."""
        self.is_deep = is_deep
        """Whether its values may have values inside, without an end."""
        self.rarely = names.has(name, names.RARE)
        self.limits = names.has(name, names.LIMITS)
        self.is_of_use = names.has(name, frozenset({"last"})) and names.has(name, _USES)
        self.is_by_chance = not (self.limits or self.is_of_use or self.rarely)
        """Whether its key alone says where null stands: in one of `NULLS` places."""

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        """A value or null: null where the schema goes on below, and for what seldom happened."""
        if self.is_last_resort:
            scene = changed(scene, sparse=True) if depth > scene.deep else scene
        elif self.is_null(scene, key, main=main) or (self.is_deep and depth > scene.deep):
            return None
        try:
            return self.node.make(scene, key, depth, main=main)
        except TooDeepError:
            return None

    def is_null(self, scene: Scene, key: int, *, main: bool) -> bool:
        """Whether null stands in its place, whatever its depth is."""
        if self.is_of_use and not self.limits and scene.is_empty:
            return True
        if self.limits:
            return scene.account == "unlimited" and not main
        return not main and chance(key, NULLS) is not (self.rarely and not chance(key ^ _RARE, 4))


class Choice:
    """One of several schemas."""

    def __init__(
        self,
        nodes: Sequence[Node],
        accepts: Callable[[Any], bool] | None = None,
        kinds: Sequence[str] = (),
        fits: Sequence[Callable[[Any], bool]] = (),
    ) -> None:
        self.nodes = nodes
        self.accepts = accepts
        """What tells whether a value is of exactly one of them, where that is asked."""
        self._fits = fits
        """What tells of each of them whether a value fits it, where it may fit no other."""
        self._words = [frozenset(map(names.singular, names.words_of(each))) for each in kinds]
        """The words of the names of their types."""

    def make(self, scene: Scene, key: int, depth: int, *, main: bool = False) -> Any:
        """A value of one of them; of another where the first would go on for ever, or fits two."""
        first = self._meant(scene.about)
        if first is None:
            first = below(key ^ _CHOICE, len(self.nodes))
        order = [*range(first, len(self.nodes)), *range(first)]
        found: dict[int, Any] = {}
        for number in order:
            try:
                value = self.nodes[number].make(scene, key, depth, main=main)
            except TooDeepError:
                continue
            if self.accepts is None or self.accepts(value):
                return value
            found[number] = value
        if not found:
            raise TooDeepError
        return next(self._apart(found), next(iter(found.values())))

    def _meant(self, about: frozenset[str]) -> int | None:
        """The one whose type has more words of the operation's name than the others; None for no such one."""
        if not about or not self._words:
            return None
        shared = [len(words & about) for words in self._words]
        most = max(shared)
        return shared.index(most) if shared.count(most) == 1 else None

    def _apart(self, found: Mapping[int, Any]) -> Iterator[Any]:
        """Values of one schema alone, made of those that fit several."""
        values = list(found.values())
        apart = chain.from_iterable(nulled(each, values) for each in values)
        changed = (alone(number, each, values, self._fits) for number, each in found.items() if self._fits)
        for value in chain(apart, chain.from_iterable(changed)):
            if self.accepts is not None and self.accepts(value):
                yield value


def named(whole: Mapping[str, Any], name: str) -> Node:
    """The values that a schema lists; null is one of them now and then."""
    if "const" in whole:
        return Fixed([whole["const"]])
    values = [each for each in whole["enum"] if each is not None]
    if not values:
        return Fixed([None]) if whole["enum"] else Never()
    # Validators that read `nullable` to the letter refuse a null that the enum does not list.
    lists_null = len(values) < len(whole["enum"]) and ADDED_NULL not in whole
    return OrNull(Fixed(values), name) if lists_null else Fixed(values)


def is_instant(node: Any) -> bool:
    """Whether a node makes an instant, or null."""
    while node is not None and not isinstance(node, Instant):
        node = getattr(node, "node", None)
    return node is not None
