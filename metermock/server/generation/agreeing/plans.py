"""The plan of an account: its code, the name that goes with it, and that a free one costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from metermock.server.generation.agreeing.facts import Facts, Step
from metermock.server.generation.values.scene import Scene
from metermock.server.generation.words import names

_PLANS = frozenset({"plan", "tier", "subscription"})
_SHAPES = frozenset({"dto", "response", "details", "info", "object", "schema", "out", "read", "data"})
_CODES = frozenset({"code", "key", "slug", "tier", "plan", "plan_code", "plan_key", "plan_tier", "plan_slug"})
_NAMES = frozenset({"plan_name", "plan_display_name", "plan_title"})
_OF_PLANS = frozenset({"name", "display_name", "title"})
_PRICES = frozenset({"price", "fee"})
_BEYOND = frozenset({"overage", "per", "unit", "extra", "additional", "seat", "setup"})
_FREE = frozenset({"free"})


def is_plan(owner: str) -> bool:
    """Whether a type or a field is a plan, by its name."""
    words = [word for word in names.words_of(owner) if word not in _SHAPES]
    return bool(words) and words[-1] in _PLANS


def is_code(name: str, owner: str) -> bool:
    """Whether a field says which plan an account has: `code` of a Plan."""
    return names.plain(name) in _CODES and is_plan(owner)


def plans(fields: Sequence[Facts], owner: str) -> Iterator[Step]:
    """`name` of a plan is that of its code, and the price of a free one is nought."""
    codes = [each for each in fields if each.choices and names.plain(each.name) in _CODES]
    if len(codes) != 1 or not (is_plan(owner) or names.has(codes[0].name, _PLANS)):
        return
    called = _NAMES | (_OF_PLANS if is_plan(owner) else frozenset())
    for each in fields:
        if each.is_text and names.plain(each.name) in called:
            yield partial(_named, codes[0], each)
        if each.is_number and names.has(each.name, _PRICES) and not names.has(each.name, _BEYOND):
            yield partial(_priced, codes[0], each)


def _named(code: Facts, name: Facts, made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
    own = made.get(code.name)
    if not isinstance(own, str) or made.get(name.name) is None:
        return {}
    words = names.words_of(own)
    return {name.name: " ".join(word.capitalize() for word in words)} if words else {}


def _priced(code: Facts, price: Facts, made: dict[str, Any], _scene: Scene) -> Mapping[str, Any]:
    own = made.get(code.name)
    is_free = isinstance(own, str) and names.has(own, _FREE)
    return {price.name: 0} if is_free and made.get(price.name) is not None else {}
