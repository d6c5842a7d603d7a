"""Texts that are one for all that an account sees, such as its currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from metermock.contract.composing import together
from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.remembered import remembered
from metermock.server.generation.makers.nodes import Fixed, Node, OrNull, named
from metermock.server.generation.values import texts
from metermock.server.generation.values.formats import TextMaker
from metermock.server.generation.values.patterns import matches
from metermock.server.generation.values.pools import pool
from metermock.server.generation.values.scene import Picker, Scene, pick
from metermock.server.generation.words import names

_SAID = frozenset({"currency", "currency_code"})
_LETTERS = 3
_SIDES = frozenset(
    {"from", "to", "source", "target", "base", "quote", "counter", "original", "foreign", "presentment"}
)
"""What the currencies of a conversion are called, which are two."""
_SHOWN = frozenset({"example", "examples", "default", "const", "enum"})
_OF_MANY = frozenset(
    {"currency", "exchange", "conversion", "convert", "fx", "forex", "rate", "rates", "balances"}
)
"""Words of types and lists that tell of several currencies, one for each row."""


@remembered(1024)
def _key_of(whose: tuple[int, str]) -> int:
    return dice.key("shared", *whose)


class Currencies:
    """What the currency of an account may be: those that all fields of a document take."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    @cached_property
    def usual(self) -> Sequence[str]:
        """The currencies of which an account has one, in capitals; the likelier ones several times."""
        fields = fields_in(self._schemas.document)
        shown = (_shown(self._schemas, schema) for name, schema in fields if is_own(name, ""))
        told = [each for each in shown if each]
        common = set[str](told[0]).intersection(*told) if told else set()
        known = [each for each in pool("currency") if each in common]
        return known or sorted(common) or pool("currency")

    def of(self, seed: int, account: str) -> str:
        """The currency of an account, in capitals."""
        return pick(_key_of((seed, account)), self.usual)

    def listed(self, whole: Mapping[str, Any], name: str, owner: str) -> Node:
        """What makes one of the values that a schema lists: a currency is that of the account."""
        node = named(whole, name)
        inner = node.node if isinstance(node, OrNull) else node
        if not isinstance(inner, Fixed) or len(inner.values) == 1 or not is_own(name, owner):
            return node
        if not all(isinstance(each, str) for each in inner.values):
            return node
        own = Shared(self, inner.values, partial(pick, values=inner.values), lambda _: False)
        return OrNull(own, name) if isinstance(node, OrNull) else own

    def text(self, name: str, owner: str, whole: Mapping[str, Any], draw: TextMaker) -> Node | None:
        """What makes the texts of a currency that is that of the account; None for other texts."""
        if not is_own(name, owner):
            return None
        values = draw.values if isinstance(draw, Picker) else ()
        takes = partial(_takes, whole)
        is_any = values or any(takes(each) or takes(each.lower()) for each in pool("currency"))
        return Shared(self, values, draw, takes) if is_any else None


class Shared:
    """A text that is one for all that an account sees."""

    def __init__(
        self,
        currencies: Currencies,
        values: Sequence[str],
        draw: TextMaker,
        takes: Callable[[str], bool],
    ) -> None:
        self.currencies = currencies
        self.written: Mapping[str, str] = {each.upper(): each for each in reversed(values)}
        """How each of its values is written, by what it is in capitals."""
        self.draw = draw
        self.takes = takes
        """Whether it may be another text too."""
        self._of_account = remembered(256)(self._find)
        """The account's own, by the seed and its name."""

    def make(self, scene: Scene, _key: int, _depth: int, *, main: bool = False) -> str:
        """What a request says of it, else the account's own."""
        del main
        if not _SAID.isdisjoint(scene.said):
            said = scene.said.get("currency", scene.said.get("currency_code"))
            if isinstance(said, str) and len(said) == _LETTERS and said.isalpha():
                if said.upper() in self.written:
                    return self.written[said.upper()]
                if self.takes(said):
                    return said
        return self._of_account((scene.seed, scene.account))

    def _find(self, whose: tuple[int, str]) -> str:
        own = self.currencies.of(*whose)
        if own in self.written:
            return self.written[own]
        if not self.written:
            own = next((each for each in (own, own.lower()) if self.takes(each)), "")
            if own:
                return own
        return self.draw(_key_of(whose))


def is_own(name: str, owner: str) -> bool:
    """Whether a field names the currency of the account, and none of several."""
    if texts.kind_of(name, "") != "currency" or names.has(name, _SIDES):
        return False
    # An item of a list is called as the list, in the singular.
    return not (owner != name and names.singular(owner) == name) and not any(
        names.singular(word) in _OF_MANY or word in _OF_MANY for word in names.words_of(owner)
    )


def fields_in(part: Any) -> Iterator[tuple[str, Any]]:
    """The fields of the schemas in a part of a document, each with its schema; none of what is only shown."""
    if isinstance(part, list):
        for each in part:
            yield from fields_in(each)
    for key, value in part.items() if isinstance(part, dict) else ():
        if key == "properties" and isinstance(value, dict):
            yield from value.items()
        if not _is_shown(key):
            yield from fields_in(value)


def _is_shown(key: Any) -> bool:
    """Whether what stands behind a key of a document is a value, also where it looks like a schema."""
    return key in _SHOWN or (isinstance(key, str) and key.startswith("x-"))


def _takes(whole: Mapping[str, Any], text: str) -> bool:
    """Whether a schema of texts takes one, by its lengths and its pattern."""
    pattern, most = whole.get("pattern"), whole.get("maxLength")
    is_short = len(text) <= (len(text) if most is None else most)
    return whole.get("minLength", 0) <= len(text) and is_short and (not pattern or matches(pattern, text))


def _shown(schemas: Schemas, schema: Any) -> Sequence[str]:
    whole = together(schemas, schema) if isinstance(schema, dict) else {}
    if "pattern" in whole and "enum" not in whole:
        return ()
    found = whole.get("enum", whole.get("examples", [whole.get("example", whole.get("default"))]))
    return [each.upper() for each in found if isinstance(each, str)] if isinstance(found, list) else []
