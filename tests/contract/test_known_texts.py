"""Pairs of a query that were read before, beside the same ones read anew."""

from __future__ import annotations

import gc
import itertools
import json
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from metermock.contract import Operation, load_contract
from metermock.contract.json_types import ABSENT
from metermock.contract.known_texts import LONGEST, KnownPairs, KnownTexts, Room
from metermock.contract.wire_text import pairs_of

PAIRS = (
    "span=week",
    "span=year",
    "limit=5",
    "limit=7",
    "limit=0",
    "zone=Asia%2FTokyo",
    "zone=Asia/Tokyo",
    "s%70an=week",
    "detail=false",
    "detail",
    "zone=",
    "unheard=of",
    "span=we+k",
    "",
)


IN_QUERY = "name: zone\n      in: query\n"
SHAPES = {
    "plain": ("", ""),
    "required": (IN_QUERY, f"{IN_QUERY}      required: true\n"),
    "required and empty": (IN_QUERY, f"{IN_QUERY}      required: true\n      allowEmptyValue: true\n"),
    "an object": ("type: string\n        format: iana-timezone\n", "type: object\n"),
    "a list": ("type: boolean\n        default: true", "type: array\n        items: {type: boolean}"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("strict", [False, True])
def test_a_query_means_the_same_whatever_was_read_before(
    altered: Callable[[str, str], Path], shape: str, *, strict: bool
) -> None:
    """Every query of up to two pairs, good and bad, twice, gives what its pairs give when they are read."""
    usage = load_contract(altered(*SHAPES[shape])).operation("getUsage")
    queries = ["&".join(pairs) for count in range(3) for pairs in itertools.product(PAIRS, repeat=count)]

    for query in queries * 2:
        read = usage.read(pairs_of(query), {}, strict=strict)

        assert usage.read_text(query, {}, path={}, strict=strict) == read, query


def test_good_pairs_are_known_after_they_were_read_twice(usage: Operation) -> None:
    """Bad ones and those of no parameter are read again each time."""
    for _ in range(2):
        usage.read_text("span=week&limit=0&unheard=of&zone=Asia%2FTokyo", {}, path={}, strict=False)

    known = usage._reader._pairs
    values: dict[str, object] = {}
    assert known.take("zone=Asia%2FTokyo&span=week", values)
    assert values == {"zone": "Asia/Tokyo", "span": "week"}
    assert not any(known.take(pair, {}) for pair in ("limit=0", "unheard=of", "zone=Asia/Tokyo", ""))


def test_texts_that_come_once_are_not_kept(altered: Callable[[str, str], Path]) -> None:
    """Of ids and names, another with each request, none takes room; one that comes again does."""
    # A contract of its own: other tests read the same texts of the one that all share.
    usage = load_contract(altered("", "")).operation("getUsage")
    room = usage._reader._pairs._known._room
    left = room.left
    for number in range(1, 40):
        usage.read_text(f"limit={number}", {}, path={}, strict=False)
    assert room.left == left

    usage.read_text("limit=39", {}, path={}, strict=False)
    assert room.left < left


def fill(texts: KnownTexts, values: Iterable[Any]) -> int:
    """Keep a text for each value; the most bytes that this takes."""
    most = 0
    gc.collect()
    tracemalloc.start()
    try:
        for number, value in enumerate(values):
            texts.keep(f"{number}", json.loads(value))
            most = max(most, tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    return most


@pytest.mark.parametrize(
    "value",
    [
        7,
        "text",
        [0.5] * 60,
        [[]] * 150,
        [{}] * 150,
        {f"{key}": [key / 3] for key in range(40)},
        "\U0001f600" * 99,
    ],
    ids=["a number", "a text", "numbers", "lists", "objects", "fields", "other letters"],
)
def test_the_room_of_known_texts_is_bounded_in_bytes(value: Any) -> None:
    """Clients that send other texts each time make them no more than their room, whatever these mean."""
    size = 50_000
    texts = KnownTexts(Room(size))

    taken = fill(texts, [json.dumps(value)] * 400)

    assert size / 5 < taken < 1.1 * size
    assert texts.get("399") == value
    assert texts.get("0") is ABSENT


def test_what_is_used_is_not_forgotten() -> None:
    """Of texts that nobody sends any more the room is taken back."""
    texts = KnownTexts(Room(40_000))
    texts.keep("usual", 1)

    found = []
    for number in range(5_000):
        texts.keep(f"{number}", number)
        found.append(texts.get("usual") if number % 20 == 0 else 1)

    assert set(found) == {1}
    assert texts.get("4000") is ABSENT


def test_forgotten_pairs_are_read_again() -> None:
    """Once they were not used for long, pairs are unknown like any other."""
    pairs = KnownPairs(Room(20_000))
    pairs.keep("span=week", "span", "week")
    for number in range(500):
        pairs.keep(f"limit={number}", "limit", number)

    values: dict[str, object] = {}
    assert not pairs.take("limit=499&span=week", values)
    assert pairs.take("limit=499&limit=498", values)
    assert values == {"limit": 498}


def test_long_texts_are_not_kept() -> None:
    """One alone is no more than a part of the room."""
    assert not Room().takes("x" * (LONGEST + 1), 0)
    assert not Room(10_000).takes("x", ["y" * 6_000])
