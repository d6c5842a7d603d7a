"""What a generated reply depends on, besides its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, make_dataclass, replace
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from metermock.ledger import dice
from metermock.remembered import remembered
from metermock.server.generation.words.grains import Span
from metermock.server.handling import Reads, Request

T = TypeVar("T")

ONE = (0,)
"""The rows of a list of the one thing that a path names."""
DEEP = 5
"""Levels below which optional objects and lists are left out."""
DEEPEST = 14
"""Levels below which nothing more is made: a schema may go on for ever."""


MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
FACTOR = 0xD1342543DE82EF95
"""An odd number, so that no two wholes share a key; the multiplier of a good generator of 64 bits."""
PRIME = 934_417_817
"""A prime of 30 bits, by which the rest of a key depends on all bits of it.

Keys of parts differ in about half of their bits, so that what is picked by such rests does not go together;
those of a prime next to a power of two do. Python divides by 30 bits in one pass, in a third of the time
that a key takes to be mixed.
"""
_WIDE = 1 << 22
"""Numbers of which no rest of `PRIME` is taken: some of so many would be likelier than others."""


class TooDeepError(Exception):
    """A value would have to go on for ever."""


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that a request asks for."""

    numbers: range
    """Of the rows, from nought; empty behind the last, where it begins with the row that was asked for."""
    total: int
    """How many rows the whole list has."""
    size: int
    """How many the request wants at most."""
    goes_on: bool = False
    """Whether a request can ask for the pages after the first."""
    is_numbered: bool = False
    """Whether it asks for them by their number."""
    is_sized: bool = False
    """Whether the request says how many."""
    unread: tuple[str, str] | None = None
    """The parameter that says where the page begins, and a text in it that no reply gave out as a cursor."""
    is_backward: bool = False
    """Whether the request says where the page ends, and wants what stands before."""
    has_cursor: bool = False
    """Whether a cursor can say where a page begins."""
    base: int = 1
    """The number of the first page."""
    address: Callable[[int, int], str | None] | None = None
    """Makes the URL of the page of a size that begins with a row; None where there are no others."""

    @property
    def first(self) -> Page:
        """The first page of the list."""
        return replace(self, numbers=range(min(self.size, self.total)), is_backward=False)


class Past(Protocol):
    """What an account has used, as all operations of its document say it."""

    def quota(
        self, group: Mapping[str, Any], around: str, span: Span | None, *, is_whole: bool
    ) -> tuple[float | None, float | None] | None:
        """The limit of a group of fields, None for no limit, and what is used; None where nobody tells.

        It is used in a span, or in this month without one; `is_whole` is of all, whatever the query chooses.
        """

    def count(self, field: Any, unit: Any, around: str, span: Span | None) -> float | None:
        """What a field counts in a span, or in the time that its name says; None where nobody can tell."""

    def usual(self, unit: Any) -> tuple[int, int] | None:
        """The edges of what is told where nothing is asked; None where nobody can tell."""

    def limit(self, field: Any, around: str, bound: Sequence[str]) -> float | None:
        """The limit that a field tells, of a month where `bound` is empty; None where nobody can tell."""

    def is_of(self, kind: str) -> bool:
        """Whether a thing of a type is the account itself, and none of several."""

    def column(self, field: Any, unit: Any) -> Callable[[int, int], float] | None:
        """What tells how much a column of a series counts from one instant to another; None for nobody."""


class Links(Protocol):
    """What writes the addresses of what one operation is asked for."""

    template: str
    """The operation's path as the document has it."""

    def here(self, request: Request) -> str:
        """The URL of a request."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A request, as far as its reply speaks of it."""

    now: int
    """The mock's clock, in epoch seconds."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the request says, by `names.plain` of its names."""
    subject: Any = None
    """The id of the one thing that is asked for; None where a path names none."""
    account: str = "steady"
    """Its situation: numbers are nought for `empty`, above the limit for `over-limit`."""
    sparse: bool = False
    """Whether only what is required is made."""
    page: Page | None = None
    seed: int = 0
    shows_examples: bool = True
    """Whether the document's examples are this account's replies."""
    span: Span | None = None
    """The span of time that is asked for; None where the request says nothing of time."""
    home: int = 0
    """The key of what the account is, whatever is asked: its plan, its name; nought in the rows of a list."""
    asked: int = 0
    """What the query says, by which lists and figures of an account differ."""
    event: str = ""
    """What the request does to the thing of its reply: `made`, `changed`; empty for what only reads."""
    reads: Reads | None = None
    """What has been counted of the account's reads, where limits are enforced."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """The parameters that choose among the rows of a list."""
    sorts: Mapping[str, Any] = field(default_factory=dict)
    """Those that say how its rows are sorted."""
    rows: Sequence[int] | None = None
    """The numbers of the rows that the list of the reply shows, in their order; None for its first ones."""
    past: Past | None = None
    """What the account has used; None where nothing that is made follows from it."""

    deep: int = DEEP
    """Levels below which optional objects and lists are left out, here."""
    is_excerpt: bool = False
    """Whether what is made is not shown itself, but some fields of it."""
    about: frozenset[str] = frozenset()
    """The words of the operation's path and id, singular, which may name a type."""
    request: Request | None = None
    """What asks; None for what nobody asks for."""
    links: Links | None = None
    """What writes the addresses of what is asked for."""

    @property
    def is_empty(self) -> bool:
        """Whether the account has not done anything yet."""
        return self.account == "empty"

    def link(self, path: str) -> str | None:
        """The URL of a path of the document, as who asks reaches it; None where nobody asks."""
        return None if self.request is None else self.request.link(path)

    def in_rows(self) -> Scene:
        """The scene in the rows of a list: they are things of their own."""
        if not (self.home or self.page or self.rows is not None or self.subject is not None):
            return self
        # `changed`, without a call of it: most made replies have rows.
        made = Opened(*_values_of(self))
        made.subject = self.subject if self.rows is ONE else None
        made.page = made.rows = made.past = None
        made.home = made.asked = 0
        made.__class__ = Scene
        rows: Scene = made
        return rows


