"""What is drawn by rests of keys: each value alike often, and none that goes with another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache, reduce
from itertools import combinations
from operator import getitem
from typing import Any

import pytest

from metermock.contract.schemas import Schemas
from metermock.ledger import dice
from metermock.server.generation.makers.building import Builder
from metermock.server.generation.values.scene import Scene, between, chance
from tests.server.generation.made import TEXT, object_of

COUNT = 2_000
KEYS = [dice.key("home", 0, "api", "steady", f'{{"id": "customer-{number}"}}') for number in range(COUNT)]
SCENE = Scene(now=1_773_848_527)
LETTERS: dict[str, Any] = {"enum": list("abcdef")}
LIST = {"type": "array", "items": LETTERS, "minItems": 4, "maxItems": 4}
FIELDS = {f"field_{number}": LETTERS for number in range(8)}
LISTS = {"tags": LIST, "labels": LIST}
ROWS = {"type": "array", "items": object_of(kind=LETTERS, state=LETTERS), "minItems": 3, "maxItems": 3}
GRID = {"type": "array", "items": LIST, "minItems": 3, "maxItems": 3}
PLACES: list[tuple[Any, ...]] = [
    *((name,) for name in FIELDS),
    *((name, number) for name in LISTS for number in range(4)),
    *(
        (name, number, field)
        for name in ("rows", "others")
        for number in range(3)
        for field in ("kind", "state")
    ),
    *(("grid", number, item) for number in range(3) for item in range(3)),
]
"""Where the letters of a reply stand."""
SCHEMA = object_of(**FIELDS, **LISTS, rows=ROWS, others=ROWS, grid=GRID)


@cache
def columns() -> Sequence[Sequence[str]]:
    """The letters of two thousand replies, place by place."""
    node = Builder(Schemas({})).node(SCHEMA)
    replies = [node.make(SCENE, key, 0) for key in KEYS]
    return [[reduce(getitem, place, reply) for reply in replies] for place in PLACES]


def excess(found: Sequence[Any], of: int) -> float:
    """By how many standard deviations the squares of the differences are above those of chance."""
    expected = len(found) / of
    counts = Counter(found)
    square = sum((times - expected) ** 2 for times in counts.values()) / expected
    square += expected * (of - len(counts))
    return (square - (of - 1)) / math.sqrt(2 * (of - 1))


def test_each_place_shows_all_letters_alike_often() -> None:
    """Over two thousand ids, no letter of any place is likelier than the others."""
    assert max(excess(found, len("abcdef")) for found in columns()) < 5


def test_no_two_places_go_together() -> None:
    """Fields, items, rows and lists of lists: all pairs of letters are alike frequent."""
    pairs = [*combinations(columns(), 2)]
    found = sorted(excess([*zip(*pair, strict=True)], 36) for pair in pairs)
    assert len(pairs) > 600
    assert found[-1] < 6
    assert abs(found[len(found) // 2]) < 0.3


def test_two_places_are_no_more_often_equal_than_by_chance() -> None:
    """A sixth of the pairs of letters are equal, whichever places are compared."""
    for one, other in combinations(columns(), 2):
        same = sum(a == b for a, b in zip(one, other, strict=True))
        assert abs(same - COUNT / 6) < 5.5 * (COUNT * 5 / 36) ** 0.5


def test_neighbouring_rows_of_one_list_do_not_go_together() -> None:
    """What a row shows says nothing about the next row, nor about the next but one."""
    rows = {"type": "array", "items": object_of(id=TEXT, kind=LETTERS), "minItems": COUNT}
    made = Builder(Schemas({})).node(rows, "things").make(SCENE, KEYS[0], 0)
    kinds = [row["kind"] for row in made]
    for step in (1, 2, 3):
        assert excess([*zip(kinds, kinds[step:], strict=False)], 36) < 5


def test_different_ids_make_different_things() -> None:
    """No two of two thousand replies are equal, nor do numbers fall together more than by chance."""
    schema = object_of(name=TEXT, tags=LIST, width={"type": "integer"}, height={"type": "integer"})
    node = Builder(Schemas({})).node(schema)
    made = [node.make(SCENE, key, 0) for key in KEYS]
    assert len({repr(each) for each in made}) == COUNT
    assert len({(each["width"], each["height"]) for each in made}) > COUNT * 0.99


@pytest.mark.parametrize("of", [2, 3, 4, 6, 10])
def test_what_is_rare_is_as_rare_as_it_is_said(of: int) -> None:
    """One case in so many is met, whatever else is drawn by the key."""
    met = sum(chance(key, of) for key in KEYS)
    assert abs(met - COUNT / of) < 4 * (COUNT * (of - 1) / of**2) ** 0.5


@pytest.mark.parametrize("span", [(0, 1), (1, 7), (60, 2_592_000), (-(10**12), 10**12), (0, 2**63)])
def test_numbers_of_any_span_are_spread_over_it(span: tuple[int, int]) -> None:
    """Each eighth of a span has its share of the numbers, however wide it is."""
    low, high = span
    numbers = [between(key, low, high) for key in KEYS]
    assert low <= min(numbers)
    assert max(numbers) <= high
    parts = min(8, high - low + 1)
    assert excess([(number - low) * parts // (high - low + 1) for number in numbers], parts) < 5