Opened: Any = make_dataclass("Opened", [(each.name, Any) for each in fields(Scene)], slots=True)
"""A scene whose fields can still be set: a frozen dataclass sets each of them by a call."""
_values_of = attrgetter(*(each.name for each in fields(Scene)))


def closed(opened: Any) -> Scene:
    """An `Opened` of all its fields as a scene; a frozen dataclass takes three times as long to be made."""
    opened.__class__ = Scene
    scene: Scene = opened
    return scene


def changed(scene: Scene, **changes: Any) -> Scene:
    """The scene with other values in some of its fields; `dataclasses.replace` takes three times as long."""
    made = Opened(*_values_of(scene))
    for name, value in changes.items():
        setattr(made, name, value)
    made.__class__ = Scene
    other: Scene = made
    return other


@remembered(8192)
def salt(name: str | int) -> int:
    """64 bits that stand for a part: fields by name, so that a new one changes no other."""
    return dice.key("part", name)


CHANCE = salt("chance")
"""What tells the key of whether something rare is met from that of what is made."""
_SALTS = tuple(map(salt, range(64)))
"""Those of the items of most lists."""


def salts(numbers: Sequence[int]) -> Iterable[int]:
    """The `salt` of each of several numbers, which most often follow each other from nought on."""
    if isinstance(numbers, range) and numbers.step == 1 and 0 <= numbers.start <= numbers.stop <= len(_SALTS):
        return _SALTS[numbers.start : numbers.stop]
    return map(salt, numbers)


def first_salts(count: int) -> Iterable[int]:
    """Those of the numbers from nought on."""
    return _SALTS[:count] if count <= len(_SALTS) else map(salt, range(count))


def mixed(bits: int) -> int:
    """64 bits of which each looks random, from bits that need not (wyrand)."""
    # Two multiplications fewer than `dice.draw`.
    product = bits * (bits ^ STEP)
    return (product ^ product >> 64) & MASK


def parted(bits: int) -> int:
    """The key of what has parts, from the key that it is given.

    The key of a part is that of the whole xor the part's salt. What has no parts takes a rest of it.
    """
    # Without this, the parts of parts would have the same key whenever their salts are the same.
    return bits * FACTOR & MASK


def child(key: int, name: str | int) -> int:
    """The key of a part, mixed."""
    # `mixed`, without a call of it.
    bits = key ^ salt(name)
    product = bits * (bits ^ STEP)
    return (product ^ product >> 64) & MASK


def below(key: int, limit: int) -> int:
    """A number from 0 to `limit` - 1, which are not many."""
    return key % PRIME % limit


def between(key: int, low: int, high: int) -> int:
    """A number from `low` to `high`, both of them possible."""
    count = high - low + 1
    if count > _WIDE:
        return low + (mixed(key) * count >> 64)
    return low + key % PRIME % count if count > 1 else low


def pick(key: int, values: Sequence[T]) -> T:
    """One of several values."""
    return values[key % PRIME % len(values)]


class Picker(Generic[T]):
    """Picks one of several values, by a key; what makes many values reads `values` and picks itself."""

    __slots__ = ("number", "values")

    def __init__(self, values: Sequence[T]) -> None:
        self.values = values
        self.number = len(values)

    def __call__(self, key: int) -> T:
        """One of the values."""
        return self.values[key % PRIME % self.number]


def chance(key: int, of: int) -> bool:
    """Whether one case in so many is met."""
    return (key ^ CHANCE) % PRIME % of == 0
